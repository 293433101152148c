"""The frame that every chart has in common: titles, legend, axes, margins and the stamp."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import labels
from charts.style.chart import Chart, DayRule, Stamp
from charts.style.hover import say_units
from charts.style.labels import Label, end_labels
from charts.style.wrapping import display_width, wrap
from locales import Translator

MARGIN: Mapping[str, int] = MappingProxyType({"r": 28, "pad": 4})
LINE_HEIGHT, LEGEND_LINE = 15, 19
# What the events of a chart take above it.
BADGE_ROOM = 22
TITLE_LINE, SUBTITLE_LINE, TITLE_EDGE = 21, 16, 20
# Margins within the height that a chart asks for; more lines of text add to it.
USUAL_TOP, USUAL_FOOT = 78, 108


class TextColumns(NamedTuple):
    """Widest line of each text of a figure, in columns of a fixed-width font."""

    title: int
    subtitle: int
    stamp: int


# A phone leaves a chart about 340 pixels, a third of a desktop page about 260.
COLUMNS = TextColumns(title=34, subtitle=46, stamp=54)
NARROW_COLUMNS = TextColumns(title=26, subtitle=38, stamp=40)
EXPORT_COLUMNS = TextColumns(title=100, subtitle=130, stamp=140)

Figure = go.Figure
# Streamlit's own is half of what a figure takes, and sets nothing that these charts leave open.
NO_TEMPLATE = go.layout.Template()
STAMP = "stamp"
# Streamlit puts its strong grey of the reader's theme in the place of this colour.
PAGE_INK = "#000037"
# And the page's background in the place of this one.
PAGE_BACKGROUND = "#000038"
# What a phone leaves the names of a legend, and what the sample before one takes, pixels.
PHONE_LEGEND, LEGEND_SAMPLE, LEGEND_COLUMN = 320, 40, 6.6

STAMP_SHIFT = 48
_AXIS = re.compile(r"[xy]axis\d*$")


def build_chart(
    figure: go.Figure,
    tr: Translator,
    stamp: Stamp,
    *,
    stem: str,
    title: str,
    subtitle: str,
    alt: str,
    table: pd.DataFrame,
    height: int = 440,
    left: int = 64,
    rules: Sequence[DayRule] = (),
    legend: bool = True,
    hover: str = "x unified",
    dates_on_x: bool = True,
    narrow: bool = False,
    unit: str = "",
    beside: Sequence[Label] = (),
) -> Chart:
    """Put ``figure`` into the house's frame: margins, title, subtitle and the stamp inside it.

    Margins are explicit and the axes may not widen them, so that labels and the source line
    stay whole in every export. The page's theme colours the background, and the text in its
    strong grey: the default one is too faint. A ``narrow`` chart stands beside others: its texts
    take more and shorter lines. The legend pushes the axes down by as many lines as it has at the
    reader's width, for which the height has the room that a phone needs; a chart with the names of
    its lines ``beside`` their ends goes without, and states the range of its y axis. ``unit`` is
    the message for an amount in the unit of its axis: the pointer says it so.
    """
    legend = legend and not beside
    right = labels.ROOM if beside else MARGIN["r"]
    columns = NARROW_COLUMNS if narrow else COLUMNS
    title = stamp.headed(title, tr)
    ink = {"color": PAGE_INK}
    # Taken out, changed and put back at once: key by key takes plotly several times as long.
    layout = figure.layout.to_plotly_json()
    titles, subtitles = wrap(title, columns.title), wrap(subtitle, columns.subtitle)
    printed = stamp.lines(tr, columns.stamp)
    if legend:
        _one_group_per_trace(figure)
    if unit:
        say_units(figure, unit, tr)
    room = _legend_room(figure) if legend else 0
    foot = STAMP_SHIFT + LINE_HEIGHT * len(printed)
    top = TITLE_EDGE + TITLE_LINE * len(titles) + SUBTITLE_LINE * len(subtitles)
    layout |= {
        "template": NO_TEMPLATE,
        "font": ink,
        "title": title_block(titles, subtitles, ink),
        "margin": {
            **MARGIN,
            "l": left,
            "r": right,
            "t": top,
            "b": foot,
        },
        "height": height + room + max(top - USUAL_TOP, 0) + max(foot - USUAL_FOOT, 0),
        "hovermode": hover,
        "hoverlabel": {"namelength": -1},
        "dragmode": False,
        # Along the edge, where it covers no title: a touch screen shows it all the time.
        "modebar": {"orientation": "v"},
        "showlegend": legend,
    }
    if legend:
        layout["legend"] = {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            **below_titles(top, layout["height"]),
            "bgcolor": "rgba(0,0,0,0)",
            "font": {"size": 12},
            "tracegroupgap": 0,
        }
    for name in {"xaxis", "yaxis", *(key for key in layout if _AXIS.match(key))}:
        axis = layout.setdefault(name, {})
        axis |= {"automargin": False, "fixedrange": True, "tickfont": ink}
        # 10,000 and not 10k, which no Chinese reader counts in.
        axis |= {"exponentformat": "none", "separatethousands": True}
        axis["title"] = {**axis.get("title", {}), "font": ink, "standoff": 6}
        if dates_on_x and name.startswith("x"):
            axis["tickformat"] = tr.t("axis.month_format")
            axis["hoverformat"] = tr.t("axis.day_format")
    layout["shapes"] = [*layout.get("shapes", ()), *(rule.shape() for rule in rules)]
    layout["annotations"] = [
        *layout.get("annotations", ()),
        *(rule.label() for rule in rules),
        *_names_beside(beside, layout),
        {
            "name": STAMP,
            "text": "<br>".join(printed),
            "xref": "paper",
            "yref": "paper",
            "x": 0,
            "y": 0,
            "xanchor": "left",
            "yanchor": "top",
            "xshift": 10 - left,
            "yshift": -STAMP_SHIFT,
            "align": "left",
            "showarrow": False,
            "font": {"size": 11},
        },
    ]
    figure.layout = layout
    return Chart(
        figure=figure,
        title=title,
        subtitle=subtitle,
        alt=alt,
        # Nothing is said by a column without a value.
        table=table.dropna(axis="columns", how="all"),
        stem=stem,
        as_of=stamp.as_of,
        notes=tuple(stamp.lines(tr, EXPORT_COLUMNS.stamp)),
        over_time=dates_on_x,
        data_version=stamp.data_version,
        model_version=stamp.model_version,
        source_key=stamp.source_key,
        credit=stamp.credit(tr),
    )


def _names_beside(beside: Sequence[Label], layout: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not beside:
        return []
    margin, (low, high) = layout["margin"], layout["yaxis"]["range"]
    return end_labels(beside, low, high, layout["height"] - margin["t"] - margin["b"])


def _one_group_per_trace(figure: go.Figure) -> None:
    """A group for each name: next to a band's group, plotly would stack all that have none."""
    if any(trace.legendgroup for trace in figure.data):
        for trace in figure.data:
            if trace.name and not trace.legendgroup:
                trace.legendgroup = trace.name


def _legend_room(figure: go.Figure) -> int:
    """Height of a legend as a phone breaks it into lines, pixels."""
    names = [trace.name or "" for trace in figure.data if trace.showlegend is not False]
    if not names:
        return 0
    widest = LEGEND_SAMPLE + LEGEND_COLUMN * max(map(display_width, names))
    a_line = max(int(PHONE_LEGEND // widest), 1)
    return LEGEND_LINE * -(-len(names) // a_line) + SUBTITLE_LINE // 2


def below_titles(top: int, height: int) -> dict[str, Any]:
    """Where a legend stands: under the titles, ``top`` pixels down; it pushes the axes as it needs.

    >>> below_titles(78, 390)
    {'yref': 'container', 'y': 0.8, 'yanchor': 'top'}
    """
    return {"yref": "container", "y": round(1 - top / height, 4), "yanchor": "top"}


def title_block(
    title: Sequence[str], subtitle: Sequence[str], ink: Mapping[str, str]
) -> dict[str, Any]:
    """Title and subtitle, line by line, as plotly has them."""
    return {
        "text": "<br>".join(title),
        "subtitle": {"text": "<br>".join(subtitle), "font": {"size": 12, **ink}},
        "font": {"size": 16},
        "x": 0,
        "xref": "container",
        "xanchor": "left",
        "y": 1,
        "yref": "container",
        "yanchor": "top",
        # Plotly raises a title of more than one line by half a line.
        "pad": {"l": 10, "t": 10 if len(title) < 2 else 21},
    }


def from_zero(title: str, top: float, headroom: float = 1.08) -> dict[str, Any]:
    """A y axis from zero to a little above ``top``."""
    return {"title": {"text": title}, "range": [0, top * headroom if top > 0 else 1]}


def days_of(dates: pd.Series) -> list[str]:
    """Days as plotly reads them quickest.

    >>> days_of(pd.Series(pd.to_datetime(["2020-10-28"])))
    ['2020-10-28']
    """
    days: list[str] = np.datetime_as_string(dates.to_numpy(), unit="D").tolist()
    return days


def band(
    x: list[Any], low: Any, high: Any, *, fill: str, name: str, **more: Any
) -> list[dict[str, Any]]:
    """A filled band as two traces: an unseen upper edge and a lower edge filled up to it."""
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": x}
    return [
        edge | {"y": high, "showlegend": False, "legendgroup": name},
        edge
        | {"y": low, "fill": "tonexty", "fillcolor": fill, "name": name, "legendgroup": name}
        | more,
    ]
