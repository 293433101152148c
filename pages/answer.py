"""Will my share keep rising?"""

import streamlit as st

from charts.fan import fan_chart
from sentences import answer
from sentences import track as scores
from ui.cache import backtest_at_hand, forecast_for, known, track_record_for
from ui.controls import full_record_button
from ui.drawing import drawn
from ui.first_visit import first_visit
from ui.frame import enter
from ui.show import interval_metric, metrics, say, show_chart, show_warnings

view = enter()
tr = view.tr
forecast = forecast_for(view)
track = track_record_for(view)

say(answer.verdict(forecast, tr), answer.track_record(track, tr))
over_all_days = st.empty()
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

# Last, so that making the scores delays nothing above.
backtest = backtest_at_hand(view)
if backtest is not None:
    over_all_days.markdown(scores.held_over_all(backtest, tr))
