"""Cells and headers as spreadsheets write them, in the words of a schema, and what was understood.

Nothing is guessed: a cell that can be meant in two ways stays as it is, and is then refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from forecasting.base.messages import Message
from forecasting.base.strict import DAY, NUMBER
from forecasting.disclosures.fields import Field
from forecasting.disclosures.problems import cut

COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "plan": ("计划", "互助计划", "计划名称"),
    "scope": ("范围", "口径"),
    "quantity": ("指标", "项目"),
    "period_start": ("开始日期", "起始日期", "start", "start_date", "from"),
    "period_end": ("结束日期", "截止日期", "end", "end_date", "to"),
    "placement": ("归期",),
    "value": ("数值", "值"),
    "unit": ("单位",),
    "bound": ("界限",),
    "rounding_half_width": ("舍入半宽", "rounding"),
    "confidence": ("可信度",),
    "source_id": ("来源", "source"),
    "note": ("备注", "说明", "notes"),
    "date": ("日期", "公示日", "公示日期", "结算日", "day", "settlement", "settlement_date"),
    "share": ("分摊", "分摊金额", "分摊额", "每人分摊", "每人分摊金额", "人均分摊", "share_amount"),
    "members": ("分摊人数", "参与分摊人数", "成员数", "成员人数", "sharing_members"),
    "helped": ("救助人数", "获助人数", "互助人数", "被救助人数", "persons_helped", "cases"),
}
_COLUMN_BY_NAME = {
    name: column for column, names in COLUMN_NAMES.items() for name in (column, *names)
}
_BRACKETED = re.compile(r"\s*[(\[（【].*[)\]）】]$")
_UNIT = re.compile(r"(?:^(?:[¥￥]|RMB|CNY)\s*)|(?:\s*(?:元|人民币|RMB|人|名)$)", re.IGNORECASE)
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_GROUPED_BY_POINTS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})*(?:,\d*)?", re.ASCII)
_SURE_COMMA = re.compile(r"[+-]?(?:0,\d+|[\d.]*\d,(?:\d{1,2}|\d{4,}))", re.ASCII)
_SURE_POINT = re.compile(
    r"[+-]?(?:0?\.\d+|[\d,]*\d\.(?:\d{1,2}|\d{4,})|\d{1,3}(?:,\d{3}){2,}|\d{1,3}(?:,\d{3})+\.\d+)",
    re.ASCII,
)
_WRITTEN_DAY = re.compile(
    r"(\d{4})(?:([/.-])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})日)(?: 0?0:00(?::00)?)?", re.ASCII
)
_SERIAL = re.compile(r"(\d{5})(?:\.0+)?", re.ASCII)
# The day that a spreadsheet counts as 0; its leap day of 1900 did not exist.
SERIAL_ZERO = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_415
AS_DAYS = Message("dates read as year/month/day")
AS_SERIALS = Message("numbers read as the days that a spreadsheet counts")
AS_FIGURES = Message("full-width digits and units read as plain numbers")
AS_GROUPS = Message("commas between thousands taken out")
AS_DECIMALS = Message("commas read as decimal points")


def column_of(name: str) -> str:
    """The column that a header means, the header itself where it is none of ours.

    >>> column_of(" 分摊金额（元） "), column_of("Source ID"), column_of("colour")
    ('share', 'source_id', 'colour')
    """
    plain = _BRACKETED.sub("", unicodedata.normalize("NFKC", name).strip())
    key = re.sub(r"[\s_-]+", "_", plain.casefold())
    return _COLUMN_BY_NAME.get(key, name)


def known_columns(cells: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """The cells under the names of our columns, and the file's own name of each renamed one.

    A name that the file gives as it stands is never taken for another column, and of several
    that mean one column the first counts.
    """
    taken, headers = set(cells.columns), dict[str, str]()
    for name in cells.columns:
        column = column_of(name)
        if column not in taken:
            taken.add(column)
            headers[column] = name
    return cells.rename(columns={name: column for column, name in headers.items()}), headers


def columns_noted(headers: Mapping[str, str], file: str) -> list[Message]:
    """What is said of columns that bear other names."""
    if not headers:
        return []
    pairs = ", ".join(f"{name} = {column}" for column, name in headers.items())
    return [Message("{file}: columns read as {pairs}", file=file, pairs=pairs)]


@dataclass(frozen=True)
class Understood:
    """Cells of a column as they were found, as they are read, and how."""

    how: Message
    column: str
    cells: Mapping[int, tuple[str, str]]

    def note(self, file: str, headers: Mapping[str, str]) -> Message:
        """What is said of it: the column as the file names it, how many cells, and the first."""
        row, (found, read) = next(iter(self.cells.items()))
        return Message(
            "{file}: column {column}: {how}, {n} cells; row {row}: {found!r} is {read}",
            file=file,
            column=headers.get(self.column, self.column),
            how=self.how,
            n=len(self.cells),
            row=row,
            found=cut(found),
            read=read,
        )


def understand(
    cells: pd.DataFrame, fields: Sequence[Field], separator: str
) -> tuple[pd.DataFrame, list[Understood]]:
    """The cells of number and day columns in plain form where what they mean is sure."""
    read, understood = cells.copy(), []
    numbers = [field.name for field in fields if field.kind == "number" and field.name in cells]
    mark = _decimal_mark([cell for name in numbers for cell in map(_plain, cells[name])])
    for field in fields:
        if field.name not in cells or field.kind == "text":
            continue
        is_day = field.kind == "day"
        legal = DAY if is_day else NUMBER
        found: dict[Message, dict[int, tuple[str, str]]] = {}
        for place, (row, cell) in enumerate(cells[field.name].items()):
            # Where commas stand before decimals, a point stands between thousands.
            is_plain = legal.fullmatch(cell) and (is_day or mark != "," or "." not in cell)
            if not cell or is_plain:
                continue
            result = _day(cell) if is_day else _number(cell, mark, separator)
            if result is None:
                continue
            how, text = result
            found.setdefault(how, {})[int(str(row))] = (cell, text)
            read.iat[place, read.columns.get_loc(field.name)] = text
        understood += [Understood(how, field.name, changed) for how, changed in found.items()]
    return read, understood


def _plain(cell: str) -> str:
    """A number without its unit, in half-width signs."""
    return _UNIT.sub("", unicodedata.normalize("NFKC", cell).replace("，", ",").strip()).strip()


def _decimal_mark(numbers: Sequence[str]) -> str:
    """The sign that stands before decimals in a file: a comma, a point, or empty: both do."""
    comma = any(_SURE_COMMA.fullmatch(number) for number in numbers)
    point = any(_SURE_POINT.fullmatch(number) for number in numbers)
    if comma and point:
        return ""
    return "," if comma else "." if point else "?"


def _number(cell: str, mark: str, separator: str) -> tuple[Message, str] | None:
    plain = _plain(cell)
    if NUMBER.fullmatch(plain) and (mark != "," or "." not in plain):
        return AS_FIGURES, plain
    if mark == "," and _GROUPED_BY_POINTS.fullmatch(plain):
        return AS_DECIMALS, plain.replace(".", "").replace(",", ".")
    # Where semicolons part the cells a comma may be a decimal one: 1,234 is then either.
    is_sure = mark == "." or (mark == "?" and separator == ",")
    if is_sure and _GROUPED.fullmatch(plain):
        return AS_GROUPS, plain.replace(",", "")
    return None


def _day(cell: str) -> tuple[Message, str] | None:
    plain = unicodedata.normalize("NFKC", cell).strip()
    serial = _SERIAL.fullmatch(plain)
    if serial and FIRST_SERIAL <= int(serial[1]) <= LAST_SERIAL:
        return AS_SERIALS, (SERIAL_ZERO + timedelta(days=int(serial[1]))).isoformat()
    written = _WRITTEN_DAY.fullmatch(plain)
    if not written:
        return None
    year, month, day = written[1], written[3] or written[5], written[4] or written[6]
    try:
        return AS_DAYS, date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
