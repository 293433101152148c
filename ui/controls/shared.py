"""Controls that every page shares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from forecasting.release.building import as_of_days as every_day
from locales import Translator
from ui.address.reading import (
    AS_OF_KEY,
    ORIGIN_KEY,
    SECTION_KEY,
    forget_notice,
    read_as_of,
    read_option,
    show_notices,
)
from ui.results import full_record

ARTICLE_DAY = date(2020, 10, 28)


def as_of_of_address() -> date:
    """The as-of day of the address, where nothing lets the reader choose another."""
    days, default = days_to_choose()
    asked = st.query_params.get(AS_OF_KEY, default)
    read_as_of(days, default)
    chosen = asked if asked in days else st.session_state.get(AS_OF_KEY, default)
    return date.fromisoformat(chosen)


def as_of_picker(tr: Translator) -> date:
    """The as-of day, chosen in the sidebar and kept in the address."""
    record = full_record()
    days, default = days_to_choose()
    read_as_of(days, default)
    with st.sidebar:
        chosen = st.selectbox(
            tr.t("asof.label"),
            days,
            index=days.index(default),
            key=AS_OF_KEY,
            bind="query-params",
            help=tr.t("asof.help"),
            on_change=forget_notice,
            args=(AS_OF_KEY,),
        )
        with st.container(horizontal=True, gap="small"):
            _day_button(tr, "asof.article_day", ARTICLE_DAY, chosen)
            _day_button(tr, "asof.full_record", record.last_settlement, chosen)
    return date.fromisoformat(chosen)


def days_to_choose() -> tuple[list[str], str]:
    """The days to choose from, latest first, and the one chosen at first."""
    days = every_day(full_record())
    return [day.isoformat() for day in reversed(days)], ARTICLE_DAY.isoformat()


def as_of_days() -> list[str]:
    """Every day that a page may stand on, latest first."""
    return days_to_choose()[0]


def full_record_button(tr: Translator, as_of: date) -> None:
    """On the page itself: one click to the full record, and back to the article's day."""
    last = full_record().last_settlement
    if as_of == last:
        _choose_button(tr, "asof.back_to_article_day", ARTICLE_DAY)
    else:
        _choose_button(tr, "asof.show_full_record", last)


def origin_stepper(tr: Translator, origins: Sequence[date]) -> date:
    """A past day to forecast from, one step a new figure, kept in the address."""
    days = [day.isoformat() for day in origins]
    default = ARTICLE_DAY.isoformat() if ARTICLE_DAY in origins else days[-1]
    read_option(ORIGIN_KEY, days, "address.origin_unknown")
    show_notices([ORIGIN_KEY], tr)
    chosen = st.select_slider(
        tr.t("track.origin_label"),
        days,
        value=default,
        key=ORIGIN_KEY,
        bind="query-params",
        help=tr.t("track.origin_help"),
        on_change=forget_notice,
        args=(ORIGIN_KEY,),
    )
    return date.fromisoformat(chosen)


def section_picker(tr: Translator, page: str, sections: Sequence[str]) -> str:
    """Which section of a page to draw, kept in the address under its own name.

    Streamlit would put the label into the address, and a link would not outlive a change of
    language; and pages share the name, so that each keeps its own choice.
    """
    key = f"{SECTION_KEY}_{page}"
    asked = st.query_params.get(SECTION_KEY)
    if key not in st.session_state:
        read_option(SECTION_KEY, sections)
        st.session_state[key] = asked if asked in sections else sections[0]
    show_notices([SECTION_KEY], tr)
    picked = st.segmented_control(
        tr.t("controls.section"),
        sections,
        required=True,
        format_func=lambda name: tr.t(f"{page}_section.{name}"),
        key=key,
        on_change=forget_notice,
        args=(SECTION_KEY,),
        label_visibility="collapsed",
        persist_state="session",
    )
    chosen = picked or sections[0]
    if chosen == sections[0]:
        st.query_params.pop(SECTION_KEY, None)
    elif asked != chosen:
        st.query_params[SECTION_KEY] = chosen
    return chosen


def _day_button(tr: Translator, label: str, day: date, chosen: str) -> None:
    st.button(
        tr.t(label),
        key=f"sidebar_{label}",
        on_click=choose_day,
        args=(day,),
        disabled=chosen == day.isoformat(),
    )


def _choose_button(tr: Translator, label: str, day: date) -> None:
    st.button(
        tr.t(label, day=tr.date(day)),
        key=f"page_{label}",
        on_click=choose_day,
        args=(day,),
        icon=":material/event:",
    )


def choose_day(day: date) -> None:
    """Stand on ``day`` from now on."""
    forget_notice(AS_OF_KEY)
    st.session_state[AS_OF_KEY] = day.isoformat()
