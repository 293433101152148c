"""A reader's own figures: the file box, what is wrong with a file, and the forecast from it.

Nothing is written to a disk, and nothing outlives the session or is seen by another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.delta_generator import DeltaGenerator

from forecasting import InputError, Refused
from forecasting.base.tabular import csv_bytes
from forecasting.uploads.reading import (
    MOST_MEGABYTES,
    OwnForecast,
    example,
    forecast_own,
    plans_of,
    usable_example,
)
from locales import Translator
from sentences import your_data as own
from sentences.common.engine import said_together
from ui.address.reading import LONGEST_QUOTED, as_code
from ui.blocks.show import show_table
from ui.browser.component import script
from ui.results import known
from ui.view import View

# What Streamlit's own box says, as patterns, and the text that stands for it.
_SAID_BY_THE_BOX: Mapping[str, str] = MappingProxyType(
    {
        "Upload": "own.box_choose",
        "Drag and drop a file here": "own.box_drop",
        ".+ per file": "own.box_limit",
        "Error: ": "own.box_error",
        "File must be .+ or smaller\\.": "own.box_too_large",
        ".+ files are not allowed\\.": "own.box_not_csv",
    }
)


def example_file(view: View) -> bytes:
    """The example: the plan's own figures as known on the reader's day."""
    return csv_bytes(example(known(view)))


def upload_box(view: View) -> bytes | None:
    """The file box and the example to download; the file's bytes once there is one."""
    tr = view.tr
    uploaded = st.file_uploader(
        tr.t("own.upload"),
        type=["csv"],
        key="own_file",
        max_upload_size=MOST_MEGABYTES,
        help=tr.t("own.upload_help"),
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            tr.t("own.example_file"),
            data=example_file(view),
            file_name="observations-example.csv",
            mime="text/csv",
            key="example_file",
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption(own.limits(tr))
    _translate_the_box(tr)
    return None if uploaded is None else uploaded.getvalue()


@st.cache_resource(show_spinner=False)
def _file_box() -> ComponentRenderer:
    return script("file_box")


def _translate_the_box(tr: Translator) -> None:
    words = [
        (pattern, tr.t(key, megabytes=MOST_MEGABYTES)) for pattern, key in _SAID_BY_THE_BOX.items()
    ]
    _file_box()(key="file_box_words", data={"words": words})


def content_of(uploaded: bytes | None, view: View) -> bytes:
    """The reader's file, else the example. Raises Refused on a day without figures for one."""
    if uploaded is not None:
        return uploaded
    return csv_bytes(usable_example(known(view)))


def choose_plan(content: bytes, tr: Translator) -> str:
    """The plan to forecast; asked for where the file has several."""
    plans = plans_of(content)
    if len(plans) == 1:
        return plans[0]
    return st.selectbox(
        tr.t("own.plan"),
        plans,
        format_func=lambda plan: plan[:LONGEST_QUOTED],
        key="own_plan",
        filter_mode=None,
    )


def own_forecast(content: bytes, plan: str, tr: Translator) -> OwnForecast:
    """Fit and forecast, remembered for this session only."""
    with st.spinner(tr.t("own.working")):
        return _own_forecast(content, plan)


@st.cache_data(max_entries=3, show_spinner=False, scope="session")
def _own_forecast(content: bytes, plan: str) -> OwnForecast:
    return forecast_own(content, plan)


def plan_name(plan: str) -> str:
    """A plan's name from a file, safe within a sentence."""
    return as_code(plan)


@contextmanager
def problems_shown(view: View, top: DeltaGenerator) -> Iterator[None]:
    """Every problem of a file in a table, or what is missing for a forecast; ``top`` says so."""
    tr = view.tr
    try:
        yield
    except Refused as refusal:
        top.markdown(tr.t("own.no_answer"))
        st.warning(
            f"**{tr.t('own.refused_title')}**\n\n{tr.t('own.refused_text')}\n\n"
            f"{said_together(refusal.lines, tr)}",
            icon=":material/block:",
        )
    except InputError as error:
        top.markdown(tr.t("own.no_answer"))
        st.error(
            f"**{tr.t('own.input_title', n=len(error.problems))}**\n\n{tr.t('own.input_text')}",
            icon=":material/error:",
        )
        if error.problems:
            show_table(own.problems_table(error.problems, tr), "problems", tr, view.as_of)
        else:
            st.markdown(said_together(error.lines, tr))


def show_notes(found: OwnForecast, is_example: bool, tr: Translator) -> None:
    """What was assumed or left out."""
    if not found.forecast.converged:
        st.warning(tr.t("state.unconverged"), icon=":material/warning:")
    if found.warnings:
        with st.expander(tr.t("own.notes", n=len(found.warnings)), expanded=not is_example):
            st.markdown(said_together(found.warnings, tr))
