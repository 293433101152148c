"""The harnesses by name, each imported when it is asked for."""

from __future__ import annotations

from importlib import import_module

from tests.fuzz.harness import Harness

PLACES = {
    "tables": ("tables", "HARNESS"),
    "scenario_files": ("scenario_files", "HARNESS"),
    "addresses": ("addresses", "HARNESS"),
    "command_lines": ("command_lines", "HARNESS"),
    "uploads": ("folders", "UPLOADS"),
    "folders": ("folders", "FOLDERS"),
}
NAMES = tuple(PLACES)


def harness(name: str) -> Harness:
    """The harness of that name."""
    module, attribute = PLACES[name]
    found: Harness = getattr(import_module(f"tests.fuzz.{module}"), attribute)
    return found
