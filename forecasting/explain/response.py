"""How membership turns into claims: selection curves, the response to a joining, cohorts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array, causal_convolve
from forecasting.base.errors import Refused
from forecasting.base.settlements import DAYS_PER_PERIOD, PERIODS_PER_YEAR, periods_of
from forecasting.claims.path import cohort_claims
from forecasting.claims.selection import delay_cdf, delay_mass, selection, selection_ramp
from forecasting.disclosures import Disclosures
from forecasting.disclosures.grid import model_grid
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.members.enrolment import fit_membership

CURVE_PERIODS = 3 * PERIODS_PER_YEAR
CURVE_LEVELS = {"q10": 0.10, "q50": 0.50, "q90": 0.90}
MONTHS_PER_PERIOD = 0.5
PANDEMIC = pd.Timestamp(2020, 1, 23)
FEWEST_SHARES = 6
LAG_STEP = 0.25
CHI_SQUARED_80 = 1.642


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


@dataclass(frozen=True, eq=False)
class DataLag:
    """Lag between membership and the share from the figures alone, half-months.

    ``profile``: columns ``lag_periods`` and ``drop``, twice the fall of the profile log likelihood
    from its best; the 80% interval is where it is under 1.64. ``figures``: shares used.
    """

    best: float
    low: float
    high: float
    figures: int
    profile: pd.DataFrame


def lag_from_data(known: Disclosures) -> DataLag:
    """The lag that the disclosed shares and member counts show by themselves, without the model.

    If claims follow membership after L half-months and nothing else moved, S_t = c N_{t-L} / N_t.
    For each L up to the time from the launch to the first share, c and the residual variance are
    fitted to the log shares disclosed until the pandemic; the profile log likelihood
    -n/2 ln RSS(L) gives the interval (chi squared).

    Raises Refused when fewer than six such shares are known, or when the profile does not fall on
    both sides of its best: then the figures bound the lag on one side at most.
    """
    figures = known.figures()
    shares = figures[
        (figures["quantity"] == "share")
        & (figures["bound"] == "=")
        & (figures["period_end"] < PANDEMIC)
    ]
    if len(shares) < FEWEST_SHARES:
        raise Refused(
            "lag from the figures alone: {n} shares before the pandemic are known on {day}, at "
            "least {least} are needed",
            n=len(shares),
            day=known.day,
            least=FEWEST_SHARES,
        )
    grid, _ = model_grid(known)
    members = fit_membership(figures, list(grid), known.calendar).members
    length = known.calendar.half_months_per_period
    index = np.array(periods_of([day.date() for day in shares["period_end"]], grid))
    log_share = np.log(shares["value"].to_numpy(dtype=float))
    lags = np.arange(0.0, index.min() * length + LAG_STEP / 2, LAG_STEP)
    lagged = np.interp(index - lags[:, None] / length, np.arange(len(grid)), members)
    residual = log_share - np.log(lagged / members[index])
    squares = ((residual - residual.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    drop = len(shares) * np.log(squares / squares.min())
    inside = lags[drop <= CHI_SQUARED_80]
    if inside[0] == lags[0] or inside[-1] == lags[-1]:
        raise Refused(
            "lag from the figures alone: {n} shares known on {day} fit as well at {shortest:g} as "
            "at {longest:g} half-months, and no more than {most:g} lie between the launch and the "
            "first of them: they do not bound the lag on both sides",
            n=len(shares),
            day=known.day,
            shortest=float(inside[0]),
            longest=float(inside[-1]),
            most=float(lags[-1]),
        )
    profile = pd.DataFrame({"lag_periods": lags, "drop": drop})
    best = float(lags[np.argmin(drop)])
    return DataLag(best, float(inside[0]), float(inside[-1]), len(shares), profile)


def cohort_map(fit: SelectionLagFit) -> pd.DataFrame:
    """Persons helped by joining settlement (index) and settlement (columns), at the mode.

    Without the shock and the deviations, so each column sums to the selection model's own count.
    """
    values = cohort_claims(fit.point, fit.regime, fit.membership, fit.scenario.delay_family)
    dates = pd.to_datetime(list(fit.grid))
    frame = pd.DataFrame(values, index=pd.Index(dates, name="joined"), columns=dates)
    frame.columns.name = "settlement"
    return frame
