"""The home chart over its as-of days: a slider and a play button that watch the forecast learn."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import streamlit as st

from charts.answer import fan_chart
from charts.style.chart import Chart
from forecasting.explain.account import Member
from forecasting.release.building import JOINED
from locales import LANGUAGES, translator
from ui.blocks.drawing import cached_chart
from ui.blocks.embed import offering
from ui.blocks.parts import draw_as_fragment
from ui.blocks.show import show_chart
from ui.controls.shared import choose_day
from ui.pages.answer.day import (
    coverage_for,
    days_with_forecast,
    foreseen_for,
    seen_from,
    words_for,
)
from ui.pages.answer.frames import draws_by_itself
from ui.server.released import state_of_the_release
from ui.view import View

DAY_KEY, PLAY_KEY = "replay_day", "replay_play"
PAUSE_SECONDS = 0.6

_FROM, _NEXT, _PLAYING = "_replay_from", "_replay_next", "_replay_playing"


def prepare(as_of: date) -> None:
    """Have at hand what the home page shows of a day, before a first reader asks for it."""
    for language in LANGUAGES:
        view = View(translator(language), as_of)
        _chart(view)
        words_for(view)
        # Without a release the backtest waits for a first reader: it takes a core for a while.
        if state_of_the_release() == "yes":
            coverage_for(view)
        days_with_forecast(view)
        foreseen_for(view, Member(JOINED))
        # The catalogue of plural forms is another than that of texts.
        view.tr.tn("chart.table", 1, rows=1)


def chart_with_replay(view: View) -> None:
    """The home chart, first of the reader's own day; what is under it moves it alone."""
    st.session_state[_PLAYING] = False
    if offering():
        _show(view)
    else:
        draw_as_fragment(view, _replay)


def _chart(view: View) -> Chart:
    seen = seen_from(view)
    return cached_chart(view, fan_chart, seen.forecast, seen.track.frame, seen.published)


def _show(view: View, plotted: View | None = None) -> None:
    """The day's chart and its files; ``plotted`` where the browser draws the day over another's."""
    show_chart(_chart(view), view.tr, plotted=None if plotted is None else _chart(plotted))


def _replay(view: View) -> None:
    tr, days = view.tr, days_with_forecast(view)
    picture = st.container()
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small", key="replay"):
        day = _slider(view, days)
        _play_button(view)
        is_elsewhere = day != view.as_of
        if st.button(
            tr.t("replay.take"),
            key="replay_take",
            on_click=choose_day,
            args=(day,),
            disabled=not is_elsewhere,
            help=tr.t("replay.take_help"),
        ):
            st.rerun()
    labels = [tr.date(one, "medium") for one in days]
    is_drawn = draws_by_itself(view, days, labels, DAY_KEY, _chart)
    with picture:
        _show(replace(view, as_of=day), view if is_drawn else None)
    _go_on(days, day)


def _slider(view: View, days: tuple[date, ...]) -> date:
    state = st.session_state
    # Another day of the whole page is another place to start from, and so is a visit anew: what
    # the slider stood on is dropped when its page is left.
    if state.get(_FROM) != view.as_of or DAY_KEY not in state:
        state[_FROM], state[DAY_KEY] = view.as_of, view.as_of
    if (following := state.pop(_NEXT, None)) is not None:
        state[DAY_KEY] = following
    day: date = st.select_slider(
        view.tr.t("replay.label"),
        days,
        format_func=lambda one: view.tr.date(one, "medium"),
        key=DAY_KEY,
        on_change=_stop,
        help=view.tr.t("replay.help"),
    )
    return day


def _play_button(view: View) -> None:
    is_playing = st.session_state[_PLAYING]
    st.button(
        view.tr.t("replay.pause" if is_playing else "replay.play"),
        key=PLAY_KEY,
        icon=":material/pause:" if is_playing else ":material/play_arrow:",
        on_click=_stop if is_playing else _start,
        args=() if is_playing else (days_with_forecast(view),),
    )


def _start(days: tuple[date, ...]) -> None:
    st.session_state[_PLAYING] = True
    # From the end it starts anew.
    if st.session_state.get(DAY_KEY) == days[-1]:
        st.session_state[_NEXT] = days[0]


def _stop() -> None:
    st.session_state[_PLAYING] = False


def _go_on(days: tuple[date, ...], day: date) -> None:
    """While it plays: the following day, after a look at this one."""
    if not st.session_state[_PLAYING]:
        return
    if day == days[-1]:
        _stop()
    else:
        time.sleep(PAUSE_SECONDS)
        st.session_state[_NEXT] = days[days.index(day) + 1]
    st.rerun(scope="fragment")
