"""What if?"""

from functools import partial

import pandas as pd
import streamlit as st

from charts import scenarios as charts
from sentences import scenarios
from ui.address.scenario_state import pinned_assumptions, pins, with_scenario, write_address
from ui.blocks.parts import own_part
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
from ui.frame import enter
from ui.pages.scenarios import assumption_controls, pin_controls, preset_picker
from ui.results import (
    fitted_forecast_for,
    forecast_for,
    parameters_for,
    pinned_forecasts,
    stamp_for,
)
from ui.view import View


def lab(view: View) -> None:
    """Answer, chart and sliders of the scenario, as it stands now."""
    view = with_scenario(view)
    write_address()
    tr, day = view.tr, view.as_of
    fitted, forecast = fitted_forecast_for(view), forecast_for(view)
    name = scenarios.name_of(view.scenario, day, tr)

    say(*scenarios.effect(fitted, forecast, name, tr))
    metrics([Metric(*item) for item in scenarios.numbers(fitted, forecast, tr)])
    preset_picker(view)
    measure = st.segmented_control(
        tr.t("scenarios.measure_label"),
        charts.MEASURES,
        default=charts.MEASURES[0],
        required=True,
        format_func=lambda key: tr.t(f"scenario_measure.{key}"),
        key="scenario_measure",
        label_visibility="collapsed",
    )
    pinned = pinned_forecasts(view, [(one.name, one.scenario) for one in pins()])
    lines = charts.lines(fitted, forecast, name, pinned, tr)
    chart = charts.scenario_chart(lines, measure, tr, stamp_for(view))
    show_chart(chart, tr, {"measure": measure, "pinned": pinned_assumptions()})
    pin_controls(tr, day)

    heading(tr.t("scenarios.sliders_heading"), tr.t("scenarios.sliders_text"))
    parameters = parameters_for(view)
    assumption_controls(view, parameters)

    show_folded(
        tr.t("scenarios.table_heading"),
        "table_assumptions",
        partial(assumption_table, view, parameters),
    )
    show_warnings(forecast, tr)


def assumption_table(view: View, parameters: pd.DataFrame) -> None:
    """Every assumption beside its prior and posterior, with its CSV."""
    tr = view.tr
    st.markdown(tr.t("scenarios.table_text"))
    table = scenarios.assumption_table(view.scenario, parameters, tr)
    show_table(table, "assumptions", tr, view.as_of)


own_part(enter(), lab)
