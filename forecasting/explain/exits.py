"""Joins and exits behind the net membership, and what the share does to those who stay.

    N_t = N_{t-1} exp(-h_t / n) + A_t

with the hazard of :mod:`forecasting.members.hazard`. Only net figures are published, so priors
tell joins from exits: joins are not negative and, as a share of members, move no faster from period
to period than the net rate does. Smooth logarithms of joins would not do: a crowd that joins and
leaves again makes any net path look smooth, and the fit would invent one. What the figures add to
the priors is reported; for the elasticity it is little, since the share rose while the plan lost
trust.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import linalg, optimize

from forecasting.base.arrays import Array
from forecasting.base.messages import Message, Name
from forecasting.base.quantiles import Quantiles, quantile_columns
from forecasting.disclosures import Disclosures
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.members.enrolment import (
    LAUNCH_PERIODS,
    LAUNCH_RATE_SD,
    RATE_SD,
    Membership,
    MembershipFit,
)
from forecasting.members.hazard import (
    HAZARD_PRIORS,
    LEAST_SHARE,
    HazardInputs,
    exit_hazard,
    exit_probability,
    hazard_inputs,
    hazard_parameters,
)

DIFFERENCE_STEP = 1e-5
TOLERANCE = 1e-8
DRAWS = 1000
WEAK_SPREAD = 0.8


@dataclass(frozen=True, eq=False)
class ExitDraws:
    """Joint draws: hazard parameters (paths,); members, joins, exits, hazard (paths, T).

    Members are those at the start of a period plus joins less exits, exactly.
    """

    parameters: dict[str, Array]
    members: Array
    joins: Array
    exits: Array
    hazard: Array

    def membership(self) -> Membership:
        """The membership that the claims model takes: joins, and survival by these exits."""
        before = _before(self.members)
        staying = 1.0 - np.divide(self.exits, before, out=np.zeros_like(before), where=before > 0)
        return Membership(self.members, self.joins, np.cumprod(staying, axis=-1))


@dataclass(frozen=True, eq=False)
class ExitFit:
    """Joins and exits apart, under the stated priors.

    ``mode_``: the hazard's parameters in prior standard deviations, then v with log members
    ``log_members`` + ``root`` v; ``covariance_`` is their Laplace covariance. ``events``: days of
    the events that were used.
    """

    grid: tuple[date, ...]
    inputs: HazardInputs
    events: tuple[date, ...]
    log_members: Array
    root: Array
    mode_: Array
    covariance_: Array
    converged: bool
    evaluations: int
    warnings: tuple[str, ...]

    def draw(self, paths: int, rng: np.random.Generator) -> ExitDraws:
        """Laplace draws; where the hazard asks for negative joins they are nil, exits the fall."""
        factor = linalg.cholesky(self.covariance_, lower=True)
        standard = self.mode_ + rng.standard_normal((paths, self.mode_.size)) @ factor.T
        parameters = hazard_parameters(standard)
        hazard = exit_hazard(parameters, self.inputs)
        members = np.exp(self.log_members + standard[:, len(HAZARD_PRIORS) :] @ self.root.T)
        before = _before(members)
        stay = 1.0 - exit_probability(hazard, self.inputs.calendar)
        joins = np.maximum(members - before * stay, 0.0)
        return ExitDraws(parameters, members, joins, before + joins - members, hazard)

    @cached_property
    def _sample(self) -> ExitDraws:
        return self.draw(DRAWS, np.random.default_rng(0))

    @cached_property
    def periods(self) -> pd.DataFrame:
        """One row a period: ``date``, then quantiles of members, joins, exits and hazard.

        Persons of the period for joins and exits, at its end for members; hazard a year.
        """
        sample = self._sample
        columns: dict[str, Array] = {}
        for name in ("members", "joins", "exits", "hazard"):
            columns |= quantile_columns(getattr(sample, name), name)
        return pd.DataFrame({"date": pd.to_datetime(list(self.grid)), **columns})

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter: name, unit, prior and posterior q10, q50, q90, spread_ratio, source.

        ``spread_ratio`` is posterior over prior sd: near 1 the figures say nothing and the value is
        the prior's, not a finding.
        """
        spread = np.sqrt(np.diag(self.covariance_))[: len(HAZARD_PRIORS)]
        records = []
        for i, prior in enumerate(HAZARD_PRIORS):
            draws = self._sample.parameters[prior.name]
            levels = {"q10": 0.1, "q50": 0.5, "q90": 0.9}
            records.append(
                {
                    "name": prior.name,
                    "unit": prior.unit,
                    **{f"prior_{key}": prior.prior_quantile(q) for key, q in levels.items()},
                    **{key: float(np.quantile(draws, q)) for key, q in levels.items()},
                    "spread_ratio": float(spread[i]),
                    "source": prior.source,
                }
            )
        return pd.DataFrame.from_records(records)

    @property
    def elasticity(self) -> Quantiles:
        """Posterior of the elasticity of the exit hazard to the share."""
        return Quantiles.from_draws(self._sample.parameters["elasticity"])


def _before(members: Array) -> Array:
    """Members at the start of each period, none at the start of the first."""
    return np.concatenate([np.zeros_like(members[..., :1]), members[..., :-1]], axis=-1)


def trust_events(disclosures: Disclosures) -> tuple[date, ...]:
    """Days of the plan's own shocks known on the day, but for those that only held claims back.

    The latter are the rows of ``shocks.csv``, announced on the same day.

    >>> from forecasting.disclosures import load_disclosures
    >>> trust_events(load_disclosures())
    (datetime.date(2020, 11, 3),)
    """
    rows = disclosures.events
    rows = rows[(rows["plan"] == disclosures.plan) & (rows["kind"] == "shock")]
    days = rows.loc[~rows["date"].isin(disclosures.shocks["known_from"]), "date"]
    return tuple(day.date() for day in days)


def displayed_share(fit: SelectionLagFit) -> Array:
    """The share of each period: disclosed where it is, otherwise reconstructed. RMB, (T,)."""
    disclosed = fit.disclosures.known("share")["value"]
    known = dict(zip(disclosed.index, disclosed.to_numpy(), strict=True))
    return np.array(
        [known.get(day, share) for day, share in zip(fit.grid, fit.path.share, strict=True)]
    )


def fit_exits(fit: SelectionLagFit) -> ExitFit:
    """Joins and exits behind the membership of a fitted model, given the share it displays.

    >>> import forecasting
    >>> fitted = forecasting.fit(forecasting.load_disclosures().as_of("2021-06-14"))
    >>> apart = fit_exits(fitted)
    >>> apart.converged, apart.elasticity.q10 < 0.27 < apart.elasticity.q90
    (True, True)
    """
    events = trust_events(fit.disclosures)
    calendar = fit.disclosures.calendar
    inputs = hazard_inputs(displayed_share(fit), fit.grid, events, calendar=calendar)
    return split_net_membership(fit.membership_fit, inputs, fit.grid, events)


def split_net_membership(
    membership: MembershipFit,
    inputs: HazardInputs,
    grid: tuple[date, ...],
    events: tuple[date, ...] = (),
) -> ExitFit:
    """Penalised least squares of joins and hazard on the net membership path.

    Minimises |v|^2 + |z|^2 + sum_t (a_t - a_{t-1})^2 / s_t^2 + sum_t min(a_t, 0)^2 / d^2, where log
    N = m + L v with m and L L' the posterior mean and covariance of log members, z are the hazard's
    parameters in prior standard deviations and a_t = A_t / N_t is the joining rate. s_t is the sd
    of the net rate's steps in ``fit_membership`` (0.4% a period, 12% at launch); d = 0.4% lets
    exits wander about the hazard by as much. The sums begin at the first share of 0.1 RMB: before
    it nearly all is growth, and a wiggle in a few press figures would pass for exits. Laplace
    covariance at the mode.
    """
    problem = _Problem(membership, inputs)
    solution = optimize.least_squares(
        problem.residuals,
        np.zeros(len(HAZARD_PRIORS) + membership.periods),
        problem.jacobian,
        method="lm",
        xtol=TOLERANCE,
        ftol=TOLERANCE,
    )
    jacobian = problem.jacobian(solution.x)
    covariance = linalg.inv(jacobian.T @ jacobian)
    return ExitFit(
        grid=grid,
        inputs=inputs,
        events=events,
        log_members=problem.log_members,
        root=problem.root,
        mode_=solution.x,
        covariance_=(covariance + covariance.T) / 2,
        converged=bool(solution.success),
        evaluations=int(solution.nfev),
        warnings=_warnings(bool(solution.success), covariance),
    )


def _warnings(converged: bool, covariance: Array) -> tuple[str, ...]:
    found = [] if converged else [Message("joins and exits: the fit did not converge")]
    spread = np.sqrt(np.diag(covariance))
    found += [
        Message(
            "{parameter}: the figures leave {ratio:.0%} of the prior's spread: an assumption "
            "rather than a finding",
            parameter=Name("hazard", prior.name),
            ratio=float(ratio),
        )
        for prior, ratio in zip(HAZARD_PRIORS, spread, strict=False)
        if ratio > WEAK_SPREAD
    ]
    return tuple(found)


class _Problem:
    """Residuals and Jacobian of the split."""

    def __init__(self, membership: MembershipFit, inputs: HazardInputs) -> None:
        self.inputs = inputs
        periods = membership.periods
        self.log_members = membership.mean_[:periods]
        inverse = linalg.solve_triangular(
            membership.precision_cholesky_, np.eye(membership.mean_.size), lower=False
        )[:periods]
        self.root = linalg.cholesky(inverse @ inverse.T, lower=True)
        shown = np.flatnonzero(inputs.share >= LEAST_SHARE)
        self.first = int(shown[0]) if shown.size else periods
        length = inputs.calendar.half_months_per_period
        steps = np.arange(self.first + 1, periods) * length
        self.step_sd = (RATE_SD + LAUNCH_RATE_SD * np.exp(-steps / LAUNCH_PERIODS)) * length**1.5
        self.idle_sd = RATE_SD * length**1.5

    def residuals(self, x: Array) -> Array:
        """Shape (..., residuals) for x of shape (..., unknowns)."""
        hazard = exit_hazard(hazard_parameters(x), self.inputs)
        log_members = self.log_members + x[..., len(HAZARD_PRIORS) :] @ self.root.T
        growth = np.diff(log_members, axis=-1)
        first = np.ones_like(hazard[..., :1])
        stay = np.exp(-hazard[..., 1:] * self.inputs.calendar.years_per_period)
        joining = np.concatenate([first, 1.0 - stay * np.exp(-growth)], axis=-1)
        joining = joining[..., self.first :]
        steps = np.diff(joining, axis=-1) / self.step_sd
        return np.concatenate([x, steps, np.minimum(joining, 0.0) / self.idle_sd], axis=-1)

    def jacobian(self, x: Array) -> Array:
        """By central differences, all unknowns at once."""
        steps = DIFFERENCE_STEP * np.eye(x.size)
        return (self.residuals(x + steps) - self.residuals(x - steps)).T / (2 * DIFFERENCE_STEP)
