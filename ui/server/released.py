"""The release's results, and the count of what a page run had computed and had read from disk.

:func:`released` is the one way from a page, a picture or a program to a result that the release may
hold; what it does not hold is computed, and nothing is written here.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from forecasting.release.folder import OFF, Unusable, find

R = TypeVar("R")

log = logging.getLogger(__name__)


@dataclass
class Tally:
    """How many results a page run had computed, and how many it had read from disk."""

    computed: int = 0
    from_disk: int = 0


tally: ContextVar[Tally | None] = ContextVar("tally", default=None)


def released(name: str, compute: Callable[[], R]) -> R:
    """The release's result of this name, else what ``compute`` returns."""
    found = at_hand(name)
    return counted(compute) if found is None else found


def at_hand(name: str) -> object | None:
    """The release's result of this name; None where it has none that can be used."""
    try:
        found = find().read(name)
    except Unusable as reason:
        if str(reason) != OFF:
            _say_once(str(reason))
        return None
    counts = tally.get()
    if counts is not None and found is not None:
        counts.from_disk += 1
    return found


def counted(compute: Callable[[], R]) -> R:
    """What it returns, which counts as computed; what it refuses does not."""
    value = compute()
    counts = tally.get()
    if counts is not None:
        counts.computed += 1
    return value


def state_of_the_release() -> str:
    """``yes``, ``off``, or why every result is computed, without naming the folder."""
    try:
        find()
    except Unusable as reason:
        return str(reason)
    return "yes"


@functools.lru_cache(maxsize=64)
def _say_once(reason: str) -> None:
    log.warning("the release is not used, results are computed: %s", reason)
