"""Typed errors. Each carries the exit code of the command line."""

from __future__ import annotations

from dataclasses import dataclass


class ForecastingError(Exception):
    """Base of every error the package raises on purpose."""

    exit_code = 1


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

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class Refused(ForecastingError):
    """Too little data for an answer: says what is missing."""

    exit_code = 3


class UnconvergedWarning(UserWarning):
    """The optimiser stopped before its tolerance; the result is shown with this warning."""
