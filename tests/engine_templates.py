"""Every template of a message in the engine, read from its source."""

from __future__ import annotations

import ast
from pathlib import Path

ENGINE = Path(__file__).parents[1] / "forecasting"
SAYS = {"Message", "Refused", "InputError"}
# Whose messages only the command line shows.
ENGLISH_ONLY = {
    "cli.py",
    "scenario.py",
    "sweeps/calibration.py",
    "sweeps/command.py",
    "sweeps/journal.py",
    "sweeps/refitting.py",
    "sweeps/runner.py",
    "sweeps/scenarios.py",
}
MAKERS = {"errors.py", "messages.py"}


def calls(folder: Path = ENGINE) -> list[tuple[str, int, ast.expr]]:
    """Module, line and first argument of every call that makes a message a page may show."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        module = path.relative_to(folder).as_posix()
        if module in ENGLISH_ONLY | MAKERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
                if node.func.id in SAYS:
                    found.append((module, node.lineno, node.args[0]))
    return found


def templates() -> dict[str, str]:
    """Template to where it stands; ``on_day`` adds the one it makes."""
    constants = {
        argument.value: f"{module}:{line}"
        for module, line, argument in calls()
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    return {"{plan} on {day}: {what}": "messages.py", **constants}
