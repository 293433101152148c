"""Bytes to a rectangle of text: size, encoding, control characters, header, ragged rows."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from forecasting.base.errors import InputError
from forecasting.base.messages import Message, known_reason
from forecasting.disclosures.problems import Problems, cut

MOST_BYTES = 20_000_000
LONGEST_CELL = 10_000
LONGEST_LINE = 1_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 100

EMPTY = Message("empty, legal: a header line and a line a row")
LONG_LINE = Message("a line of more than {most:,} characters", most=LONGEST_LINE)
OF_THE_READER = (
    Message("unexpected end of data"),
    Message("',' expected after '\"'"),
    Message("field larger than field limit (131072)"),
    LONG_LINE,
)
ESCAPED = re.compile(r"'[=+\-@＝＋－＠]")
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def read_bytes(path: str | Path, file: str | None = None) -> bytes:
    """The content of a file, one byte over 20 MB at most; InputError when it cannot be read."""
    file = file or str(path)
    try:
        with open(path, "rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except OSError as error:
        reason = error.strerror
        raise InputError("{file}: cannot be read: {reason}", file=file, reason=reason) from error
    except ValueError as error:
        found, reason = cut(file), str(error)
        raise InputError(
            "{file!r}: not a file name: {reason}", file=found, reason=reason
        ) from error


def read_text_table(content: bytes, file: str) -> pd.DataFrame:
    """The cells as text, blanks and formula escapes stripped; the index is each row's line number.

    UTF-8 with or without a byte order mark; blank lines are passed over. Raises InputError when
    the content is empty, over 20 MB or 100,000 rows, binary, not UTF-8, ragged, or has no usable
    header.
    """
    problems = Problems(file)
    text = _decode(content, problems)
    problems.raise_if_any()
    rows = _rows(text, problems)
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
        if len(numbers) == MOST_ROWS:
            problems.add_row(
                number,
                Message("more than {most:,} rows", most=MOST_ROWS),
                Message("at most {most:,}", most=MOST_ROWS),
            )
            break
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
    return pd.DataFrame(cells, columns=names, index=pd.Index(numbers, dtype="int64"), dtype=object)


def _decode(content: bytes, problems: Problems) -> str:
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        problems.add_file(Message("larger than {most} MB, the most that is read", most=most))
        return ""
    if not content.strip():
        problems.add_file(EMPTY)
        return ""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        found = Message("byte {byte:#04x}", byte=content[error.start])
        problems.add_row(row, found, Message("text encoded as UTF-8"))
        return ""
    control = CONTROL_CHARACTER.search(text)
    if control:
        row = text.count("\n", 0, control.start()) + 1
        found = Message("the control character {character!r}", character=control.group())
        problems.add_row(row, found, Message("text, no binary content"))
    return text


def _rows(text: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the number of its first line."""
    reader = csv.reader(_lines(text), strict=True)
    number = 1
    try:
        for row in reader:
            if row:
                yield number, [unescaped(cell.strip()) for cell in row]
            number = reader.line_num + 1
    except csv.Error as error:
        reason = known_reason(error, OF_THE_READER)
        found = Message("a row that cannot be read ({reason})", reason=reason)
        problems.add_row(number, found, Message("comma-separated values"))


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
