"""A browser's Back and a phone's drawer, as their readers expect them."""

from __future__ import annotations

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from ui.browser.component import script


@st.cache_resource(show_spinner=False)
def _navigation() -> ComponentRenderer:
    return script("navigation")


def tidy_navigation() -> None:
    """One press of Back for each page, and a drawer that closes once something in it is chosen.

    Streamlit makes an entry of the browser's history of each control that writes into the address,
    and leaves the drawer open over the page, after a reload too.
    """
    _navigation()(key="navigation")
