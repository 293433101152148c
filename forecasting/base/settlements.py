"""The half-month grid: settlements fall on the 14th and the 28th.

A period is the half-month that ends on its settlement day. Members join and fall ill in
mid-period and are paid at its end, so a delay of k periods is k + 0.5 periods of time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

PERIODS_PER_YEAR = 24
DAYS_PER_YEAR = 365.25
DAYS_PER_PERIOD = DAYS_PER_YEAR / PERIODS_PER_YEAR
YEARS_PER_PERIOD = 1.0 / PERIODS_PER_YEAR
SETTLEMENT_DAYS = (14, 28)


def settlement_on_or_before(day: date) -> date:
    """The last settlement day that is not after ``day``.

    >>> settlement_on_or_before(date(2020, 10, 30))
    datetime.date(2020, 10, 28)
    """
    if day.day >= 28:
        return day.replace(day=28)
    if day.day >= 14:
        return day.replace(day=14)
    return (day.replace(day=1) - timedelta(days=1)).replace(day=28)


def settlement_on_or_after(day: date) -> date:
    """The first settlement day that is not before ``day``.

    >>> settlement_on_or_after(date(2018, 10, 16))
    datetime.date(2018, 10, 28)
    """
    before = settlement_on_or_before(day)
    return before if before == day else next_settlement(before)


def next_settlement(settlement: date) -> date:
    """The settlement that follows ``settlement``.

    >>> next_settlement(date(2018, 12, 28))
    datetime.date(2019, 1, 14)
    """
    if settlement.day == 14:
        return settlement.replace(day=28)
    return (settlement + timedelta(days=10)).replace(day=14)


def settlements_from(first: date) -> Iterator[date]:
    """Every settlement from ``first`` (itself a settlement day) on, without end."""
    day = first
    while True:
        yield day
        day = next_settlement(day)


def settlements_between(first: date, last: date) -> list[date]:
    """Settlements in the closed interval from ``first`` to ``last``.

    >>> len(settlements_between(date(2019, 1, 1), date(2019, 12, 31)))
    24
    """
    count = max(period_number(last) - period_number(settlement_on_or_after(first)) + 1, 0)
    return list(islice(settlements_from(settlement_on_or_after(first)), count))


def period_number(day: date) -> int:
    """Whole periods since year 0 of the last settlement on or before ``day``.

    Differences of it count periods: ``period_number(b) - period_number(a)``.

    >>> period_number(date(2020, 10, 28)) - period_number(date(2018, 10, 14))
    49
    """
    settlement = settlement_on_or_before(day)
    return PERIODS_PER_YEAR * settlement.year + 2 * (settlement.month - 1) + (settlement.day == 28)


def position(day: date) -> float:
    """Place of ``day`` on the grid, fractions between two settlements (periods since year 0)."""
    before = settlement_on_or_before(day)
    after = next_settlement(before)
    return period_number(day) + (day - before).days / (after - before).days
