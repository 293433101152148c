"""Bytes of a CSV or XLSX file to a rectangle of text: size, separator, header, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from forecasting.base.files import MOST_TABLE_BYTES, read_regular
from forecasting.base.messages import Message, known_reason
from forecasting.disclosures.decoding import decode
from forecasting.disclosures.problems import Problems, cut
from forecasting.disclosures.workbook import Row, is_workbook, workbook_rows

LONGEST_CELL = 10_000
LONGEST_LINE = 1_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 100

EMPTY = Message("empty, legal: a header line and a line a row")
LONG_LINE = Message("a line of more than {most:,} characters", most=LONGEST_LINE)
OF_THE_READER = (
    Message("unexpected end of data"),
    Message("',' expected after '\"'"),
    Message("';' expected after '\"'"),
    Message("'\t' expected after '\"'"),
    Message("field larger than field limit (131072)"),
    LONG_LINE,
)
ESCAPED = re.compile(r"'[=+\-@＝＋－＠]")
SEPARATORS = {",": Message("commas"), ";": Message("semicolons"), "\t": Message("tabs")}


def read_bytes(path: str | Path, file: str | None = None) -> bytes:
    """The content of a file, one byte over 20 MB at most; InputError when it cannot be read."""
    return read_regular(path, MOST_TABLE_BYTES, file)


@dataclass(frozen=True, eq=False)
class TextTable:
    """Cells as text, the index each row's line number; what to say of how they were read.

    ``separator`` is the sign between the cells of a line, a comma for a workbook.
    """

    cells: pd.DataFrame
    separator: str = ","
    notes: tuple[Message, ...] = ()


def read_text_table(content: bytes, file: str, most_rows: int = MOST_ROWS) -> TextTable:
    """The cells of a CSV or XLSX file as text, blanks and formula escapes stripped.

    Commas, semicolons or tabs between cells, as the header has them; rows of blanks and empty
    cells at the end of a row are passed over. Raises InputError when the content is empty, over
    20 MB or ``most_rows`` rows, binary, of no known encoding, ragged, or has no usable header.
    """
    problems = Problems(file)
    if len(content) > MOST_TABLE_BYTES:
        most = MOST_TABLE_BYTES // 1_000_000
        problems.add_file(Message("larger than {most} MB, the most that is read", most=most))
    elif not content.strip():
        problems.add_file(EMPTY)
    problems.raise_if_any()
    separator = ","
    notes: tuple[Message, ...] = ()
    if is_workbook(content):
        sheet, notes = workbook_rows(content, problems, most_rows, MOST_COLUMNS)
        rows = iter(sheet)
    else:
        text, notes = decode(content, problems)
        problems.raise_if_any()
        separator = _separator(text)
        if separator != ",":
            note = Message(
                "{file}: cells are separated by {name}", file=file, name=SEPARATORS[separator]
            )
            notes = (*notes, note)
        rows = _rows(text, separator, problems)
    header = next(rows, None)
    names = [] if header is None else header[1]
    if header is not None:
        _check_header(names, problems)
    elif not problems.found:
        problems.add_file(EMPTY)
    problems.raise_if_any()
    numbers: list[int] = []
    cells: list[list[str]] = []
    for number, row in rows:
        if len(numbers) == most_rows:
            problems.add_row(
                number,
                Message("more than {most:,} rows", most=most_rows),
                Message("at most {most:,}", most=most_rows),
            )
            break
        if len(row) < len(names) and is_workbook(content):
            row = [*row, *[""] * (len(names) - len(row))]
        if len(row) != len(names):
            problems.add_row(
                number,
                Message("{n} cells", n=len(row)),
                Message("{n}, as in the header", n=len(names)),
            )
            if problems.more:
                break
            continue
        numbers.append(number)
        cells.append(row)
    problems.raise_if_any()
    index = pd.Index(numbers, dtype="int64")
    frame = pd.DataFrame(cells, columns=names, index=index, dtype=object)
    return TextTable(frame, separator, tuple(notes))


def _separator(text: str) -> str:
    """The sign that parts the header into most cells, a comma where none parts it."""
    header = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    return max(SEPARATORS, key=lambda sign: header[:LONGEST_LINE].count(sign))


def _rows(text: str, separator: str, problems: Problems) -> Iterator[Row]:
    """Rows that are not blank, each with the number of its first line and as wide as the first."""
    reader = csv.reader(_lines(text), strict=True, delimiter=separator)
    number, width = 1, 0
    try:
        for row in reader:
            cells = [unescaped(cell.strip()) for cell in row]
            if any(cells):
                width = width or len(_without_end(cells, 1))
                yield number, _without_end(cells, width)
            number = reader.line_num + 1
    except csv.Error as error:
        reason = known_reason(error, OF_THE_READER)
        found = Message("a row that cannot be read ({reason})", reason=reason)
        problems.add_row(number, found, Message("comma-separated values"))


def _without_end(cells: list[str], width: int) -> list[str]:
    """A row without the empty cells beyond ``width``, which spreadsheets add.

    >>> _without_end(["a", "", "", ""], 2)
    ['a', '']
    """
    end = len(cells)
    while end > width and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _lines(text: str) -> Iterator[str]:
    """The lines of a text, none so long that its cells would fill the memory."""
    for line in io.StringIO(text, newline=""):
        if len(line) > LONGEST_LINE:
            raise csv.Error(str(LONG_LINE))
        yield line


def unescaped(cell: str) -> str:
    """A cell without the apostrophe that our own tables put before what looks like a formula.

    >>> unescaped("'="), unescaped("'quoted'"), unescaped("4.86")
    ('=', "'quoted'", '4.86')
    """
    return cell[1:] if ESCAPED.match(cell) else cell


def _check_header(names: list[str], problems: Problems) -> None:
    if len(names) > MOST_COLUMNS:
        found = Message("{n} columns", n=len(names))
        problems.add_row(1, found, Message("at most {most:,}", most=MOST_COLUMNS))
        return
    for name, count in Counter(names).items():
        if not name:
            found = Message("a column without a name")
            problems.add_row(1, found, Message("a name for every column"))
        elif count > 1:
            found = Message("column {name!r} {count} times", name=cut(name), count=count)
            problems.add_row(1, found, Message("each column once"))
