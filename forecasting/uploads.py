"""A reader's own disclosures, from bytes to a forecast, within limits and without a file."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.disclosures import Disclosures, plans_in, read_disclosures
from forecasting.disclosures.left_out import left_out, refusal_names_left_out
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.errors import InputError, Problem, Refused
from forecasting.estimation import FEWEST_FIGURES, fit
from forecasting.messages import Message, known_reason, on_day
from forecasting.regime import model_grid
from forecasting.scenario import Scenario
from forecasting.settlements import PERIODS_PER_YEAR
from forecasting.simulation import Forecast, forecast

FILE = "upload.csv"
MOST_MEGABYTES = 2
MOST_ROWS = 2_000
MOST_YEARS = 10


@dataclass(frozen=True, eq=False)
class OwnForecast:
    """A forecast from a reader's own figures.

    ``rows`` counts the plan's rows, ``fitted`` those fitted; ``left_out`` is the table of
    :func:`~forecasting.disclosures.left_out.left_out`, of the others. ``known`` is their record.
    """

    forecast: Forecast
    known: Disclosures
    rows: int
    fitted: int
    left_out: pd.DataFrame
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


def plans_of(content: bytes, file: str = FILE) -> tuple[str, ...]:
    """The plans a file tells of. Raises InputError when it is too large or breaks the schema.

    >>> plans_of(b"plan,value")
    Traceback (most recent call last):
        ...
    forecasting.errors.InputError: upload.csv: row 1: found no column scope, ...
    """
    megabytes = len(content) / 1e6
    if megabytes > MOST_MEGABYTES:
        found = Message("{n:.1f} MB", n=megabytes)
        raise _too_much(file, found, Message("at most {most} MB", most=MOST_MEGABYTES))
    return plans_in(content, file, MOST_ROWS)


def forecast_own(
    content: bytes,
    plan: str,
    horizon: int = PERIODS_PER_YEAR,
    file: str = FILE,
    scenario: Scenario | None = None,
) -> OwnForecast:
    """Fit and forecast one plan of a file as known on the day of its last figure.

    Rules and events of a plan that our own tables know apply to it, others are assumed and named in
    ``warnings``. Raises InputError when the file breaks the schema or its figures span more than
    ten years, Refused when they are too few or contradict each other beyond what can be fitted;
    a refusal lists the rows that were not fitted.
    """
    known = own_record(content, plan, file)
    try:
        with (
            np.errstate(divide="ignore", over="ignore", invalid="ignore"),
            refusal_names_left_out(known),
        ):
            fitted = fit(known, scenario)
            if fitted.disclosures.settled("share").empty:
                missing = Message(
                    "no share of a single settlement can be fitted, at least 1 is needed"
                )
                raise Refused(on_day(known.plan, known.day, missing))
            result = forecast(fitted, horizon)
    except (np.linalg.LinAlgError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        missing = Message("no fit was possible ({reason})", reason=known_reason(error))
        raise Refused(on_day(known.plan, known.day, missing)) from error
    unfitted = left_out(known.observations)
    rows = len(known.observations)
    warnings = (*known.warnings, *result.warnings)
    return OwnForecast(result, known, rows, rows - len(unfitted), unfitted, warnings)


def own_record(content: bytes, plan: str, file: str = FILE) -> Disclosures:
    """One plan of a file as known on the day of its last figure; errors as ``forecast_own``."""
    whole = read_disclosures(content, file, plan)
    known = whole.as_of(whole.day)
    grid, _ = model_grid(known)
    if len(grid) > MOST_YEARS * PERIODS_PER_YEAR:
        found = Message(
            "{n} settlements from {first} to {last}", n=len(grid), first=grid[0], last=grid[-1]
        )
        most = MOST_YEARS * PERIODS_PER_YEAR
        legal = Message("at most {years} years, {most} settlements", years=MOST_YEARS, most=most)
        raise _too_much(file, found, legal, "period_end")
    return known


def _too_much(file: str, found: str, legal: str, column: str = "") -> InputError:
    values = {"file": file, "column": column, "found": found, "legal": legal}
    message = Message("{file}: found {found}, legal: {legal}", **values)
    if column:
        message = Message("{file}, column {column}: found {found}, legal: {legal}", **values)
    return InputError(message, problems=(Problem(0, column, found, legal),))
