"""Results kept on disk between restarts and shared by every server of this machine.

A key is the name of the result, its arguments, and a hash of all that the result depends on: every
table of ``data/``, every module of the engine and the one that asks, the versions of the
libraries. Nothing is ever out of date, only unused; the least used goes when the folder outgrows
its limit.

The files are pickles, and reading a pickle runs what is in it. The folder is therefore made for
this user alone (0700), and one that belongs to or can be written by somebody else is not used.
Where the disk is full, read-only or broken, everything is computed and nothing is kept.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import itertools
import logging
import os
import platform
import stat
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from joblib import Memory

import forecasting

FOLDER_VARIABLE = "SHARE_DASHBOARD_CACHE"
FOLDER_NAME = "share-dashboard"
OFF = "off"
MOST_BYTES = 200_000_000
# Looking through a full folder takes as long as drawing a page: not after every result.
TRIM_EVERY = 50
LIBRARIES = ("joblib", "numpy", "pandas", "pydantic", "scipy", "statsmodels")
ENGINE = Path(forecasting.__file__).parent
DATA = ENGINE.parent / "data"

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)
_kept_so_far = itertools.count()


@dataclass
class Tally:
    """How many results a page run had computed, and how many it had read from disk."""

    computed: int = 0
    from_disk: int = 0


tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


def fingerprint(*folders: Path) -> str:
    """Hash of the tables and modules in ``folders`` and of the versions that compute with them.

    >>> fingerprint(DATA, ENGINE) == fingerprint(DATA, ENGINE) != fingerprint(DATA)
    True
    """
    digest = hashlib.sha256()
    versions = [f"{name} {version(name)}" for name in LIBRARIES]
    digest.update(repr((platform.python_version(), platform.machine(), versions)).encode())
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".csv", ".py"}:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


# Taken at the start, before the record is read: files changed under a running server are not its.
FINGERPRINT = fingerprint(DATA, ENGINE)


def folder_of_this_user() -> Path | None:
    """The folder that ``SHARE_DASHBOARD_CACHE`` names, else one in the user's cache folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    if named == OFF:
        return None
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / FOLDER_NAME
    except RuntimeError:
        return None


def why_not(folder: Path) -> str:
    """Why results may not be kept in ``folder``; empty where they may. Makes it if need be."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        facts = folder.stat()
    except OSError as error:
        return f"it cannot be made: {error.strerror}"
    if hasattr(os, "getuid") and facts.st_uid != os.getuid():
        return f"it belongs to user {facts.st_uid}, not to {os.getuid()}"
    if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return "others may write to it"
    return ""


def state_of_the_folder() -> str:
    """``yes``, ``off``, or why nothing is kept, without naming the folder."""
    folder = folder_of_this_user()
    return "off" if folder is None else why_not(folder) or "yes"


@functools.lru_cache(maxsize=1)
def _memory(folder: Path) -> Memory | None:
    reason = why_not(folder)
    if reason:
        log.warning("results are not kept in %s: %s", folder, reason)
        return None
    try:
        return Memory(folder, verbose=0)
    except OSError as error:
        log.warning("results are not kept in %s: %s", folder, error.strerror)
        return None


def _result(key: tuple[str, ...], compute: Callable[[], Any]) -> Any:
    """What joblib remembers: named by ``key`` alone."""
    return compute()


def recall(key: tuple[str, ...], compute: Callable[[], R]) -> R:
    """The result kept under ``key``, else what ``compute`` returns, from then on kept.

    What ``compute`` raises is raised and not kept. A file that cannot be read is computed again.
    """
    computed: list[R] = []

    def once() -> R:
        if not computed:
            computed.append(compute())
        return computed[0]

    folder = folder_of_this_user()
    memory = _memory(folder) if folder else None
    if memory is None:
        value = once()
    else:
        try:
            value = memory.cache(_result, ignore=["compute"])(key, once)
            if computed and next(_kept_so_far) % TRIM_EVERY == 0:
                memory.reduce_size(bytes_limit=MOST_BYTES)
        except OSError as error:
            value = once()
            log.warning("a result is not kept in %s: %s", folder, error.strerror or error)
    _count(bool(computed))
    return value


def _count(computed: bool) -> None:
    counted = tally.get()
    if counted is not None:
        counted.computed += computed
        counted.from_disk += not computed


def kept(compute: Callable[P, R]) -> Callable[P, R]:
    """Keep what a function returns on disk; its arguments must tell themselves apart in ``repr``.

    It goes under ``st.cache_data``, which keeps the result in memory and lets one session compute
    while the others wait.
    """

    name = f"{compute.__module__}.{compute.__qualname__}"
    # The module that asks for a result says how far ahead, by how many paths: it counts as well.
    source = hashlib.sha256(Path(inspect.getfile(compute)).read_bytes()).hexdigest()

    @functools.wraps(compute)
    def recalled(*args: P.args, **kwargs: P.kwargs) -> R:
        key = (name, source, FINGERPRINT, repr(args), repr(sorted(kwargs.items())))
        return recall(key, lambda: compute(*args, **kwargs))

    return recalled


def kept_unless(passing: Callable[P, bool]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """The same but for results that hardly anybody asks for again: they stay off the disk."""

    def decorated(compute: Callable[P, R]) -> Callable[P, R]:
        on_disk = kept(compute)

        @functools.wraps(compute)
        def recalled(*args: P.args, **kwargs: P.kwargs) -> R:
            if not passing(*args, **kwargs):
                return on_disk(*args, **kwargs)
            value = compute(*args, **kwargs)
            _count(True)
            return value

        return recalled

    return decorated
