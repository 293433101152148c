"""Rivals: what simple forecasters say from the disclosed shares alone.

Each sees the shares disclosed by its day, as an even half-month series that is interpolated on the
log scale between figures, and answers with quantiles of the settlements that follow. A method
competes twice: with its native interval, normal with the sd of its own innovations carried ahead,
and with the house's, from the errors of its earlier forecasts. It is judged by the better of the
two.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, Protocol

import numpy as np
import pandas as pd
from scipy import special
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel

from forecasting.base.arrays import Array
from forecasting.base.errors import Refused
from forecasting.base.messages import Message, on_day
from forecasting.base.quantiles import QUANTILE_LEVELS
from forecasting.disclosures import Disclosures
from forecasting.disclosures.published import article_forecast
from forecasting.disclosures.series import disclosed_shares

Kind = Literal["ours", "rival"]
FEWEST_FIGURES = 3
FEWEST_PERIODS = 3
LEAST_SHARE = 0.01
LEAST_LOG_SD = 0.02
WIDEST_LOG = 10.0
HORIZON_WINDOW = 2
FIT_HORIZON = 128
MOST_SERIES = 512
NATIVE, HOUSE = " (native)", " (house)"
# The chance outside one standard deviation either side.
ONE_SD = 2.0 * special.ndtr(-1.0)
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

    ``places`` and ``shares`` are the figures themselves, places numbers of the plan's calendar.
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
    places = tuple(known.calendar.number(day) for day in shares.index)
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


class Ahead(NamedTuple):
    """A path ahead of a series: its centre and the native sd about it, RMB, each (horizon,)."""

    centre: Array
    sd: Array


Method = Callable[[ShareSeries, int], Ahead]


def last_value(series: ShareSeries, horizon: int) -> Ahead:
    """Random walk: the last share, sd s sqrt(h) with s the root mean square step."""
    steps = np.diff(series.values)
    sd = np.sqrt(np.mean(steps**2) * np.arange(1, horizon + 1))
    return Ahead(np.full(horizon, series.shares[-1]), sd)


def drift(series: ShareSeries, horizon: int) -> Ahead:
    """Random walk with drift: the mean step goes on, sd as in :func:`drift_sd`."""
    values = series.values
    slope = (values[-1] - values[0]) / (values.size - 1)
    return Ahead(values[-1] + slope * np.arange(1, horizon + 1), drift_sd(series, horizon))


def _fitted(forecast: Callable[[Array, int], Ahead]) -> Method:
    """A method that fits: once a series, for a multiple of 128 periods ahead, then cut."""

    @lru_cache(maxsize=MOST_SERIES)
    def ahead(series: ShareSeries, reach: int) -> Ahead:
        with warnings.catch_warnings():
            # Short series start from zeros and may stop early; the forecast is scored as it is.
            warnings.simplefilter("ignore")
            return forecast(series.values, reach)

    def method(series: ShareSeries, horizon: int) -> Ahead:
        centre, sd = ahead(series, -(-horizon // FIT_HORIZON) * FIT_HORIZON)
        return Ahead(centre[:horizon], sd[:horizon])

    return method


@_fitted
def damped_trend(values: Array, horizon: int) -> Ahead:
    """Additive damped trend, ETS(A, Ad, N), with its forecast variance (statsmodels)."""
    model = ETSModel(pd.Series(values), error="add", trend="add", damped_trend=True)
    ahead = model.fit(disp=False).get_prediction(values.size, values.size + horizon - 1)
    return Ahead(np.asarray(ahead.predicted_mean), np.sqrt(np.asarray(ahead.forecast_variance)))


@_fitted
def theta(values: Array, horizon: int) -> Ahead:
    """Theta with half the trend, with its own normal prediction interval (statsmodels)."""
    fitted = ThetaModel(values, period=1, deseasonalize=False).fit()
    band = np.asarray(fitted.prediction_intervals(horizon, alpha=ONE_SD))
    return Ahead(np.asarray(fitted.forecast(horizon)), (band[:, 1] - band[:, 0]) / 2)


@_fitted
def arima(values: Array, horizon: int) -> Ahead:
    """ARIMA(1, 1, 0) with drift, with its own forecast sd (statsmodels).

    On the log scale the early growth, a tripling in a month, explodes.
    """
    ahead = ARIMA(values, order=(1, 1, 0), trend="t").fit().get_forecast(horizon)
    return Ahead(np.asarray(ahead.predicted_mean), np.asarray(ahead.se_mean))


@dataclass(frozen=True)
class NativeForecaster:
    """A method with the normal interval of its own innovations."""

    method_name: str
    method: Method
    kind: Kind = "rival"

    @property
    def name(self) -> str:
        """The method's name and ``(native)``."""
        return f"{self.method_name}{NATIVE}"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        series = share_series(known)
        centre, sd = self.method(series, horizon + _gap(series, known))
        return _from_origin(centre[:, None] + sd[:, None] * NORMAL_QUANTILES, series, known)


PointForecast = Callable[[ShareSeries, int], Array]


def centre_of(method: Method) -> PointForecast:
    """The centre of a method's path alone."""

    def point(series: ShareSeries, horizon: int) -> Array:
        return method(series, horizon).centre

    return point


@dataclass(frozen=True)
class HouseForecaster:
    """A method's centre with the interval that the house gives every method alike.

    On the log scale a central interval of level p is as wide either side as the p-quantile of the
    absolute errors of its own earlier forecasts at that horizon (two periods either side), among
    the figures known on the day, and at least as wide as the drift's own.
    """

    method_name: str
    point: PointForecast
    kind: Kind = "rival"

    @property
    def name(self) -> str:
        """The method's name and ``(house)``."""
        return f"{self.method_name}{HOUSE}"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        series = share_series(known)
        reach = horizon + _gap(series, known)
        centre = np.maximum(self.point(series, reach), LEAST_SHARE)
        walk = drift(series, reach)
        least = walk.sd / np.maximum(walk.centre, LEAST_SHARE)
        width = np.maximum(least, LEAST_LOG_SD)[:, None] * NORMAL_QUANTILES[MIDDLE + 1 :]
        width = np.minimum(np.maximum(width, self._earlier_errors(series, reach)), WIDEST_LOG)
        half = np.hstack([-width[:, ::-1], np.zeros((reach, 1)), width])
        return _from_origin(centre[:, None] * np.exp(half), series, known)

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
    """The flat forecast published on 28 October 2020, from that day on: it printed no interval."""

    method_name: str = "article"
    kind: Kind = "rival"

    @property
    def name(self) -> str:
        """The method's name and ``(house)``."""
        return f"{self.method_name}{HOUSE}"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        article = article_forecast(known.published_forecasts)
        if article is None:
            missing = Message("no forecast of the share was published yet")
            raise Refused(on_day(known.plan, known.day, missing))
        value = float(article["value"])
        flat = HouseForecaster(self.method_name, lambda _, reach: np.full(reach, value))
        return flat.quantiles(known, horizon)


@dataclass(frozen=True)
class QuantileMean:
    """Equal-weight mean of its members' quantiles."""

    name: str
    members: tuple[Forecaster, ...]
    kind: Kind

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        return np.mean([remembered(member, known, horizon) for member in self.members], axis=0)


@dataclass(frozen=True)
class LineLimitedMean:
    """A model's quantiles with those of a line, as far as a line may be drawn on.

    The line weighs w_h = 1/2 min(1, L / 2h) at horizon h, with L periods of disclosed shares
    behind: it is not extended beyond half its own length at full weight.
    """

    name: str
    model: Forecaster
    line: Forecaster
    kind: Kind

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`Forecaster`."""
        weight = line_weight(share_series(known).values.size, horizon)[:, None]
        ours, line = (remembered(each, known, horizon) for each in (self.model, self.line))
        return (1.0 - weight) * ours + weight * line


def line_weight(length: int, horizon: int) -> Array:
    """w_h = 1/2 min(1, L / 2h) at horizons 1 to ``horizon``, with L periods behind.

    >>> line_weight(4, 4).round(3)
    array([0.5  , 0.5  , 0.333, 0.25 ])
    """
    return np.asarray(0.5 * np.minimum(1.0, length / (2.0 * np.arange(1, horizon + 1))))


@lru_cache(maxsize=256)
def remembered(model: Forecaster, known: Disclosures, horizon: int) -> Array:
    """``model.quantiles(known, horizon)``, computed once for one view of the record."""
    return model.quantiles(known, horizon)


def _gap(series: ShareSeries, known: Disclosures) -> int:
    """Periods from the last figure to the day's settlement."""
    return known.calendar.number(known.day) - series.last


def _from_origin(bands: Array, series: ShareSeries, known: Disclosures) -> Array:
    """Rows after the day's settlement, no share below zero."""
    return np.maximum(bands[_gap(series, known) :], 0.0)


METHODS: dict[str, Method] = {
    "last value": last_value,
    "drift": drift,
    "damped trend": damped_trend,
    "theta": theta,
    "arima": arima,
}
NATIVES = {name: NativeForecaster(name, method) for name, method in METHODS.items()}
HOUSES = {name: HouseForecaster(name, centre_of(method)) for name, method in METHODS.items()}
DRIFT, THETA = NATIVES["drift"], NATIVES["theta"]
BOTH = "drift + theta"
# Chosen before the record was whole, drift with its own interval and Theta with the house's: drift
# alone is the strongest late, Theta alone early.
NAMED_RIVAL = QuantileMean(f"{BOTH}{HOUSE}", (DRIFT, HOUSES["theta"]), "rival")
RIVALS: tuple[Forecaster, ...] = (
    *(model for name in METHODS for model in (NATIVES[name], HOUSES[name])),
    ArticleForecaster(),
    QuantileMean(f"{BOTH}{NATIVE}", (DRIFT, THETA), "rival"),
    NAMED_RIVAL,
)


def method_of(model: str) -> str:
    """The name of a forecaster without that of its interval.

    >>> method_of("drift (native)"), method_of("structural")
    ('drift', 'structural')
    """
    return model.removesuffix(NATIVE).removesuffix(HOUSE)
