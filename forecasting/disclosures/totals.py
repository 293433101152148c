"""Which figures make up a total, settlement by settlement."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from forecasting.base.settlements import Calendar

SINGLE_OF = {
    "share_sum": "share",
    "share_mean": "share",
    "share_min": "share",
    "helped_sum": "helped",
    "aid_sum": "aid",
}
SUM = "_sum"
OF_PARTS: dict[str, Callable[[Sequence[float]], Any]] = {"share_mean": np.mean, "share_min": min}
SLACK = 1e-9
# Sums are tried one by one for each total; a file with more of them would take minutes.
MOST_SUMS = 300
COLUMNS = [
    "row",
    "scope",
    "quantity",
    "period_start",
    "period_end",
    "value",
    "bound",
    "rounding_half_width",
    "confidence",
]


@dataclass(frozen=True)
class Part:
    """A figure over a set of settlements (numbers of periods); ``row`` is its line number."""

    row: int
    settlements: frozenset[int]
    value: float
    half_width: float


@dataclass(frozen=True)
class RecomputedTotal:
    """What the figures of its parts say of a total: ``value`` in its own unit.

    ``row`` and ``parts`` are line numbers, ``settlements`` how many the parts are about.
    ``agrees``: ``value`` lies within the rounding, or on the side of the bound, that is printed.
    """

    row: int
    parts: tuple[int, ...]
    settlements: int
    value: float
    agrees: bool


def as_part(row: Any, first: date, calendar: Calendar) -> Part:
    """One row of ``observations`` as a part: settlements before ``first``, the first, are none."""
    start, end = row.period_start.date(), row.period_end.date()
    days = [end] if start == end else calendar.between(max(start, first), end)
    numbers = frozenset(calendar.number(day) for day in days)
    return Part(row.row, numbers, row.value, row.rounding_half_width)


def cover(whole: frozenset[int], parts: list[Part]) -> list[Part]:
    """Parts without overlap that fill ``whole``, the longest first; empty when they do not."""
    used: list[Part] = []
    left = set(whole)
    for part in sorted(parts, key=lambda part: -len(part.settlements)):
        if part.settlements and part.settlements <= left:
            used.append(part)
            left -= part.settlements
    return [] if left else used


def recomputed_totals(
    observations: pd.DataFrame, singles: pd.DataFrame, calendar: Calendar
) -> list[RecomputedTotal]:
    """Every total, mean, low point and bound whose settlements are all known from other figures.

    ``singles``: rows that each give one settlement exactly, one a settlement. Where some are
    missing, shorter sums stand in for them. Of an interval that begins before the first settlement
    known, only a sum that its parts make counts: then nothing was shared before.
    """
    family = observations["quantity"].map(lambda name: SINGLE_OF.get(name, name))
    checked = _checked(observations)
    families = {*zip(observations.loc[checked, "scope"], family[checked], strict=True)}
    return [
        total
        for (scope, quantity), known in singles.groupby(["scope", "quantity"], sort=False)
        if (scope, quantity) in families
        for total in _of_family(
            observations.loc[(observations["scope"] == scope) & (family == quantity), COLUMNS],
            known[COLUMNS],
            calendar,
        )
    ]


def _checked(rows: pd.DataFrame) -> pd.Series:
    is_limit = (rows["bound"] != "=") & (rows["period_start"] == rows["period_end"])
    return is_limit | rows["quantity"].isin(SINGLE_OF)


def _of_family(
    rows: pd.DataFrame, singles: pd.DataFrame, calendar: Calendar
) -> Iterator[RecomputedTotal]:
    """The totals among the rows of one quantity and its sums that their parts make up."""
    first = calendar.on_or_before(singles["period_end"].min().date())
    each = [as_part(row, first, calendar) for row in singles.itertuples()]
    exact = (rows["bound"] == "=") & (rows["confidence"] != "low")
    sums = rows[exact & rows["quantity"].str.endswith(SUM)].head(MOST_SUMS)
    shorter = [as_part(row, first, calendar) for row in sums.itertuples()]
    for row in rows[_checked(rows)].itertuples():
        whole = as_part(row, first, calendar)
        used = [part for part in each if part.settlements <= whole.settlements]
        if len(used) < len(whole.settlements):
            parts = [part for part in shorter if part.settlements < whole.settlements]
            used = cover(whole.settlements, used + parts) if row.quantity.endswith(SUM) else []
        if used:
            total = _recomputed(row, used)
            if total.agrees or calendar.on_or_after(row.period_start.date()) >= first:
                yield total


def _recomputed(row: Any, parts: list[Part]) -> RecomputedTotal:
    value = float(OF_PARTS.get(row.quantity, math.fsum)([part.value for part in parts]))
    width = row.rounding_half_width + SLACK
    agrees = {
        "=": abs(value - row.value) <= width,
        "over": -SLACK <= value - row.value < 2 * width,
        ">": value > row.value,
        "<": value < row.value,
    }[row.bound]
    count = sum(len(part.settlements) for part in parts)
    return RecomputedTotal(row.row, tuple(sorted(part.row for part in parts)), count, value, agrees)
