"""What the plans page needs: its results, each computed once, and the choice of a section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from charts.style.frame import Stamp
from forecasting import Disclosures, Scenario, fit
from forecasting.disclosures.series import disclosed_shares
from forecasting.explain.exits import fit_exits
from forecasting.plans.ages import MeanAgeReading, mean_age_reading
from forecasting.plans.comparison import PlanComparison, compare_plans
from forecasting.plans.decline import DeclinePicture, decline_picture, decline_state
from forecasting.plans.fee import FeeEconomics, fee_economics
from forecasting.plans.pooling import FloorReading, PoolPicture, floor_reading, pool_picture
from ui.results import MOST_PLANS, forecast_or_refusal, full_record, known, stamp_for
from ui.view import View

SECTIONS: tuple[str, ...] = ("rules", "pooling", "fee", "decline", "profile")
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
