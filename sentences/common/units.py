"""Units a person uses: per cent and months for what the engine has as fractions and days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DAYS_A_MONTH = 30.0


@dataclass(frozen=True)
class Shown:
    """The engine's value times ``factor``, in steps of ``step``, with ``suffix`` after it."""

    factor: float
    step: float
    suffix: str = ""


PERCENT, HALF_PERCENT = Shown(100.0, 1.0, "%"), Shown(100.0, 0.5, "%")
MONTHS = Shown(1 / DAYS_A_MONTH, 0.1)
SHOWN: Mapping[str, Shown] = MappingProxyType(
    {
        "initial_selection": PERCENT,
        "waiting_incidence": HALF_PERCENT,
        "aid_shift": PERCENT,
        "trend": HALF_PERCENT,
        "pandemic_pace": Shown(100.0, 5.0, "%"),
        "pandemic_lost": Shown(100.0, 5.0, "%"),
        "tier_weight": HALF_PERCENT,
        "fee_rate": PERCENT,
        "exit_rate_per_year": PERCENT,
        "cut_chance_per_year": Shown(100.0, 5.0, "%"),
        "cut_size": Shown(100.0, 5.0, "%"),
        "growth_ahead_per_period": HALF_PERCENT,
        "delay_days": MONTHS,
        "waiting_days": MONTHS,
    }
)


def shown(name: str, step: float = 0.0) -> Shown:
    """How the assumption of that name is shown; as the engine has it where nothing else is said.

    >>> shown("trend").factor, shown("delay_factor", 0.05)
    (100.0, Shown(factor=1.0, step=0.05, suffix=''))
    """
    return SHOWN.get(name, Shown(1.0, step))
