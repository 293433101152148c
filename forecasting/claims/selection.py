"""Selection: waiting period, ramp and settlement delay, and how they combine into a lag.

Durations are in days. Sources: Ozkok, Streftaris, Waters and Wilkie (delay from diagnosis to
settlement in critical illness insurance); the article of 28 October 2020 for the waiting period.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.base.settlements import DAYS_PER_YEAR, HALF_MONTHLY, Calendar

LEAST_SUPPORT_YEARS, LONGEST_SUPPORT_YEARS = 2, 40
LARGEST_MISSING_MASS = 1e-3
NEGLIGIBLE_MASS = 1e-12


def waiting_share(
    duration: Array, waiting_days: Array | float, calendar: Calendar = HALF_MONTHLY
) -> Array:
    """Share of a duration's period that lies inside the waiting period.

    A duration d stands for the period about it, [d - 7.6, d + 7.6] days where that is half a month,
    so the share moves smoothly with ``waiting_days``. Shapes broadcast; values from 0 to 1.

    >>> waiting_share(np.array([0.0, 200.0]), 90.0)
    array([1., 0.])
    """
    return np.clip((waiting_days - duration) / calendar.days_per_period + 0.5, 0.0, 1.0)


def selection_ramp(days: Array, initial: Array | float, ramp_years: Array | float) -> Array:
    """Incidence relative to ultimate, ``days`` after the waiting period ended.

    1 - (1 - s0) exp(-days / tau): from s0 it rises to 1. Negative days count as 0.

    >>> selection_ramp(np.array([0.0, 1e6]), 0.7, 1.0)
    array([0.7, 1. ])
    """
    decay = np.exp(-np.maximum(days, 0.0) / (np.asarray(ramp_years) * DAYS_PER_YEAR))
    return 1.0 - (1.0 - np.asarray(initial)) * decay


def selection(
    duration: Array,
    waiting_days: Array | float | None,
    waiting_incidence: Array | float,
    initial: Array | float,
    ramp_years: Array | float,
    calendar: Calendar = HALF_MONTHLY,
) -> Array:
    """Incidence covered at membership duration d, relative to ultimate: s(d).

    a0 while d < w, then the ramp counted from w; without a waiting period (None) the ramp from the
    first day. Shapes broadcast; values from 0 to 1.

    >>> selection(np.array([30.0, 5000.0]), 90.0, 0.03, 0.7, 1.0).round(3)
    array([0.03, 1.  ])
    """
    if waiting_days is None:
        return selection_ramp(duration, initial, ramp_years)
    waiting = waiting_share(duration, waiting_days, calendar)
    ramp = selection_ramp(duration - np.asarray(waiting_days), initial, ramp_years)
    return waiting * np.asarray(waiting_incidence) + (1.0 - waiting) * ramp


def delay_cdf(days: Array, mean_days: Array | float, cv: Array | float, family: str) -> Array:
    """Probability that a case is settled within ``days`` of its diagnosis.

    Gamma: shape 1/cv^2, scale mean cv^2. Lognormal: s^2 = ln(1 + cv^2), mu = ln mean - s^2/2.

    >>> delay_cdf(np.array([0.0, 1e5]), 120.0, 0.5, "gamma")
    array([0., 1.])
    """
    mean_days, cv = np.asarray(mean_days), np.asarray(cv)
    days = np.maximum(days, 0.0)
    if family == "gamma":
        shape = cv**-2
        return special.gammainc(shape, days / mean_days * shape)
    if family == "lognormal":
        log_variance = np.log1p(cv**2)
        with np.errstate(divide="ignore"):
            standard = (np.log(days / mean_days) + log_variance / 2) / np.sqrt(log_variance)
        return special.ndtr(standard)
    raise InputError(
        "delay family: found {found!r}, legal: {legal}", found=family, legal="gamma, lognormal"
    )


def delay_mass(
    mean_days: Array | float,
    cv: Array | float,
    family: str,
    periods: int | None = None,
    calendar: Calendar = HALF_MONTHLY,
) -> Array:
    """Probability g_k that a case diagnosed in period t is settled at the end of period t + k.

    g_k = F((k + 1/2) periods) - F((k - 1/2) periods), F the delay's distribution: diagnosis is in
    mid-period. The support is 40 years, and what lies beyond is put back in proportion, so that the
    sum over all of it is 1. Returned are as many periods of ``calendar`` as hold any mass, at least
    two years, and at most ``periods``, those that a path of that length can reach. Parameters of
    shape (...) give (..., K).

    Raises InputError when 40 years leave out more than a thousandth: a delay longer than its
    support would silently lose cases.

    >>> float(delay_mass(120.0, 0.5, "gamma").sum().round(9))
    1.0
    """
    mean_days = np.asarray(mean_days)[..., None]
    cv = np.asarray(cv)[..., None]
    days = calendar.days_per_period
    longest = calendar.periods_in(LONGEST_SUPPORT_YEARS)
    last = np.array([(longest - 0.5) * days])
    covered = delay_cdf(last, mean_days, cv, family)
    missing = float(1.0 - covered.min())
    if not missing <= LARGEST_MISSING_MASS:
        raise InputError(
            "settlement delay: mean {mean:.0f} days with cv {cv:.2f} leaves {missing:.1%} of its "
            "cases unsettled after {years} years; choose a shorter or steadier delay",
            mean=float(mean_days.max()),
            cv=float(cv.max()),
            missing=missing,
            years=LONGEST_SUPPORT_YEARS,
        )
    reach = np.ceil(delay_reach(mean_days.max(), cv.max(), family) / days + 1.5)
    held = max(reach, calendar.periods_in(LEAST_SUPPORT_YEARS))
    periods = int(min(longest if periods is None else periods, longest, held))
    # Beyond its reach the distribution is 1, and costly to compute.
    within = int(min(periods, reach))
    ends = (np.arange(within) + 0.5) * days
    mass = np.zeros((*np.broadcast_shapes(mean_days.shape, cv.shape)[:-1], periods))
    mass[..., :within] = np.diff(delay_cdf(ends, mean_days, cv, family), axis=-1, prepend=0.0)
    return mass / covered


def delay_reach(mean_days: float, cv: float, family: str) -> float:
    """Days after which fewer than 1e-12 of the cases are still to be settled.

    >>> round(delay_reach(120.0, 0.5, "gamma"))
    1102
    """
    if family == "gamma":
        return float(mean_days * cv**2 * special.gammainccinv(cv**-2, NEGLIGIBLE_MASS))
    log_variance = np.log1p(cv**2)
    standard = -special.ndtri(NEGLIGIBLE_MASS)
    return float(mean_days * np.exp(standard * np.sqrt(log_variance) - log_variance / 2))


def mean_lag_days(
    waiting_days: Array | float,
    waiting_incidence: Array | float,
    initial: Array | float,
    ramp_years: Array | float,
    delay_days: Array | float,
) -> Array:
    """Mean time from joining to the claims that follow: the integral of 1 - (s * g)(d).

    w (1 - a0) + (1 - s0) tau + E[delay], in days: the mean of the claims response to one joining.

    >>> float(mean_lag_days(90.0, 0.0, 1.0, 1.0, 120.0))
    210.0
    """
    waiting = np.asarray(waiting_days) * (1.0 - np.asarray(waiting_incidence))
    ramp = (1.0 - np.asarray(initial)) * np.asarray(ramp_years) * DAYS_PER_YEAR
    return waiting + ramp + np.asarray(delay_days)
