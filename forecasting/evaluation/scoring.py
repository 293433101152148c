"""Scores of quantile forecasts: weighted interval score, its parts, coverage and PIT.

Sources: Gneiting and Raftery 2007; Bracher, Ray, Gneiting and Reich 2021.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.base.arrays import Array
from forecasting.base.quantiles import QUANTILE_LEVELS

INTERVAL_LEVELS = (95, 80, 50)
SMALLEST = 1e-6


@dataclass(frozen=True)
class Scores:
    """Scores of n forecasts, each of shape (n,); RMB except ``wis_log`` and the coverages.

    ``wis`` = ``dispersion`` + ``overprediction`` + ``underprediction``.
    """

    absolute_error: Array
    wis: Array
    wis_log: Array
    dispersion: Array
    overprediction: Array
    underprediction: Array
    inside_50: Array
    inside_80: Array
    inside_95: Array
    pit: Array


def weighted_interval_score(quantiles: Array, observed: Array) -> tuple[Array, Array, Array, Array]:
    """WIS = (0.5 |y - m| + sum_a (a/2) IS_a) / (K + 0.5) and its three parts.

    IS_a = (u - l) + (2/a) (l - y)+ + (2/a) (y - u)+ for the central 1 - a interval, K = 3 of them.
    ``quantiles`` has shape (..., 7) at the house's levels, ``observed`` (...). Returns wis,
    dispersion, overprediction, underprediction, each (...): the first is the sum of the others.

    >>> quantiles = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    >>> [float(part.round(4)) for part in weighted_interval_score(quantiles, np.array(4.0))]
    [0.3, 0.3, 0.0, 0.0]
    """
    count = len(QUANTILE_LEVELS) // 2
    middle = quantiles[..., count]
    dispersion = np.zeros(np.shape(observed))
    over = 0.5 * np.maximum(middle - observed, 0.0)
    under = 0.5 * np.maximum(observed - middle, 0.0)
    for i in range(count):
        low, high, alpha = quantiles[..., i], quantiles[..., -1 - i], 2 * QUANTILE_LEVELS[i]
        dispersion = dispersion + alpha / 2 * (high - low)
        over = over + np.maximum(low - observed, 0.0)
        under = under + np.maximum(observed - high, 0.0)
    parts = tuple(part / (count + 0.5) for part in (dispersion, over, under))
    return sum(parts), *parts  # type: ignore[return-value]


def probability_integral_transform(quantiles: Array, observed: Array) -> Array:
    """Where each observation lies in its forecast, 0 to 1, linear between the quantiles.

    Below the lowest quantile it is half that quantile's level, above the highest likewise.
    """
    levels = np.array(QUANTILE_LEVELS)
    pits = [
        np.interp(y, row, levels, left=levels[0] / 2, right=(1 + levels[-1]) / 2)
        for row, y in zip(quantiles.reshape(-1, levels.size), np.ravel(observed), strict=True)
    ]
    return np.array(pits).reshape(np.shape(observed))


def score(quantiles: Array, observed: Array) -> Scores:
    """Score n forecasts: ``quantiles`` (n, 7), ``observed`` (n,)."""
    wis, dispersion, over, under = weighted_interval_score(quantiles, observed)
    logs = np.log(np.maximum(quantiles, SMALLEST))
    wis_log, *_ = weighted_interval_score(logs, np.log(np.maximum(observed, SMALLEST)))
    inside = {
        level: (quantiles[:, i] <= observed) & (observed <= quantiles[:, -1 - i])
        for i, level in enumerate(INTERVAL_LEVELS)
    }
    return Scores(
        absolute_error=np.abs(quantiles[:, len(QUANTILE_LEVELS) // 2] - observed),
        wis=wis,
        wis_log=wis_log,
        dispersion=dispersion,
        overprediction=over,
        underprediction=under,
        inside_50=inside[50].astype(float),
        inside_80=inside[80].astype(float),
        inside_95=inside[95].astype(float),
        pit=probability_integral_transform(quantiles, observed),
    )
