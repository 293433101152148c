"""Dated events as a layer on any chart over time: numbers above the plot, the list beside it.

Texts of events are long and a phone is narrow, so the plot itself gets only thin dotted lines;
events too near to each other to be numbered apart share one badge, such as 4–6.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace

import pandas as pd

from charts.style import palette
from charts.style.frame import EXPORT_COLUMNS, Chart
from charts.style.wrapping import wrap
from locales import Translator

BADGE_ROOM = 22
# Share of the plot's width that a badge takes on a phone: its edge, and each of its characters.
EDGE_WIDTH, CHARACTER_WIDTH = 0.025, 0.026


@dataclass(frozen=True)
class Badge:
    """One badge: where it stands (0 to 1 across the plot) and the numbers ``first`` to ``last``."""

    at: float
    first: int
    last: int

    @property
    def text(self) -> str:
        """What is printed on it."""
        return str(self.first) if self.first == self.last else f"{self.first}–{self.last}"

    @property
    def width(self) -> float:
        """Share of the plot it takes on a phone."""
        return EDGE_WIDTH + CHARACTER_WIDTH * len(self.text)


def badges(places: list[float]) -> list[Badge]:
    """Badges for events at these places in order, numbered from 1, joined until none overlap.

    >>> [badge.text for badge in badges([0.1, 0.5, 0.51, 0.9])]
    ['1', '2–3', '4']
    """
    found: list[Badge] = []
    for number, place in enumerate(places, start=1):
        badge = Badge(place, number, number)
        while found and badge.at - found[-1].at < (badge.width + found[-1].width) / 2:
            before = found.pop()
            middle = (places[before.first - 1] + places[badge.last - 1]) / 2
            badge = Badge(middle, before.first, badge.last)
        found.append(badge)
    return found


def with_events(chart: Chart, events: pd.DataFrame, tr: Translator) -> Chart:
    """The chart with a numbered line for each event within the days it draws; itself without any.

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
    for badge in badges(places):
        figure.add_annotation(
            name="event",
            x=first + badge.at * (last - first),
            xref="x",
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=3,
            text=badge.text,
            hovertext="<br>".join(texts[badge.first - 1 : badge.last]),
            showarrow=False,
            font={"size": 10},
            bordercolor=palette.NEUTRAL,
            borderwidth=1,
            borderpad=2,
        )
    layout = figure.layout
    if layout.legend.y == 1 and layout.legend.yanchor == "bottom":
        # Above the axes: above their badges as well.
        layout.legend.y += BADGE_ROOM / (layout.height - layout.margin.t - layout.margin.b)
    layout.update(margin={"t": layout.margin.t + BADGE_ROOM}, height=layout.height + BADGE_ROOM)
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
        notes=(*chart.notes, *wrap(printed, EXPORT_COLUMNS.stamp)),
    )


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
