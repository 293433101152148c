"""A value that is worked out when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """A value worked out when first asked for, then kept; copied to another process as the value.

    ``work`` gives the same whenever it is called, and is let go with all that it holds once it was:
    two threads that ask at once may both work it out.

    >>> asked = []
    >>> total = Later(lambda: asked.append("once") or 6)
    >>> len(asked), total.value, total.value, len(asked)
    (0, 6, 6, 1)
    """

    def __init__(self, work: Callable[[], T]) -> None:
        self._work: Callable[[], T] | None = work
        self._value: T

    @classmethod
    def known(cls, value: T) -> Later[T]:
        """One whose value is at hand.

        >>> Later.known(6).value
        6
        """
        return cls(lambda: value)

    @property
    def value(self) -> T:
        """The value. Raises what working it out raises, at every call until one succeeds."""
        work = self._work
        if work is not None:
            self._value = work()
            self._work = None
        return self._value

    def __reduce__(self) -> tuple[Any, ...]:
        return Later.known, (self.value,)
