"""A reader's own figures: the file box, what is wrong with a file, and the forecast from it.

Nothing is written to a disk, and nothing outlives the session or is seen by another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer
from streamlit.delta_generator import DeltaGenerator

from forecasting import InputError, Refused
from forecasting.base.settlements import PERIODS_PER_YEAR
from forecasting.base.tabular import csv_bytes
from forecasting.evaluation.backtest import Backtest
from forecasting.uploads.reading import (
    FILE,
    MOST_MEGABYTES,
    UploadForecast,
    empty_sheet,
    example,
    forecast_upload,
    launch_of,
    plans_of,
    upload_track_record,
    usable_example,
)
from locales import Translator
from sentences import your_data
from sentences.common.engine import translated_list
from ui.address.reading import LONGEST_QUOTED, as_code
from ui.address.scenario_state import current_scenario
from ui.blocks.show import heading, say, show_table
from ui.browser.component import script
from ui.results import known
from ui.server.worker_process import in_worker_process
from ui.view import View

# What Streamlit's own box says, as patterns, and the text that stands for it.
_TEXTS_OF_THE_BOX: Mapping[str, str] = MappingProxyType(
    {
        "Upload": "your_data.box_choose",
        "Drag and drop a file here": "your_data.box_drop",
        ".+ per file": "your_data.box_limit",
        "Error: ": "your_data.box_error",
        "File must be .+ or smaller\\.": "your_data.box_too_large",
        ".+ files are not allowed\\.": "your_data.box_not_csv",
    }
)
_BOX, _REMEMBERED = "upload_file", "upload_file_remembered"
HORIZONS = (12, 24, 48, 72)
LONGEST_FILE_NAME = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class UploadFile:
    """A file as the reader gave it; ``name`` is printable and short."""

    name: str
    content: bytes


def example_file(view: View) -> bytes:
    """The example: the plan's own figures as known on the reader's day."""
    return csv_bytes(example(known(view)))


def upload_box(view: View) -> UploadFile | None:
    """The file box, the example and an empty sheet; the file once there is one.

    It is kept for the session: on another page the box itself forgets it.
    """
    tr = view.tr
    st.file_uploader(
        tr.t("your_data.upload"),
        type=["csv", "xlsx"],
        key=_BOX,
        max_upload_size=MOST_MEGABYTES,
        help=tr.t("your_data.upload_help"),
        on_change=_keep,
    )
    remembered: UploadFile | None = st.session_state.get(_REMEMBERED)
    if remembered is not None and st.session_state.get(_BOX) is None:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(tr.t("your_data.in_use", file=as_code(remembered.name)))
            st.button(
                tr.t("your_data.remove"), key="upload_remove", on_click=_forget, type="tertiary"
            )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.download_button(
            tr.t("your_data.empty_sheet"),
            data=empty_sheet(your_data.simple_headers(tr)),
            file_name=tr.t("your_data.empty_sheet_file") + ".xlsx",
            mime=XLSX,
            key="empty_sheet",
            on_click="ignore",
            icon=":material/table:",
        )
        st.download_button(
            tr.t("your_data.example_file"),
            data=example_file(view),
            file_name="observations-example.csv",
            mime="text/csv",
            key="example_file",
            on_click="ignore",
            icon=":material/download:",
        )
        st.caption(your_data.limits(tr))
    _translate_the_box(tr)
    return remembered


def _keep() -> None:
    """Keep what the reader chose; forget it where they took it out of the box."""
    chosen = st.session_state.get(_BOX)
    if chosen is None:
        _forget()
        return
    printable = "".join(sign for sign in chosen.name if sign.isprintable()).replace("`", "'")
    stem, point, ending = printable.rpartition(".")
    name = f"{stem[:LONGEST_FILE_NAME]}{point}{ending[:LONGEST_FILE_NAME]}" or FILE
    st.session_state[_REMEMBERED] = UploadFile(name, chosen.getvalue())


def _forget() -> None:
    st.session_state.pop(_REMEMBERED, None)


@st.cache_resource(show_spinner=False)
def _file_box() -> ComponentRenderer:
    return script("file_box")


def _translate_the_box(tr: Translator) -> None:
    words = [
        (pattern, tr.t(key, megabytes=MOST_MEGABYTES)) for pattern, key in _TEXTS_OF_THE_BOX.items()
    ]
    _file_box()(key="file_box_words", data={"words": words})


def file_or_example(uploaded: UploadFile | None, view: View) -> UploadFile:
    """The reader's file, else the example. Raises Refused on a day without figures for one."""
    if uploaded is not None:
        return uploaded
    return UploadFile(FILE, csv_bytes(usable_example(known(view))))


@st.cache_data(max_entries=3, show_spinner=False, scope="session")
def _plans_of(content: bytes, file: str) -> tuple[str, ...]:
    # The first to open a reader's bytes: elsewhere, like all that is made of them.
    return in_worker_process(plans_of, content, file)


def choose_plan(file: UploadFile, tr: Translator) -> str:
    """The plan to forecast; asked for where the file has several."""
    with st.spinner(tr.t("your_data.reading")):
        plans = _plans_of(file.content, file.name)
    if len(plans) == 1:
        return plans[0]
    return st.selectbox(
        tr.t("your_data.plan"),
        plans,
        format_func=lambda plan: plan[:LONGEST_QUOTED],
        key="upload_plan",
        filter_mode=None,
    )


@dataclass(frozen=True)
class UploadSettings:
    """What the reader may set: settlements ahead, and the launch where it is known."""

    horizon: int = PERIODS_PER_YEAR
    launch: date | None = None


def choose_settings(tr: Translator) -> UploadSettings:
    """Horizon, and launch as a link says it at first. Raises InputError for one that is no day."""
    launch = current_scenario().launch
    with st.container(horizontal=True, gap="small"):
        horizon = st.selectbox(
            tr.t("your_data.horizon"),
            HORIZONS,
            index=HORIZONS.index(PERIODS_PER_YEAR),
            format_func=lambda settlements: tr.t("your_data.horizon_option", n=settlements),
            key="upload_horizon",
            filter_mode=None,
        )
        typed = st.text_input(
            tr.t("your_data.launch"), key="upload_launch", placeholder="2018-10-16", max_chars=10,
            help=tr.t("your_data.launch_help"), value=launch.isoformat() if launch else "",
        ).strip()  # fmt: skip
    return UploadSettings(horizon, launch_of(typed) if typed else None)


def upload_forecast(
    file: UploadFile, plan: str, chosen: UploadSettings, tr: Translator
) -> UploadForecast:
    """Fit and forecast, remembered for this session only."""
    with st.spinner(tr.t("your_data.working")):
        return _upload_forecast(file.content, plan, chosen.horizon, file.name, chosen.launch)


@st.cache_data(max_entries=3, show_spinner=False, scope="session")
def _upload_forecast(
    content: bytes, plan: str, horizon: int, file: str, launch: date | None
) -> UploadForecast:
    return in_worker_process(forecast_upload, content, plan, horizon, file, launch)


@st.cache_data(max_entries=3, show_spinner=False, scope="session")
def _upload_track_record(content: bytes, plan: str, file: str, launch: date | None) -> Backtest:
    return in_worker_process(upload_track_record, content, plan, file, launch)


def show_track_record(file: UploadFile, plan: str, chosen: UploadSettings, view: View) -> None:
    """On request: what the model would have said at past days of these figures."""
    tr = view.tr
    heading(tr.t("your_data.track_heading"), tr.t("your_data.track_text"))
    if not st.toggle(tr.t("your_data.track_toggle"), key="upload_track"):
        return
    try:
        with st.spinner(tr.t("state.backtesting")):
            record = _upload_track_record(file.content, plan, file.name, chosen.launch)
    except Refused as refusal:
        st.warning(translated_list(refusal.lines, tr), icon=":material/block:")
        return
    say(your_data.track_sentence(record, tr))
    show_table(your_data.track_table(record, tr), "track-record", tr, view.as_of, plan)


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
        top.markdown(tr.t("your_data.no_answer"))
        st.warning(
            f"**{tr.t('your_data.refused_title')}**\n\n{tr.t('your_data.refused_text')}\n\n"
            f"{translated_list(refusal.lines, tr)}",
            icon=":material/block:",
        )
    except InputError as error:
        top.markdown(tr.t("your_data.no_answer"))
        st.error(
            f"**{tr.tn('your_data.input_title', len(error.problems), n=len(error.problems))}**\n\n"
            f"{tr.t('your_data.input_text')}",
            icon=":material/error:",
        )
        if error.problems:
            table = your_data.problems_table(error.problems, tr)
            show_table(table, "problems", tr, view.as_of, "")
        else:
            st.markdown(translated_list(error.lines, tr))


def show_notes(found: UploadForecast, is_example: bool, view: View) -> None:
    """What was understood, assumed or left out, row by row."""
    tr = view.tr
    if not found.forecast.converged:
        st.warning(tr.t("state.unconverged"), icon=":material/warning:")
    if found.warnings:
        with st.expander(tr.t("your_data.notes", n=len(found.warnings)), expanded=not is_example):
            st.markdown(translated_list(found.warnings, tr))
    if len(found.left_out):
        with st.expander(
            tr.t("your_data.left_out", n=len(found.left_out)), expanded=not is_example
        ):
            table = your_data.left_out_table(found.left_out, tr)
            show_table(table, "left-out", tr, view.as_of, found.forecast.plan)
