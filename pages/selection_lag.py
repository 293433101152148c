"""Why was the share so low at first?"""

import streamlit as st

from charts.selection_lag import cases as case_charts
from charts.selection_lag import response as charts
from sentences.selection_lag import cases
from sentences.selection_lag import summary as lag
from ui.blocks.drawing import cached_chart
from ui.blocks.show import Metric, heading, metrics, say, show_chart, show_table, show_warnings
from ui.frame import enter
from ui.pages.history import case_lag_for
from ui.results import (
    cohorts_for,
    curves_for,
    dilution_for,
    forecast_for,
    known,
    known_values,
    parameters_for,
)

view = enter()
tr = view.tr
forecast, dilution, curves = forecast_for(view), dilution_for(view), curves_for(view)

say(lag.cause(forecast, tr))
metrics([Metric(*item) for item in lag.numbers(forecast, tr)], tr.t("lag.metrics_note"))
show_chart(cached_chart(view, charts.undiluted_chart, forecast), tr)
st.markdown(lag.settling(forecast, tr))

heading(tr.t("lag.parts_heading"))
for column, part in zip(st.columns(3), charts.PARTS, strict=True):
    with column:
        show_chart(cached_chart(view, charts.part_chart, curves, part), tr)
heading(tr.t("lag.response_heading"))
show_chart(cached_chart(view, charts.response_chart, curves), tr)

lag_seen = case_lag_for(view)
known_rules, parameters = known_values(view), parameters_for(view)
heading(
    tr.t("cases.heading"),
    cases.measured(lag_seen, known_rules["waiting_days"], parameters, tr),
)
if lag_seen is not None:
    show_chart(cached_chart(view, case_charts.thyroid_chart, lag_seen, curves), tr)
    st.caption(cases.how(lag_seen, tr))
    waiting = known_rules["waiting_days"]
    show_chart(cached_chart(view, case_charts.durations_chart, lag_seen, waiting), tr)
    st.caption(tr.t("cases.durations_note"))
    show_table(cases.lists_table(lag_seen, tr), "case-lists", tr, view.as_of)
timing = known(view).case_timing
if not timing.empty:
    st.subheader(tr.t("cases.timing_heading"), anchor=False)
    show_table(cases.timing_table(timing, tr), "case-timing", tr, view.as_of)

heading(tr.t("lag.dilution_heading"), tr.t("lag.dilution_text"))
show_chart(cached_chart(view, charts.dilution_chart, dilution), tr)

heading(tr.t("lag.cohort_heading"))
show_chart(cached_chart(view, charts.cohort_chart, cohorts_for(view)), tr)
st.markdown(tr.t("lag.weak_note"))
show_warnings(forecast, tr)
