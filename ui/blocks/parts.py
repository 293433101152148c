"""Parts of a page that their own controls draw anew, without the frame and the rest around them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from ui.address.links import link_notices
from ui.blocks.embed import offering
from ui.blocks.show import errors_shown
from ui.server.logs import page_run
from ui.view import View, current_view, using_view

Draw = Callable[[View], None]


def draw_as_fragment(view: View, draw: Draw) -> None:
    """Draw a part that redraws itself: a move of a slider then takes half the time.

    ``draw`` may depend on the view, the session and the address alone.
    """
    if offering():
        draw(view)
    else:
        _part(view, draw, link_notices(view))


@st.fragment
def _part(view: View, draw: Draw, notices: bool) -> None:
    if current_view() is not None:
        with errors_shown(view.tr):
            draw(view)
        return
    with page_run(), using_view(view), errors_shown(view.tr):
        # What stands outside this part says something of the scenario, so it must be drawn anew.
        if notices != link_notices(view):
            st.rerun()
        draw(view)
