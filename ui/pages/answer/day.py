"""What the home page says of one day: a forecast, what came of it, what a member was to pay.

:func:`seen_from` is the one place that the home chart and its replay take a day from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd
import streamlit as st

from forecasting import Forecast, TrackRecord
from forecasting.explain.account import Member
from forecasting.explain.foreseen import Foreseen, foreseen_and_came
from forecasting.release.building import as_of_days
from ui.results import (
    MOST_PLANS,
    forecast_for,
    forecast_or_refusal,
    full_record,
    known,
    share_draws_for,
    track_record_for,
)
from ui.view import FITTED, View


@dataclass(frozen=True, eq=False)
class SeenFrom:
    """One day's forecast, the shares that came after it, and the forecasts others had published.

    ``published`` has the columns of ``published_forecasts.csv``.
    """

    forecast: Forecast
    track: TrackRecord
    published: pd.DataFrame


def seen_from(view: View) -> SeenFrom:
    """The reader's day. Raises Refused where too little was known for a forecast."""
    return SeenFrom(forecast_for(view), track_record_for(view), known(view).published_forecasts)


def days_with_forecast(view: View) -> tuple[date, ...]:
    """Every as-of day from the first on which the model forecasts."""
    return _days(view.plan, view)


@st.cache_data(max_entries=MOST_PLANS, show_spinner=False)
def _days(plan: str, _view: View) -> tuple[date, ...]:
    days = as_of_days(full_record(plan))
    views = (replace(_view, as_of=day) for day in days)
    first = next(view.as_of for view in views if forecast_or_refusal(view)[0] is not None)
    return tuple(day for day in days if day >= first)


def _hindsight(view: View) -> View:
    return replace(view, as_of=full_record(view.plan).last_settlement, scenario=FITTED)


def hindsight_for(view: View) -> Forecast:
    """The reconstruction by the fit to the full record, whatever the reader's day."""
    return forecast_for(_hindsight(view))


def foreseen_for(view: View, member: Member) -> Foreseen:
    """What the reader's day foresaw of a member's account, and what came of it."""
    return foreseen_and_came(share_draws_for(view), share_draws_for(_hindsight(view)), member)
