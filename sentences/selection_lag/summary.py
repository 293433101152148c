"""The selection-lag page's answer to: why was the share so low at first?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasting.base.quantiles import Quantiles
from locales import Translator

if TYPE_CHECKING:
    import pandas as pd

    from forecasting import Forecast

PERIODS_PER_MONTH = 2


def months(periods: float, tr: Translator) -> str:
    """Half-months as months, to the half.

    >>> months(13, Translator("en"))
    '6.5'
    """
    return tr.number(round(periods) / PERIODS_PER_MONTH, 1)


def months_interval(quantiles: Quantiles, tr: Translator) -> str:
    """The 80% interval of a number of half-months, in months."""
    return tr.t(
        "unit.months_interval", low=months(quantiles.q10, tr), high=months(quantiles.q90, tr)
    )


def _last_known(forecast: Forecast) -> pd.Series:
    """The row of the last settlement up to the as-of day."""
    periods = forecast.periods
    return periods[periods["date"].dt.date <= forecast.as_of].iloc[-1]


def cause(forecast: Forecast, tr: Translator) -> str:
    """Why it was low: the largest gap below its own level, and the lag behind it."""
    disclosed = forecast.periods.dropna(subset=["share_disclosed"])
    widest = disclosed.loc[disclosed["dilution_q50"].idxmax()]
    last, lag = _last_known(forecast), forecast.lag_periods
    low, high = last["dilution_q10"], last["dilution_q90"]
    # An interval on both sides of none: nothing is left that could be told.
    key = "faded" if low < 0 < high else "below" if low >= 0 else "above"
    gap = last["dilution_q50"]
    if key == "above":
        gap, low, high = -gap, -high, -low
    return tr.t(
        "lag.sentence",
        lag=months(lag.q50, tr),
        lag_interval=months_interval(lag, tr),
        widest_day=tr.date(widest["date"]),
        observed=tr.rmb(widest["share_disclosed"]),
        undiluted=tr.rmb(widest["undiluted_share_q50"]),
    ) + tr.t(
        f"lag.today_{key}",
        day=tr.date(last["date"]),
        gap=tr.rmb(gap),
        interval=tr.interval(low, high),
    )


def settling(forecast: Forecast, tr: Translator) -> str:
    """How long the share needs once membership stands still, against the article's claim."""
    return tr.t(
        "lag.settling_sentence",
        months=months(forecast.settling_periods.q50, tr),
        interval=months_interval(forecast.settling_periods, tr),
    )


def numbers(forecast: Forecast, tr: Translator) -> list[tuple[str, str, str]]:
    """Lag, settling time and the latest dilution: label, median, 80% interval."""
    last = _last_known(forecast)
    found = [
        (
            tr.t(label),
            tr.t("unit.months", count=months(quantiles.q50, tr)),
            tr.t("unit.span", low=months(quantiles.q10, tr), high=months(quantiles.q90, tr)),
        )
        for label, quantiles in (
            ("lag.metric_lag", forecast.lag_periods),
            ("lag.metric_settling", forecast.settling_periods),
        )
    ]
    gap = tr.span(last["dilution_q10"], last["dilution_q90"])
    return [*found, (tr.t("lag.metric_gap"), tr.rmb(last["dilution_q50"]), gap)]
