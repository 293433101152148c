"""Fit growth curves to sparse member figures, each with its precision, its kind and its misfit.

    log v_i = log N(t_i) + ratio_i + w(t_i) + noise_i

N is a growth curve of :mod:`forecasting.members.growth_curves`; ratio and noise are those of
:func:`forecasting.members.enrolment.fit_membership`; w is what no curve explains: a stationary
deviation with sd estimated from the figures and a memory of half a year. Without w a few exact
figures would give a ceiling of absurd precision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import linalg, optimize, stats

from forecasting.assumptions.parameters import Parameter
from forecasting.base.arrays import Array
from forecasting.base.errors import Refused
from forecasting.base.messages import Message, on_day
from forecasting.base.quantiles import Quantiles, quantile_columns
from forecasting.base.settlements import DAYS_PER_YEAR, YEARS_PER_PERIOD, position
from forecasting.disclosures import Disclosures
from forecasting.disclosures.grid import model_grid
from forecasting.members.enrolment import (
    ALL_PLANS_RATIO,
    ENROLLED_RATIO,
    LAUNCH_PERIODS,
    fit_membership,
)
from forecasting.members.growth_curves import GROWTH_CURVES, GrowthCurve, Values

FEWEST_FIGURES = 5
DEVIATION_YEARS = 0.5
LAUNCH_DEVIATION_SD = 0.3
DEVIATION_PRIOR = (0.05, 0.7)
DEVIATION_RANGE = (0.001, 1.0)
DEVIATION_ROUNDS = 8
DEVIATION_TOLERANCE = 0.01
JITTER = 1e-10
DIFFERENCE_STEP = 1e-5
TOLERANCE = 1e-8
DRAWS = 2000
STARTS: tuple[dict[str, float], ...] = (
    {"ceiling": -0.7},
    {"ceiling": 0.7, "midpoint": 0.5},
    {"ceiling": -0.4, "midpoint": -0.5, "rate": 0.5, "innovation": 0.7},
)
RATIOS = tuple(
    Parameter(name, "log ratio", "identity", *prior, -1.0, 1.0, 0.001, source)
    for name, prior, source in (
        ("enrolled_ratio", ENROLLED_RATIO, "enrolment counts more than those who split a bill"),
        ("all_plans_ratio", ALL_PLANS_RATIO, "all plans together count the other pools too"),
    )
)


@dataclass(frozen=True, eq=False)
class MemberFigures:
    """Member figures known on a day; arrays of shape (n,).

    ``years`` since launch (at its end of day), ``log_value`` (the middle of an ``over`` figure's
    range), ``sd`` of the log, ``enrolled`` and ``all_plans`` 1 where the figure is of that kind.
    """

    plan: str
    as_of: date
    launched: date
    years: Array
    log_value: Array
    sd: Array
    enrolled: Array
    all_plans: Array

    @property
    def kinds(self) -> Array:
        """Design of the two log ratios, shape (n, 2)."""
        return np.column_stack([self.enrolled, self.all_plans])


def member_figures(disclosures: Disclosures) -> MemberFigures:
    """The member figures that ``fit_membership`` uses, as it reads them.

    Raises Refused when no settlement has passed or no member figure is known.
    """
    grid, _ = model_grid(disclosures)
    rows = fit_membership(disclosures.figures(), list(grid), disclosures.calendar).residuals
    launched = disclosures.plan_info.launched or grid[0]
    return MemberFigures(
        plan=disclosures.plan,
        as_of=disclosures.day,
        launched=launched,
        years=years_since(launched, [day.date() for day in rows["period_end"]]),
        log_value=np.log(rows["observed"].to_numpy(dtype=float)),
        sd=rows["sd_log"].to_numpy(dtype=float),
        enrolled=(rows["quantity"] == "members").to_numpy(dtype=float),
        all_plans=(rows["scope"] == "all_plans").to_numpy(dtype=float),
    )


def years_since(launched: date, days: list[date]) -> Array:
    """Time on the half-month grid from launch to each day, years, shape (n,).

    >>> years_since(date(2018, 10, 14), [date(2019, 10, 14)])
    array([1.])
    """
    start = position(launched)
    return np.array([(position(day) - start) * YEARS_PER_PERIOD for day in days])


@dataclass(frozen=True, eq=False)
class GrowthCurveFit:
    """One growth curve fitted to the figures of a day; members are paying members of this plan.

    ``mode_`` holds the curve's parameters and the two log ratios in prior standard deviations;
    ``covariance_`` is theirs. ``deviation_sd``: sd of what the curve does not explain, on the log
    scale. ``aicc``: with the deviation's sd counted as a parameter, NaN where figures are too few;
    ``elpd``: sum of the leave-one-out log predictive densities of the log figures.
    """

    curve: GrowthCurve
    figures: MemberFigures
    priors: tuple[Parameter, ...]
    mode_: Array
    covariance_: Array
    deviation_sd: float
    converged: bool
    evaluations: int
    aicc: float
    elpd: float

    @property
    def name(self) -> str:
        """Name of the curve."""
        return self.curve.name

    @cached_property
    def _sample(self) -> dict[str, Array]:
        return self._values(DRAWS, np.random.default_rng(0))

    def _values(self, paths: int, rng: np.random.Generator) -> dict[str, Array]:
        root = linalg.cholesky(self.covariance_, lower=True)
        standard = self.mode_ + rng.standard_normal((paths, self.mode_.size)) @ root.T
        return natural_values(standard, self.priors)

    @cached_property
    def parameters(self) -> pd.DataFrame:
        """One row a parameter: name, unit, value, sd, q10, q90, spread_ratio.

        ``value`` is the mode, ``sd`` that of the draws in the parameter's unit; ``spread_ratio`` is
        posterior over prior sd on the estimation scale: near 1 the figures say nothing of it.
        """
        at_mode = natural_values(self.mode_, self.priors)
        posterior_sd = np.sqrt(np.diag(self.covariance_))
        records = []
        for i, prior in enumerate(self.priors):
            draws = self._sample[prior.name]
            records.append(
                {
                    "name": prior.name,
                    "unit": prior.unit,
                    "value": float(at_mode[prior.name]),
                    "sd": float(draws.std()),
                    "q10": float(np.quantile(draws, 0.1)),
                    "q90": float(np.quantile(draws, 0.9)),
                    "spread_ratio": float(posterior_sd[i]),
                }
            )
        return pd.DataFrame.from_records(records)

    @cached_property
    def ceiling(self) -> Quantiles:
        """Members in the long run if growth went on along this curve. Persons."""
        return Quantiles.from_draws(self._sample["ceiling"])

    @cached_property
    def inflection_years(self) -> Quantiles:
        """Time of fastest growth, years since launch; after a launch pulse where there is one."""
        return Quantiles.from_draws(self.curve.inflection(self._sample))

    @property
    def inflection(self) -> date:
        """Day of fastest growth, median."""
        return self.figures.launched + timedelta(days=self.inflection_years.q50 * DAYS_PER_YEAR)

    @cached_property
    def inflection_passed(self) -> float:
        """Probability that growth was fastest before the last figure: if low, trust no ceiling."""
        return float(np.mean(self.curve.inflection(self._sample) < self.figures.years.max()))

    def draw(self, days: list[date], paths: int, rng: np.random.Generator) -> Array:
        """Draws of log members on ``days``, shape (paths, n): the curve and the deviation.

        Each path draws the parameters, then the deviation given the figures' residuals, so that a
        forecast starts at the last figures and returns to the curve within about a year.
        """
        values = self._values(paths, rng)
        years = years_since(self.figures.launched, days)
        residual = self.figures.log_value - _prediction(self.curve, values, self.figures)
        spread = deviation_covariance(self.figures.years, self.figures.years, self.deviation_sd)
        known = linalg.cho_factor(spread + np.diag(self.figures.sd**2), lower=True)
        cross = deviation_covariance(years, self.figures.years, self.deviation_sd)
        gain = linalg.cho_solve(known, cross.T).T
        left = deviation_covariance(years, years, self.deviation_sd) - gain @ cross.T
        root = linalg.cholesky(left + JITTER * np.eye(len(days)), lower=True)
        noise = rng.standard_normal((paths, len(days))) @ root.T
        return self.curve.log_members(values, years) + residual @ gain.T + noise

    def members(self, days: list[date], paths: int = 1000, seed: int = 0) -> pd.DataFrame:
        """Members on ``days``: ``date``, ``curve`` (at the mode), ``members_q025`` to ``_q975``."""
        draws = np.exp(self.draw(days, paths, np.random.default_rng(seed)))
        years = years_since(self.figures.launched, days)
        curve = self.curve.log_members(natural_values(self.mode_, self.priors), years)
        columns = {"date": pd.to_datetime(days), "curve": np.exp(curve)}
        return pd.DataFrame(columns | quantile_columns(draws, "members"))


def natural_values(standard: Array, priors: tuple[Parameter, ...]) -> dict[str, Array]:
    """Parameters in their own units, within legal range, from prior standard deviations."""
    return {
        p.name: np.clip(p.to_natural(standard[..., i]), p.lower, p.upper)
        for i, p in enumerate(priors)
    }


def deviation_covariance(years: Array, others: Array, sd: float) -> Array:
    """Covariance sd_t sd_s exp(-|t - s| / 0.5 years) of the deviation, shape (n, m).

    sd_t = sd + 0.3 exp(-t / 8 periods): a launch is a campaign, not yet a diffusion.
    """
    launch = LAUNCH_PERIODS * YEARS_PER_PERIOD
    spread, other = (
        sd + LAUNCH_DEVIATION_SD * np.exp(-np.maximum(each, 0.0) / launch)
        for each in (years, others)
    )
    return np.outer(spread, other) * np.exp(-np.abs(years[:, None] - others) / DEVIATION_YEARS)


def _prediction(curve: GrowthCurve, values: Values, figures: MemberFigures) -> Array:
    ratios = np.stack([values[ratio.name] for ratio in RATIOS], axis=-1)
    return curve.log_members(values, figures.years) + ratios @ figures.kinds.T


def fit_growth_curves(disclosures: Disclosures) -> dict[str, GrowthCurveFit]:
    """Fit every growth curve to the member figures known; the fits by name of the curve.

    Raises Refused when fewer than five member figures, or less than half a year of them, are known.

    >>> from forecasting.disclosures import load_disclosures
    >>> fits = fit_growth_curves(load_disclosures().as_of("2020-10-28"))
    >>> [name for name, fitted in fits.items() if 9e7 < fitted.ceiling.q50 < 1.1e8]
    ['logistic', 'gompertz', 'richards', 'bass']
    """
    figures = member_figures(disclosures)
    return {curve.name: fit_growth_curve(curve, figures) for curve in GROWTH_CURVES}


def fit_growth_curve(curve: GrowthCurve, figures: MemberFigures) -> GrowthCurveFit:
    """Fit one curve by weighted nonlinear least squares on the log scale under weak priors.

    Minimises (y - f(z))' V^-1 (y - f(z)) + z'z over standardised parameters z from three starts,
    with V the figures' variances and the deviation's covariance. The deviation's sd maximises the
    marginal likelihood N(y; f, J J' + V) linearised at the mode, under a lognormal prior (5%, log
    sd 0.7), and the two steps alternate until it settles.

    Raises Refused when fewer than five figures, or figures over less than half a year, are known:
    a lull that short cannot be told from the end of growth.
    """
    count, span = figures.years.size, float(np.ptp(figures.years))
    if count < FEWEST_FIGURES or span < DEVIATION_YEARS:
        values = {"n": count, "span": span, "least": FEWEST_FIGURES, "years": DEVIATION_YEARS}
        missing = Message(
            "{n} member figures over {span:.2f} years are known, a growth curve needs at least "
            "{least} over {years} years",
            **values,
        )
        raise Refused(on_day(figures.plan, figures.as_of, missing))
    priors = _priors(curve, figures)
    problem = _Problem(curve, figures, priors)
    sd = DEVIATION_PRIOR[0]
    starts = [np.array([start.get(prior.name, 0.0) for prior in priors]) for start in STARTS]
    evaluations = 0
    for _ in range(DEVIATION_ROUNDS):
        solutions = [problem.solve(start, sd) for start in starts]
        evaluations += sum(solution.nfev for solution in solutions)
        best = min(solutions, key=lambda solution: solution.cost)
        previous, sd = sd, problem.deviation_sd(best.x)
        starts = [best.x]
        if abs(np.log(sd / previous)) < DEVIATION_TOLERANCE:
            break
    jacobian, noise = problem.slopes(best.x), problem.noise_covariance(sd)
    whitened = linalg.solve_triangular(linalg.cholesky(noise, lower=True), jacobian, lower=True)
    return GrowthCurveFit(
        curve=curve,
        figures=figures,
        priors=priors,
        mode_=best.x,
        covariance_=linalg.inv(whitened.T @ whitened + np.eye(len(priors))),
        deviation_sd=sd,
        converged=bool(best.success) and abs(np.log(sd / previous)) < DEVIATION_TOLERANCE,
        evaluations=evaluations,
        aicc=corrected_aic(problem.errors(best.x), noise, len(curve.parameters) + 1),
        elpd=leave_one_out(
            problem.errors(best.x) + jacobian @ best.x, noise + jacobian @ jacobian.T
        ),
    )


def _priors(curve: GrowthCurve, figures: MemberFigures) -> tuple[Parameter, ...]:
    """The curve's priors, the ceiling's relative to the largest figure, and those of the ratios."""
    payers = figures.log_value - figures.kinds @ [ratio.median for ratio in RATIOS]
    largest = float(np.exp(payers.max()))
    ceiling, *others = curve.parameters
    return replace(ceiling, median=ceiling.median * largest), *others, *RATIOS


@dataclass(frozen=True)
class _Problem:
    """Errors, slopes and likelihood of one curve on one set of figures."""

    curve: GrowthCurve
    figures: MemberFigures
    priors: tuple[Parameter, ...]

    def errors(self, standard: Array) -> Array:
        """y - f(z), shape (..., n)."""
        values = natural_values(standard, self.priors)
        return self.figures.log_value - _prediction(self.curve, values, self.figures)

    def slopes(self, standard: Array) -> Array:
        """df/dz by central differences, shape (n, parameters)."""
        steps = DIFFERENCE_STEP * np.eye(standard.size)
        change = self.errors(standard - steps) - self.errors(standard + steps)
        return change.T / (2 * DIFFERENCE_STEP)

    def noise_covariance(self, sd: float) -> Array:
        """V = diag(sd_i^2) + the deviation's covariance, shape (n, n)."""
        years = self.figures.years
        return deviation_covariance(years, years, sd) + np.diag(self.figures.sd**2)

    def solve(self, start: Array, sd: float) -> optimize.OptimizeResult:
        root = linalg.cholesky(self.noise_covariance(sd), lower=True)

        def residuals(z: Array) -> Array:
            return np.concatenate([linalg.solve_triangular(root, self.errors(z), lower=True), z])

        def jacobian(z: Array) -> Array:
            whitened = linalg.solve_triangular(root, -self.slopes(z), lower=True)
            return np.vstack([whitened, np.eye(z.size)])

        return optimize.least_squares(
            residuals, start, jacobian, method="lm", xtol=TOLERANCE, ftol=TOLERANCE
        )

    def deviation_sd(self, mode: Array) -> float:
        """The deviation's sd of highest marginal likelihood, linearised at the mode."""
        slopes = self.slopes(mode)
        error = self.errors(mode) + slopes @ mode
        explained = slopes @ slopes.T
        median, log_sd = DEVIATION_PRIOR

        def cost(log_deviation: float) -> float:
            covariance = explained + self.noise_covariance(np.exp(log_deviation))
            penalty = 0.5 * ((log_deviation - np.log(median)) / log_sd) ** 2
            return penalty - _log_density(error, covariance)

        found = optimize.minimize_scalar(
            cost, bounds=tuple(np.log(DEVIATION_RANGE)), method="bounded"
        )
        return float(np.exp(found.x))


def _log_density(error: Array, covariance: Array) -> float:
    """Log density of N(0, covariance) at ``error``."""
    root = linalg.cholesky(covariance, lower=True)
    whitened = linalg.solve_triangular(root, error, lower=True)
    return float(stats.norm.logpdf(whitened).sum() - np.log(np.diag(root)).sum())


def corrected_aic(error: Array, covariance: Array, parameters: int) -> float:
    """2 k - 2 log L + 2 k (k + 1) / (n - k - 1), NaN where n <= k + 1. Hurvich and Tsai 1989."""
    left = error.size - parameters - 1
    if left <= 0:
        return float("nan")
    correction = 2 * parameters * (parameters + 1) / left
    return 2 * parameters - 2 * _log_density(error, covariance) + correction


def leave_one_out(error: Array, covariance: Array) -> float:
    """Log density of each error given the others, summed. Source: Sundararajan and Keerthi 2001."""
    factor = linalg.cho_factor(covariance, lower=True)
    precision = linalg.cho_solve(factor, np.eye(error.size))
    diagonal = np.diag(precision)
    densities = stats.norm.logpdf(precision @ error / diagonal, scale=1.0 / np.sqrt(diagonal))
    return float(densities.sum())
