"""Events on a chart: only those known, within its days, in badges that do not overlap."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts.style.chart import Chart
from charts.style.exports import for_export
from charts.style.frame import BADGE_ROOM, build_chart
from charts.style.timeline import badges, said_of, with_events
from forecasting import load_disclosures
from locales import Translator
from tests.helpers import synthetic

EN = Translator("en")
RECORD = load_disclosures()


def chart(first: str = "2019-01-28", last: str = "2021-12-14", **how: Any) -> Chart:
    figure = go.Figure(go.Scatter(x=[pd.Timestamp(first), pd.Timestamp(last)], y=[0, 1]))
    return build_chart(
        figure, EN, synthetic.STAMP, stem="s", title="t", subtitle="u", alt="1.",
        table=pd.DataFrame({"a": [1]}), **how,
    )  # fmt: skip


def test_events_after_the_day_or_outside_the_axis_are_not_drawn():
    shown = with_events(chart(), RECORD.events, EN)
    assert shown.events is not None
    rows = RECORD.events[RECORD.events["date"].between("2019-01-28", "2020-10-28")]
    assert shown.events.iloc[:, 2].tolist() == rows["event_en"].tolist()
    assert len(shown.figure.layout.shapes) == len(rows)
    assert "marked above" in shown.alt


def test_the_chart_itself_is_left_as_it_was():
    plain = chart()
    before = plain.figure.to_json()
    shown = with_events(plain, RECORD.events, EN)
    assert plain.figure.to_json() == before
    assert shown.figure.layout.height == plain.figure.layout.height + BADGE_ROOM
    # The strip for the badges is the plot's: its axis ends below them.
    assert shown.figure.layout.yaxis.domain[1] < 1
    assert shown.figure.data == plain.figure.data


@pytest.mark.parametrize(
    "other",
    [
        chart(dates_on_x=False),
        chart("2019-01-28", "2019-01-28"),
        replace(chart("2030-01-28", "2031-01-28")),
        replace(chart(), as_of=date(2019, 1, 1)),
    ],
)
def test_a_chart_without_days_or_known_events_stays(other):
    assert with_events(other, RECORD.events, EN) is other


def test_the_list_is_printed_in_the_export_and_has_room():
    shown = with_events(chart(), RECORD.events, EN)
    layout = for_export(shown)["layout"]
    stamp = next(item for item in layout["annotations"] if item.get("name") == "stamp")
    assert "thyroid" in stamp["text"]
    lines = stamp["text"].count("<br>") + 1
    assert -stamp["yshift"] + 14.3 * lines <= layout["margin"]["b"]


def test_a_month_is_not_shown_as_a_day():
    shown = with_events(replace(chart(), as_of=date(2020, 12, 14)), RECORD.events, EN)
    assert shown.events is not None
    row = shown.events[shown.events.iloc[:, 2].str.contains("Credit threshold")]
    assert row.iloc[0, 1] == "Oct 2019"


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40).map(sorted))
def test_badges_never_overlap_and_number_every_event_once(places):
    found = badges(places, lambda first, last: "规则" * (last - first + 1))
    numbers = [n for badge in found for n in range(badge.first, badge.last + 1)]
    assert numbers == list(range(1, len(places) + 1))
    for left, right in pairwise(found):
        assert right.at - left.at >= (left.width + right.width) / 2 - 1e-12


def test_a_badge_says_the_kind_of_its_events_or_how_many_they_are():
    kinds = ["rule", "rule", "shock"]
    assert said_of(kinds, EN, 1, 1) == "rule"
    assert said_of(kinds, EN, 1, 2) == "rule ×2"
    assert said_of(kinds, EN, 1, 3) == "3 events"
