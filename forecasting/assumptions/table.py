"""The one table of what a scenario may say: unit, legal range, step, default, kind.

Sliders, links, the command line's ``--set``, scenario files and the table on the scenarios page
read it and nothing else. The fitted parameters come from
:mod:`~forecasting.assumptions.parameters`; the rest stands here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from numbers import Real
from typing import Any, Literal

from forecasting.assumptions.parameters import PARAMETERS
from forecasting.base.errors import InputError
from forecasting.base.settlements import settlement_on_or_before
from forecasting.base.strict import DAY, day_of, number_of

Value = float | str | bool | date | None
Kind = Literal["assumption", "what_if", "counterfactual"]
Form = Literal["number", "choice", "switch", "settlement", "day"]

AUTO = "auto"
SWITCH = {"yes": True, "no": False}
FIRST_STOP, LAST_STOP = date(2016, 1, 14), date(2040, 12, 28)
FIRST_LAUNCH, LAST_LAUNCH = date(2000, 1, 1), date(2040, 12, 31)
GROUP_BY_PARAMETER = {
    "incidence_per_10k": "claims",
    "initial_selection": "selection",
    "ramp_years": "selection",
    "waiting_incidence": "selection",
    "delay_days": "delay",
    "delay_cv": "delay",
    "severe_aid": "claims",
    "aid_shift": "claims",
    "mild_ratio": "claims",
    "pandemic_pace": "claims",
    "pandemic_lost": "claims",
    "trend": "claims",
    "ageing": "claims",
    "leaver_risk": "members",
    "tier_weight": "members",
}


@dataclass(frozen=True)
class Assumption:
    """One thing a scenario may say.

    ``kind``: an ``assumption`` replaces what is fitted or known, and the rest is fitted anew; a
    ``what_if`` holds from the as-of day on and leaves the fit alone; a ``counterfactual`` changes
    the past after the fit. ``fitted``: left alone it is estimated from the figures.
    """

    name: str
    unit: str
    kind: Kind
    group: str
    default: Value = None
    lower: float = -math.inf
    upper: float = math.inf
    step: float = 0.0
    form: Form = "number"
    choices: tuple[str, ...] = ()
    fitted: bool = False

    @property
    def legal(self) -> str:
        """What may be said, in words.

        >>> ASSUMPTION_BY_NAME["delay_factor"].legal
        '0.5 to 2 times the fitted delay'
        """
        if self.form == "number":
            return f"{self.lower:g} to {self.upper:g} {self.unit}"
        if self.form == "settlement":
            return f"a settlement day (14 or 28) from {FIRST_STOP} to {LAST_STOP}"
        if self.form == "day":
            return f"a day from {FIRST_LAUNCH} to the plan's first figure"
        return " or ".join(self.choices)

    def allows(self, value: Value) -> bool:
        """Whether ``value``, of the right type, is legal."""
        if value is None:
            return self.default is None
        if self.form == "number":
            return isinstance(value, int | float) and self.lower <= value <= self.upper
        if self.form == "settlement":
            return (
                isinstance(value, date)
                and FIRST_STOP <= value <= LAST_STOP
                and settlement_on_or_before(value) == value
            )
        if self.form == "day":
            return isinstance(value, date) and FIRST_LAUNCH <= value <= LAST_LAUNCH
        return isinstance(value, bool) if self.form == "switch" else value in self.choices

    def takes(self, value: Any) -> bool:
        """Whether ``value`` is of the right type, in Python or in JSON; its range apart.

        >>> ASSUMPTION_BY_NAME["incidence_factor"].takes(True)
        False
        """
        if value is None:
            return self.default is None
        if self.form == "number":
            return isinstance(value, Real) and not isinstance(value, bool)
        if self.form in ("settlement", "day"):
            return type(value) is date or (
                isinstance(value, str) and DAY.fullmatch(value) is not None
            )
        return isinstance(value, bool if self.form == "switch" else str)

    def read(self, text: str) -> Value:
        """The value that ``text`` states, ``auto`` being left to the fit or the record.

        Raises InputError naming what was found and what is legal.

        >>> ASSUMPTION_BY_NAME["delay_days"].read("150")
        150.0
        >>> ASSUMPTION_BY_NAME["delay_days"].read("auto") is None
        True
        >>> ASSUMPTION_BY_NAME["delay_days"].read("9999")
        Traceback (most recent call last):
        forecasting.base.errors.InputError: delay_days: found '9999', legal: 30 to 500 days or auto
        """
        try:
            value = self._parsed(text.strip())
        except ValueError:
            value = None
            readable = False
        else:
            readable = self.allows(value)
        if not readable:
            auto = f" or {AUTO}" if self.default is None else ""
            raise InputError(
                "{name}: found {found!r}, legal: {legal}",
                name=self.name,
                found=text,
                legal=self.legal + auto,
            )
        return value

    def _parsed(self, text: str) -> Value:
        if text == AUTO:
            return None
        if self.form == "number":
            return number_of(text)
        if self.form in ("settlement", "day"):
            return day_of(text)
        if self.form == "switch":
            if text not in SWITCH:
                raise ValueError(text)
            return SWITCH[text]
        return text

    def write(self, value: Value) -> str:
        """The text that :meth:`read` reads back, floats to the last bit.

        >>> ASSUMPTION_BY_NAME["pandemic"].write(False)
        'no'
        """
        if value is None:
            return AUTO
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, date):
            return value.isoformat()
        return value if isinstance(value, str) else f"{float(value)!r}".removesuffix(".0")


ASSUMPTIONS: tuple[Assumption, ...] = (
    *(
        Assumption(
            name=parameter.name,
            unit=parameter.unit,
            kind="assumption",
            group=GROUP_BY_PARAMETER[parameter.name],
            lower=parameter.lower,
            upper=parameter.upper,
            step=parameter.step,
            fitted=True,
        )
        for parameter in PARAMETERS
    ),
    Assumption(
        "delay_family",
        "distribution",
        "assumption",
        "delay",
        default="gamma",
        form="choice",
        choices=("gamma", "lognormal"),
    ),
    Assumption("launch", "day", "assumption", "past", form="day"),
    Assumption("waiting_days", "days", "assumption", "selection", None, 0.0, 730.0, 5.0),
    Assumption("fee_rate", "of the aid", "assumption", "members", None, 0.0, 0.5, 0.01),
    Assumption(
        "exit_rate_per_year", "of the members a year", "assumption", "members", 0.05, 0.0, 0.9, 0.01
    ),
    Assumption(
        "incidence_factor", "times the fitted incidence", "what_if", "ahead", 1.0, 0.25, 4.0, 0.05
    ),
    Assumption("delay_factor", "times the fitted delay", "what_if", "ahead", 1.0, 0.5, 2.0, 0.05),
    Assumption("older_years", "years of age", "what_if", "ahead", 0.0, 0.0, 15.0, 0.5),
    Assumption(
        "growth_ahead_per_period",
        "of the members a half-month",
        "what_if",
        "ahead",
        None,
        -0.2,
        0.2,
        0.005,
    ),
    Assumption(
        "extra_exits_per_year", "a year on the exit hazard", "what_if", "ahead", 0.0, 0.0, 3.0, 0.05
    ),
    Assumption(
        "exit_elasticity",
        "% of the exit hazard by % of the share",
        "what_if",
        "ahead",
        0.0,
        0.0,
        4.0,
        0.1,
    ),
    Assumption("cut_chance_per_year", "chance a year", "what_if", "ahead", 0.0, 0.0, 0.95, 0.05),
    Assumption("cut_size", "of the benefit", "what_if", "ahead", 0.2, 0.0, 0.9, 0.05),
    Assumption(
        "enrolment_stops_on", "settlement", "counterfactual", "past", None, form="settlement"
    ),
    Assumption(
        "pandemic",
        "happened or not",
        "counterfactual",
        "past",
        default=True,
        form="switch",
        choices=tuple(SWITCH),
    ),
)

ASSUMPTION_BY_NAME = {assumption.name: assumption for assumption in ASSUMPTIONS}
GROUPS: tuple[str, ...] = ("ahead", "past", "claims", "selection", "delay", "members")
