"""What would your own figures say?"""

import streamlit as st

from charts.your_data import upload_chart
from sentences import your_data
from ui.blocks.show import heading, interval_metric, metrics, say, show_chart, show_table
from ui.frame import enter
from ui.pages.your_data import (
    choose_plan,
    choose_settings,
    file_or_example,
    plan_name,
    problems_shown,
    show_notes,
    show_track_record,
    upload_box,
    upload_forecast,
)
from ui.results import known

view = enter()
tr = view.tr
top = st.container()
uploaded = upload_box(view)
is_example = uploaded is None

with problems_shown(view, top):
    file = file_or_example(uploaded, view)
    plan = choose_plan(file, tr)
    chosen = choose_settings(tr)
    found = upload_forecast(file, plan, chosen, tr)
    with top:
        say(your_data.summary(found, plan_name(plan), is_example, tr))
        metrics(
            [
                interval_metric(tr, "your_data.next_share", found.forecast.next_share),
                interval_metric(
                    tr, "your_data.next_year", found.forecast.next_year_total, digits=0
                ),
                interval_metric(tr, "your_data.steady", found.forecast.steady_state),
            ],
            tr.t("metrics.note"),
        )
    basis = {
        "upload_plan": plan,
        "upload_file": file.name,
        "upload_launch": chosen.launch,
        "horizon": chosen.horizon,
        "known_on": view.as_of,
    }
    show_chart(upload_chart(found.forecast, is_example, tr), tr, basis)
    show_notes(found, is_example, view)
    show_track_record(file, plan, chosen, view)

heading(tr.t("your_data.simple_heading"), tr.t("your_data.simple_text"))
show_table(your_data.simple_table(tr), "simple-columns", tr, view.as_of)
heading(tr.t("your_data.columns_heading"), tr.t("your_data.columns_text"))
show_table(your_data.dictionary_table(known(view).figures(), tr), "columns", tr, view.as_of)
