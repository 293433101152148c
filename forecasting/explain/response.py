"""How membership turns into claims: selection curves, the response to a joining, cohorts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array, causal_convolve
from forecasting.base.settlements import DAYS_PER_PERIOD, PERIODS_PER_YEAR
from forecasting.claims.path import cohort_claims
from forecasting.claims.selection import delay_cdf, delay_mass, selection, selection_ramp
from forecasting.fitting.estimation import SelectionLagFit

CURVE_PERIODS = 3 * PERIODS_PER_YEAR
CURVE_LEVELS = {"q10": 0.10, "q50": 0.50, "q90": 0.90}
MONTHS_PER_PERIOD = 0.5


@dataclass(frozen=True, eq=False)
class SelectionCurves:
    """Four curves with columns ``months``, ``q10``, ``q50``, ``q90``; all values are shares.

    ``waiting``: covered share of a member's incidence by months since joining, if nothing but the
    waiting period mattered; ``ramp``: incidence relative to ultimate by months since its end;
    ``delay``: share of cases settled by months since diagnosis; ``response``: claims paid relative
    to the ultimate level, by months since joining.
    """

    waiting: pd.DataFrame
    ramp: pd.DataFrame
    delay: pd.DataFrame
    response: pd.DataFrame


def selection_curves(fit: SelectionLagFit, draws: int = 400, seed: int = 0) -> SelectionCurves:
    """The three parts of the selection lag and what they make together, from Laplace draws."""
    parameters, _ = fit.draw(draws, np.random.default_rng(seed))
    columns = {name: _as_column(value, draws) for name, value in parameters.items()}
    family, waiting_days = fit.scenario.delay_family, fit.regime.waiting_days
    periods = np.arange(CURVE_PERIODS + 1)
    days = periods * DAYS_PER_PERIOD
    covered = np.where(days < waiting_days, columns["waiting_incidence"], 1.0)
    ramp = selection_ramp(days, columns["initial_selection"], columns["ramp_years"])
    paid_part = delay_cdf(days, columns["delay_days"], columns["delay_cv"], family)
    selected = selection(
        days,
        waiting_days,
        columns["waiting_incidence"],
        columns["initial_selection"],
        columns["ramp_years"],
    )
    mass = delay_mass(columns["delay_days"][:, 0], columns["delay_cv"][:, 0], family)
    months = periods * MONTHS_PER_PERIOD
    return SelectionCurves(
        waiting=_curve(months, covered),
        ramp=_curve(months, ramp),
        delay=_curve(months, paid_part),
        response=_curve(months, causal_convolve(selected, mass)),
    )


def _as_column(value: Array, draws: int) -> Array:
    return np.broadcast_to(value, (draws,))[:, None]


def _curve(months: Array, values: Array) -> pd.DataFrame:
    bands = np.quantile(values, list(CURVE_LEVELS.values()), axis=0)
    return pd.DataFrame({"months": months, **dict(zip(CURVE_LEVELS, bands, strict=True))})


def cohort_map(fit: SelectionLagFit) -> pd.DataFrame:
    """Persons helped by joining settlement (index) and settlement (columns), at the mode.

    Without the shock and the deviations, so each column sums to the selection model's own count.
    """
    values = cohort_claims(fit.point, fit.regime, fit.membership, fit.scenario.delay_family)
    dates = pd.to_datetime(list(fit.grid))
    frame = pd.DataFrame(values, index=pd.Index(dates, name="joined"), columns=dates)
    frame.columns.name = "settlement"
    return frame
