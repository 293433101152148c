"""Rows that disagree with each other or are kept out: shown, with what speaks against them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from forecasting.base.settlements import period_number, settlements_between
from forecasting.disclosures.figures import INTERVAL

IMPLAUSIBLE_RISE = 1.5
ROUNDING_SLACK = 1e-9
PART_OF = {"helped_sum": "helped", "aid_sum": "aid", "share_sum": "share"}

CONFLICT_KINDS: dict[str, str] = {
    "same_interval": "values for one interval that cannot all be true",
    "sum_of_parts": "two totals differ by something else than the figures between them",
    "implausible_rise": "a total rises faster than any single settlement allows",
    "falling_total": "a later total is lower than an earlier one",
    "low_confidence": "kept out for low confidence",
}
SHOWN = (
    "scope",
    "quantity",
    "period_start",
    "period_end",
    "value",
    "unit",
    "bound",
    "rounding_half_width",
    "confidence",
    "source_id",
    "note",
    "fitted",
    "reason",
)


@dataclass(frozen=True)
class _Group:
    """Rows (line numbers) of one conflict; what was found against what the others say."""

    kind: str
    rows: tuple[int, ...]
    found: float = np.nan
    expected: float = np.nan


def conflicts(observations: pd.DataFrame, first: date) -> pd.DataFrame:
    """The table of ``Disclosures.conflicts``; ``first`` is the first settlement."""
    groups = [*_same_interval(observations), *_totals(observations, first)]
    named = {row for group in groups for row in group.rows}
    low = observations[observations["confidence"] == "low"]
    groups += [_Group("low_confidence", (row,)) for row in low["row"] if row not in named]
    by_row = observations.set_index("row")
    records = [
        {
            "group": number,
            "kind": group.kind,
            "row": row,
            **by_row.loc[row, list(SHOWN)].to_dict(),
            "found": group.found,
            "expected": group.expected,
            "explanation": _explanation(group, by_row),
        }
        for number, group in enumerate(groups, 1)
        for row in group.rows
    ]
    columns = ["group", "kind", "row", *SHOWN, "found", "expected", "explanation"]
    return pd.DataFrame(records, columns=columns).astype(
        {"group": "int64", "row": "int64", "kind": "str", "explanation": "str"}
    )


def _explanation(group: _Group, by_row: pd.DataFrame) -> str:
    text = CONFLICT_KINDS[group.kind]
    if not np.isnan(group.expected):
        return f"{text}: {group.found:,.15g} against {group.expected:,.15g}"
    note = by_row.at[group.rows[0], "note"]
    return f"{text}: {note}" if group.kind == "low_confidence" and note else text


def _possible(rows: pd.DataFrame) -> pd.DataFrame:
    """Lowest and highest truth that each row allows."""
    value, width, bound = rows["value"], rows["rounding_half_width"], rows["bound"]
    low = (value - width).where(bound == "=", value).mask(bound == "<", 0.0)
    high = (value + width).mask(bound == "over", value + 2 * width)
    return pd.DataFrame(
        {"low": low, "high": high.mask(bound == ">", np.inf).mask(bound == "<", value)}
    )


def _same_interval(observations: pd.DataFrame) -> Iterator[_Group]:
    groups = observations.join(_possible(observations)).groupby(INTERVAL, sort=False)
    common = groups.agg(low=("low", "max"), high=("high", "min"), rows=("row", tuple))
    for rows in common.loc[common["low"] > common["high"] + ROUNDING_SLACK, "rows"]:
        yield _Group("same_interval", rows)


@dataclass(frozen=True)
class _Total:
    """An exact figure over a set of settlements (numbers of periods)."""

    row: int
    settlements: frozenset[int]
    value: float
    half_width: float


def _totals(observations: pd.DataFrame, first: date) -> Iterator[_Group]:
    exact = observations[observations["bound"] == "="]
    for total, single in PART_OF.items():
        highest = exact.loc[exact["quantity"] == single, "value"].max()
        for _, rows in exact[exact["quantity"].isin([total, single])].groupby("scope", sort=False):
            parts = [
                _as_total(row, first) for row in rows[rows["confidence"] != "low"].itertuples()
            ]
            sums = rows[rows["quantity"] == total].sort_values("period_end", kind="stable")
            for _, series in sums.groupby("period_start", sort=False):
                totals = [_as_total(row, first) for row in series.itertuples()]
                for earlier, later in pairwise(totals):
                    yield from _between(earlier, later, parts, highest)


def _as_total(row: Any, first: date) -> _Total:
    start, end = row.period_start.date(), row.period_end.date()
    settlements = [end] if start == end else settlements_between(max(start, first), end)
    return _Total(
        row.row,
        frozenset(period_number(day) for day in settlements),
        row.value,
        row.rounding_half_width,
    )


def _between(
    earlier: _Total, later: _Total, parts: list[_Total], highest: float
) -> Iterator[_Group]:
    """What speaks against the rise from one total to the next."""
    gap = later.settlements - earlier.settlements
    if not gap:
        return
    rise, width = later.value - earlier.value, later.half_width + earlier.half_width
    rows = (earlier.row, later.row)
    if rise < -width:
        yield _Group("falling_total", rows, later.value, earlier.value)
        return
    used = _cover(gap, [part for part in parts if part.row not in rows])
    if used:
        expected = sum(part.value for part in used)
        if abs(rise - expected) > width + sum(part.half_width for part in used) + ROUNDING_SLACK:
            yield _Group("sum_of_parts", (*rows, *(part.row for part in used)), rise, expected)
    elif rise - width > IMPLAUSIBLE_RISE * highest * len(gap):
        yield _Group("implausible_rise", rows, rise / len(gap), highest)


def _cover(gap: frozenset[int], parts: list[_Total]) -> list[_Total]:
    """Parts without overlap that fill the gap, the longest first; empty when they do not."""
    used: list[_Total] = []
    left = set(gap)
    for part in sorted(parts, key=lambda part: -len(part.settlements)):
        if part.settlements and part.settlements <= left:
            used.append(part)
            left -= part.settlements
    return [] if left else used
