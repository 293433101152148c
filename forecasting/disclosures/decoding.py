"""Bytes to text: UTF-8, UTF-16 with its mark, or the GB18030 that a Chinese spreadsheet saves."""

from __future__ import annotations

import codecs
import re

from forecasting.base.messages import Message
from forecasting.disclosures.problems import Problems, cut

SAVE_AS = Message(
    "text encoded as UTF-8, UTF-16 or GB18030; in a spreadsheet program save it as XLSX or as "
    "CSV UTF-8"
)
# Of text that is GB18030 nearly every sign is of GB 2312; of other text read as it, few are.
LEAST_COMMON = 0.9
LONGEST_SAMPLE = 20
CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Signs that nobody sees: they turn text round, or make two names look like one.
INVISIBLE_CHARACTER = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)
LINE_END = re.compile(r"\r\n|\r|\n")
NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def decode(content: bytes, problems: Problems) -> tuple[str, tuple[Message, ...]]:
    """The text of a file, and a note of its encoding where that is not UTF-8.

    Adds a problem where the encoding cannot be told, or where the text holds a control character
    or one that nobody can see; the text is then of no use.
    """
    text, encoding = _decoded(content, problems)
    if problems.found:
        return "", ()
    control, invisible = CONTROL_CHARACTER.search(text), INVISIBLE_CHARACTER.search(text)
    if control:
        found = Message("the control character {character!r}", character=control.group())
        problems.add_row(_line(text, control), found, Message("text, no binary content"))
        return "", ()
    if invisible:
        code = f"U+{ord(invisible.group()):04X}"
        found = Message("the invisible character {code}", code=code)
        legal = Message("text of characters that can be seen")
        problems.add_row(_line(text, invisible), found, legal)
        return "", ()
    if encoding == "UTF-8":
        return text, ()
    first = NOT_ASCII.search(text)
    sample = cut(first.group()[:LONGEST_SAMPLE]) if first else ""
    note = Message("{file}: read as {encoding}", file=problems.file, encoding=encoding)
    if sample:
        note = Message(
            "{file}: read as {encoding}, in which its first other letters are {sample!r}",
            file=problems.file,
            encoding=encoding,
            sample=sample,
        )
    return text, (note,)


def _line(text: str, hit: re.Match[str]) -> int:
    return len(LINE_END.findall(text, 0, hit.start())) + 1


def _decoded(content: bytes, problems: Problems) -> tuple[str, str]:
    """The text and the name of its encoding."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return content.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as error:
            _cannot_be_told(content, error.start, problems)
            return "", ""
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        text = _gb18030(content)
        if text is None:
            _cannot_be_told(content, error.start, problems)
            return "", ""
        return text, "GB18030"


def _gb18030(content: bytes) -> str | None:
    """The text where it is plausibly GB18030, which nearly any bytes can be read as."""
    try:
        text = content.decode("gb18030")
    except UnicodeDecodeError:
        return None
    letters = "".join(NOT_ASCII.findall(text))
    common = len(letters.encode("gb2312", errors="ignore")) // 2
    return text if common >= LEAST_COMMON * len(letters) else None


def _cannot_be_told(content: bytes, place: int, problems: Problems) -> None:
    row = content.count(b"\n", 0, place) + 1
    found = Message("byte {byte:#04x}", byte=content[min(place, len(content) - 1)])
    problems.add_row(row, found, SAVE_AS)
