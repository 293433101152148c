"""How much one reader may ask for, and how much all of them may lay into memory."""

from __future__ import annotations

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

MEGABYTE = 2**20


@dataclass(frozen=True)
class Rate:
    """``burst`` requests at once, then ``per_second`` of them."""

    burst: float
    per_second: float


@dataclass(frozen=True)
class Limits:
    """What the guard allows. Requests are counted by address: behind one may be an office."""

    opening: Rate = Rate(400, 10)
    """Websockets opened: a reader takes one."""
    asking: Rate = Rate(4000, 100)
    """Requests of any kind: opening a page takes about eighty."""
    uploading: Rate = Rate(40, 0.5)
    machine: Rate = Rate(120, 2)
    """Requests for data by programs."""
    messages: Rate = Rate(120, 20)
    """Of one websocket; a control that is dragged sends a few a second. More are kept waiting."""
    sockets: int = 1000
    """Websockets open at once in a process."""
    message_bytes: int = MEGABYTE // 2
    """Of one message from a browser: all controls of a page take a few kilobytes."""
    file_bytes: int = 2 * MEGABYTE
    frame_bytes: int = 64 * 1024
    """The form around a file."""
    session_bytes: int = 8 * MEGABYTE
    process_bytes: int = 128 * MEGABYTE
    body_seconds: float = 60.0
    """Until a file has arrived."""


LIMITS = Limits()
MOST_ADDRESSES = 20_000


class Buckets:
    """One token bucket for each key: full at first, a token for each request, refilled with time.

    >>> buckets = Buckets(Rate(2, 1), clock=iter([0.0, 0.0, 0.0, 1.0]).__next__)
    >>> [buckets.take("reader") for _ in range(4)]
    [0.0, 0.0, 1.0, 0.0]
    """

    def __init__(self, rate: Rate, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._clock = rate, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Take a token and return 0, or the seconds until there is one."""
        now = self._clock()
        level, since = self._levels.pop(key, (self._rate.burst, now))
        level = min(self._rate.burst, level + (now - since) * self._rate.per_second)
        allowed = level >= 1
        self._levels[key] = (level - 1 if allowed else level, now)
        while len(self._levels) > MOST_ADDRESSES:
            self._levels.popitem(last=False)
        return 0.0 if allowed else (1 - level) / self._rate.per_second


class Quota:
    """Bytes of uploads in memory: those that Streamlit holds and those on their way to it."""

    def __init__(self, limits: Limits, held: Callable[[], dict[str, int]]) -> None:
        self._limits, self._held = limits, held
        self._arriving: Counter[str] = Counter()

    @contextmanager
    def room_for(self, session: str, size: int) -> Iterator[bool]:
        """Whether a body of ``size`` bytes may be taken for a session; it is counted within."""
        held = Counter(self._held()) + self._arriving
        allowed = (
            held[session] + size <= self._limits.session_bytes
            and held.total() + size <= self._limits.process_bytes
        )
        if not allowed:
            yield False
            return
        self._arriving[session] += size
        try:
            yield True
        finally:
            self._arriving[session] -= size
            if not self._arriving[session]:
                del self._arriving[session]


def held_by_streamlit() -> dict[str, int]:
    """Bytes of the uploads of each session of this process, four kilobytes a file at least."""
    from streamlit.runtime import get_instance

    storage = getattr(get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        session: sum(max(len(each.data), 4096) for each in list(files.values()))
        for session, files in list(storage.items())
    }
