"""Typed errors. Each carries the exit code of the command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from forecasting.base.messages import Message


class ForecastingError(Exception):
    """Base of every error the package raises on purpose.

    Its text is English; ``template`` and ``values`` are what a page translates. ``lines`` are the
    messages of an error that says several things.

    >>> refusal = Refused("{n} figures, at least {least} are needed", n=2, least=3)
    >>> str(refusal), refusal.template, refusal.values
    ('2 figures, at least 3 are needed', '{n} figures, at least {least} are needed', \
{'n': 2, 'least': 3})
    """

    exit_code = 1

    def __init__(self, template: str, /, **values: object) -> None:
        message = template if isinstance(template, Message) else Message(template, **values)
        super().__init__(message)
        self.message = message
        self.lines: tuple[str, ...] = (message,)

    @property
    def template(self) -> str:
        """The English with places for the values."""
        return self.message.template

    @property
    def values(self) -> Mapping[str, object]:
        """What fills the places."""
        return self.message.values


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file: line number (0: the whole file), column, found, legal."""

    row: int
    column: str
    found: str
    legal: str


class InputError(ForecastingError, ValueError):
    """Bad input: names the file, row, column, what was found and what is legal.

    ``problems`` holds the same one by one where a file was read.
    """

    exit_code = 2

    def __init__(
        self, template: str, /, *, problems: tuple[Problem, ...] = (), **values: object
    ) -> None:
        super().__init__(template, **values)
        self.problems = problems

    @classmethod
    def listing(cls, lines: Sequence[str], problems: tuple[Problem, ...] = ()) -> Self:
        """An error of several lines, each a message of its own."""
        error = cls("\n".join(lines), problems=problems)
        error.lines = tuple(lines)
        return error


class Refused(ForecastingError):
    """Too little data for an answer: says what is missing."""

    exit_code = 3

    def and_lines(self, more: Sequence[str]) -> Self:
        """This refusal with further messages below it.

        >>> Refused("{n} figures", n=2).and_lines(["row 3: zero"]).lines
        ('2 figures', 'row 3: zero')
        """
        error = type(self)(self.message)
        error.lines = (*self.lines, *more)
        return error

    def __str__(self) -> str:
        return "\n".join(self.lines)
