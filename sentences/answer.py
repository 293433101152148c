"""The home page's answer to: will my share keep rising?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast, TrackRecord

YEAR = 24
NOTICEABLE = 0.05


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


def verdict(forecast: Forecast, tr: Translator) -> str:
    """Yes or no, where to, and how sure: one or two sentences."""
    periods = forecast.periods
    last = periods.dropna(subset=["share_disclosed"]).iloc[-1]
    end = periods[periods["date"] > pd.Timestamp(forecast.as_of)].iloc[:YEAR].iloc[-1]
    key = verdict_key(last["share_disclosed"], end["share_q10"], end["share_q50"], end["share_q90"])
    path = "counterfactual" if end["status"] == "closed" else "forecast"
    steady = forecast.steady_state
    return (
        tr.t(f"answer.verdict_{key}")
        + " "
        + tr.t(
            f"answer.path_{path}",
            day=tr.date(forecast.as_of),
            last=tr.rmb(last["share_disclosed"]),
            end=tr.date(end["date"]),
            median=tr.rmb(end["share_q50"]),
            interval=tr.interval(end["share_q10"], end["share_q90"]),
            steady=tr.rmb(steady.q50),
            steady_interval=tr.interval(steady.q10, steady.q90),
        )
    )


def track_record(track: TrackRecord, tr: Translator) -> str:
    """What came afterwards and how far off the forecast was, beside the article's flat figure."""
    if track.n == 0:
        return tr.t("answer.came_nothing")
    values = track.frame["value"]
    sentence = tr.t(
        "answer.came",
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
