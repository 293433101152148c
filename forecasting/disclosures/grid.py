"""The model's grid: the settlements from a plan's launch to the as-of day and beyond."""

from __future__ import annotations

from datetime import date, timedelta

from forecasting.base.errors import Refused
from forecasting.base.messages import Message, on_day
from forecasting.disclosures.record import Disclosures

YEAR = timedelta(days=365)


def assumed_launch(disclosures: Disclosures) -> date:
    """The launch of a plan of which none is known: a year before its first figure.

    That is the middle of the prior; a fit weighs others too.
    """
    first_figure: date = disclosures.observations["period_end"].min().date()
    return first_figure - YEAR


def model_grid(disclosures: Disclosures, horizon: int = 0) -> tuple[tuple[date, ...], int]:
    """Settlements from the launch to the as-of day and ``horizon`` beyond, and how many are past.

    Without a known launch the grid starts a year before the plan's first figure. Raises
    Refused on a day before the first settlement after the launch.
    """
    launched = disclosures.plan_info.launched or assumed_launch(disclosures)
    calendar = disclosures.calendar
    first = calendar.on_or_after(launched)
    last = calendar.on_or_before(disclosures.day)
    past = calendar.between(first, last)
    future = calendar.starting(calendar.next(last))
    if not past:
        missing = Message(
            "nothing was settled yet, the first settlement after the launch is {first}", first=first
        )
        raise Refused(on_day(disclosures.plan, disclosures.day, missing))
    return (*past, *(next(future) for _ in range(horizon))), len(past)
