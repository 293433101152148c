"""How wrong has this been?"""

import streamlit as st

from charts import track as charts
from charts.error_budget import budget_chart
from sentences import tables, track
from ui.cache import backtest_for, record_stamp_for, shares_known
from ui.controls import origin_stepper
from ui.drawing import drawn
from ui.frame import enter
from ui.hindsight import budget_or_none
from ui.show import Metric, heading, metrics, say, show_chart, show_table

view = enter()
tr, stamp = view.tr, record_stamp_for(view)
backtest = backtest_for(view)

say(track.record(backtest, tr))
metrics([Metric(*item) for item in track.numbers(backtest, tr)], tr.t("track.metrics_note"))
say(track.losses(backtest, tr))
origin = origin_stepper(tr, track.origins(backtest))
known_then = shares_known(view, origin)
show_chart(drawn(view, charts.origin_chart, backtest, origin, known_then, stamp=stamp), tr)

budget = budget_or_none(view, origin)
if budget is not None:
    heading(tr.t("track.budget_heading"), track.budget(budget, tr))
    show_chart(drawn(view, budget_chart, budget, origin, stamp=stamp), tr)

heading(tr.t("track.limits_heading"), track.limits(backtest, tr))

heading(tr.t("track.wis_heading"), tr.t("track.wis_text"))
show_chart(drawn(view, charts.wis_chart, backtest, stamp=stamp), tr)

heading(tr.t("track.scores_heading"), tr.t("track.scores_text"))
show_table(tables.scores_table(backtest, tr), "scores", tr, stamp.as_of)
st.caption(tr.t("track.scores_note"))
st.caption(tr.t("method.settlement_view"))
