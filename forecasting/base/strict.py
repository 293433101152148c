"""The one strict reader of numbers and days in arguments, addresses and JSON.

ASCII digits in plain or scientific notation, days as YYYY-MM-DD; ``1_5_0``, full-width digits,
``inf`` and ISO weeks are none. Files of figures follow ``disclosures.spreadsheet_cells``.
"""

from __future__ import annotations

import math
import re
from datetime import date

NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
WHOLE = re.compile(r"[+-]?\d{1,18}", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def number_of(text: str) -> float:
    """A finite number; ValueError for any other text.

    >>> number_of("1.5e2")
    150.0
    >>> number_of("1_5_0")
    Traceback (most recent call last):
    ValueError: not a number: '1_5_0'
    """
    value = float(text) if NUMBER.fullmatch(text) else math.nan
    if not math.isfinite(value):
        raise ValueError(f"not a number: {text!r}")
    return value


def whole_of(text: str) -> int:
    """A whole number; ValueError for any other text.

    >>> whole_of("24")
    24
    """
    if not WHOLE.fullmatch(text):
        raise ValueError(f"not a whole number: {text!r}")
    return int(text)


def day_of(text: str) -> date:
    """A day that exists; ValueError for any other text.

    >>> day_of("2020-10-28")
    datetime.date(2020, 10, 28)
    >>> day_of("2020-W44-3")
    Traceback (most recent call last):
    ValueError: not a day as YYYY-MM-DD: '2020-W44-3'
    """
    if not DAY.fullmatch(text):
        raise ValueError(f"not a day as YYYY-MM-DD: {text!r}")
    return date.fromisoformat(text)
