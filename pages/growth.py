"""How fast did it grow, and how does it shrink?"""

import streamlit as st

from charts import growth as charts
from sentences import growth
from sentences.common import tables
from ui.blocks.drawing import cached_chart
from ui.blocks.show import Metric, heading, metrics, say, show_chart, show_table, show_warnings
from ui.frame import enter
from ui.results import (
    curve_scores_for,
    exits_for,
    forecast_for,
    full_record,
    growth_curves_or_refusal,
)

view = enter()
tr, day = view.tr, view.as_of
forecast, exits = forecast_for(view), exits_for(view)
curves, missing = growth_curves_or_refusal(view)

say(growth.path(forecast, tr))
metrics([Metric(*item) for item in growth.numbers(forecast, curves, exits, tr)])
st.caption(tr.t("growth.metrics_note"))
say(growth.ceiling(curves, missing, tr))
show_chart(cached_chart(view, charts.members_chart, forecast, curves), tr)

if curves:
    heading(tr.t("growth.curves_heading"), tr.t("growth.curves_text"))
    show_table(tables.curves_table(curves, tr), "growth-curve-fits", tr, day)
if st.toggle(tr.t("growth.scores_toggle"), key="curve_scores"):
    scores = curve_scores_for(view)
    st.markdown(growth.scores(scores, tr))
    record_end = full_record(view.plan).last_settlement
    show_table(tables.curve_scores_table(scores, tr), "growth-scores", tr, record_end)

heading(tr.t("growth.exits_heading"), tr.t("growth.exits_text"))
show_chart(cached_chart(view, charts.exits_chart, exits), tr)
heading(tr.t("growth.elasticity_heading"), growth.elasticity(exits, tr))
show_table(tables.hazard_table(exits, tr), "exit-hazard", tr, day)

show_warnings(forecast, tr)
