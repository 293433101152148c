"""The frame around every page: settings, menu, top line, controls, and the page itself.

A ``pages/`` folder beside ``app.py`` turns on Streamlit's own page discovery, and the first
visitor to a deep link after a restart is then served the page's script without ``app.py``.
Every page therefore begins with :func:`enter`, which runs this frame and stops when nobody
else did.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from locales import LANGUAGE_NAMES, LANGUAGES, Translator, translator
from ui.address.links import link_button, show_link_notices
from ui.address.reading import (
    choose_language,
    current_language,
    has_arrived,
    keep_arrival,
    show_frame_notices,
)
from ui.address.scenario_state import read_link
from ui.blocks.embed import is_embedded
from ui.blocks.embedded import show_embedded
from ui.blocks.show import errors_shown
from ui.browser.navigation import tidy_navigation
from ui.browser.reconnect import redraw_on_reconnect
from ui.browser.theme import redraw_on_theme_change
from ui.controls.shared import as_of_of_address, as_of_picker
from ui.controls.timeline import events_toggle
from ui.guard.unguarded import must_refuse
from ui.registry import GROUPS, PAGES, PageSpec
from ui.server.logs import page_run
from ui.server.memory import set_aside
from ui.view import View, current_view, using_view

PAGE_WIDTH = 1600
STYLE = Path(__file__).parent / "browser" / "style.css"
TAB_ICON = "📈"


def enter() -> View:
    """The reader's view; runs the whole frame first where a page's script was entered directly."""
    view = current_view()
    if view is None:
        run()
        st.stop()
    return view


@page_run()
def run() -> None:
    """Draw one page within the frame."""
    keep_arrival()
    tr = translator(current_language())
    if must_refuse():
        st.error(tr.t("frame.unguarded"), icon=":material/block:")
        return
    # Before the menu: a page's own icon would be fetched from elsewhere as the tab's icon.
    st.set_page_config(page_icon=TAB_ICON, layout="wide", initial_sidebar_state="auto")
    entries = {spec.key: _entry(spec, tr) for spec in PAGES}
    page = st.navigation(
        {
            tr.t(f"group.{group}"): [entries[spec.key] for spec in PAGES if spec.group == group]
            for group in GROUPS
        },
        position="hidden" if is_embedded() else "sidebar",
    )
    title = tr.t(f"page.{next(key for key, entry in entries.items() if entry == page)}.title")
    st.set_page_config(page_title=tr.t("app.title", page=title))
    redraw_on_reconnect()
    if is_embedded():
        as_of = as_of_of_address()
        read_link(as_of)
        has_arrived()
        show_embedded(page, title, View(tr, as_of))
        redraw_on_theme_change()
        return
    st.html(STYLE)
    tidy_navigation()
    with st.container(width=PAGE_WIDTH), errors_shown(tr):
        as_of = as_of_picker(tr)
        events_toggle(tr)
        view = View(tr, as_of)
        with_scenario = replace(view, scenario=read_link(as_of))
        has_arrived()
        _top_line(view)
        show_frame_notices(tr)
        show_link_notices(with_scenario)
        st.title(title, anchor=False)
        with using_view(view):
            page.run()
        redraw_on_theme_change()
    set_aside()


def _entry(spec: PageSpec, tr: Translator) -> st.Page:
    return st.Page(
        spec.file,
        title=tr.t(f"page.{spec.key}.menu"),
        icon=spec.icon,
        url_path=spec.key,
        default=spec.default,
    )


def _top_line(view: View) -> None:
    tr = view.tr
    (other,) = (language for language in LANGUAGES if language != tr.language)
    with st.container(horizontal=True, vertical_alignment="top", gap="small", key="top_line"):
        st.caption(tr.t("frame.top_line", day=tr.date(view.as_of)), width="stretch")
        link_button(view)
        st.button(
            LANGUAGE_NAMES[other],
            key="switch_language",
            on_click=choose_language,
            args=(other,),
            type="tertiary",
            width="content",
        )
