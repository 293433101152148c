"""Files of a chart: PNG and SVG drawn in the reader's browser, CSV made here.

The figure of an image is sent once it is asked for; a CSV is small and comes with the page.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from functools import partial
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from types import MappingProxyType
from typing import Any

import streamlit as st

from charts.style.chart import Chart
from charts.style.exports import SIZES, for_export
from locales import Translator
from ui.export.orders import order_buttons

STATIC_FOLDER = Path(__file__).parents[2] / "static"
PLOTLY_FILE = STATIC_FOLDER / "plotly.min.js"
IMAGES: Mapping[str, str] = MappingProxyType({"png": "export.png", "svg": "export.svg"})
SECONDS_TO_DRAW = 30


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
    order_buttons(
        f"images_{chart.stem}",
        {kind: chart.file_name(kind) for kind in IMAGES},
        partial(picture, chart, "page"),
        tr,
        labels={kind: tr.t(label) for kind, label in IMAGES.items()},
        failed=tr.t("export.failed"),
        patience_seconds=SECONDS_TO_DRAW,
    )


def picture(chart: Chart, size: str, kind: str) -> dict[str, Any]:
    """What the reader's browser draws an image of ``kind`` from, in one of ``SIZES``."""
    wanted = SIZES[size]
    return {
        "figure": chart.exported if size == "page" else for_export(chart, wanted),
        "script": plotly_address(),
        "width": wanted.width,
        "height": wanted.height,
        "scale": wanted.scale if kind == "png" else 1,
        "title": chart.title,
        "description": chart.alt,
    }
