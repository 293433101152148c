"""Growth curves of membership: logistic, Gompertz, Richards, and Bass with a launch pulse.

Each gives the logarithm of members relative to its ceiling K at t years since launch, its
inflection (the time of fastest growth), and the priors of its parameters. They are for explaining
growth and for days on which few figures are known: none of them can fall.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from forecasting.assumptions.parameters import Parameter
from forecasting.base.arrays import Array
from forecasting.base.settlements import DAYS_PER_YEAR

PULSE_YEARS = 10.0 / DAYS_PER_YEAR
FIRST_YEARS = 1.0 / DAYS_PER_YEAR
LARGEST_EXPONENT = 50.0

Values = Mapping[str, Array | float]

CEILING = Parameter(
    name="ceiling",
    unit="persons",
    scale="log",
    median=2.0,
    sd=1.0,
    lower=1.0,
    upper=1e10,
    step=1e5,
    source="twice the largest figure known, within a factor of 3.6 (80%)",
)
RATE = Parameter(
    name="rate",
    unit="a year",
    scale="log",
    median=4.0,
    sd=1.0,
    lower=0.01,
    upper=200.0,
    step=0.1,
    source="from 10 to 90% of the ceiling in about a year, within a factor of 3.6 (80%)",
)
MIDPOINT = Parameter(
    name="midpoint",
    unit="years since launch",
    scale="identity",
    median=0.5,
    sd=1.0,
    lower=-20.0,
    upper=20.0,
    step=0.05,
    source="fastest growth half a year after launch, give or take a year",
)
SHAPE = Parameter(
    name="shape",
    unit="ratio",
    scale="log",
    median=1.0,
    sd=1.0,
    lower=0.001,
    upper=50.0,
    step=0.05,
    source="1 is the logistic, towards 0 the Gompertz curve",
)
INNOVATION = Parameter(
    name="innovation",
    unit="a year",
    scale="log",
    median=0.3,
    sd=1.5,
    lower=1e-4,
    upper=100.0,
    step=0.01,
    source=(
        "Bass 1969 found about 0.03 for durable goods; a free plan in an app in daily use is faster"
    ),
)
IMITATION = Parameter(
    name="imitation",
    unit="a year",
    scale="log",
    median=4.0,
    sd=1.0,
    lower=0.01,
    upper=200.0,
    step=0.1,
    source="as the rate of the logistic, to which the curve tends without innovation",
)
PULSE = Parameter(
    name="launch_pulse",
    unit="share of the ceiling",
    scale="logit",
    median=0.08,
    sd=1.5,
    lower=0.0,
    upper=1.0,
    step=0.01,
    source="a crowd that joins in the first ten days: 12 million here; from 1 to 37% (80%)",
)


@dataclass(frozen=True)
class GrowthCurve:
    """One family of curves: N_t = K f(t).

    ``log_fraction(values, years)`` is log f for parameters of shape (...) and years since launch of
    shape (n,): shape (..., n). ``inflection(values)`` is in years since launch, shape (...).
    """

    name: str
    parameters: tuple[Parameter, ...]
    log_fraction: Callable[[Values, Array], Array]
    inflection: Callable[[Values], Array]

    def log_members(self, values: Values, years: Array) -> Array:
        """Log members log K + log f(t), shape (..., n).

        >>> half = {"ceiling": np.array(100.0), "rate": np.array(4.0), "midpoint": np.array(1.0)}
        >>> np.exp(LOGISTIC.log_members(half, np.array([1.0]))).round(6)
        array([50.])
        """
        return np.log(_column(values["ceiling"])) + self.log_fraction(values, years)


def _column(value: Array | float) -> Array:
    """A parameter of shape (...) against times: shape (..., 1)."""
    return np.asarray(value)[..., None]


def _decay(values: Values, years: Array) -> Array:
    """exp(-r (t - m)), bounded so that curves far before their midpoint stay finite."""
    exponent = -_column(values["rate"]) * (years - _column(values["midpoint"]))
    return np.exp(np.clip(exponent, -LARGEST_EXPONENT, LARGEST_EXPONENT))


def _logistic(values: Values, years: Array) -> Array:
    return -np.log1p(_decay(values, years))


def _gompertz(values: Values, years: Array) -> Array:
    return -_decay(values, years)


def _richards(values: Values, years: Array) -> Array:
    shape = _column(values["shape"])
    return -np.log1p(shape * _decay(values, years)) / shape


def _bass(values: Values, years: Array) -> Array:
    p, q = _column(values["innovation"]), _column(values["imitation"])
    pulse = _column(values["launch_pulse"])
    years = np.maximum(years, FIRST_YEARS)
    exponent = np.minimum((p + q) * years, LARGEST_EXPONENT)
    adopted = -np.expm1(-exponent) / (1.0 + q / p * np.exp(-exponent))
    return np.log(pulse * np.minimum(years / PULSE_YEARS, 1.0) + (1.0 - pulse) * adopted)


def _midpoint(values: Values) -> Array:
    return np.asarray(values["midpoint"])


def _bass_inflection(values: Values) -> Array:
    p, q = np.asarray(values["innovation"]), np.asarray(values["imitation"])
    return np.maximum(np.log(q / p) / (p + q), 0.0)


LOGISTIC = GrowthCurve("logistic", (CEILING, RATE, MIDPOINT), _logistic, _midpoint)
"""f = 1 / (1 + exp(-r (t - m))); fastest at half the ceiling. Source: Verhulst 1838."""

GOMPERTZ = GrowthCurve("gompertz", (CEILING, RATE, MIDPOINT), _gompertz, _midpoint)
"""f = exp(-exp(-r (t - m))); fastest at 37% of the ceiling. Source: Gompertz 1825."""

RICHARDS = GrowthCurve("richards", (CEILING, RATE, MIDPOINT, SHAPE), _richards, _midpoint)
"""f = (1 + v exp(-r (t - m)))^(-1/v); fastest at (1 + v)^(-1/v). Source: Richards 1959."""

BASS = GrowthCurve("bass", (CEILING, INNOVATION, IMITATION, PULSE), _bass, _bass_inflection)
"""f = s min(t / 10 days, 1) + (1 - s) F, F = (1 - exp(-(p + q) t)) / (1 + q/p exp(-(p + q) t)):
the launch pulse s joins at once, the others as in Bass 1969; fastest, after the pulse, at
log(q/p) / (p + q)."""

GROWTH_CURVES: tuple[GrowthCurve, ...] = (LOGISTIC, GOMPERTZ, RICHARDS, BASS)
