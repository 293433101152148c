"""What the plans page needs: its results, each computed once, and its sections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

import streamlit as st

from charts.plans import profile as people
from charts.plans import sections
from charts.plans import side_by_side as charts
from charts.style.chart import Stamp
from forecasting import Disclosures, Scenario, fit
from forecasting.disclosures.series import disclosed_shares
from forecasting.explain.exits import fit_exits
from forecasting.plans.ages import MeanAgeReading, mean_age_reading
from forecasting.plans.comparison import PlanComparison, compare_plans
from forecasting.plans.decline import DeclinePicture, decline_picture, decline_state
from forecasting.plans.fee import FeeEconomics, fee_economics
from forecasting.plans.pooling import FloorReading, PoolPicture, floor_reading, pool_picture
from sentences import plans
from ui.blocks.show import errors_shown, heading, show_chart, show_table
from ui.results import MOST_PLANS, forecast_or_refusal, full_record, known, stamp_for
from ui.view import View

DECLINE_YEAR = 2021
DECLINE_INPUTS: Mapping[str, Mapping[str, int]] = {"plans": {"year": DECLINE_YEAR}}


@st.cache_data(max_entries=1, show_spinner=False)
def comparison() -> PlanComparison:
    """All plans from the whole record."""
    return compare_plans()


@st.cache_data(max_entries=MOST_PLANS, show_spinner=False)
def _decline(plan: str, scenario: Scenario) -> DeclinePicture:
    record = full_record(plan)
    fitted = fit(record.as_of(record.last_settlement), scenario)
    return decline_picture(decline_state(fit_exits(fitted), DECLINE_YEAR))


def decline_for(view: View) -> DeclinePicture:
    """The phase picture of the plan's last year; the same on every as-of day."""
    with st.spinner(view.tr.t("state.working")):
        return _decline(view.plan, view.scenario)


def pool_for(view: View) -> PoolPicture:
    """Volatility by pool size as known on the reader's day."""
    return pool_picture(known(view))


def floor_for(view: View) -> FloorReading:
    """What the least membership of the launch meant."""
    return floor_reading(full_record(view.plan))


def fee_for(view: View) -> FeeEconomics:
    """The fee at the aid known and forecast on the reader's day."""
    forecast, _ = forecast_or_refusal(view)
    return fee_economics(known(view), None if forecast is None else forecast.next_year_total)


def ages_for(view: View) -> MeanAgeReading:
    """What the published decades of birth say; the whole record."""
    return mean_age_reading(full_record(view.plan))


def record_of(view: View) -> Disclosures:
    """The whole record of the reader's plan."""
    return full_record(view.plan)


def last_share(view: View) -> float:
    """The last share that members paid, RMB."""
    return float(disclosed_shares(full_record(view.plan)).iloc[-1])


def whole_stamp(view: View) -> Stamp:
    """The stamp of charts of the whole record of all plans."""
    return replace(
        stamp_for(view, "plans.source", "chart.plans"), as_of=comparison().day, model_version=""
    )


def show_section(section: str, view: View) -> None:
    """Draw one section; what it lacks is said in its place."""
    with errors_shown(view.tr):
        SECTIONS[section](view)


def _rules(view: View) -> None:
    tr, whole, every = view.tr, whole_stamp(view), comparison()
    heading(tr.t("plans.yearly_heading"), plans.yearly(every, tr))
    show_chart(charts.yearly_chart(every, tr, whole), tr)
    heading(tr.t("plans.table_heading"), tr.t("plans.table_text"))
    show_table(plans.plans_table(every, tr), "plans", tr, every.day)


def _pooling(view: View) -> None:
    tr, stamp = view.tr, stamp_for(view)
    heading(tr.t("pooling.heading"))
    picture = pool_for(view)
    st.markdown(plans.pooling(picture, tr))
    show_chart(sections.pool_chart(picture, tr, stamp), tr)
    st.markdown(plans.floor(floor_for(view), record_of(view).tables.sources, tr))
    st.caption(tr.t("pooling.note"))


def _fee(view: View) -> None:
    tr, stamp = view.tr, stamp_for(view)
    heading(tr.t("fee.heading"))
    economics = fee_for(view)
    st.markdown(plans.fee(economics, tr))
    show_chart(sections.fee_chart(economics, tr, stamp), tr)
    st.caption(tr.t("fee.note"))


def _decline_section(view: View) -> None:
    tr, whole = view.tr, whole_stamp(view)
    heading(tr.t("decline.heading"))
    spiral = decline_for(view)
    st.markdown(plans.decline(spiral, last_share(view), tr))
    show_chart(sections.phase_chart(spiral, tr, whole), tr, DECLINE_INPUTS)
    st.markdown(tr.t("decline.reading"))
    show_chart(sections.lost_chart(spiral, tr, whole), tr, DECLINE_INPUTS)
    st.caption(tr.t("decline.note"))


def _profile(view: View) -> None:
    tr, whole = view.tr, whole_stamp(view)
    heading(tr.t("profile.heading"))
    reading, record = ages_for(view), record_of(view)
    st.markdown(plans.ages(reading, tr))
    left, middle, right = st.columns(3)
    with left:
        show_chart(people.bands_chart(reading, tr, whole), tr)
    with middle:
        show_chart(people.profile_chart(record.member_profile, "place", tr, whole), tr)
    with right:
        show_chart(people.profile_chart(record.member_profile, "means", tr, whole), tr)
    st.caption(tr.t("profile.note"))
    st.markdown(plans.helped(record.member_profile, tr))


SECTIONS: Mapping[str, Callable[[View], None]] = MappingProxyType(
    {
        "rules": _rules,
        "pooling": _pooling,
        "fee": _fee,
        "decline": _decline_section,
        "profile": _profile,
    }
)
