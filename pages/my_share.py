"""What did I pay, and what will I pay?"""

import streamlit as st

from charts import my_share as charts
from forecasting.explain.account import member_account
from sentences import my_share as sentences
from ui.blocks.parts import draw_as_fragment
from ui.blocks.show import Metric, heading, metrics, say, show_chart, show_table, show_warnings
from ui.frame import enter
from ui.pages.my_share import member_inputs
from ui.results import forecast_for, household_premium, share_draws_for, stamp_for
from ui.view import View


def account_of_a_member(view: View) -> None:
    """Who pays, what it came to and what it may come to."""
    tr, day, stamp = view.tr, view.as_of, stamp_for(view)
    draws = share_draws_for(view)
    top = st.container()
    member = member_inputs(tr, draws)
    account = member_account(draws, member)

    with top:
        say(sentences.paid(account, tr), sentences.next_year(account, tr))
        numbers = [Metric(*item) for item in sentences.numbers(account, tr)]
        metrics(numbers, tr.t("my_share.metrics_note"))
    if note := sentences.tier_note(account, tr):
        st.caption(note)
    if not account.bills.empty:
        show_chart(charts.settlements_chart(account, tr, stamp), tr, vars(account.member))

    heading(tr.t("my_share.helped_heading"), sentences.whom_it_helped(account, tr))

    heading(tr.t("my_share.cap_heading"), sentences.cap(account, tr))
    if not account.years.empty:
        show_chart(charts.years_chart(account, tr, stamp), tr, vars(account.member))

    heading(
        tr.t("my_share.insurer_heading"),
        sentences.insurer(account, household_premium(view, member), tr),
    )

    heading(tr.t("my_share.table_heading"), tr.t("my_share.table_text"))
    show_table(sentences.settlements_table(account, tr), "my-settlements", tr, day)
    show_warnings(forecast_for(view), tr)


draw_as_fragment(enter(), account_of_a_member)
