"""The reliability report: ``python -m benchmarks.reliability``, kept under its date.

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
from benchmarks.report import RESULTS, Bar, Section, document, machine_facts, progress, table
from benchmarks.server import ROOT, memory_of, serve
from benchmarks.visitor import AS_OF, Visitor
from ui.server.store import FOLDER_VARIABLE

TESTS = (
    "tests/faults",
    "tests/deploy",
    "tests/reference/test_reproducible.py",
    "tests/unit/ui/test_store.py",
)
WAVES = 12
READERS = 10
CHANGES = 3
DAYS = 5
# Readers who have gone are forgotten after this many seconds here, 120 in production.
FORGET_SECONDS = "1"
SETTLED_FROM = 4
MOST_GROWTH = 1.1


def run_tests(paths: Sequence[str] = TESTS) -> Section:
    """Every test of the folders: outcome and seconds."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.xml"
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *paths],
            cwd=ROOT,
            env={**os.environ, "CI": "true"},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        return section_of(report.read_text(encoding="utf-8"))


def section_of(xml: str) -> Section:
    """Lay out a report of pytest.

    >>> case = '<testcase classname="tests.faults.test_faults" name="test_a_kill" time="1.5"/>'
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
    settled = after[min(SETTLED_FROM, len(after)) - 1]
    bar = Bar(f"memory, last wave over wave {SETTLED_FROM}", after[-1] / settled, most=MOST_GROWTH)
    text = (
        f"{waves} waves of {READERS} readers, each opening the home page, choosing {CHANGES} of "
        f"{DAYS} days, saving a file and leaving; sessions are forgotten after {FORGET_SECONDS} s."
    )
    rows = [[str(number), f"{value:.0f}"] for number, value in enumerate(after, 1)]
    return Section("Memory", (bar,), (text, table(["wave", "MB"], rows)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run all, print the report and keep it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reliability")
    parser.add_argument("--sessions", type=int, default=load.SESSIONS, help="readers at once")
    parser.add_argument("--waves", type=int, default=WAVES, help="of readers who come and go")
    chosen = parser.parse_args(arguments)
    facts, sections = machine_facts(), []
    parts: tuple[tuple[str, Callable[[], Section]], ...] = (
        ("faults", run_tests),
        ("load", partial(load.run, chosen.sessions)),
        ("memory", partial(memory, chosen.waves)),
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


if __name__ == "__main__":
    main()
