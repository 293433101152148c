"""The blocks that pages are made of, in the order a reader meets them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from charts.style.chart import OUR_PLAN, Chart
from charts.style.files import credited_csv, file_part
from charts.style.sending import as_sent
from forecasting import Forecast, InputError, Quantiles, Refused
from locales import NOT_KNOWN, Translator
from sentences.common.engine import translated_list
from ui.blocks.embed import offer, offering
from ui.blocks.sources import RECORD, cited, linked, show_sources
from ui.controls.timeline import list_events, with_timeline
from ui.export.files import show_csv, show_downloads
from ui.export.sharing import show_sharing
from ui.results import stamp_for
from ui.view import View, current_view

ZOOM_TOOLS = ["zoom", "pan", "zoomIn", "zoomOut", "autoScale", "resetScale"]
SELECTION_TOOLS = ["select", "lasso2d"]


@dataclass(frozen=True)
class Metric:
    """One number with its interval or its unit below it."""

    label: str
    value: str
    below: str = ""
    help: str | None = None


def say(*sentences: str) -> None:
    """The sentences that answer the page's question."""
    for sentence in sentences:
        st.markdown(sentence)


def heading(title: str, text: str = "") -> None:
    """A section's heading and the sentence under it."""
    st.header(title, anchor=False)
    if text:
        st.markdown(text)


def interval_metric(
    tr: Translator,
    label_key: str,
    quantiles: Quantiles | None,
    digits: int = 2,
    help_key: str | None = None,
) -> Metric:
    """Median and 80% interval of an amount in RMB; a dash where it was not forecast."""
    help_text = tr.t(help_key) if help_key else None
    if quantiles is None:
        return Metric(tr.t(label_key), NOT_KNOWN, help=help_text)
    return Metric(
        label=tr.t(label_key),
        value=tr.rmb(quantiles.q50, digits),
        below=tr.span(quantiles.q10, quantiles.q90, digits),
        help=help_text,
    )


def metrics(items: Sequence[Metric], note: str = "") -> None:
    """Two or three numbers in a row, on a phone too, and what stands below them."""
    with st.container(horizontal=True, gap="small"):
        for item in items:
            st.metric(
                item.label,
                item.value,
                delta=item.below or None,
                delta_color="off",
                delta_arrow="off",
                help=item.help,
            )
    if note:
        st.caption(note)


def show_chart(
    chart: Chart,
    tr: Translator,
    settings: Mapping[str, Any] | None = None,
    below: DeltaGenerator | None = None,
    plotted: Chart | None = None,
) -> None:
    """The chart, its files, and a table of what is drawn; ``below`` is another place for these.

    ``settings`` are what the reader chose for this chart beside day and scenario. ``plotted`` is
    what is sent in the chart's place where a script of ours draws the chart over it.
    """
    chart = with_timeline(chart, tr)
    if offering():
        offer(chart)
        return
    chart = cited(chart, tr)
    with st.container(key=f"chart_{chart.stem}"):
        plot(chart if plotted is None else with_timeline(plotted, tr))
        with below if below is not None else nullcontext():
            _below(chart, tr, current_view(), settings or {})


@st.fragment
def _below(chart: Chart, tr: Translator, view: View | None, settings: Mapping[str, Any]) -> None:
    """What a chart is handed on with, and the table of what is drawn; opening one reruns these."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        show_downloads(chart, tr)
        if view is not None:
            show_sharing(chart, view, settings)
        show_sources(chart, tr)
    list_events(chart, tr)
    label = tr.tn("chart.table", len(chart.table), rows=len(chart.table))
    _folded(label, f"table_{chart.stem}", partial(_grid, chart.table, tr))


@st.fragment
def show_folded(label: str, key: str, draw: Callable[[], object]) -> None:
    """What waits behind its label, drawn once it is opened: a grid is the heaviest of elements."""
    _folded(label, key, draw)


def _folded(label: str, key: str, draw: Callable[[], object]) -> None:
    expander = st.expander(label, key=key, on_change="rerun")
    if expander.open:
        with expander:
            draw()


def plot(chart: Chart, height: int | None = None) -> None:
    """The figure alone, in the page's theme, at its own ``height`` in pixels or another."""
    if height is not None:
        chart = replace(chart, figure=copy.deepcopy(chart.figure).update_layout(height=height))
    st.plotly_chart(
        as_sent(chart),
        # Another element for another theme: Streamlit colours a chart once.
        key=f"{st.context.theme.type}_plot_{chart.stem}",
        alt=chart.alt,
        config={
            "displaylogo": False,
            "modeBarButtonsToRemove": ZOOM_TOOLS + SELECTION_TOOLS,
            "toImageButtonOptions": {"format": "png", "filename": chart.stem, "scale": 2},
        },
    )


def show_table(
    table: pd.DataFrame, name: str, tr: Translator, as_of: date, plan: str = OUR_PLAN
) -> None:
    """A table of its own, with its CSV named after the plan whose it is."""
    if offering():
        return
    table = linked(table, tr)
    _grid(table, tr)
    stamp = stamp_for(View(tr, as_of), RECORD if plan == OUR_PLAN else "your_data.source")
    content = credited_csv(table, *stamp.credit(tr))
    show_csv(content, f"{file_part(plan)}-{name}-as-of-{as_of.isoformat()}.csv", tr)


def _grid(table: pd.DataFrame, tr: Translator) -> None:
    numbers = table.select_dtypes("number").columns
    links = {tr.t("column.link"), tr.t("column.permalink")} & set(table.columns)
    st.dataframe(
        table,
        hide_index=True,
        placeholder=NOT_KNOWN,
        column_config={
            **{name: st.column_config.NumberColumn(format="localized") for name in numbers},
            **{
                name: st.column_config.LinkColumn(
                    display_text=tr.t("sources.open"),
                    width="small",
                    # Else it stands beyond the edge of a wide table.
                    pinned=name == tr.t("column.link"),
                )
                for name in links
            },
        },
    )


@contextmanager
def errors_shown(tr: Translator) -> Iterator[None]:
    """Show a refusal or bad input as a designed state instead of a traceback."""
    try:
        yield
    except Refused as refusal:
        st.warning(
            f"**{tr.t('state.refused_title')}**\n\n{tr.t('state.refused_text')}\n\n"
            f"{translated_list(refusal.lines, tr)}",
            icon=":material/block:",
        )
    except InputError as error:
        st.error(
            f"**{tr.t('state.input_title')}**\n\n{tr.t('state.input_text')}\n\n"
            f"{translated_list(error.lines, tr)}",
            icon=":material/error:",
        )


def show_warnings(forecast: Forecast, tr: Translator) -> None:
    """An unconverged fit and whatever else the engine wants said."""
    if not forecast.converged:
        st.warning(tr.t("state.unconverged"), icon=":material/warning:")
    if forecast.warnings:
        with st.expander(tr.t("state.engine_warnings")):
            st.markdown(translated_list(forecast.warnings, tr))
