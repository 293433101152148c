"""The units of ``deploy/systemd/`` as systemd reads them; nothing is started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

UNITS = Path(__file__).parents[2] / "deploy" / "systemd"
PYTHON = "/srv/dashboard/.venv/bin/python"


def complaints(folder: Path, old: str = "", new: str = "") -> str:
    """What systemd finds wrong with the units, each ``old`` in them being ``new``."""
    for unit in UNITS.iterdir():
        text = unit.read_text(encoding="utf-8")
        # It looks for the program of every unit.
        (folder / unit.name).write_text(text.replace(old, new).replace(PYTHON, sys.executable))
    found = subprocess.run(
        ["systemd-analyze", "verify", *sorted(folder.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout + found.stderr + ("" if found.returncode == 0 else "failed")


def test_systemd_takes_every_unit_as_it_stands(tmp_path: Path):
    assert complaints(tmp_path) == ""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("WatchdogSec=", "WatchDogSec=", "WatchDogSec"),
        ("WatchdogSec=30", "WatchdogSec=soon", "soon"),
        (PYTHON, "/srv/nowhere/python", "nowhere"),
    ],
)
def test_systemd_names_what_it_does_not_take(tmp_path: Path, old: str, new: str, complaint: str):
    assert complaint in complaints(tmp_path, old, new)
