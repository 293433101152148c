"""Rivals from other libraries, asked in their own environment and scored by our rules.

AutoETS, AutoARIMA and AutoTheta (statsforecast) and Prophet see what every rival sees: the shares
disclosed by the day, as an even series that is interpolated on the log scale. Each competes twice:
with its own interval, and with the house's rule for forecasters without an honest one.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.report import Section, shown, table
from benchmarks.speed import AS_OF, REPEATS, seconds, timed
from forecasting import Disclosures, Refused, fit, forecast, load_disclosures
from forecasting.base.arrays import Array
from forecasting.base.quantiles import QUANTILE_LEVELS
from forecasting.base.settlements import (
    PERIODS_PER_YEAR,
    period_number,
    settlement_on_or_before,
    settlements_from,
)
from forecasting.disclosures.series import disclosed_shares
from forecasting.evaluation.backtest import figure_origins, settlement_origins
from forecasting.evaluation.rivals import (
    FEWEST_FIGURES,
    HOUSE,
    NATIVE,
    NATIVES,
    Forecaster,
    HouseForecaster,
    Kind,
    ShareSeries,
    share_series,
)

ROOT = Path(__file__).parents[1]
RIVALS_PYTHON = ROOT / ".venv-rivals" / "bin" / "python"
WORKER = Path(__file__).with_name("rivals_worker.py")
LONGEST_SECONDS = 300
MIDDLE = len(QUANTILE_LEVELS) // 2
NOT_THERE = "not measured: .venv-rivals is missing, scripts/setup_rivals.sh makes it"


@dataclass(frozen=True)
class Predictions:
    """What one rival said: quantiles (H, 7) of the periods after each series, or the reason."""

    quantiles: Mapping[ShareSeries, Array]
    reasons: Mapping[ShareSeries, str]

    def after(self, series: ShareSeries, reach: int) -> Array:
        """Quantiles of the ``reach`` periods after a series; Refused with the rival's reason."""
        reason = self.reasons.get(series, "this series was not asked")
        if reason:
            raise Refused(reason)
        return self.quantiles[series][:reach]


@dataclass(frozen=True)
class LibraryForecaster:
    """A rival with its own interval."""

    name: str
    predictions: Predictions = field(compare=False, repr=False)
    kind: Kind = "rival"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`forecasting.evaluation.rivals.Forecaster`."""
        series = share_series(known)
        gap = period_number(known.day) - series.last
        return np.maximum(self.predictions.after(series, gap + horizon)[gap:], 0.0)


@dataclass(frozen=True)
class Centre:
    """A rival's median alone, as the house's interval rule asks for it.

    Where a library refuses an earlier series as too short, the last value stands in, so that one
    missing fit does not cost the rival its interval.
    """

    predictions: Predictions = field(compare=False, repr=False)

    def __call__(self, series: ShareSeries, reach: int) -> Array:
        """Medians of the ``reach`` periods after a series."""
        if self.predictions.reasons[series]:
            return np.full(reach, series.shares[-1])
        return self.predictions.after(series, reach)[:, MIDDLE]


@dataclass(frozen=True)
class HouseIntervalForecaster:
    """A rival's median, with the interval of our ``HouseForecaster``."""

    name: str
    predictions: Predictions = field(compare=False, repr=False)
    kind: Kind = "rival"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`forecasting.evaluation.rivals.Forecaster`."""
        self.predictions.after(share_series(known), horizon)
        return HouseForecaster(self.name, Centre(self.predictions)).quantiles(known, horizon)


@dataclass(frozen=True)
class Asked:
    """The rivals that answered, rows about each of them, and what kept the others."""

    forecasters: tuple[Forecaster, ...]
    models: tuple[dict[str, Any], ...]
    problem: str


def every_series(record: Disclosures) -> list[ShareSeries]:
    """Every series an origin sees, and those it saw earlier, for the house's interval rule."""
    days = {*figure_origins(record), *settlement_origins(record)}
    seen = {share_series(record.as_of(day)) for day in days}
    earlier = {
        series.until(count)
        for series in seen
        for count in range(FEWEST_FIGURES, len(series.places))
    }
    return sorted(seen | earlier, key=lambda series: series.places)


def request_of(record: Disclosures, series: Sequence[ShareSeries]) -> dict[str, Any]:
    """What the rivals are asked: the series, the dates of their periods and of those beyond."""
    first = min(each.places[0] for each in series)
    horizon = max(each.last for each in series) - first + 2 * PERIODS_PER_YEAR
    day = settlement_on_or_before(disclosed_shares(record).index[0])
    dates = [one.isoformat() for one in islice(settlements_from(day), 2 * horizon)]
    return {
        "horizon": horizon,
        "timed": series.index(share_series(record.as_of(AS_OF))),
        "series": [
            {
                "values": each.values.tolist(),
                "dates": dates[each.places[0] - first : each.last - first + 1 + horizon],
            }
            for each in series
        ],
    }


def ask(request: dict[str, Any], python: Path = RIVALS_PYTHON) -> tuple[list[dict[str, Any]], str]:
    """Run the worker in the rivals' environment; the answers, or what went wrong."""
    if not python.exists():
        return [], NOT_THERE
    with tempfile.TemporaryDirectory() as folder:
        asked, replied = Path(folder, "request.json"), Path(folder, "answer.json")
        asked.write_text(json.dumps(request), encoding="utf-8")
        try:
            subprocess.run(
                [python, WORKER, asked, replied],
                check=True,
                capture_output=True,
                text=True,
                timeout=LONGEST_SECONDS,
            )
        except (subprocess.SubprocessError, OSError) as error:
            lines = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
            return [], f"not measured: {lines[-1] if lines else type(error).__name__}"
        reply: dict[str, Any] = json.loads(replied.read_text(encoding="utf-8"))
    return reply["models"], ""


@cache
def asked_rivals() -> Asked:
    """Ask every rival about every series of the packaged record, once a process."""
    record = load_disclosures()
    series = every_series(record)
    models, problem = ask(request_of(record, series))
    native: list[Forecaster] = []
    house: list[Forecaster] = []
    for model in models:
        if not model["missing"]:
            name, predictions = model["name"], _predictions(series, model["answers"])
            native.append(LibraryForecaster(f"{name}{NATIVE}", predictions))
            house.append(HouseIntervalForecaster(f"{name}{HOUSE}", predictions))
    return Asked((*native, *house), tuple(models), problem)


def _predictions(
    series: Sequence[ShareSeries], predictions: Sequence[dict[str, Any]]
) -> Predictions:
    pairs = list(zip(series, predictions, strict=True))
    return Predictions(
        {each: np.array(one["quantiles"]) for each, one in pairs},
        {each: one["reason"] for each, one in pairs},
    )


def run() -> Section:
    """The rivals' fit times next to ours, and who could not be asked."""
    asked = asked_rivals()
    known = load_disclosures().as_of(AS_OF)
    ours = timed(lambda: fit(known)).median, timed(lambda: forecast(fit(known), 48)).median
    rows = [["structural, 1,000 paths (ours)", *_times(*ours, ours)]]
    # What a method made of a series is remembered: each is timed on days that it has not seen.
    record = load_disclosures()
    unseen = [record.as_of(day) for day in figure_origins(record) if day < known.day][-REPEATS:]
    for model in (NATIVES["drift"], NATIVES["arima"]):
        total = 1000 * statistics.median(
            seconds(partial(model.quantiles, each, 48)) for each in unseen
        )
        rows.append([f"{model.name} (our rivals)", "-", *_times(total, total, ours)[1:]])
    notes = []
    for each in asked.models:
        label = f"{each['name']} ({each['library']})"
        if each["missing"]:
            notes.append(f"- {label}: not measured, {each['missing']}")
            continue
        failed = Counter(one["reason"] for one in each["answers"] if one["reason"])
        notes += [
            f"- {label}: failed on {count} of {len(each['answers'])} series, {reason}"
            for reason, count in failed.items()
        ]
        if "fit_seconds" in each:
            times = 1000 * each["fit_seconds"], 1000 * each["total_seconds"]
            rows.append([label, *_times(*times, ours)])
    if asked.problem:
        notes.append(f"- AutoETS, AutoARIMA, AutoTheta, Prophet: {asked.problem}")
    header = ["model", "fit", "fit and forecast", "multiple of ours"]
    return Section(
        "Rivals: fit times",
        (),
        (
            f"On the shares known on {AS_OF}, medians in warm processes; the forecasts reach 48 "
            "periods with intervals (the libraries' longer). Scores are in the accuracy tables.",
            table(header, rows),
            *notes,
        ),
    )


def _times(fitting: float, total: float, ours: tuple[float, float]) -> list[str]:
    return [shown(fitting, "ms"), shown(total, "ms"), shown(total / ours[1])]
