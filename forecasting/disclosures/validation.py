"""Check a table against its schema: every problem with row, column, found and legal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from warnings import warn

import pandas as pd

from forecasting.base.messages import Message
from forecasting.disclosures.problems import InputWarning, Problems, shown
from forecasting.disclosures.schemas import OBSERVATIONS, TableSchema
from forecasting.disclosures.simple_sheet import (
    SIMPLE_SHEET,
    as_observations,
    is_simple,
    with_plan,
)
from forecasting.disclosures.spreadsheet_cells import (
    columns_noted,
    known_columns,
    understand,
)
from forecasting.disclosures.text_table import MOST_ROWS, read_bytes, read_text_table

CHUNK_ROWS = 5_000
FEWEST_ALIKE = 3
SAME_FIGURE = ["plan", "scope", "quantity", "period_start", "period_end", "source_id", "bound"]


@dataclass(frozen=True, eq=False)
class ValidTable:
    """A table that holds what its schema asks for; its index is the line number in the file."""

    schema: TableSchema
    file: str
    frame: pd.DataFrame
    warnings: tuple[str, ...]


def validate_observations(path: str | Path) -> pd.DataFrame:
    """Read an observations file: one published figure a row, columns of the data dictionary.

    Returns ``row``, the line number of each figure in the file, and typed columns (days as
    datetime64, numbers as float, text). A column that the dictionary does not know is left out
    with an InputWarning.

    Raises InputError that lists every problem, at most 50, one a line: the file, the row (line
    number), the column, what was found and what is legal.

    >>> from forecasting.disclosures import PACKAGED_DATA
    >>> figures = validate_observations(PACKAGED_DATA / "observations.csv")
    >>> len(figures), figures["plan"].nunique()
    (355, 10)
    """
    return read_observations(read_bytes(path), str(path))


def read_observations(content: bytes, file: str) -> pd.DataFrame:
    """``validate_observations`` on the bytes of a file that messages call ``file``."""
    table = validate_table(content, file, OBSERVATIONS)
    for warning in table.warnings:
        warn(warning, InputWarning, stacklevel=3)
    return numbered(table.frame)


def numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with its line numbers as the column ``row``."""
    return frame.rename_axis("row").reset_index()


def validate_table(
    content: bytes, file: str, schema: TableSchema, most_rows: int = MOST_ROWS
) -> ValidTable:
    """Check the bytes of one CSV or XLSX file against its schema and parse them.

    ``file`` is the name that messages bear. Figures may come as the simple sheet, and with other
    names of their columns; what was understood otherwise than written is a warning. Raises
    InputError as ``validate_observations`` does.
    """
    table = read_text_table(content, file, most_rows)
    notes: list[str] = list(table.notes)
    cells, headers = table.cells, dict[str, str]()
    if schema is OBSERVATIONS:
        cells, headers = known_columns(cells)
        notes += columns_noted(headers, file)
        if is_simple(cells.columns):
            schema, cells = SIMPLE_SHEET, with_plan(cells, file)
    problems = Problems(file, headers)
    notes += _check_columns(cells, schema, problems)
    cells, understood = understand(_complete(cells, schema), schema.fields, table.separator)
    notes += [one.note(file, headers) for one in understood]
    _check_days(cells, schema, problems)
    legal = _check_cells(cells, schema, problems)
    frame = schema.parse(cells[legal])
    if schema is OBSERVATIONS:
        frame["rounding_half_width"] = frame["rounding_half_width"].fillna(0.0)
        _check_same_figure(frame, cells, problems)
    _check_unique(frame, schema, problems)
    problems.raise_if_any()
    if schema is SIMPLE_SHEET:
        schema, frame = OBSERVATIONS, as_observations(frame)
    return ValidTable(schema, file, frame, tuple(notes))


def _check_days(cells: pd.DataFrame, schema: TableSchema, problems: Problems) -> None:
    """One problem for a whole column of days of which none can be read."""
    for field in schema.fields:
        filled = cells.loc[cells[field.name] != "", field.name]
        if field.kind == "day" and len(filled) >= FEWEST_ALIKE and not field.holds(filled).any():
            legal = Message(
                "{legal}; none of the {n} cells is one: give the column that form in the "
                "spreadsheet program and save it again",
                legal=field.legal,
                n=len(filled),
            )
            problems.add(int(filled.index[0]), field.name, filled.iloc[0], legal)
    problems.raise_if_any()


def _check_columns(cells: pd.DataFrame, schema: TableSchema, problems: Problems) -> tuple[str, ...]:
    missing = [name for name in schema.required if name not in cells]
    if missing:
        problems.add_row(
            1,
            Message("no column {names}", names=", ".join(missing)),
            Message("the columns {names}", names=", ".join(schema.columns)),
        )
        problems.raise_if_any()
    if schema in (OBSERVATIONS, SIMPLE_SHEET) and cells.empty:
        problems.add_file(Message("no rows, legal: a header line and a line a figure"))
        problems.raise_if_any()
    unknown = [name for name in cells.columns if name not in schema.columns]
    if not unknown:
        return ()
    names = ", ".join(shown(name) for name in unknown)
    return (
        Message(
            "{file}: column {names} is not in the data dictionary and was left out",
            file=problems.file,
            names=names,
        ),
    )


def _complete(cells: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Only the schema's columns, those that may be missing filled with empty cells."""
    return cells.reindex(columns=list(schema.columns), fill_value="").astype(object)


def _check_cells(cells: pd.DataFrame, schema: TableSchema, problems: Problems) -> pd.Series:
    """Add every illegal cell, row by row; which rows are legal, as far as was looked."""
    legal = pd.Series(True, index=cells.index)
    for start in range(0, len(cells), CHUNK_ROWS):
        chunk = cells.iloc[start : start + CHUNK_ROWS]
        held = pd.DataFrame({field.name: field.holds(chunk[field.name]) for field in schema.fields})
        rules = pd.DataFrame(
            {n: rule.holds(chunk) for n, rule in enumerate(schema.rules)}, index=chunk.index
        )
        sound = held.all(axis=1) & rules.all(axis=1)
        for row in chunk.index[~sound]:
            for field in schema.fields:
                if not held.at[row, field.name]:
                    problems.add(row, field.name, chunk.at[row, field.name], field.legal)
            for n, rule in enumerate(schema.rules):
                if not rules.at[row, n]:
                    cell = chunk.at[row, rule.column]
                    problems.add(row, rule.column, cell, rule.legal(chunk.loc[row]))
            if problems.more:
                break
        legal.loc[chunk.index] = sound
        if problems.full:
            legal.iloc[start + CHUNK_ROWS :] = False
            break
    return legal


def _check_same_figure(frame: pd.DataFrame, cells: pd.DataFrame, problems: Problems) -> None:
    """One source cannot give one figure two values."""
    lines = frame.assign(line=frame.index).groupby(SAME_FIGURE, sort=False)["line"]
    first = lines.transform("first")
    differ = frame["value"].to_numpy() != frame.loc[first, "value"].to_numpy()
    for row, line in first[differ].items():
        problems.add(
            row,
            "value",
            cells.at[row, "value"],
            Message(
                "{value}, the value in row {line} of the same plan, scope, quantity, interval, "
                "source and bound",
                value=cells.at[line, "value"],
                line=line,
            ),
        )
        if problems.more:
            break


def _check_unique(frame: pd.DataFrame, schema: TableSchema, problems: Problems) -> None:
    """A second row with the same key is a contradiction or a slip."""
    if not schema.unique:
        return
    key = list(schema.unique)
    for row in frame.index[frame.duplicated(key)]:
        found = ", ".join(shown(str(value)) for value in frame.loc[row, key])
        problems.add_row(
            row,
            Message("a second row for {found}", found=found),
            Message("one row for each {key}", key=", ".join(key)),
        )
        if problems.more:
            break
