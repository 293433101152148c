"""A scenario: a frozen, validated set of assumptions with units in their names.

A parameter left at None is fitted to the figures under its prior; a value fixes it. What-ifs hold
from the as-of day on, counterfactuals change the past after the fit. Names, units and legal ranges
stand in ``assumptions.py``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from forecasting.assumptions import ASSUMPTION_BY_NAME, ASSUMPTIONS, Value
from forecasting.errors import InputError
from forecasting.parameters import PARAMETERS
from forecasting.selection import DelayFamily

SCHEMA_VERSION = 2
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


def _name_growth_by_when_it_holds(content: dict[str, Any]) -> dict[str, Any]:
    """Version 1 said ``growth_per_period``, which holds from the as-of day on."""
    return {RENAMED_IN_2.get(name, name): value for name, value in content.items()}


RENAMED_IN_2: Mapping[str, str] = {"growth_per_period": "growth_ahead_per_period"}
MIGRATIONS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {
    1: _name_growth_by_when_it_holds
}
OLD_NAMES: frozenset[str] = frozenset(RENAMED_IN_2)


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
    number = int(found) if isinstance(found, str) and found.isdecimal() else found
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
    aid_drift: float | None = None
    mild_ratio: float | None = None
    held_share: float | None = None
    trend: float | None = None
    ageing: float | None = None
    leaver_risk: float | None = None
    tier_weight: float | None = None

    delay_family: DelayFamily = "gamma"
    waiting_days: float | None = None
    fee_rate: float | None = None
    exit_rate_per_year: float = 0.05

    incidence_factor: float = 1.0
    delay_factor: float = 1.0
    older_years: float = 0.0
    growth_ahead_per_period: float | None = None
    extra_exits_per_year: float = 0.0
    exit_elasticity: float = 0.0

    enrolment_stops_on: date | None = None
    pandemic: bool = True

    @model_validator(mode="before")
    @classmethod
    def _of_today(cls, content: Any) -> Any:
        if not isinstance(content, dict):
            return content
        version = read_version(content.get(VERSION_KEY))
        return migrate(content, version) | {VERSION_KEY: SCHEMA_VERSION}

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


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a JSON file, a press kit's too; older schema versions are migrated.

    Raises InputError naming the file, the key, what was found and what is legal.
    """
    return read_scenario_file(path)[0]


def read_scenario_file(path: str | Path) -> tuple[Scenario, Mapping[str, Any]]:
    """The scenario of a JSON file, and what else the file of a press kit says, by ``KIT_KEYS``.

    Errors as :func:`read_scenario`.
    """
    try:
        content: Any = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{path}: not a JSON document: {error}") from error
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
            f"{problem['msg']}, found {problem['input']!r}"
            for problem in error.errors()
        ]
        legal = ", ".join(Scenario.model_fields)
        raise InputError("\n".join([*problems, f"legal keys: {legal}"])) from error
