"""A chart as a picture that stands alone: for a page, for a column, as a social card."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape

from charts.style.chart import Chart
from charts.style.frame import (
    BADGE_ROOM,
    EXPORT_COLUMNS,
    LINE_HEIGHT,
    PAGE_BACKGROUND,
    PAGE_INK,
    STAMP,
    STAMP_SHIFT,
    SUBTITLE_LINE,
    TITLE_EDGE,
    TITLE_LINE,
    TextColumns,
    below_titles,
    title_block,
)
from charts.style.wrapping import wrap

FONT_STACK = (
    "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', "
    "'Noto Sans SC', 'Noto Sans CJK SC', sans-serif"
)
EDGE = 6
# Share of the height that text under the axes may take.
MOST_PRINTED = 0.4
EXPORT_INK, EXPORT_GRID, EXPORT_BACKGROUND = "#1b2430", "#dfe4ea", "#ffffff"


@dataclass(frozen=True)
class Size:
    """Pixels of a picture as it is laid out, the lines that fit, and the scale of its PNG."""

    width: int
    height: int
    columns: TextColumns
    scale: int


PAGE = Size(1200, 675, EXPORT_COLUMNS, 2)
SIZES: Mapping[str, Size] = MappingProxyType(
    {
        "page": PAGE,
        "column": Size(600, 560, TextColumns(title=48, subtitle=64, stamp=70), 3),
        # 1.91 : 1, as cards of links are cut; laid out small, so that it is read small.
        "social": Size(800, 420, TextColumns(title=66, subtitle=90, stamp=100), 3),
    }
)
EXPORT_SIZE = (PAGE.width, PAGE.height)


def described(svg: str, title: str, description: str) -> str:
    """An SVG that says what it shows to those who do not see it.

    >>> described('<svg class="a"><g/></svg>', "Share", "It rises & falls.")
    '<svg class="a" role="img"><title>Share</title><desc>It rises &amp; falls.</desc><g/></svg>'
    """
    head, end, rest = svg.partition(">")
    accessible = f"<title>{escape(title)}</title><desc>{escape(description)}</desc>"
    return f'{head} role="img"{end}{accessible}{rest}'


def for_export(chart: Chart, size: Size = PAGE) -> dict[str, Any]:
    """The figure as plain JSON data, on white at a fixed size, whatever theme the page is in.

    Plain data because the figure is already valid: building it anew would take ten times as long.
    """
    text = chart.figure.to_json()
    text = text.replace(PAGE_INK, EXPORT_INK).replace(PAGE_BACKGROUND, EXPORT_BACKGROUND)
    figure: dict[str, Any] = json.loads(text)
    layout = figure["layout"]
    heads = wrap(chart.title, size.columns.title)
    subheads = wrap(chart.subtitle, size.columns.subtitle)
    notes = _printed(chart, size)
    del layout["template"]
    layout |= {
        "paper_bgcolor": EXPORT_BACKGROUND,
        "plot_bgcolor": EXPORT_BACKGROUND,
        "font": {"family": FONT_STACK, "color": EXPORT_INK, "size": 13},
        "width": size.width,
        "height": size.height,
        "autosize": False,
        "title": title_block([f"<b>{line}</b>" for line in heads], subheads, {"color": EXPORT_INK}),
    }
    for name, axis in layout.items():
        if name.startswith(("xaxis", "yaxis")):
            axis |= {"gridcolor": EXPORT_GRID, "zerolinecolor": EXPORT_GRID}
            axis["title"]["font"]["size"] = 13
    for annotation in layout["annotations"]:
        if annotation.get("name") == STAMP:
            annotation["text"] = "<br>".join(notes)
    margin = layout["margin"]
    margin["b"] = STAMP_SHIFT + LINE_HEIGHT * len(notes) + EDGE
    margin["t"] = TITLE_EDGE + TITLE_LINE * len(heads) + SUBTITLE_LINE * len(subheads)
    if layout["showlegend"]:
        layout["legend"] |= below_titles(margin["t"], size.height)
    elif chart.events is not None:
        margin["t"] += BADGE_ROOM
    return figure


def _printed(chart: Chart, size: Size) -> list[str]:
    """The lines under the axes: the stamp, and what is listed where that leaves room to draw."""
    stamp, listed = (
        [line for note in notes for line in wrap(note, size.columns.stamp)]
        for notes in (chart.notes, chart.listed)
    )
    taken = LINE_HEIGHT * (len(stamp) + len(listed))
    return [*stamp, *listed] if taken <= MOST_PRINTED * size.height else stamp
