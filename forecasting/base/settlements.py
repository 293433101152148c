"""Settlement calendars: fixed days of the month, or every so many days.

A period ends on its settlement day. Members join and fall ill in mid-period and are paid at its
end, so a delay of k periods is k + 0.5 periods of time. The engine's own calendar, and the default
of every plan, is the half-monthly one of the 14th and the 28th.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import numpy as np

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12
SHORTEST_MONTH, LAST_OF_MONTH = 28, 31


class Calendar(ABC):
    """The settlements of a plan, numbered without a gap; a value object.

    A kind of calendar says which ``number`` a day has and which day a number is.
    """

    @property
    @abstractmethod
    def periods_per_year(self) -> float:
        """Settlements a year, on average."""

    @abstractmethod
    def number(self, day: date) -> int:
        """Number of the last settlement on or before ``day``; differences of it count periods."""

    @abstractmethod
    def settlement(self, number: int) -> date:
        """The settlement of that number."""

    @property
    def days_per_period(self) -> float:
        """Length of a period in days, on average."""
        return DAYS_PER_YEAR / self.periods_per_year

    @property
    def years_per_period(self) -> float:
        """Length of a period in years, on average."""
        return 1.0 / self.periods_per_year

    @property
    def half_months_per_period(self) -> float:
        """Length of a period in half-months, the unit in which priors of steps are stated.

        >>> MonthDays((10,)).half_months_per_period
        2.0
        """
        return PERIODS_PER_YEAR / self.periods_per_year

    def periods_in(self, years: float) -> int:
        """How many whole periods come nearest to a time, one at least.

        >>> HALF_MONTHLY.periods_in(1.0), EveryDays(7, date(2020, 6, 4)).periods_in(1.0)
        (24, 52)
        """
        return max(round(years * self.periods_per_year), 1)

    def on_or_before(self, day: date) -> date:
        """The last settlement that is not after ``day``.

        >>> HALF_MONTHLY.on_or_before(date(2020, 10, 30))
        datetime.date(2020, 10, 28)
        """
        return self.settlement(self.number(day))

    def on_or_after(self, day: date) -> date:
        """The first settlement that is not before ``day``.

        >>> HALF_MONTHLY.on_or_after(date(2018, 10, 16))
        datetime.date(2018, 10, 28)
        """
        before = self.on_or_before(day)
        return before if before == day else self.next(before)

    def next(self, day: date) -> date:
        """The first settlement after ``day``.

        >>> HALF_MONTHLY.next(date(2018, 12, 28))
        datetime.date(2019, 1, 14)
        """
        return self.settlement(self.number(day) + 1)

    def nearest(self, day: date) -> date:
        """The settlement nearest to ``day``, of two as near the earlier.

        >>> HALF_MONTHLY.nearest(date(2020, 10, 27)), HALF_MONTHLY.nearest(date(2020, 10, 21))
        (datetime.date(2020, 10, 28), datetime.date(2020, 10, 14))
        """
        before, after = self.on_or_before(day), self.next(day)
        return before if day - before <= after - day else after

    def is_settlement(self, day: date) -> bool:
        """Whether a settlement falls on ``day``."""
        return self.on_or_before(day) == day

    def starting(self, first: date) -> Iterator[date]:
        """Every settlement from the day ``first`` on, without end."""
        return (self.settlement(number) for number in count(self.number(self.on_or_after(first))))

    def between(self, first: date, last: date) -> list[date]:
        """Settlements in the closed interval from ``first`` to ``last``.

        >>> len(HALF_MONTHLY.between(date(2019, 1, 1), date(2019, 12, 31)))
        24
        """
        numbers = range(self.number(self.on_or_after(first)), self.number(last) + 1)
        return [self.settlement(number) for number in numbers]

    def position(self, day: date) -> float:
        """Place of ``day`` on the grid, fractions between two settlements, in periods.

        >>> HALF_MONTHLY.position(date(2020, 10, 21)) - HALF_MONTHLY.number(date(2020, 10, 14))
        0.5
        """
        before, after = self.on_or_before(day), self.next(day)
        return self.number(day) + (day - before).days / (after - before).days


@dataclass(frozen=True)
class MonthDays(Calendar):
    """Settlements on the same days of every month; a day that a month lacks is its last.

    >>> month_ends = MonthDays((15, 31))
    >>> [day.isoformat() for day in month_ends.between(date(2020, 2, 1), date(2020, 4, 30))]
    ['2020-02-15', '2020-02-29', '2020-03-15', '2020-03-31', '2020-04-15', '2020-04-30']
    >>> month_ends.periods_per_year
    24.0
    """

    days: tuple[int, ...]

    def __post_init__(self) -> None:
        in_february = [min(day, SHORTEST_MONTH) for day in self.days]
        legal = all(1 <= day <= LAST_OF_MONTH for day in self.days)
        if not self.days or not legal or in_february != sorted({*in_february}):
            raise ValueError(
                f"days of the month: {self.days}, legal: 1 to 31 in order, one above 27 at most"
            )

    @property
    def periods_per_year(self) -> float:
        """See :class:`Calendar`."""
        return float(MONTHS_PER_YEAR * len(self.days))

    def number(self, day: date) -> int:
        """See :class:`Calendar`; counted from the year 0.

        >>> HALF_MONTHLY.number(date(2020, 10, 28)) - HALF_MONTHLY.number(date(2018, 10, 14))
        49
        """
        length = _month_length(day.year, day.month)
        past = sum(min(settlement, length) <= day.day for settlement in self.days)
        return len(self.days) * (MONTHS_PER_YEAR * day.year + day.month - 1) + past - 1

    def settlement(self, number: int) -> date:
        """See :class:`Calendar`."""
        months, place = divmod(number, len(self.days))
        year, month = divmod(months, MONTHS_PER_YEAR)
        return date(year, month + 1, min(self.days[place], _month_length(year, month + 1)))


@dataclass(frozen=True)
class EveryDays(Calendar):
    """Settlements every ``days`` days, one of them on ``anchor``.

    >>> weekly = EveryDays(7, date(2020, 6, 4))
    >>> weekly.next(date(2020, 6, 4)), round(weekly.periods_per_year, 2)
    (datetime.date(2020, 6, 11), 52.18)
    """

    days: int
    anchor: date

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"days between settlements: {self.days}, legal: 1 or more")

    @property
    def periods_per_year(self) -> float:
        """See :class:`Calendar`."""
        return DAYS_PER_YEAR / self.days

    def number(self, day: date) -> int:
        """See :class:`Calendar`; counted from the anchor."""
        return (day - self.anchor).days // self.days

    def settlement(self, number: int) -> date:
        """See :class:`Calendar`."""
        return self.anchor + timedelta(days=number * self.days)


def periods_of(days: Sequence[date], grid: Sequence[date]) -> list[int]:
    """The period of the last settlement of ``grid`` on or before each day, -1 before the first.

    >>> periods_of([date(2020, 10, 20)], [date(2020, 10, 14), date(2020, 10, 28)])
    [0]
    """
    return [bisect_right(grid, day) - 1 for day in days]


def place_on(day: date, grid: Sequence[date]) -> float:
    """Place of a day among the settlements of ``grid``, from 0 for the first to the last.

    >>> place_on(date(2020, 10, 21), [date(2020, 10, 14), date(2020, 10, 28)])
    0.5
    """
    return float(
        np.interp(day.toordinal(), [one.toordinal() for one in grid], np.arange(len(grid)))
    )


def _month_length(year: int, month: int) -> int:
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


HALF_MONTHLY = MonthDays((14, 28))
PERIODS_PER_YEAR = 24
DAYS_PER_PERIOD = HALF_MONTHLY.days_per_period
YEARS_PER_PERIOD = 1.0 / PERIODS_PER_YEAR
# The half-monthly calendar's, for what is of our own record or counts in half-months.
settlement_on_or_before = HALF_MONTHLY.on_or_before
settlement_on_or_after = HALF_MONTHLY.on_or_after
next_settlement = HALF_MONTHLY.next
settlements_from = HALF_MONTHLY.starting
settlements_between = HALF_MONTHLY.between
period_number = HALF_MONTHLY.number
position = HALF_MONTHLY.position
