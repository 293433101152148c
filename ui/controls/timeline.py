"""The layer of events on every chart over time, by one switch kept in the address."""

from __future__ import annotations

import streamlit as st

from charts.style.chart import Chart
from charts.style.timeline import with_events
from locales import Translator
from sentences.common.sources import described
from ui.address.reading import EVENTS_KEY, forget_notice, read_option, show_notices
from ui.results import full_record
from ui.view import PLAN

SWITCH = ("true", "false")


def events_toggle(tr: Translator) -> None:
    """The switch, in the sidebar of every page."""
    read_option(EVENTS_KEY, SWITCH, "timeline.switch_unknown")
    st.session_state.setdefault(EVENTS_KEY, st.query_params.get(EVENTS_KEY) == "true")
    with st.sidebar:
        show_notices([EVENTS_KEY], tr)
        st.toggle(
            tr.t("timeline.toggle"),
            value=False,
            key=EVENTS_KEY,
            bind="query-params",
            help=tr.t("timeline.help"),
            on_change=forget_notice,
            args=(EVENTS_KEY,),
        )


def with_timeline(chart: Chart, tr: Translator) -> Chart:
    """The chart with our plan's events known on its day where the switch is on; else as it is."""
    # An embedded chart has no switch, only the address.
    is_on = st.session_state.get(EVENTS_KEY, st.query_params.get(EVENTS_KEY) == "true")
    if chart.events is not None or not is_on or chart.plan != PLAN:
        return chart
    return with_events(chart, full_record(PLAN).as_of(chart.as_of).events, tr)


def list_events(chart: Chart, tr: Translator) -> None:
    """What the numbers above the chart mean."""
    if chart.events is None:
        return
    sources = full_record(PLAN).tables.sources
    with st.expander(tr.t("timeline.list", count=len(chart.events))):
        st.markdown(
            "\n".join(
                f"- **{number}** · {day} · {text} · "
                + ", ".join(found.markdown for found in described(sources, [source], tr))
                for number, day, text, source in chart.events.itertuples(index=False)
            )
        )
