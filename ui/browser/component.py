"""Our small components: a script each, a style each, and the style that all of them share."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

_FOLDER = Path(__file__).parent
_SHARED_STYLE = "component.css"


def component(name: str) -> ComponentRenderer:
    """The component made of ``name.js`` and ``name.css`` beside this module.

    It inherits the theme through Streamlit's own custom properties.
    """
    script, shared, styles = (
        (_FOLDER / file).read_text(encoding="utf-8")
        for file in (f"{name}.js", _SHARED_STYLE, f"{name}.css")
    )
    return st.components.v2.component(name, js=script, css=shared + styles)


def script(name: str) -> ComponentRenderer:
    """The component of ``name.js`` beside this module, which draws nothing of its own."""
    text = (_FOLDER / f"{name}.js").read_text(encoding="utf-8")
    return st.components.v2.component(name, js=text)
