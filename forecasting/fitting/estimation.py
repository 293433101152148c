"""Fit the selection-lag model: penalised least squares on one likelihood, Laplace covariance."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import linalg, optimize, special

from forecasting.assumptions.parameters import PARAMETERS, Parameter
from forecasting.assumptions.scenario import Scenario
from forecasting.base.arrays import Array
from forecasting.base.errors import Refused
from forecasting.base.messages import Message, Name, on_day
from forecasting.claims.path import ClaimsPath, Parameters, claims_path
from forecasting.claims.regime import Regime, build_regime
from forecasting.disclosures import Disclosures
from forecasting.disclosures.grid import model_grid
from forecasting.fitting.likelihood import Likelihood, compile_likelihood
from forecasting.members.enrolment import (
    Membership,
    MembershipFit,
    fit_membership,
    split_joins_and_exits,
)

MODEL_VERSION = "1.0"
DEVIATION_PERSISTENCE = 0.85
DEVIATION_SD = 0.08
FEWEST_FIGURES = 3
CONFLICT_SD = 2.0
DIFFERENCE_STEP = 1e-6
TOLERANCE = 1e-6
STARTS: tuple[dict[str, float], ...] = ({}, {"delay_days": 1.5, "incidence_per_10k": -0.5})


@dataclass(frozen=True)
class SelectionLagFit:
    """A fitted model; draws, forecasts and decompositions start from it.

    ``mode_`` holds the free parameters in prior standard deviations, then the deviations u_t on the
    log scale; ``precision_cholesky_`` is the upper factor of their Laplace precision.
    """

    disclosures: Disclosures
    scenario: Scenario
    priors: tuple[Parameter, ...]
    free: tuple[Parameter, ...]
    fixed: dict[str, float]
    regime: Regime
    membership_fit: MembershipFit
    membership: Membership
    likelihood: Likelihood
    mode_: Array
    precision_cholesky_: Array
    converged: bool
    evaluations: int
    cost: float
    warnings: tuple[str, ...] = field(default=())

    @property
    def as_of(self) -> date:
        """The day whose knowledge was used."""
        return self.disclosures.day

    @property
    def grid(self) -> tuple[date, ...]:
        """Settlements from the launch to the as-of day."""
        return self.regime.grid

    @property
    def deviation_(self) -> Array:
        """u_t at the mode, shape (T,)."""
        return self.mode_[len(self.free) :]

    @cached_property
    def point(self) -> Parameters:
        """Every parameter at the mode, in its own unit, scalars."""
        return natural_parameters(self.mode_[: len(self.free)], self.free, self.fixed)

    @cached_property
    def path(self) -> ClaimsPath:
        """The fitted claims path at the mode, shape (T,)."""
        return claims_path(
            self.point, self.regime, self.membership, self.deviation_, self.scenario.delay_family
        )

    @cached_property
    def posterior_sd_(self) -> Array:
        """Posterior sd of ``mode_``'s entries, on their own scales."""
        inverse = linalg.solve_triangular(self.precision_cholesky_, np.eye(self.mode_.size))
        return np.sqrt((inverse**2).sum(axis=1))

    def draw(self, paths: int, rng: np.random.Generator) -> tuple[Parameters, Array]:
        """Laplace draws of the parameters, shape (paths,), and of u_t, shape (paths, T)."""
        noise = rng.standard_normal((self.mode_.size, paths))
        deviations = linalg.solve_triangular(self.precision_cholesky_, noise, lower=False)
        sample = (self.mode_[:, None] + deviations).T
        free = len(self.free)
        return natural_parameters(sample[:, :free], self.free, self.fixed), sample[:, free:]

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter: unit, prior and posterior quantiles, whether it was free, conflict.

        ``conflict`` is how many prior standard deviations the posterior mode moved.
        """
        records = []
        index = {parameter.name: i for i, parameter in enumerate(self.free)}
        for prior in self.priors:
            record: dict[str, Any] = {"name": prior.name, "unit": prior.unit}
            for level, key in ((0.1, "q10"), (0.5, "q50"), (0.9, "q90")):
                record[f"prior_{key}"] = prior.prior_quantile(level)
            i = index.get(prior.name)
            for level, key in ((0.1, "q10"), (0.5, "q50"), (0.9, "q90")):
                if i is None:
                    record[key] = self.fixed[prior.name]
                else:
                    z = self.mode_[i] + special.ndtri(level) * self.posterior_sd_[i]
                    record[key] = float(_legal(prior, prior.to_natural(np.asarray(z))))
            record["free"] = i is not None
            record["conflict"] = 0.0 if i is None else float(self.mode_[i])
            record["spread_ratio"] = 1.0 if i is None else float(self.posterior_sd_[i])
            record["source"] = prior.source
            records.append(record)
        return pd.DataFrame.from_records(records)

    @cached_property
    def residuals(self) -> pd.DataFrame:
        """One row a figure fitted, members' figures after the claims figures."""
        prediction = self.likelihood.predict(self.path)
        columns = ["date_start", "date_end", "quantity", "observed", "fitted", "bound", "z"]
        claims = self.likelihood.figures.assign(
            observed=np.exp(self.likelihood.log_value),
            fitted=np.exp(prediction),
            sd_log=self.likelihood.log_sd,
            z=self.likelihood.residuals(prediction),
        )
        members = self.membership_fit.residuals
        both = pd.concat([claims, members], ignore_index=True)
        both = both.rename(columns={"period_start": "date_start", "period_end": "date_end"})
        return both[[*columns, "sd_log", "scope", "source_id", "row"]]

    def to_frame(self) -> pd.DataFrame:
        """The parameters."""
        return self.parameters

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line: parameters, convergence, residuals."""
        residuals = self.residuals.assign(
            date_start=self.residuals["date_start"].dt.strftime("%Y-%m-%d"),
            date_end=self.residuals["date_end"].dt.strftime("%Y-%m-%d"),
        )
        return {
            "model_version": MODEL_VERSION,
            "data_version": self.disclosures.data_version,
            "as_of": self.as_of.isoformat(),
            "plan": self.disclosures.plan,
            "scenario": self.scenario.to_dict(),
            "parameters": self.parameters.to_dict("records"),
            "convergence": {
                "converged": self.converged,
                "evaluations": self.evaluations,
                "cost": self.cost,
                "figures": self.likelihood.count + len(self.membership_fit.residuals),
            },
            "residuals": residuals.to_dict("records"),
            "warnings": list(self.warnings),
        }


def fit(disclosures: Disclosures, scenario: Scenario | None = None) -> SelectionLagFit:
    """Fit the selection-lag model to what the disclosures know.

    Minimises sum_i r_i^2 + sum_p z_p^2 + u' Q u over standardised parameters z and deviations u,
    with r_i the residual of figure i and Q the precision of a stationary AR(1) of persistence 0.85
    and sd 0.08, from two starts; the Laplace covariance at the best mode gives the draws.

    Raises Refused when fewer than three claims figures or no member figure are known.

    >>> from forecasting import load_disclosures
    >>> fitted = fit(load_disclosures().as_of("2020-10-28"))
    >>> fitted.converged
    True
    """
    scenario = scenario or Scenario()
    grid, _ = model_grid(disclosures)
    figures = disclosures.figures()
    membership_fit = fit_membership(figures, list(grid))
    membership = split_joins_and_exits(membership_fit.members, scenario.exit_rate_per_year)
    regime = build_regime(disclosures, scenario, grid)
    likelihood = compile_likelihood(
        figures, grid, membership.members, membership_fit.log_sd, regime.fee
    )
    values = int((likelihood.side == 0).sum())
    if values < FEWEST_FIGURES:
        missing = Message(
            "{n} claims figures ({share}, {helped}, {aid} or their sums) can be fitted, at least "
            "{least} are needed",
            n=values,
            share=Name("quantity", "share"),
            helped=Name("quantity", "helped"),
            aid=Name("quantity", "aid"),
            least=FEWEST_FIGURES,
        )
        raise Refused(on_day(disclosures.plan, disclosures.day, missing))
    priors = priors_of(disclosures)
    fixed = {p.name: p.median for p in priors if p.name in regime.unused_parameters}
    fixed |= scenario.fixed()
    free = tuple(prior for prior in priors if prior.name not in fixed)
    problem = _Problem(regime, membership, likelihood, free, fixed, scenario.delay_family)
    solutions = [problem.solve(start) for start in STARTS]
    best = min(solutions, key=lambda solution: solution.cost)
    jacobian = problem.jacobian(best.x)
    cholesky = linalg.cholesky(jacobian.T @ jacobian, lower=False)
    fitted = SelectionLagFit(
        disclosures=disclosures,
        scenario=scenario,
        priors=priors,
        free=free,
        fixed=fixed,
        regime=regime,
        membership_fit=membership_fit,
        membership=membership,
        likelihood=likelihood,
        mode_=best.x,
        precision_cholesky_=cholesky,
        converged=bool(best.success),
        evaluations=int(sum(solution.nfev for solution in solutions)),
        cost=float(best.cost),
    )
    return replace(fitted, warnings=(*regime.warnings, *_fit_warnings(fitted)))


def _fit_warnings(fitted: SelectionLagFit) -> list[str]:
    warnings: list[str] = []
    if not fitted.converged:
        warnings.append(Message("the fit did not converge: read its figures with caution"))
    if not fitted.free:
        warnings.append(
            Message("the scenario fixes every assumption: no figure tells anything of them")
        )
    for parameter, z in zip(fitted.free, fitted.mode_, strict=False):
        values = {"parameter": Name("method_parameter", parameter.name), "sd": float(abs(z))}
        if z > CONFLICT_SD:
            warnings.append(
                Message(
                    "{parameter}: the figures pull {sd:.1f} prior standard deviations up", **values
                )
            )
        if z < -CONFLICT_SD:
            warnings.append(
                Message(
                    "{parameter}: the figures pull {sd:.1f} prior standard deviations down",
                    **values,
                )
            )
    return warnings


def priors_of(disclosures: Disclosures) -> tuple[Parameter, ...]:
    """The parameter table, with wider incidence and aid where the plan's benefit is not known."""
    if disclosures.rule("benefit_under_40", disclosures.day) is not None:
        return PARAMETERS
    wider: dict[str, dict[str, Any]] = {
        "incidence_per_10k": {"sd": 0.4},
        "severe_aid": {"sd": 0.4, "median": 150_000.0},
    }
    return tuple(replace(p, **wider.get(p.name, {})) for p in PARAMETERS)


def _legal(parameter: Parameter, natural: Array) -> Array:
    return np.clip(natural, parameter.lower, parameter.upper)


def natural_parameters(
    standard: Array, free: tuple[Parameter, ...], fixed: dict[str, float]
) -> Parameters:
    """Parameters in their own units from standardised values of shape (..., number free)."""
    values = {p.name: _legal(p, p.to_natural(standard[..., i])) for i, p in enumerate(free)}
    return values | {name: np.asarray(value) for name, value in fixed.items()}


class _Problem:
    """Residuals and Jacobian of the penalised least squares."""

    def __init__(
        self,
        regime: Regime,
        membership: Membership,
        likelihood: Likelihood,
        free: tuple[Parameter, ...],
        fixed: dict[str, float],
        delay_family: str,
    ) -> None:
        self.regime = regime
        self.membership = membership
        self.likelihood = likelihood
        self.free = free
        self.fixed = fixed
        self.delay_family = delay_family
        self.deviation_root = _ar1_root(regime.years.size)

    def solve(self, start: dict[str, float]) -> optimize.OptimizeResult:
        x = np.zeros(len(self.free) + self.regime.years.size)
        for i, parameter in enumerate(self.free):
            x[i] = start.get(parameter.name, 0.0)
        return optimize.least_squares(
            self.residuals, x, self.jacobian, method="lm", xtol=TOLERANCE, ftol=TOLERANCE
        )

    def residuals(self, x: Array) -> Array:
        standard, deviation = x[: len(self.free)], x[len(self.free) :]
        prediction = self.likelihood.predict(self._path(standard, deviation))
        return np.concatenate(
            [self.likelihood.residuals(prediction), standard, self.deviation_root @ deviation]
        )

    def jacobian(self, x: Array) -> Array:
        """Written out for u, where the log prediction is linear in it; differences for the rest."""
        count = len(self.free)
        standard, deviation = x[:count], x[count:]
        prediction, by_deviation = self.likelihood.slopes(self._path(standard, deviation))
        steps = DIFFERENCE_STEP * np.eye(count)
        stepped = self.likelihood.predict(self._path(standard + steps, deviation))
        # One path comes back, not one a parameter, where none is free or none acts on the figures.
        stepped = np.broadcast_to(stepped, (count, prediction.size))
        by_parameter = (stepped - prediction).T / DIFFERENCE_STEP
        slope = self.likelihood.residual_slope(prediction)[:, None]
        periods = deviation.size
        return np.block(
            [
                [slope * by_parameter, slope * by_deviation],
                [np.eye(count), np.zeros((count, periods))],
                [np.zeros((periods, count)), self.deviation_root],
            ]
        )

    def _path(self, standard: Array, deviation: Array) -> ClaimsPath:
        parameters = natural_parameters(standard, self.free, self.fixed)
        return claims_path(parameters, self.regime, self.membership, deviation, self.delay_family)


def _ar1_root(periods: int) -> Array:
    """Square root of the AR(1) precision: row t is (u_t - phi u_{t-1}) / innovation sd."""
    innovation = DEVIATION_SD * np.sqrt(1.0 - DEVIATION_PERSISTENCE**2)
    root = np.eye(periods) / innovation
    root[np.arange(1, periods), np.arange(periods - 1)] = -DEVIATION_PERSISTENCE / innovation
    root[0, 0] = 1.0 / DEVIATION_SD
    return root
