"""Membership: from sparse figures of several kinds to a path with its uncertainty.

The paying members of each settlement follow a local linear trend on the log scale. Settlement
figures are exact and count payers; press figures are rounded down and count enrolment; all-plan
figures count other plans too. Each enters with its own precision and its own unknown ratio.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import linalg

from forecasting.base.arrays import Array
from forecasting.base.errors import Refused
from forecasting.base.messages import Name
from forecasting.base.settlements import HALF_MONTHLY, Calendar, place_on

# Steps and their sd are stated a half-month.
RATE_SD = 0.004
AHEAD_RATE_SD = 0.003
LAUNCH_RATE_SD = 0.12
LAUNCH_PERIODS = 8.0
FIRST_RATE = (0.05, 0.3)
GROWTH_DAMPING = 0.9
PERSISTENT_FALL_YEARS = 2.0
ENROLLED_RATIO = (0.045, 0.02)
ALL_PLANS_RATIO = (0.05, 0.01)
CONFIDENCE_SD = {"high": 0.002, "medium": 0.005}
INFERRED_SD = 0.005
ENROLLED_SD = 0.015
DIFFUSE_SD = 2.0
FASTEST_RATE = 0.5
HEALTHY_RISK, FRAIL_RISK = 0.5, 1.5
LEAVER_RISKS = np.linspace(0.55, 1.15, 13)
SMALLEST_SURVIVAL = 1e-300
NEWTON_STEPS = 3
NEGLIGIBLE_EXCESS = 1e-11
# A tenth of a member in a hundred million: above what processors differ by, below any meaning.
DECIMALS = 9


@dataclass(frozen=True, eq=False)
class MembershipFit:
    """Posterior of log paying members at each period of the grid.

    ``mean_`` and ``precision_cholesky_`` cover the periods first, then the two log ratios
    (enrolled to paying, all plans to this plan). Joint normal. ``log_evidence``: log density of
    the figures under the prior, up to a constant of their number.
    """

    mean_: Array
    precision_cholesky_: Array
    periods: int
    residuals: pd.DataFrame
    log_evidence: float = 0.0

    @property
    def members(self) -> Array:
        """Paying members at the end of each period, posterior median, shape (T,)."""
        return np.exp(self.mean_[: self.periods])

    @property
    def log_sd(self) -> Array:
        """Standard deviation of log members at each period, shape (T,)."""
        inverse = linalg.solve_triangular(
            self.precision_cholesky_, np.eye(self.mean_.size), trans="T", lower=False
        )
        return np.sqrt((inverse**2).sum(axis=0))[: self.periods]

    def draw(self, paths: int, rng: np.random.Generator) -> Array:
        """Draws of log members, shape (paths, T)."""
        noise = rng.standard_normal((self.mean_.size, paths))
        deviations = linalg.solve_triangular(self.precision_cholesky_, noise, lower=False)
        return (self.mean_[:, None] + deviations).T[:, : self.periods]


def fit_membership(
    figures: pd.DataFrame, grid: list[date], calendar: Calendar = HALF_MONTHLY
) -> MembershipFit:
    """Fit the membership path to the member figures known.

    log N_t has second differences of sd 0.4% a half-month (and 12% at launch, falling with a scale
    of eight); over periods of h half-months these are h^(3/2) times as large, as a rate that
    wanders in time makes them. Figure i says log v_i = log N(at its day) + ratio + noise, where the
    ratio is 0 for payers of this plan. A figure ``over`` v lies in [v, v + 2 half widths), taken as
    its middle with the uniform's sd. Linear and normal, so the posterior is exact.

    Raises Refused when no member figure is known.
    """
    quantities = {"sharing_members", "members"}
    rows = figures[figures["quantity"].isin(quantities) & (figures["bound"].isin(["=", "over"]))]
    rows = rows[rows["value"] > 0]
    if rows.empty:
        raise Refused(
            "membership: no {sharing} or {members} figure is known on this day",
            sharing=Name("quantity", "sharing_members"),
            members=Name("quantity", "members"),
        )
    periods = len(grid)
    size = periods + 2
    design, target = _prior_rows(periods, size, calendar.half_months_per_period)
    figure_rows = np.zeros((len(rows), size))
    observed, sd = np.empty(len(rows)), np.empty(len(rows))
    for i, figure in enumerate(rows.itertuples()):
        place = place_on(figure.period_end.date(), grid)
        before = min(int(place), periods - 2) if periods > 1 else 0
        share_after = place - before
        figure_rows[i, before] = 1.0 - share_after
        if share_after:
            figure_rows[i, before + 1] = share_after
        figure_rows[i, periods] = figure.quantity == "members"
        figure_rows[i, periods + 1] = figure.scope == "all_plans"
        width = figure.rounding_half_width
        centre = figure.value + (width if figure.bound == "over" else 0.0)
        observed[i] = np.log(centre)
        inferred = INFERRED_SD if figure.placement == "inferred" else 0.0
        rounding = width / np.sqrt(3.0) / centre
        enrolled = ENROLLED_SD if figure.quantity == "members" else 0.0
        confidence = CONFIDENCE_SD[figure.confidence]
        sd[i] = np.sqrt(rounding**2 + confidence**2 + inferred**2 + enrolled**2)
    target[0] = observed[np.argmin(rows["period_end"].to_numpy())] * design[0, 0]
    of_prior = float(np.linalg.slogdet(design)[1])
    design = np.vstack([design, figure_rows / sd[:, None]])
    target = np.concatenate([target, observed / sd])
    cholesky = linalg.cholesky(design.T @ design, lower=False)
    mean = linalg.cho_solve((cholesky, False), design.T @ target).round(DECIMALS)
    fitted = figure_rows @ mean
    residuals = rows.assign(
        observed=np.exp(observed), fitted=np.exp(fitted), sd_log=sd, z=(observed - fitted) / sd
    )
    squares = float(((design @ mean - target) ** 2).sum())
    evidence = of_prior - np.log(np.diag(cholesky)).sum() - squares / 2 - np.log(sd).sum()
    return MembershipFit(mean, cholesky, periods, residuals, float(evidence))


def _prior_rows(periods: int, size: int, length: float) -> tuple[Array, Array]:
    """Rows of the prior divided by their sd: level, first slope, curvature, two ratios.

    ``length``: half-months a period.
    """
    rows, target = [], []

    def add(weights: dict[int, float], value: float, sd: float) -> None:
        row = np.zeros(size)
        for index, weight in weights.items():
            row[index] = weight / sd
        rows.append(row)
        target.append(value / sd)

    add({0: 1.0}, 0.0, DIFFUSE_SD)
    if periods > 1:
        add({0: -1.0, 1: 1.0}, *(each * length for each in FIRST_RATE))
    for t in range(2, periods):
        sd = RATE_SD + LAUNCH_RATE_SD * np.exp(-t * length / LAUNCH_PERIODS)
        add({t - 2: 1.0, t - 1: -2.0, t: 1.0}, 0.0, sd * length**1.5)
    add({periods: 1.0}, *ENROLLED_RATIO)
    add({periods + 1: 1.0}, *ALL_PLANS_RATIO)
    return np.array(rows), np.array(target)


def project(
    log_members: Array,
    horizon: int,
    rng: np.random.Generator | None = None,
    growth_per_period: float | None = None,
    calendar: Calendar = HALF_MONTHLY,
) -> Array:
    """Continue log members for ``horizon`` periods at the last rate, growth damped, falls not.

    r_{t+1} = 0.9 r_t if r_t > 0 else r_t, plus noise of sd 0.3% a half-month when ``rng`` is given;
    over periods of h half-months 0.9^h and h^(3/2) times the noise. From two years on falls fade
    like growth, since a rate says nothing of decades ahead. ``growth_per_period``, a half-month
    whatever the calendar, replaces the rate and switches the noise off. Shape (..., T) gives
    (..., T + horizon).
    """
    length = calendar.half_months_per_period
    damping, noise_sd = GROWTH_DAMPING**length, AHEAD_RATE_SD * length**1.5
    persistent, fastest = calendar.periods_in(PERSISTENT_FALL_YEARS), FASTEST_RATE * length
    if log_members.shape[-1] > 1:
        rate = log_members[..., -1] - log_members[..., -2]
    else:
        rate = np.zeros(log_members.shape[:-1])
    level = log_members[..., -1]
    steps = []
    for ahead in range(horizon):
        # Drawn in any case, so that all scenarios share the draws that follow.
        noise = rng.standard_normal(level.shape) if rng is not None else 0.0
        if growth_per_period is not None:
            rate = np.full(level.shape, np.log1p(growth_per_period) * length)
        else:
            fades = (rate > 0) | (ahead >= persistent)
            rate = np.where(fades, damping * rate, rate) + noise_sd * noise
            rate = np.clip(rate, -fastest, fastest)
        level = level + rate
        steps.append(level)
    return (
        np.concatenate([log_members, np.stack(steps, axis=-1)], axis=-1) if steps else log_members
    )


@dataclass(frozen=True, eq=False)
class Membership:
    """Members, joins and survival on the grid, each of shape (..., T).

    ``members`` at the end of each period; ``joins`` within it; ``survival`` is the probability of
    still being a member at its end for one who was there at the start of the grid;
    ``survival_by_class`` is that of the two risk classes, (2, ..., T), where it is already known.
    """

    members: Array
    joins: Array
    survival: Array
    survival_by_class: Array | None = None

    def of_paths(self, block: slice) -> Membership:
        """Some of the paths, where arrays are of shape (paths, T)."""
        by_class = self.survival_by_class
        return Membership(
            self.members[block],
            self.joins[block],
            self.survival[block],
            None if by_class is None else by_class[:, block],
        )

    def of_periods(self, chosen: slice | Array) -> Membership:
        """The members of some of the periods; survival stays that since the start of the grid."""
        by_class = self.survival_by_class
        return Membership(
            self.members[..., chosen],
            self.joins[..., chosen],
            self.survival[..., chosen],
            None if by_class is None else by_class[..., chosen],
        )

    def class_survival(self, leaver_risk: Array) -> Array:
        """Survival of the two risk classes under leavers of relative risk rho, (2, ..., T).

        Shapes of ``leaver_risk`` (...) and of the membership broadcast. For a single path it is
        interpolated, on the log scale, between thirteen values of rho worked out once.
        """
        if self.survival_by_class is not None:
            return self.survival_by_class
        if self.joins.ndim > 1:
            return split_survival_by_class(self, leaver_risk)
        rho = np.clip(leaver_risk, LEAVER_RISKS[0], LEAVER_RISKS[-1])
        place = (rho - LEAVER_RISKS[0]) / (LEAVER_RISKS[1] - LEAVER_RISKS[0])
        below = np.minimum(place.astype(int), LEAVER_RISKS.size - 2)
        weight = (place - below)[..., None]
        table = self._log_class_survival
        return np.exp((1.0 - weight) * table[:, below] + weight * table[:, below + 1])

    @cached_property
    def _log_class_survival(self) -> Array:
        return np.log(np.maximum(split_survival_by_class(self, LEAVER_RISKS), SMALLEST_SURVIVAL))


def split_joins_and_exits(
    members: Array, exit_rate_per_year: float, calendar: Calendar = HALF_MONTHLY
) -> Membership:
    """Joins and exits behind a net path, under a stated exit rate.

    Only net figures are published. With x the period's exit share, joins = max(N_t - (1 - x)
    N_{t-1}, 0); where members fall faster than x, joins are nil and exits are the fall. Leavers
    come from all durations alike: P_t = prod(1 - exits_s / N_{s-1}).
    """
    members = np.asarray(members, dtype=float)
    before = np.concatenate([np.zeros_like(members[..., :1]), members[..., :-1]], axis=-1)
    stay = (1.0 - exit_rate_per_year) ** calendar.years_per_period
    joins = np.maximum(members - stay * before, 0.0)
    staying = np.divide(members - joins, before, out=np.ones_like(members), where=before > 0)
    return Membership(members, joins, np.cumprod(staying, axis=-1))


def split_survival_by_class(membership: Membership, leaver_risk: Array) -> Array:
    """Survival of two risk classes when those who leave are healthier than those who stay.

    Half of all who join have risk 0.5, half 1.5 (mean 1). The healthier leave at k times the hazard
    of the others, k = (1.5 - rho) / (rho - 0.5), so that the leavers of an unselected pool have
    mean risk rho; the exits of both add up to the period's. As the healthier become rare the
    leavers' risk rises and that of the pool stays below 1.5: unlike a one-step formula the result
    does not depend on how a large exit is cut into steps. rho = 1 is no anti-selection.
    Shape (2, ..., T).
    Sources: Bluhm 1982; Dukes and MacDonald 1980.
    """
    rho = np.asarray(leaver_risk)
    ratio = (FRAIL_RISK - rho) / (rho - HEALTHY_RISK)
    before = np.concatenate(
        [np.ones_like(membership.survival[..., :1]), membership.survival[..., :-1]], axis=-1
    )
    stay = membership.survival / np.maximum(before, SMALLEST_SURVIVAL)
    shape = np.broadcast_shapes(rho.shape, membership.joins.shape[:-1])
    # Periods first: each step then works on numbers that lie side by side.
    log_stay = np.log(np.ascontiguousarray(np.moveaxis(stay, -1, 0)).clip(SMALLEST_SURVIVAL))
    newcomers = np.ascontiguousarray(np.moveaxis(membership.joins, -1, 0)) / 2
    healthy, frail = np.zeros(shape), np.zeros(shape)
    hazards = np.empty((len(log_stay), *shape))
    for t in range(len(log_stay)):
        stock = healthy + frail
        share = np.divide(healthy, stock, out=np.full(shape, 0.5), where=stock > 0)
        hazards[t], healthy_left, frail_left = _frail_hazard(log_stay[t], share, ratio)
        healthy = stock * healthy_left + newcomers[t]
        frail = stock * frail_left + newcomers[t]
    log_frail = -np.ascontiguousarray(np.moveaxis(np.cumsum(hazards, axis=0), 0, -1))
    survival = np.empty((2, *log_frail.shape))
    np.exp(ratio[..., None] * log_frail, out=survival[0])
    np.exp(log_frail, out=survival[1])
    return survival


def _frail_hazard(
    log_stay: Array, healthy_share: Array, ratio: Array
) -> tuple[Array, Array, Array]:
    """Hazard eta with share exp(-ratio eta) + (1 - share) exp(-eta) = stay, by Newton's method;
    with it the two terms: what is left of each class, as parts of the stock before.
    """
    stay = np.exp(log_stay)
    hazard = -log_stay / (healthy_share * ratio + 1.0 - healthy_share)
    for step in range(NEWTON_STEPS + 1):
        healthy = healthy_share * np.exp(-ratio * hazard)
        frail = (1.0 - healthy_share) * np.exp(-hazard)
        excess = healthy + frail - stay
        if step == NEWTON_STEPS or np.abs(excess).max() < NEGLIGIBLE_EXCESS:
            break
        hazard = hazard + excess / np.maximum(ratio * healthy + frail, SMALLEST_SURVIVAL)
    return hazard, healthy, frail
