"""The scenarios page's sentences and chart say what the results say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from charts import scenarios as charts
from forecasting import Scenario, fit, forecast, load_disclosures
from forecasting.assumptions.parameters import PARAMETERS
from forecasting.assumptions.presets import PRESETS
from forecasting.assumptions.table import ASSUMPTION_BY_NAME, ASSUMPTIONS, GROUPS
from forecasting.simulation.paths import draw_paths
from locales import LANGUAGES, Translator, catalogue
from sentences import scenarios
from tests.helpers import synthetic
from ui.pages.scenarios.controls import number_format

EN, ZH = Translator("en"), Translator("zh")
FITTED = synthetic.scenario_forecast()
MORE = replace(
    synthetic.scenario_forecast(Scenario(incidence_factor=1.2), 7.2),
    next_year_total=synthetic.quantiles(160.0),
    steady_state=synthetic.quantiles(6.6),
)


@pytest.fixture
def parameters() -> pd.DataFrame:
    columns = ("q10", "q50", "q90", "prior_q10", "prior_q50", "prior_q90")
    names = [parameter.name for parameter in PARAMETERS]
    return pd.DataFrame(
        {"name": names} | {key: [float(i + 1)] * len(names) for i, key in enumerate(columns)}
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_assumption_and_preset_has_its_texts(language):
    texts = catalogue(language)
    for one in ASSUMPTIONS:
        assert {f"assumption.{one.name}", f"assumption_help.{one.name}"} <= texts.keys()
        assert f"assumption_unit.{one.name}" in texts
        for choice in one.choices:
            assert f"scenario_choice.{choice}" in texts
        if one.default is None and not one.fitted:
            assert f"assumption_auto.{one.name}" in texts
    for preset in (*(preset.name for preset in PRESETS), "yours"):
        assert {f"preset.{preset}", f"preset_note.{preset}"} <= texts.keys()
    for group in GROUPS:
        assert {f"assumption_group.{group}", f"assumption_group_note.{group}"} <= texts.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_presets_say_the_numbers_they_set(language):
    for preset in PRESETS:
        note = catalogue(language)[f"preset_note.{preset.name}"]
        for name, value in preset.values.items():
            written = {
                "incidence_factor": "20%",
                "growth_ahead_per_period": "3%",
                "exit_elasticity": "1%",
                "older_years": "5" if language == "zh" else "five",
                "cut_chance_per_year": "一半" if language == "zh" else "even odds",
                "cut_size": "20%",
            }.get(name, f"{value:g}")
            assert name == "pandemic" or written in note


def test_the_sentence_names_scenario_difference_and_level():
    (sentence,) = scenarios.effect(FITTED, MORE, "More illness", EN)
    base = FITTED.next_year_total
    assert base is not None
    assert sentence.startswith("**More illness: the next 12 months cost 160 RMB")
    assert f"{160 - base.q50:.0f} RMB more" in sentence
    assert "rises from 5.50 RMB to 6.60 RMB" in sentence


def test_nothing_changed_is_said_in_words():
    (sentence,) = scenarios.effect(FITTED, FITTED, "As fitted", ZH)
    assert sentence.startswith("**目前还没有改动任何假设**")


def test_a_rewritten_past_is_named_with_its_day():
    periods = MORE.periods.assign(share_q50=MORE.periods["share_q50"])
    past = periods["date"] == "2020-03-28"
    periods.loc[past, "share_q50"] += 1.5
    other = replace(MORE, scenario=Scenario(pandemic=False), periods=periods)
    assert "28 March 2020" in scenarios.effect(FITTED, other, "No pandemic", EN)[1]


def test_metrics_put_the_interval_below():
    year, end, steady = scenarios.numbers(MORE, EN)
    assert year[1] == "160 RMB"
    assert end[2] == EN.span(0.8 * 7.2, 1.25 * 7.2)
    assert all(" to " in item[2] for item in (year, end, steady))


def test_scenarios_stand_side_by_side_with_their_differences_from_the_fitted_one():
    table = scenarios.comparison([("More", MORE), ("As fitted", FITTED)], FITTED, EN)
    more, fitted = table.to_dict("records")
    year = f"{EN.t('scenarios.metric_year')} (RMB)"
    difference = EN.t("scenarios.difference", of=year)
    assert more[difference] == pytest.approx(more[year] - fitted[year])
    assert fitted[difference] == 0
    assert more[f"{EN.t('scenarios.peak')} (RMB)"] >= fitted[f"{EN.t('scenarios.peak')} (RMB)"]


def test_the_fitted_model_alone_has_no_differences():
    table = scenarios.comparison([("As fitted", FITTED)], FITTED, EN)
    assert not any("ifference" in name for name in table)


def test_under_a_control_stand_unit_posterior_and_prior(parameters):
    wording = scenarios.beside(ASSUMPTION_BY_NAME["delay_days"], parameters, EN)
    assert wording == (
        "months (of 30 days). Fitted: 0.0667 (0.0333 to 0.1). "
        "Before the figures: 0.167 (0.133 to 0.2)"
    )
    for one in ASSUMPTIONS:
        assert scenarios.beside(one, parameters, ZH)


@pytest.mark.parametrize("tr", [EN, ZH])
def test_the_table_has_a_row_for_each_assumption(parameters, tr):
    scenario = Scenario(enrolment_stops_on=date(2020, 10, 28), pandemic=False)
    table = scenarios.assumption_table(scenario, parameters, tr)
    assert len(table) == len(ASSUMPTIONS)
    assert table.iloc[:, -1].tolist() == [one.name for one in ASSUMPTIONS]
    assert not table.isna().any(axis=None)


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (1.2, "1.2"), (198030.9, "198,031"), (-0.0388, "−0.0388")]
)
def test_values_are_short(value, text):
    assert scenarios.value_text("severe_aid", value, EN) == text


@pytest.mark.parametrize(("step", "form"), [(0.005, "%.3f"), (5.0, "%.0f"), (0.1, "%.1f")])
def test_sliders_show_the_decimals_of_their_step(step, form):
    assert number_format(step) == form


@pytest.mark.parametrize("measure", charts.MEASURES)
@pytest.mark.parametrize("tr", [EN, ZH])
def test_a_measure_is_drawn_for_each_line_from_where_it_parts(measure, tr):
    shown = synthetic.scenario_lines(tr)
    chart = charts.scenario_chart(shown, measure, tr, synthetic.STAMP)
    main = next(trace for trace in chart.figure.data if trace.name == "More")
    begin = np.flatnonzero(~np.isnan(np.asarray(main.y, dtype=float)))[0]
    assert pd.Timestamp(main.x[begin]) == pd.Timestamp("2020-10-28")
    column = next(name for name in chart.table if tr.t(f"scenario_measure.{measure}") in name)
    names = chart.table.columns[1]
    of_main = chart.table[chart.table[names] == "More"].set_index(chart.table.columns[0])
    assert of_main[column].dropna().iloc[-1] == pytest.approx(main.y[-1], abs=1e-3)
    assert set(chart.table[names]) == {line.name for line in shown}
    for line in shown:
        assert line.name in chart.alt


def test_dilution_has_its_interval_in_chart_and_table():
    shown = charts.lines(FITTED, MORE, "More", [], EN)
    chart = charts.scenario_chart(shown, "dilution", EN, synthetic.STAMP)
    edges = [trace for trace in chart.figure.data if trace.fill or trace.line.width == 0]
    assert "80% interval" in {trace.name for trace in edges}
    of_main = chart.table[chart.table.iloc[:, 1] == "More"].iloc[-1]
    low, high = (
        of_main[f"{EN.t(f'band.{key}_80')} ({EN.t('axis.rmb')})"] for key in ("low", "high")
    )
    last = MORE.periods.iloc[-1]
    assert (low, high) == (round(last["dilution_q10"], 3), round(last["dilution_q90"], 3))
    assert low < last["dilution_q50"] < high


def test_dilution_is_taken_draw_by_draw():
    fitted = fit(load_disclosures().as_of(synthetic.AS_OF))
    draws = draw_paths(fitted, 24, 200, 0)
    periods = forecast(fitted, 24, 200, 0).periods
    gap = np.quantile((draws.undiluted - draws.share)[:, -1], (0.1, 0.5, 0.9))
    last = periods.iloc[-1]
    np.testing.assert_allclose([last[f"dilution_{key}"] for key in ("q10", "q50", "q90")], gap)
    apart = last["undiluted_share_q90"] - last["share_q10"]
    assert gap[2] - gap[0] < apart - (last["undiluted_share_q10"] - last["share_q90"])


@pytest.mark.parametrize("measure", charts.MEASURES)
def test_the_name_of_a_pin_cannot_act_as_markup_in_the_legend(measure):
    pinned = [('<a href="x">&', MORE)]
    shown = charts.lines(FITTED, FITTED, "As fitted", pinned, EN)
    chart = charts.scenario_chart(shown, measure, EN, synthetic.STAMP)
    assert '&lt;a href="x"&gt;&amp;' in {trace.name for trace in chart.figure.data}
    assert '<a href="x">&' in set(chart.table.iloc[:, 1])


def test_the_fitted_model_alone_is_one_line_through_the_past_and_one_ahead():
    shown = charts.lines(FITTED, FITTED, "As fitted", [], EN)
    assert [line.role for line in shown] == ["fitted"]
    chart = charts.scenario_chart(shown, "share", EN, synthetic.STAMP)
    assert [trace.name for trace in chart.figure.data if trace.showlegend is not False] == [
        "80% interval",
        EN.t("series.undiluted"),
        "Past and fitted course",
        "As fitted",
        "Disclosed",
    ]


def test_an_interval_far_wider_than_the_medians_does_not_flatten_them():
    wide = MORE.periods.assign(share_q90=MORE.periods["share_q90"] * 50)
    shown = charts.lines(FITTED, replace(MORE, periods=wide), "More", [], EN)
    top = charts.scenario_chart(shown, "share", EN, synthetic.STAMP).figure.layout.yaxis.range[1]
    assert top < 3 * 7.2


@pytest.mark.parametrize("measure", charts.MEASURES)
def test_a_title_is_translated_with_the_names_of_ours_and_keeps_the_readers_own(measure):
    names = {"en": "More illness", "zh": "发病更多"}
    ours = charts.lines(FITTED, MORE, names["zh"], [("老板的设想", FITTED)], ZH, names)
    own = charts.lines(FITTED, MORE, "my boss’s idea", [], ZH)
    fitted = charts.lines(FITTED, FITTED, "", [], ZH)
    for lines, english in (
        (ours, names["en"]),
        (own, "my boss’s idea"),
        (fitted, EN.t("preset.fitted")),
    ):
        title_in = charts.scenario_chart(lines, measure, ZH, synthetic.STAMP).title_in
        assert title_in is not None
        same_in_english = charts.scenario_chart(
            [replace(line, name=line.named(EN)) for line in lines], measure, EN, synthetic.STAMP
        )
        assert title_in("en") == same_in_english.title
        assert english in title_in("en")
