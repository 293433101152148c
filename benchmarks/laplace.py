"""The Laplace approximation of one fit against Hamiltonian Monte Carlo on the same posterior.

The log posterior is written again here from the parts of the engine that are public (claims path,
likelihood, priors, the AR(1) of the deviations), so that a slip in the fit's residuals would show.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any

import mici  # type: ignore[import-untyped]
import numpy as np
from arviz_stats.base.array import array_stats
from scipy import linalg

from benchmarks.report import Bar, Section, shown, table
from benchmarks.speed import AS_OF
from forecasting import Forecast, Quantiles, SelectionLagFit, fit, forecast, load_disclosures
from forecasting.base.arrays import Array
from forecasting.base.settlements import DAYS_PER_PERIOD
from forecasting.claims.path import ClaimsPath, Parameters, claims_path, undiluted_share
from forecasting.claims.selection import mean_lag_days
from forecasting.fitting.estimation import DEVIATION_PERSISTENCE, DEVIATION_SD, natural_parameters
from forecasting.simulation.equilibrium import SETTLING_PATHS

CHAINS = 4
SEED = 1
WARM_UP = 200
DRAWS = 400
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
    """Minus the log posterior of a fit, up to a constant, and its gradient.

    Coordinates z make the Laplace approximation standard normal: x = mode + R^-1 z, with R the
    upper factor of its precision; x holds standardised parameters, then the deviations u_t.
    """

    fitted: SelectionLagFit

    @cached_property
    def scale(self) -> Array:
        """R^-1."""
        factor = self.fitted.precision_cholesky_
        return linalg.solve_triangular(factor, np.eye(len(factor)), lower=False)

    @cached_property
    def deviation_precision(self) -> Array:
        """Precision of the stationary AR(1): ones, and -phi beside them, over its innovation."""
        phi, periods = DEVIATION_PERSISTENCE, self.fitted.mode_.size - len(self.fitted.free)
        innovation = DEVIATION_SD**2 * (1.0 - phi**2)
        inner = np.r_[1.0, np.full(max(periods - 2, 0), 1.0 + phi**2), 1.0][:periods]
        beside = np.full(periods - 1, -phi)
        return (np.diag(inner) + np.diag(beside, 1) + np.diag(beside, -1)) / innovation

    def position(self, z: Array) -> Array:
        """x of coordinates z, shape (..., d)."""
        return self.fitted.mode_ + z @ self.scale.T

    def __call__(self, z: Array) -> float:
        """(sum of squared residuals + priors) / 2."""
        standard, deviation = self._split(z)
        residuals = self.fitted.likelihood.residuals(
            self.fitted.likelihood.predict(self._path(standard, deviation))
        )
        return self._total(residuals, standard, deviation)

    def gradient(self, z: Array) -> tuple[Array, float]:
        """By z, and the value itself: exact in u_t, forward differences in the parameters."""
        standard, deviation = self._split(z)
        likelihood = self.fitted.likelihood
        steps = DIFFERENCE_STEP * np.vstack([np.zeros(standard.size), np.eye(standard.size)])
        paths = self._path(standard + steps, deviation)
        here = ClaimsPath(*(getattr(paths, each.name)[0] for each in fields(ClaimsPath)))
        prediction, by_deviation = likelihood.slopes(here)
        by_parameter = (likelihood.predict(paths)[1:] - prediction) / DIFFERENCE_STEP
        residuals = likelihood.residuals(prediction)
        weight = residuals * likelihood.residual_slope(prediction)
        by_x = np.r_[
            by_parameter @ weight + standard,
            by_deviation.T @ weight + self.deviation_precision @ deviation,
        ]
        return self.scale.T @ by_x, self._total(residuals, standard, deviation)

    def _split(self, z: Array) -> tuple[Array, Array]:
        x = self.position(z)
        return x[: len(self.fitted.free)], x[len(self.fitted.free) :]

    def _path(self, standard: Array, deviation: Array) -> ClaimsPath:
        fitted = self.fitted
        parameters = natural_parameters(standard, fitted.free, fitted.fixed)
        return claims_path(
            parameters, fitted.regime, fitted.membership, deviation, fitted.scenario.delay_family
        )

    def _total(self, residuals: Array, standard: Array, deviation: Array) -> float:
        penalty = standard @ standard + deviation @ self.deviation_precision @ deviation
        return float(residuals @ residuals + penalty) / 2


@dataclass(frozen=True)
class SampledFit(SelectionLagFit):
    """The same fit, drawing from a Markov chain's sample, shape (draws, d), instead of Laplace."""

    sample: Array = field(default_factory=lambda: np.empty((0, 0)))

    def draw(self, paths: int, rng: np.random.Generator) -> tuple[Parameters, Array]:
        """See :meth:`forecasting.SelectionLagFit.draw`."""
        chosen = self.sample[rng.permutation(np.arange(paths) % len(self.sample))]
        count = len(self.free)
        return natural_parameters(chosen[:, :count], self.free, self.fixed), chosen[:, count:]


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
    return posterior.position(np.array(result.traces["z"])), diverged


def _trace(state: Any) -> dict[str, Array]:
    return {"z": state.pos}


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
    fitted = fit(load_disclosures().as_of(AS_OF))
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
