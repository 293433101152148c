"""What would your own figures say?"""

import streamlit as st

from charts.your_data import own_chart
from forecasting.uploads.reading import example
from sentences import your_data as own
from ui.blocks.show import heading, interval_metric, metrics, say, show_chart, show_table
from ui.frame import enter
from ui.pages.your_data import (
    choose_plan,
    content_of,
    own_forecast,
    plan_name,
    problems_shown,
    show_notes,
    upload_box,
)
from ui.results import known

view = enter()
tr = view.tr
top = st.container()
uploaded = upload_box(view)
is_example = uploaded is None

with problems_shown(view, top):
    content = content_of(uploaded, view)
    plan = choose_plan(content, tr)
    found = own_forecast(content, plan, tr)
    with top:
        say(own.answer(found, plan_name(plan), is_example, tr))
        metrics(
            [
                interval_metric(tr, "own.next_share", found.forecast.next_share),
                interval_metric(tr, "own.next_year", found.forecast.next_year_total, digits=0),
                interval_metric(tr, "own.steady", found.forecast.steady_state),
            ],
            tr.t("metrics.note"),
        )
    basis = {"own_plan": plan, "known_on": view.as_of}
    show_chart(own_chart(found.forecast, is_example, tr), tr, basis)
    show_notes(found, is_example, tr)

heading(tr.t("own.columns_heading"), tr.t("own.columns_text"))
show_table(own.dictionary_table(example(known(view)), tr), "columns", tr, view.as_of)
