"""The selection-lag page's answer to: why was the share so low at first?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasting.base.quantiles import Quantiles
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Dilution, Forecast

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


def cause(forecast: Forecast, dilution: Dilution, tr: Translator) -> str:
    """Why it was low: the largest gap below its own level, and the lag behind it."""
    frame = dilution.frame
    shares = forecast.periods.dropna(subset=["share_disclosed"])
    disclosed = frame.merge(shares[["date", "share_disclosed"]], on="date")
    widest = disclosed.loc[disclosed["total"].idxmax()]
    last = frame.iloc[-1]
    lag = forecast.lag_periods
    low, high = last["total_q10"], last["total_q90"]
    # An interval on both sides of none: nothing is left that could be told.
    key = "faded" if low < 0 < high else "below" if low >= 0 else "above"
    gap = last["total"]
    if key == "above":
        gap, low, high = -gap, -high, -low
    return tr.t(
        "lag.sentence",
        lag=months(lag.q50, tr),
        lag_interval=months_interval(lag, tr),
        widest_day=tr.date(widest["date"]),
        observed=tr.rmb(widest["share_disclosed"]),
        undiluted=tr.rmb(widest["undiluted"]),
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


def numbers(forecast: Forecast, dilution: Dilution, tr: Translator) -> list[tuple[str, str, str]]:
    """Lag, settling time and the latest dilution: label, median, 80% interval."""
    last = dilution.frame.iloc[-1]
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
    gap = tr.span(last["total_q10"], last["total_q90"])
    return [*found, (tr.t("lag.metric_gap"), tr.rmb(last["total"]), gap)]
