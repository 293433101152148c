"""Results of the engine, each computed once and shared by every reader; every cache is bounded.

Keys are the plan, the as-of day and the scenario. What is cached is frozen; readers get copies.
"""

from __future__ import annotations

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
from forecasting.sensitivity import AgeCurves, Swing, age_curves, swings
from ui.view import PLAN, View

HORIZON = 30
MOST_PLANS = 4
MOST_DAYS = 160
MOST_RESULTS = 80
MOST_CALCULATIONS = 512


@st.cache_data(max_entries=MOST_PLANS, show_spinner=False)
def full_record(plan: str = PLAN) -> Disclosures:
    """Everything on record of a plan, whatever the day."""
    return forecasting.load_disclosures(plan=plan)


@st.cache_data(max_entries=MOST_DAYS, show_spinner=False)
def _fit(plan: str, as_of: date, scenario: Scenario) -> SelectionLagFit:
    return forecasting.fit(full_record(plan).as_of(as_of), scenario)


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
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


def known(view: View) -> Disclosures:
    """The record as it was known on the reader's day."""
    return full_record(view.plan).as_of(view.as_of)


def forecast_for(view: View) -> Forecast:
    """Reconstruction and forecast; says so while it is being fitted."""
    with st.spinner(view.tr.t("state.working")):
        return _forecast(view.plan, view.as_of, view.scenario)


def forecast_or_refusal(view: View) -> tuple[Forecast | None, str]:
    """The same where it can be had, else what the engine says is missing."""
    try:
        return forecast_for(view), ""
    except Refused as refusal:
        return None, str(refusal)


def track_record_for(view: View) -> TrackRecord:
    """That forecast against what was disclosed afterwards."""
    return forecasting.what_came(full_record(view.plan), forecast_for(view))


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
