"""A scenario: a frozen, validated set of assumptions with units in their names.

A parameter left at None is fitted to the figures under its prior; a value fixes it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from forecasting.errors import InputError
from forecasting.parameters import PARAMETER_BY_NAME, PARAMETERS
from forecasting.selection import DelayFamily


class Scenario(BaseModel):
    """Assumptions of one fit and forecast.

    >>> Scenario(delay_days=150).fixed()
    {'delay_days': 150.0}
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

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
    waiting_days: float | None = Field(default=None, ge=0, le=730)
    fee_rate: float | None = Field(default=None, ge=0, le=0.5)
    exit_rate_per_year: float = Field(default=0.05, ge=0, le=0.9)
    growth_per_period: float | None = Field(default=None, ge=-0.2, le=0.2)

    @model_validator(mode="after")
    def _within_legal_range(self) -> Self:
        for name, value in self.fixed().items():
            legal = PARAMETER_BY_NAME[name]
            if not legal.lower <= value <= legal.upper:
                raise ValueError(
                    f"{name}: found {value:g}, "
                    f"legal: {legal.lower:g} to {legal.upper:g} {legal.unit}"
                )
        return self

    def fixed(self) -> dict[str, float]:
        """The fitted parameters that this scenario fixes, in their own units."""
        values = {parameter.name: getattr(self, parameter.name) for parameter in PARAMETERS}
        return {name: float(value) for name, value in values.items() if value is not None}


def read_scenario(path: str | Path) -> Scenario:
    """Read a scenario from a JSON file.

    Raises InputError naming the file, the key, what was found and what is legal.
    """
    try:
        content: Any = json.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputError(f"{path}: not a JSON document: {error}") from error
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        problems = [
            f"{path}: {'.'.join(str(part) for part in problem['loc']) or 'scenario'}: "
            f"{problem['msg']}, found {problem['input']!r}"
            for problem in error.errors()
        ]
        legal = ", ".join(Scenario.model_fields)
        raise InputError("\n".join([*problems, f"legal keys: {legal}"])) from error
