"""Will my share keep rising?"""

import streamlit as st

from charts.answer import fan_chart
from sentences import answer
from ui.blocks.drawing import drawn
from ui.blocks.first_visit import first_visit
from ui.blocks.show import interval_metric, metrics, say, show_chart, show_warnings
from ui.controls.shared import full_record_button
from ui.frame import enter
from ui.results import forecast_for, known, track_record_for

view = enter()
tr = view.tr
forecast = forecast_for(view)
track = track_record_for(view)

say(answer.verdict(forecast, tr), answer.track_record(track, tr))
metrics(
    [
        interval_metric(tr, "answer.next_share", forecast.next_share),
        interval_metric(tr, "answer.next_year", forecast.next_year_total, digits=0),
        interval_metric(tr, "answer.steady", forecast.steady_state, help_key="answer.steady_help"),
    ],
    tr.t("metrics.note"),
)
first_visit(tr)
full_record_button(tr, view.as_of)
record = known(view)
show_chart(drawn(view, fan_chart, forecast, track.frame, record.published_forecasts), tr)
st.markdown(tr.t("answer.article_said"))
show_warnings(forecast, tr)
