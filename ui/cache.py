"""Results of the engine, each computed once and shared by every reader; every cache is bounded.

Keys are the plan, the as-of day and the scenario. What is cached is frozen; readers get copies.
What takes longer to compute than to read is :func:`~ui.store.kept` on disk as well.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

import forecasting
from charts.base import Stamp
from forecasting import (
    Credibility,
    Dilution,
    Disclosures,
    Forecast,
    ManualSteadyState,
    Refused,
    Scenario,
    SelectionCurves,
    SelectionLagFit,
    TrackRecord,
)
from forecasting.attribution import GrowthSplit, split_growth
from forecasting.backtest import Backtest, run_backtest
from forecasting.baselines import disclosed_shares
from forecasting.exits import ExitFit, fit_exits
from forecasting.growth import GrowthCurveFit, fit_growth_curves
from forecasting.growth_backtest import compare_growth_curves
from forecasting.sensitivity import AgeCurves, Swing, age_curves, swings
from ui.store import kept
from ui.view import FITTED, PLAN, View

HORIZON = 30
# Before it a share was a few fen, printed to the fen.
GROWTH_SINCE = date(2019, 6, 14)
MOST_PLANS = 4
MOST_DAYS = 160
MOST_RESULTS = 80
MOST_CALCULATIONS = 512


@st.cache_data(max_entries=MOST_PLANS, show_spinner=False)
def full_record(plan: str = PLAN) -> Disclosures:
    """Everything on record of a plan, whatever the day."""
    return forecasting.load_disclosures(plan=plan)


@st.cache_data(max_entries=MOST_DAYS, show_spinner=False)
@kept
def _fit(plan: str, as_of: date, scenario: Scenario) -> SelectionLagFit:
    return forecasting.fit(full_record(plan).as_of(as_of), scenario)


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
@kept
def _forecast(plan: str, as_of: date, scenario: Scenario) -> Forecast:
    return forecasting.forecast(_fit(plan, as_of, scenario), horizon=HORIZON)


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
def _dilution(plan: str, as_of: date, scenario: Scenario) -> Dilution:
    return forecasting.decompose_dilution(_fit(plan, as_of, scenario))


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
def _curves(plan: str, as_of: date, scenario: Scenario) -> SelectionCurves:
    return forecasting.selection_curves(_fit(plan, as_of, scenario))


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
def _cohorts(plan: str, as_of: date, scenario: Scenario) -> pd.DataFrame:
    return forecasting.cohort_map(_fit(plan, as_of, scenario))


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
@kept
def _credibility(plan: str, as_of: date, scenario: Scenario) -> Credibility:
    return forecasting.credibility(_fit(plan, as_of, scenario))


@st.cache_data(max_entries=MOST_PLANS, show_spinner=False)
def _age_curves(plan: str) -> AgeCurves:
    return age_curves(full_record(plan))


@st.cache_data(max_entries=MOST_CALCULATIONS, show_spinner=False)
def calculation(inputs: dict[str, Any]) -> ManualSteadyState:
    """The article's calculation with these inputs."""
    return forecasting.steady_state(**inputs)


@st.cache_data(max_entries=MOST_CALCULATIONS, show_spinner=False)
def calculation_swings(inputs: dict[str, Any]) -> list[Swing]:
    """Each of these inputs moved on its own."""
    return swings(inputs)


@st.cache_data(max_entries=MOST_PLANS, show_spinner=False)
@kept
def _backtest(plan: str) -> Backtest:
    return run_backtest(full_record(plan))


@st.cache_data(max_entries=MOST_PLANS, show_spinner=False)
@kept
def _curve_scores(plan: str) -> pd.DataFrame:
    return compare_growth_curves(full_record(plan))


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
@kept
def _growth_curves(plan: str, as_of: date) -> dict[str, GrowthCurveFit]:
    return fit_growth_curves(full_record(plan).as_of(as_of))


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
@kept
def _exits(plan: str, as_of: date, scenario: Scenario) -> ExitFit:
    return fit_exits(_fit(plan, as_of, scenario))


def known(view: View) -> Disclosures:
    """The record as it was known on the reader's day."""
    return full_record(view.plan).as_of(view.as_of)


def forecast_for(view: View) -> Forecast:
    """Reconstruction and forecast; says so while it is being fitted."""
    with st.spinner(view.tr.t("state.working")):
        return _forecast(view.plan, view.as_of, view.scenario)


def opening_forecast(as_of: date) -> Forecast:
    """What the home page forecasts with nothing chosen but the day."""
    return _forecast(PLAN, as_of, FITTED)


def forecast_or_refusal(view: View) -> tuple[Forecast | None, str]:
    """The same where it can be had, else what the engine says is missing."""
    try:
        return forecast_for(view), ""
    except Refused as refusal:
        return None, str(refusal)


def track_record_for(view: View) -> TrackRecord:
    """That forecast against what was disclosed afterwards."""
    return forecasting.what_came(full_record(view.plan), forecast_for(view))


def backtest_for(view: View) -> Backtest:
    """Forecasts from every past day against what came; the same on every as-of day."""
    with st.spinner(view.tr.t("state.backtesting")):
        return _backtest(view.plan)


def shares_known(view: View, day: date) -> pd.Series:
    """Shares disclosed by a day, RMB, indexed by date."""
    return disclosed_shares(full_record(view.plan).as_of(day))


def growth_curves_or_refusal(view: View) -> tuple[dict[str, GrowthCurveFit], str]:
    """Growth curves fitted on the reader's day, else none and what the engine says is missing."""
    try:
        with st.spinner(view.tr.t("state.working")):
            return _growth_curves(view.plan, view.as_of), ""
    except Refused as refusal:
        return {}, str(refusal)


def curve_scores_for(view: View) -> pd.DataFrame:
    """Growth curves and local trend against later member figures; the same on every as-of day."""
    with st.spinner(view.tr.t("state.backtesting")):
        return _curve_scores(view.plan)


def exits_for(view: View) -> ExitFit:
    """Joins and exits apart."""
    with st.spinner(view.tr.t("state.working")):
        return _exits(view.plan, view.as_of, view.scenario)


def growth_split_for(view: View) -> GrowthSplit | None:
    """Growth of the share by cause since mid-2019; None where no settlement lies between."""
    days = disclosed_shares(known(view)).index
    start = next((day for day in days if GROWTH_SINCE <= day < view.as_of), None)
    if start is None:
        return None
    fitted = _fit(view.plan, view.as_of, view.scenario)
    return split_growth(fitted, dilution_for(view), start, view.as_of)


def dilution_for(view: View) -> Dilution:
    """Dilution of every settlement and its causes."""
    with st.spinner(view.tr.t("state.working")):
        return _dilution(view.plan, view.as_of, view.scenario)


def curves_for(view: View) -> SelectionCurves:
    """The three parts of the lag and the response they make."""
    with st.spinner(view.tr.t("state.working")):
        return _curves(view.plan, view.as_of, view.scenario)


def cohorts_for(view: View) -> pd.DataFrame:
    """Persons helped by the settlement in which they joined and were paid."""
    with st.spinner(view.tr.t("state.working")):
        return _cohorts(view.plan, view.as_of, view.scenario)


def credibility_for(view: View) -> Credibility:
    """Manual, experience and blended steady state."""
    with st.spinner(view.tr.t("state.working")):
        return _credibility(view.plan, view.as_of, view.scenario)


def age_curves_for(view: View) -> AgeCurves:
    """Share by mean age on the final table; the same on every day."""
    return _age_curves(view.plan)


def stamp_for(view: View, source_key: str = "chart.source") -> Stamp:
    """What every chart of this view prints about its origin."""
    return Stamp(
        as_of=view.as_of,
        data_version=full_record(view.plan).data_version,
        model_version=forecasting.MODEL_VERSION,
        source_key=source_key,
    )


def record_stamp_for(view: View) -> Stamp:
    """The same for a chart of the full record, whatever the reader's day."""
    return replace(stamp_for(view), as_of=full_record(view.plan).last_settlement)
