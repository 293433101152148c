"""An open page when the theme of its browser changes, at dusk say."""

from __future__ import annotations

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui.browser.component import script


@st.cache_resource(show_spinner=False)
def _watch() -> ComponentRenderer:
    return script("theme_watch")


def redraw_on_theme_change() -> None:
    """Have the browser ask for the page anew, since charts would keep the ink of the old theme.

    Streamlit colours a chart when it first draws it (streamlit/streamlit#11974): see also
    :func:`~ui.blocks.show.plot`, which draws another one for another theme.
    """
    _watch()(key="theme_watch", on_changed_change=_nothing)


def _nothing() -> None:
    """The run that follows is all that is wanted."""
