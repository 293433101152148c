"""Python that gives a chart's figures again: load, fit, forecast, and the chart's table.

It is put together from the lines of ``steps`` by the recipe of the chart; pages hold none of it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from charts.style.chart import Chart
from forecasting import MODEL_VERSION, Scenario
from ui.export.recipes.registry import RECIPES
from ui.export.recipes.steps import STEPS


@dataclass(frozen=True)
class Basis:
    """What a chart was made from, beside its as-of day.

    ``horizon`` counts the settlements forecast;
    ``settings`` are the reader's further choices for this chart, by name; those of a page with
    inputs of its own stand together under the name of that page.
    """

    plan: str
    scenario: Scenario
    language: str
    horizon: int
    settings: Mapping[str, Any] = field(default_factory=dict)


WIDEST = 88
VERSIONS = ("forecasting:MODEL_VERSION", "forecasting:load_disclosures")
STANDARD_LIBRARY = ("datetime", "pathlib")
INDENT = "    "
LONGEST_ARGUMENTS = 68
_DATED = re.compile(r"(.+)-(\d{4}-\d\d-\d\d)")


def snippet(chart: Chart, basis: Basis) -> str | None:
    """Python that prints the chart's CSV, or None where no short piece of code gives it.

    Runs in the project's folder with its requirements installed. The last names are ``chart`` and
    ``table``; the table equals the chart's own.
    """
    family, origin = _family(chart.stem)
    recipe = RECIPES.get(family)
    if recipe is None:
        return None
    stamp = ("stamp",) if recipe.stamped else ()
    names = list(_in_order(("tr", *recipe.needs, *stamp)))
    values = {
        **{name: _literal(value) for name, value in choices(basis.settings).items()},
        "plan": _quoted(basis.plan),
        "language": _quoted(basis.language),
        "as_of": _quoted(chart.as_of.isoformat()),
        "day": _day(chart.as_of),
        "origin": _day(origin) if origin else "",
        "horizon": basis.horizon,
        "scenario": _scenario(basis.scenario.model_dump(exclude_defaults=True)),
        "arguments": _arguments(basis.settings),
        "settings": _settings(basis.settings),
        "measure": _literal(basis.settings.get("measure")),
        "pinned": _pinned(basis.settings.get("pinned", ())),
    }
    imports = [
        *(item for name in names for item in STEPS[name].imports),
        *recipe.imports,
        recipe.function,
        "forecasting.base.tabular:to_csv",
        *(VERSIONS if recipe.stamped else ()),
    ]
    return "\n".join(
        [
            f"# data {chart.data_version}"
            + (f", model {chart.model_version}" if chart.model_version else ""),
            *_import_lines(imports),
            "",
            *(_stop_on_other_versions(chart) if recipe.stamped else ()),
            *(STEPS[name].code.format(**values) for name in names),
            f"chart = {recipe.call.format(**values)}",
            "table = chart.table",
            'print(to_csv(table), end="")',
            "",
        ]
    )


def _stop_on_other_versions(chart: Chart) -> list[str]:
    """Lines that stop where other figures or another model would draw another chart."""
    made = (chart.data_version, chart.model_version or MODEL_VERSION)
    return [
        "here = (load_disclosures().data_version, MODEL_VERSION)",
        f"if here != {made!r}:",
        '    raise SystemExit(f"Drawn with other data or another model: here they are {here}.")',
        "",
    ]


def choices(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by their own names, whether they stand alone or in a section of a page.

    >>> choices({"measure": "share", "insurance": {"sex": "female"}})
    {'measure': 'share', 'sex': 'female'}
    """
    sections = [value for value in settings.values() if isinstance(value, Mapping)]
    alone = {name: one for name, one in settings.items() if not isinstance(one, Mapping)}
    return {name: one for part in (alone, *sections) for name, one in part.items()}


def _family(stem: str) -> tuple[str, date | None]:
    """A stem without its day or its measure, and the day.

    >>> _family("said-on-2020-10-28")
    ('said-on', datetime.date(2020, 10, 28))
    >>> _family("tornado"), _family("scenarios-members")
    (('tornado', None), ('scenarios', None))
    """
    dated = _DATED.fullmatch(stem)
    if dated:
        return dated[1], date.fromisoformat(dated[2])
    family = stem.rpartition("-")[0]
    return (family if stem not in RECIPES and family in RECIPES else stem), None


def _in_order(needs: tuple[str, ...]) -> Iterator[str]:
    """Every step that these need, each once and after what it needs itself."""
    done: set[str] = set()

    def visit(name: str) -> Iterator[str]:
        if name in done:
            return
        done.add(name)
        for earlier in STEPS[name].needs:
            yield from visit(earlier)
        yield name

    for name in needs:
        yield from visit(name)


def _import_lines(items: list[str]) -> list[str]:
    """Import statements, the standard library first, one a module."""
    names: defaultdict[str, set[str]] = defaultdict(set)
    for item in items:
        module, _, name = item.partition(":")
        names[module].add(name)
    library, ours = (
        [
            _import_line(module, sorted(names[module], key=_import_order))
            for module in sorted(names)
            if (module in STANDARD_LIBRARY) == is_library
        ]
        for is_library in (True, False)
    )
    return [*library, "", *ours] if library else ours


def _import_line(module: str, names: list[str]) -> str:
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDEST:
        return line
    return "\n".join([f"from {module} import (", *(f"    {name}," for name in names), ")"])


def _import_order(name: str) -> tuple[int, str]:
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _day(day: date) -> str:
    return f"date({day.year}, {day.month}, {day.day})"


def _arguments(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={_literal(value)}" for name, value in values.items())


def _settings(settings: Mapping[str, Any]) -> str:
    return _mapping({name: _literal(value) for name, value in settings.items()})


def _pinned(pinned: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    return _mapping({name: _scenario(assumed) for name, assumed in pinned}) if pinned else "{}"


def _mapping(code: Mapping[str, str]) -> str:
    """Code of a dictionary from the code of its values, an entry a line."""
    lines = [f"{INDENT}{_quoted(name)}: {value}," for name, value in code.items()]
    return "\n".join(["{", *lines, "}"])


def _scenario(assumed: Mapping[str, Any]) -> str:
    """The call in one line where it is short, else an assumption a line.

    >>> _scenario({"delay_days": 150.0, "enrolment_stops_on": date(2020, 10, 28)})
    'Scenario(delay_days=150.0, enrolment_stops_on=date(2020, 10, 28))'
    """
    arguments = _arguments(assumed)
    if len(arguments) <= LONGEST_ARGUMENTS:
        return f"Scenario({arguments})"
    lines = [f"{INDENT * 2}{name}={_literal(value)}," for name, value in assumed.items()]
    return "\n".join(["Scenario(", *lines, f"{INDENT})"])


def _literal(value: Any) -> str:
    if isinstance(value, date):
        return _day(value)
    return _quoted(value) if isinstance(value, str) else repr(value)
