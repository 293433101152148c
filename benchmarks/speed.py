"""Times of the cold fit and of the simulation, and how they grow, as medians of repeated runs."""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from os import cpu_count

from forecasting import fit, forecast, load_disclosures

REPEATS = 9


def median_ms(action: Callable[[], object]) -> float:
    """Median wall time of ``action`` in milliseconds, after one run that is not counted."""
    action()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def run() -> None:
    """Print the table."""
    print(f"Python {platform.python_version()}, {cpu_count()} CPUs, median of {REPEATS} runs")
    known = load_disclosures().as_of("2020-10-28")
    fitted = fit(known)
    rows = [
        ("load the packaged record", median_ms(load_disclosures), None),
        ("cold fit on 28 October 2020", median_ms(lambda: fit(known)), 100),
        ("forecast, 1,000 paths, 48 periods", median_ms(lambda: forecast(fitted, 48, 1000)), 40),
        ("forecast, 2,000 paths, 48 periods", median_ms(lambda: forecast(fitted, 48, 2000)), None),
        (
            "forecast, 1,000 paths, 480 periods",
            median_ms(lambda: forecast(fitted, 480, 1000)),
            None,
        ),
    ]
    for label, value, bar in rows:
        note = "" if bar is None else f"   bar {bar} ms, {value / bar:.2f} of it"
        print(f"{label:<40}{value:9.1f} ms{note}")
