"""The home page's answer to: will my share keep rising?"""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from locales import NOT_KNOWN, Translator

if TYPE_CHECKING:
    from forecasting import Forecast, Quantiles, TrackRecord
    from forecasting.evaluation.backtest import Backtest
    from forecasting.explain.foreseen import Foreseen

NOTICEABLE = 0.05
# The day told of: the first plateau of shares, before the newcomers of that summer claimed.
MOST_DILUTED = date(2019, 9, 28)
# Below a fen of width an interval is rounding.
FEN = 0.01
# A figure missed an interval by little where it lies off by less than this part of its width.
NEARLY = 0.1


def verdict_key(last: float, low: float, median: float, high: float) -> str:
    """Which answer the forecast a year ahead gives, ``last`` being the share paid last.

    A plain yes or no needs the whole 80% interval on one side; a median within 5% is no change.

    >>> verdict_key(4.86, 5.0, 6.0, 8.0), verdict_key(4.86, 4.5, 6.0, 8.0)
    ('yes', 'probably_yes')
    >>> verdict_key(4.86, 4.0, 4.9, 6.0), verdict_key(4.86, 3.0, 4.0, 6.0)
    ('level', 'probably_no')
    """
    if low > last:
        return "yes"
    if high < last:
        return "no"
    if median > last * (1 + NOTICEABLE):
        return "probably_yes"
    return "probably_no" if median < last * (1 - NOTICEABLE) else "level"


def today(told: Foreseen, tr: Translator) -> str:
    """For who reads it today: nothing more is due, what was paid, what was foreseen of it."""
    words = {"closed": _day(told.closed, tr), "joined": tr.date(told.joined)}
    if not told.paid.q50:
        return tr.t("answer.today_late", **words)
    text = tr.t("answer.today", paid=_paid(told.paid, tr), **words)
    if told.foreseen is None or told.came is None:
        return text
    return text + tr.tn(
        "answer.today_foreseen" if told.is_whole else "answer.today_foreseen_until",
        told.settlements,
        n=tr.number(told.settlements),
        came=_paid(told.came, tr),
        day=tr.date(told.as_of),
        until=_day(told.until, tr),
        foreseen=tr.t(
            "answer.amount",
            amount=tr.rmb(told.foreseen.q50, 0),
            span=tr.span(told.foreseen.q10, told.foreseen.q90, 0),
        ),
    )


def _day(day: date | None, tr: Translator) -> str:
    return tr.date(day) if day else NOT_KNOWN


def _paid(quantiles: Quantiles, tr: Translator) -> str:
    """An amount that was paid: about, where a share of it is not on record."""
    if quantiles.q90 - quantiles.q10 <= FEN:
        return tr.rmb(quantiles.q50)
    return tr.t("answer.about", amount=tr.rmb(quantiles.q50, 0))


def dilution(forecast: Forecast, tr: Translator) -> str:
    """How far newcomers held the share below its own level, at the height of it and on the day."""
    past = _past(forecast)
    last = past.iloc[-1]
    steady, gone = forecast.steady_state, last["dilution_q50"] < 0
    low, high = ("q90", "q10") if gone else ("q10", "q90")
    words = {
        "day": tr.date(last["date"]),
        "now": tr.rmb(abs(last["dilution_q50"])),
        "interval": tr.span(_side(last, low, gone), _side(last, high, gone)),
        "steady": tr.rmb(steady.q50),
        "steady_interval": tr.span(steady.q10, steady.q90),
    }
    height = past[past["date"] == pd.Timestamp(MOST_DILUTED)]
    if height.empty or len(past) - 1 in height.index:
        return tr.t("answer.dilution_early", **words)
    words["month"] = tr.date(MOST_DILUTED, tr.t("answer.month"))
    words["then"] = tr.rmb(height["dilution_q50"].iloc[0])
    if gone:
        return tr.t("answer.dilution_gone", **words)
    # An interval on both sides of none: nothing is left that could be told.
    is_left = last["dilution_q10"] > 0
    return tr.t("answer.dilution" if is_left else "answer.dilution_faded", **words)


def _side(row: pd.Series, key: str, gone: bool) -> float:
    return float(-row[f"dilution_{key}"] if gone else row[f"dilution_{key}"])


def _past(forecast: Forecast) -> pd.DataFrame:
    return forecast.periods[forecast.periods["date"] <= pd.Timestamp(forecast.as_of)]


def afterwards(as_of: date, full: Forecast, tr: Translator) -> str:
    """What became of the dilution after the as-of day, by the fit to the full record; or nothing.

    It was gone with the first settlement from which the median never rises above zero again.
    """
    past = _past(full).reset_index(drop=True)
    above = past.index[past["dilution_q50"] > 0]
    later = past[past["date"] > pd.Timestamp(as_of)]
    if later.empty or not len(above) or above[-1] + 1 >= len(past):
        return ""
    gone, peak = past.iloc[above[-1] + 1], later.loc[later["dilution_q50"].idxmin()]
    then = past[past["date"] <= pd.Timestamp(as_of)].iloc[-1]
    return tr.t(
        "answer.afterwards",
        last=tr.date(full.as_of),
        month=tr.date(gone["date"], tr.t("answer.month")),
        members=tr.persons(then["sharing_members_q50"]),
        remaining=tr.persons(past["sharing_members_q50"].iloc[-1]),
        peak_day=tr.date(peak["date"]),
        peak=tr.rmb(-peak["dilution_q50"]),
    )


def coverage(backtest: Backtest, late_day: date, address: str, tr: Translator) -> str:
    """Beside one day's result the share of all later figures that fell inside, on all days."""
    return tr.t(
        "answer.coverage",
        origins=tr.number(backtest.forecasts["origin"].nunique()),
        all=tr.percent(_held(backtest)),
        late=tr.percent(_held(backtest, late_day)),
        late_day=tr.date(late_day),
        address=address,
    )


def tested(backtest: Backtest, tr: Translator) -> str:
    """What follows :func:`how_sure`: how often such intervals held, over all days tested."""
    origins = backtest.forecasts["origin"].nunique()
    return tr.t("answer.tested", origins=tr.number(origins), all=tr.percent(_held(backtest)))


def _held(backtest: Backtest, since: date | None = None) -> float:
    table = backtest.summary(since).set_index("model")
    return float(table.loc[backtest.headline_model, "coverage_80"])


def verdict(forecast: Forecast, tr: Translator) -> str:
    """Yes or no as seen from the as-of day, and where the share was to go in a year."""
    known = forecast.periods.dropna(subset=["share_disclosed"])
    last, end = float(known["share_disclosed"].iloc[-1]), _in_a_year(forecast)
    key = verdict_key(last, end["share_q10"], end["share_q50"], end["share_q90"])
    path = "counterfactual" if end["status"] == "closed" else "forecast"
    return tr.t(
        f"answer.path_{path}",
        verdict=tr.t(f"answer.verdict_{key}"),
        day=tr.date(forecast.as_of),
        last=tr.rmb(last),
        end=tr.date(end["date"]),
        median=tr.rmb(end["share_q50"]),
    )


def how_sure(forecast: Forecast, tr: Translator, track: TrackRecord | None = None) -> str:
    """The 80% interval a year ahead, and how many shares that ``track`` says came lay inside."""
    end = _in_a_year(forecast)
    low, high = end["share_q10"], end["share_q90"]
    came = _came_on(end["date"], low, high, track, tr) if track else ""
    sentence = tr.t("answer.how_sure", interval=tr.interval(low, high), came=came)
    if track is None or not track.n:
        return sentence
    counted = {"n": tr.number(track.n), "inside": tr.number(track.inside_80)}
    return sentence + tr.t("answer.how_many", **counted)


def _in_a_year(forecast: Forecast) -> pd.Series:
    """The settlement a year after the as-of day, or the last one foreseen."""
    periods = forecast.periods
    ahead = periods[periods["date"] > pd.Timestamp(forecast.as_of)]
    return ahead.iloc[: forecast.settlements_a_year].iloc[-1]


def _came_on(day: pd.Timestamp, low: float, high: float, track: TrackRecord, tr: Translator) -> str:
    came = track.frame.loc[track.frame["date"] == day, "value"]
    if came.empty:
        return ""
    value = float(came.iloc[-1])
    return tr.t(f"answer.came_{place_key(value, low, high)}", value=tr.rmb(value))


def place_key(value: float, low: float, high: float) -> str:
    """Where ``value`` lies by an interval.

    >>> place_key(5.0, 4.35, 7.35), place_key(7.38, 4.35, 7.35), place_key(9.0, 4.35, 7.35)
    ('inside', 'just_above', 'above')
    """
    if low <= value <= high:
        return "inside"
    side, off = ("above", value - high) if value > high else ("below", low - value)
    return f"just_{side}" if off < NEARLY * (high - low) else side


def track_record(track: TrackRecord, tr: Translator) -> str:
    """What came afterwards and how far off the forecast was, beside the article's flat figure."""
    if track.n == 0:
        return tr.t("answer.came_nothing")
    values = track.frame["value"]
    sentence = tr.tn(
        "answer.came",
        track.n,
        n=tr.number(track.n),
        low=tr.number(values.min(), 2),
        high=tr.number(values.max(), 2),
        inside=_inside(track, tr),
        width=tr.rmb(track.mean_width_80),
        error=tr.rmb(track.mean_abs_error),
    )
    if not math.isfinite(track.article_mean_abs_error):
        return sentence + tr.t("answer.came_no_article")
    key = "closer" if track.mean_abs_error < track.article_mean_abs_error else "further"
    return sentence + tr.t(
        f"answer.against_article_{key}",
        article=tr.rmb(track.frame["article"].iloc[-1], 3),
        error=tr.rmb(track.article_mean_abs_error),
    )


def _inside(track: TrackRecord, tr: Translator) -> str:
    """How many later figures fell inside the 80% interval."""
    if track.inside_80 == track.n:
        return tr.t("answer.inside_all")
    if track.inside_80 == 0:
        return tr.t("answer.inside_none")
    return tr.t("answer.inside_some", inside=tr.number(track.inside_80))
