"""A table as CSV: what pandas' own writer makes of cells that are safe."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as some

from forecasting.base.tabular import plain_number, safe_cell, to_csv

DAYS = some.dates(date(1700, 1, 1), date(2200, 1, 1))
NUMBERS = some.floats(-1e9, 1e9) | some.just(np.nan)
ROWS = some.lists(
    some.tuples(some.text() | some.none(), NUMBERS, some.integers(-9, 9), DAYS | some.none())
)


@given(ROWS)
def test_it_is_the_file_that_pandas_writes(rows: list[tuple[str | None, float, int, date | None]]):
    texts, numbers, wholes, days = zip(*rows, strict=True) if rows else [()] * 4
    frame = pd.DataFrame(
        {
            "=name": pd.Series(texts, dtype=object),
            "number": np.array(numbers, dtype=float),
            "whole": np.array(wholes, dtype=int),
            "day": pd.Series(pd.to_datetime(list(days)), dtype="datetime64[us]"),
            "said": pd.Series(days, dtype=object),
            "is": np.array(wholes, dtype=int) > 0,
        }
    )
    safe = frame.assign(
        **{"=name": frame["=name"].map(safe_cell)},
        number=pd.Series([plain_number(one) for one in numbers], dtype=object),
    ).rename(columns=safe_cell)
    wanted = safe.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")
    assert to_csv(frame) == wanted
