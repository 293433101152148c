"""Fit the selection-lag model: penalised least squares on one likelihood, Laplace covariance."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from scipy import linalg, special

from forecasting.assumptions.parameters import PARAMETERS, Parameter, legal, natural_parameters
from forecasting.assumptions.scenario import Scenario
from forecasting.base.arrays import Array
from forecasting.base.errors import Refused
from forecasting.base.messages import Message, Name, on_day
from forecasting.claims.path import ClaimsPath, Parameters, claims_path
from forecasting.claims.regime import Regime, build_regime
from forecasting.disclosures import Disclosures
from forecasting.disclosures.grid import model_grid
from forecasting.fitting.cases import compile_case_lists
from forecasting.fitting.deviation import SCALES, scale_log_prior
from forecasting.fitting.launches import LaunchFit, launch_candidates, launch_note, weighed
from forecasting.fitting.likelihood import Likelihood, compile_likelihood
from forecasting.fitting.sanity import require_figures_near
from forecasting.fitting.solver import Problem, ScaleFit, Solved, fit_scales
from forecasting.members.enrolment import (
    Membership,
    MembershipFit,
    fit_membership,
    split_joins_and_exits,
)

MODEL_VERSION = "2.0"
FEWEST_FIGURES = 3
CONFLICT_SD = 2.0
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True, eq=False)
class SelectionLagFit:
    """A fitted model; draws, forecasts and decompositions start from it.

    ``scales``: the fit under each scale of the deviation that the figures leave possible. A draw
    takes a scale by its weight; ``mode_`` and ``precision_cholesky_`` are of the likeliest: the
    free parameters in prior standard deviations, then the deviations u_t on the log scale, and the
    upper factor of their Laplace precision. ``launches``: where the launch is not known, the fit
    under each that is possible; this is the likeliest of them, forecasts draw from all.
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
    scales: tuple[ScaleFit, ...]
    converged: bool
    evaluations: int
    warnings: tuple[str, ...] = field(default=())
    launches: tuple[LaunchFit, ...] = field(default=())

    @property
    def as_of(self) -> date:
        """The day whose knowledge was used."""
        return self.disclosures.day

    @property
    def grid(self) -> tuple[date, ...]:
        """Settlements from the launch to the as-of day."""
        return self.regime.grid

    @property
    def solved(self) -> Solved:
        """What was searched for: with it :func:`fit` gives this fit again, to the last bit."""
        return Solved(self.scales, self.evaluations)

    @cached_property
    def likeliest(self) -> ScaleFit:
        """The fit under the scale of the largest weight."""
        return max(self.scales, key=lambda each: each.weight)

    @property
    def mode_(self) -> Array:
        """The likeliest scale's mode."""
        return self.likeliest.mode

    @property
    def precision_cholesky_(self) -> Array:
        """The likeliest scale's Laplace precision is R'R."""
        return self.likeliest.precision_cholesky

    @property
    def cost(self) -> float:
        """Half the sum of squares at the mode."""
        return self.likeliest.cost

    @property
    def log_evidence(self) -> float:
        """Log of the evidence averaged over the scales' prior, up to a constant of the record."""
        prior = np.array([scale_log_prior(each) for each in SCALES])
        found = [each.log_evidence + scale_log_prior(each.scale) for each in self.scales]
        return float(special.logsumexp(found) - special.logsumexp(prior))

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
    def mean_(self) -> Array:
        """Posterior mean of ``mode_``'s entries over all scales."""
        return np.asarray(sum(each.weight * each.mode for each in self.scales))

    @cached_property
    def covariance_(self) -> Array:
        """Posterior covariance of ``mode_``'s entries: that within scales and that between them."""
        total = np.zeros((self.mode_.size, self.mode_.size))
        for each in self.scales:
            inverse = linalg.solve_triangular(each.precision_cholesky, np.eye(self.mode_.size))
            apart = each.mode - self.mean_
            total += each.weight * (inverse @ inverse.T + np.outer(apart, apart))
        return total

    @cached_property
    def posterior_sd_(self) -> Array:
        """Posterior sd of ``mode_``'s entries over all scales, on their own scales."""
        return np.asarray(np.sqrt(np.diag(self.covariance_)))

    def draw(self, paths: int, rng: np.random.Generator) -> tuple[Parameters, Array]:
        """Laplace draws of the parameters, shape (paths,), and of u_t, shape (paths, T).

        ``deviation_scale`` among the parameters is the scale each path goes on with. Scales take
        paths in proportion to their weights, evenly along the draws.
        """
        noise = rng.standard_normal((self.mode_.size, paths))
        place = (np.arange(paths) + 0.5) * GOLDEN % 1.0
        edges = np.cumsum([each.weight for each in self.scales])[:-1]
        chosen = np.searchsorted(edges, place)
        sample = np.empty((paths, self.mode_.size))
        for i, each in enumerate(self.scales):
            rows = chosen == i
            around = linalg.solve_triangular(each.precision_cholesky, noise[:, rows], lower=False)
            sample[rows] = (each.mode[:, None] + around).T
        free = len(self.free)
        values = natural_parameters(sample[:, :free], self.free, self.fixed)
        values["deviation_scale"] = np.array([each.scale for each in self.scales])[chosen]
        return values, sample[:, free:]

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
                    z = self.mean_[i] + special.ndtri(level) * self.posterior_sd_[i]
                    record[key] = float(legal(prior, prior.to_natural(np.asarray(z))))
            record["free"] = i is not None
            record["conflict"] = 0.0 if i is None else float(self.mean_[i])
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

    def covariance(self) -> pd.DataFrame:
        """Laplace covariance of the free parameters, one row and one column a parameter.

        Each is on its estimation scale in units of its prior sd, so that the prior is the identity;
        the deviations u_t and their scale are integrated out. The column ``name`` names the rows.

        >>> from forecasting import fit, load_disclosures
        >>> fit(load_disclosures().as_of("2020-10-28")).covariance().shape
        (15, 16)
        """
        names = [parameter.name for parameter in self.free]
        table = pd.DataFrame(self.covariance_[: len(names), : len(names)], columns=names)
        table.insert(0, "name", names)
        return table

    def parameter_draws(self, draws: int = 1000, seed: int = 0) -> pd.DataFrame:
        """Draws of every parameter in its own unit, one row a draw; fixed ones are constant.

        >>> from forecasting import fit, load_disclosures
        >>> table = fit(load_disclosures().as_of("2020-10-28")).parameter_draws(10)
        >>> len(table), float(table["delay_days"].min()) > 30
        (10, True)
        """
        drawn, _ = self.draw(draws, np.random.default_rng(seed))
        table = {prior.name: np.broadcast_to(drawn[prior.name], draws) for prior in self.priors}
        return pd.DataFrame(table).rename_axis("draw").reset_index()

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
                "log_evidence": self.log_evidence,
                "figures": self.likelihood.count + len(self.membership_fit.residuals),
            },
            "deviation_scales": [
                {
                    "scale": each.scale,
                    "weight": each.weight,
                    "log_evidence": each.log_evidence,
                    "cost": each.cost,
                }
                for each in self.scales
            ],
            **self._launches_dict(),
            "residuals": residuals.to_dict("records"),
            "warnings": list(self.warnings),
        }

    def _launches_dict(self) -> dict[str, Any]:
        """The launches that are possible, in JSON; nothing where the launch is known."""
        each = [{"launch": one.launched.isoformat(), "weight": one.weight} for one in self.launches]
        return {"launches": each} if each else {}


def fit(
    disclosures: Disclosures, scenario: Scenario | None = None, solved: Solved | None = None
) -> SelectionLagFit:
    """Fit the selection-lag model to what the disclosures know.

    Minimises sum_i r_i^2 + sum_p z_p^2 + sum_t w_t^2 over standardised parameters z and deviations
    u, with r_i the residual of figure i and w the normal scores of the innovations of u (see
    :mod:`forecasting.fitting.deviation`), from two starts and under every scale of the deviation
    that the figures leave possible. Laplace covariances at the modes give the draws, scales in
    proportion to prior times evidence. Where the launch is not known the same is done under each
    that is possible, see :mod:`forecasting.fitting.launches`.

    With ``solved`` of the same fit nothing is searched for again, where the launch is known.

    Raises Refused when fewer than three claims figures or no member figure are known.

    >>> from forecasting import load_disclosures
    >>> fitted = fit(load_disclosures().as_of("2020-10-28"))
    >>> fitted.converged
    True
    """
    scenario = scenario or Scenario()
    if scenario.launch is not None:
        disclosures = disclosures.launched_on(scenario.launch)
    candidates = launch_candidates(disclosures)
    if not candidates:
        return _fit_launched(disclosures, scenario, solved)
    fits = [_fit_launched(disclosures.launched_on(day), scenario) for day, _ in candidates]
    launches = weighed(candidates, fits)
    likeliest = max(launches, key=lambda each: each.weight).fit
    warnings = (launch_note(launches), *likeliest.warnings)
    return replace(likeliest, launches=launches, warnings=warnings)


def _fit_launched(
    disclosures: Disclosures, scenario: Scenario, solved: Solved | None = None
) -> SelectionLagFit:
    grid, _ = model_grid(disclosures)
    require_figures_near(disclosures, grid[0])
    figures = disclosures.figures()
    calendar = disclosures.calendar
    membership_fit = fit_membership(figures, list(grid), calendar)
    membership = split_joins_and_exits(
        membership_fit.members, scenario.exit_rate_per_year, calendar
    )
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
    if solved is None:
        cases = compile_case_lists(disclosures, grid)
        problem = Problem(regime, membership, likelihood, free, fixed, scenario.delay_family, cases)
        solved = Solved(fit_scales(problem), problem.work["states"])
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
        scales=solved.scales,
        converged=all(each.converged for each in solved.scales),
        evaluations=solved.evaluations,
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
    for parameter, z in zip(fitted.free, fitted.mean_, strict=False):
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
