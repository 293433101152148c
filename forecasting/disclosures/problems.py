"""What is wrong with a file: one line a problem, all of them at once, up to a cap."""

from __future__ import annotations

from forecasting.base.errors import InputError, Problem
from forecasting.base.messages import Message

MOST_PROBLEMS = 50
LONGEST_FOUND = 60


class InputWarning(UserWarning):
    """Something in a file that was read but not used."""


class Problems:
    """Problems of one file, in the order they were found.

    >>> problems = Problems("observations.csv")
    >>> problems.add(17, "value", "-3", "0 or more")
    >>> problems.lines()
    ["observations.csv: row 17, column value: found '-3', legal: 0 or more"]
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._found: list[tuple[Problem, Message]] = []
        self.more = False

    def add(self, row: int, column: str, found: str, legal: str) -> None:
        """A cell that is not legal; ``row`` is its line number in the file."""
        found = cut(found)
        line = Message(
            "{file}: row {row}, column {column}: found {found!r}, legal: {legal}",
            file=self.file,
            row=row,
            column=column,
            found=found,
            legal=legal,
        )
        self._add(Problem(row, column, found, legal), line)

    def add_row(self, row: int, found: str, legal: str) -> None:
        """A whole row that is not legal."""
        line = Message(
            "{file}: row {row}: found {found}, legal: {legal}",
            file=self.file,
            row=row,
            found=found,
            legal=legal,
        )
        self._add(Problem(row, "", found, legal), line)

    def add_file(self, text: str) -> None:
        """Something that is wrong with the file as a whole."""
        self._add(Problem(0, "", text, ""), Message("{file}: {what}", file=self.file, what=text))

    def _add(self, problem: Problem, line: Message) -> None:
        if self.full:
            self.more = True
        else:
            self._found.append((problem, line))

    @property
    def found(self) -> bool:
        """Whether there is any."""
        return bool(self._found)

    @property
    def full(self) -> bool:
        """Whether the cap is reached and looking further is no use."""
        return len(self._found) >= MOST_PROBLEMS

    def lines(self) -> list[str]:
        """The problems in the order of their rows."""
        lines: list[str] = [line for _, line in self._by_row()]
        if self.more:
            lines.append(
                Message(
                    "{file}: and more; the first {most} are listed",
                    file=self.file,
                    most=MOST_PROBLEMS,
                )
            )
        return lines

    def raise_if_any(self) -> None:
        """Raise InputError with every problem, one a line."""
        if self._found:
            problems = tuple(problem for problem, _ in self._by_row())
            raise InputError.listing(self.lines(), problems)

    def _by_row(self) -> list[tuple[Problem, Message]]:
        return sorted(self._found, key=lambda found: found[0].row)


def cut(found: str) -> str:
    """What was found, cut to a length that fits a line."""
    return found if len(found) <= LONGEST_FOUND else found[: LONGEST_FOUND - 3] + "..."


def shown(found: str) -> str:
    """What was found, quoted, cut to a length that fits a line.

    >>> shown("x" * 100)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"
    """
    return repr(cut(found))
