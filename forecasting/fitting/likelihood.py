"""One likelihood for every kind of figure: single values, sums, means, a low point, inequalities.

Each figure is a functional of a claims path, compared on the log scale with its own precision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from forecasting.base.arrays import Array
from forecasting.base.settlements import periods_of
from forecasting.claims.path import ClaimsPath

AID_CV = 0.6
CONFIDENCE_SD = {"high": 0.005, "medium": 0.02}
MINIMUM_BOUND_SD = 0.01
LOW_POINT_POWER = -40.0
TINY = 1e-12

SERIES_OF_QUANTITY = {
    "share": "share",
    "share_sum": "share",
    "share_mean": "share",
    "share_min": "share",
    "helped": "helped",
    "helped_sum": "helped",
    "helped_thyroid": "helped_mild",
    "aid": "disclosed_aid",
    "aid_sum": "disclosed_aid",
    "mean_aid": "disclosed_aid",
}
SERIES: tuple[str, ...] = ("share", "helped", "helped_mild", "disclosed_aid")


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Figures compiled against a grid: n figures, T periods.

    ``weights`` (n, T) picks the periods; ``series`` indexes SERIES; ``is_ratio`` divides by persons
    helped; ``is_low_point`` takes the least period (a power mean of exponent -40)
    instead of a sum; ``side`` is 0 for =, -1 for <
    and +1 for >; ``log_value`` and ``log_sd`` have shape (n,).
    """

    weights: Array
    series: np.ndarray
    is_ratio: np.ndarray
    is_low_point: np.ndarray
    side: np.ndarray
    log_value: Array
    log_sd: Array
    figures: pd.DataFrame

    @property
    def count(self) -> int:
        """Number of figures."""
        return int(self.log_value.size)

    def predict(self, path: ClaimsPath) -> Array:
        """Log of what the path says of every figure, shape (..., n)."""
        prediction, _ = self._predict(path, with_slopes=False)
        return prediction

    def residuals(self, log_prediction: Array) -> Array:
        """Signed roots of minus twice the log likelihood, shape (..., n).

        (log v - log prediction) / sd for a value; sqrt(-2 ln Phi(distance / sd)) for a bound.
        """
        z = (self.log_value - log_prediction) / self.log_sd
        inside = -self.side * z
        bound = np.sqrt(np.maximum(-2.0 * special.log_ndtr(inside), 0.0))
        return np.where(self.side == 0, z, bound)

    def slopes(self, path: ClaimsPath) -> tuple[Array, Array]:
        """Log prediction and its derivative by u_t, shapes (..., n) and (..., n, T)."""
        prediction, slope = self._predict(path, with_slopes=True)
        assert slope is not None
        return prediction, slope

    def residual_slope(self, log_prediction: Array) -> Array:
        """Derivative of each residual by its log prediction, shape (..., n)."""
        z = (self.log_value - log_prediction) / self.log_sd
        inside = -self.side * z
        log_phi = -0.5 * inside**2 - 0.5 * np.log(2 * np.pi)
        log_mass = special.log_ndtr(inside)
        residual = np.sqrt(np.maximum(-2.0 * log_mass, TINY))
        bound = -np.exp(log_phi - log_mass) / residual * self.side / self.log_sd
        return np.where(self.side == 0, -1.0 / self.log_sd, bound)

    def _predict(self, path: ClaimsPath, with_slopes: bool) -> tuple[Array, Array | None]:
        leading = path.share.shape[:-1]
        prediction = np.empty((*leading, self.count))
        slope = np.zeros((*leading, *self.weights.shape)) if with_slopes else None
        for index, name in enumerate(SERIES):
            rows = (self.series == index) & ~self.is_low_point
            if rows.any():
                values = np.maximum(getattr(path, name), TINY)
                total = np.einsum("...t,mt->...m", values, self.weights[rows])
                prediction[..., rows] = np.log(total)
                if slope is not None:
                    slope[..., rows, :] = _parts(self.weights[rows], values, total)
        if self.is_ratio.any():
            rows = self.is_ratio
            helped = np.maximum(path.helped, TINY)
            total = np.einsum("...t,mt->...m", helped, self.weights[rows])
            prediction[..., rows] -= np.log(total)
            if slope is not None:
                slope[..., rows, :] -= _parts(self.weights[rows], helped, total)
        if self.is_low_point.any():
            rows = self.is_low_point
            with np.errstate(divide="ignore"):
                log_weights = np.log(self.weights[rows])
            log_share = np.log(np.maximum(path.share, TINY))[..., None, :]
            powered = LOW_POINT_POWER * log_share + log_weights
            total = special.logsumexp(powered, axis=-1)
            prediction[..., rows] = total / LOW_POINT_POWER
            if slope is not None:
                slope[..., rows, :] = np.exp(powered - total[..., None])
        return prediction, slope


def _parts(weights: Array, values: Array, total: Array) -> Array:
    """What each period adds to its figure's total, as a part of it: (..., n, T)."""
    return weights * values[..., None, :] / total[..., None]


def compile_likelihood(
    figures: pd.DataFrame, grid: tuple[date, ...], members: Array, log_member_sd: Array, fee: Array
) -> Likelihood:
    """Compile the fitted claims figures.

    The sd of a figure on the log scale adds up rounding (half width / sqrt 3, relative), the
    source's confidence, the count noise of its cases (1/cases for counts, (1 + cv^2)/cases for
    shares and aid) and, for shares, that of the members it is divided by.
    """
    rows = figures[figures["quantity"].isin(SERIES_OF_QUANTITY)].reset_index(drop=True)
    periods = len(grid)
    rough_aid = _rough_mean_aid(rows)
    inside = np.array([_periods_of(figure, grid) for figure in rows.itertuples()])
    inside = inside.reshape(len(rows), periods)
    rows, inside = rows[inside.any(axis=1)].reset_index(drop=True), inside[inside.any(axis=1)]
    weights = inside.astype(float)
    averaged = rows["quantity"].isin(["share_mean", "share_min"]).to_numpy()
    weights[averaged] /= weights[averaged].sum(axis=1, keepdims=True)
    log_sd = np.array(
        [
            _log_sd(figure, periods_of, members, log_member_sd, fee, rough_aid)
            for figure, periods_of in zip(rows.itertuples(), inside, strict=True)
        ]
    )
    quantity = rows["quantity"]
    over = (rows["bound"] == "over").to_numpy()
    centre = rows["value"].to_numpy(dtype=float) + np.where(over, rows["rounding_half_width"], 0.0)
    side = rows["bound"].map({"=": 0, "over": 0, "<": -1, ">": 1}).to_numpy(dtype=int)
    return Likelihood(
        weights=weights,
        series=np.array([SERIES.index(SERIES_OF_QUANTITY[q]) for q in quantity], dtype=int),
        is_ratio=(quantity == "mean_aid").to_numpy(dtype=bool),
        is_low_point=(quantity == "share_min").to_numpy(dtype=bool),
        side=side,
        log_value=np.log(centre),
        log_sd=log_sd,
        figures=rows,
    )


def _periods_of(figure: Any, grid: tuple[date, ...]) -> np.ndarray:
    """Which periods a figure is about: its own settlement, or all in its closed interval."""
    start, end = figure.period_start.date(), figure.period_end.date()
    if start == end:
        return np.arange(len(grid)) == periods_of([end], grid)[0]
    return np.array([start <= day <= end for day in grid])


def _rough_mean_aid(rows: pd.DataFrame) -> float:
    """A mean aid for sizing count noise only: the disclosed one, or a round 150,000 RMB."""
    disclosed = rows.loc[rows["quantity"] == "mean_aid", "value"]
    return float(disclosed.mean()) if len(disclosed) else 150_000.0


def _log_sd(
    figure: Any,
    inside: np.ndarray,
    members: Array,
    log_member_sd: Array,
    fee: Array,
    rough_aid: float,
) -> float:
    value, quantity = float(figure.value), str(figure.quantity)
    width = float(figure.rounding_half_width)
    rounding = width / np.sqrt(3.0) / value
    confidence = CONFIDENCE_SD[figure.confidence]
    variance = rounding**2 + confidence**2
    count = max(int(inside.sum()), 1)
    if quantity.startswith("share"):
        per_case = ((1.0 + fee[inside]) * rough_aid / members[inside]).mean()
        total = value * (count if quantity in ("share_mean", "share_min") else 1)
        cases = total / per_case
        variance += (1.0 + AID_CV**2) / max(cases, 1.0) + (log_member_sd[inside] ** 2).mean()
    elif quantity.startswith("helped"):
        variance += 1.0 / max(value, 1.0)
    elif quantity in ("aid", "aid_sum"):
        variance += (1.0 + AID_CV**2) / max(value / rough_aid, 1.0)
    if figure.bound in ("<", ">"):
        variance = max(variance, MINIMUM_BOUND_SD**2)
    return float(np.sqrt(variance))
