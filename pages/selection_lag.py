"""Why was the share so low at first?"""

import streamlit as st

from charts.selection_lag import response as charts
from sentences.selection_lag import answer as lag
from ui.blocks.drawing import drawn
from ui.blocks.show import Metric, heading, metrics, say, show_chart, show_warnings
from ui.frame import enter
from ui.results import cohorts_for, curves_for, dilution_for, forecast_for

view = enter()
tr = view.tr
forecast, dilution, curves = forecast_for(view), dilution_for(view), curves_for(view)

say(lag.cause(forecast, dilution, tr))
metrics([Metric(*item) for item in lag.numbers(forecast, dilution, tr)], tr.t("lag.metrics_note"))
show_chart(drawn(view, charts.undiluted_chart, dilution, forecast), tr)
st.markdown(lag.settling(forecast, tr))

heading(tr.t("lag.parts_heading"))
for column, part in zip(st.columns(3), charts.PARTS, strict=True):
    with column:
        show_chart(drawn(view, charts.part_chart, curves, part), tr)
heading(tr.t("lag.response_heading"))
show_chart(drawn(view, charts.response_chart, curves), tr)

heading(tr.t("lag.dilution_heading"), tr.t("lag.dilution_text"))
show_chart(drawn(view, charts.dilution_chart, dilution), tr)

heading(tr.t("lag.cohort_heading"))
show_chart(drawn(view, charts.cohort_chart, cohorts_for(view)), tr)
st.markdown(tr.t("lag.weak_note"))
show_warnings(forecast, tr)
