"""A reader's own disclosures, from bytes to a forecast, within limits and without a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.disclosures import Disclosures, plans_in, read_disclosures
from forecasting.disclosures.quantities import HIGHEST_SHARE
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.errors import InputError, Problem, Refused
from forecasting.estimation import SelectionLagFit, fit
from forecasting.regime import model_grid
from forecasting.settlements import PERIODS_PER_YEAR
from forecasting.simulation import Forecast, forecast

FILE = "upload.csv"
MOST_MEGABYTES = 2
MOST_ROWS = 2_000
MOST_YEARS = 10
MOST_CONFLICT_SD = 6.0


@dataclass(frozen=True)
class OwnForecast:
    """A forecast from a reader's own figures: how many rows there are, how many were fitted."""

    forecast: Forecast
    rows: int
    fitted: int
    warnings: tuple[str, ...]


def example(known: Disclosures) -> pd.DataFrame:
    """The figures of a plan that are fitted, in the columns of an observations file.

    >>> from forecasting import load_disclosures
    >>> len(example(load_disclosures().as_of("2020-10-28")))
    54
    """
    return known.figures()[list(OBSERVATIONS.columns)]


def plans_of(content: bytes) -> tuple[str, ...]:
    """The plans a file tells of. Raises InputError when it is too large or breaks the schema.

    >>> plans_of(b"plan,value")
    Traceback (most recent call last):
        ...
    forecasting.errors.InputError: upload.csv: row 1: found no column scope, ...
    """
    megabytes, lines = len(content) / 1e6, content.count(b"\n")
    if megabytes > MOST_MEGABYTES:
        raise _too_much(f"{megabytes:.1f} MB", f"at most {MOST_MEGABYTES} MB")
    if lines > MOST_ROWS + 1:
        raise _too_much(f"{lines:,} lines", f"a header and at most {MOST_ROWS:,} rows")
    return plans_in(content, FILE)


def forecast_own(content: bytes, plan: str, horizon: int = PERIODS_PER_YEAR) -> OwnForecast:
    """Fit and forecast one plan of a file as known on the day of its last figure.

    Rules and events of a plan that our own tables know apply to it, others are assumed and named in
    ``warnings``. Raises InputError when the file breaks the schema or its figures span more than
    ten years, Refused when they are too few or contradict each other beyond what can be fitted.
    """
    whole = read_disclosures(content, FILE, plan)
    known = whole.as_of(whole.day)
    grid, _ = model_grid(known)
    if len(grid) > MOST_YEARS * PERIODS_PER_YEAR:
        raise _too_much(
            f"{len(grid)} settlements from {grid[0]} to {grid[-1]}",
            f"at most {MOST_YEARS} years, {MOST_YEARS * PERIODS_PER_YEAR} settlements",
            "period_end",
        )
    try:
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            fitted = fit(known)
            if fitted.disclosures.settled("share").empty:
                raise Refused(
                    f"{known.plan} on {known.day}: no share of a single settlement can be fitted, "
                    "at least 1 is needed"
                )
            result = forecast(fitted, horizon)
    except (np.linalg.LinAlgError, ValueError) as error:
        raise Refused(f"{known.plan} on {known.day}: no fit was possible ({error})") from error
    _refuse_nonsense(fitted, result)
    rows = known.observations
    warnings = (*known.warnings, *result.warnings)
    return OwnForecast(result, len(rows), int(rows["fitted"].sum()), warnings)


def _refuse_nonsense(fitted: SelectionLagFit, result: Forecast) -> None:
    """Refuse what a fit can only meet with parameters or shares that nobody would believe."""
    plan = f"{result.plan} on {result.as_of}"
    standard = fitted.mode_[: len(fitted.free)]
    worst = int(np.abs(standard).argmax())
    if abs(standard[worst]) > MOST_CONFLICT_SD:
        raise Refused(
            f"{plan}: the figures contradict each other or the model: they pull "
            f"{fitted.free[worst].name} by {abs(standard[worst]):.0f} prior standard deviations, "
            f"at most {MOST_CONFLICT_SD:.0f} are believed"
        )
    highest = float(result.periods["share_q90"].max())
    if not highest <= HIGHEST_SHARE:
        raise Refused(
            f"{plan}: the forecast leaves what is possible, shares up to {HIGHEST_SHARE:,} RMB"
        )


def _too_much(found: str, legal: str, column: str = "") -> InputError:
    where = f", column {column}" if column else ""
    message = f"{FILE}{where}: found {found}, legal: {legal}"
    return InputError(message, (Problem(0, column, found, legal),))
