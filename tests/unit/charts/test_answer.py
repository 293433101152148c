"""The home chart draws what its forecast says, and names every line."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.helpers import synthetic
from tests.unit.charts.test_charts import EN, FORECAST, by_name, fan_chart, traces


def test_fan_tells_disclosed_reconstructed_and_forecast_apart():
    chart = fan_chart(EN)
    assert by_name(chart, "series.disclosed").mode == "markers"
    assert by_name(chart, "series.disclosed").marker.symbol == "circle"
    assert by_name(chart, "series.reconstructed").line.dash is None
    assert by_name(chart, "series.reconstructed").line.width < 2
    assert by_name(chart, "series.forecast").line.dash == "dash"
    assert by_name(chart, "series.came").marker.symbol == "diamond-open"
    assert by_name(chart, "series.interval_80").fill == "tonexty"


def test_fan_draws_what_came_and_the_published_share():
    chart = fan_chart(EN)
    assert list(by_name(chart, "series.came").y) == [4.83, 5.31, 5.88]
    assert set(by_name(chart, "series.article", value="5.025").y) == {5.025}


def test_fan_without_anything_that_came():
    chart = fan_chart(EN, came=False)
    assert traces(chart, name=EN.t("series.came")) == []


def test_the_pointer_says_an_interval_where_there_is_one():
    line = by_name(fan_chart(EN), "series.forecast")
    for template, (low, high) in zip(line.hovertemplate, line.customdata, strict=True):
        assert ("80%" in template) == (f"{low:.2f}" != f"{high:.2f}")
    assert len(set(line.hovertemplate)) == 2


def test_fan_marks_where_the_forecast_starts():
    (rule,) = fan_chart(EN).figure.layout.shapes
    assert rule.x0 == rule.x1 == "2020-10-28"


def test_fan_marks_the_closure_where_the_forecast_runs_past_it():
    shapes = fan_chart(EN, synthetic.forecast(closed=True)).figure.layout.shapes
    assert [shape.x0 for shape in shapes] == ["2020-10-28", "2020-11-14"]
    assert shapes[1].line.dash == "dot"


def test_fan_forecast_joins_the_last_known_settlement():
    line = by_name(fan_chart(EN), "series.forecast")
    assert pd.Timestamp(line.x[0]) == pd.Timestamp("2020-10-28")


def test_fan_table_is_what_is_drawn():
    chart = fan_chart(EN)
    table = chart.table.set_index("Settlement")
    drawn_medians = by_name(chart, "series.forecast").y
    assert len(table) == len(FORECAST.periods)
    assert np.allclose(table["Median (RMB)"].iloc[-len(drawn_medians) :], drawn_medians, atol=1e-3)
    assert table.loc["2020-12-28", "Came later (RMB)"] == 5.31
    assert table.loc[:"2020-10-14", "Steady state (RMB)"].isna().all()


def test_fan_alt_states_the_finding():
    alt = fan_chart(EN).alt
    for finding in ("4.86 RMB", "28 October 2020", "6.00 RMB", "4.80 to 7.50 RMB"):
        assert finding in alt


def test_fan_shades_the_dilution_up_to_the_undiluted_share():
    chart = fan_chart(EN)
    shaded = by_name(chart, "term.dilution")
    lower = chart.figure.data[list(chart.figure.data).index(shaded) - 1]
    gap = np.array(shaded.y, dtype=float) - np.array(lower.y, dtype=float)
    assert np.nanmin(gap) >= 0
    assert np.nanmax(gap) > 1
    assert list(by_name(chart, "series.undiluted").y)[-1] == list(shaded.y)[-1]


def test_fan_names_its_lines_beside_them():
    chart = fan_chart(EN)
    assert not chart.figure.layout.showlegend
    texts = " ".join(note.text.replace("<br>", " ") for note in chart.figure.layout.annotations)
    for key in ("fan.forecast_end", "fan.steady_end", "fan.article_end", "fan.undiluted_end"):
        assert EN.t(key, value="").strip() in texts
    for key in ("term.dilution", "fan.paid"):
        assert EN.t(key) in texts
