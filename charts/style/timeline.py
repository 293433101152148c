"""Dated events as a layer on any chart over time: words above the plot, the list beside it.

Texts of events are long and a phone is narrow, so the plot itself gets only thin dotted lines, with
the kind of each event over it; events too near to each other to be told apart share one badge.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pandas as pd

from charts.style import palette
from charts.style.chart import Chart
from charts.style.frame import BADGE_ROOM, EXPORT_COLUMNS, PAGE_BACKGROUND, Figure, below_titles
from charts.style.wrapping import display_width, wrap
from locales import Translator

# Share of the plot's width that a badge takes on a phone: its edge, and each of its columns.
EDGE_WIDTH, COLUMN_WIDTH = 0.025, 0.021
# Number of the first and the last event of a badge, to its text.
Word = Callable[[int, int], str]


@dataclass(frozen=True)
class Badge:
    """One badge: where it stands (0 to 1 across the plot), its first and last event, its text."""

    at: float
    first: int
    last: int
    text: str

    @property
    def width(self) -> float:
        """Share of the plot it takes on a phone."""
        return EDGE_WIDTH + COLUMN_WIDTH * display_width(self.text)


def badges(places: Sequence[float], word: Word) -> list[Badge]:
    """Badges for events at these places in order, numbered from 1, joined until none overlap.

    >>> [badge.text for badge in badges([0.1, 0.5, 0.51, 0.9], lambda a, b: "rule" * (b - a + 1))]
    ['rule', 'rulerule', 'rule']
    """
    found: list[Badge] = []
    for number, place in enumerate(places, start=1):
        badge = Badge(place, number, number, word(number, number))
        while found and badge.at - found[-1].at < (badge.width + found[-1].width) / 2:
            first, last = found.pop().first, badge.last
            badge = Badge(
                (places[first - 1] + places[last - 1]) / 2, first, last, word(first, last)
            )
        found.append(badge)
    return found


def said_of(kinds: Sequence[str], tr: Translator, first: int, last: int) -> str:
    """The kind of an event in a word; of several of one kind also how many, else the count."""
    told = kinds[first - 1 : last]
    if len(set(told)) > 1:
        return tr.t("timeline.several", count=len(told))
    word = tr.t(f"event_kind.{told[0]}")
    return word if len(told) == 1 else tr.t("timeline.of_a_kind", word=word, count=len(told))


def with_events(chart: Chart, events: pd.DataFrame, tr: Translator) -> Chart:
    """The chart with a line and a word for each event within the days it draws; itself without any.

    ``events``: rows of ``events.csv``; those after the chart's as-of day are left out.
    """
    span = _days_on_axis(chart)
    if span is None:
        return chart
    first, last = span
    until = min(last, pd.Timestamp(chart.as_of))
    rows = events[events["date"].between(first, until)].sort_values("date", kind="stable")
    if rows.empty:
        return chart
    length = (last - first) / pd.Timedelta(days=1)
    places = [(day - first) / pd.Timedelta(days=1) / length for day in rows["date"]]
    texts = rows[f"event_{tr.language}"].tolist()
    figure = copy.deepcopy(chart.figure)
    for day in rows["date"]:
        figure.add_shape(
            type="line",
            x0=day,
            x1=day,
            xref="x",
            y0=0,
            y1=1,
            yref="paper",
            layer="below",
            line={"color": palette.NEUTRAL, "width": 1, "dash": "dot"},
        )
    for badge in badges(places, partial(said_of, rows["kind"].tolist(), tr)):
        figure.add_annotation(
            name="event",
            x=first + badge.at * (last - first),
            xref="x",
            y=1,
            yref="paper",
            # In the strip of the plot that a legend leaves, else above the plot.
            yanchor="top" if figure.layout.showlegend else "bottom",
            yshift=0 if figure.layout.showlegend else 3,
            text=badge.text,
            hovertext="<br>".join(texts[badge.first - 1 : badge.last]),
            showarrow=False,
            font={"size": 10},
            bgcolor=PAGE_BACKGROUND,
            bordercolor=palette.NEUTRAL,
            borderwidth=1,
            borderpad=2,
        )
    _make_room(figure)
    table = pd.DataFrame(
        {
            tr.t("timeline.number"): range(1, len(rows) + 1),
            tr.t("column.date"): [
                tr.date(day, "medium" if precision == "day" else tr.t("timeline.month"))
                for day, precision in zip(rows["date"], rows["date_precision"], strict=True)
            ],
            tr.t("column.event"): texts,
            tr.t("column.source"): rows["source_id"].tolist(),
        }
    )
    printed = tr.t("list.separator").join(
        f"[{number}] {day} {text}" for number, day, text, _ in table.itertuples(index=False)
    )
    return replace(
        chart,
        figure=figure,
        events=table,
        alt=" ".join((chart.alt, tr.t("timeline.alt", count=len(rows)))),
        listed=tuple(wrap(printed, EXPORT_COLUMNS.stamp)),
    )


def _make_room(figure: Figure) -> None:
    """A strip for the badges: of the plot itself where a legend stands on it, else above it."""
    layout = figure.layout
    if not layout.showlegend:
        layout.update(margin={"t": layout.margin.t + BADGE_ROOM}, height=layout.height + BADGE_ROOM)
        return
    plot = layout.height - layout.margin.t - layout.margin.b
    for axis in figure.select_yaxes():
        axis.domain = [plot / (plot + BADGE_ROOM) * end for end in axis.domain or (0, 1)]
    layout.height += BADGE_ROOM
    layout.legend.update(below_titles(layout.margin.t, layout.height))


def _days_on_axis(chart: Chart) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    """First and last day on the x axis; None where it is no axis of days or only one is drawn."""
    if not chart.over_time:
        return None
    stated = chart.figure.layout.xaxis.range
    if stated is not None:
        return pd.Timestamp(stated[0]), pd.Timestamp(stated[1])
    days = [
        pd.to_datetime(pd.Series(list(trace.x)))
        for trace in chart.figure.data
        if trace.x is not None and len(trace.x)
    ]
    if not days:
        return None
    shown = pd.concat(days)
    first, last = shown.min(), shown.max()
    return None if first == last else (first, last)
