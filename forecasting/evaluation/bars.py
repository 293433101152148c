"""What is asked of the forecasts, and whether it is met: on the record, and on simulated plans."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from forecasting.evaluation.backtest import SPANS, Backtest

KEPT = Path(__file__).with_name("simulated_bars.json")
MOST_RATIO = {"late": 0.92, "all": 0.87}
MOST_LATE_ERROR = 0.60
COVERAGE = (0.75, 0.95)


@dataclass(frozen=True)
class Bar:
    """A measured figure against the least or the most it should be; at least one of them is given.

    >>> Bar("cold fit", 50.0, most=100.0, unit="ms").ratio
    0.5
    >>> Bar("coverage", 0.6, least=0.7, most=0.95, unit="%").met
    False
    """

    name: str
    measured: float
    least: float | None = None
    most: float | None = None
    unit: str = ""

    @property
    def ratio(self) -> float:
        """The figure as a multiple of its bar, of the lower one where there are two."""
        bar = self.most if self.least is None else self.least
        assert bar is not None
        return self.measured / bar

    @property
    def met(self) -> bool:
        """Whether the figure lies within its bars; one that is not a number does not."""
        low = float("-inf") if self.least is None else self.least
        high = float("inf") if self.most is None else self.most
        return low <= self.measured <= high


@dataclass(frozen=True)
class SimulatedBars:
    """Bars on simulated plans as last measured: ``worlds`` of each kind, seeds from a first."""

    measured_on: date
    worlds: int
    first_seed: int
    bars: tuple[Bar, ...]


def record_bars(backtest: Backtest) -> tuple[Bar, ...]:
    """The headline's score over the best single rival's, native or house, its error and coverage.

    Late: origins from 14 August 2020. Errors in RMB, coverage of the 80% interval as a part.
    """
    headline = backtest.headline_model
    ratios = [
        Bar(
            f"{span}_wis",
            backtest.compare(headline, backtest.best_rival(since), since).ratio,
            most=MOST_RATIO[span],
        )
        for span, since in SPANS.items()
    ]
    every, late = (
        backtest.summary(since).set_index("model").loc[headline] for since in SPANS.values()
    )
    least, most = COVERAGE
    return (
        *ratios,
        Bar("late_error", float(late["mae"]), most=MOST_LATE_ERROR, unit="RMB"),
        Bar("late_coverage", float(late["coverage_80"]), least=least, unit="%"),
        Bar("all_coverage", float(every["coverage_80"]), least=least, most=most, unit="%"),
    )


@dataclass(frozen=True)
class HeadlineAges:
    """At how many ages of simulated plans the structure scored lower than its mean with a line."""

    measured_on: date
    plans: int
    first_seed: int
    lower: int
    ages: int


@dataclass(frozen=True)
class OutsideRival:
    """Of methods that the benchmark alone asks, the one of the best late score, and its scores.

    WIS in RMB and coverage of the 80% interval, on late origins and on all.
    """

    measured_on: date
    name: str
    late_wis: float
    late_inside: float
    all_wis: float
    all_inside: float


@cache
def simulated_bars() -> SimulatedBars:
    """What ``python -m benchmarks recovery --keep`` measured last.

    >>> {bar.unit for bar in simulated_bars().bars}
    {'%'}
    """
    kept = _kept()["recovery"]
    return SimulatedBars(
        date.fromisoformat(kept["measured_on"]),
        kept["worlds"],
        kept["first_seed"],
        tuple(Bar(**bar) for bar in kept["bars"]),
    )


@cache
def headline_ages() -> HeadlineAges:
    """What ``python -m benchmarks headline --keep`` counted last.

    >>> found = headline_ages()
    >>> 0 <= found.lower <= found.ages
    True
    """
    kept = _kept()["headline"]
    return HeadlineAges(**kept | {"measured_on": date.fromisoformat(kept["measured_on"])})


@cache
def outside_rival() -> OutsideRival:
    """What ``python -m benchmarks accuracy --keep`` scored last.

    >>> 0.0 <= outside_rival().late_inside <= 1.0
    True
    """
    kept = _kept()["outside"]
    return OutsideRival(**kept | {"measured_on": date.fromisoformat(kept["measured_on"])})


def keep_simulated(bars: Sequence[Bar], worlds: int, first_seed: int, day: date) -> None:
    """Keep what was measured on simulated plans, for the pages to say."""
    found = {"worlds": worlds, "first_seed": first_seed, "bars": [asdict(bar) for bar in bars]}
    _keep("recovery", {"measured_on": day.isoformat(), **found})


def keep_headline(found: HeadlineAges) -> None:
    """Keep what was counted on simulated plans, for the pages to say."""
    _keep("headline", asdict(found) | {"measured_on": found.measured_on.isoformat()})


def keep_outside(backtest: Backtest, names: Collection[str], day: date) -> None:
    """Keep the scores of the best late one of the models named, if the backtest has any."""
    every, late = (
        backtest.summary(since).set_index("model").reindex(list(names)) for since in SPANS.values()
    )
    if late["wis"].notna().any():
        name = str(late["wis"].idxmin())
        found = {
            f"{span}_{key}": float(rows.loc[name, column])
            for span, rows in (("late", late), ("all", every))
            for key, column in (("wis", "wis"), ("inside", "coverage_80"))
        }
        _keep("outside", {"measured_on": day.isoformat(), "name": name, **found})


def _kept() -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return kept


def _keep(part: str, found: dict[str, Any]) -> None:
    KEPT.write_text(json.dumps(_kept() | {part: found}, indent=2) + "\n", encoding="utf-8")
