"""Where does it settle?"""

import streamlit as st

from charts.steady_state import estimates as charts
from charts.steady_state import sobol
from sentences.common import tables
from sentences.history import aid
from sentences.steady_state import moved
from sentences.steady_state import summary as steady
from ui.blocks.drawing import cached_chart
from ui.blocks.parts import draw_as_fragment
from ui.blocks.show import Metric, errors_shown, heading, metrics, say, show_chart, show_table
from ui.frame import enter
from ui.pages.history import article_judged
from ui.pages.steady_state import manual_inputs
from ui.results import (
    age_curves_for,
    calculation,
    calculation_swings,
    credibility_for,
    fixed_ends_for,
    forecast_for,
    global_sensitivity_for,
    stamp_for,
)
from ui.view import View


def estimates_and_calculation(view: View) -> None:
    """The answers side by side, one of them from the article's calculation with its inputs."""
    tr = view.tr
    top = st.container()
    heading(tr.t("steady.article_heading"), tr.t("steady.article_text"))
    inputs, yours = manual_inputs(tr), None
    with errors_shown(tr):
        yours = calculation(inputs)

    with top:
        forecast, credibility = forecast_for(view), credibility_for(view)
        metrics(
            [Metric(*item) for item in steady.numbers(forecast, credibility, yours, tr)],
            tr.t("steady.metrics_note"),
        )
        found = charts.estimates(credibility, yours, age_curves_for(view), tr)
        show_chart(charts.estimates_chart(found, tr, stamp_for(view)), tr, inputs)
        st.caption(tr.t("steady.answers_note"))

    if yours is None:
        return
    show_table(tables.steps_table(yours.steps(), tr), "calculation", tr, view.as_of)
    if yours.is_the_article:
        st.markdown(tr.t("steady.rounding_note"))
    st.markdown(aid.article_judged(article_judged(view), tr))
    heading(tr.t("steady.tornado_heading"))
    swings, stamp = calculation_swings(inputs), stamp_for(view, "chart.source_tables")
    show_chart(charts.tornado_chart(swings, yours.share_per_period, tr, stamp), tr, inputs)
    st.markdown(tr.t("steady.tornado_note"))


view = enter()
tr = view.tr
forecast, curves = forecast_for(view), age_curves_for(view)

say(steady.level(forecast, calculation({}), tr))
draw_as_fragment(view, estimates_and_calculation)

with errors_shown(tr):
    before, after = (global_sensitivity_for(view, draws) for draws in ("prior", "posterior"))
    heading(tr.t("moved.heading"), moved.most(after, before, tr))
    show_chart(cached_chart(view, sobol.sobol_chart, after), tr)
    st.caption(tr.t("moved.note"))
    if st.toggle(tr.t("moved.refit_toggle"), key="refit"):
        ends = fixed_ends_for(view)
        st.markdown(moved.refitted(ends, tr))
        show_table(moved.refitted_table(ends, tr), "refitted-assumptions", tr, view.as_of)

heading(tr.t("steady.ageing_heading"), steady.ageing(curves, forecast, tr))
stamp = stamp_for(view, "chart.source_tables")
show_chart(cached_chart(view, charts.ageing_chart, curves, stamp=stamp), tr)
