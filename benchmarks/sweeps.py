"""How a sweep's time falls with workers, processes against threads; nothing is asserted."""

from __future__ import annotations

import os
from functools import partial

from benchmarks.report import Section, table
from benchmarks.speed import AS_OF, seconds
from forecasting import Disclosures, load_disclosures
from forecasting.sweeps.runner import Crew, run_tasks
from forecasting.sweeps.scenarios import forecast_summary

WORKERS = (1, 2, 4)
TASKS = 48
FEW_TASKS = 4
PATHS = 1000


def run(tasks: int = TASKS) -> Section:
    """Time the same forecasts on each number of workers, and what starting the workers costs."""
    known = load_disclosures().as_of(AS_OF)
    rows = []
    for kind, processes in (("processes", True), ("threads", False)):
        alone = 0.0
        for workers in WORKERS:
            crew = Crew(workers, processes=processes)
            start = seconds(partial(_sweep, known, min(FEW_TASKS, tasks), crew))
            whole = seconds(partial(_sweep, known, tasks, crew))
            alone = alone or whole
            rows.append(
                [
                    f"{workers} {kind}",
                    f"{start:.1f} s",
                    f"{whole:.1f} s",
                    f"{tasks / whole:.1f}",
                    f"{alone / whole:.2f}",
                ]
            )
    header = ["workers", f"{FEW_TASKS} tasks", f"{tasks} tasks", "tasks a second", "times as fast"]
    note = (
        f"One task: a fit of {AS_OF} and {PATHS:,} paths of 24 periods under one scenario. "
        f"{os.cpu_count()} cores; the first column is mostly the start of the workers. A "
        "process computes on one thread; a thread shares the interpreter, and libraries may take "
        "more cores than it has workers."
    )
    return Section("Sweeps: time by workers", (), (note, table(header, rows)))


def _sweep(known: Disclosures, tasks: int, crew: Crew) -> None:
    scenarios = [{"delay_days": 90.0 + number} for number in range(tasks)]
    run_tasks(
        forecast_summary,
        known,
        [
            {"scenario": scenario, "horizon": 24, "paths": PATHS, "seed": 0}
            for scenario in scenarios
        ],
        crew,
    )
