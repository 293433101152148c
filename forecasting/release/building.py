"""Compute what a release holds, beside its place, and move it there when it is whole."""

from __future__ import annotations

import fcntl
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import forecasting
from forecasting.base.errors import Refused
from forecasting.base.settlements import settlements_between
from forecasting.disclosures import Disclosures
from forecasting.evaluation.backtest import run_backtest
from forecasting.evaluation.growth_backtest import compare_growth_curves
from forecasting.explain.account import Member, ShareDraws, share_draws
from forecasting.explain.credibility import credibility_path
from forecasting.explain.foreseen import foreseen_and_came
from forecasting.release import folder as place

PLAN = "xianghubao"
# Half-months of a forecast: what the pages show, what the command line and programs get.
PAGES, PROGRAMS = 30, 24
# When the member joined whose account the pages show until a reader says otherwise.
JOINED = date(2019, 6, 1)
OF_THE_RECORD: dict[str, Callable[[Disclosures], Any]] = {
    "backtest": run_backtest,
    "credibility_path": credibility_path,
    "growth_scores": compare_growth_curves,
}
# The release in use, and the one before it for servers that still run.
MOST_RELEASES = 2
PROCESSES = min(os.cpu_count() or 1, 4)


def record_name(plan: str, what: str) -> str:
    """Name of a result of the whole record, one of ``OF_THE_RECORD``."""
    return f"{plan}-{what}"


def forecast_name(plan: str, day: date, horizon: int) -> str:
    """Name of a day's forecast.

    >>> forecast_name("xianghubao", date(2020, 10, 28), 24)
    'xianghubao-forecast-2020-10-28-24'
    """
    return f"{plan}-forecast-{day.isoformat()}-{horizon}"


def fit_name(plan: str, day: date) -> str:
    """Name of what a day's fit had to be searched for.

    >>> fit_name("xianghubao", date(2020, 10, 28))
    'xianghubao-fit-2020-10-28'
    """
    return f"{plan}-fit-{day.isoformat()}"


def foreseen_name(plan: str, day: date) -> str:
    """Name of what a day foresaw of the account of a member since ``JOINED``.

    >>> foreseen_name("xianghubao", date(2020, 10, 28))
    'xianghubao-foreseen-2020-10-28'
    """
    return f"{plan}-foreseen-{day.isoformat()}"


def as_of_days(record: Disclosures) -> list[date]:
    """The days that a reader may choose, every settlement of the record."""
    return settlements_between(record.first_settlement, record.last_settlement)


def results_of(record: Disclosures, part: str | date) -> Iterator[tuple[str, Any]]:
    """Name and result of one part: a result of the record, or a day's fit, forecasts and account.

    None is the result where the engine refuses.
    """
    if isinstance(part, str):
        yield record_name(record.plan, part), OF_THE_RECORD[part](record)
        return
    try:
        fitted = forecasting.fit(record.as_of(part))
    except Refused:
        fitted = None
    yield fit_name(record.plan, part), fitted and fitted.solved
    for horizon in (PAGES, PROGRAMS):
        name = forecast_name(record.plan, part, horizon)
        try:
            yield name, fitted and forecasting.forecast(fitted, horizon=horizon)
        except Refused:
            yield name, None
    name = foreseen_name(record.plan, part)
    try:
        then = fitted and share_draws(record, fitted, PAGES)
        yield name, then and foreseen_and_came(then, _in_hindsight(), Member(JOINED))
    except Refused:
        yield name, None


@functools.lru_cache(maxsize=1)
def _record() -> Disclosures:
    return forecasting.load_disclosures(plan=PLAN)


@functools.lru_cache(maxsize=1)
def _in_hindsight() -> ShareDraws:
    record = _record()
    return share_draws(record, forecasting.fit(record.as_of(record.last_settlement)), PAGES)


def _written(folder: Path, part: str | date) -> dict[str, str | None]:
    """Compute and write one part, in a process of the build."""
    return {
        name: None if result is None else place.write(folder, name, result)
        for name, result in results_of(_record(), part)
    }


def parts() -> list[str | date]:
    """All that a release holds, what takes longest first."""
    return [*OF_THE_RECORD, *as_of_days(_record())]


def _each(
    chosen: Sequence[str | date], folder: Path, processes: int
) -> Iterator[dict[str, str | None]]:
    work = functools.partial(_written, folder)
    if processes == 1:
        yield from map(work, chosen)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(work, chosen)


def build(
    chosen: Sequence[str | date] | None = None,
    processes: int = PROCESSES,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> place.Release:
    """Build the release of these figures and this engine, or only the ``chosen`` parts of it.

    Raises Unusable where the cache folder cannot be used, OSError where the disk takes nothing.
    """
    cache, wanted = place.folder_of_this_user(), parts() if chosen is None else chosen
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise place.Unusable(f"it cannot be made: {error.strerror}") from error
    place.check(cache)
    target = cache / place.name_of_release()
    with tempfile.TemporaryDirectory(prefix="part-", dir=cache) as beside:
        part = Path(beside) / target.name
        part.mkdir()
        files: dict[str, str | None] = {}
        for done, written in enumerate(_each(wanted, part, processes), 1):
            files |= written
            progress(done, len(wanted))
        manifest = {"key": place.key(), "files": files}
        (part / place.MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        if target.exists():
            target.rename(Path(beside) / "replaced")
        part.rename(target)
    for old in sorted(cache.glob("release-*"), key=os.path.getmtime)[:-MOST_RELEASES]:
        shutil.rmtree(old, ignore_errors=True)
    return place.find()


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other process of this user builds; two servers that start need one release.

    Raises Unusable where the cache folder cannot be used.
    """
    cache = place.folder_of_this_user()
    try:
        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        place.check(cache)
        lock = open(cache / "building.lock", "wb")  # noqa: SIM115
    except OSError as error:
        raise place.Unusable(f"it cannot be made: {error.strerror}") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_whole() -> bool:
    """Whether everything is there and undamaged."""
    try:
        release = place.find()
        for name in release.files:
            release.read(name)
    except place.Unusable:
        return False
    days = (forecast_name(PLAN, day, PAGES) for day in as_of_days(_record()))
    return {*days, *(record_name(PLAN, what) for what in OF_THE_RECORD)} <= {*release.files}
