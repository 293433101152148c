"""Every CSV file of a data folder: read whole and within its legal ranges, or refused by cell."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.base.errors import InputError
from forecasting.disclosures import PACKAGED_DATA
from forecasting.disclosures.problems import MOST_PROBLEMS
from forecasting.disclosures.quantities import (
    BOUNDS,
    CONFIDENCES,
    PLACEMENTS,
    QUANTITIES,
    SCOPES,
)
from forecasting.disclosures.schemas import OBSERVATIONS, TABLES, TableSchema
from forecasting.disclosures.simple_sheet import SIMPLE_SHEET
from forecasting.disclosures.spreadsheet_cells import column_of
from forecasting.disclosures.validation import validate_table
from tests.fuzz.harness import Harness

FILE = "any.csv"
CASES = Path(__file__).parents[1] / "cases"
SEED_LINES = 7
FIRST_DAY, LAST_DAY = pd.Timestamp(2000, 1, 1), pd.Timestamp(2100, 12, 31)
LONGEST_TEXT = 10_000
LONGEST_LINE = 12_000
BY_NAME = {schema.name: schema for schema in TABLES}
MOST = {
    "age": 105, "rate_per_1000": 10_000, "male": 100, "female": 100, "year": 2100,
    "male_thousands": 8.3e6, "female_thousands": 8.3e6, "death_probability": 1,
    "mean_days": 366, "days_per_hospital_stay": 366,
}  # fmt: skip
WORDS_OF_OBSERVATIONS = {
    "scope": SCOPES,
    "quantity": tuple(QUANTITIES),
    "placement": PLACEMENTS,
    "bound": BOUNDS,
    "confidence": CONFIDENCES,
}


def first_lines(schema: TableSchema) -> bytes:
    """The header and the first rows of our own file."""
    lines = (PACKAGED_DATA / schema.file).read_bytes().splitlines(keepends=True)
    return b"".join(lines[:SEED_LINES])


def split(data: bytes) -> tuple[TableSchema, bytes]:
    """The table that the first line names, observations where it names none, and its bytes."""
    name, _, content = data.partition(b"\n")
    schema = BY_NAME.get(name.decode("ascii", "replace"))
    return (schema, content) if schema else (OBSERVATIONS, data)


def check(data: bytes) -> None:
    """A table is refused by row and column, or every row of it is taken as it stands."""
    schema, content = split(data)
    try:
        table = validate_table(content, FILE, schema)
    except InputError as error:
        check_refusal(error, content, schema)
        return
    # A sheet that was understood otherwise than written has notes, and its own tests.
    assert table.warnings or len(table.frame) == rows_of(content)
    check_values(table.frame, schema)
    check_read_back(table.frame, schema)


def check_refusal(error: InputError, content: bytes, schema: TableSchema) -> None:
    """Every line names the file; every problem lies in the file and in a column it has."""
    lines = str(error).splitlines()
    assert 0 < len(lines) <= MOST_PROBLEMS + 1
    assert all(line.startswith(f"{FILE}: ") for line in lines)
    assert max(map(len, lines)) <= LONGEST_LINE
    assert error.problems
    last = len(re.findall(rb"\r\n|\r|\n", content)) + 1
    for problem in error.problems:
        assert 0 <= problem.row <= last
        # A column is named as the file names it.
        columns = {"", *schema.columns, *SIMPLE_SHEET.columns}
        assert {problem.column, column_of(problem.column)} & columns
        assert problem.found or problem.column
        assert problem.legal or not problem.row
        assert not problem.row or f"row {problem.row}" in str(error)


def rows_of(content: bytes) -> int:
    """Rows below the header that are not blank, counted without the engine."""
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    return sum(any(map(str.strip, row)) for row in csv.reader(text, strict=True)) - 1


def check_values(frame: pd.DataFrame, schema: TableSchema) -> None:
    """Every value that was taken is one that can be true."""
    assert tuple(frame.columns) == schema.columns
    for name, column in frame.items():
        field = schema.field(str(name))
        if pd.api.types.is_datetime64_any_dtype(column):
            assert column.between(FIRST_DAY, LAST_DAY).all()
        elif pd.api.types.is_numeric_dtype(column):
            numbers = column.dropna() if field.may_be_empty else column
            assert np.isfinite(numbers).all()
            assert ((numbers >= 0) & (numbers <= MOST.get(str(name), np.inf))).all()
        else:
            assert field.may_be_empty or (column != "").all()
            assert (column.str.len() <= LONGEST_TEXT).all()
            assert not column.str.contains("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f]").any()
    if schema.unique:
        assert not frame.duplicated(list(schema.unique)).any()
    if schema is OBSERVATIONS:
        _check_figures(frame)


def _check_figures(frame: pd.DataFrame) -> None:
    assert len(frame)
    for name, legal in WORDS_OF_OBSERVATIONS.items():
        assert frame[name].isin(legal).all()
    quantities = [QUANTITIES[name] for name in frame["quantity"]]
    assert list(frame["unit"]) == [quantity.unit for quantity in quantities]
    highest = np.array([quantity.highest for quantity in quantities])
    assert (frame["value"] <= highest).all()
    assert (frame["rounding_half_width"] <= highest).all()
    assert (frame["period_start"] <= frame["period_end"]).all()


def check_read_back(frame: pd.DataFrame, schema: TableSchema) -> None:
    """What was read is read again as the same."""
    written = frame.to_csv(index=False, quoting=csv.QUOTE_ALL, date_format="%Y-%m-%d")
    again = validate_table(written.encode(), FILE, schema).frame
    assert again.reset_index(drop=True).equals(frame.reset_index(drop=True))


HARNESS = Harness(
    name="tables",
    check=check,
    seeds=(
        *(schema.name.encode() + b"\n" + first_lines(schema) for schema in TABLES),
        *(path.read_bytes() for path in sorted(CASES.glob("*.csv"))),
    ),
    words=tuple(
        word.encode()
        for word in (*BY_NAME, *OBSERVATIONS.columns, *QUANTITIES, *SCOPES, *BOUNDS, *CONFIDENCES)
    ),
    samples=90,
)
