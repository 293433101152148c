"""A past day's forecast beside what the whole record knows, cached."""

from __future__ import annotations

from datetime import date

import streamlit as st

from forecasting import Scenario
from forecasting.base.errors import ForecastingError
from forecasting.explain.error_budget import ErrorBudget, error_budget
from ui.results import MOST_RESULTS, fit_of, full_record
from ui.view import View


@st.cache_resource(max_entries=MOST_RESULTS, show_spinner=False)
def _budget(plan: str, origin: date) -> ErrorBudget | None:
    last = full_record(plan).last_settlement
    try:
        return error_budget(fit_of(plan, origin, Scenario()), fit_of(plan, last, Scenario()))
    except ForecastingError:
        return None


def budget_or_none(view: View, origin: date) -> ErrorBudget | None:
    """The error budget of the forecast made on ``origin``; None where the model refused it."""
    return _budget(view.plan, origin)
