"""Three lines for whoever comes for the first time, until they are put away."""

from __future__ import annotations

import streamlit as st

from locales import Translator
from ui.blocks.embed import offering

_SEEN = "_first_visit_over"
LINES = ("what", "numbers", "next")


def first_visit(tr: Translator) -> None:
    """What this is, what the numbers mean, what to do next; once put away, away for the session."""
    if offering() or st.session_state.get(_SEEN, False):
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
