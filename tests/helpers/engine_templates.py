"""Every template of a message in the engine, and what of a text is English."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ENGINE = Path(__file__).parents[2] / "forecasting"
# Where a refusal is the server's own.
DASHBOARD = ENGINE.parent / "ui"
SAYS = {"Message", "Refused", "InputError"}
# Whose messages only the command line shows.
ENGLISH_ONLY = {
    "assumptions/scenario.py",
    "cli/sweep.py",
    "sweeps/calibration.py",
    "sweeps/journal.py",
    "sweeps/refitting.py",
    "sweeps/runner.py",
    "sweeps/scenarios.py",
}
MAKERS = {"base/errors.py", "base/messages.py"}
BY_ON_DAY = "{plan} on {day}: {what}"
CODE_SPAN = re.compile(r"`[^`]*`")
ENGLISH = re.compile(r"(?:[A-Za-z]+\s+){2,}[A-Za-z]+")


def message_places(folder: Path = ENGINE) -> dict[str, ast.expr]:
    """Module and line of every call that makes a message a page may show: its first argument."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        module = path.relative_to(folder).as_posix()
        if module in ENGLISH_ONLY | MAKERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            if node.func.id in SAYS and node.args:
                found[f"{module}:{node.lineno}:{node.col_offset}"] = node.args[0]
    return found


def templates(folder: Path = ENGINE) -> set[str]:
    """The templates that stand there as they are, and the one that ``on_day`` makes."""
    constants = {
        str(argument.value)
        for argument in (*message_places(folder).values(), *message_places(DASHBOARD).values())
        if isinstance(argument, ast.Constant)
    }
    return constants | {BY_ON_DAY}


def english_in(text: str) -> str:
    """The first run of three English words outside code, empty where there is none."""
    found = ENGLISH.search(CODE_SPAN.sub("", text))
    return found.group() if found else ""
