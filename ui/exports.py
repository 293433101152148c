"""Files of a chart: PNG and SVG drawn in the reader's browser, CSV made here.

The figure of an image is sent once it is asked for. A CSV is not put off like that: what Streamlit
makes at a click is gone before it is fetched where two other readers' pages end in between.
"""

from __future__ import annotations

import os
import shutil
from functools import partial
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from charts.base import EXPORT_SIZE, Chart
from locales import Translator
from ui.component import component

STATIC_FOLDER = Path(__file__).parent.parent / "static"
PLOTLY_FILE = STATIC_FOLDER / "plotly.min.js"


def place_plotly() -> bool:
    """Put plotly's own script where this server may hand it out; False where it cannot.

    It comes from the installed package, so that no page fetches anything from elsewhere.
    """
    with as_file(files("plotly") / "package_data" / "plotly.min.js") as packaged:
        if PLOTLY_FILE.is_file() and PLOTLY_FILE.stat().st_size == packaged.stat().st_size:
            return True
        partial = PLOTLY_FILE.with_suffix(f".{os.getpid()}.part")
        try:
            STATIC_FOLDER.mkdir(exist_ok=True)
            shutil.copyfile(packaged, partial)
            partial.replace(PLOTLY_FILE)
        except OSError:
            return False
    return True


@st.cache_resource(show_spinner=False)
def images_available() -> bool:
    """Whether this server can hand out the drawing script; tried once."""
    return place_plotly()


def plotly_address() -> str:
    """Address of the script on this server."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    prefix = f"/{base}" if base else ""
    return f"{prefix}/app/static/plotly.min.js?v={version('plotly')}"


@st.cache_resource(show_spinner=False)
def _image_buttons() -> ComponentRenderer:
    return component("image_buttons")


def show_csv(content: bytes, file_name: str, tr: Translator) -> None:
    """The button that saves a table."""
    st.download_button(
        tr.t("export.csv"),
        data=content,
        file_name=file_name,
        mime="text/csv",
        key=file_name,
        on_click="ignore",
        help=tr.t("export.csv_help"),
    )


def show_downloads(chart: Chart, tr: Translator) -> None:
    """The buttons of a chart's files: CSV, PNG, SVG.

    To be called within a fragment: a click on an image button reruns it, and then the figure is
    sent along.
    """
    show_csv(chart.csv, chart.file_name("csv"), tr)
    if not images_available():
        st.caption(tr.t("export.no_script"))
        return
    key = f"images_{chart.stem}"
    order = st.session_state.pop(_order_key(key), None)
    _image_buttons()(
        key=key,
        width="content",
        data={
            "order": order,
            "figure": chart.exported if order else None,
            "script": plotly_address(),
            "width": EXPORT_SIZE[0],
            "height": EXPORT_SIZE[1],
            "files": {kind: chart.file_name(kind) for kind in ("png", "svg")},
            "text": {
                "png": tr.t("export.png"),
                "svg": tr.t("export.svg"),
                "working": tr.t("export.working"),
                "failed": tr.t("export.failed"),
            },
        },
        on_order_change=partial(_take_order, key),
    )


def _take_order(key: str) -> None:
    st.session_state[_order_key(key)] = st.session_state[key].get("order")


def _order_key(key: str) -> str:
    return f"_order_{key}"
