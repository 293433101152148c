"""What the home page says of one day: a forecast, what came of it, what a member was to pay.

:func:`seen_from` is the one place that the home chart and its replay take a day from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import pandas as pd
import streamlit as st

from forecasting import Forecast, TrackRecord
from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN, Backtest
from forecasting.explain.account import Member
from forecasting.explain.foreseen import Foreseen, foreseen_and_came
from forecasting.release.building import JOINED, as_of_days, foreseen_name
from locales import LANGUAGES, Translator
from sentences import answer
from sentences.history import aid
from ui.pages.history import rise_for
from ui.results import (
    MOST_DAYS,
    MOST_PLANS,
    forecast_for,
    forecast_or_refusal,
    full_record,
    known,
    share_draws_for,
    track_record_for,
)
from ui.server.by_day import said_in
from ui.server.released import released
from ui.server.scores import backtest_at_hand
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


@dataclass(frozen=True)
class Words:
    """The sentences of one day in one language; those that the day has nothing to say for empty."""

    verdict: str
    how_sure: str
    dilution: str
    track_record: str
    afterwards: str
    rise: str


def words_for(view: View) -> Words:
    """What the home page says of the reader's day, worded once for all readers."""
    return _words(view.plan, view.as_of, view.tr.language, view)


@st.cache_resource(max_entries=MOST_DAYS * len(LANGUAGES), show_spinner=False)
def _words(plan: str, as_of: date, language: str, _view: View) -> Words:
    tr, seen, split = _view.tr, seen_from(_view), rise_for(_view)
    return Words(
        answer.verdict(seen.forecast, tr),
        answer.how_sure(seen.forecast, tr, seen.track),
        answer.dilution(seen.forecast, tr),
        answer.track_record(seen.track, tr),
        answer.afterwards(as_of, hindsight_for(_view), tr),
        "" if split is None else aid.rise(split, tr),
    )


@dataclass(frozen=True)
class Coverage:
    """How often the intervals of all days held: told beside one forecast, and of one day's result.

    Both are empty while the backtest is being made.
    """

    tested: str = ""
    of_all_days: str = ""


def coverage_for(view: View) -> Coverage:
    """What the backtest adds to one day's forecast, worded once; its first call may start it."""
    backtest = backtest_at_hand(view)
    if backtest is None:
        return Coverage()
    return _coverage(view.plan, view.tr.language, view.tr, backtest)


@st.cache_resource(max_entries=MOST_PLANS * len(LANGUAGES), show_spinner=False)
def _coverage(plan: str, language: str, _tr: Translator, _backtest: Backtest) -> Coverage:
    return Coverage(
        answer.tested(_backtest, _tr),
        answer.coverage(_backtest, FIRST_LATE_ORIGIN, "track_record", _tr),
    )


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
    if member == Member(JOINED) and view.scenario == FITTED:
        return _foreseen_at_first(view.plan, view.as_of, view)
    return _foreseen(view, member)


@partial(said_in, st.cache_resource, MOST_DAYS)
def _foreseen_at_first(plan: str, as_of: date, _view: View) -> Foreseen:
    name = foreseen_name(plan, as_of)
    return released(name, lambda: _foreseen(_view, Member(JOINED)))


def _foreseen(view: View, member: Member) -> Foreseen:
    return foreseen_and_came(share_draws_for(view), share_draws_for(_hindsight(view)), member)
