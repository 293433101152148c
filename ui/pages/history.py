"""More aid or fewer payers: its results, each computed once, and its part of the history page."""

from __future__ import annotations

from datetime import date

import streamlit as st

from charts.history import aid as charts
from charts.history import share_change as change_charts
from forecasting import Refused, Scenario
from forecasting.base.settlements import PERIODS_PER_YEAR
from forecasting.explain.aid_and_payers import AidRecord, ShareSplit, aid_record, split_share
from forecasting.explain.case_lag import CaseLag, case_lag
from forecasting.explain.flat_forecast import FlatForecastJudged, judge_flat_forecast
from forecasting.explain.share_change import GrowthSplit, split_growth
from locales import Translator
from sentences.common.engine import translated
from sentences.history import aid, share_change
from ui.address.reading import SPLIT_KEYS, forget_notice, read_day, show_notices
from ui.blocks.drawing import cached_chart
from ui.blocks.parts import draw_as_fragment
from ui.blocks.show import heading, show_chart
from ui.controls.shared import ARTICLE_DAY
from ui.results import (
    MOST_DAYS,
    MOST_PLANS,
    MOST_RESULTS,
    fit_of,
    full_record,
    known,
    stamp_for,
)
from ui.view import View

CONTROL_WIDTH = 220


@st.cache_resource(max_entries=MOST_DAYS, show_spinner=False)
def _aid_record(plan: str, as_of: date) -> AidRecord:
    return aid_record(full_record(plan).as_of(as_of))


@st.cache_resource(max_entries=MOST_PLANS, show_spinner=False)
def _judged(plan: str) -> FlatForecastJudged | None:
    return judge_flat_forecast(full_record(plan))


@st.cache_resource(max_entries=MOST_DAYS, show_spinner=False)
def _case_lag(plan: str, as_of: date) -> CaseLag | None:
    return case_lag(full_record(plan).as_of(as_of))


@st.cache_resource(max_entries=MOST_RESULTS, show_spinner=False)
def _causes(plan: str, as_of: date, scenario: Scenario, start: date, end: date) -> GrowthSplit:
    return split_growth(fit_of(plan, as_of, scenario), start, end)


def article_judged(view: View) -> FlatForecastJudged | None:
    """The article's flat share against every later one; the same on every as-of day."""
    return _judged(view.plan)


def case_lag_for(view: View) -> CaseLag | None:
    """The lag that the case lists known on the reader's day show."""
    return _case_lag(view.plan, view.as_of)


def rise_for(view: View) -> ShareSplit | None:
    """What carried the share from the article's day to its height, once the record is whole."""
    judged = _judged(view.plan)
    whole = view.as_of == full_record(view.plan).last_settlement
    return judged.split if judged is not None and whole else None


def aid_section(view: View) -> None:
    """Aid of each settlement, and the growth of the share between two that the reader chooses."""
    tr = view.tr
    try:
        record = _aid_record(view.plan, view.as_of)
    except Refused as refusal:
        heading(tr.t("aid.heading"))
        st.caption(tr.t("aid.no_record", reason=translated(refusal.message, tr)))
        return
    heading(tr.t("aid.heading"), aid.rationed(record, tr))
    show_chart(cached_chart(view, charts.aid_chart, record, known(view).events), tr)
    note = aid.tier_note(record, tr)
    if note:
        st.caption(note)
    if len(record.days) > 1:
        draw_as_fragment(view, _split)


def _split(view: View) -> None:
    tr, record = view.tr, _aid_record(view.plan, view.as_of)
    start, end = _two_days(record.days, tr)
    split = split_share(record, start, end)
    st.markdown(aid.split(split, tr))
    chosen = dict(zip(SPLIT_KEYS, (start.isoformat(), end.isoformat()), strict=True))
    show_chart(change_charts.split_chart(split, tr, stamp_for(view)), tr, chosen)
    heading(tr.t("why.heading"))
    try:
        with st.spinner(tr.t("state.working")):
            causes = _causes(view.plan, view.as_of, view.scenario.for_fit(), start, end)
    except Refused as refusal:
        st.caption(tr.t("why.refused", reason=translated(refusal.message, tr)))
        return
    st.markdown(share_change.why(causes, split, tr))
    show_chart(change_charts.causes_chart(causes, tr, stamp_for(view)), tr, chosen)


def _two_days(days: list[date], tr: Translator) -> tuple[date, date]:
    """The settlements chosen, the later one after the earlier, both kept in the address."""
    from_key, until_key = SPLIT_KEYS
    with st.container(horizontal=True, gap="small"):
        start = _day(from_key, "aid.start", days[:-1], _usual_start(days), tr)
        later = [day for day in days if day > start]
        end = _day(until_key, "aid.end", later, later[-1], tr)
    show_notices(SPLIT_KEYS, tr)
    return start, end


def _usual_start(days: list[date]) -> date:
    """The article's day where later shares are known, else a year before the last."""
    if ARTICLE_DAY in days[:-1]:
        return ARTICLE_DAY
    return days[max(len(days) - 1 - PERIODS_PER_YEAR, 0)]


def _day(key: str, label: str, days: list[date], usual: date, tr: Translator) -> date:
    options = [day.isoformat() for day in days]
    read_day(key, options)
    if st.session_state.get(key, options[0]) not in options:
        del st.session_state[key]
    chosen = st.selectbox(
        tr.t(label),
        options,
        index=options.index(usual.isoformat()),
        key=key,
        bind="query-params",
        help=tr.t("aid.control_help"),
        width=CONTROL_WIDTH,
        on_change=forget_notice,
        args=(key,),
    )
    return date.fromisoformat(chosen)
