"""How wrong has this been?"""

import streamlit as st

from charts.track_record import forecasts as charts
from charts.track_record.error_budget import budget_chart
from forecasting.evaluation.bars import headline_ages, outside_rival, record_bars, simulated_bars
from sentences import track_record as track
from sentences.common import tables
from sentences.history import aid
from ui.blocks.drawing import cached_chart
from ui.blocks.show import Metric, heading, metrics, say, show_chart, show_table
from ui.controls.shared import origin_stepper
from ui.frame import enter
from ui.pages.history import article_judged
from ui.pages.track_record import budget_or_none
from ui.results import record_stamp_for, shares_known
from ui.server.scores import backtest_for

view = enter()
tr, stamp = view.tr, record_stamp_for(view)
backtest = backtest_for(view)

say(track.record(backtest, tr))
metrics([Metric(*item) for item in track.numbers(backtest, tr)], tr.t("track.metrics_note"))
say(track.losses(backtest, tr))
say(track.second_opinion(backtest, headline_ages(), tr))
origin = origin_stepper(tr, track.origins(backtest))
known_then = shares_known(view, origin)
show_chart(cached_chart(view, charts.origin_chart, backtest, origin, known_then, stamp=stamp), tr)

heading(tr.t("aid.judged_heading"), aid.article_judged(article_judged(view), tr))

budget = budget_or_none(view, origin)
if budget is not None:
    heading(tr.t("track.budget_heading"), track.budget(budget, tr))
    show_chart(cached_chart(view, budget_chart, budget, origin, stamp=stamp), tr)

heading(tr.t("track.limits_heading"), track.limits(backtest, tr))

asked, simulated = record_bars(backtest), simulated_bars()
heading(tr.t("track.asked_heading"), track.asked(asked, simulated, tr))
say(track.outside(outside_rival(), tr))
show_table(track.asked_table((*asked, *simulated.bars), tr), "asked", tr, stamp.as_of)

heading(tr.t("track.wis_heading"), tr.t("track.wis_text"))
show_chart(cached_chart(view, charts.wis_chart, backtest, stamp=stamp), tr)

heading(tr.t("track.scores_heading"), tr.t("track.scores_text"))
show_table(tables.scores_table(backtest, tr), "scores", tr, stamp.as_of)
st.caption(tr.t("track.scores_note"))
st.caption(tr.t("method.settlement_view"))
