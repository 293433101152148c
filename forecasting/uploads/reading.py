"""A reader's own disclosures, from bytes to a forecast, within limits and without a file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
from openpyxl import Workbook

from forecasting.base.errors import InputError, Problem, Refused
from forecasting.base.messages import Message, known_reason, on_day
from forecasting.base.settlements import DAYS_PER_YEAR, PERIODS_PER_YEAR
from forecasting.base.strict import day_of
from forecasting.disclosures import Disclosures, plans_in, read_disclosures
from forecasting.disclosures.fields import DAY_FORM
from forecasting.disclosures.figures import LEAST_FITTED_SHARE
from forecasting.disclosures.left_out import left_out, refusal_names_left_out
from forecasting.disclosures.series import disclosed_shares
from forecasting.evaluation.backtest import (
    NOTHING_SCORED,
    Backtest,
    StructuralForecaster,
    run_backtest,
)
from forecasting.evaluation.rivals import HOUSES
from forecasting.fitting.estimation import FEWEST_FIGURES, fit
from forecasting.simulation.paths import STRUCTURAL, Forecast, forecast

FILE = "upload.csv"
MOST_MEGABYTES = 2
MOST_ROWS = 2_000
MOST_YEARS = 10
MOST_ORIGINS = 12
TRACK_PATHS = 300


@dataclass(frozen=True, eq=False)
class UploadForecast:
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
    """The last settlements of a plan with a share, as the simple sheet; at most a year of them.

    >>> from forecasting import load_disclosures
    >>> list(example(load_disclosures().as_of("2020-10-28")).columns)
    ['plan', 'date', 'share', 'members', 'helped']
    """
    table = known.period_table()
    a_year = known.calendar.periods_in(1.0)
    rows = table[table["share"] >= LEAST_FITTED_SHARE].tail(a_year)
    sheet = rows[["date", "share", "sharing_members", "helped"]]
    sheet = sheet.rename(columns={"sharing_members": "members"}).reset_index(drop=True)
    sheet.insert(0, "plan", known.plan)
    return sheet


def empty_sheet(headers: Sequence[str]) -> bytes:
    """A workbook with a header line and nothing else, the header always in view."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(headers))
    sheet.freeze_panes = "A2"
    for column in "ABCDEF"[: len(headers)]:
        sheet.column_dimensions[column].width = 18
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


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
    forecasting.base.errors.InputError: upload.csv: row 1: found no column scope, ...
    """
    megabytes = len(content) / 1e6
    if megabytes > MOST_MEGABYTES:
        found = Message("{n:.1f} MB", n=megabytes)
        raise _too_much(file, found, Message("at most {most} MB", most=MOST_MEGABYTES))
    return plans_in(content, file, MOST_ROWS)


def forecast_upload(
    content: bytes,
    plan: str,
    horizon: int = PERIODS_PER_YEAR,
    file: str = FILE,
    launch: date | None = None,
) -> UploadForecast:
    """Fit and forecast one plan of a file as known on the day of its last figure.

    ``launch`` is the day on which members first joined where the reader knows it.

    Rules and events of a plan that our own tables know apply to it, others are assumed and named in
    ``warnings``. Raises InputError when the file breaks the schema or its figures span more than
    ten years, Refused when they are too few or contradict each other beyond what can be fitted;
    a refusal lists the rows that were not fitted.
    """
    known = upload_record(content, plan, file, launch)
    try:
        with (
            np.errstate(divide="ignore", over="ignore", invalid="ignore"),
            refusal_names_left_out(known),
        ):
            fitted = fit(known)
            if fitted.disclosures.settlement_values("share").empty:
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
    return UploadForecast(result, known, rows, rows - len(unfitted), unfitted, warnings)


def launch_of(text: str) -> date:
    """The day of launch that a reader states; InputError when it is no day.

    >>> launch_of("2018-10-16")
    datetime.date(2018, 10, 16)
    """
    try:
        return day_of(text)
    except ValueError as error:
        legal = Message("a day that exists, as {form}", form=DAY_FORM)
        raise InputError(
            "launch: found {found}, legal: {legal}", found=text, legal=legal
        ) from error


def upload_record(
    content: bytes, plan: str, file: str = FILE, launch: date | None = None
) -> Disclosures:
    """One plan of a file as known on the day of its last figure; errors as ``forecast_upload``."""
    whole = read_disclosures(content, file, plan, partial(_require_few_years, file))
    known = whole.as_of(whole.day)
    if launch is not None:
        known = known.launched_on(launch)
    if known.plan_info.launched is not None:
        _require_years_between(file, known.plan_info.launched, known.day)
    return known


def _require_few_years(file: str, rows: pd.DataFrame) -> None:
    """Refuse figures that span too many years, before they are put on settlements."""
    if len(rows):
        days = rows["period_start"].min().date(), rows["period_end"].max().date()
        _require_years_between(file, *days)


def _require_years_between(file: str, first: date, last: date) -> None:
    if (last - first).days > MOST_YEARS * DAYS_PER_YEAR:
        found = Message("days from {first} to {last}", first=first, last=last)
        legal = Message("at most {years} years", years=MOST_YEARS)
        raise _too_much(file, found, legal, "period_end")


def upload_track_record(content: bytes, plan: str, file: str, launch: date | None) -> Backtest:
    """Forecasts from past days of a reader's own figures, scored against what came.

    From at most twelve days on which a share was disclosed, evenly spread, three figures at least
    before the first and one at least after the last; our model beside the last value carried on.
    Arguments as of :func:`upload_record`. Raises Refused where nothing can be scored.
    """
    known = upload_record(content, plan, file, launch)
    days = list(disclosed_shares(known).index)[FEWEST_FIGURES - 1 : -1]
    places = np.unique(np.linspace(0, len(days) - 1, MOST_ORIGINS).round().astype(int))
    origins = [days[place] for place in places] if days else []
    models = (StructuralForecaster(paths=TRACK_PATHS), HOUSES["last value"])
    result = run_backtest(known, models, origins, known.calendar.periods_in(1.0))
    ours = result.forecasts[result.forecasts["model"] == STRUCTURAL]
    if not (ours["reason"] == "").any():
        raise Refused(on_day(known.plan, known.day, NOTHING_SCORED))
    return result


def _too_much(file: str, found: str, legal: str, column: str = "") -> InputError:
    values = {"file": file, "column": column, "found": found, "legal": legal}
    message = Message("{file}: found {found}, legal: {legal}", **values)
    if column:
        message = Message("{file}, column {column}: found {found}, legal: {legal}", **values)
    return InputError(message, problems=(Problem(0, column, found, legal),))
