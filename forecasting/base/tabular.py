"""Tables as CSV and results as JSON, safe for spreadsheets and strict parsers."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

# The last four are the full-width forms, which a spreadsheet set to Chinese or Japanese runs too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

# Those of a float that survive being written and read; beyond are remainders of its arithmetic.
MOST_DIGITS = 15
# Those that a fit on another processor leaves as they are.
DIGITS_OF_RESULTS = 5


def escape_formula(cell: Any) -> Any:
    """A text cell that a spreadsheet would run gets a leading apostrophe; others are unchanged.

    >>> escape_formula("=1+1"), escape_formula("4.86"), escape_formula(-1.5)
    ("'=1+1", '4.86', -1.5)
    """
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def safe_cell(cell: Any) -> Any:
    """A text cell as a CSV file may hold it: no formula, and no carriage return.

    Python before 3.13 leaves a cell with a lone carriage return unquoted, and whoever reads the
    file begins a new row there.

    >>> safe_cell("one\\r=1+1"), safe_cell("\\r\\n=1")
    ('one\\n=1+1', "'\\n=1")
    """
    if isinstance(cell, str):
        cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return escape_formula(cell)


def plain_number(value: float, digits: int = MOST_DIGITS) -> str:
    """A number with at most so many significant digits and no exponent, empty where there is none.

    >>> plain_number(12345678901.25), plain_number(0.000012345), plain_number(0.1 + 0.2)
    ('12345678901.25', '0.000012345', '0.3')
    >>> plain_number(5.02345678, 5), plain_number(float("nan"))
    ('5.0235', '')
    """
    if math.isnan(value):
        return ""
    return np.format_float_positional(value + 0.0, precision=digits, fractional=False, trim="-")


def to_csv(frame: pd.DataFrame, digits: int = MOST_DIGITS, exact: Sequence[str] = ()) -> str:
    """CSV text with ISO dates, every digit of a number and formula cells escaped.

    ``digits`` are the significant ones of numbers, columns of ``exact`` apart: what is computed is
    the same on every processor to a few digits only, what was disclosed to all of them.
    """
    columns = [
        _cells(column, MOST_DIGITS if name in exact else digits) for name, column in frame.items()
    ]
    text = io.StringIO()
    # Not pandas' own writer, which takes three times as long for a chart's table.
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(safe_cell, frame.columns))
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue()


def _cells(column: pd.Series, digits: int) -> list[Any]:
    """The cells of a column as a CSV file holds them, empty where there is no value."""
    if pd.api.types.is_float_dtype(column.dtype):
        return [plain_number(number, digits) for number in column.tolist()]
    if pd.api.types.is_datetime64_dtype(column.dtype):
        return column.dt.strftime("%Y-%m-%d").fillna("").tolist()
    missing = column.isna().tolist()
    cells = zip(column.tolist(), missing, strict=True)
    return ["" if is_missing else safe_cell(cell) for cell, is_missing in cells]


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A table as a CSV file with a byte order mark, so that spreadsheets read its Chinese."""
    return to_csv(frame).encode("utf-8-sig")


def to_json(content: Any) -> str:
    """Strict JSON: what is not a finite number becomes null; keys keep their order."""
    return json.dumps(finite(content), ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def finite(content: Any) -> Any:
    """Nested content as plain JSON values: array scalars as numbers, what is not finite as None.

    >>> finite({"share": (4.86, float("nan"))})
    {'share': [4.86, None]}
    """
    if isinstance(content, dict):
        return {str(key): finite(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [finite(value) for value in content]
    if hasattr(content, "item"):
        return finite(content.item())
    if isinstance(content, float) and not math.isfinite(content):
        return None
    return content
