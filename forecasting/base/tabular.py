"""Tables as CSV and results as JSON, safe for spreadsheets and strict parsers."""

from __future__ import annotations

import json
import math
from typing import Any

import pandas as pd

# The last four are the full-width forms, which a spreadsheet set to Chinese or Japanese runs too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


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


def to_csv(frame: pd.DataFrame) -> str:
    """CSV text with ISO dates, 10 significant digits and formula cells escaped."""
    safe = frame.rename(columns=safe_cell)
    for position, dtype in enumerate(safe.dtypes):
        if not pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_datetime64_dtype(dtype):
            safe.isetitem(position, safe.iloc[:, position].map(safe_cell))
    return safe.to_csv(
        index=False, float_format="%.10g", date_format="%Y-%m-%d", lineterminator="\n"
    )


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """The same as a file, with a byte order mark, so that spreadsheets read its Chinese."""
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
