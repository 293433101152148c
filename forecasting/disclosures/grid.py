"""The model's grid: the settlements from a plan's launch to the as-of day and beyond."""

from __future__ import annotations

from datetime import date, timedelta

from forecasting.base.errors import Refused
from forecasting.base.messages import Message, on_day
from forecasting.base.settlements import (
    next_settlement,
    settlement_on_or_after,
    settlement_on_or_before,
    settlements_between,
    settlements_from,
)
from forecasting.disclosures.record import Disclosures

UNKNOWN_LAUNCH_PERIODS = 12


def model_grid(disclosures: Disclosures, horizon: int = 0) -> tuple[tuple[date, ...], int]:
    """Settlements from the launch to the as-of day and ``horizon`` beyond, and how many are past.

    Without a known launch the grid starts half a year before the plan's first figure. Raises
    Refused on a day before the first settlement after the launch.
    """
    launched = disclosures.plan_info.launched
    if launched is None:
        first_figure = disclosures.observations["period_end"].min().date()
        launched = first_figure - timedelta(days=15 * UNKNOWN_LAUNCH_PERIODS)
    first = settlement_on_or_after(launched)
    last = settlement_on_or_before(disclosures.day)
    past = settlements_between(first, last)
    future = settlements_from(next_settlement(last))
    if not past:
        missing = Message(
            "nothing was settled yet, the first settlement after the launch is {first}", first=first
        )
        raise Refused(on_day(disclosures.plan, disclosures.day, missing))
    return (*past, *(next(future) for _ in range(horizon))), len(past)
