"""Times of the cold fit and of the simulation, and how they grow with paths and periods."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.report import Section, shown, table
from forecasting import SelectionLagFit, fit, forecast, load_disclosures
from forecasting.evaluation.bars import Bar
from forecasting.simulation.paths import LONGEST_HORIZON, draw_paths

AS_OF = "2020-10-28"
REPEATS = 9
FEW_REPEATS = 3
HORIZON = 48
PATHS = 1000
SCALED_PATHS = (500, 1000, 2000, 4000)
SCALED_PERIODS = (48, 325, 650, 1300, LONGEST_HORIZON)
PATHS_OF_LONG_RUNS = 250
LINEAR_FROM = 325
MOST_GROWTH = 1.1


@dataclass(frozen=True)
class Timing:
    """Wall times of repeated runs in milliseconds: the median, and the least."""

    median: float
    least: float

    @property
    def cells(self) -> list[str]:
        """Both, for a table."""
        return [shown(self.median, "ms"), shown(self.least, "ms")]


def seconds(action: Callable[[], object]) -> float:
    """Wall time of one run."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def timed(action: Callable[[], object], repeats: int = REPEATS) -> Timing:
    """Time ``action`` after one run that is not counted."""
    action()
    times = [1000 * seconds(action) for _ in range(repeats)]
    return Timing(statistics.median(times), min(times))


def growth(times: Mapping[int, Timing]) -> float:
    """Exponent b of median time = a size^b by least squares on the logs: 1 is linear.

    >>> round(growth({1: Timing(2.0, 1.0), 10: Timing(20.0, 9.0)}), 6)
    1.0
    """
    sizes, values = np.log(list(times)), np.log([each.median for each in times.values()])
    return float(np.polyfit(sizes, values, 1)[0])


def run() -> Section:
    """Measure and lay out."""
    known = load_disclosures().as_of(AS_OF)
    first_fit = 1000 * seconds(lambda: fit(known))
    fitted = fit(known)
    cold_fit = timed(lambda: fit(known))
    drawing = timed(lambda: draw_paths(fitted, HORIZON, PATHS, 0))
    forecasting = timed(lambda: forecast(fitted, HORIZON, PATHS))
    settling = timed(lambda: forecast(fitted, HORIZON, PATHS).settling_periods)
    by_paths, by_periods = scaling(fitted)
    long_runs = {size: each for size, each in by_periods.items() if size >= LINEAR_FROM}
    bars = (
        Bar("cold fit", cold_fit.median, most=100.0, unit="ms"),
        Bar("forecast of 48 periods with quantiles", forecasting.median, most=60.0, unit="ms"),
        Bar("time as a power of paths", growth(by_paths), most=MOST_GROWTH),
        Bar("time as a power of periods", growth(long_runs), most=MOST_GROWTH),
    )
    rows = [
        ["load the packaged record", *timed(load_disclosures).cells],
        [f"first fit of the process, {AS_OF}", shown(first_fit, "ms"), "-"],
        [f"cold fit, {AS_OF}", *cold_fit.cells],
        ["1,000 paths of 48 periods, drawn", *drawing.cells],
        ["the same with quantiles (forecast)", *forecasting.cells],
        ["the same with settling time, where a page asks for it", *settling.cells],
    ]
    note = (
        f"{REPEATS} runs after one that is not counted ({FEW_REPEATS} where sizes grow). A power "
        "of 1 is linear cost. What a browser sees is timed apart, under Browser."
    )
    return Section(
        "Speed",
        bars,
        (
            note,
            table(["step", "median", "least"], rows),
            _scaling_table(f"paths of {HORIZON} periods", by_paths),
            _scaling_table(f"periods, {PATHS_OF_LONG_RUNS} paths", by_periods),
        ),
    )


def scaling(fitted: SelectionLagFit) -> tuple[dict[int, Timing], dict[int, Timing]]:
    """Times of drawing by number of paths, and by number of periods."""
    by_paths = {
        paths: timed(partial(draw_paths, fitted, HORIZON, paths, 0), FEW_REPEATS)
        for paths in SCALED_PATHS
    }
    by_periods = {
        horizon: timed(partial(draw_paths, fitted, horizon, PATHS_OF_LONG_RUNS, 0), FEW_REPEATS)
        for horizon in SCALED_PERIODS
    }
    return by_paths, by_periods


def _scaling_table(label: str, times: Mapping[int, Timing]) -> str:
    rows = [
        [f"{size:,}", *each.cells, f"{1000 * each.median / size:.0f}"]
        for size, each in times.items()
    ]
    return table([label, "median", "least", "microseconds each"], rows)
