"""Global sensitivity: which assumption moves the answer most when all of them move at once.

With Y the logarithm of an outcome and x the assumptions, drawn independently:

    first_i = Var(E[Y | x_i]) / Var(Y)            what knowing x_i alone would take away
    total_i = 1 - Var(E[Y | x_not_i]) / Var(Y)    what would be left if all but x_i were known

Sources: Sobol' 2001; estimators of Saltelli et al. 2010, table 2 (b) and (f), on scipy's scrambled
Sobol' points, 95% by scipy's bootstrap over the base samples. ``scipy.stats.sobol_indices`` has the
same estimators, but takes no sample of which a few could not be fitted, and no seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from scipy import special, stats
from scipy.stats import qmc

from forecasting.assumptions.parameters import natural_parameters
from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.base.quantiles import Quantiles
from forecasting.claims.path import ALL_EFFECTS, NO_EFFECTS, Parameters, claims_paths
from forecasting.claims.regime import build_regime
from forecasting.disclosures.grid import model_grid
from forecasting.fitting.deviation import persistence
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.members.enrolment import project, split_joins_and_exits

Marginals = Literal["prior", "posterior"]
OUTCOMES = ("steady_state", "next_year_total")
DEFAULT_BASE = 512
BLOCK = 512
RESAMPLES = 100


@dataclass(frozen=True)
class SobolIndex:
    """One assumption's part in the variance of one outcome's logarithm; 95% half-widths beside."""

    outcome: str
    assumption: str
    first: float
    first_margin: float
    total: float
    total_margin: float


@dataclass(frozen=True)
class GlobalSensitivity:
    """Indices of every assumption for every outcome, largest total first within an outcome.

    ``design`` says what moved: ``prior`` or ``posterior`` (each assumption by itself, the figures
    ignored) or ``refitted`` (some fixed, the rest fitted to the figures). ``spread``: quantiles of
    each outcome over the design, RMB. ``base`` samples, of which ``dropped`` could not be used.
    """

    design: str
    base: int
    indices: tuple[SobolIndex, ...]
    spread: Mapping[str, Quantiles]
    dropped: int = 0

    def of(self, outcome: str) -> list[SobolIndex]:
        """The indices of one outcome."""
        return [index for index in self.indices if index.outcome == outcome]

    def to_frame(self) -> pd.DataFrame:
        """One row an outcome and assumption."""
        rows = [asdict(index) for index in self.indices]
        return pd.DataFrame(rows).assign(design=self.design)

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line."""
        return {
            "design": self.design,
            "base_samples": self.base,
            "dropped": self.dropped,
            "spread": {name: quantiles.to_dict() for name, quantiles in self.spread.items()},
            "indices": [asdict(index) for index in self.indices],
        }


def saltelli_points(names: Sequence[str], base: int, seed: int) -> Array:
    """Points of the unit cube for first and total order, shape (base (D + 2), D).

    Of each base sample D + 2 rows: a, then a with b's value of one assumption after the other, then
    b; (a, b) is a point of a scrambled Sobol' sequence in 2 D dimensions; ``base`` a power of two.
    Raises InputError otherwise.

    >>> saltelli_points(["a", "b"], 8, seed=0).shape
    (32, 2)
    """
    if base < 2 or base & (base - 1):
        raise InputError("base samples: found {found}, legal: a power of two from 2 on", found=base)
    count = len(names)
    sample = qmc.Sobol(2 * count, rng=seed).random(base)
    points: Array = np.repeat(sample[:, None, :count], count + 2, axis=1)
    points[:, -1] = sample[:, count:]
    for number in range(count):
        points[:, 1 + number, number] = points[:, -1, number]
    return points.reshape(-1, count)


def sobol_indices(names: Sequence[str], outcome: str, values: Array, seed: int) -> list[SobolIndex]:
    """Indices from the values at the points of :func:`saltelli_points`, largest total first.

    ``values`` has shape (base (D + 2),). Where all values agree every index is zero.
    """
    if np.ptp(values) == 0:
        return [SobolIndex(outcome, name, 0.0, 0.0, 0.0, 0.0) for name in names]
    samples = (values - values.mean()).reshape(-1, len(names) + 2)
    rows = np.arange(len(samples))
    spread = stats.bootstrap(
        (rows,),
        lambda chosen: np.ravel(_first_and_total(samples[chosen])),
        n_resamples=RESAMPLES,
        method="percentile",
        vectorized=False,
        rng=seed,
    ).standard_error
    margins = (special.ndtri(0.975) * spread).reshape(2, -1)
    found = zip(names, *_first_and_total(samples), *margins, strict=True)
    indices = [
        SobolIndex(outcome, name, float(first), float(first_margin), float(total), float(margin))
        for name, first, total, first_margin, margin in found
    ]
    return sorted(indices, key=lambda index: -index.total)


def _first_and_total(samples: Array) -> tuple[Array, Array]:
    a, mixed, b = samples[:, :1], samples[:, 1:-1], samples[:, -1:]
    variance = np.var([a, b])
    first = np.mean(b * (mixed - a), axis=0) / variance
    total = np.mean((a - mixed) ** 2, axis=0) / (2 * variance)
    return first, total


def global_sensitivity(
    fit: SelectionLagFit, marginals: Marginals = "prior", base: int = DEFAULT_BASE, seed: int = 0
) -> GlobalSensitivity:
    """Sobol' indices with every free assumption drawn by itself, nothing refitted.

    ``prior``: from its prior, as if no figure had been published. ``posterior``: from what the
    figures leave of it, though not from what they say of several together: an assumption that the
    figures tie to another shows here as if it were free of it, and one that acts on the answer
    only through the fit (the ramp, the delay) shows as nothing. :mod:`forecasting.sweeps.refitting`
    refits instead.

    Raises InputError when the scenario leaves no assumption free.

    >>> from forecasting import fit, load_disclosures
    >>> fitted = fit(load_disclosures().as_of("2020-10-28"))
    >>> global_sensitivity(fitted, base=64).of("steady_state")[0].assumption
    'incidence_per_10k'
    """
    names = [parameter.name for parameter in fit.free]
    if not names:
        raise InputError("sensitivity: the scenario fixes every assumption; leave one free")
    standard = special.ndtri(saltelli_points(names, base, seed))
    deviation = np.zeros_like(fit.deviation_)
    if marginals == "posterior":
        count = len(names)
        standard = fit.mean_[:count] + fit.posterior_sd_[:count] * standard
        deviation = fit.deviation_
    values = outcomes(fit, natural_parameters(standard, fit.free, fit.fixed), deviation)
    return sensitivity_of(names, values, marginals, base, seed)


def sensitivity_of(
    names: Sequence[str],
    values: Mapping[str, Array],
    design: str,
    base: int,
    seed: int,
    dropped: int = 0,
) -> GlobalSensitivity:
    """Indices and spread of outcomes (RMB) at Saltelli's points."""
    indices = [
        index
        for outcome, amounts in values.items()
        for index in sobol_indices(names, outcome, np.log(amounts), seed)
    ]
    spread = {outcome: Quantiles.from_draws(amounts) for outcome, amounts in values.items()}
    return GlobalSensitivity(design, base, tuple(indices), spread, dropped)


def outcomes(fit: SelectionLagFit, parameters: Parameters, deviation: Array) -> dict[str, Array]:
    """Steady state and sum of the next year's shares without noise, RMB, shape of the parameters.

    Membership is the fit's median, continued at its rate; ``deviation`` (T,) fades as its AR(1).
    """
    past = len(fit.grid)
    calendar = fit.disclosures.calendar
    grid, _ = model_grid(fit.disclosures, calendar.periods_in(1.0))
    regime = build_regime(fit.disclosures, fit.scenario, grid, fit.regime)
    log_members = np.log(fit.membership_fit.members)
    rate = fit.scenario.growth_ahead_per_period
    log_members = project(log_members, len(grid) - past, None, rate, calendar)
    membership = split_joins_and_exits(
        np.exp(log_members), fit.scenario.exit_rate_per_year, calendar
    )
    fading = persistence(calendar) ** np.arange(1, len(grid) - past + 1)
    deviation = np.concatenate([deviation, deviation[-1] * fading])
    shape = np.broadcast_shapes(*(np.shape(value) for value in parameters.values()))
    flat = {name: np.broadcast_to(value, shape).ravel() for name, value in parameters.items()}
    size = int(np.prod(shape))
    level, total = np.empty(size), np.empty(size)
    for start in range(0, size, BLOCK):
        block = slice(start, start + BLOCK)
        path, undiluted = claims_paths(
            {name: value[block] for name, value in flat.items()},
            regime,
            membership,
            deviation,
            fit.scenario.delay_family,
            [ALL_EFFECTS, NO_EFFECTS],
        )
        level[block] = undiluted.share[:, past - 1]
        total[block] = path.share[:, past:].sum(axis=1)
    return dict(zip(OUTCOMES, (level.reshape(shape), total.reshape(shape)), strict=True))
