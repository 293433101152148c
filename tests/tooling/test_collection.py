"""What the suite does with folders, and on a machine without a Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SHARED = ("benchmarks/__init__.py", "benchmarks/chromium.py")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with our configuration and two tests, one of them a browser journey."""
    for name in ("pyproject.toml", "tests/conftest.py", "tests/__init__.py", *SHARED):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for folder in ("unit", "browser"):
        (tmp_path / "tests" / folder).mkdir()
    (tmp_path / "tests/unit/test_a.py").write_text("def test_a(): ...\n")
    (tmp_path / "tests/browser/test_b.py").write_text("def test_b(chromium): ...\n")
    return tmp_path


def run(project: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {key: value for key, value in os.environ.items() if key not in {"CI", "CHROMIUM"}}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "tests", *args],
        cwd=project,
        env=clean | {"PYTHONPATH": str(ROOT)} | env,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["one process", "workers"])
def test_without_chromium_the_journeys_are_named_as_not_run(project: Path, workers: list[str]):
    result = run(project, *workers, CHROMIUM="no-such-browser")
    assert result.returncode == 0
    assert "tests/browser: no Chromium found" in result.stdout
    assert "1 passed" in result.stdout.splitlines()[-1]


def test_without_chromium_the_journeys_fail_under_ci(project: Path):
    result = run(project, CHROMIUM="no-such-browser", CI="true")
    assert result.returncode == 1
    assert "no Chromium found" in result.stdout
    assert "skipped" not in result.stdout


def test_folder_is_the_marker(project: Path):
    result = run(project, "-m", "browser", CHROMIUM=sys.executable)
    assert result.returncode == 0
    assert "1 passed, 1 deselected" in result.stdout.splitlines()[-1]


def test_folder_without_a_marker_is_refused(project: Path):
    (project / "tests/various").mkdir()
    (project / "tests/various/test_c.py").write_text("def test_c(): ...\n")
    result = run(project)
    assert result.returncode != 0
    assert "various" in result.stdout + result.stderr
