"""The bench: the scenario's answer, its chart, and the sliders beside it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts import scenarios as charts
from forecasting import Forecast
from forecasting.assumptions.links import MOST_PINS
from locales import LANGUAGES, translator
from sentences import scenarios
from ui.address.scenario_state import pinned_assumptions, pins, with_scenario, write_address
from ui.blocks.show import (
    Metric,
    heading,
    metrics,
    say,
    show_chart,
    show_folded,
    show_table,
    show_warnings,
)
from ui.pages.scenarios.controls import (
    assumption_controls,
    changed,
    horizon_picker,
    pin_controls,
    preset_picker,
    stop_button,
)
from ui.results import (
    fitted_forecast_for,
    forecast_for,
    parameters_for,
    pinned_forecasts,
    stamp_for,
)
from ui.view import View, move_to


def bench(view: View) -> None:
    """Answer, chart and sliders of the scenario, as it stands now.

    Nothing above a slider may change its height with the scenario: what does stands below.
    """
    view = with_scenario(view)
    write_address()
    tr, day = view.tr, view.as_of
    fitted, forecast = fitted_forecast_for(view), forecast_for(view)
    name = scenarios.name_of(view.scenario, day, tr)

    with st.container(key="bench_says"):
        say(*scenarios.effect(fitted, forecast, name, tr))
    with st.container(key="bench_numbers"):
        metrics([Metric(*item) for item in scenarios.numbers(forecast, tr)])
    with st.container(key="bench_presets"):
        preset_picker(view)
    with st.container(horizontal=True, gap="small", key="bench_measures"):
        measure = st.segmented_control(
            tr.t("scenarios.measure_label"),
            charts.MEASURES,
            default=charts.MEASURES[0],
            required=True,
            format_func=lambda key: tr.t(f"scenario_measure.{key}"),
            key="scenario_measure",
            label_visibility="collapsed",
        )
        horizon = horizon_picker(view, forecast.settling_periods.q50)
        if measure == "dilution":
            stop_button(view)
    picture, controls = st.columns([8, 5], gap="medium")
    parameters = parameters_for(view)
    below = st.container()
    with picture, st.container(key="bench_picture"):
        _draw(move_to(replace(view, horizon=horizon)), name, measure or charts.MEASURES[0], below)
    move_to(view)
    with controls, st.container(key="bench_controls"):
        assumption_controls(view, parameters)
    with below:
        changed(view)
        heading(
            tr.t("scenarios.compare_heading"),
            tr.t("scenarios.compare_text", most=tr.number(MOST_PINS)),
        )
        compared = charts.lines(fitted, forecast, name, _pinned(view), tr)
        rows = [(line.name, line.forecast) for line in compared]
        show_table(scenarios.comparison(rows, fitted, tr), "scenarios-compared", tr, day)
        pin_controls(tr, day)
    show_folded(
        tr.t("scenarios.table_heading"),
        "table_assumptions",
        partial(assumption_table, view, parameters),
    )
    show_warnings(forecast, tr)


def _pinned(view: View) -> list[tuple[str, Forecast]]:
    return pinned_forecasts(view, [(one.name, one.scenario) for one in pins()])


def _draw(view: View, name: str, measure: str, below: DeltaGenerator) -> None:
    fitted, forecast = fitted_forecast_for(view), forecast_for(view)
    names = {
        language: scenarios.name_of(forecast.scenario, view.as_of, translator(language))
        for language in LANGUAGES
    }
    lines = charts.lines(fitted, forecast, name, _pinned(view), view.tr, names)
    chart = charts.scenario_chart(lines, measure, view.tr, stamp_for(view))
    settings = {"measure": measure, "pinned": pinned_assumptions()}
    show_chart(chart, view.tr, settings, below)


def assumption_table(view: View, parameters: pd.DataFrame) -> None:
    """Every assumption beside its prior and posterior, with its CSV."""
    tr = view.tr
    st.markdown(tr.t("scenarios.table_text"))
    table = scenarios.assumption_table(view.scenario, parameters, tr)
    show_table(table, "assumptions", tr, view.as_of)
