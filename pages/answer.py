"""Will my share keep rising?"""

import streamlit as st

from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN
from forecasting.explain.account import Member
from sentences import answer
from sentences.history import aid
from ui.blocks.first_visit import first_visit
from ui.blocks.parts import draw_as_fragment
from ui.blocks.show import heading, interval_metric, metrics, say, show_warnings
from ui.controls.shared import full_record_button
from ui.frame import enter
from ui.pages.answer.day import foreseen_for, hindsight_for, seen_from
from ui.pages.answer.replay import chart_with_replay
from ui.pages.history import rise_for
from ui.pages.my_share import join_date
from ui.results import full_record
from ui.server.scores import backtest_at_hand
from ui.view import View


def for_todays_reader(view: View) -> None:
    """What a member paid in all, and what was foreseen of it: one sentence, one field."""
    record = full_record(view.plan)
    plan = record.plan_info
    first, last = plan.launched or record.first_settlement, plan.closed or record.last_settlement
    opening = st.container()
    joined = join_date(view.tr, first, last)
    with opening:
        say(answer.today(foreseen_for(view, Member(joined)), view.tr))


view = enter()
tr, seen = view.tr, seen_from(view)
forecast, track = seen.forecast, seen.track

words, picture = st.columns([5, 8], gap="medium")
with words, st.container(key="home_words", gap="xsmall"):
    draw_as_fragment(view, for_todays_reader)
    say(answer.verdict(forecast, tr, track), answer.dilution(forecast, tr))
    metrics(
        [
            interval_metric(tr, "answer.next_share", forecast.next_share),
            interval_metric(tr, "answer.next_year", forecast.next_year_total, digits=0),
            interval_metric(
                tr, "answer.steady", forecast.steady_state, help_key="answer.steady_help"
            ),
        ],
        tr.t("answer.metrics_note", day=tr.date(view.as_of)),
    )
with picture:
    chart_with_replay(view)
st.markdown(tr.t("answer.article_said"))
heading(tr.t("answer.afterwards_heading"), answer.track_record(track, tr))
over_all_days = st.empty()
if after := answer.afterwards(view.as_of, hindsight_for(view), tr):
    say(after)
if (split := rise_for(view)) is not None:
    say(aid.rise(split, tr))
full_record_button(tr, view.as_of)
first_visit(tr)
show_warnings(forecast, tr)

# Last, so that making the scores delays nothing above.
backtest = backtest_at_hand(view)
if backtest is not None:
    over_all_days.markdown(answer.coverage(backtest, FIRST_LATE_ORIGIN, "track_record", tr))
