"""What is installed: nothing that the dashboard does not use, and every licence is listed."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from scripts import licences

ROOT = Path(__file__).parents[2]
EXTRAS = {"choreographer", "dask", "distributed", "kaleido", "supervisor"}
LOADED = """
import sys
from ui.server import memory
from ui.machine import routes
memory.set_aside()
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""
WITHOUT = """
import sys
for name in {extras!r}:
    sys.modules[name] = None
from ui.export import rendering
from forecasting import InputError, load_disclosures
from forecasting.sweeps import runner
assert rendering.chrome() is None
runner.find_spec = lambda name: None
try:
    runner.run_tasks(print, load_disclosures(), [dict()])
except InputError as error:
    print(error)
"""


def run(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_the_dashboard_loads_none_of_the_extras():
    loaded = set(run(LOADED).split())
    assert "streamlit" in loaded
    assert loaded & EXTRAS == set()


def test_without_the_extras_no_image_is_promised_and_a_sweep_names_what_is_missing():
    assert "requirements-extras.txt" in run(WITHOUT.format(extras=sorted(EXTRAS)))


def test_extras_are_no_requirement_of_the_dashboard():
    assert licences.needed(licences.required("requirements.txt")).keys() & EXTRAS == set()


@pytest.mark.parametrize("file", licences.FILES)
def test_every_package_is_listed_with_a_licence(file: str):
    text = licences.PAGE.read_text(encoding="utf-8")
    for name, installed in licences.needed(licences.required(file)).items():
        assert f"| {name} | " in text, name
        assert licences.licence_of(installed), name


def test_the_lock_pins_with_hashes_what_the_ranges_allow() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE))
    entries = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert all("--hash=sha256:" in entry for entry in entries)
    for line in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            asked = Requirement(line.split("#")[0])
            assert pinned[canonicalize_name(asked.name)] in asked.specifier
