"""The one registry of chart colours.

Every colour keeps at least 3:1 against both page backgrounds (light and dark), since a chart
cannot know which one it is drawn on; a test measures it. No meaning rests on colour alone:
each series also has a marker, dash or pattern of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

MODEL = "#2f7fd6"
CAME_LATER = "#d9541e"
STEADY = "#13906b"
ARTICLE = "#9760d1"
NEUTRAL = "#7c8794"
AMBER = "#b27a00"
PINK = "#d04a8b"
TEAL = "#128a9e"
RED = "#d64545"

CAUSES: Mapping[str, str] = MappingProxyType(
    {
        "waiting": MODEL,
        "ramp": STEADY,
        "delay": AMBER,
        "rules": ARTICLE,
        "shock": CAME_LATER,
        "deviation": NEUTRAL,
    }
)
CAUSE_PATTERNS: Mapping[str, str] = MappingProxyType(
    {"waiting": "", "ramp": "/", "delay": "x", "rules": ".", "shock": "\\", "deviation": "|"}
)
ERROR_SOURCES: Mapping[str, str] = MappingProxyType(
    {
        "members": MODEL,
        "claims": ARTICLE,
        "aid": AMBER,
        "delay": STEADY,
        "rules": CAME_LATER,
        "deviation": NEUTRAL,
    }
)
ERROR_PATTERNS: Mapping[str, str] = MappingProxyType(
    {"members": "", "claims": ".", "aid": "x", "delay": "/", "rules": "\\", "deviation": "|"}
)
YEARS: tuple[str, ...] = (TEAL, MODEL, CAME_LATER, PINK)
PATTERN_LINES = "rgba(255, 255, 255, 0.7)"
# From nothing to the model's blue, so that empty cells show the page in either theme.
SEQUENTIAL: tuple[tuple[float, str], ...] = (
    (0.0, "rgba(47, 127, 214, 0)"),
    (0.1, "rgba(47, 127, 214, 0.35)"),
    (1.0, "rgba(28, 93, 165, 1)"),
)
ALL: tuple[str, ...] = (
    MODEL, CAME_LATER, STEADY, ARTICLE, NEUTRAL, AMBER, PINK, TEAL, RED,
)  # fmt: skip


# How much of a colour fills a band, the wider of two bands, and a named area: on the dark page the
# fainter ones could not be told from it.
BAND, OUTER_BAND, AREA = 0.3, 0.18, 0.25


def translucent(colour: str, opacity: float) -> str:
    """``colour`` as an rgba() fill.

    >>> translucent("#2f7fd6", 0.2)
    'rgba(47, 127, 214, 0.2)'
    """
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"


def pattern(shape: str | Sequence[str]) -> dict[str, Any]:
    """Lines or dots over the colour of bars, one shape for all or one for each.

    >>> pattern("/")["shape"]
    '/'
    """
    return {"shape": shape, "fillmode": "overlay", "fgcolor": PATTERN_LINES, "size": 6}


def light_pattern(shape: str) -> dict[str, Any]:
    """A pattern for wide surfaces: finer and further apart.

    >>> light_pattern("x")["solidity"]
    0.3
    """
    return {**pattern(shape), "size": 5, "solidity": 0.3}
