"""Buttons of files that are made once they are asked for, and saved by the reader's browser.

Streamlit's own way to put a file off keeps it for no session: it is gone before it is fetched where
two other readers' pages end in between.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from locales import Translator
from ui.browser.component import component

Payload = Mapping[str, Any]


@st.cache_resource(show_spinner=False)
def _order_buttons() -> ComponentRenderer:
    return component("order_buttons")


def order_buttons(
    key: str,
    files: Mapping[str, str],
    make: Callable[[str], Payload],
    tr: Translator,
    *,
    labels: Mapping[str, str],
    failed: str,
    patience_seconds: int,
) -> None:
    """A row of buttons, one for each kind of ``files``, with the name that its file is saved under.

    To be called within a fragment: a click reruns it, and then ``make(kind)`` is sent along: either
    :func:`whole_file` or the figure of an image. ``failed`` is said after an error or where
    nothing has come for as long as the patience lasts.
    """
    order = st.session_state.pop(_order_key(key), None)
    _order_buttons()(
        key=key,
        width="content",
        data={
            "order": order,
            "answer": make(order["kind"]) if order else None,
            "files": files,
            "patience": 1000 * patience_seconds,
            "text": {**labels, "working": tr.t("export.working"), "failed": failed},
        },
        on_order_change=partial(_take_order, key),
    )


def whole_file(content: bytes, mime: str) -> Payload:
    """A file as it is."""
    return {"content": b64encode(content).decode(), "mime": mime}


def _take_order(key: str) -> None:
    st.session_state[_order_key(key)] = st.session_state[key].get("order")


def _order_key(key: str) -> str:
    return f"_order_{key}"
