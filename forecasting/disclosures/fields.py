"""Kinds of cell: what text is legal in a column and what it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.base.messages import Message
from forecasting.disclosures.text_table import LONGEST_CELL

FIRST_DAY = pd.Timestamp(2000, 1, 1)
LAST_DAY = pd.Timestamp(2100, 12, 31)
DAY_FORM = "YYYY-MM-DD"
NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
PARTIAL_DAY = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2})?)?", re.ASCII)


@dataclass(frozen=True)
class Field:
    """A column: its legal text in words, the test, and how the text is parsed.

    ``may_be_empty``: an empty cell is legal. ``may_be_missing``: so is a file without the column.
    """

    name: str
    legal: str
    test: Callable[[pd.Series], pd.Series]
    parse: Callable[[pd.Series], pd.Series]
    may_be_empty: bool = False
    may_be_missing: bool = False

    def holds(self, cells: pd.Series) -> pd.Series:
        """Whether each cell is legal."""
        held = self.test(cells)
        return held | (cells == "") if self.may_be_empty else held & (cells != "")


def as_numbers(cells: pd.Series) -> pd.Series:
    """Numbers in plain or scientific notation; NaN for any other text."""
    is_plain = cells.map(lambda cell: NUMBER.fullmatch(cell) is not None).astype(bool)
    return pd.to_numeric(cells.where(is_plain, ""), errors="coerce").astype(float)


def as_days(cells: pd.Series) -> pd.Series:
    """ISO days between 2000 and 2100; NaT for any other text."""
    is_plain = cells.map(lambda cell: DAY.fullmatch(cell) is not None).astype(bool)
    days = pd.to_datetime(cells.where(is_plain, None), format="%Y-%m-%d", errors="coerce")
    days = days.astype("datetime64[us]")
    return days.where((days >= FIRST_DAY) & (days <= LAST_DAY))


def _as_text(cells: pd.Series) -> pd.Series:
    return cells.astype("str")


def text(
    name: str, may_be_empty: bool = False, may_be_missing: bool = False, most: int = LONGEST_CELL
) -> Field:
    """Any text up to a length that fits a note."""
    return Field(
        name,
        Message("text of 1 to {most:,} characters", most=most),
        lambda cells: cells.str.len().le(most),
        _as_text,
        may_be_empty,
        may_be_missing,
    )


def choice(name: str, options: tuple[str, ...], may_be_empty: bool = False) -> Field:
    """One of a few words."""
    return Field(
        name, ", ".join(options), lambda cells: cells.isin(options), _as_text, may_be_empty
    )


def number(
    name: str, lower: float = 0.0, upper: float = np.inf, may_be_empty: bool = False
) -> Field:
    """A finite number in a closed range; an empty cell, where legal, becomes NaN."""
    if np.isinf(upper):
        legal = Message("a number, {lower:,.16g} or more", lower=lower)
    else:
        legal = Message("a number, {lower:,.16g} to {upper:,.16g}", lower=lower, upper=upper)

    def test(cells: pd.Series) -> pd.Series:
        numbers = as_numbers(cells)
        return np.isfinite(numbers) & numbers.between(lower, upper)

    return Field(name, legal, test, as_numbers, may_be_empty)


def whole_number(name: str, lower: int, upper: int) -> Field:
    """A whole number in a closed range."""

    def test(cells: pd.Series) -> pd.Series:
        numbers = as_numbers(cells)
        return numbers.between(lower, upper) & (numbers % 1 == 0)

    return Field(
        name,
        Message("a whole number from {lower} to {upper}", lower=lower, upper=upper),
        test,
        lambda cells: as_numbers(cells).astype("int64"),
    )


def day(name: str, first: pd.Timestamp = FIRST_DAY, last: pd.Timestamp = LAST_DAY) -> Field:
    """A day that exists, in a closed range within 2000 to 2100."""
    return Field(
        name,
        Message(
            "a day that exists from {first} to {last}, as {form}",
            first=first.date(),
            last=last.date(),
            form=DAY_FORM,
        ),
        lambda cells: as_days(cells).between(first, last),
        as_days,
    )


def partial_day(name: str, may_be_empty: bool = False) -> Field:
    """A year, a month or a day; kept as text, since its precision is part of it."""

    def test(cells: pd.Series) -> pd.Series:
        is_plain = cells.map(lambda cell: PARTIAL_DAY.fullmatch(cell) is not None).astype(bool)
        first_days = cells.where(is_plain, "").map(lambda cell: cell + "-01-01"[len(cell) - 4 :])
        return is_plain & as_days(first_days).notna()

    legal = Message(
        "{forms} or {form}, {first} to {last}",
        forms="YYYY, YYYY-MM",
        form=DAY_FORM,
        first=FIRST_DAY.year,
        last=LAST_DAY.year,
    )
    return Field(name, legal, test, _as_text, may_be_empty)
