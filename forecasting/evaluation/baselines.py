"""Rivals: what simple forecasters say from the disclosed shares alone.

Each sees the shares disclosed by its day, as an even half-month series that is interpolated on the
log scale between figures, and answers with quantiles of the settlements that follow.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, Protocol

import numpy as np
from scipy import special
from statsmodels.tools.sm_exceptions import ConvergenceWarning
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.holtwinters import ExponentialSmoothing

from forecasting.base.arrays import Array
from forecasting.base.errors import Refused
from forecasting.base.messages import Message, on_day
from forecasting.base.quantiles import QUANTILE_LEVELS
from forecasting.base.settlements import period_number
from forecasting.disclosures import Disclosures
from forecasting.disclosures.series import disclosed_shares

Kind = Literal["ours", "rival"]
FEWEST_FIGURES = 3
FEWEST_PERIODS = 3
LEAST_SHARE = 0.01
LEAST_LOG_SD = 0.02
WIDEST_LOG = 10.0
HORIZON_WINDOW = 2
FIT_HORIZON = 128
NORMAL_QUANTILES = special.ndtri(np.array(QUANTILE_LEVELS))
MIDDLE = len(QUANTILE_LEVELS) // 2


class Forecaster(Protocol):
    """What the backtest asks of every model."""

    def __hash__(self) -> int: ...

    @property
    def name(self) -> str:
        """Its name in the output."""
        ...

    @property
    def kind(self) -> Kind:
        """Whether it is a rival or ours."""
        ...

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """Quantiles of the shares of the next ``horizon`` settlements, RMB, (horizon, 7).

        Raises Refused when what is known on the day is too little.
        """
        ...


@dataclass(frozen=True)
class ShareSeries:
    """Disclosed shares as an even series: ``values`` at periods ``first`` to ``last``, RMB.

    ``places`` and ``shares`` are the figures themselves, places counted like ``period_number``.
    """

    places: tuple[int, ...]
    shares: tuple[float, ...]

    @property
    def last(self) -> int:
        """Place of the last figure."""
        return self.places[-1]

    @property
    def values(self) -> Array:
        """The even series, log-linear between figures, shape (last - first + 1,)."""
        even = np.arange(self.places[0], self.last + 1)
        return np.exp(np.interp(even, self.places, np.log(self.shares)))

    def until(self, count: int) -> ShareSeries:
        """The series as it was when its first ``count`` figures were known."""
        return ShareSeries(self.places[:count], self.shares[:count])


def share_series(known: Disclosures) -> ShareSeries:
    """The even series of a day; Refused where fewer than three figures over five periods exist."""
    shares = disclosed_shares(known)
    places = tuple(period_number(day) for day in shares.index)
    if len(places) < FEWEST_FIGURES or places[-1] - places[0] + 1 < FEWEST_PERIODS:
        missing = Message(
            "{n} disclosed shares, at least {least} over {periods} periods are needed",
            n=len(places),
            least=FEWEST_FIGURES,
            periods=FEWEST_PERIODS,
        )
        raise Refused(on_day(known.plan, known.day, missing))
    return ShareSeries(places, tuple(float(share) for share in shares))


def drift_sd(series: ShareSeries, horizon: int) -> Array:
    """Sd of a random walk with drift at horizons 1 to ``horizon``: s sqrt(h (1 + h / (T - 1)))."""
    steps = np.diff(series.values)
    spread = float(steps.std(ddof=1)) if steps.size > 1 else float(abs(steps).mean())
    ahead = np.arange(1, horizon + 1)
    return spread * np.sqrt(ahead * (1.0 + ahead / steps.size))


def _drift(series: ShareSeries, horizon: int) -> Array:
    values = series.values
    slope = (values[-1] - values[0]) / (values.size - 1)
    return values[-1] + slope * np.arange(1, horizon + 1)


def _last(series: ShareSeries, horizon: int) -> Array:
    return np.full(horizon, series.shares[-1])


def _theta(series: ShareSeries, horizon: int) -> Array:
    return _theta_path(series, _rounded_up(horizon))[:horizon]


@lru_cache(maxsize=512)
def _theta_path(series: ShareSeries, horizon: int) -> Array:
    fitted = ThetaModel(series.values, period=1, deseasonalize=False).fit()
    return np.asarray(fitted.forecast(horizon), dtype=float)


def _damped(series: ShareSeries, horizon: int) -> Array:
    return _damped_path(series, _rounded_up(horizon))[:horizon]


@lru_cache(maxsize=512)
def _damped_path(series: ShareSeries, horizon: int) -> Array:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fitted = ExponentialSmoothing(series.values, trend="add", damped_trend=True).fit()
    return np.asarray(fitted.forecast(horizon), dtype=float)


def _rounded_up(horizon: int) -> int:
    """A multiple of 128, so that one fit serves every horizon asked of the same figures."""
    return -(-horizon // FIT_HORIZON) * FIT_HORIZON


PointForecast = Callable[[ShareSeries, int], Array]


@dataclass(frozen=True)
class DriftForecaster:
    """Random walk with drift on the share, with its own normal interval."""

    name: str = "drift"
    kind: Kind = "rival"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        series = share_series(known)
        reach = horizon + _gap(series, known.day)
        centre, sd = _drift(series, reach), drift_sd(series, reach)
        return _from_origin(centre[:, None] + sd[:, None] * NORMAL_QUANTILES, series, known.day)


@dataclass(frozen=True)
class ArimaForecaster:
    """ARIMA(1, 1, 0) with drift on the share, with its own interval (statsmodels).

    On the log scale the early growth, a tripling in a month, explodes.
    """

    name: str = "arima"
    kind: Kind = "rival"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        series = share_series(known)
        reach = horizon + _gap(series, known.day)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = ARIMA(series.values, order=(1, 1, 0), trend="t").fit()
        ahead = fitted.get_forecast(reach)
        centre, sd = np.asarray(ahead.predicted_mean), np.asarray(ahead.se_mean)
        return _from_origin(centre[:, None] + sd[:, None] * NORMAL_QUANTILES, series, known.day)


@dataclass(frozen=True)
class PointForecaster:
    """A forecaster without an honest interval of its own; it gets the house's rule.

    On the log scale a central interval of level p is as wide either side as the p-quantile of the
    absolute errors of its own earlier forecasts at that horizon (two periods either side), among
    the figures known on the day, and at least as wide as the drift's own.
    """

    name: str
    point: PointForecast
    kind: Kind = "rival"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        series = share_series(known)
        reach = horizon + _gap(series, known.day)
        centre = np.maximum(self.point(series, reach), LEAST_SHARE)
        least = drift_sd(series, reach) / np.maximum(_drift(series, reach), LEAST_SHARE)
        width = np.maximum(least, LEAST_LOG_SD)[:, None] * NORMAL_QUANTILES[MIDDLE + 1 :]
        width = np.minimum(np.maximum(width, self._earlier_errors(series, reach)), WIDEST_LOG)
        half = np.hstack([-width[:, ::-1], np.zeros((reach, 1)), width])
        return _from_origin(centre[:, None] * np.exp(half), series, known.day)

    def _earlier_errors(self, series: ShareSeries, reach: int) -> Array:
        """Quantiles of earlier absolute log errors at each horizon for 50, 80 and 95%."""
        horizons: list[int] = []
        errors: list[float] = []
        for count in range(FEWEST_FIGURES, len(series.places)):
            earlier = series.until(count)
            later = np.array(series.places[count:]) - earlier.last
            path = np.maximum(self.point(earlier, int(later.max())), LEAST_SHARE)
            horizons.extend(later)
            errors.extend(np.abs(np.log(np.array(series.shares[count:]) / path[later - 1])))
        found = np.zeros((reach, MIDDLE))
        ahead, size = np.array(horizons), np.array(errors)
        levels = 2 * np.array(QUANTILE_LEVELS[MIDDLE + 1 :]) - 1
        for h in range(1, reach + 1):
            near = np.abs(ahead - h) <= HORIZON_WINDOW
            if near.any():
                found[h - 1] = np.quantile(size[near], levels)
        return found


@dataclass(frozen=True)
class ArticleForecaster:
    """The flat forecast published on 28 October 2020, from that day on."""

    name: str = "article"
    kind: Kind = "rival"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        made = known.published_forecasts
        made = made[(made["quantity"] == "share") & (made["bound"] == "=")]
        if made.empty:
            missing = Message("no forecast of the share was published yet")
            raise Refused(on_day(known.plan, known.day, missing))
        value = float(made["value"].iloc[-1])
        return PointForecaster("article", lambda _, reach: np.full(reach, value)).quantiles(
            known, horizon
        )


@dataclass(frozen=True)
class QuantileMean:
    """Equal-weight mean of its members' quantiles."""

    name: str
    members: tuple[Forecaster, ...]
    kind: Kind

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        return np.mean([remembered(member, known, horizon) for member in self.members], axis=0)


@lru_cache(maxsize=256)
def remembered(model: Forecaster, known: Disclosures, horizon: int) -> Array:
    """``model.quantiles(known, horizon)``, computed once for one view of the record."""
    return model.quantiles(known, horizon)


def _gap(series: ShareSeries, day: date) -> int:
    """Periods from the last figure to the day's settlement."""
    return period_number(day) - series.last


def _from_origin(bands: Array, series: ShareSeries, day: date) -> Array:
    """Rows after the day's settlement, no share below zero."""
    return np.maximum(bands[_gap(series, day) :], 0.0)


LAST_VALUE = PointForecaster("last value", _last)
DRIFT = DriftForecaster()
DAMPED_TREND = PointForecaster("damped trend", _damped)
THETA = PointForecaster("theta", _theta)
ARIMA_WITH_DRIFT = ArimaForecaster()
ARTICLE = ArticleForecaster()
NAMED_RIVAL = QuantileMean("drift + theta", (DRIFT, THETA), "rival")
RIVALS: tuple[Forecaster, ...] = (
    LAST_VALUE,
    DRIFT,
    DAMPED_TREND,
    THETA,
    ARIMA_WITH_DRIFT,
    ARTICLE,
    NAMED_RIVAL,
)
