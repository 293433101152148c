"""Tasks through Dask: local processes or a cluster, the same numbers on either."""

from __future__ import annotations

import asyncio
import json
import logging
import pickle  # nosec B403: the record of this process, sent to its own workers
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from distributed import Client, LocalCluster, as_completed
from distributed.comm.core import connect

from forecasting.base.errors import InputError
from forecasting.base.tabular import finite
from forecasting.disclosures import Disclosures
from forecasting.fitting.estimation import MODEL_VERSION
from forecasting.sweeps.journal import Journal, Record, task_key

CONNECT_SECONDS = 10
TaskFunction = Callable[[Disclosures, Mapping[str, Any]], Record]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Crew:
    """Who does the work: ``workers`` local processes, or the cluster of a ``scheduler``.

    ``folder`` keeps finished tasks; ``progress`` hears how many of all are done.
    """

    workers: int = 2
    scheduler: str | None = None
    folder: str | Path | None = None
    progress: Progress | None = None
    processes: bool = True


def run_tasks(
    function: TaskFunction,
    record: Disclosures,
    tasks: Sequence[Mapping[str, Any]],
    crew: Crew | None = None,
) -> list[Record]:
    """``function(record, task)`` for every task, in the order of ``tasks``.

    A task is known by the function's name, the model's version, the hash of the data, plan, day and
    the task's own values: one that a folder already holds is not run again. The record travels to
    the workers, so that a cluster needs the same code but not the same files. A worker that dies is
    replaced and its tasks are done again elsewhere, three times at most. Each worker runs on one
    thread: sums then have one order, and 1, 2 or 4 workers give the same bits.

    Raises InputError where the folder or the scheduler cannot be used.
    """
    crew = crew or Crew()
    basis = {
        "function": f"{function.__module__}.{function.__qualname__}",
        "model_version": MODEL_VERSION,
        "data_version": record.data_version,
        "plan": record.plan,
        "day": record.day.isoformat(),
    }
    keys = [task_key({**basis, "task": task}) for task in tasks]
    journal = Journal(crew.folder) if crew.folder is not None else None
    done = dict(journal.finished) if journal is not None else {}
    pending = {key: task for key, task in zip(keys, tasks, strict=True) if key not in done}
    wanted = set(keys)
    report = crew.progress or (lambda done, total: None)
    report(len(wanted) - len(pending), len(wanted))
    if pending:
        for key, found in _computed(function, record, pending, crew):
            if journal is not None:
                journal.add(key, pending[key], found)
            done[key] = found
            report(len(wanted & done.keys()), len(wanted))
    return [done[key] for key in keys]


def _computed(
    function: TaskFunction,
    record: Disclosures,
    pending: Mapping[str, Mapping[str, Any]],
    crew: Crew,
) -> Iterator[tuple[str, Record]]:
    with _connected(crew, len(pending)) as client:
        # Made anew from its bytes wherever a worker lost it; scattered data would be gone for good.
        shared = client.submit(pickle.loads, pickle.dumps(record))
        futures = {
            client.submit(_run, function, shared, dict(task), pure=False): key
            for key, task in pending.items()
        }
        for future in as_completed(futures):
            yield futures.pop(future), future.result()


def _run(function: TaskFunction, record: Disclosures, task: Mapping[str, Any]) -> Record:
    """One task on a worker; its record as it reads back from JSON, numbers to the last bit."""
    return json.loads(json.dumps(finite(function(record, task)), allow_nan=False))


@contextmanager
def _connected(crew: Crew, tasks: int) -> Iterator[Client]:
    if crew.scheduler is not None:
        with _joined(crew.scheduler) as client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=min(crew.workers, tasks),
            threads_per_worker=1,
            processes=crew.processes,
            dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster) as client,
    ):
        yield client


@contextmanager
def _joined(address: str) -> Iterator[Client]:
    """A client of a running scheduler whose workers have this version of the engine."""
    try:
        asyncio.run(_knock(address))
    except (OSError, ValueError) as error:
        raise InputError(
            f"scheduler: found {address!r}, which does not answer within {CONNECT_SECONDS} s "
            f"({type(error).__name__}); legal: the address of a running Dask scheduler, such as "
            "tcp://127.0.0.1:8786"
        ) from error
    with Client(address, timeout=CONNECT_SECONDS) as client:
        try:
            client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except TimeoutError as error:
            raise InputError(f"scheduler {address}: has no worker; start one first") from error
        others = {
            place: found for place, found in _versions(client).items() if found != MODEL_VERSION
        }
        if others:
            raise InputError(
                f"scheduler {address}: model version {MODEL_VERSION} is needed on the scheduler "
                "and on every worker, where python can import it; found "
                + ", ".join(f"{found!r} on {place}" for place, found in others.items())
            )
        yield client


def _versions(client: Client) -> dict[str, Any]:
    """The engine's version on the scheduler and on each worker, or why it cannot be had there."""
    on_scheduler: Any
    try:
        on_scheduler = client.run_on_scheduler(model_version)
    except ImportError as error:
        on_scheduler = error
    return {"the scheduler": on_scheduler, **client.run(model_version, on_error="return")}


async def _knock(address: str) -> None:
    """Connect once: a client of an address that does not answer would not let go of it."""
    async with asyncio.timeout(CONNECT_SECONDS):
        comm = await connect(address, timeout=CONNECT_SECONDS)
    comm.abort()


def model_version() -> str:
    """The version of the engine where this runs."""
    return MODEL_VERSION
