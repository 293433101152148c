"""The Laplace approximation of one fit against Hamiltonian Monte Carlo on the same posterior.

The log posterior is written again here from the parts of the engine that are public (claims path,
likelihood, case lists, priors, deviations as a moving average), so that a slip in the fit's
residuals would show.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import mici  # type: ignore[import-untyped]
import numpy as np
from arviz_stats.base.array import array_stats
from scipy import linalg

from benchmarks.report import Section, shown, table
from benchmarks.speed import AS_OF
from forecasting import Forecast, Quantiles, SelectionLagFit, fit, forecast, load_disclosures
from forecasting.assumptions.parameters import natural_parameters
from forecasting.base.arrays import Array
from forecasting.base.settlements import DAYS_PER_PERIOD
from forecasting.claims.path import ClaimsPath, Parameters, claims_path, undiluted_share
from forecasting.claims.selection import mean_lag_days
from forecasting.evaluation.bars import Bar
from forecasting.fitting.cases import CaseLists, compile_case_lists
from forecasting.fitting.deviation import (
    PERSISTENCE,
    heavy_tailed,
    innovations,
    launch_profile,
    normal_score,
    normal_score_slope,
)
from forecasting.simulation.equilibrium import SETTLING_PATHS

CHAINS = 4
SEED = 1
WARM_UP = 200
DRAWS = 500
ACCEPTANCE = 0.8
START_SPREAD = 1.2
DIFFERENCE_STEP = 1e-6
HORIZON = 24
FORECAST_PATHS = 10_000
MOST_RHAT = 1.02
LEAST_ESS = 400.0
WIDTH_RATIO = (0.8, 1.25)
KEYS = ("q10", "q50", "q90")
KEY_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Posterior:
    """Minus the log posterior of a fit under its likeliest scale, up to a constant, with gradient.

    Coordinates q make the Laplace approximation standard normal. y holds standardised parameters,
    then the normal scores w of the deviation's innovations; x the parameters, then u.
    """

    fitted: SelectionLagFit

    @cached_property
    def mode(self) -> Array:
        """y at the mode."""
        count = len(self.fitted.free)
        innovation = innovations(self.fitted.deviation_, self.fitted.likeliest.scale)
        return np.r_[self.fitted.mode_[:count], normal_score(innovation)]

    @cached_property
    def cases(self) -> CaseLists | None:
        """The case lists that the fit weighed, None where none were known."""
        return compile_case_lists(self.fitted.disclosures, self.fitted.grid)

    @cached_property
    def innovations_to_deviations(self) -> Array:
        """R^-1, written as the moving average that the AR(1) is."""
        periods = self.fitted.deviation_.size
        lag = np.subtract.outer(np.arange(periods), np.arange(periods))
        spread = self.fitted.likeliest.scale * launch_profile(0, periods)
        spread[1:] *= np.sqrt(1.0 - PERSISTENCE**2)
        return np.where(lag >= 0, PERSISTENCE ** np.maximum(lag, 0), 0.0) * spread

    @cached_property
    def scale(self) -> Array:
        """y - mode = scale q: the fit's precision of x, taken over to y at the mode."""
        factor, count = self.fitted.precision_cholesky_, len(self.fitted.free)
        inverse = linalg.solve_triangular(factor, np.eye(len(factor)), lower=False)
        inverse[count:] = linalg.solve(self._slope(self.mode[count:]), inverse[count:])
        return inverse

    def position(self, q: Array) -> Array:
        """x of coordinates q, shape (..., d)."""
        y, count = self.mode + q @ self.scale.T, len(self.fitted.free)
        deviation = heavy_tailed(y[..., count:]) @ self.innovations_to_deviations.T
        return np.concatenate([y[..., :count], deviation], axis=-1)

    def __call__(self, q: Array) -> float:
        """(sum of squared residuals + priors) / 2."""
        x = self.position(q)
        standard, deviation = x[: len(self.fitted.free)], x[len(self.fitted.free) :]
        parameters = self._parameters(standard)
        residuals = self.fitted.likelihood.residuals(
            self.fitted.likelihood.predict(self._path(parameters, deviation))
        )
        return self._total(residuals, self._of_lists(parameters), q)

    def gradient(self, q: Array) -> tuple[Array, float]:
        """By q, and the value itself: exact in w, forward differences in the parameters."""
        x, count = self.position(q), len(self.fitted.free)
        standard, deviation, likelihood = x[:count], x[count:], self.fitted.likelihood
        steps = DIFFERENCE_STEP * np.vstack([np.zeros(count), np.eye(count)])
        parameters = self._parameters(standard + steps)
        paths = self._path(parameters, deviation)
        prediction, by_deviation = likelihood.slopes(paths.row(0))
        by_parameter = (likelihood.predict(paths)[1:] - prediction) / DIFFERENCE_STEP
        residuals = likelihood.residuals(prediction)
        weight = residuals * likelihood.residual_slope(prediction)
        of_lists = self._of_lists(parameters)
        lists_by_parameter = (of_lists[1:] - of_lists[0]) / DIFFERENCE_STEP
        y = self.mode + self.scale @ q
        by_y = y.copy()
        by_y[:count] += by_parameter @ weight + lists_by_parameter @ of_lists[0]
        by_y[count:] += self._slope(y[count:]).T @ (by_deviation.T @ weight)
        return self.scale.T @ by_y, self._total(residuals, of_lists[0], q)

    def _slope(self, score: Array) -> Array:
        """du/dw, shape (T, T)."""
        return self.innovations_to_deviations / normal_score_slope(heavy_tailed(score))

    def _parameters(self, standard: Array) -> Parameters:
        return natural_parameters(standard, self.fitted.free, self.fitted.fixed)

    def _path(self, parameters: Parameters, deviation: Array) -> ClaimsPath:
        fitted = self.fitted
        return claims_path(
            parameters, fitted.regime, fitted.membership, deviation, fitted.scenario.delay_family
        )

    def _of_lists(self, parameters: Parameters) -> Array:
        fitted, cases = self.fitted, self.cases
        if cases is None:
            return np.zeros((*np.shape(parameters["delay_days"]), 0))
        return cases.residuals(
            parameters, fitted.regime, fitted.membership, fitted.scenario.delay_family
        )

    def _total(self, residuals: Array, of_lists: Array, q: Array) -> float:
        y = self.mode + self.scale @ q
        return float(residuals @ residuals + of_lists @ of_lists + y @ y) / 2


@dataclass(frozen=True)
class SampledFit(SelectionLagFit):
    """A fit with a Markov chain's ``sample``, shape (draws, d), in place of Laplace's."""

    sample: Array = field(default_factory=lambda: np.empty((0, 0)))

    def draw(self, paths: int, rng: np.random.Generator) -> tuple[Parameters, Array]:
        """See :meth:`forecasting.SelectionLagFit.draw`."""
        chosen = self.sample[rng.permutation(np.arange(paths) % len(self.sample))]
        count = len(self.free)
        values = natural_parameters(chosen[:, :count], self.free, self.fixed)
        values["deviation_scale"] = np.full(paths, self.likeliest.scale)
        return values, chosen[:, count:]


def under_one_scale(fitted: SelectionLagFit) -> SelectionLagFit:
    """The fit under its likeliest scale alone: what chains of one scale are compared with."""
    return replace(fitted, scales=(replace(fitted.likeliest, weight=1.0),))


def sampled(fitted: SelectionLagFit, sample: Array) -> SampledFit:
    """A fit that draws from ``sample``."""
    known = {each.name: getattr(fitted, each.name) for each in fields(SelectionLagFit)}
    return SampledFit(**known, sample=sample)


def run_chains(posterior: Posterior, draws: int, warm_up: int = WARM_UP) -> tuple[Array, float]:
    """Chains of x, shape (CHAINS, draws, d), and the share of their trajectories that diverged.

    Hoffman and Gelman 2014 with multinomial sampling (Betancourt 2017). The warm-up finds the step
    size by dual averaging and the metric from the draws themselves: the Laplace metric alone mixes
    several times slower along the ridge of initial selection and incidence. Chains start from draws
    wider than the Laplace approximation.
    """
    rng = np.random.default_rng(SEED)
    system = mici.systems.EuclideanMetricSystem(posterior, grad_neg_log_dens=posterior.gradient)
    sampler = mici.samplers.DynamicMultinomialHMC(
        system, mici.integrators.LeapfrogIntegrator(system), rng
    )
    dimensions = posterior.fitted.mode_.size
    result = sampler.sample_chains(
        warm_up,
        draws,
        [START_SPREAD * rng.standard_normal(dimensions) for _ in range(CHAINS)],
        adapters=[
            mici.adapters.DualAveragingStepSizeAdapter(ACCEPTANCE),
            mici.adapters.OnlineCovarianceMetricAdapter(),
        ],
        trace_funcs=[_trace],
        display_progress=False,
        n_worker=min(CHAINS, os.cpu_count() or 1),
    )
    diverged = float(np.mean(result.statistics["diverging"]))
    return posterior.position(np.array(result.traces["q"])), diverged


def _trace(state: Any) -> dict[str, Array]:
    return {"q": state.pos}


@dataclass(frozen=True)
class Comparison:
    """One quantity: 10, 50 and 90% quantiles both ways, and how well the chains mixed on it."""

    name: str
    unit: str
    laplace: tuple[float, ...]
    chains: tuple[float, ...]
    rhat: float | None = None
    ess: float | None = None

    @property
    def width_ratio(self) -> float:
        """Laplace's 80% interval as a multiple of the chains'."""
        return (self.laplace[2] - self.laplace[0]) / (self.chains[2] - self.chains[0])

    @property
    def shift(self) -> float:
        """Laplace's median less the chains', as a share of the chains' 80% interval."""
        return (self.laplace[1] - self.chains[1]) / (self.chains[2] - self.chains[0])

    @property
    def row(self) -> list[str]:
        """Its row of the table."""
        return [
            f"{self.name} ({self.unit})",
            *(_compact(value) for value in (*self.laplace, *self.chains)),
            shown(self.width_ratio),
            f"{self.shift:+.2f}",
            shown(self.rhat, digits=3),
            "-" if self.ess is None else f"{self.ess:.0f}",
        ]


def _compact(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def compare(fitted: SelectionLagFit, chains: Array) -> list[Comparison]:
    """Every free parameter and the long-run numbers, from ``chains`` of x, (chains, draws, d)."""
    parameters = natural_parameters(chains[..., : len(fitted.free)], fitted.free, fitted.fixed)
    laplace = fitted.parameters.set_index("name")
    quick, exact = (
        forecast(each, HORIZON, FORECAST_PATHS)
        for each in (fitted, sampled(fitted, chains.reshape(-1, chains.shape[-1])))
    )
    mixing = {name: _mixing(values) for name, values in _long_run(fitted, parameters).items()}
    found = [
        Comparison(name, unit, by_laplace, by_chains, *mixing.get(name, (None, None)))
        for name, unit, by_laplace, by_chains in _forecast_numbers(quick, exact)
    ]
    for prior in fitted.free:
        values = parameters[prior.name]
        by_chains = tuple(float(q) for q in np.quantile(values, KEY_LEVELS))
        by_laplace = tuple(float(laplace.loc[prior.name, key]) for key in KEYS)
        found.append(Comparison(prior.name, prior.unit, by_laplace, by_chains, *_mixing(values)))
    return found


def _long_run(fitted: SelectionLagFit, parameters: Parameters) -> dict[str, Array]:
    level = undiluted_share(parameters, fitted.regime, fitted.membership, len(fitted.grid) - 1)
    names = ("waiting_incidence", "initial_selection", "ramp_years", "delay_days")
    lag = mean_lag_days(fitted.regime.waiting_days, *(parameters[name] for name in names))
    return {"steady_state": level, "lag_periods": lag / DAYS_PER_PERIOD}


def _forecast_numbers(
    quick: Forecast, exact: Forecast
) -> Iterator[tuple[str, str, tuple[float, ...], tuple[float, ...]]]:
    for name, unit in (
        ("steady_state", "RMB"),
        ("lag_periods", "half-months"),
        ("settling_periods", "half-months"),
        ("next_share", "RMB"),
        ("next_year_total", "RMB"),
    ):
        yield name, unit, _three(getattr(quick, name)), _three(getattr(exact, name))


def _three(quantiles: Quantiles) -> tuple[float, ...]:
    return tuple(float(getattr(quantiles, key)) for key in KEYS)


def _mixing(values: Array) -> tuple[float, float]:
    """Rank-normalised split R-hat, and the lesser of bulk and tail effective sample size."""
    diagnostics: Any = array_stats
    bulk = float(diagnostics.ess(values, method="bulk"))
    tail = float(diagnostics.ess(values, method="tail", prob=(0.1, 0.9)))
    return float(diagnostics.rhat(values, method="rank")), min(bulk, tail)


def run(draws: int = DRAWS) -> Section:
    """Run the chains and compare."""
    fitted = under_one_scale(fit(load_disclosures().as_of(AS_OF)))
    posterior = Posterior(fitted)
    start = time.perf_counter()
    chains, diverged = run_chains(posterior, draws)
    took = time.perf_counter() - start
    found = compare(fitted, chains)
    recomputed = posterior(np.zeros(fitted.mode_.size))
    mixed = [each for each in found if each.rhat is not None and each.ess is not None]
    level = next(each for each in found if each.name == "steady_state")
    bars = (
        Bar(
            "Laplace check: largest R-hat", max(each.rhat or 0.0 for each in mixed), most=MOST_RHAT
        ),
        Bar("Laplace check: least ESS", min(each.ess or 0.0 for each in mixed), least=LEAST_ESS),
        Bar(
            "Laplace check: width of the steady state over the chains'",
            level.width_ratio,
            least=WIDTH_RATIO[0],
            most=WIDTH_RATIO[1],
        ),
    )
    header = ["quantity", *(f"Laplace {key}" for key in KEYS), *(f"chains {key}" for key in KEYS)]
    header += ["width ratio", "shift", "R-hat", "ESS"]
    return Section(
        f"Laplace against Markov chains, fit of {AS_OF}",
        bars,
        (
            f"{CHAINS} chains of {draws} draws after {WARM_UP} of warm-up (dynamic Hamiltonian "
            f"Monte Carlo, {fitted.mode_.size} dimensions), {took:.0f} s; "
            f"{diverged:.1%} of the trajectories diverged. "
            f"Minus the log posterior at the mode: {recomputed:.4f} here, {fitted.cost:.4f} in the "
            "fit. Width ratio: Laplace's 80% interval over the chains'; shift: Laplace's median "
            "less theirs, in 80% intervals; ESS: the lesser of bulk and tail. Settling takes "
            f"{SETTLING_PATHS} draws: its quantiles are the noisy ones.",
            verdict(found),
            table(header, [each.row for each in found]),
        ),
    )


def verdict(found: list[Comparison]) -> str:
    """The table in a sentence or two: the worst shift, and whose width is off by over a tenth."""
    worst = max(found, key=lambda each: abs(each.shift))
    off = [each for each in found if abs(each.width_ratio - 1.0) > 0.1]
    named = ", ".join(f"{each.name} ({each.width_ratio:.2f})" for each in off) or "none"
    return (
        f"Largest shift of a median: {worst.name}, {worst.shift:+.2f} of an 80% interval. "
        f"Widths off by more than a tenth: {named}."
    )
