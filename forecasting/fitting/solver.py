"""Penalised least squares for several starts and scales at once.

A state x holds standardised parameters z, then deviations u. Its cost is half the sum of squares of
the figures' residuals, of z and of w = h^-1(R u), the deviation's innovations as normal scores. All
problems of a batch share figures and pool; they differ in start and scale.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from forecasting.assumptions.parameters import Parameter, natural_parameters
from forecasting.base.arrays import Array
from forecasting.claims.path import ClaimsPath, Parameters, claims_path
from forecasting.claims.regime import Regime
from forecasting.fitting.cases import CaseLists
from forecasting.fitting.deviation import (
    FIRST_SCALE,
    SCALES,
    innovation_root,
    innovations,
    normal_score,
    normal_score_slope,
    scale_log_prior,
)
from forecasting.fitting.likelihood import Likelihood
from forecasting.members.enrolment import Membership

DIFFERENCE_STEP = 1e-6
NEGLIGIBLE_DECREASE = 1e-3
SAME_MODE = 0.3
MOST_STEPS = 60
# The steps themselves leave less than a thousandth of a nat.
DECIMALS = 4
FIRST_DAMPING = 1e-3
LEAST_EVIDENCE = -4.0
STARTS: tuple[dict[str, float], ...] = ({}, {"delay_days": 1.5, "incidence_per_10k": -0.5})
LEAST_DAMPING, MOST_DAMPING = 1e-9, 1e9


@dataclass(frozen=True, eq=False)
class ScaleFit:
    """The mode under one scale of the deviation, its Laplace precision R'R and its evidence.

    ``log_evidence`` = -cost - sum log diag chol(J'J) + sum log diag R + sum log dw/de, up to what
    all scales have in common; ``weight``: the scale's posterior probability on the grid.
    """

    scale: float
    mode: Array
    precision_cholesky: Array
    cost: float
    log_evidence: float
    converged: bool
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Solved:
    """What of a fit is found by search: all else of it is laid out anew within milliseconds."""

    scales: tuple[ScaleFit, ...]
    evaluations: int


@dataclass(frozen=True, eq=False)
class Expansion:
    """Cost, gradient J'r and curvature J'J at states, (B,), (B, n) and (B, n, n)."""

    cost: Array
    gradient: Array
    curvature: Array

    def replaced(self, at: np.ndarray, other: Expansion) -> None:
        """Take over those of ``other`` at the places ``at``."""
        self.cost[at], self.gradient[at] = other.cost, other.gradient
        self.curvature[at] = other.curvature


@dataclass(frozen=True, eq=False)
class Problem:
    """What the residuals of a fit are made of."""

    regime: Regime
    membership: Membership
    likelihood: Likelihood
    free: tuple[Parameter, ...]
    fixed: dict[str, float]
    delay_family: str
    cases: CaseLists | None = None
    work: dict[str, int] = field(default_factory=lambda: {"states": 0})

    @property
    def periods(self) -> int:
        """T."""
        return int(self.regime.years.size)

    def state(self, start: dict[str, float]) -> Array:
        """A state with some parameters away from their priors' medians."""
        x = np.zeros(len(self.free) + self.periods)
        x[: len(self.free)] = [start.get(parameter.name, 0.0) for parameter in self.free]
        return x

    def path(self, standard: Array, deviation: Array) -> tuple[Parameters, ClaimsPath]:
        """Parameters in their units and the claims under them."""
        values = natural_parameters(standard, self.free, self.fixed)
        return values, claims_path(
            values, self.regime, self.membership, deviation, self.delay_family
        )

    def linearised(self, states: Array) -> tuple[Array, Array]:
        """Residuals of the figures and their Jacobian at states (B, n): (B, m) and (B, m, n).

        Written out for u, in which the log prediction is linear; differences for the rest.
        """
        count = len(self.free)
        standard, deviation = states[:, None, :count], states[:, None, count:]
        steps = DIFFERENCE_STEP * np.vstack([np.zeros(count), np.eye(count)])
        values, path = self.path(standard + steps, deviation)
        here, by_deviation = self.likelihood.slopes(path.row(0))
        predictions = self.likelihood.predict(path)
        # One path comes back, not one a parameter, where none is free or none acts on the figures.
        shape = (len(states), count + 1, predictions.shape[-1])
        predictions = np.broadcast_to(predictions, shape)
        by_parameter = np.swapaxes(predictions[:, 1:] - here[:, None], 1, 2) / DIFFERENCE_STEP
        slope = self.likelihood.residual_slope(here)[..., None]
        jacobian = np.concatenate([slope * by_parameter, slope * by_deviation], axis=-1)
        residuals = self.likelihood.residuals(here)
        if self.cases is None:
            return residuals, jacobian
        of_cases = self.cases.residuals(values, self.regime, self.membership, self.delay_family)
        of_cases = np.broadcast_to(of_cases, (*shape[:2], self.cases.count))
        by_parameter = np.swapaxes(of_cases[:, 1:] - of_cases[:, :1], 1, 2) / DIFFERENCE_STEP
        nothing = np.zeros((len(states), self.cases.count, self.periods))
        of_lists = np.concatenate([by_parameter, nothing], axis=-1)
        return (
            np.concatenate([residuals, of_cases[:, 0]], axis=-1),
            np.concatenate([jacobian, of_lists], axis=-2),
        )

    def expanded(self, states: Array, scales: Array) -> Expansion:
        """Cost, gradient and Gauss-Newton curvature."""
        self.work["states"] += len(states)
        count = len(self.free)
        standard, deviation = states[:, :count], states[:, count:]
        residuals, jacobian = self.linearised(states)
        innovation = innovations(deviation, scales, self.regime.calendar)
        score = normal_score(innovation)
        root = innovation_root(self.periods, scales, self.regime.calendar)
        root = normal_score_slope(innovation)[..., None] * root
        transposed = np.swapaxes(jacobian, 1, 2)
        curvature = transposed @ jacobian
        gradient = (transposed @ residuals[..., None])[..., 0]
        curvature[:, count:, count:] += np.swapaxes(root, 1, 2) @ root
        gradient[:, count:] += (np.swapaxes(root, 1, 2) @ score[..., None])[..., 0]
        diagonal = np.arange(count)
        curvature[:, diagonal, diagonal] += 1.0
        gradient[:, :count] += standard
        cost = 0.5 * (
            (residuals**2).sum(axis=1) + (standard**2).sum(axis=1) + (score**2).sum(axis=1)
        )
        return Expansion(cost, gradient, curvature)

    def solve(self, starts: Array, scales: Array) -> list[ScaleFit]:
        """The mode from every start, by Levenberg-Marquardt steps taken for all at once.

        A problem ends when a step promises less than a thousandth of a nat, or when it comes within
        0.3 posterior sd of a mode already found at its scale (it then is that mode).
        """
        states = starts.copy()
        here = self.expanded(states, scales)
        damping = np.full(len(states), FIRST_DAMPING)
        converged = np.zeros(len(states), dtype=bool)
        diagonal = np.arange(states.shape[1])
        for _ in range(MOST_STEPS):
            at = np.flatnonzero(~converged & (damping < MOST_DAMPING))
            if not at.size:
                break
            curvature, gradient = here.curvature[at], here.gradient[at]
            damped = curvature.copy()
            damped[:, diagonal, diagonal] *= 1.0 + damping[at, None]
            step = np.linalg.solve(damped, -gradient[..., None])[..., 0]
            promised = -0.5 * (gradient * step).sum(axis=1)
            ends = promised < NEGLIGIBLE_DECREASE
            converged[at[ends]] = True
            at, step = at[~ends], step[~ends]
            if not at.size:
                break
            tried = states[at] + step
            there = self.expanded(tried, scales[at])
            better = there.cost < here.cost[at]
            damping[at] = np.clip(
                np.where(better, damping[at] / 10.0, damping[at] * 10.0), LEAST_DAMPING, None
            )
            states[at[better]] = tried[better]
            here.replaced(at[better], _chosen(there, better))
            for i in np.flatnonzero(~converged).tolist():
                converged[i] = _is_found(i, states, scales, converged, here)
                if converged[i]:
                    here.cost[i] = np.inf
        modes = np.flatnonzero(np.isfinite(here.cost))
        # Rounded far below their meaning, and looked at there once more: what follows is then the
        # same on every processor. The differences would carry the last bit of a state further.
        states = states[modes].round(DECIMALS)
        here = self.expanded(states, scales[modes])
        return [
            self._scale_fit(
                float(scales[i]), x, here.cost[row], here.curvature[row], bool(converged[i])
            )
            for row, (i, x) in enumerate(zip(modes, states, strict=True))
        ]

    def _scale_fit(
        self, scale: float, x: Array, cost: float, curvature: Array, converged: bool
    ) -> ScaleFit:
        cholesky = np.linalg.cholesky(curvature).T.round(DECIMALS)
        calendar = self.regime.calendar
        innovation = innovations(x[len(self.free) :], scale, calendar)
        log_root = np.log(np.diag(innovation_root(self.periods, scale, calendar))).sum()
        evidence = (
            -cost
            - np.log(np.diag(cholesky)).sum()
            + log_root
            + np.log(normal_score_slope(innovation)).sum()
        )
        return ScaleFit(scale, x, cholesky, float(cost), float(evidence), converged)


def _chosen(expansion: Expansion, rows: np.ndarray) -> Expansion:
    return Expansion(expansion.cost[rows], expansion.gradient[rows], expansion.curvature[rows])


def _is_found(i: int, states: Array, scales: Array, converged: np.ndarray, here: Expansion) -> bool:
    """Whether problem i has come to a mode found before at its scale."""
    for j in np.flatnonzero(converged & np.isfinite(here.cost) & (scales == scales[i])):
        apart = states[i] - states[j]
        if apart @ here.curvature[j] @ apart < SAME_MODE**2:
            return True
    return False


def weighted(fits: list[ScaleFit]) -> tuple[ScaleFit, ...]:
    """The fits by scale, with their posterior probabilities as weights."""
    log_weight = np.array([each.log_evidence + scale_log_prior(each.scale) for each in fits])
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    found = [replace(each, weight=float(w)) for each, w in zip(fits, weight, strict=True)]
    return tuple(sorted(found, key=lambda each: each.scale))


def fit_scales(problem: Problem) -> tuple[ScaleFit, ...]:
    """The fit under every scale that the figures leave possible, cold at the first, then warm.

    A scale beyond one whose evidence is four nats under the best is left out.
    """
    starts = np.array([problem.state(start) for start in STARTS])
    found = problem.solve(starts, np.full(len(starts), FIRST_SCALE))
    fits = {FIRST_SCALE: min(found, key=lambda each: each.cost)}
    first = SCALES.index(FIRST_SCALE)
    open_ends = {-1: first, 1: first}
    while open_ends:
        asked = {}
        for way, place in list(open_ends.items()):
            evidence = _weighed(fits[SCALES[place]])
            best = max(map(_weighed, fits.values()))
            ahead = place + way
            if not 0 <= ahead < len(SCALES) or evidence < best + LEAST_EVIDENCE:
                del open_ends[way]
            else:
                asked[ahead] = fits[SCALES[place]].mode
                open_ends[way] = ahead
        if asked:
            scales = np.array([SCALES[place] for place in asked])
            fits |= {
                each.scale: each for each in problem.solve(np.array([*asked.values()]), scales)
            }
    return weighted(list(fits.values()))


def _weighed(fit_of_scale: ScaleFit) -> float:
    return float(fit_of_scale.log_evidence + scale_log_prior(fit_of_scale.scale))
