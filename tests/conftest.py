"""Markers by folder, hypothesis profiles, and what happens where no browser can be started.

Without one the journeys are left out and named as not run; under CI they run and fail.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import playwright
import pytest
from hypothesis import settings

TESTS = Path(__file__).parent
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None, print_blob=True)
settings.load_profile("ci" if IN_CI else "dev")


def find_chromium() -> str | None:
    """The Chromium that ``CHROMIUM`` names, or else the first one on the path."""
    named = os.environ.get("CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else CHROMIUM_NAMES))
    return next((path for path in found if path), None)


def _driver_starts() -> bool:
    """Playwright's own driver is a program linked with libraries that a bare system may lack."""
    driver = Path(playwright.__file__).parent / "driver" / "node"
    try:
        return (
            subprocess.run([driver, "--version"], capture_output=True, check=False).returncode == 0
        )
    except OSError:
        return False


@cache
def missing_for_journeys() -> str:
    """What keeps the browser tests from running here; empty where nothing does."""
    if find_chromium() is None:
        return "no Chromium found (Debian: apt-get install chromium fonts-noto-cjk)"
    if not _driver_starts():
        return "Playwright's driver does not start (Debian: apt-get install libatomic1)"
    return ""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium that the browser tests start."""
    path = find_chromium()
    if path is None or missing_for_journeys():
        pytest.fail(missing_for_journeys())
    return path


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        inside = item.path.is_relative_to(TESTS)
        folder = item.path.relative_to(TESTS).parts[0] if inside else "unit"
        item.add_marker(getattr(pytest.mark, folder))
    if missing_for_journeys() and not IN_CI:
        left_out = [item for item in items if item.get_closest_marker("browser")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("browser")]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if missing_for_journeys() and not IN_CI:
        terminalreporter.write_sep("=", "not run", yellow=True)
        terminalreporter.write_line(f"tests/browser: {missing_for_journeys()}")
