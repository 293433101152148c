"""Work on a reader's file, in a process of its own: what it costs stops nobody else.

Each piece of work gets a fresh process, forked from one that has the engine loaded, at a lower
priority, with a limit of processor time and of memory; there is one at a time. A process that takes
longer is ended.
"""

from __future__ import annotations

import os
import resource
import threading
import warnings
from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any, ParamSpec, TypeVar

from forecasting import Refused
from forecasting.base.messages import Message

# Of a processor; beside many readers that takes longer by the clock, but not for ever.
SECONDS = 15
CLOCK_SECONDS = 90
WAIT_SECONDS = 60
MOST_MEMORY = 4 * 2**30
POLITENESS = 5
P = ParamSpec("P")
T = TypeVar("T")

_one_at_a_time = threading.Lock()
_processes = get_context("forkserver")
_processes.set_forkserver_preload(["forecasting.uploads.reading"])


def in_worker_process(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What ``function`` returns or raises, worked out in a process of its own.

    Both have to be such as can be pickled. Raises Refused where it takes longer than SECONDS, needs
    more memory than there is for it, or where others are before it for longer than WAIT_SECONDS.

    >>> in_worker_process(divmod, 7, 3)
    (2, 1)
    """
    if not _one_at_a_time.acquire(timeout=WAIT_SECONDS):
        raise Refused(Message("other readers' files are being worked on, try again in a minute"))
    try:
        return _in_time(function, args, kwargs)
    finally:
        _one_at_a_time.release()


def _in_time(function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    ours, theirs = _processes.Pipe(duplex=False)
    work = (function, args, kwargs)
    process = _processes.Process(target=_work, args=(theirs, SECONDS, *work), daemon=True)
    process.start()
    theirs.close()
    try:
        outcome = ours.recv() if ours.poll(CLOCK_SECONDS) else None
    except EOFError:
        outcome = None
    finally:
        process.kill()
        process.join()
        ours.close()
    if outcome is None or isinstance(outcome[1], MemoryError):
        raise Refused(
            Message(
                "the file needs more time or memory than there is for one: "
                "{seconds} s of a processor",
                seconds=SECONDS,
            )
        )
    good, result = outcome
    if not good:
        raise result
    return result


def _work(
    to: Connection,
    seconds: int,
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
) -> None:
    os.nice(POLITENESS)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    # They would name cells of the file on standard error, which is a log.
    warnings.simplefilter("ignore")
    try:
        outcome = True, function(*args, **kwargs)
    except Exception as error:
        outcome = False, error
    to.send(outcome)
