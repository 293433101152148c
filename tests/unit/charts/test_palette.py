"""The registry of colours: each can be seen on either background."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from charts.style import palette

ROOT = Path(__file__).parents[3]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", palette.ALL)
def test_colours_stand_out_on_both_backgrounds(theme, colour):
    """WCAG 1.4.11: at least 3:1 for what must be seen."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert contrast(colour, settings["theme"][theme]["backgroundColor"]) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("colour", palette.ALL)
def test_bands_are_seen_on_both_backgrounds(theme, colour):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    page = settings["theme"][theme]["backgroundColor"]
    for opacity, least in ((palette.BAND, 1.35), (palette.AREA, 1.25), (palette.OUTER_BAND, 1.15)):
        assert contrast(over(colour, page, opacity), page) >= least


def over(colour: str, page: str, opacity: float) -> str:
    """What a colour of this opacity looks like on a page."""
    pairs = ((int(one[at : at + 2], 16) for one in (colour, page)) for at in (1, 3, 5))
    return "#" + "".join(
        f"{round(opacity * above + (1 - opacity) * below):02x}" for above, below in pairs
    )
