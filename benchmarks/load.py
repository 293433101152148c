"""Many readers at once: time from a change to the finished page, memory a session, errors.

Every session is a websocket of its own to a server of its own process, started with nothing kept:
all open the home page in the same moment, then read, choose another day now and then, move a
slider, and save a file in the end.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.report import Bar, Section, percentile, shown, table
from benchmarks.server import free_ports, memory_of, serve
from benchmarks.visitor import AS_OF, Seen, Visitor
from deploy import cluster, proxy
from forecasting.release.folder import FOLDER_VARIABLE

SESSIONS = 100
CHANGES = 4
THINK_SECONDS = 10.0
REPLICAS = 2
SEED = 0
# The earliest days have too few figures to forecast from.
DAYS_LEFT_OUT = 10
SLIDER = "scenario_incidence_factor"
POSITIONS = (0.8, 0.9, 1.1, 1.2, 1.3)
MOST_P95 = 2.0
UTF8_MARK = b"\xef\xbb\xbf"
PAGE_RUN = '"message": "page run"'


@dataclass
class Measured:
    """What the sessions of one set-up saw, and what their server held."""

    name: str
    sessions: int
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


def measure_one_process(
    name: str, results_folder: Path, sessions: int, changes: int, think: float, script: str
) -> Measured:
    """One server without a proxy: ``app.py`` cold, ``deploy/server.py`` with its home computed."""
    measured = Measured(name, sessions)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with serve(script, environment={FOLDER_VARIABLE: str(results_folder)}, log=log) as server:
            pids = [server.process.pid]
            asyncio.run(visit(measured, server.address, pids, changes, think))
        measured.computed, measured.page_runs = read_log(log)
    return measured


def measure_replicas(sessions: int, changes: int, think: float, replicas: int) -> Measured:
    """Several servers behind nginx, as they are deployed."""
    measured = Measured(f"{replicas} replicas behind nginx", sessions)
    with behind_nginx(replicas) as (address, pids, folder):
        asyncio.run(visit(measured, address, pids, changes, think))
        for log in folder.glob("replica-*.log"):
            computed, runs = read_log(log)
            measured.computed += computed
            measured.page_runs += runs
    return measured


@contextmanager
def behind_nginx(
    replicas: int, settings: Mapping[str, str] | None = None
) -> Iterator[tuple[str, list[int], Path]]:
    """Start replicas and proxy on free ports with nothing kept; yield address, processes, logs."""
    with tempfile.TemporaryDirectory() as parent:
        folder, port = Path(parent) / "run", free_ports(replicas + 1)
        environment = {FOLDER_VARIABLE: str(Path(parent) / "kept"), **(settings or {})}
        cluster.start(folder, port, replicas, environment, tied=True)
        try:
            pids = list(cluster.replicas(folder).values())
            yield f"http://{proxy.LOOPBACK}:{port}", pids, folder
        finally:
            # A test may have stopped it already.
            if cluster.runs(folder):
                cluster.stop(folder)


def run(sessions: int = SESSIONS, changes: int = CHANGES, think: float = THINK_SECONDS) -> Section:
    """Measure one process, and replicas behind nginx where that is installed."""
    with tempfile.TemporaryDirectory() as cold, tempfile.TemporaryDirectory() as results_folder:
        found = [
            measure_one_process("one process, cold", Path(cold), sessions, 0, 0.0, "app.py"),
            *(
                measure_one_process(
                    name, Path(results_folder), sessions, changes, think, "deploy/server.py"
                )
                for name in ("one process", "one process, started again")
            ),
        ]
    note = ""
    try:
        found.append(measure_replicas(sessions, changes, think, REPLICAS))
    except cluster.ClusterError as error:
        note = f"Replicas behind nginx: not measured, {error}."
        print(note, file=sys.stderr)
    return section(found, changes, think, note)


def section(found: Sequence[Measured], changes: int, think: float, note: str = "") -> Section:
    """Lay out what was measured."""
    bars = []
    for each in found:
        bars.append(
            Bar(f"sessions without error, {each.name}", each.without_error, least=1.0, unit="%")
        )
        for what, times in (("day", each.changed), ("slider", each.moved)):
            if times:
                name = f"p95 of a {what}, {each.name}"
                bars.append(Bar(name, percentile(times, 95), most=MOST_P95, unit="s"))
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
        "slider is timed from the message sent to the script's end received. Cold: libraries not "
        "loaded, nothing computed, no day chosen; else only the home page is computed; started "
        "again: what the run before computed lies on disk. The sessions run on the same cores as "
        "the server."
    )
    blocks = [text, table(header, rows), *([note] if note else []), *errors]
    return Section("Load", tuple(bars), tuple(blocks))
