"""Where does it settle?"""

import streamlit as st

from charts import sobol
from charts import steady as charts
from sentences import moved, steady, tables
from ui.cache import (
    age_curves_for,
    calculation,
    calculation_swings,
    credibility_for,
    fixed_ends_for,
    forecast_for,
    global_sensitivity_for,
    stamp_for,
)
from ui.drawing import drawn
from ui.frame import enter
from ui.manual import manual_inputs
from ui.show import Metric, errors_shown, heading, metrics, say, show_chart, show_table

view = enter()
tr = view.tr
stamp, table_stamp = stamp_for(view), stamp_for(view, "chart.source_tables")
forecast, credibility, curves = forecast_for(view), credibility_for(view), age_curves_for(view)

say(steady.level(forecast, calculation({}), tr))
top = st.container()

heading(tr.t("steady.article_heading"), tr.t("steady.article_text"))
inputs, yours = manual_inputs(tr), None
with errors_shown(tr):
    yours = calculation(inputs)
    show_table(tables.steps_table(yours.steps(), tr), "calculation", tr, view.as_of)
    if yours.is_the_article:
        st.markdown(tr.t("steady.rounding_note"))
    heading(tr.t("steady.tornado_heading"))
    show_chart(
        charts.tornado_chart(calculation_swings(inputs), yours.share_per_period, tr, table_stamp),
        tr,
        inputs,
    )
    st.markdown(tr.t("steady.tornado_note"))

with errors_shown(tr):
    before, after = (global_sensitivity_for(view, draws) for draws in ("prior", "posterior"))
    heading(tr.t("moved.heading"), moved.most(after, before, tr))
    show_chart(drawn(view, sobol.sobol_chart, after), tr)
    st.caption(tr.t("moved.note"))
    if st.toggle(tr.t("moved.refit_toggle"), key="refit"):
        ends = fixed_ends_for(view)
        st.markdown(moved.refitted(ends, tr))
        show_table(moved.refitted_table(ends, tr), "refitted-assumptions", tr, view.as_of)

with top:
    metrics(
        [Metric(*item) for item in steady.numbers(forecast, credibility, yours, tr)],
        tr.t("steady.metrics_note"),
    )
    answers = charts.answers(credibility, yours, curves, tr)
    show_chart(charts.answers_chart(answers, tr, stamp), tr, inputs, leads=True)
    st.caption(tr.t("steady.answers_note"))

heading(tr.t("steady.ageing_heading"), steady.ageing(curves, forecast, tr))
show_chart(drawn(view, charts.ageing_chart, curves, stamp=table_stamp), tr)
