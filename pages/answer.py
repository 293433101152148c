"""Will my share keep rising?"""

import streamlit as st

from forecasting.explain.account import Member
from sentences import answer
from ui.blocks.first_visit import first_visit
from ui.blocks.parts import draw_as_fragment
from ui.blocks.show import heading, interval_metric, metrics, say, show_warnings
from ui.controls.shared import full_record_button
from ui.frame import enter
from ui.pages.answer.day import coverage_for, foreseen_for, seen_from, words_for
from ui.pages.answer.replay import chart_with_replay
from ui.pages.my_share import join_date
from ui.results import full_record
from ui.server.released import state_of_the_release
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
tr, forecast, said = view.tr, seen_from(view).forecast, words_for(view)

words, picture = st.columns([5, 8], gap="medium")
with words, st.container(key="home_words", gap="xsmall"):
    draw_as_fragment(view, for_todays_reader)
    # Without a release the scores take a while: what they add is told below, and delays nothing.
    tested = coverage_for(view).tested if state_of_the_release() == "yes" else ""
    say(said.verdict, said.how_sure + tested, said.dilution)
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
heading(tr.t("answer.afterwards_heading"), said.track_record)
over_all_days = st.empty()
say(*filter(None, (said.afterwards, said.rise)))
full_record_button(tr, view.as_of)
first_visit(tr)
show_warnings(forecast, tr)

# Last, so that making the scores delays nothing above.
if coverage := coverage_for(view).of_all_days:
    over_all_days.markdown(coverage)
