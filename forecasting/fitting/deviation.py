"""The deviation: what the structure leaves over, an AR(1) whose innovations are heavy-tailed.

    u_t = phi u_{t-1} + s_t sqrt(1 - phi^2) e_t,   u_0 = s_0 e_0,   e_t = h(w_t),   w_t ~ N(0, 1)
    h(w) = sign(w) sqrt(nu (exp(k^2 w^2 / nu) - 1)),    k = (8 nu + 3) / (8 nu + 1)

With nu = 4, e is t_4 within 0.5% to its 97.5% point (Wallace 1959): an operator who pays a constant
amount for months and then steps is met by a few large innovations, not by a bent structure. The
scale s is the plan's own and is estimated on a grid; the sd of u is 1.43 s. A plan that has just
begun is still building the way it pays: s_t = s (1 + 8 exp(-2 years since launch)). phi is stated a
half-month: over a period of h half-months it is phi^h, and s stands for the same spread of u.
"""

from __future__ import annotations

import numpy as np

from forecasting.base.arrays import Array
from forecasting.base.settlements import HALF_MONTHLY, Calendar

PERSISTENCE = 0.7
FREEDOM = 4.0
WALLACE = (8.0 * FREEDOM + 3.0) / (8.0 * FREEDOM + 1.0)
SCALES: tuple[float, ...] = (0.05, 0.10, 0.20, 0.40)
FIRST_SCALE = 0.10
SCALE_MEDIAN = 0.12
SCALE_LOG_SD = 0.7
LARGEST_INNOVATION = 10.0
LAUNCH_FACTOR = 8.0
LAUNCH_YEARS = 0.5
TINY = 1e-12


def heavy_tailed(normal: Array) -> Array:
    """e = h(w): standard normal numbers made t_4, any shape.

    >>> heavy_tailed(np.array([0.0, 1.959964])).round(2)
    array([0.  , 2.79])
    """
    growth = np.expm1(np.minimum((WALLACE * normal) ** 2 / FREEDOM, 700.0))
    return np.sign(normal) * np.sqrt(FREEDOM * growth)


def normal_score(innovation: Array) -> Array:
    """w = h^-1(e), any shape.

    >>> normal_score(heavy_tailed(np.array([-1.0, 2.0]))).round(12)
    array([-1.,  2.])
    """
    return np.sign(innovation) * np.sqrt(FREEDOM * np.log1p(innovation**2 / FREEDOM)) / WALLACE


def normal_score_slope(innovation: Array) -> Array:
    """dw/de, any shape: |e| / ((1 + e^2/nu) sqrt(nu log1p(e^2/nu)) k), and 1/k at 0.

    >>> float(normal_score_slope(np.array(0.0)).round(4))
    0.9429
    """
    square = np.maximum(innovation**2, TINY)
    root = np.sqrt(FREEDOM * np.log1p(square / FREEDOM))
    return np.asarray(np.sqrt(square) / ((1.0 + square / FREEDOM) * root * WALLACE))


def scale_log_prior(scale: Array | float) -> Array:
    """Log prior of a scale on a grid even in log s, up to a constant: normal about log 0.12."""
    return np.asarray(-0.5 * (np.log(np.asarray(scale) / SCALE_MEDIAN) / SCALE_LOG_SD) ** 2)


def persistence(calendar: Calendar = HALF_MONTHLY) -> float:
    """phi over one period of the calendar.

    >>> persistence()
    0.7
    """
    return float(PERSISTENCE**calendar.half_months_per_period)


def launch_profile(first: int, periods: int, calendar: Calendar = HALF_MONTHLY) -> Array:
    """s_t / s from period ``first`` since the launch on, shape (periods,).

    >>> launch_profile(0, 1000)[[0, -1]].round(2)
    array([8.67, 1.  ])
    """
    years = (first + 0.5 + np.arange(periods)) * calendar.years_per_period
    return np.asarray(1.0 + LAUNCH_FACTOR * np.exp(-years / LAUNCH_YEARS))


def innovation_root(periods: int, scale: Array | float, calendar: Calendar = HALF_MONTHLY) -> Array:
    """R with e = R u: row t is (u_t - phi u_{t-1}) / (s_t sqrt(1 - phi^2)), row 0 u_0 / s_0.

    Scales of shape (...) give (..., T, T).
    """
    root, phi = np.eye(periods), persistence(calendar)
    root[np.arange(1, periods), np.arange(periods - 1)] = -phi
    root[1:] /= np.sqrt(1.0 - phi**2)
    root /= launch_profile(0, periods, calendar)[:, None]
    return np.asarray(root / np.asarray(scale)[..., None, None])


def innovations(deviation: Array, scale: Array | float, calendar: Calendar = HALF_MONTHLY) -> Array:
    """e = R u without the matrix; u of shape (..., T), scales (...)."""
    phi = persistence(calendar)
    step = deviation[..., 1:] - phi * deviation[..., :-1]
    step = step / np.sqrt(1.0 - phi**2)
    both = np.concatenate([deviation[..., :1], step], axis=-1)
    both = both / launch_profile(0, deviation.shape[-1], calendar)
    return np.asarray(both / np.asarray(scale)[..., None])


def draw_deviations(
    scale: Array,
    periods: int,
    rng: np.random.Generator,
    past: Array | None = None,
    calendar: Calendar = HALF_MONTHLY,
) -> Array:
    """Deviations from the launch on, or those after ``past`` (paths, T): shape (paths, periods).

    Innovations are cut at 10: beyond that no plan goes on.
    """
    first, last = (0, None) if past is None else (past.shape[1], past[:, -1])
    shocks = heavy_tailed(rng.standard_normal((periods, scale.size)))
    shocks = np.clip(shocks, -LARGEST_INNOVATION, LARGEST_INNOVATION) * scale
    shocks *= launch_profile(first, periods, calendar)[:, None]
    path = np.empty((periods, scale.size))
    phi = persistence(calendar)
    spread = np.sqrt(1.0 - phi**2)
    for t in range(periods):
        last = shocks[t] if last is None else phi * last + spread * shocks[t]
        path[t] = last
    return path.T
