"""Many readers at once: time from a change to the finished page, memory a session, errors.

Every session is a websocket of its own: all open the home page in the same moment, then read,
choose another day now and then, move a slider, and save a file in the end. Each set-up is measured
twice in one run, computing everything itself and with the release's results.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import Section, percentile, shown, table
from benchmarks.server import ROOT, free_ports, memory_of, serve
from benchmarks.visitor import AS_OF, Seen, Visitor
from deploy import cluster, proxy
from forecasting.evaluation.bars import Bar
from forecasting.release.folder import FOLDER_VARIABLE, OFF

SESSIONS = 100
CHANGES = 2
THINK_SECONDS = 10.0
REPLICAS = 2
SERVED = "deploy/server.py"
SEED = 0
# The earliest days have too few figures to forecast from.
DAYS_LEFT_OUT = 10
SLIDER = "scenario_incidence_factor"
POSITIONS = (0.8, 0.9, 1.1, 1.2, 1.3)
# Seconds, with the release: what the reliability report is held to.
MOST_OPEN = 3.0
MOST_CHANGE_OF_ONE_PROCESS, MOST_CHANGE_OF_REPLICAS = 1.5, 1.0
MOST_START, MOST_TRACK_RECORD = 15.0, 3.0
UTF8_MARK = b"\xef\xbb\xbf"
PAGE_RUN = '"message": "page run"'


@dataclass
class Measured:
    """What the sessions of one set-up saw, and what their server held."""

    name: str
    sessions: int
    # Seconds that a day or a slider may take at p95; not a number where no bar is set.
    most_change: float = math.nan
    opened: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    saved: int = 0
    errors: list[str] = field(default_factory=list)
    computed: int = 0
    page_runs: int = 0
    memory_before: float = 0.0
    memory_open: float = 0.0
    memory_after: float = 0.0

    @property
    def memory_each(self) -> float:
        """Resident memory that a session adds, MB, days chosen on the way included."""
        return (self.memory_after - self.memory_before) / self.sessions

    @property
    def without_error(self) -> float:
        """Part of the sessions in which nothing went wrong."""
        return 1 - min(len(self.errors), self.sessions) / self.sessions


def _checked(seen: Seen) -> Seen:
    if seen.exceptions:
        raise RuntimeError(f"the page showed {seen.exceptions[0]}")
    if not seen.downloads:
        raise RuntimeError("the page came without its chart")
    return seen


async def _read(
    visitor: Visitor, measured: Measured, changes: int, think: float, seed: int
) -> None:
    chance = random.Random(seed)
    for _ in range(changes):
        await asyncio.sleep(think * chance.uniform(0.5, 1.5))
        options = list(visitor.seen.selectboxes[AS_OF].options)[:-DAYS_LEFT_OUT]
        seen = _checked(await visitor.choose(AS_OF, chance.choice(options)))
        measured.changed.append(seen.seconds)
    await visitor.open("scenarios")
    for _ in range(changes):
        await asyncio.sleep(think * chance.uniform(0.5, 1.5))
        seen = _checked(await visitor.move(SLIDER, chance.choice(POSITIONS)))
        measured.moved.append(seen.seconds)
    content = await visitor.download()
    if not content.startswith(UTF8_MARK):
        raise RuntimeError("the file is not the CSV that was offered")
    measured.saved += 1


async def visit(
    measured: Measured, address: str, pids: Sequence[int], changes: int, think: float
) -> None:
    """All sessions of one set-up; what goes wrong in one is noted and the others go on."""
    visitors = [
        Visitor(address, cookie=f"replica={random.Random(number).getrandbits(128):032x}")
        for number in range(measured.sessions)
    ]

    async def guarded(step: Awaitable[None]) -> None:
        try:
            await step
        except Exception as error:
            measured.errors.append(f"{type(error).__name__}: {error}")

    async with AsyncExitStack() as open_sessions:

        async def arrive(visitor: Visitor) -> None:
            await open_sessions.enter_async_context(visitor)
            seen = _checked(await visitor.open())
            measured.opened.append(seen.seconds)

        measured.memory_before = sum(map(memory_of, pids))
        await asyncio.gather(*(guarded(arrive(visitor)) for visitor in visitors))
        measured.memory_open = sum(map(memory_of, pids))
        await asyncio.gather(
            *(
                guarded(_read(visitor, measured, changes, think, number))
                for number, visitor in enumerate(visitors)
                if changes and visitor.seen.selectboxes
            )
        )
        measured.memory_after = sum(map(memory_of, pids))


def read_log(path: Path) -> tuple[int, int]:
    """Results computed and page runs, by the server's own lines."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    runs = [json.loads(line) for line in lines if PAGE_RUN in line]
    return sum(run["computed"] for run in runs), len(runs)


def measure_one_process(measured: Measured, cache: str, changes: int, think: float) -> Measured:
    """One server without a proxy; ``cache`` is the folder of the release, or "off"."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with serve(SERVED, environment={FOLDER_VARIABLE: cache}, log=log) as server:
            pids = [server.process.pid]
            asyncio.run(visit(measured, server.address, pids, changes, think))
        measured.computed, measured.page_runs = read_log(log)
    return measured


def measure_replicas(measured: Measured, cache: str, changes: int, think: float) -> Measured:
    """Several servers behind nginx, as they are deployed."""
    with behind_nginx(REPLICAS, {FOLDER_VARIABLE: cache}) as (address, pids, folder):
        asyncio.run(visit(measured, address, pids, changes, think))
        for log in folder.glob("replica-*.log"):
            computed, runs = read_log(log)
            measured.computed += computed
            measured.page_runs += runs
    return measured


async def _first_look(address: str, page: str) -> float:
    async with Visitor(address) as visitor:
        return _checked(await visitor.open(page)).seconds


def starts(cache: str) -> tuple[float, float, float]:
    """Seconds from a server's start until it is healthy, and of its first two readers' pages.

    The home page, then the track record, whose backtest is the longest thing to compute.
    """
    began = time.perf_counter()
    with serve(SERVED, environment={FOLDER_VARIABLE: cache}) as server:
        healthy = time.perf_counter() - began
        home = asyncio.run(_first_look(server.address, ""))
        return healthy, home, asyncio.run(_first_look(server.address, "track_record"))


@contextmanager
def behind_nginx(
    replicas: int, settings: Mapping[str, str] | None = None
) -> Iterator[tuple[str, list[int], Path]]:
    """Start replicas and proxy on free ports; yield address, processes and the folder of logs."""
    with tempfile.TemporaryDirectory() as parent:
        folder, port = Path(parent) / "run", free_ports(replicas + 1)
        cluster.start(folder, port, replicas, settings, tied=True)
        try:
            pids = list(cluster.replicas(folder).values())
            yield f"http://{proxy.LOOPBACK}:{port}", pids, folder
        finally:
            # A test may have stopped it already.
            if cluster.runs(folder):
                cluster.stop(folder)


def run(sessions: int = SESSIONS, changes: int = CHANGES, think: float = THINK_SECONDS) -> Section:
    """Measure one process, and replicas behind nginx where that is installed."""
    found, note = [], ""
    with tempfile.TemporaryDirectory() as cache:
        subprocess.run(
            [sys.executable, "-m", "forecasting.release"],
            cwd=ROOT,
            env={**os.environ, FOLDER_VARIABLE: cache},
            check=True,
        )
        for kept, of in ((OFF, "nothing kept"), (cache, "release")):
            bar = math.nan if kept == OFF else MOST_CHANGE_OF_ONE_PROCESS
            one = Measured(f"one process, {of}", sessions, bar)
            found.append(measure_one_process(one, kept, changes, think))
            bar = math.nan if kept == OFF else MOST_CHANGE_OF_REPLICAS
            several = Measured(f"{REPLICAS} replicas, {of}", sessions, bar)
            try:
                found.append(measure_replicas(several, kept, changes, think))
            except cluster.ClusterError as error:
                note = f"Replicas behind nginx: not measured, {error}."
                print(note, file=sys.stderr)
        first = {of: starts(kept) for of, kept in (("nothing kept", OFF), ("release", cache))}
    return section(found, first, changes, think, note)


def section(
    found: Sequence[Measured],
    first: Mapping[str, tuple[float, float, float]],
    changes: int,
    think: float,
    note: str = "",
) -> Section:
    """Lay out what was measured; ``first`` is what ``starts`` returned by set-up."""
    bars = []
    for each in found:
        bars.append(
            Bar(f"sessions without error, {each.name}", each.without_error, least=1.0, unit="%")
        )
        if math.isnan(each.most_change):
            continue
        for what, times, most in (
            ("opening the home page", each.opened, MOST_OPEN),
            ("a day", each.changed, each.most_change),
            ("a slider", each.moved, each.most_change),
        ):
            if times:
                name = f"p95 of {what}, {each.name}"
                bars.append(Bar(name, percentile(times, 95), most=most, unit="s"))
    if "release" in first:
        healthy, _, track_record = first["release"]
        bars.append(Bar("start with the release", healthy, most=MOST_START, unit="s"))
        bars.append(
            Bar("track record, first reader", track_record, most=MOST_TRACK_RECORD, unit="s")
        )
    header = [
        "set-up", "open p50", "open p95", "day p50", "day p95", "slider p50", "slider p95",
        "page runs", "computed", "files", "errors", "MB before", "MB after", "MB a session",
    ]  # fmt: skip
    rows = [
        [
            each.name,
            *(
                shown(percentile(times, percent), "s")
                for times in (each.opened, each.changed, each.moved)
                for percent in (50, 95)
            ),
            *map(str, (each.page_runs, each.computed, each.saved, len(each.errors))),
            f"{each.memory_before:.0f}",
            f"{each.memory_after:.0f}",
            f"{each.memory_each:.2f}",
        ]
        for each in found
    ]
    errors = sorted({error for each in found for error in each.errors})
    text = (
        f"{found[0].sessions} sessions open the home page in the same moment; each then chooses "
        f"{changes} days, goes to the scenarios and moves a slider {changes} times, {think:g} s of "
        "reading (half to one and a half times that) before each, and saves a CSV. A day or a "
        "slider is timed from the message sent to the script's end received. Nothing kept: every "
        "process computes all it shows; release: each day's results were computed before. The "
        "sessions run on the same cores as the server."
    )
    rows_of_starts = [[of, *(shown(each, "s") for each in times)] for of, times in first.items()]
    of_starts = table(["start", "healthy", "home page", "track record"], rows_of_starts)
    blocks = [text, table(header, rows), of_starts, *([note] if note else []), *errors]
    return Section("Load", tuple(bars), tuple(blocks))
