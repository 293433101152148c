"""The reliability report: ``python -m benchmarks.reliability``, kept under its date.

With ``--quick`` a few readers alone, and nothing is kept: part of the release check. Either way it
says of each bar whether it is met; exit code 1 where one is missed. On two cores that do nothing
else it takes a quarter of an hour or more, ``--quick`` a few minutes.

Runs the tests of faults, of replicas behind nginx and of reproducible bytes, then the load test,
then readers who come and go while the server's memory is watched.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from benchmarks import load
from benchmarks.report import (
    RESULTS,
    Section,
    document,
    limits,
    machine_facts,
    progress,
    shown,
    table,
)
from benchmarks.server import ROOT, memory_of, serve
from benchmarks.visitor import AS_OF, Visitor
from forecasting.evaluation.bars import Bar
from forecasting.release.folder import FOLDER_VARIABLE

TESTS = (
    "tests/serving",
    "tests/reference/test_reproducible.py",
    "tests/unit/ui/test_released.py",
)
# By file, as make test runs them.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
QUICK_SESSIONS, QUICK_CHANGES, QUICK_THINK_SECONDS, QUICK_WAVES = 10, 2, 2.0, 6
WAVES = 12
READERS = 10
CHANGES = 3
DAYS = 5
# Readers who have gone are forgotten after this many seconds here, 120 in production.
FORGET_SECONDS = "1"
STEADY_FROM_WAVE = 4
MOST_GROWTH = 1.1


def run_tests(paths: Sequence[str] = TESTS) -> Section:
    """Every test of the folders: outcome and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *SIDE_BY_SIDE, f"--junitxml={report}", *paths],
            cwd=ROOT,
            env={**os.environ, "CI": "true"},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        return section_of(report.read_text(encoding="utf-8"))


def section_of(xml: str) -> Section:
    """Lay out a report of pytest.

    >>> case = '<testcase classname="tests.serving.test_faults" name="test_a_kill" time="1.5"/>'
    >>> section = section_of(f"<testsuites><testsuite>{case}</testsuite></testsuites>")
    >>> print(section.blocks[0])
    | test   | seconds | outcome |
    |:-------|--------:|--------:|
    | a kill |     1.5 |  passed |
    """
    rows, passed = [], 0
    for case in ElementTree.fromstring(xml).iter("testcase"):
        good = not any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        passed += good
        name = case.get("name", "").removeprefix("test_").replace("_", " ").replace("|", "/")
        rows.append([name, f"{float(case.get('time', 0)):.1f}", "passed" if good else "FAILED"])
    bar = Bar("tests of faults passed", passed / max(len(rows), 1), least=1.0, unit="%")
    return Section("Faults", (bar,), (table(["test", "seconds", "outcome"], rows),))


async def _wave(address: str) -> None:
    async def read(number: int) -> None:
        async with Visitor(address) as visitor:
            seen = await visitor.open()
            options = list(seen.selectboxes[AS_OF].options)
            for change in range(CHANGES):
                await visitor.choose(AS_OF, options[1 + (number + change) % DAYS])
            await visitor.download()

    await asyncio.gather(*(read(number) for number in range(READERS)))


def memory(waves: int = WAVES) -> Section:
    """Memory of one server after each wave of readers who come, look at a few days and go."""
    after = []
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            FOLDER_VARIABLE: str(Path(folder) / "kept"),
            "STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": FORGET_SECONDS,
        }
        with serve("deploy/server.py", environment=settings) as server:
            for _ in range(waves):
                asyncio.run(_wave(server.address))
                after.append(memory_of(server.process.pid))
    first_steady = after[min(STEADY_FROM_WAVE, len(after)) - 1]
    bar = Bar(
        f"memory, last wave over wave {STEADY_FROM_WAVE}",
        after[-1] / first_steady,
        most=MOST_GROWTH,
    )
    text = (
        f"{waves} waves of {READERS} readers, each opening the home page, choosing {CHANGES} of "
        f"{DAYS} days, saving a file and leaving; sessions are forgotten after {FORGET_SECONDS} s."
    )
    rows = [[str(number), f"{value:.0f}"] for number, value in enumerate(after, 1)]
    return Section("Memory", (bar,), (text, table(["wave", "MB"], rows)))


def missed(sections: Sequence[Section]) -> list[str]:
    """A line for each bar that was not met.

    >>> missed([Section("Load", (Bar("p95 of a day", 3.0, most=2.0, unit="s"),), ())])
    ['p95 of a day: 3.00 s, at most 2.00 s']
    """
    return [
        f"{bar.name}: {shown(bar.measured, bar.unit)}, {limits(bar)}"
        for section in sections
        for bar in section.bars
        if not bar.met
    ]


def quick() -> list[Section]:
    """Load and memory with a few readers, printed."""
    facts, found = machine_facts(), []
    for name, part in (
        ("load", partial(load.run, QUICK_SESSIONS, QUICK_CHANGES, QUICK_THINK_SECONDS)),
        ("memory", partial(memory, QUICK_WAVES)),
    ):
        progress(name)
        found.append(part())
    print(document(found, facts, date.today()), end="")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all, print the report and keep it; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability")
    parser.add_argument("--sessions", type=int, default=load.SESSIONS, help="readers at once")
    parser.add_argument("--waves", type=int, default=WAVES, help="of readers who come and go")
    parser.add_argument("--quick", action="store_true", help="a few readers, nothing kept")
    chosen = parser.parse_args(arguments)
    sections = quick() if chosen.quick else in_full(chosen.sessions, chosen.waves)
    lines = missed(sections)
    for line in lines:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if lines else 0


def in_full(sessions: int, waves: int) -> list[Section]:
    """Everything, printed and kept as a report."""
    facts, sections = machine_facts(), []
    parts: tuple[tuple[str, Callable[[], Section]], ...] = (
        ("faults", run_tests),
        ("load", partial(load.run, sessions)),
        ("memory", partial(memory, waves)),
    )
    for name, part in parts:
        progress(name)
        sections.append(part())
    day = date.today()
    text = document(sections, facts, day).replace("# Benchmarks of", "# Reliability on", 1)
    path = RESULTS / f"reliability-{day.isoformat()}.md"
    path.write_text(text, encoding="utf-8")
    print(text, end="")
    progress(f"kept as {path.name}")
    return sections


if __name__ == "__main__":
    sys.exit(main())
