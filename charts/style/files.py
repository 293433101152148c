"""Files of a table: their name, and their content with where it comes from on every row."""

from __future__ import annotations

import re

import pandas as pd

from forecasting.base.tabular import csv_bytes

LONGEST_FILE_PART = 40


def file_part(plan: str) -> str:
    """A plan's name as a part of a file's name.

    >>> file_part("xianghubao"), file_part("村里 互助/2020"), file_part("../..")
    ('xianghubao', '村里-互助-2020', 'own-plan')
    """
    part = re.sub(r"[^\w]+", "-", plan)[:LONGEST_FILE_PART].strip("-_")
    return part or "own-plan"


def credited_csv(table: pd.DataFrame, header: str, credit: str) -> bytes:
    """A table as a CSV file whose last column says on every row where it comes from.

    A line above the header would be no CSV to pandas and a stray cell to a spreadsheet; a column
    outlives sorting and filtering. Columns without a value are left out.

    >>> table = pd.DataFrame({"share": [4.86, 5.01], "cap": [None, None], "note": ["", ""]})
    >>> credited_csv(table, "credit", "CC BY 4.0").decode("utf-8-sig").splitlines()
    ['share,credit', '4.86,CC BY 4.0', '5.01,CC BY 4.0']
    """
    filled = [table.empty or _says_something(column) for _, column in table.items()]
    return csv_bytes(table.loc[:, filled].assign(**{header: credit}))


def _says_something(column: pd.Series) -> bool:
    cells = zip(column.tolist(), column.isna().tolist(), strict=True)
    return any(cell != "" for cell, is_missing in cells if not is_missing)
