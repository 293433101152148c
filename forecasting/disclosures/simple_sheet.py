"""The simple sheet: a row a settlement with its day, share, members and persons helped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

import pandas as pd

from forecasting.base.messages import Message
from forecasting.disclosures.fields import day, number, text
from forecasting.disclosures.quantities import HIGHEST_SHARE, QUANTITIES
from forecasting.disclosures.schemas import OBSERVATIONS, RowRule, TableSchema

QUANTITY_OF = {"share": "share", "members": "sharing_members", "helped": "helped"}
# A share is settled to the fen; a spreadsheet leaves the zeros at its end out.
FEWEST_DECIMALS = 2
UPLOAD_SOURCE = "own"


def _has_a_figure(cells: pd.DataFrame) -> pd.Series:
    return (cells[list(QUANTITY_OF)] != "").any(axis=1)


SIMPLE_SHEET = TableSchema(
    "simple_sheet",
    (
        text("plan", may_be_missing=True),
        day("date"),
        *(
            replace(number(name, upper=most, may_be_empty=True), may_be_missing=True)
            for name, most in (
                ("share", HIGHEST_SHARE),
                ("members", QUANTITIES["members"].highest),
                ("helped", QUANTITIES["helped"].highest),
            )
        ),
        text("note", may_be_empty=True, may_be_missing=True),
    ),
    rules=(
        RowRule(
            "date",
            _has_a_figure,
            lambda row: Message("a row with a {names}", names=", ".join(QUANTITY_OF)),
        ),
    ),
    unique=("plan", "date"),
)


def is_simple(columns: pd.Index) -> bool:
    """Whether a header is that of the simple sheet.

    >>> is_simple(pd.Index(["date", "share", "members"])), is_simple(pd.Index(["value"]))
    (True, False)
    """
    names = set(columns)
    return "date" in names and bool(names & {*QUANTITY_OF}) and not names & {"quantity", "value"}


def with_plan(cells: pd.DataFrame, file: str) -> pd.DataFrame:
    """The cells with a plan in every row: named after the file where the sheet names none."""
    if "plan" in cells:
        return cells
    return cells.assign(plan=PurePath(file).stem or UPLOAD_SOURCE)


def as_observations(sheet: pd.DataFrame) -> pd.DataFrame:
    """Every figure of a sheet as a row of the observations table; the index stays the line.

    Shares are of the plan's own pool, exact to half a unit of the last decimal that the column
    has, two at least (RMB); counts are exact.
    """
    decimals = max([FEWEST_DECIMALS, *sheet["share"].dropna().map(_decimals)])
    widths = {"share": 0.5 * 10.0**-decimals}
    rows = sheet.melt(
        id_vars=["plan", "date", "note"], value_vars=list(QUANTITY_OF), ignore_index=False
    ).dropna(subset="value")
    rows = rows.sort_index(kind="stable")
    quantity = rows["variable"].map(QUANTITY_OF)
    return pd.DataFrame(
        {
            "plan": rows["plan"],
            "scope": "critical_illness",
            "quantity": quantity,
            "period_start": rows["date"],
            "period_end": rows["date"],
            "placement": "stated",
            "value": rows["value"].astype(float),
            "unit": quantity.map({name: one.unit for name, one in QUANTITIES.items()}),
            "bound": "=",
            "rounding_half_width": rows["variable"].map(widths).fillna(0.0),
            "confidence": "high",
            "source_id": UPLOAD_SOURCE,
            "note": rows["note"],
        }
    )[list(OBSERVATIONS.columns)]


def _decimals(value: float) -> int:
    """Decimals of a number as it is written.

    >>> _decimals(3.125), _decimals(5.0)
    (3, 0)
    """
    return len(f"{value:.9f}".rstrip("0").partition(".")[2])
