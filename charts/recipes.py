"""Python that gives a chart's figures again: load, fit, forecast, and the chart's table.

One registry: what each line needs, and which lines each chart needs. The pages hold none of it.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from charts.base import Chart
from forecasting import Scenario


@dataclass(frozen=True)
class Basis:
    """What a chart was made from, beside its as-of day.

    ``horizon`` counts the settlements forecast; ``growth_since`` begins the split of the growth;
    ``settings`` are the reader's further choices for this chart, by name.
    """

    plan: str
    scenario: Scenario
    language: str
    horizon: int
    growth_since: date
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """Lines that define one name: what they import, and the names they need before them."""

    code: str
    imports: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


STEPS: Mapping[str, Step] = MappingProxyType(
    {
        "tr": Step("tr = Translator({language})", ("locales:Translator",)),
        "record": Step("record = load_disclosures(plan={plan})", ("forecasting:load_disclosures",)),
        "known": Step(
            "known = record.as_of({as_of})  # what was public that day, and nothing later",
            needs=("record",),
        ),
        "stamp": Step(
            "stamp = Stamp({day}, record.data_version, MODEL_VERSION)",
            ("datetime:date", "charts.base:Stamp", "forecasting:MODEL_VERSION"),
            ("record",),
        ),
        "fitted": Step(
            "fitted = fit(known, {scenario})",
            ("forecasting:fit", "forecasting:Scenario"),
            ("known",),
        ),
        "outlook": Step(
            "outlook = forecast(fitted, horizon={horizon})", ("forecasting:forecast",), ("fitted",)
        ),
        "as_fitted": Step(
            "as_fitted = forecast(fit(known, Scenario()), horizon={horizon})",
            ("forecasting:Scenario", "forecasting:fit", "forecasting:forecast"),
            ("known",),
        ),
        "lines": Step(
            "name = name_of(outlook.scenario, outlook.as_of, tr)\n"
            "pinned = [\n"
            "    (pin, forecast(fit(known, Scenario(**assumed)), horizon={horizon}))\n"
            "    for pin, assumed in {pinned}\n"
            "]\n"
            "drawn = lines(as_fitted, outlook, name, pinned, tr)",
            (
                "charts.scenarios:lines",
                "forecasting:Scenario",
                "forecasting:fit",
                "forecasting:forecast",
                "sentences.scenarios:name_of",
            ),
            ("known", "as_fitted", "outlook", "measure"),
        ),
        "measure": Step("measure = {measure}"),
        "outlook_or_none": Step(
            "try:\n"
            "    outlook = forecast(fit(known, {scenario}), horizon={horizon})\n"
            "except Refused:\n"
            "    outlook = None  # too little was known that day",
            (
                "forecasting:Refused",
                "forecasting:Scenario",
                "forecasting:fit",
                "forecasting:forecast",
            ),
            ("known",),
        ),
        "came": Step(
            "came = what_came(record, outlook).frame", ("forecasting:what_came",), ("outlook",)
        ),
        "curves": Step(
            "try:\n"
            "    curves = fit_growth_curves(known)\n"
            "except Refused:\n"
            "    curves = {{}}  # too little was known that day",
            ("forecasting:Refused", "forecasting.growth:fit_growth_curves"),
            ("known",),
        ),
        "exits": Step("exits = fit_exits(fitted)", ("forecasting.exits:fit_exits",), ("fitted",)),
        "dilution": Step(
            "dilution = decompose_dilution(fitted)",
            ("forecasting:decompose_dilution",),
            ("fitted",),
        ),
        "split": Step(
            "first = next(day for day in disclosed_shares(known).index if day >= {since})\n"
            "split = split_growth(fitted, dilution, first, {day})",
            (
                "datetime:date",
                "forecasting.attribution:split_growth",
                "forecasting.baselines:disclosed_shares",
            ),
            ("fitted", "dilution"),
        ),
        "lag": Step(
            "lag = selection_curves(fitted)", ("forecasting:selection_curves",), ("fitted",)
        ),
        "cohorts": Step("cohorts = cohort_map(fitted)", ("forecasting:cohort_map",), ("fitted",)),
        "rates": Step("rates = credibility(fitted)", ("forecasting:credibility",), ("fitted",)),
        "ages": Step(
            "ages = age_curves(record)", ("forecasting.sensitivity:age_curves",), ("record",)
        ),
        "inputs": Step("inputs = {settings}"),
        "yours": Step("yours = steady_state(**inputs)", ("forecasting:steady_state",), ("inputs",)),
        "yours_or_none": Step(
            "try:\n"
            "    yours = steady_state(**inputs)\n"
            "except InputError:\n"
            "    yours = None  # these inputs cannot be used together",
            ("forecasting:InputError", "forecasting:steady_state"),
            ("inputs",),
        ),
        "member": Step(
            "member = Member({arguments})", ("datetime:date", "forecasting.member:Member")
        ),
        "account": Step(
            "account = member_account(share_draws(record, fitted, {horizon}), member)",
            ("forecasting.member:member_account", "forecasting.member:share_draws"),
            ("record", "fitted", "member"),
        ),
        "backtest": Step(
            "backtest = run_backtest(record)  # takes a while",
            ("forecasting.backtest:run_backtest",),
            ("record",),
        ),
        "origin": Step("origin = {origin}", ("datetime:date",)),
        "shares": Step(
            "shares = disclosed_shares(record.as_of(origin))",
            ("forecasting.baselines:disclosed_shares",),
            ("record", "origin"),
        ),
    }
)


@dataclass(frozen=True)
class Recipe:
    """One chart: the names it needs, in order, and the call that draws it."""

    function: str
    arguments: str
    needs: tuple[str, ...]
    imports: tuple[str, ...] = ()

    @property
    def call(self) -> str:
        """The call as it stands in the code."""
        return f"{self.function.partition(':')[2]}({self.arguments}, tr, stamp)"


def _lag(part: str) -> Recipe:
    return Recipe("charts.selection:part_chart", f'lag, "{part}"', ("lag",))


RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "share-forecast": Recipe(
            "charts.fan:fan_chart", "outlook, came, known.published_forecasts", ("came",)
        ),
        "growth-curves": Recipe(
            "charts.growth:members_chart", "outlook, curves", ("outlook", "curves")
        ),
        "joins-and-exits": Recipe("charts.growth:exits_chart", "exits", ("exits",)),
        "growth-of-the-share": Recipe("charts.growth:split_chart", "split", ("split",)),
        "shares-disclosed": Recipe(
            "charts.history:shares_chart",
            "record.observations, outlook",
            ("outlook_or_none",),
        ),
        "members": Recipe(
            "charts.history:members_chart", "known.observations, outlook", ("outlook_or_none",)
        ),
        "persons-helped": Recipe(
            "charts.history:helped_chart", "known.observations, outlook", ("outlook_or_none",)
        ),
        "annual-total": Recipe("charts.totals:cap_chart", "outlook, known", ("outlook",)),
        "cumulative": Recipe(
            "charts.totals:cumulative_chart", "known.observations, outlook", ("outlook",)
        ),
        "undiluted-share": Recipe(
            "charts.selection:undiluted_chart", "dilution, outlook", ("outlook", "dilution")
        ),
        "lag-waiting": _lag("waiting"),
        "lag-ramp": _lag("ramp"),
        "lag-delay": _lag("delay"),
        "lag-response": Recipe("charts.selection:response_chart", "lag", ("lag",)),
        "dilution-by-cause": Recipe("charts.selection:dilution_chart", "dilution", ("dilution",)),
        "cohorts": Recipe("charts.selection:cohort_chart", "cohorts", ("cohorts",)),
        "steady-state-answers": Recipe(
            "charts.steady:answers_chart",
            "answers(rates, yours, ages, tr)",
            ("rates", "yours_or_none", "ages"),
            ("charts.steady:answers",),
        ),
        "tornado": Recipe(
            "charts.steady:tornado_chart",
            "swings(inputs), yours.share_per_period",
            ("yours",),
            ("forecasting.sensitivity:swings",),
        ),
        "ageing": Recipe("charts.steady:ageing_chart", "ages", ("ages",)),
        "scenarios": Recipe("charts.scenarios:scenario_chart", "drawn, measure", ("lines",)),
        "my-share": Recipe("charts.my_share:settlements_chart", "account", ("account",)),
        "my-years": Recipe("charts.my_share:years_chart", "account", ("account",)),
        "said-on": Recipe(
            "charts.track:origin_chart", "backtest, origin, shares", ("backtest", "shares")
        ),
        "scores-by-model": Recipe("charts.track:wis_chart", "backtest", ("backtest",)),
    }
)
WIDEST = 88
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
    names = list(_in_order(("tr", "record", *recipe.needs, "stamp")))
    values = {
        "plan": _quoted(basis.plan),
        "language": _quoted(basis.language),
        "as_of": _quoted(chart.as_of.isoformat()),
        "day": _day(chart.as_of),
        "since": _day(basis.growth_since),
        "origin": _day(origin) if origin else "",
        "horizon": basis.horizon,
        "scenario": f"Scenario({_arguments(basis.scenario.model_dump(exclude_defaults=True))})",
        "arguments": _arguments(basis.settings),
        "settings": _settings(basis.settings),
        "measure": _literal(basis.settings.get("measure")),
        "pinned": _literal(basis.settings.get("pinned", [])),
    }
    imports = [
        *(item for name in names for item in STEPS[name].imports),
        *recipe.imports,
        recipe.function,
        "forecasting.tabular:to_csv",
    ]
    return "\n".join(
        [
            f"# data {chart.data_version}, model {chart.model_version}",
            *_import_lines(imports),
            "",
            *(STEPS[name].code.format(**values) for name in names),
            f"chart = {recipe.call}",
            "table = chart.table",
            'print(to_csv(table), end="")',
            "",
        ]
    )


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
    lines = [
        _import_line(module, sorted(names[module], key=_import_order))
        for module in sorted(names, key=lambda module: (module != "datetime", module))
    ]
    return [*lines[:1], "", *lines[1:]] if "datetime" in names else lines


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
    lines = [f"    {_quoted(name)}: {_literal(value)}," for name, value in settings.items()]
    return "\n".join(["{", *lines, "}"])


def _literal(value: Any) -> str:
    if isinstance(value, date):
        return _day(value)
    return _quoted(value) if isinstance(value, str) else repr(value)
