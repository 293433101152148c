"""A scenario: a frozen, validated set of assumptions with units in their names.

A parameter left at None is fitted to the figures under its prior; a value fixes it. What-ifs hold
from the as-of day on, counterfactuals change the past after the fit. Names, units and legal ranges
stand in :mod:`forecasting.assumptions.table`.
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from forecasting.assumptions.parameters import PARAMETERS
from forecasting.assumptions.table import ASSUMPTION_BY_NAME, ASSUMPTIONS, AUTO, Value
from forecasting.base.errors import InputError
from forecasting.base.files import MOST_SCENARIO_BYTES, read_regular
from forecasting.base.strict import whole_of

DelayFamily = Literal["gamma", "lognormal"]

SCHEMA_VERSION = 3
VERSION_KEY = "schema_version"
# The file of a press kit says more than its scenario: what its chart was made from.
KIT_SCENARIO = "scenario"
KIT_SECTIONS: tuple[str, ...] = ("settings", "insurance", "plans")
KIT_KEYS: tuple[str, ...] = (
    "chart",
    "plan",
    "as_of",
    "horizon_settlements",
    KIT_SCENARIO,
    *KIT_SECTIONS,
    "data_version",
    "model_version",
)
# The what-ifs that members are drawn with; all others act on what was drawn.
MEMBERS_AHEAD: tuple[str, ...] = ("growth_ahead_per_period", "enrolment_stops_on")


def _name_growth_by_when_it_holds(content: dict[str, Any]) -> dict[str, Any]:
    """Version 1 said ``growth_per_period``, which holds from the as-of day on."""
    return {RENAMED_IN_2.get(name, name): value for name, value in content.items()}


def _leave_what_the_model_no_longer_has(content: dict[str, Any]) -> dict[str, Any]:
    """Version 2 held cases back in the pandemic, and let the mean aid drift for ever.

    Left to the fit they go; no drift is no shift. Any other value stays, to be refused by name.
    """
    migrated = dict(content)
    for name in REPLACED_IN_3:
        if migrated.get(name, "") in (None, AUTO):
            del migrated[name]
    if migrated.get("aid_drift") in (0, "0"):
        migrated["aid_shift"] = migrated.pop("aid_drift")
    return migrated


RENAMED_IN_2: Mapping[str, str] = {"growth_per_period": "growth_ahead_per_period"}
REPLACED_IN_3: Mapping[str, str] = {
    "held_share": "pandemic_pace, pandemic_lost",
    "aid_drift": "aid_shift",
}
MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _name_growth_by_when_it_holds,
    2: _leave_what_the_model_no_longer_has,
}
NEW_NAMES: Mapping[str, str] = {**RENAMED_IN_2, **REPLACED_IN_3}
OLD_NAMES: frozenset[str] = frozenset(NEW_NAMES)


def migrate(content: Mapping[str, Any], version: int) -> dict[str, Any]:
    """Content of a scenario of schema ``version`` in the names of today, links and files alike.

    >>> migrate({"growth_per_period": 0.01}, 1)
    {'growth_ahead_per_period': 0.01}
    """
    migrated = dict(content)
    for step in range(version, SCHEMA_VERSION):
        migrated = MIGRATIONS[step](migrated)
    return migrated


def read_version(found: Any) -> int:
    """A schema version, 1 where none is stated. Raises ValueError for one that is not known."""
    if found is None:
        return 1
    number = whole_of(found) if isinstance(found, str) else found
    if isinstance(number, bool) or number not in range(1, SCHEMA_VERSION + 1):
        raise ValueError(f"{VERSION_KEY}: found {found!r}, legal: 1 to {SCHEMA_VERSION}")
    return int(number)


class Scenario(BaseModel):
    """Assumptions of one fit and forecast.

    >>> Scenario(delay_days=150).fixed()
    {'delay_days': 150.0}
    >>> Scenario(incidence_factor=1.2, delay_days=150).changes()
    {'delay_days': 150.0, 'incidence_factor': 1.2}
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    schema_version: int = SCHEMA_VERSION

    incidence_per_10k: float | None = None
    initial_selection: float | None = None
    ramp_years: float | None = None
    waiting_incidence: float | None = None
    delay_days: float | None = None
    delay_cv: float | None = None
    severe_aid: float | None = None
    aid_shift: float | None = None
    mild_ratio: float | None = None
    pandemic_pace: float | None = None
    pandemic_lost: float | None = None
    trend: float | None = None
    ageing: float | None = None
    leaver_risk: float | None = None
    tier_weight: float | None = None

    delay_family: DelayFamily = "gamma"
    launch: date | None = None
    waiting_days: float | None = None
    fee_rate: float | None = None
    exit_rate_per_year: float = 0.05

    incidence_factor: float = 1.0
    delay_factor: float = 1.0
    older_years: float = 0.0
    growth_ahead_per_period: float | None = None
    extra_exits_per_year: float = 0.0
    exit_elasticity: float = 0.0
    cut_chance_per_year: float = 0.0
    cut_size: float = 0.2

    enrolment_stops_on: date | None = None
    pandemic: bool = True

    @model_validator(mode="before")
    @classmethod
    def _of_today(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        version = read_version(content.get(VERSION_KEY))
        for old, new in RENAMED_IN_2.items():
            if old in content and new in content:
                raise ValueError(f"{old}: found beside {new}, its name of today, legal: one")
        migrated = migrate(content, version)
        for old, new in REPLACED_IN_3.items():
            if old in migrated:
                raise ValueError(f"{old}: found {migrated[old]!r}, legal: {new}, in its place")
        for name, value in migrated.items():
            known = ASSUMPTION_BY_NAME.get(name)
            if known is not None and not known.takes(value):
                raise ValueError(f"{name}: found {reprlib.repr(value)}, legal: {known.legal}")
        return migrated | {VERSION_KEY: SCHEMA_VERSION}

    @model_validator(mode="after")
    def _within_legal_range(self) -> Self:
        for assumption in ASSUMPTIONS:
            value = getattr(self, assumption.name)
            if not assumption.allows(value):
                found = f"{value:g}" if isinstance(value, float) else f"{value}"
                raise ValueError(f"{assumption.name}: found {found}, legal: {assumption.legal}")
        return self

    def fixed(self) -> dict[str, float]:
        """The fitted parameters that this scenario fixes, in their own units."""
        values = {parameter.name: getattr(self, parameter.name) for parameter in PARAMETERS}
        return {name: float(value) for name, value in values.items() if value is not None}

    def changes(self) -> dict[str, Value]:
        """What this scenario says that the default one does not, in the table's order."""
        values = {one.name: getattr(self, one.name) for one in ASSUMPTIONS}
        return {n: v for n, v in values.items() if v != ASSUMPTION_BY_NAME[n].default}

    def with_changes(self, changes: Mapping[str, Value]) -> Scenario:
        """This scenario with some values replaced, validated anew."""
        return Scenario.model_validate(self.model_dump() | dict(changes))

    def for_fit(self) -> Scenario:
        """The part on which the fit depends: without what-ifs and counterfactuals.

        >>> Scenario(incidence_factor=1.2, delay_days=150).for_fit() == Scenario(delay_days=150)
        True
        """
        values = {n: v for n, v in self.changes().items() if _is_assumption(n)}
        return Scenario.model_validate(values)

    def for_sample(self) -> Scenario:
        """The part on which the members drawn depend, and the fit.

        >>> Scenario(incidence_factor=1.2, growth_ahead_per_period=0.03).for_sample().changes()
        {'growth_ahead_per_period': 0.03}
        """
        of_members = {name: getattr(self, name) for name in MEMBERS_AHEAD}
        return self.for_fit().model_copy(update=of_members)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of a scenario, with its schema version; dates in ISO form."""
        return self.model_dump(mode="json")


def _is_assumption(name: str) -> bool:
    return ASSUMPTION_BY_NAME[name].kind == "assumption"


def scenario_with(scenario: Scenario, settings: list[str]) -> Scenario:
    """``scenario`` with ``NAME=VALUE`` settings of the command line, later ones winning.

    Raises InputError naming the setting, what was found and what is legal.

    >>> scenario_with(Scenario(), ["delay_days=150", "pandemic=no"]).changes()
    {'delay_days': 150.0, 'pandemic': False}
    """
    changes: dict[str, Value] = {}
    for setting in settings:
        name, equals, text = setting.partition("=")
        if not equals:
            raise InputError(f"--set: found {setting!r}, legal: NAME=VALUE")
        name = RENAMED_IN_2.get(name.strip(), name.strip())
        if name not in ASSUMPTION_BY_NAME:
            raise InputError(f"--set: found {name!r}, legal: {', '.join(ASSUMPTION_BY_NAME)}")
        changes[name] = ASSUMPTION_BY_NAME[name].read(text)
    return scenario.with_changes(changes)


def text_of(path: str | Path, most: int = MOST_SCENARIO_BYTES) -> str:
    """The UTF-8 text of a file of at most ``most`` bytes. Raises InputError naming the file."""
    content = read_regular(path, most)
    if len(content) > most:
        raise InputError(f"{path}: larger than {most / 1e6:g} MB, the most that is read")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text: {error}") from error


def json_of(text: str, where: str, kind: str = "document") -> Any:
    """What a JSON text says. Raises InputError, ``where`` before it, also for a key said twice.

    >>> json_of('{"fee_rate": 0.08, "fee_rate": 0.1}', "my.json")
    Traceback (most recent call last):
    forecasting.base.errors.InputError: my.json: not a JSON document: 'fee_rate' stands there twice
    """
    try:
        return json.loads(text, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not a JSON {kind}: {error}") from error


def _each_key_once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{reprlib.repr(name)} stands there twice")
        found[name] = value
    return found


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a JSON file, a press kit's too; older schema versions are migrated.

    At most 1 MB. Raises InputError naming the file, the key, what was found and what is legal.
    """
    return read_scenario_file(path)[0]


def read_scenario_file(path: str | Path) -> tuple[Scenario, Mapping[str, Any]]:
    """The scenario of a JSON file, and what else the file of a press kit says, by ``KIT_KEYS``.

    Errors as :func:`read_scenario`.
    """
    content = json_of(text_of(path), str(path))
    beside: dict[str, Any] = {}
    if isinstance(content, dict) and isinstance(content.get(KIT_SCENARIO), dict):
        beside = {name: value for name, value in content.items() if name != KIT_SCENARIO}
        unknown = [name for name in beside if name not in KIT_KEYS]
        if unknown:
            raise InputError(
                f"{path}: found {', '.join(map(repr, unknown))}, legal keys beside "
                f"{KIT_SCENARIO}: {', '.join(name for name in KIT_KEYS if name != KIT_SCENARIO)}"
            )
        content = content[KIT_SCENARIO]
    try:
        return Scenario.model_validate(content), beside
    except ValidationError as error:
        problems = [
            f"{path}: {'.'.join(str(part) for part in problem['loc']) or 'scenario'}: "
            f"{problem['msg']}, found {reprlib.repr(problem['input'])}"
            for problem in error.errors()
        ]
        legal = ", ".join(Scenario.model_fields)
        raise InputError("\n".join([*problems, f"legal keys: {legal}"])) from error
