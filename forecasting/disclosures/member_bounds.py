"""How many members can have shared a settlement, from what was disclosed alone.

A settlement is known by its own count or, where the operator counted all its plans together, by
that count less the other plans, whose size is known wherever both counts are. Between two known
settlements membership lies between the two; after the last it stood still or moved on, no faster
than between any two counts of the year before. Enrolment is not used: not all who enrol pay.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from forecasting.base.settlements import Calendar
from forecasting.disclosures.figures import CRITICAL_ILLNESS

if TYPE_CHECKING:
    from forecasting.disclosures.record import Disclosures

EVERY_POOL = "all_plans"


class Known(NamedTuple):
    """A count at one period of the grid, and how low and high it can be by its rounding."""

    period: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class _Movement:
    """Which way counts moved last (-1 or 1), and the fastest that way in a year, log a period."""

    way: int
    fastest: float


def member_bounds(disclosures: Disclosures) -> pd.DataFrame:
    """Sharing members of this plan's own pool at each settlement, and their bounds. Persons.

    ``date``, ``members``, ``members_low``, ``members_high`` and ``members_basis``: disclosed;
    from_all_plans (a count of all plans less the others); between (two known settlements; the
    value is interpolated); after (the last known one; the value is the bounds' geometric mean).
    Rows run from the first settlement so known to the last with a share; empty where there is none.

    >>> from forecasting.disclosures import load_disclosures
    >>> bounds = member_bounds(load_disclosures().as_of("2020-12-14")).set_index("date")
    >>> print(*bounds.loc["2020-12-14", ["members", "members_basis"]])
    98244000.0 disclosed
    """
    of_pool, of_all = (_known(disclosures, scope) for scope in (CRITICAL_ILLNESS, EVERY_POOL))
    derived = _less_other_plans(of_pool, of_all, disclosures.calendar)
    known = sorted([*of_pool, *derived])
    shares = disclosures.settlement_values("share")
    if not known or shares.empty:
        return _frame([])
    calendar = disclosures.calendar
    movement = _last_movement([of_pool, of_all], calendar)
    counted = {count.period for count in of_pool}
    rows = []
    for day in calendar.between(disclosures.first_settlement, shares.index[-1]):
        period = calendar.number(day)
        if period < known[0].period:
            continue
        count, basis = _at(period, known, movement)
        if basis == "disclosed" and period not in counted:
            basis = "from_all_plans"
        rows.append((pd.Timestamp(day), count.value, count.low, count.high, basis))
    return _frame(rows)


def _frame(rows: list[tuple[pd.Timestamp, float, float, float, str]]) -> pd.DataFrame:
    columns = ["date", "members", "members_low", "members_high", "members_basis"]
    return pd.DataFrame(rows, columns=columns).astype({"date": "datetime64[us]"})


def _known(disclosures: Disclosures, scope: str) -> list[Known]:
    """Exact, trusted counts of single settlements of one scope, in order, one a period."""
    rows = disclosures.figures()
    rows = rows[
        (rows["quantity"] == "sharing_members")
        & (rows["scope"] == scope)
        & (rows["bound"] == "=")
        & (rows["period_start"] == rows["period_end"])
    ].sort_values("period_end")
    number = disclosures.calendar.number
    found = {
        number(day.date()): (float(value), float(width))
        for day, value, width in zip(
            rows["period_end"], rows["value"], rows["rounding_half_width"], strict=True
        )
    }
    return [Known(period, v, v - w, v + w) for period, (v, w) in found.items()]


def _less_other_plans(
    of_pool: Sequence[Known], of_all: Sequence[Known], calendar: Calendar
) -> list[Known]:
    """This plan's counts where only all plans together were counted."""
    counted = {count.period: count for count in of_pool}
    others = [
        Known(
            count.period,
            count.value - mine.value,
            max(count.low - mine.high, 0.0),
            count.high - mine.low,
        )
        for count in of_all
        if (mine := counted.get(count.period)) is not None
    ]
    if not others:
        return []
    movement = _last_movement([others], calendar)
    found = []
    for count in of_all:
        if count.period in counted:
            continue
        if count.period < others[0].period:
            # They began at nothing.
            rest = others[0]._replace(low=0.0, value=others[0].high / 2)
        else:
            rest, _ = _at(count.period, others, movement)
        found.append(
            Known(
                count.period,
                count.value - rest.value,
                count.low - rest.high,
                count.high - rest.low,
            )
        )
    return found


def _at(period: int, known: Sequence[Known], movement: _Movement) -> tuple[Known, str]:
    """The count of a period at or after the first known one, and how it is known."""
    periods = [count.period for count in known]
    place = int(np.searchsorted(periods, period, side="right")) - 1
    before = known[place]
    if before.period == period:
        return before, "disclosed"
    if place + 1 < len(known):
        after = known[place + 1]
        part = (period - before.period) / (after.period - before.period)
        value = before.value + part * (after.value - before.value)
        low, high = min(before.low, after.low), max(before.high, after.high)
        return Known(period, value, low, high), "between"
    factor = float(np.exp(movement.way * movement.fastest * (period - before.period)))
    low, high = before.low * min(factor, 1.0), before.high * max(factor, 1.0)
    return Known(period, float(np.sqrt(low * high)), low, high), "after"


def _last_movement(series: Sequence[Sequence[Known]], calendar: Calendar) -> _Movement:
    """How counts moved in the year up to the last of them, each series on its own."""
    moves = [
        (after.period, float(np.log(after.value / before.value)) / (after.period - before.period))
        for counts in series
        for before, after in itertools.pairwise(counts)
    ]
    if not moves:
        return _Movement(1, 0.0)
    last = max(period for period, _ in moves)
    way = -1 if next(rate for period, rate in moves if period == last) < 0 else 1
    recent = (rate for period, rate in moves if period > last - calendar.periods_per_year)
    return _Movement(way, max((way * rate for rate in recent if way * rate > 0), default=0.0))
