"""Charts of the record draw it as it is: steps where neighbours are known, the model's line where
something is missing, and ranges where members have bounds."""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from charts.history import settlements as history
from charts.history.aid import aid_chart
from charts.history.totals import cumulative_chart
from charts.style.chart import Chart
from charts.style.record import add_reconstruction, add_steps, one_a_settlement
from forecasting.base.settlements import period_number
from locales import LANGUAGES, Translator
from tests.helpers import synthetic
from tests.helpers.record_charts import AID, FULL, KNOWN, LAG, RECORD_CHARTS, SPLIT

EN = Translator("en")
FORECAST = synthetic.forecast()


def trace(chart: Chart, name: str):
    (found,) = [trace for trace in chart.figure.data if trace.name == name]
    return found


def steps_of(figure) -> list:
    return [trace for trace in figure.data if trace.line.shape == "hv"]


def test_steps_join_neighbours_and_nothing_else():
    days = pd.Series(pd.to_datetime(["2020-01-14", "2020-01-28", "2020-02-28", "2020-03-14"]))
    figure = go.Figure()
    add_steps(figure, days, pd.Series([1.0, 2.0, 3.0, 4.0]), "#b27a00")
    (line,) = steps_of(figure)
    assert list(line.y) == [1.0, 2.0, None, 3.0, 4.0]
    assert list(pd.to_datetime(pd.Series(line.x)))[2] == days[2]


def test_the_model_draws_only_what_is_missing_and_up_to_its_neighbours():
    figure = go.Figure()
    filled = add_reconstruction(figure, FORECAST, "share", EN)
    past = FORECAST.periods[FORECAST.periods["date"] <= pd.Timestamp(FORECAST.as_of)]
    missing = past[past["share_disclosed"].isna()]
    assert filled["date"].tolist() == missing["date"].tolist()
    line = figure.data[1]
    shown = {pd.Timestamp(day) for day, value in zip(line.x, line.y, strict=True) if value}
    neighbours = set(missing["date"])
    for place in missing.index:
        neighbours |= set(past["date"].loc[max(place - 1, 0) : place + 1])
    assert shown == neighbours


def test_where_everything_is_known_the_model_draws_nothing():
    figure = go.Figure()
    days = FORECAST.periods["date"]
    assert add_reconstruction(figure, FORECAST, "share", EN, known=days).empty
    assert not figure.data


def test_of_several_figures_of_a_settlement_the_best_is_joined():
    rows = FULL.observations
    shares = rows[(rows["quantity"] == "share") & (rows["scope"] == "critical_illness")]
    joined = one_a_settlement(shares)
    assert joined["period_end"].is_unique
    assert (joined["confidence"] != "low").all()
    fitted = FULL.settlement_values("share")
    days = joined.set_index(joined["period_end"].dt.date)["value"]
    assert days[list(fitted.index)].tolist() == fitted.tolist()


def test_the_shares_chart_joins_what_was_known_and_what_came_apart():
    chart = history.shares_chart(FULL.observations, FORECAST, EN, synthetic.STAMP)
    before, after = steps_of(chart.figure)
    assert max(pd.Timestamp(day) for day in before.x) == pd.Timestamp(synthetic.AS_OF)
    assert min(pd.Timestamp(day) for day in after.x) > pd.Timestamp(synthetic.AS_OF)
    periods = [period_number(pd.Timestamp(day).date()) for day in before.x]
    assert None not in before.y
    assert np.unique(np.diff(periods)).tolist() == [1]


def test_shares_are_told_apart_by_placement_and_trust():
    chart = history.shares_chart(FULL.observations, FORECAST, EN, synthetic.STAMP)
    symbols = {
        key: trace(chart, EN.t(f"series.{key}")).marker.symbol
        for key in ("stated", "inferred", "low", "later")
    }
    assert symbols == {
        "stated": "circle",
        "inferred": "square",
        "low": "x",
        "later": "diamond-open",
    }
    assert min(trace(chart, EN.t("series.later")).x) > pd.Timestamp(synthetic.AS_OF)


def test_aid_is_drawn_with_the_events_that_explain_its_steps():
    chart = RECORD_CHARTS["aid"](EN)
    events = KNOWN.events
    first = chart.table["Settlement"].iloc[0]
    explaining = events[
        events["kind"].isin(["rule", "shock"]) & (events["date"] >= pd.Timestamp(first))
    ]
    assert chart.events is not None
    assert chart.events["Event"].tolist() == explaining["event_en"].tolist()
    assert chart.events["Source"].tolist() == explaining["source_id"].tolist()


def test_ranges_of_aid_are_drawn_as_bars_around_what_has_bounds():
    chart = RECORD_CHARTS["aid"](EN)
    bounded = trace(chart, EN.t("aid.bounded"))
    assert max(bounded.error_y.array) > 0
    counted = trace(chart, EN.t("aid.counted"))
    assert len(bounded.x) + len(counted.x) == len(chart.table)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_split_is_drawn_with_its_range(language: str):
    chart = RECORD_CHARTS["aid_or_payers"](Translator(language))
    aid, payers = chart.figure.data
    for bar, part in ((aid, SPLIT.more_aid), (payers, SPLIT.fewer_payers)):
        assert bar.x[0] == part.value
        assert bar.x[0] + bar.error_x.array[0] == pytest.approx(part.high)
        assert bar.x[0] - bar.error_x.arrayminus[0] == pytest.approx(part.low)


def test_the_lists_are_drawn_beside_the_fitted_delay():
    chart = RECORD_CHARTS["thyroid"](EN)
    thyroid = trace(chart, EN.t("cases.thyroid_series"))
    assert list(thyroid.y) == pytest.approx(100 * LAG.lists["thyroid_part"])
    fitted = trace(chart, EN.t("cases.fitted_delay"))
    assert min(fitted.x) >= 0
    assert max(fitted.y) <= 100


def test_every_list_has_its_bars():
    chart = RECORD_CHARTS["durations"](EN)
    bars = [trace for trace in chart.figure.data if trace.type == "bar"]
    assert len(bars) == len(LAG.lists)
    for bar in bars:
        assert sum(bar.y) == pytest.approx(100)


def test_the_table_of_aid_is_what_is_drawn():
    table = RECORD_CHARTS["aid"](EN).table.set_index("Settlement")
    frame = AID.frame.set_index(AID.frame["date"].dt.strftime("%Y-%m-%d"))
    days = table.index
    assert table["Share (RMB)"].tolist() == frame.loc[days, "share"].tolist()


@pytest.mark.parametrize(
    ("language", "unit", "persons"), [("en", "millions", 1e6), ("zh", "万", 1e4)]
)
def test_members_beside_the_aid_are_counted_in_the_unit_of_their_headers(language, unit, persons):
    tr = Translator(language)
    table = aid_chart(AID, FULL.events, tr, synthetic.STAMP).table
    is_counted = AID.frame["members_basis"] == "disclosed"
    assert is_counted.any()
    for key, column in (
        ("column.members_millions", "members"),
        ("aid.members_low", "members_low"),
        ("aid.members_high", "members_high"),
    ):
        assert unit in tr.t(key)
        # Where members were counted there is nothing for bounds to say.
        shown = ~is_counted if column != "members" else is_counted | True
        np.testing.assert_allclose(
            table[tr.t(key)], (AID.frame[column] / persons).where(shown), atol=1e-3
        )


@pytest.mark.parametrize(
    ("language", "header", "rmb"), [("en", "million RMB", 1e6), ("zh", "亿元", 1e8)]
)
def test_aid_is_counted_in_the_unit_that_the_language_has_for_it(language, header, rmb):
    tr = Translator(language)
    chart = aid_chart(AID, FULL.events, tr, synthetic.STAMP)
    frame = AID.frame
    assert header in chart.figure.layout.yaxis.title.text
    for key, column in (("aid.axis", "aid"), ("aid.low", "aid_low"), ("aid.high", "aid_high")):
        assert header in tr.t(key)
        # The table is to a tenth of a million.
        np.testing.assert_allclose(chart.table[tr.t(key)] * rmb, frame[column], atol=5.001e4)
    (line,) = steps_of(chart.figure)
    drawn = [value for value in line.y if value is not None]
    np.testing.assert_allclose(np.array(drawn) * rmb, frame["aid"])


def test_aid_is_said_as_each_language_says_it():
    most = int(AID.frame["aid"].where(AID.frame["members_basis"] == "disclosed").argmax())
    day = AID.frame["date"].iloc[most]
    said = {}
    for language in LANGUAGES:
        chart = aid_chart(AID, FULL.events, Translator(language), synthetic.STAMP)
        first = f"{AID.frame['aid'].iloc[0] / (1e6 if language == 'en' else 1e4):.0f}"
        unit = " million RMB" if language == "en" else "万元"
        bounded = trace(chart, Translator(language).t("aid.bounded"))
        assert bounded.customdata[0].startswith(first + unit)
        assert (first if language == "en" else first + "万元") in chart.title
        counted = trace(chart, Translator(language).t("aid.counted"))
        at = list(counted.x).index(day)
        said[language] = (counted.y[at], counted.customdata[at])
    in_millions, english = said["en"]
    in_hundreds, chinese = said["zh"]
    assert in_millions == pytest.approx(100 * in_hundreds)
    assert english == f"{in_millions:,.0f} million RMB"
    assert chinese == f"{in_hundreds:.3g}亿元"


@pytest.mark.parametrize(("language", "said", "rmb"), [("en", "billion", 1e9), ("zh", "亿元", 1e8)])
def test_totals_of_aid_are_counted_in_the_unit_of_their_axis(language, said, rmb):
    tr = Translator(language)
    chart = cumulative_chart(FULL.observations, FORECAST, tr, synthetic.STAMP)
    assert said in chart.figure.layout.yaxis2.title.text
    rows = FULL.observations
    totals = rows[rows["quantity"].isin(["helped_sum", "aid_sum"])]
    since_launch = totals[totals["period_start"] == totals["period_start"].min()]
    disclosed = since_launch.loc[since_launch["quantity"] == "aid_sum", "value"]
    shown = chart.table[tr.t("column.aid_total")].dropna()
    assert sorted(shown * rmb) == pytest.approx(sorted(disclosed))
    below = [one for one in chart.figure.data if one.yaxis == "y2"]
    assert sorted(value * rmb for one in below for value in one.y) == pytest.approx(
        sorted(disclosed)
    )
    assert all(said in one.hovertemplate for one in below)
