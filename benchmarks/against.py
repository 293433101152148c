"""Old against new in one run: another checkout and this one, asked in turn.

Times of two runs differ by what else the machine does; asked in turn both meet the same hindrances,
and processor time leaves out what others take.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from pathlib import Path

from benchmarks.report import Section, shown, table
from benchmarks.speed import AS_OF, HORIZON, PATHS

ROOT = Path(__file__).parents[1]
ROUNDS = 21
STEPS = {
    "cold fit": "fit(known)",
    "forecast with quantiles": f"forecast(fitted, {HORIZON}, {PATHS})",
    "the same with settling time": f"forecast(fitted, {HORIZON}, {PATHS}).settling_periods",
}
WORKER = f"""
import sys, time
from forecasting import fit, forecast, load_disclosures
known = load_disclosures().as_of({AS_OF!r})
fitted = fit(known)
forecast(fitted, {HORIZON}, {PATHS})
for step in sys.stdin:
    start = time.process_time()
    eval(step)
    print(1000 * (time.process_time() - start), flush=True)
"""


def run(folder: Path, rounds: int = ROUNDS) -> Section:
    """Processor time of the checkout in ``folder`` and of this one, and their ratio by round."""
    rows = []
    with _asked(folder) as old, _asked(ROOT) as new:
        for name, step in STEPS.items():
            pairs = [(_time(old, step), _time(new, step)) for _ in range(rounds)]
            before, after = (statistics.median(times) for times in zip(*pairs, strict=True))
            ratio = statistics.median(mine / theirs for theirs, mine in pairs)
            rows.append([name, shown(before, "ms"), shown(after, "ms"), shown(ratio)])
    note = (
        f"Processor time on one thread, medians of {rounds} rounds in which both were asked in "
        f"turn, {AS_OF}, {PATHS:,} paths of {HORIZON} settlements."
    )
    return Section("Old against new", (), (note, table(["step", "old", "new", "new / old"], rows)))


def _asked(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder), "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _time(worker: subprocess.Popen[str], step: str) -> float:
    assert worker.stdin is not None
    assert worker.stdout is not None
    worker.stdin.write(f"{step}\n")
    worker.stdin.flush()
    return float(worker.stdout.readline())
