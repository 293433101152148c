"""The first sheet with content of an XLSX file, as rows of text; guarded in size."""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook

from forecasting.base.messages import Message
from forecasting.disclosures.problems import Problems, cut

ZIP_MARK = b"PK\x03\x04"
OLD_EXCEL_MARK = b"\xd0\xcf\x11\xe0"
MOST_UNPACKED_BYTES = 60_000_000
MOST_PARTS = 500
SAVE_AS = Message("an XLSX file, or CSV UTF-8")

Row = tuple[int, list[str]]


def is_workbook(content: bytes) -> bool:
    """Whether a file is a spreadsheet program's own, by its first bytes."""
    return content.startswith((ZIP_MARK, OLD_EXCEL_MARK))


def workbook_rows(
    content: bytes, problems: Problems, most_rows: int, most_columns: int
) -> tuple[list[Row], tuple[Message, ...]]:
    """Rows of the first sheet that has any, each with its number, and what to say of it.

    Nothing beyond ``most_rows`` rows and ``most_columns`` columns is read: one row and one column
    more are, so that the caller sees that there are more. Adds a problem where the file is no
    XLSX, unpacks to more than 60 MB, or holds a formula whose value was not stored.
    """
    if content.startswith(OLD_EXCEL_MARK):
        problems.add_file(
            Message("found an XLS file of before 2007, legal: {legal}", legal=SAVE_AS)
        )
        return [], ()
    try:
        _guard(content)
        return _first_sheet(content, problems, most_rows, most_columns)
    except _TooLarge as error:
        problems.add_file(error.args[0])
    # Whatever a library for damaged files trips over is a damaged file.
    except (
        zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, OSError,
        EOFError, SyntaxError, OverflowError, RuntimeError, NotImplementedError,
        DefusedXmlException, zipfile.LargeZipFile, ArithmeticError,
    ):  # fmt: skip
        problems.add_file(Message("a workbook that cannot be read, legal: {legal}", legal=SAVE_AS))
    return [], ()


class _TooLarge(Exception):
    """A workbook that would fill the memory."""


def _guard(content: bytes) -> None:
    """Unpack every part without keeping it: what the directory says of sizes may be untrue."""
    unpacked = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS:
            raise _TooLarge(
                Message("{n} parts in the workbook, at most {most} are read", n=len(parts),
                        most=MOST_PARTS)
            )  # fmt: skip
        for part in parts:
            with archive.open(part) as stream:
                while chunk := stream.read(1 << 20):
                    unpacked += len(chunk)
                    if unpacked > MOST_UNPACKED_BYTES:
                        most = MOST_UNPACKED_BYTES // 1_000_000
                        raise _TooLarge(
                            Message("a workbook that unpacks to more than {most} MB", most=most)
                        )


def _first_sheet(
    content: bytes, problems: Problems, most_rows: int, most_columns: int
) -> tuple[list[Row], tuple[Message, ...]]:
    with warnings.catch_warnings():
        # What openpyxl leaves out (styles, checks of cells) says nothing of the figures.
        warnings.simplefilter("ignore")
        values = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        written = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        limits = {"max_row": most_rows + 2, "max_col": most_columns + 1}
        for sheet in values.worksheets:
            sheet.reset_dimensions()
            formulas = written[sheet.title]
            formulas.reset_dimensions()
            rows = list(
                _rows(
                    sheet.iter_rows(values_only=True, **limits),
                    formulas.iter_rows(values_only=True, **limits),
                    problems,
                )
            )
            if not rows:
                continue
            if len(values.worksheets) == 1:
                return rows, ()
            names = [cut(one.title) for one in values.worksheets]
            note = Message(
                "{file}: sheet {sheet!r} is read, of {n}",
                file=problems.file,
                sheet=cut(sheet.title),
                n=len(names),
            )
            return rows, (note,)
    return [], ()


def _rows(values: Any, written: Any, problems: Problems) -> Iterator[Row]:
    """Rows that are not blank, without the empty cells at their end."""
    for number, (cells, formulas) in enumerate(zip(values, written, strict=True), 1):
        texts = [as_text(cell) for cell in cells]
        for text, formula in zip(texts, formulas, strict=False):
            if not text and isinstance(formula, str) and formula.startswith("="):
                problems.add_row(
                    number,
                    Message("a formula without a stored value, {formula!r}", formula=cut(formula)),
                    Message("values; open the file in a spreadsheet program and save it"),
                )
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            yield number, texts
        if problems.more:
            break


def as_text(cell: Any) -> str:
    """A cell as a CSV file would have it: days in ISO form, numbers with every digit.

    >>> as_text(datetime(2020, 6, 14)), as_text(12345678901.25), as_text(4.0), as_text(None)
    ('2020-06-14', '12345678901.25', '4', '')
    """
    if cell is None:
        return ""
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | datetime | time):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()
