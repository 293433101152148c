"""Independent checks of a pool: exact and simulated moments of its aid, and where a spiral ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting import InputError
from forecasting.base.arrays import Array
from forecasting.plans.decline import CONVERGED_WITHIN, least_leaver_risk


@dataclass(frozen=True)
class Moments:
    """Mean and standard deviation of a period's aid, in the unit of the amounts; its skewness."""

    mean: float
    sd: float
    skewness: float

    @property
    def cv(self) -> float:
        """Standard deviation over mean."""
        return self.sd / self.mean


def compound_poisson_moments(
    cases: float, amounts: Array, weights: Array, common_sd: float = 0.0
) -> Moments:
    """Exact moments of aid = sum of N amounts, N Poisson(cases G), G gamma with mean 1.

    With b_k = E[B^k], s = common_sd: mean = m b_1; variance = m b_2 + (m b_1 s)^2; third central
    moment = m b_3 + 3 m^2 b_1 b_2 s^2 + 2 (m b_1)^3 s^4. Without s it is the compound Poisson law;
    its cv is ``share_volatility`` exactly. ``weights`` are the chances of ``amounts``.

    >>> compound_poisson_moments(4.0, np.array([1.0]), np.array([1.0])).skewness
    0.5
    """
    amounts, weights = np.asarray(amounts, dtype=float), np.asarray(weights, dtype=float)
    if not np.isclose(weights.sum(), 1.0) or (weights < 0).any():
        raise InputError(
            "weights: found a sum of {found:g}, legal: chances that sum to 1",
            found=float(weights.sum()),
        )
    first, second, third = (float(weights @ amounts**k) for k in (1, 2, 3))
    mean = cases * first
    variance = cases * second + (mean * common_sd) ** 2
    third_central = (
        cases * third + 3.0 * mean * cases * second * common_sd**2 + 2.0 * mean**3 * common_sd**4
    )
    return Moments(mean, variance**0.5, third_central / variance**1.5)


def simulate_aid(
    cases: float,
    amounts: Array,
    weights: Array,
    common_sd: float,
    paths: int,
    rng: np.random.Generator,
) -> Array:
    """Draws of such aid, shape (paths,): one multinomial split of a mixed Poisson count each.

    >>> simulate_aid(10, np.array([2.0]), np.array([1.0]), 0.0, 3, np.random.default_rng(0)).shape
    (3,)
    """
    level = 1.0 if common_sd == 0 else rng.gamma(common_sd**-2, common_sd**2, paths)
    count = rng.poisson(cases * np.broadcast_to(level, paths))
    aid: Array = rng.multinomial(count, weights) @ np.asarray(amounts, dtype=float)
    return aid


def steady_risk(elasticity: float, leaver_risk: float, replaced: float = 1.0) -> float | None:
    """Where the share settles, relative to its level in balance; None where it does not.

    The lower root of R^(e + 1) (1 - rho) = j (R - 1), found by iterating the map from R = 1, which
    rises to it.

    >>> steady_risk(0.0, 0.75), steady_risk(2.0, 0.75)
    (1.3333333333333333, None)
    """
    if leaver_risk < least_leaver_risk(elasticity, replaced):
        return None
    if elasticity == 0:
        return replaced / (replaced - 1.0 + leaver_risk)
    risk = 1.0
    for _ in range(100_000):
        following = 1.0 + (1.0 - leaver_risk) / replaced * risk ** (elasticity + 1.0)
        if abs(following - risk) < CONVERGED_WITHIN:
            break
        risk = following
    return risk
