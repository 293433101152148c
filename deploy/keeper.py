"""Starts a replica that has died again; left behind by ``deploy/cluster.py start``.

    python -m deploy.keeper FOLDER

It looks at the processes that the state folder names, and leaves a replica alone whose process is
there, whatever it answers: one that is busy must not be ended. A replica that dies again and again
is started after ever longer pauses, then given up; ``cluster.py restart`` takes it up again. Every
line of ``keeper.log`` is a JSON object. It ends on SIGTERM, or once nothing is to run any more.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType
from typing import Any

from deploy.cluster import (
    ClusterError,
    Replica,
    last_words,
    launch,
    locked,
    log_of,
    read,
    replica_arguments,
    stop_replica,
)

LOOK_SECONDS = 0.5
MOST_RESTARTS = 5
WITHIN_SECONDS = 600.0

Restarts = dict[int, list[float]]


def may_start_at(restarts: Sequence[float], now: float) -> float | None:
    """When a replica found dead at ``now`` may be started; None once it is to be given up.

    ``restarts``: when it was started again so far, seconds on one clock. At once the first time,
    then 2, 4, 8 and 16 seconds after the last start; given up with five in ten minutes.

    >>> may_start_at([], 100.0), may_start_at([100.0], 103.0), may_start_at([100.0, 103.0], 103.5)
    (100.0, 102.0, 107.0)
    >>> may_start_at([0.0, 2.0, 6.0, 14.0, 30.0], 31.0) is None
    True
    >>> may_start_at([0.0, 2.0, 6.0, 14.0, 30.0], 700.0)
    700.0
    """
    recent = [start for start in restarts if now - start < WITHIN_SECONDS]
    if len(recent) >= MOST_RESTARTS:
        return None
    return recent[-1] + 2.0 ** len(recent) if recent else now


def look(folder: Path, restarts: Restarts, now: float) -> None:
    """Start what has died and is due; nothing while another command has the folder.

    Raises ClusterError where nothing is to run any more.
    """
    with locked(folder, wait=False) as ours:
        cluster = read(folder)
        if not ours:
            return
        for each in cluster.replicas:
            if each.alive or each.given_up:
                continue
            due = may_start_at(restarts[each.port], now)
            if due is not None and now < due:
                continue
            last = last_words(each.port, folder)
            if due is None:
                restarts[each.port].clear()
                fresh = replace(each, given_up=True)
            else:
                restarts[each.port].append(now)
                fresh = revived(each, folder)
            cluster = cluster.with_replica(fresh)
            try:
                cluster.write(folder)
            except OSError:
                stop_replica(fresh)
                raise
            say(fresh, last)


def revived(dead: Replica, folder: Path) -> Replica:
    """Another process on the port of one that died; nobody waits for it here."""
    process = launch(replica_arguments(dead.port), log_of(dead.port, folder))
    return Replica(dead.port, process.pid, dead.restarts + 1)


def say(replica: Replica, last: str) -> None:
    """One line for the log: which replica, how often by now, what it said last."""
    if replica.given_up:
        write("ERROR", "replica given up", port=replica.port, restarts=replica.restarts, last=last)
    else:
        write("WARNING", "replica revived", port=replica.port, restarts=replica.restarts, last=last)


def write(level: str, message: str, **facts: Any) -> None:
    """A line in the shape of the replicas' own."""
    when = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = {"time": when, "level": level, "logger": "deploy.keeper", "message": message, **facts}
    print(json.dumps(line, ensure_ascii=False), file=sys.stderr, flush=True)


def keep(folder: Path, over: Event) -> None:
    """Look again and again until it is over or nothing is to run any more."""
    restarts: Restarts = defaultdict(list)
    while not over.wait(LOOK_SECONDS):
        try:
            look(folder, restarts, time.monotonic())
        except ClusterError:
            return
        except OSError as error:
            write("ERROR", "cannot look after the replicas", reason=str(error))


def main() -> None:
    """Look after the cluster of the folder on the command line."""
    over = Event()

    def end(number: int, frame: FrameType | None) -> None:
        over.set()

    signal.signal(signal.SIGTERM, end)
    keep(Path(sys.argv[1]), over)


if __name__ == "__main__":
    main()
