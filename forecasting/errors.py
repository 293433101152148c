"""Typed errors. Each carries the exit code of the command line."""


class ForecastingError(Exception):
    """Base of every error the package raises on purpose."""

    exit_code = 1


class InputError(ForecastingError, ValueError):
    """Bad input: names the file, row, column, what was found and what is legal."""

    exit_code = 2


class Refused(ForecastingError):
    """Too little data for an answer: says what is missing."""

    exit_code = 3


class UnconvergedWarning(UserWarning):
    """The optimiser stopped before its tolerance; the result is shown with this warning."""
