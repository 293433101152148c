"""What the engine says, in the reader's language: its templates translated, its values by locale.

A message without a translation is quoted in the engine's English.
"""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from forecasting.base.messages import Message, Name, Names
from locales import Translator, catalogue


def translated(message: str, tr: Translator) -> str:
    """A message as Markdown: names of columns and files, and a reader's own text, as code.

    >>> row = Message("{file}: row {row}: found {found}, legal: {legal}", file="a.csv", row=3,
    ...               found=Message("{n} cells", n=2), legal=Message("{n}, as in the header", n=9))
    >>> translated(row, Translator("zh"))
    '`a.csv`：第3行：现为2个单元格，应为：与表头一致，9个'
    """
    return _Words(tr, _as_code).of(message)


def plain(message: str, tr: Translator) -> str:
    """The same as bare text, for the cells of a table.

    >>> plain(Message("a whole number from {lower} to {upper}", lower=0, upper=9), Translator("en"))
    'a whole number from 0 to 9'
    """
    return _Words(tr, str).of(message)


def translated_list(messages: Sequence[str], tr: Translator) -> str:
    """One message as a paragraph, several as a list."""
    lines = [translated(message, tr) for message in messages]
    return lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)


def reasons(messages: Iterable[str], tr: Translator) -> str:
    """Distinct messages as bare text, without the plan and the day that they begin with."""
    distinct = {plain(_what(message), tr) for message in messages}
    return tr.t("list.separator").join(sorted(distinct))


def _what(message: str) -> str:
    what = message.values.get("what") if isinstance(message, Message) else None
    return what if isinstance(what, str) else message


def _as_code(text: str) -> str:
    """Text as inline code on one line, so that nothing in it acts as Markdown.

    >>> _as_code("**x**`"), _as_code("")
    ("`**x**'`", "`''`")
    """
    return "`" + (" ".join(text.replace("`", "'").split()) or "''") + "`"


class _Words(string.Formatter):
    """Fills a template with values in the reader's language."""

    def __init__(self, tr: Translator, quoted: Callable[[str], str]) -> None:
        self.tr = tr
        self.quoted = quoted

    def of(self, message: str) -> str:
        template = self.tr.engine(message.template) if isinstance(message, Message) else None
        if template is None or not isinstance(message, Message):
            return self.quoted(message)
        return self.vformat(template, (), message.values) if message.values else template

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]

    def convert_field(self, value: Any, conversion: Any) -> Any:
        # The quotes of !r are the English text's; here a value is told apart by being code.
        return value

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message):
            return self.of(value)
        if isinstance(value, Name) and value.key in catalogue(self.tr.language):
            return self.tr.t(value.key)
        if isinstance(value, Names):
            each = (self.format_field(name, "") for name in value.names)
            return self.tr.t("list.separator").join(each)
        if isinstance(value, str):
            return self.quoted(value)
        if isinstance(value, date):
            return self.tr.date(value)
        return format(value, format_spec)
