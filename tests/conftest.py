"""Markers by folder, hypothesis profiles, and what happens where no browser, nginx or systemd is.

Without them their tests are left out and named as not run; under CI they run and fail.
"""

from __future__ import annotations

import gc
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import playwright
import pytest
from hypothesis import settings

from benchmarks import chromium as chromium_program
from forecasting.release import building

TESTS = Path(__file__).parent
IN_CI = os.environ.get("CI", "").lower() not in {"", "0", "false"}

# One folder for all workers, which inherit it; nothing is kept from one run to the next.
if "PYTEST_XDIST_WORKER" not in os.environ:
    _kept = tempfile.TemporaryDirectory(prefix="kept-")
    os.environ["SHARE_DASHBOARD_CACHE"] = _kept.name

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None, print_blob=True)
# Of make nightly: other examples every time, and more of them.
settings.register_profile(
    "nightly", derandomize=False, deadline=None, print_blob=True, max_examples=500
)
settings.load_profile("ci" if IN_CI else "dev")


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
    if chromium_program.find() is None:
        return "no Chromium found (Debian: apt-get install chromium fonts-noto-cjk)"
    if not _driver_starts():
        return "Playwright's driver does not start (Debian: apt-get install libatomic1)"
    return ""


@cache
def missing_for_the_proxy() -> str:
    """What keeps the tests of the proxy from running here; empty where nothing does."""
    if shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") is None:
        return "no nginx found (Debian: apt-get install nginx-light)"
    return missing_for_journeys()


def missing_for_systemd() -> str:
    """What keeps the test of the units from running here; empty where nothing does."""
    if shutil.which("systemd-analyze") is None:
        return "no systemd-analyze found (Debian: apt-get install systemd)"
    return ""


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium that the browser tests start."""
    path = chromium_program.find()
    if path is None or missing_for_journeys():
        pytest.fail(missing_for_journeys())
    return path


@pytest.fixture(scope="session")
def release() -> None:
    """Every day's results, computed once for all workers and for the servers that they start."""
    with building.one_at_a_time():
        if not building.is_whole():
            building.build()


# Collected tests stay until the end: not to be walked again with every collection of garbage.
gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.path.is_relative_to(TESTS / "browser"))
    for item in items:
        inside = item.path.is_relative_to(TESTS)
        folder = item.path.relative_to(TESTS).parts[0] if inside else "unit"
        # Helpers have examples, and no tests.
        item.add_marker(getattr(pytest.mark, "unit" if folder == "helpers" else folder))
    for place in _not_run():
        left_out = [item for item in items if item.path.is_relative_to(TESTS / place)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.path.is_relative_to(TESTS / place)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    left_out = _not_run()
    if left_out:
        terminalreporter.write_sep("=", "not run", yellow=True)
    for place, reason in left_out.items():
        terminalreporter.write_line(f"tests/{place}: {reason}")


def _not_run() -> dict[str, str]:
    """Folders and files whose tests cannot run here, and why; under CI they run all the same."""
    if IN_CI:
        return {}
    behind_nginx = ("every_way", "proxy", "supervision")
    reasons = {"browser": missing_for_journeys()}
    reasons |= {"tooling/test_systemd.py": missing_for_systemd()}
    reasons |= {f"serving/test_{name}.py": missing_for_the_proxy() for name in behind_nginx}
    return {place: reason for place, reason in reasons.items() if reason}
