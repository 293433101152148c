"""A reader's own disclosures, from bytes to a forecast, within limits and without a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.base.errors import InputError, Problem, Refused
from forecasting.base.messages import Message, Name, known_reason, on_day
from forecasting.base.settlements import PERIODS_PER_YEAR
from forecasting.disclosures import Disclosures, plans_in, read_disclosures
from forecasting.disclosures.grid import model_grid
from forecasting.disclosures.quantities import HIGHEST_SHARE
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.fitting.estimation import FEWEST_FIGURES, SelectionLagFit, fit
from forecasting.simulation.paths import Forecast, forecast

FILE = "upload.csv"
MOST_MEGABYTES = 2
MOST_ROWS = 2_000
MOST_YEARS = 10
MOST_CONFLICT_SD = 6.0
MOST_DEVIATION = 20.0


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


def usable_example(known: Disclosures) -> pd.DataFrame:
    """``example``; Refused on a day on which it is empty."""
    figures = example(known)
    if figures.empty:
        missing = Message(
            "no figure that can be fitted is known yet, at least {least} are needed",
            least=FEWEST_FIGURES,
        )
        raise Refused(on_day(known.plan, known.day, missing))
    return figures


def plans_of(content: bytes) -> tuple[str, ...]:
    """The plans a file tells of. Raises InputError when it is too large or breaks the schema.

    >>> plans_of(b"plan,value")
    Traceback (most recent call last):
        ...
    forecasting.base.errors.InputError: upload.csv: row 1: found no column scope, ...
    """
    megabytes, lines = len(content) / 1e6, content.count(b"\n")
    if megabytes > MOST_MEGABYTES:
        raise _too_much(
            Message("{n:.1f} MB", n=megabytes), Message("at most {most} MB", most=MOST_MEGABYTES)
        )
    if lines > MOST_ROWS + 1:
        raise _too_much(
            Message("{n:,} lines", n=lines),
            Message("a header and at most {most:,} rows", most=MOST_ROWS),
        )
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
            Message(
                "{n} settlements from {first} to {last}",
                n=len(grid),
                first=grid[0],
                last=grid[-1],
            ),
            Message(
                "at most {years} years, {most} settlements",
                years=MOST_YEARS,
                most=MOST_YEARS * PERIODS_PER_YEAR,
            ),
            "period_end",
        )
    try:
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
            fitted = fit(known)
            if fitted.disclosures.settled("share").empty:
                missing = Message(
                    "no share of a single settlement can be fitted, at least 1 is needed"
                )
                raise Refused(on_day(known.plan, known.day, missing))
            result = forecast(fitted, horizon)
    except (np.linalg.LinAlgError, ValueError) as error:
        missing = Message("no fit was possible ({reason})", reason=known_reason(error))
        raise Refused(on_day(known.plan, known.day, missing)) from error
    _refuse_nonsense(fitted, result)
    rows = known.observations
    warnings = (*known.warnings, *result.warnings)
    return OwnForecast(result, len(rows), int(rows["fitted"].sum()), warnings)


def _refuse_nonsense(fitted: SelectionLagFit, result: Forecast) -> None:
    """Refuse what a fit can only meet with parameters or shares that nobody would believe."""
    standard = fitted.mode_[: len(fitted.free)]
    worst = int(np.abs(standard).argmax())
    if abs(standard[worst]) > MOST_CONFLICT_SD:
        contradiction = Message(
            "the figures contradict each other or the model: they pull {parameter} by {sd:.0f} "
            "prior standard deviations, at most {most:.0f} are believed",
            parameter=Name("method_parameter", fitted.free[worst].name),
            sd=float(abs(standard[worst])),
            most=MOST_CONFLICT_SD,
        )
        raise Refused(on_day(result.plan, result.as_of, contradiction))
    members = fitted.membership_fit.residuals
    apart = np.abs(np.log(members["observed"] / members["fitted"])).max()
    factor = float(np.exp(max(np.abs(fitted.deviation_).max(), apart)))
    if factor > MOST_DEVIATION:
        strays = Message(
            "the figures contradict each other or the model: one strays from it by a factor of "
            "{factor:.0f}, at most {most:.0f} is believed",
            factor=min(factor, 1e6),
            most=MOST_DEVIATION,
        )
        raise Refused(on_day(result.plan, result.as_of, strays))
    highest = float(result.periods["share_q90"].max())
    if not highest <= HIGHEST_SHARE:
        impossible = Message(
            "the forecast leaves what is possible, shares up to {highest:,} RMB",
            highest=HIGHEST_SHARE,
        )
        raise Refused(on_day(result.plan, result.as_of, impossible))


def _too_much(found: str, legal: str, column: str = "") -> InputError:
    values = {"file": FILE, "column": column, "found": found, "legal": legal}
    message = Message("{file}: found {found}, legal: {legal}", **values)
    if column:
        message = Message("{file}, column {column}: found {found}, legal: {legal}", **values)
    return InputError(message, problems=(Problem(0, column, found, legal),))
