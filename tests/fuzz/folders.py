"""A data folder and an upload, from file to forecast: figures that can be true, or why not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from forecasting import Disclosures, Forecast, fit, forecast, load_disclosures, steady_state
from forecasting.base.errors import ForecastingError, InputError, Refused
from forecasting.base.tabular import to_csv
from forecasting.disclosures import PACKAGED_DATA
from forecasting.disclosures.quantities import HIGHEST_SHARE
from forecasting.disclosures.schemas import TABLES
from forecasting.uploads.reading import FILE, example, forecast_upload, plans_of
from tests.fuzz.harness import Harness
from tests.fuzz.tables import BY_NAME, split
from tests.fuzz.tables import HARNESS as TABLES_HARNESS

AS_OF = date(2020, 10, 28)
PLAN = "xianghubao"
HORIZON, PATHS = 4, 20
LONGEST_MESSAGE = 100_000
_FOLDER = TemporaryDirectory(prefix="fuzz-")
FOLDER = Path(_FOLDER.name)
# What the model is fitted on and what it is conditioned on.
FELT = ("observations", "plan_rules", "shocks", "plans", "member_profile", "ci_incidence")
QUANTILES = ("share_q10", "share_q50", "share_q90", "sharing_members_q50")


def check_folder(data: bytes) -> None:
    """One table laid over ours: every view of the record, a fit, a forecast, the article's sum."""
    schema, content = split(data)
    path = FOLDER / schema.file
    path.write_bytes(content)
    try:
        _ask(PLAN, AS_OF)
        _ask("village")
    finally:
        path.unlink()


def _ask(plan: str, day: date | None = None) -> None:
    try:
        steady_state(data_dir=FOLDER)
        record = load_disclosures(FOLDER, plan)
        known = record.as_of(day or record.day)
        check_views(known)
        check_forecast(forecast(fit(known), HORIZON, PATHS))
    except ForecastingError as error:
        check_error(error)


def check_views(known: Disclosures) -> None:
    """Every table that pages and reports make of a record can be made."""
    assert known.period_table()["date"].is_unique
    known.identity_checks()
    known.conflicts()


def check_error(error: ForecastingError, file: str = "") -> None:
    """One of the two kinds that a user can do something about, in words that name the file."""
    assert isinstance(error, InputError | Refused)
    assert error.exit_code in {2, 3}
    assert 0 < len(str(error)) <= LONGEST_MESSAGE
    assert str(error).strip()
    assert all(line.startswith(file) for line in str(error).split("\n"))
    assert not file or (isinstance(error, InputError) and error.problems)


def check_forecast(found: Forecast) -> None:
    """Numbers, in order, and none below zero."""
    quantiles = found.periods[found.periods["date"] > np.datetime64(found.as_of)]
    low, middle, high = (quantiles[name].to_numpy(dtype=float) for name in QUANTILES[:3])
    assert np.isfinite(low).all()
    assert ((low >= 0) & (low <= middle) & (middle <= high)).all()
    assert not np.isnan(quantiles[QUANTILES[3]].to_numpy(dtype=float)).any()


def check_upload(data: bytes) -> None:
    """An upload is refused by cell, declined with what is missing, or forecast within reason."""
    try:
        for plan in plans_of(data)[:2]:
            found = forecast_upload(data, plan, HORIZON)
            check_forecast(found.forecast)
            assert float(found.forecast.periods["share_q90"].max()) <= HIGHEST_SHARE
            assert 0 < found.fitted <= found.rows
    except InputError as error:
        check_error(error, FILE)
    except Refused as error:
        check_error(error)


def _whole(name: str) -> bytes:
    return name.encode() + b"\n" + (PACKAGED_DATA / BY_NAME[name].file).read_bytes()


_OWN = to_csv(example(load_disclosures().as_of(AS_OF))).encode("utf-8-sig")

FOLDERS = Harness(
    name="folders",
    check=check_folder,
    seeds=tuple(_whole(name) for name in FELT),
    words=(*TABLES_HARNESS.words, *(schema.name.encode() for schema in TABLES)),
    samples=3,
    slowest=30.0,
)
UPLOADS = Harness(
    name="uploads",
    check=check_upload,
    seeds=(_OWN, _OWN.replace(b"xianghubao", b"village")),
    words=TABLES_HARNESS.words,
    samples=8,
    slowest=30.0,
)
