"""Every chart keeps the house's rules, and each draws what its result says."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest
from streamlit.elements.lib.streamlit_plotly_theme import GRAY_90

from charts import answer, growth, scenarios
from charts.history import settlements as history
from charts.history import totals
from charts.selection_lag import response as selection
from charts.steady_state import estimates as steady
from charts.steady_state import sobol
from charts.style import labels, palette
from charts.style.chart import Chart
from charts.style.exports import EXPORT_SIZE, for_export
from charts.style.frame import BADGE_ROOM, COLUMNS, NARROW_COLUMNS, PAGE_BACKGROUND, PAGE_INK
from charts.style.languages import titles
from charts.style.wrapping import display_width
from charts.track_record import forecasts as track_record
from forecasting import Forecast, fit, load_disclosures, steady_state
from forecasting.article.swings import age_curves, swings
from forecasting.disclosures.series import disclosed_shares
from forecasting.explain.exits import fit_exits
from forecasting.members.growth_fit import fit_growth_curves
from forecasting.sweeps.sobol import global_sensitivity
from locales import LANGUAGES, Translator
from tests.helpers import insurance_charts, synthetic
from tests.helpers.plans_charts import PLANS_CHARTS
from tests.helpers.record_charts import RECORD_CHARTS

EN = Translator("en")
RECORD = load_disclosures()
KNOWN = RECORD.as_of(synthetic.AS_OF)
FORECAST = synthetic.forecast()
CURVES = age_curves(RECORD)


def fan_chart(tr: Translator, forecast: Forecast = FORECAST, came: bool = True) -> Chart:
    track = synthetic.track_record() if came else synthetic.track_record(())
    published = synthetic.published_forecasts()
    return answer.fan_chart(forecast, track.frame, published, tr, synthetic.STAMP)


CHARTS: dict[str, Callable[[Translator], Chart]] = {
    "fan": fan_chart,
    "shares": lambda tr: history.shares_chart(RECORD.observations, FORECAST, tr, synthetic.STAMP),
    "members": lambda tr: history.members_chart(KNOWN.observations, FORECAST, tr, synthetic.STAMP),
    "helped": lambda tr: history.helped_chart(KNOWN.observations, FORECAST, tr, synthetic.STAMP),
    "cumulative": lambda tr: totals.cumulative_chart(
        KNOWN.observations, FORECAST, tr, synthetic.STAMP
    ),
    "cap": lambda tr: totals.cap_chart(FORECAST, KNOWN, tr, synthetic.STAMP),
    "undiluted": lambda tr: selection.undiluted_chart(FORECAST, tr, synthetic.STAMP),
    "waiting": lambda tr: selection.part_chart(synthetic.curves(), "waiting", tr, synthetic.STAMP),
    "ramp": lambda tr: selection.part_chart(synthetic.curves(), "ramp", tr, synthetic.STAMP),
    "delay": lambda tr: selection.part_chart(synthetic.curves(), "delay", tr, synthetic.STAMP),
    "response": lambda tr: selection.response_chart(synthetic.curves(), tr, synthetic.STAMP),
    "dilution": lambda tr: selection.dilution_chart(synthetic.dilution(), tr, synthetic.STAMP),
    "cohorts": lambda tr: selection.cohort_chart(synthetic.cohorts(), tr, synthetic.STAMP),
    "answers": lambda tr: steady.estimates_chart(
        steady.estimates(synthetic.credibility(), steady_state(fee=0.1), CURVES, tr),
        tr,
        synthetic.STAMP,
    ),
    "tornado": lambda tr: steady.tornado_chart(swings({}), 5.023, tr, synthetic.STAMP),
    "assumptions": lambda tr: sobol.sobol_chart(
        global_sensitivity(fit(KNOWN), "posterior", 64), tr, synthetic.STAMP
    ),
    "ageing": lambda tr: steady.ageing_chart(CURVES, tr, synthetic.STAMP),
    "origin": lambda tr: track_record.origin_chart(
        synthetic.backtest(), synthetic.AS_OF, disclosed_shares(KNOWN), tr, synthetic.STAMP
    ),
    "wis": lambda tr: track_record.wis_chart(synthetic.backtest(), tr, synthetic.STAMP),
    "growth": lambda tr: growth.members_chart(
        FORECAST, fit_growth_curves(KNOWN), tr, synthetic.STAMP
    ),
    "exits": lambda tr: growth.exits_chart(fit_exits(fit(KNOWN)), tr, synthetic.STAMP),
    "scenarios": lambda tr: scenarios.scenario_chart(
        synthetic.scenario_lines(tr), "share", tr, synthetic.STAMP
    ),
    **insurance_charts.CHARTS,
    **PLANS_CHARTS,
    **RECORD_CHARTS,
}
NARROW = {"waiting", "ramp", "delay", "ages", "place", "means"}
HORIZONTAL = {
    "answers",
    "causes",
    "tornado",
    "wis",
    "fee",
    "ages",
    "place",
    "means",
    "aid_or_payers",
}
HORIZONTAL |= {"assumptions", *insurance_charts.HORIZONTAL}
# Their names beside lines say more than the lines' own.
OWN_NAMES = {"fan", "scenarios"}
NOT_FROM_ZERO = {
    "causes",
    "dilution",
    "cohorts",
    "tornado",
    "lost",
    *insurance_charts.NOT_FROM_ZERO,
}


@cache
def draw(name: str, language: str) -> Chart:
    return CHARTS[name](Translator(language))


@pytest.fixture(params=[f"{name} {language}" for name in CHARTS for language in LANGUAGES])
def on_chart(request) -> tuple[str, Chart]:
    name, language = request.param.split()
    return name, draw(name, language)


def traces(chart: Chart, **wanted: object) -> list[go.Scatter]:
    return [
        trace
        for trace in chart.figure.data
        if all(getattr(trace, key) == value for key, value in wanted.items())
    ]


def by_name(chart: Chart, key: str, tr: Translator = EN, **values: object) -> go.Scatter:
    (trace,) = traces(chart, name=tr.t(key, **values))
    return trace


def test_margins_are_explicit_and_hold_titles_legend_and_stamp(on_chart):
    _, chart = on_chart
    layout = chart.figure.layout
    margin, title = layout.margin, layout.title
    lines = title.text.count("<br>") + 1, title.subtitle.text.count("<br>") + 1
    badges = 0 if chart.events is None or layout.showlegend else BADGE_ROOM
    assert margin.t >= 16 + 20 * lines[0] + 15 * lines[1] + badges
    assert margin.l >= 64
    assert margin.r >= 28
    assert layout.height - margin.t - margin.b >= 150
    axes = [*chart.figure.select_xaxes(), *chart.figure.select_yaxes()]
    assert all(axis.automargin is False for axis in axes)


def test_no_legend_covers_the_axes(on_chart):
    layout = on_chart[1].figure.layout
    if layout.showlegend:
        assert (layout.legend.orientation, layout.legend.yref) == ("h", "container")
        # It begins where the titles end, and so pushes the axes down.
        assert (1 - layout.legend.y) * layout.height == pytest.approx(layout.margin.t, abs=0.1)


def test_names_beside_lines_are_those_of_all_lines_and_stand_apart(on_chart):
    """One outside the range of its axis would not be drawn at all."""
    name, chart = on_chart
    beside = list(chart.figure.select_annotations({"x": 1, "xref": "paper", "yref": "y"}))
    if not beside or name in OWN_NAMES:
        return
    layout = chart.figure.layout
    assert layout.margin.r == labels.ROOM
    low, high = layout.yaxis.range
    assert all(low <= label.y <= high for label in beside)
    said = {label.text.split("</span> ")[1].replace("<br>", " ") for label in beside}
    joined = {text.replace(" ", "") for text in said}
    lines = (trace for trace in chart.figure.data if trace.showlegend is not False)
    drawn = [trace.name for trace in lines if trace.name and trace.line.width != 0]
    assert all(one.replace(" ", "") in joined for one in drawn)
    pixels = (layout.height - layout.margin.t - layout.margin.b) / (high - low)
    tops = sorted(pixels * (label.y - low) + label.yshift for label in beside)
    assert all(upper - lower >= labels.LINE_PIXELS for lower, upper in pairwise(tops))


def test_source_day_and_versions_stand_inside_the_figure(on_chart):
    _, chart = on_chart
    (stamp,) = chart.figure.select_annotations({"name": "stamp"})
    printed = stamp.text.replace("<br>", "")
    assert "2020" in printed
    assert synthetic.STAMP.data_version in printed
    lines = stamp.text.count("<br>") + 1
    assert -stamp.yshift + lines * 14.3 <= chart.figure.layout.margin.b


def test_texts_fit_the_width_they_are_drawn_in(on_chart):
    name, chart = on_chart
    columns = NARROW_COLUMNS if name in NARROW else COLUMNS
    layout = chart.figure.layout
    (stamp,) = chart.figure.select_annotations({"name": "stamp"})
    for text, widest, most_lines in (
        (layout.title.text, columns.title, 2 if name not in NARROW else 3),
        (layout.title.subtitle.text, columns.subtitle, 2),
        (stamp.text, columns.stamp, 6 if name in NARROW else 4),
    ):
        lines = text.split("<br>")
        assert len(lines) <= most_lines
        assert max(display_width(line) for line in lines) <= widest


def test_names_leave_a_phone_room_to_draw(on_chart):
    """A legend wider than the plot would squeeze it."""
    _, chart = on_chart
    if chart.figure.layout.showlegend:
        names = [trace.name for trace in chart.figure.data if trace.showlegend is not False]
        assert max(map(display_width, names)) <= 28


def test_amounts_start_at_zero(on_chart):
    name, chart = on_chart
    if name in NOT_FROM_ZERO:
        return
    axes = chart.figure.select_xaxes() if name in HORIZONTAL else chart.figure.select_yaxes()
    for axis in axes:
        assert axis.rangemode == "tozero" or axis.range[0] == 0


def test_alt_text_and_table_come_with_it(on_chart):
    _, chart = on_chart
    assert any(char.isdigit() for char in chart.alt) or chart.stem == "cumulative"
    assert not chart.table.empty
    assert chart.table.columns.is_unique


def test_its_title_is_given_in_every_language(on_chart):
    """What a reader called a scenario is the same in each."""
    name, chart = on_chart
    own = {language: draw(name, language).title for language in LANGUAGES}
    assert titles(chart) == own


def test_its_file_says_on_every_row_where_it_comes_from(on_chart):
    _, chart = on_chart
    read = pd.read_csv(io.BytesIO(chart.csv))
    header, credit = chart.credit
    assert read.columns[-1] == header
    assert set(read[header]) == {credit}
    assert all(part in credit for part in (synthetic.STAMP.data_version, "CC BY 4.0", "2020"))
    assert read.notna().any().all()
    assert list(read.columns[:-1]) == [name for name in chart.table if name in read]


def test_no_two_series_differ_by_colour_alone(on_chart):
    _, chart = on_chart

    def look(trace) -> tuple[object, ...]:
        pattern = trace.marker.pattern.shape if trace.type == "bar" else None
        is_line = trace.type == "scatter" and "lines" in (trace.mode or "")
        return (
            trace.type,
            trace.mode if trace.type == "scatter" else None,
            (trace.line.dash or "solid", trace.line.width) if is_line else None,
            trace.marker.symbol if trace.type == "scatter" else None,
            trace.fill if trace.type == "scatter" else None,
            pattern,
        )

    shown = [
        trace
        for trace in chart.figure.data
        if trace.type != "heatmap"
        and trace.showlegend is not False
        and not getattr(trace, "fill", None)
    ]
    for one, other in combinations(shown, 2):
        assert look(one) != look(other) or chart.stem.endswith("answers")


def test_colours_come_from_the_registry(on_chart):
    _, chart = on_chart
    allowed = {colour.lower() for colour in (*palette.ALL, PAGE_INK)}
    for trace in chart.figure.data:
        for colour in (
            getattr(trace.marker, "color", None) if trace.type != "heatmap" else None,
            getattr(getattr(trace, "line", None), "color", None),
        ):
            several = colour if isinstance(colour, tuple) else (colour,)
            assert all(one is None or one.lower() in allowed for one in several)


def test_the_export_is_on_white_at_its_fixed_size_with_every_text(on_chart):
    _, chart = on_chart
    exported = for_export(chart)
    layout = exported["layout"]
    assert chart.figure.layout.font.color == PAGE_INK == GRAY_90
    for placeholder in (PAGE_INK, PAGE_BACKGROUND):
        assert placeholder not in json.dumps(exported)
    assert (layout["width"], layout["height"]) == EXPORT_SIZE
    assert layout["paper_bgcolor"] == layout["plot_bgcolor"] == "#ffffff"
    assert chart.title.split(": ")[-1] in layout["title"]["text"].replace("</b><br><b>", " ")
    texts = [annotation["text"] for annotation in layout["annotations"]]
    assert any(synthetic.STAMP.data_version in text for text in texts)
    assert chart.figure.layout.width is None


def test_shares_are_told_apart_by_placement_and_trust():
    chart = CHARTS["shares"](EN)
    symbols = {
        key: by_name(chart, f"series.{key}").marker.symbol
        for key in ("stated", "inferred", "low", "later")
    }
    assert symbols == {
        "stated": "circle",
        "inferred": "square",
        "low": "x",
        "later": "diamond-open",
    }
    assert min(by_name(chart, "series.later").x) > pd.Timestamp(synthetic.AS_OF)


def test_running_totals_start_anew_each_year_and_prefer_disclosed_shares():
    running = totals.running_totals(FORECAST)
    first_of_2020 = running[running["year"] == 2020].iloc[0]
    assert first_of_2020["running"] == first_of_2020["share"]
    past = FORECAST.periods[FORECAST.periods["status"].isin(["disclosed", "reconstructed"])]
    known = past["share_disclosed"].fillna(past["share_q50"])
    in_2020 = known[past["date"].dt.year == 2020]
    assert running["running"].iloc[-1] == pytest.approx(in_2020.sum())


def test_cap_is_drawn_for_the_years_that_had_one():
    chart = CHARTS["cap"](EN)
    capped = {trace.x[0].year: trace.y[0] for trace in traces(chart, legendgroup="cap")}
    assert capped == {2019: 188, 2020: 188}


def test_dilution_causes_stack_to_the_total():
    chart = CHARTS["dilution"](EN)
    bars = np.sum([trace.y for trace in chart.figure.data if trace.type == "bar"], axis=0)
    assert np.allclose(bars, by_name(chart, "series.total_dilution").y)


def test_answers_name_yours_only_when_they_differ_from_the_article():
    same, different = (
        steady.estimates(synthetic.credibility(), yours, CURVES, EN)
        for yours in (steady_state(), steady_state(fee=0.1))
    )
    assert "yours" not in {answer.style for answer in same}
    assert "yours" in {answer.style for answer in different}


def test_tornado_puts_the_widest_on_top_and_starts_at_the_base():
    chart = CHARTS["tornado"](EN)
    low, high = chart.figure.data
    assert set(low.base if isinstance(low.base, tuple) else [low.base]) == {5.023}
    widths = [abs(one - other) for one, other in zip(low.x, high.x, strict=True)]
    assert widths == sorted(widths)


def test_an_origin_is_drawn_with_what_the_rival_said_and_what_came():
    chart = CHARTS["origin"](EN)
    assert list(by_name(chart, "series.came").y) == [4.83, 5.31, 5.88]
    assert list(by_name(chart, "track.series_ours").y) == [5.3, 5.3, 5.3]
    assert by_name(chart, "track.series_rival").marker.symbol.endswith("open")
    assert set(by_name(chart, "series.article", value="5.025").y) == {5.025}


def test_models_stand_in_order_of_their_score_over_all_days():
    every, late = CHARTS["wis"](EN).figure.data
    assert list(every.x) == sorted(every.x)
    assert late.marker.pattern.shape != every.marker.pattern.shape
