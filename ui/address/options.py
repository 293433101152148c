"""Choices that have a name in the address and another one on the page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from ui.address.reading import forget_notice


def named_option(
    label: str,
    key: str,
    options: Sequence[str],
    text_of: Callable[[str], str],
    chosen: Callable[[str], None] = forget_notice,
    persist_state: Literal["session"] | None = None,
    help_text: str | None = None,
    width: Literal["stretch"] | int = "stretch",
) -> str:
    """One choice under its own name in the address, whatever the language of its text.

    Streamlit would put the text into the address, and a link would not outlive a change of
    language; so the choice is carried to the address and back here. The first option is left out.
    """
    asked = st.query_params.get(key)
    if st.session_state.get(key) not in options:
        st.session_state[key] = asked if asked in options else options[0]
    value: str = st.selectbox(
        label,
        options,
        format_func=text_of,
        key=key,
        persist_state=persist_state,
        help=help_text,
        width=width,
        filter_mode=None,
        on_change=chosen,
        args=(key,),
    )
    if value == options[0]:
        st.query_params.pop(key, None)
    elif asked != value:
        st.query_params[key] = value
    return value
