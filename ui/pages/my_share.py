"""Who pays: join and leave date, household and tier, all kept in the address."""

from __future__ import annotations

from datetime import date

import streamlit as st

from forecasting.explain.account import LARGEST_HOUSEHOLD, TIERS, Member, ShareDraws
from forecasting.release.building import JOINED
from locales import Translator
from ui.address.options import named_option
from ui.address.reading import MEMBER_KEYS, forget_notice, read_date, read_option, show_notices

JOINED_KEY, LEFT_KEY, PEOPLE_KEY, TIER_KEY = MEMBER_KEYS
HOUSEHOLDS: tuple[str, ...] = tuple(str(people) for people in range(1, LARGEST_HOUSEHOLD + 1))
CONTROL_WIDTH = 170
# Far wider than the plan's life: beyond its own range Streamlit speaks English, and says no reason.
DAYS = (date(1900, 1, 1), date(2100, 12, 31))


def join_date(tr: Translator, first: date, last: date) -> date:
    """The one field of the home page: the join date, the same as on the member's own page.

    A day outside the plan's life comes back as it is: who computes with it says what is legal.
    """
    read_date(JOINED_KEY, first, last, DAYS)
    _take_along(JOINED_KEY)
    joined = st.date_input(
        tr.t("answer.joined"),
        value=JOINED,
        min_value=DAYS[0],
        max_value=DAYS[1],
        format="YYYY-MM-DD",
        key=JOINED_KEY,
        bind="query-params",
        persist_state="session",
        help=tr.t("answer.joined_help", first=tr.date(first), last=tr.date(last)),
        on_change=forget_notice,
        args=(JOINED_KEY,),
    )
    show_notices([JOINED_KEY], tr)
    return joined or JOINED


def _take_along(name: str) -> None:
    """Give a control what the one of its name on another page was set to.

    Streamlit keeps the value, yet draws the new page once with the control's default before it.
    """
    if name in st.session_state:
        st.session_state[name] = st.session_state[name]


def member_inputs(tr: Translator, draws: ShareDraws) -> Member:
    """Draw the controls in one row, two to a row on a phone, and return who pays.

    Raises InputError where the leave date lies before the join date; days outside the plan's life
    come back as they are.
    """
    first, last = draws.first_join, draws.last_join
    for name in (JOINED_KEY, LEFT_KEY):
        read_date(name, first, last, DAYS)
    read_option(PEOPLE_KEY, HOUSEHOLDS, "address.value_unknown")
    read_option(TIER_KEY, tuple(TIERS), "address.value_unknown")
    show_notices(MEMBER_KEYS, tr)
    _take_along(JOINED_KEY)
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        joined = st.date_input(
            tr.t("my_share.joined"),
            value=JOINED,
            min_value=DAYS[0],
            max_value=DAYS[1],
            format="YYYY-MM-DD",
            key=JOINED_KEY,
            bind="query-params",
            width=CONTROL_WIDTH,
            persist_state="session",
            on_change=forget_notice,
            args=(JOINED_KEY,),
        )
        left = st.date_input(
            tr.t("my_share.left"),
            value=None,
            min_value=DAYS[0],
            max_value=DAYS[1],
            format="YYYY-MM-DD",
            key=LEFT_KEY,
            bind="query-params",
            width=CONTROL_WIDTH,
            help=tr.t("my_share.left_help"),
            on_change=forget_notice,
            args=(LEFT_KEY,),
        )
        people = st.number_input(
            tr.t("my_share.people"),
            min_value=1,
            max_value=LARGEST_HOUSEHOLD,
            value=1,
            step=1,
            key=PEOPLE_KEY,
            bind="query-params",
            width=CONTROL_WIDTH,
            on_change=forget_notice,
            args=(PEOPLE_KEY,),
        )
        # A tier is written as its fraction, so that a link works in either language.
        tier = named_option(
            tr.t("my_share.tier"),
            TIER_KEY,
            list(TIERS),
            lambda name: tr.t(f"my_share.tier_name.{name}"),
            help_text=tr.t("my_share.tier_help"),
            width=CONTROL_WIDTH,
        )
    return Member(joined or JOINED, left, people, tier)
