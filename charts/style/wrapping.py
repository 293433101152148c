"""Texts in lines that fit, Chinese characters counting two columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_NO_BREAK_BEFORE = frozenset("，。、；：！？）》”%")


def display_width(text: str) -> int:
    """Columns that ``text`` takes, a Chinese character counting two.

    >>> display_width("share"), display_width("分摊")
    (5, 4)
    """
    return sum(2 if _is_wide(char) else 1 for char in text)


def wrap(text: str, columns: int) -> list[str]:
    """``text`` in lines of at most ``columns``, broken at spaces or between Chinese characters.

    >>> wrap("one two three", 8)
    ['one two', 'three']
    >>> wrap("分摊金额会继续上涨吗", 8)
    ['分摊金额', '会继续上', '涨吗']
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        too_wide = display_width((line + piece).rstrip()) > columns
        if line and too_wide and piece not in _NO_BREAK_BEFORE:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def _pieces(text: str) -> Iterator[str]:
    """Unbreakable pieces: words with the space after them, and single wide characters."""
    word = ""
    for char in text:
        if _is_wide(char):
            if word:
                yield word
            yield char
            word = ""
        else:
            word += char
            if char == " ":
                yield word
                word = ""
    if word:
        yield word


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"
