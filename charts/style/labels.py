"""Names beside the lines they belong to, in place of a legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import pandas as pd

from charts.style.wrapping import wrap

LINE_PIXELS = 13
GAP_PIXELS = 3
COLUMNS = 14
FONT_SIZE = 11
# Pixels right of the axes that a label of ``COLUMNS`` takes, its sample included.
ROOM = 112
LINE, DASHES, DOTS, POINT, HOLLOW, AREA = "━", "╍", "┅", "●", "◇", "▒"
SAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "solid": LINE,
        "dot": DOTS,
        "circle": POINT,
        "diamond-open": HOLLOW,
        "diamond": "◆",
        "square": "■",
        "triangle-up": "▲",
        "triangle-up-open": "△",
    }
)

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Label:
    """What stands beside the end of a line: its height on the axis, name, colour and sample."""

    y: float
    text: str
    colour: str
    sample: str = LINE

    @property
    def lines(self) -> list[str]:
        """The name as it is broken into lines."""
        return wrap(self.text, COLUMNS)


def line_ends(figure: go.Figure) -> list[Label]:
    """A name for each line or row of points that a legend would name, at its last value.

    >>> import plotly.graph_objects as go
    >>> line = go.Scatter(y=[1.0, 2.0, None], name="Paid", mode="lines", line={"color": "#2f7fd6"})
    >>> line_ends(go.Figure(line))
    [Label(y=2.0, text='Paid', colour='#2f7fd6', sample='━')]
    """
    return [
        _named(trace)
        for trace in figure.data
        if trace.name and trace.showlegend is not False and not _is_band(trace)
    ]


def _is_band(trace: go.Scatter) -> bool:
    return trace.line.width == 0


def _named(trace: go.Scatter) -> Label:
    last = float(pd.Series(list(trace.y), dtype=float).dropna().iloc[-1])
    if "markers" in trace.mode:
        colour = trace.marker.color or trace.line.color
        return Label(last, trace.name, colour, SAMPLES[trace.marker.symbol or "circle"])
    dash = trace.line.dash or "solid"
    return Label(last, trace.name, trace.line.color, SAMPLES.get(dash, DASHES))


def end_labels(
    labels: Sequence[Label], lowest: float, highest: float, plot_height: float
) -> list[dict[str, Any]]:
    """Annotations right of the axes, each as near to its own height as the others leave it.

    ``lowest`` and ``highest`` are the ends of the y axis, ``plot_height`` its pixels on the page; a
    larger picture leaves them further apart.

    >>> two = end_labels([Label(5.0, "one", "#000"), Label(5.1, "two", "#111")], 0, 10, 200)
    >>> [round(each["yshift"]) for each in two]
    [0, -14]
    """
    scale = plot_height / (highest - lowest)
    ordered = sorted(labels, key=lambda label: -label.y)
    heights = [LINE_PIXELS * len(label.lines) + GAP_PIXELS for label in ordered]
    wanted = [plot_height - (label.y - lowest) * scale for label in ordered]
    places = _spread(wanted, heights, plot_height)
    return [
        {
            "x": 1,
            "xref": "paper",
            "xanchor": "left",
            "xshift": 4,
            "y": label.y,
            "yref": "y",
            "yanchor": "middle",
            "yshift": wish - place,
            "text": f'<span style="color:{label.colour}">{label.sample}</span> '
            + "<br>".join(escape(line, quote=False) for line in label.lines),
            "align": "left",
            "showarrow": False,
            "font": {"size": FONT_SIZE},
        }
        for label, wish, place in zip(ordered, wanted, places, strict=True)
    ]


def _spread(wanted: Sequence[float], heights: Sequence[float], room: float) -> list[float]:
    """Middles from the top down: none above its wish but where the bottom is in the way."""
    tops: list[float] = []
    taken = 0.0
    for wish, height in zip(wanted, heights, strict=True):
        tops.append(max(wish - height / 2, taken))
        taken = tops[-1] + height
    left = room
    for at in reversed(range(len(tops))):
        tops[at] = min(tops[at], left - heights[at])
        left = tops[at]
    return [top + height / 2 for top, height in zip(tops, heights, strict=True)]


def inside(
    x: Any, y: float, text: str, *, above: bool = True, align: str = "center", lines_up: int = 0
) -> dict[str, Any]:
    """A name on the plot itself, where there is room for it; ``lines_up`` lines further off."""
    away = GAP_PIXELS + LINE_PIXELS * lines_up
    return {
        "x": x,
        "xref": "x",
        "xanchor": align,
        "y": y,
        "yref": "y",
        "yanchor": "bottom" if above else "top",
        "yshift": away if above else -away,
        "text": text,
        "showarrow": False,
        "font": {"size": FONT_SIZE},
    }


def sampled(text: str, colour: str, sample: str) -> str:
    """A name with a sample of what it names before it."""
    return f'<span style="color:{colour}">{sample}</span> {escape(text, quote=False)}'
