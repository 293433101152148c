"""Three lines for whoever comes for the first time, until they are put away."""

from __future__ import annotations

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from locales import Translator
from ui.blocks.embed import offering
from ui.browser.component import script

COOKIE, PUT_AWAY = "first_visit", "over"
LINES = ("what", "numbers", "next")

_SEEN = "_first_visit_over"


@st.cache_resource(show_spinner=False)
def _keeper() -> ComponentRenderer:
    return script("put_away")


def first_visit(tr: Translator) -> None:
    """What this is, what the numbers mean, what to do next; put away for good with one click.

    That it was put away is all that this site keeps in a browser: one cookie, which says nothing
    of the reader.
    """
    if offering() or st.context.cookies.get(COOKIE) == PUT_AWAY:
        return
    if st.session_state.get(_SEEN, False):
        _keeper()(key="first_visit_keeper", data={"cookie": COOKIE, "value": PUT_AWAY})
        return
    pages = {key: tr.t(f"page.{key}.menu") for key in ("my_share", "scenarios")}
    with st.container(border=True, key="first_visit"):
        lines, button = st.columns([8, 1], vertical_alignment="center", gap="small")
        lines.markdown("\n".join(f"- {tr.t(f'first_visit.{line}', **pages)}" for line in LINES))
        button.button(
            tr.t("first_visit.close"), key="first_visit_close", on_click=_put_away, width="stretch"
        )


def _put_away() -> None:
    st.session_state[_SEEN] = True
