"""Sources one click away: in every table, and under every chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from weakref import WeakKeyDictionary

import pandas as pd
import streamlit as st

from charts.style.chart import Chart
from locales import Translator
from sentences.common.sources import described, with_links
from ui.results import full_record, known
from ui.view import PLAN, View

# Charts that rest on a table and not on the plan's figures, by what their stamp says.
OF_TABLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "chart.source_tables": ("wang2020", "cbirc2020", "wpp2019"),
        "insurance.source_document": ("chentao2003",),
        "insurance.source_level": ("cbirc2020", "circ2016"),
    }
)
RECORD = "chart.source"


def linked(table: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """The table with publisher, date and link in place of the keys of sources."""
    return with_links(table, full_record(PLAN).tables.sources, tr)


# A chart that all readers share keeps its table's file; one of a reader's own goes with it.
_cited: WeakKeyDictionary[Chart, Chart] = WeakKeyDictionary()


def cited(chart: Chart, tr: Translator) -> Chart:
    """The chart with its sources, and with links in its table.

    Its sources are those its table names; else those of the table it rests on; else those of every
    figure that the model is fitted on, and of the forecasts published by its day.
    """
    if chart not in _cited:
        _cited[chart] = _with_sources(chart, tr)
    return _cited[chart]


def _with_sources(chart: Chart, tr: Translator) -> Chart:
    column = tr.t("column.source")
    if column in chart.table:
        found = [name for name in dict.fromkeys(chart.table[column].dropna()) if name]
    elif chart.source_key == RECORD:
        record = known(View(tr, chart.as_of))
        found = [*record.figures()["source_id"], *record.published_forecasts["source_id"]]
    else:
        found = list(OF_TABLES.get(chart.source_key, ()))
    return replace(chart, table=linked(chart.table, tr), sources=tuple(dict.fromkeys(found)))


def show_sources(chart: Chart, tr: Translator) -> None:
    """The popover that lists a chart's sources as links, made once it is opened."""
    if not chart.sources:
        return
    popover = st.popover(
        tr.t("sources.button", count=len(chart.sources)),
        key=f"sources_{chart.stem}",
        on_change="rerun",
    )
    if not popover.open:
        return
    found = described(full_record(PLAN).tables.sources, chart.sources, tr)
    with popover:
        found.sort(key=lambda source: source.text.casefold())
        st.markdown("\n".join(f"- {source.markdown}" for source in found))
