"""The one table of pricing inputs: name, legal range, default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from forecasting.base.errors import InputError
from forecasting.base.messages import Message, Name

SEXES = ("male", "female")
RESIDENCES = ("urban", "rural")
BUSINESSES = ("individual", "group")
# Chen Tao 2003, section 4: "The maximum of the proportion of expense to total premium".
EXPENSE_CAPS: Mapping[str, float] = MappingProxyType({"individual": 0.35, "group": 0.25})
# Chen Tao 2003, section 2: what is done "in practice"; section 2: the technical rate of interest.
LOADING_IN_PRACTICE = (0.30, 2.00)
INTEREST_CAP = 0.025
QUOTED_TREND = (0.10, 0.15)


@dataclass(frozen=True)
class PricingInput:
    """One number: its legal range, the default, and the step and decimals to ask for it with."""

    name: str
    lowest: float
    highest: float
    default: float
    step: float
    digits: int


PRICING_INPUTS: Mapping[str, PricingInput] = MappingProxyType(
    {
        item.name: item
        for item in (
            PricingInput("insured_age", 0, 59, 34, 1, 0),
            PricingInput("safety_loading", 0.0, LOADING_IN_PRACTICE[1], 0.30, 0.05, 2),
            PricingInput("expense_share", 0.0, EXPENSE_CAPS["individual"], 0.35, 0.01, 2),
            PricingInput("table_deduction", 0.0, 1.0, 0.0, 0.05, 2),
            PricingInput("trend_factor", -0.1, 0.5, QUOTED_TREND[0], 0.01, 2),
            PricingInput("years_ahead", 0, 20, 5, 1, 0),
            PricingInput("daily_allowance", 0.0, 5000.0, 100.0, 10.0, 0),
            PricingInput("patient_age", 0, 105, 34, 1, 0),
            PricingInput("insured_multiple", 0.5, 5.0, 1.0, 0.1, 1),
            PricingInput("interest", 0.0, INTEREST_CAP, INTEREST_CAP, 0.005, 3),
            PricingInput("lapse", 0.0, 0.5, 0.0, 0.01, 2),
        )
    }
)


def checked(name: str, value: float) -> float:
    """``value`` where it lies in the legal range of that input.

    Raises InputError naming the input, what was found and what is legal.

    >>> checked("interest", 0.02)
    0.02
    >>> checked("interest", 0.03)
    Traceback (most recent call last):
    forecasting.base.errors.InputError: interest: found 0.03, legal: 0 to 0.025
    """
    item = PRICING_INPUTS[name]
    return in_range(name, value, item.lowest, item.highest)


def in_range(name: str, value: float, lowest: float, highest: float, business: str = "") -> float:
    """``value`` where it is a number from ``lowest`` to ``highest``; InputError where it is not."""
    if not np.isfinite(value) or not lowest <= value <= highest:
        legal = Message("{lower:g} to {upper:g}", lower=lowest, upper=highest)
        if business:
            kind = Name("business", business)
            legal = Message("{range} in {business} business", range=legal, business=kind)
        raise InputError(
            "{name}: found {found:g}, legal: {legal}", name=name, found=value, legal=legal
        )
    return float(value)


def one_of(name: str, value: str, legal: Sequence[str]) -> str:
    """``value`` where it is one of ``legal``; InputError naming them where it is not."""
    if value not in legal:
        raise InputError(
            "{name}: found {found!r}, legal: {legal}",
            name=name,
            found=value,
            legal=", ".join(legal),
        )
    return value
