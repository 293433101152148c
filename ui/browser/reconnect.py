"""An open page after its server was started anew, or after its reader was cut off."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

# The browser's own timer takes no more than 24 days.
SELDOM = timedelta(days=1)


@st.fragment(run_every=SELDOM)
def redraw_on_reconnect() -> None:
    """Have the browser ask for the page anew once it is connected again.

    A browser that comes back to a new process shows what it has, and the first click is lost: the
    new session knows no control yet, so that no ``on_click`` and no ``on_change`` is called.
    Streamlit asks by itself only where something on the page runs at intervals. This does, and
    draws nothing. The address and the controls' own values come along.
    """
