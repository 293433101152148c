"""The home chart of every day, sent to the browser once, so that the replay waits for no server."""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from charts.style.chart import Chart
from ui.address.reading import EVENTS_KEY
from ui.browser.component import script
from ui.controls.timeline import with_timeline
from ui.export.files import images_available, plotly_address
from ui.server.released import state_of_the_release
from ui.view import View

KEY = "replay_frames"
STEM = "share-forecast"
# Two languages, with events and without.
MOST_FRAMES = 4

_ORDERED = "_replay_frames_ordered"


@st.cache_resource(show_spinner=False)
def _replay_script() -> ComponentRenderer:
    return script("replay")


@st.cache_resource(max_entries=MOST_FRAMES, show_spinner=False)
def _frames(key: str, days: Sequence[date], _view: View, _chart_of: Callable[[View], Chart]) -> str:
    """Figure and description of each day as packed JSON."""
    frames = []
    for day in days:
        chart = with_timeline(_chart_of(replace(_view, as_of=day)), _view.tr)
        frames.append({"figure": chart.figure.to_json(), "alt": chart.alt})
    packed = gzip.compress(json.dumps(frames, ensure_ascii=False).encode(), mtime=0)
    return base64.b64encode(packed).decode()


def draws_by_itself(
    view: View,
    days: Sequence[date],
    labels: Sequence[str],
    controls: str,
    chart_of: Callable[[View], Chart],
) -> bool:
    """Whether the browser has every day's chart and follows the slider in ``controls`` with them.

    It asks for them once the reader turns to the slider; until they are there the server draws.
    """
    # Without a release every day would have to be computed first, which takes a minute.
    if not images_available() or state_of_the_release() != "yes":
        return False
    key = f"{view.tr.language}-{bool(st.session_state.get(EVENTS_KEY))}"
    ordered = st.session_state.pop(_ORDERED, None)
    state = st.session_state.get(KEY)
    ready = state.get("ready") if state else None
    result = _replay_script()(
        key=KEY,
        data={
            "key": key,
            "stem": STEM,
            "controls": controls,
            "labels": labels,
            "index": days.index(view.as_of) if view.as_of in days else 0,
            "ready": ready,
            "frames": _frames(key, days, view, chart_of) if ordered == key else None,
            "script": plotly_address(),
        },
        on_order_change=_take_order,
        on_ready_change=lambda: None,
    )
    return bool(result.get("ready") == key)


def _take_order() -> None:
    st.session_state[_ORDERED] = st.session_state[KEY].get("order")
