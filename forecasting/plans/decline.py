"""The decline spiral: healthy members leave, the share rises, and the share makes more leave.

Two views of one mechanism. With leavers of relative risk rho in every period the mean risk R of the
pool (1 when it was in balance) follows

    dR/dt = h0 R^e (1 - rho) R - j h0 (R - 1)

where h0 R^e is the exit hazard and newcomers of risk 1 join at the rate j h0. It has a level at
which the share settles, R^(e + 1) (1 - rho) = j (R - 1), exactly while

    (1 - rho) / j <= e^e / (1 + e)^(1 + e)

beyond which R grows without bound. With two risk classes R is bounded and the loss of members is
what can be read off. Sources: Bluhm 1982; Dukes and MacDonald 1980; Cutler and Zeckhauser 1998.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.assumptions.parameters import PARAMETERS
from forecasting.base.arrays import Array
from forecasting.base.errors import InputError, Refused
from forecasting.base.quantiles import Quantiles
from forecasting.base.settlements import PERIODS_PER_YEAR, YEARS_PER_PERIOD
from forecasting.explain.exits import ExitFit
from forecasting.members.enrolment import FRAIL_RISK, HEALTHY_RISK

GRID_ELASTICITY: Array = np.linspace(0.0, 3.0, 61)
GRID_LEAVER_RISK: Array = np.linspace(0.52, 1.0, 49)
DRAWS = 1000
HORIZON_YEARS = 5
STEPS_PER_EXIT = 48
TURNOVERS = 120
RUNAWAY = 50.0
CONVERGED_WITHIN = 1e-9


def least_leaver_risk(elasticity: Array | float, replaced: float = 1.0) -> Array:
    """Relative risk of leavers below which the share never settles: 1 - j e^e / (1 + e)^(1 + e).

    ``replaced`` is j, newcomers as a share of those who leave at the base rate. Shape of
    ``elasticity``. Raises InputError for a negative elasticity or share.

    >>> float(least_leaver_risk(1.0)), float(least_leaver_risk(0.0, 0.5))
    (0.75, 0.5)
    """
    e = np.asarray(elasticity, dtype=float)
    if (e < 0).any() or replaced < 0:
        raise InputError(
            "found {elasticity:g} and {replaced:g}, legal: 0 or more",
            elasticity=float(np.min(e)),
            replaced=replaced,
        )
    powers = np.where(e > 0, np.power(np.where(e > 0, e, 1.0), e), 1.0)
    return 1.0 - replaced * powers / np.power(1.0 + e, 1.0 + e)


def needed_newcomers(elasticity: float, leaver_risk: float) -> float:
    """Newcomers, as a share of those who leave at the base rate, without which nothing settles.

    >>> round(needed_newcomers(1.0, 0.75), 6)
    1.0
    """
    return float((1.0 - leaver_risk) / (1.0 - least_leaver_risk(elasticity)))


def runs_away(elasticity: Array, leaver_risk: Array, replaced: float = 1.0) -> Array:
    """Whether the simulated mean risk passes all bounds, shape of the two broadcast.

    Period by period, in time counted in turnovers (1 / h0): a fraction x leaves with risk rho R, so
    those who stay have mean risk R (1 - rho x) / (1 - x), and newcomers of risk 1 join.
    """
    e, rho = np.broadcast_arrays(np.asarray(elasticity, float), np.asarray(leaver_risk, float))
    risk = np.ones(e.shape)
    joining = replaced / STEPS_PER_EXIT
    for _ in range(TURNOVERS * STEPS_PER_EXIT):
        hazard = np.minimum(np.power(risk, e) / STEPS_PER_EXIT, 1.0)
        leaving = -np.expm1(-hazard)
        staying = risk * (1.0 - rho * leaving) / (1.0 - leaving)
        mixed = (staying + joining) / (1.0 + joining)
        if np.max(np.abs(mixed - risk)) < CONVERGED_WITHIN:
            break
        risk = np.minimum(mixed, RUNAWAY)
    return risk >= RUNAWAY


def two_class_path(
    elasticity: Array | float,
    leaver_risk: Array | float,
    exit_rate: float,
    joining_rate: float,
    years: int = HORIZON_YEARS,
) -> tuple[Array, Array]:
    """Members and share relative to the start under two risk classes, shape (..., T + 1) each.

    Half the pool has risk 0.5, half 1.5; the healthier leave at k = (1.5 - rho) / (rho - 0.5) times
    the hazard of the others, so that leavers of the pool as it starts have relative risk rho. The
    pool's exit rate is ``exit_rate`` x share^e a year; unselected newcomers join at
    ``joining_rate`` x the first members a year. Share = mean risk, all else equal.

    >>> members, share = two_class_path(0.0, 1.0, 0.1, 0.0, years=1)
    >>> float(members[-1].round(4)), float(share[-1])
    (0.9048, 1.0)
    """
    e, rho = np.broadcast_arrays(np.asarray(elasticity, float), np.asarray(leaver_risk, float))
    if (rho <= HEALTHY_RISK).any() or (rho >= FRAIL_RISK).any():
        raise InputError(
            "leaver_risk: found {found:g}, legal: between 0.5 and 1.5", found=float(rho.min())
        )
    ratio = (FRAIL_RISK - rho) / (rho - HEALTHY_RISK)
    healthy = frail = np.full(e.shape, 0.5)
    members, share = [np.ones(e.shape)], [np.ones(e.shape)]
    for _ in range(years * PERIODS_PER_YEAR):
        stock = healthy + frail
        hazard = exit_rate * np.power(share[-1], e) * YEARS_PER_PERIOD
        of_frail = hazard * stock / (ratio * healthy + frail)
        newcomers = joining_rate * YEARS_PER_PERIOD / 2.0
        healthy = healthy * np.exp(-ratio * of_frail) + newcomers
        frail = frail * np.exp(-of_frail) + newcomers
        members.append(healthy + frail)
        share.append((HEALTHY_RISK * healthy + FRAIL_RISK * frail) / members[-1])
    return np.stack(members, axis=-1), np.stack(share, axis=-1)


@dataclass(frozen=True)
class DeclineState:
    """Where a plan stood in one year: what its exits and joins were, medians and intervals.

    ``members`` at the year's last settlement on record; ``exit_rate`` and ``joining_rate`` a year,
    as shares of the year's mean members; ``replaced`` = newcomers over leavers; ``elasticity`` of
    exits to the share; ``leaver_risk``: prior of the relative risk of leavers, q10, q50, q90.
    """

    year: int
    day: date
    members: float
    exit_rate: Quantiles
    joining_rate: Quantiles
    replaced: Quantiles
    elasticity: Quantiles
    leaver_risk: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class DeclinePicture:
    """The phase picture and the plan's place in it.

    ``boundary``: one row an elasticity: elasticity, and the leavers' risk below which the share
    never settles when newcomers replace every leaver (``balanced``), as in the year of the state
    (``as_it_was``), and by simulation in the balanced case (``simulated``; NaN off the grid).
    ``lost``: members lost within five years, two classes, shape (leaver risks, elasticities), at
    the state's exit and joining rates. ``lost_here``, ``lost_without``: the same at the state's
    elasticity and the prior risk, and with neither reaction nor anti-selection, shares of members;
    ``share_rise``: of the share over those years, from selection alone.
    """

    state: DeclineState
    boundary: pd.DataFrame
    elasticity: Array
    leaver_risk: Array
    lost: Array
    lost_here: float
    lost_without: float
    share_rise: float

    @property
    def needed(self) -> float:
        """Newcomers over leavers that would have let the share settle."""
        return needed_newcomers(max(self.state.elasticity.q50, 0.0), self.state.leaver_risk[1])

    @property
    def phase(self) -> str:
        """settles, needs_newcomers or unravels: where the state's point lies."""
        e, rho = max(self.state.elasticity.q50, 0.0), self.state.leaver_risk[1]
        if rho >= least_leaver_risk(e, self.state.replaced.q50):
            return "settles"
        return "needs_newcomers" if rho >= least_leaver_risk(e) else "unravels"

    @property
    def persons_by_spiral(self) -> float:
        """Members lost within five years because of reaction and anti-selection, persons."""
        return (self.lost_here - self.lost_without) * self.state.members


def decline_state(exits: ExitFit, year: int) -> DeclineState:
    """Exits and joins of one calendar year from a fit of both. Raises Refused for another year.

    >>> import forecasting
    >>> known = forecasting.load_disclosures().as_of("2021-12-14")
    >>> from forecasting.explain.exits import fit_exits
    >>> state = decline_state(fit_exits(forecasting.fit(known)), 2021)
    >>> 0.2 < state.exit_rate.q50 < 0.5, state.leaver_risk[1]
    (True, 0.75)
    """
    inside = np.array([day.year == year for day in exits.grid])
    if not inside.any():
        raise Refused("decline: no settlement of {year} is known, one is needed", year=year)
    draws = exits.draw(DRAWS, np.random.default_rng(0))
    mean_members = draws.members[:, inside].mean(axis=1)
    length = inside.sum() * YEARS_PER_PERIOD
    left, joined = draws.exits[:, inside].sum(axis=1), draws.joins[:, inside].sum(axis=1)
    (prior,) = (item for item in PARAMETERS if item.name == "leaver_risk")
    return DeclineState(
        year=year,
        day=[day for day in exits.grid if day.year == year][-1],
        members=float(np.median(draws.members[:, np.flatnonzero(inside)[-1]])),
        exit_rate=Quantiles.from_draws(left / mean_members / length),
        joining_rate=Quantiles.from_draws(joined / mean_members / length),
        replaced=Quantiles.from_draws(joined / left),
        elasticity=Quantiles.from_draws(draws.parameters["elasticity"]),
        leaver_risk=(
            prior.prior_quantile(0.1),
            prior.prior_quantile(0.5),
            prior.prior_quantile(0.9),
        ),
    )


def decline_picture(state: DeclineState) -> DeclinePicture:
    """The phase picture about a state: boundaries, simulated boundary, members lost in five years.

    The grid has elasticities 0 to 3 and relative risks 0.52 to 1 (the two classes allow none at or
    below 0.5).
    """
    elasticity, risk = GRID_ELASTICITY, GRID_LEAVER_RISK
    rates = (state.exit_rate.q50, state.joining_rate.q50)
    lost = 1.0 - two_class_path(elasticity, risk[:, None], *rates)[0][..., -1]
    members, share = two_class_path(max(state.elasticity.q50, 0.0), state.leaver_risk[1], *rates)
    without, _ = two_class_path(0.0, 1.0, *rates)
    return DeclinePicture(
        state=state,
        boundary=pd.DataFrame(
            {
                "elasticity": elasticity,
                "balanced": least_leaver_risk(elasticity),
                "as_it_was": least_leaver_risk(elasticity, state.replaced.q50),
                "simulated": _simulated_boundary(elasticity, risk),
            }
        ),
        elasticity=elasticity,
        leaver_risk=risk,
        lost=lost,
        lost_here=float(1.0 - members[-1]),
        lost_without=float(1.0 - without[-1]),
        share_rise=float(share[-1] - 1.0),
    )


def _simulated_boundary(elasticity: Array, risk: Array) -> Array:
    """Halfway between the last risk that runs away and the first that settles; NaN off the grid."""
    away = runs_away(elasticity, risk[:, None])
    first = np.argmin(away, axis=0)
    inside = away.any(axis=0) & ~away.all(axis=0)
    halfway = (risk[first] + risk[np.maximum(first - 1, 0)]) / 2.0
    return np.where(inside, halfway, np.nan)
