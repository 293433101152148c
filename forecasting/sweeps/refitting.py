"""Global sensitivity with a refit: some assumptions fixed, the rest fitted to the figures anew.

This answers another question than :func:`forecasting.sweeps.sobol.global_sensitivity`. There every
assumption moves by itself and the figures are ignored; here the figures push back. Fix a longer
ramp, and the fit raises the ultimate incidence until the disclosed shares are met again: the ramp
then moves the steady state, of which it is no factor at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from forecasting.assumptions.parameters import Parameter
from forecasting.assumptions.scenario import Scenario
from forecasting.base.errors import ForecastingError, InputError, Refused
from forecasting.disclosures import Disclosures
from forecasting.fitting.estimation import SelectionLagFit, fit
from forecasting.sweeps.runner import Crew, run_tasks
from forecasting.sweeps.sobol import (
    OUTCOMES,
    GlobalSensitivity,
    outcomes,
    saltelli_points,
    sensitivity_of,
)

DEFAULT_BASE = 128
ENDS = (0.1, 0.9)
LITTLE_LEARNT = 0.8


@dataclass(frozen=True)
class FixedEnd:
    """One assumption fixed at the 10% and 90% points of its prior, all others refitted. RMB.

    An amount is NaN where that end could not be fitted.
    """

    assumption: str
    low_input: float
    high_input: float
    low_steady_state: float
    high_steady_state: float
    low_next_year_total: float
    high_next_year_total: float

    @property
    def steady_state_ratio(self) -> float:
        """The higher steady state over the lower; 0 where one is not known."""
        ends = np.array([self.low_steady_state, self.high_steady_state])
        return float(np.nan_to_num(ends.max() / ends.min()))


@dataclass(frozen=True)
class RefittedSensitivity:
    """``sensitivity``: of the assumptions fixed together; ``ends``: each fixed alone, widest first.

    ``fixed`` are the assumptions fixed together, drawn from their priors.
    """

    fixed: tuple[str, ...]
    sensitivity: GlobalSensitivity
    ends: tuple[FixedEnd, ...]

    def to_frame(self) -> pd.DataFrame:
        """The indices, one row an outcome and assumption."""
        return self.sensitivity.to_frame()

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line."""
        return {
            "fixed": list(self.fixed),
            **self.sensitivity.to_dict(),
            "each_fixed_alone": [asdict(end) for end in self.ends],
        }


def little_learnt(fitted: SelectionLagFit) -> list[str]:
    """Assumptions that the figures hardly narrow: posterior sd at least 0.8 of the prior's.

    Those that the outcomes and the fit cannot see at all, with a posterior as wide as the prior and
    at its middle, are among them.
    """
    count = len(fitted.free)
    wide = fitted.posterior_sd_[:count] >= LITTLE_LEARNT
    return [parameter.name for parameter, keep in zip(fitted.free, wide, strict=True) if keep]


def refitted_sensitivity(
    known: Disclosures,
    scenario: Scenario | None = None,
    names: Sequence[str] | None = None,
    base: int = DEFAULT_BASE,
    seed: int = 0,
    crew: Crew | None = None,
) -> RefittedSensitivity:
    """Sobol' indices of assumptions fixed together, by default those of :func:`little_learnt`.

    Costs ``base`` (D + 2) fits for D of them (a minute or two on two cores), and two for each
    assumption alone. Where a point cannot be fitted its whole base sample is left out and counted.

    Raises InputError for a name that is not free, Refused with fewer than two base samples left.
    """
    scenario = scenario or Scenario()
    fitted = fit(known, scenario)
    free = {parameter.name: parameter for parameter in fitted.free}
    chosen = list(names) if names is not None else little_learnt(fitted)
    unknown = sorted(set(chosen) - free.keys())
    if unknown or not chosen:
        raise InputError(
            f"sensitivity: found {', '.join(unknown) or 'no assumption'}, legal: "
            f"{', '.join(free) or 'none, the scenario fixes every assumption'}"
        )
    points = saltelli_points(chosen, base, seed)
    fixings = [
        {name: _legal_quantile(free[name], level) for name, level in zip(chosen, row, strict=True)}
        for row in points
    ]
    tasks = _tasks(scenario, (*fixings, *_each_alone(fitted.free)))
    found = run_tasks(refitted_outcomes, known, tasks, crew)
    sensitivity = _indices(chosen, found[: len(fixings)], base, seed)
    ends = _ends(fitted.free, found[len(fixings) :])
    return RefittedSensitivity(tuple(chosen), sensitivity, ends)


def each_fixed_alone(fitted: SelectionLagFit) -> tuple[FixedEnd, ...]:
    """Every free assumption fixed at either end of its prior, all others refitted; widest first.

    Two fits an assumption, in this process: a few seconds in all. The same as ``ends`` of
    :func:`refitted_sensitivity`.
    """
    tasks = _tasks(fitted.scenario, _each_alone(fitted.free))
    return _ends(fitted.free, [refitted_outcomes(fitted.disclosures, task) for task in tasks])


def _tasks(scenario: Scenario, fixings: Iterable[dict[str, float]]) -> list[dict[str, Any]]:
    common = scenario.model_dump(mode="json", exclude_defaults=True)
    return [{"scenario": {**common, **fixing}} for fixing in fixings]


def _each_alone(free: Sequence[Parameter]) -> list[dict[str, float]]:
    return [{one.name: _legal_quantile(one, level)} for one in free for level in ENDS]


def _ends(free: Sequence[Parameter], found: Sequence[dict[str, Any]]) -> tuple[FixedEnd, ...]:
    ends = [
        FixedEnd(
            one.name,
            *(_legal_quantile(one, level) for level in ENDS),
            *(_amount(row, outcome) for outcome in OUTCOMES for row in rows),
        )
        for one, *rows in zip(free, found[::2], found[1::2], strict=True)
    ]
    return tuple(sorted(ends, key=lambda end: -end.steady_state_ratio))


def _indices(
    names: list[str], design: Sequence[dict[str, Any]], base: int, seed: int
) -> GlobalSensitivity:
    table = np.array([[row[outcome] or np.nan for outcome in OUTCOMES] for row in design], float)
    samples = table.reshape(base, len(names) + 2, len(OUTCOMES))
    usable = np.isfinite(samples).all(axis=(1, 2))
    if usable.sum() < 2:
        raise Refused(f"sensitivity: {int(usable.sum())} of {base} base samples could be fitted")
    usable_samples = samples[usable].reshape(-1, len(OUTCOMES))
    values = dict(zip(OUTCOMES, usable_samples.T, strict=True))
    return sensitivity_of(names, values, "refitted", base, seed, int(base - usable.sum()))


def _amount(row: dict[str, Any], outcome: str) -> float:
    return float("nan") if row[outcome] is None else float(row[outcome])


def _legal_quantile(parameter: Parameter, level: float) -> float:
    return float(np.clip(parameter.prior_quantile(level), parameter.lower, parameter.upper))


def refitted_outcomes(known: Disclosures, task: Mapping[str, Any]) -> dict[str, Any]:
    """The task: outcomes at the mode of a fit under one scenario, RMB, without noise."""
    try:
        fitted = fit(known, Scenario.model_validate(task["scenario"]))
        found = outcomes(fitted, fitted.point, fitted.deviation_)
    except (ForecastingError, np.linalg.LinAlgError) as error:
        return dict.fromkeys(OUTCOMES) | {"converged": False, "reason": str(error)}
    amounts: dict[str, Any] = {name: float(value) for name, value in found.items()}
    return amounts | {"converged": fitted.converged, "reason": ""}
