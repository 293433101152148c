"""Results of the engine, each computed once and shared by every reader; every cache is bounded.

Keys are the plan, the as-of day and the scenario. What is frozen is shared as it is: a
copy of a fit carries the whole record and would cost more than to draw it. Bare tables are handed
out as copies. What the release holds is read from it (:mod:`ui.server.released`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial, update_wrapper
from typing import Any, Concatenate, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

import forecasting
from charts.style.chart import Stamp
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
from forecasting.article.swings import AgeCurves, Swing, age_curves, swings
from forecasting.disclosures.series import disclosed_shares
from forecasting.evaluation.growth_backtest import compare_growth_curves
from forecasting.explain.account import TIERS, Member, ShareDraws, share_draws
from forecasting.explain.credibility import credibility_path
from forecasting.explain.exits import ExitFit, fit_exits
from forecasting.fitting.checks import FitChecks, check_fit
from forecasting.members.growth_fit import GrowthCurveFit, fit_growth_curves
from forecasting.pricing import average_premium
from forecasting.release.building import PROGRAMS, fit_name, forecast_name, record_name
from forecasting.simulation.draws import Sample, draw_sample
from forecasting.sweeps.refitting import FixedEnd, each_fixed_alone
from forecasting.sweeps.sobol import GlobalSensitivity, Marginals, global_sensitivity
from ui.server.by_day import by_day, said, said_in
from ui.server.released import at_hand, counted, released
from ui.server.settings import public_address
from ui.view import FITTED, HORIZON, PLAN, View

P = ParamSpec("P")
R = TypeVar("R")
MOST_PLANS = 4
# Every as-of day of a plan, at both horizons.
MOST_DAYS = 160
MOST_RESULTS = 80
MOST_CALCULATIONS = 512
MOST_DRAWS = 24
# Five megabytes each.
MOST_SAMPLES = 24
_by_day = partial(by_day, days=MOST_DAYS, others=MOST_RESULTS)
_share = partial(said_in, st.cache_resource, MOST_RESULTS)
# A table is the caller's own.
_copy = partial(said_in, st.cache_data, MOST_RESULTS)


def _said(view: View, recall: Callable[[], R]) -> R:
    return said(view.tr.t("state.working"), recall)


def _of_fit(
    cache: Callable[[Callable[..., Any]], Callable[..., Any]],
) -> Callable[[Callable[Concatenate[SelectionLagFit, P], R]], Callable[Concatenate[View, P], R]]:
    """Make of a function of a fit one of a view: computed once for all readers, with a word to
    those who wait.
    """

    def decorate(
        compute: Callable[Concatenate[SelectionLagFit, P], R],
    ) -> Callable[Concatenate[View, P], R]:
        def shared(
            plan: str, as_of: date, scenario: Scenario, *more: P.args, **named: P.kwargs
        ) -> R:
            return compute(_fit(plan, as_of, scenario), *more, **named)

        # By which Streamlit tells caches apart.
        shared.__module__, shared.__qualname__ = compute.__module__, compute.__qualname__
        cached = cache(shared)

        def of_view(view: View, /, *more: P.args, **named: P.kwargs) -> R:
            key = (view.plan, view.as_of, view.scenario)
            return _said(view, lambda: cached(*key, *more, **named))

        update_wrapper(of_view, compute)
        return of_view

    return decorate


@st.cache_resource(max_entries=MOST_PLANS, show_spinner=False)
def full_record(plan: str = PLAN) -> Disclosures:
    """Everything on record of a plan, whatever the day."""
    return forecasting.load_disclosures(plan=plan)


@st.cache_resource(max_entries=MOST_DAYS, show_spinner=False)
def _known(plan: str, as_of: date) -> Disclosures:
    return full_record(plan).as_of(as_of)


@_by_day
def _fit(plan: str, as_of: date, scenario: Scenario) -> SelectionLagFit:
    solved = at_hand(fit_name(plan, as_of)) if scenario == FITTED else None
    fitted = partial(forecasting.fit, _known(plan, as_of), scenario, solved)
    return counted(fitted) if solved is None else fitted()


def fit_of(plan: str, as_of: date, scenario: Scenario) -> SelectionLagFit:
    """The cached fit of any plan and day."""
    return _fit(plan, as_of, scenario)


def _scenario_fit(plan: str, as_of: date, scenario: Scenario) -> SelectionLagFit:
    # What-ifs and counterfactuals leave the fit alone, so that moving one costs a forecast only.
    return replace(_fit(plan, as_of, scenario.for_fit()), scenario=scenario)


@st.cache_resource(max_entries=MOST_SAMPLES, show_spinner=False)
def _sample(plan: str, as_of: date, scenario: Scenario, horizon: int) -> Sample:
    return draw_sample(_scenario_fit(plan, as_of, scenario), horizon)


@_by_day
def _parameters(plan: str, as_of: date, scenario: Scenario) -> pd.DataFrame:
    fitted, under = (_fit(plan, as_of, each).parameters for each in (FITTED, scenario))
    return under.where(~under["name"].isin(scenario.fixed()), fitted)


@_by_day
def _forecast(plan: str, as_of: date, scenario: Scenario, horizon: int) -> Forecast:
    if scenario == FITTED:
        return released(
            forecast_name(plan, as_of, horizon),
            lambda: forecasting.forecast(_fit(plan, as_of, FITTED), horizon=horizon),
        )
    sample = _sample(plan, as_of, scenario.for_sample(), horizon)
    fitted = _scenario_fit(plan, as_of, scenario)
    return counted(lambda: forecasting.forecast(fitted, horizon=horizon, sample=sample))


@_by_day
def _track_record(plan: str, as_of: date, scenario: Scenario) -> TrackRecord:
    return forecasting.what_came(full_record(plan), _forecast(plan, as_of, scenario, HORIZON))


@st.cache_resource(max_entries=MOST_PLANS, show_spinner=False)
def _age_curves(plan: str) -> AgeCurves:
    return age_curves(full_record(plan))


@st.cache_resource(max_entries=MOST_CALCULATIONS, show_spinner=False)
def calculation(inputs: dict[str, Any]) -> ManualSteadyState:
    """The article's calculation with these inputs."""
    return forecasting.steady_state(**inputs)


@st.cache_resource(max_entries=MOST_CALCULATIONS, show_spinner=False)
def calculation_swings(inputs: dict[str, Any]) -> list[Swing]:
    """Each of these inputs moved on its own."""
    return swings(inputs)


@partial(said_in, st.cache_data, MOST_PLANS)
def _curve_scores(plan: str) -> pd.DataFrame:
    name = record_name(plan, "growth_scores")
    return released(name, lambda: compare_growth_curves(full_record(plan)))


@partial(said_in, st.cache_resource, MOST_RESULTS)
def _growth_curves(plan: str, as_of: date) -> dict[str, GrowthCurveFit]:
    return fit_growth_curves(_known(plan, as_of))


@partial(said_in, st.cache_resource, MOST_DRAWS)
def _share_draws(plan: str, as_of: date, scenario: Scenario) -> ShareDraws:
    return share_draws(full_record(plan), _fit(plan, as_of, scenario), HORIZON)


@partial(said_in, st.cache_data, MOST_PLANS)
def _credibility_path(plan: str, scenario: Scenario) -> pd.DataFrame:
    def compute() -> pd.DataFrame:
        return credibility_path(full_record(plan), scenario=scenario)

    if scenario != FITTED:
        return counted(compute)
    return released(record_name(plan, "credibility_path"), compute)


def known(view: View) -> Disclosures:
    """The record as it was known on the reader's day."""
    return _known(view.plan, view.as_of)


def fit_for(view: View) -> SelectionLagFit:
    """The fit that everything else starts from; says so while it is being made."""
    return _said(view, lambda: _fit(view.plan, view.as_of, view.scenario))


def forecast_for(view: View) -> Forecast:
    """Reconstruction and forecast; says so while it is being fitted."""
    key = (view.plan, view.as_of, view.scenario, view.horizon)
    return _said(view, lambda: _forecast(*key))


def fitted_forecast_for(view: View) -> Forecast:
    """The forecast of the view's day without the reader's scenario."""
    return forecast_for(replace(view, scenario=FITTED))


def parameters_for(view: View) -> pd.DataFrame:
    """Prior and posterior of each fitted parameter; one that the scenario fixes as if it were not.

    The others stand as they are fitted beside what is fixed.
    """
    return _parameters(view.plan, view.as_of, view.scenario.for_fit())


def known_values(view: View) -> dict[str, float]:
    """Waiting period and fee in force on the reader's day."""
    regime = _fit(view.plan, view.as_of, FITTED).regime
    return {"waiting_days": regime.waiting_days, "fee_rate": float(regime.fee[-1])}


def opening_forecast(as_of: date) -> Forecast:
    """What the home page forecasts with nothing chosen but the day."""
    return _forecast(PLAN, as_of, FITTED, HORIZON)


def forecast_for_programs(as_of: date) -> Forecast:
    """What the command line forecasts with nothing chosen but the day."""
    return _forecast(PLAN, as_of, FITTED, PROGRAMS)


def forecast_or_refusal(view: View) -> tuple[Forecast | None, str]:
    """The forecast of the view where it can be had, else what the engine says is missing."""
    try:
        return forecast_for(view), ""
    except Refused as refusal:
        return None, refusal.message


def track_record_for(view: View) -> TrackRecord:
    """That forecast against what was disclosed afterwards."""
    return _said(view, lambda: _track_record(view.plan, view.as_of, view.scenario))


def shares_known(view: View, day: date) -> pd.Series:
    """Shares disclosed by a day, RMB, indexed by date."""
    return disclosed_shares(_known(view.plan, day))


@_of_fit(_by_day)
def dilution_for(fitted: SelectionLagFit) -> Dilution:
    """Dilution of every settlement and its causes."""
    return forecasting.decompose_dilution(fitted)


@_of_fit(_share)
def curves_for(fitted: SelectionLagFit) -> SelectionCurves:
    """The three parts of the lag and the response they make."""
    return forecasting.selection_curves(fitted)


@_of_fit(_copy)
def cohorts_for(fitted: SelectionLagFit) -> pd.DataFrame:
    """Persons helped by the settlement in which they joined and were paid."""
    return forecasting.cohort_map(fitted)


@_of_fit(_share)
def credibility_for(fitted: SelectionLagFit) -> Credibility:
    """Manual, experience and blended steady state."""
    return forecasting.credibility(fitted)


@_of_fit(_share)
def global_sensitivity_for(fitted: SelectionLagFit, marginals: Marginals) -> GlobalSensitivity:
    """Each assumption's part in the spread of the answer, before or after the figures."""
    return global_sensitivity(fitted, marginals)


@_of_fit(_share)
def fixed_ends_for(fitted: SelectionLagFit) -> tuple[FixedEnd, ...]:
    """Each assumption fixed at either end of its prior and the rest fitted to the figures anew."""
    return each_fixed_alone(fitted)


@_of_fit(_share)
def exits_for(fitted: SelectionLagFit) -> ExitFit:
    """Joins and exits apart."""
    return fit_exits(fitted)


@_of_fit(_share)
def checks_for(fitted: SelectionLagFit) -> FitChecks:
    """Residual and posterior-predictive checks of the fit."""
    return check_fit(fitted)


def growth_curves_or_refusal(view: View) -> tuple[dict[str, GrowthCurveFit], str]:
    """Growth curves fitted on the reader's day, else none and what the engine says is missing."""
    try:
        return _said(view, lambda: _growth_curves(view.plan, view.as_of)), ""
    except Refused as refusal:
        return {}, refusal.message


def curve_scores_for(view: View) -> pd.DataFrame:
    """Growth curves and local trend against later member figures; the same on every as-of day."""
    return said(view.tr.t("state.backtesting"), lambda: _curve_scores(view.plan))


def share_draws_for(view: View) -> ShareDraws:
    """The forecast's own draws with what was disclosed in place, for one member's account."""
    return _said(view, lambda: _share_draws(view.plan, view.as_of, view.scenario))


def fit_or_refusal(view: View) -> tuple[SelectionLagFit | None, str]:
    """The fit where it can be had, else what the engine says is missing."""
    try:
        return fit_for(view), ""
    except Refused as refusal:
        return None, refusal.message


def credibility_path_for(view: View) -> pd.DataFrame:
    """How credibility grew up to the reader's day; every day's fit knows that day only."""
    path = said(view.tr.t("state.backtesting"), lambda: _credibility_path(view.plan, view.scenario))
    return path[path["date"] <= pd.Timestamp(view.as_of)].reset_index(drop=True)


def age_curves_for(view: View) -> AgeCurves:
    """Share by mean age on the final table; the same on every day."""
    return _age_curves(view.plan)


@st.cache_data(max_entries=MOST_DAYS, show_spinner=False)
def _average_premium(plan: str, as_of: date) -> float:
    return average_premium(_known(plan, as_of))


def household_premium(view: View, member: Member) -> float:
    """What an insurer would charge a household of average members a year, RMB."""
    return _average_premium(view.plan, view.as_of) * member.people * TIERS[member.tier]


def stamp_for(view: View, source_key: str = "chart.source", plan_key: str = "chart.plan") -> Stamp:
    """What every chart of this view prints about its origin."""
    return Stamp(
        as_of=view.as_of,
        data_version=full_record(view.plan).data_version,
        model_version=forecasting.MODEL_VERSION,
        source_key=source_key,
        plan_key=plan_key,
        address=public_address(),
    )


def record_stamp_for(view: View) -> Stamp:
    """The stamp of a chart of the full record, whatever the reader's day."""
    return replace(stamp_for(view), as_of=full_record(view.plan).last_settlement)


def pinned_forecasts(
    view: View, pinned: Sequence[tuple[str, Scenario]]
) -> list[tuple[str, Forecast]]:
    """The forecast of each pinned scenario on the reader's day."""
    return [(name, forecast_for(replace(view, scenario=one))) for name, one in pinned]
