"""Equal inputs and seed give the same bytes, wherever and however the program is run."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HERE = {"LC_ALL": "C.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "1"}
ELSEWHERE = {
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "TZ": "Pacific/Kiritimati",
    "PYTHONHASHSEED": "2",
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
}
OF_A_DAY = ("--as-of", "2020-10-28")
COMMANDS = {
    "forecast as CSV": ("forecast", *OF_A_DAY, "--paths", "200", "--format", "csv"),
    "forecast as JSON": ("forecast", *OF_A_DAY, "--paths", "200", "--format", "json"),
    "fit as JSON": ("fit", *OF_A_DAY, "--format", "json"),
    "steady state as text": ("steady-state",),
}


def output(command: tuple[str, ...], settings: dict[str, str], folder: Path) -> bytes:
    result = subprocess.run(
        [sys.executable, "-m", "forecasting", *command],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings},
        capture_output=True,
        check=True,
    )
    return result.stdout


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_zone_locale_hash_seed_threads_and_folder_change_no_byte(
    command: tuple[str, ...], tmp_path: Path
):
    with ThreadPoolExecutor(2) as both:
        places = [(command, HERE, ROOT), (command, ELSEWHERE, tmp_path)]
        here, elsewhere = both.map(lambda place: output(*place), places)
    assert here
    assert here == elsewhere


def kernels() -> list[str]:
    """The kinds of processor, oldest first, that this one can stand for."""
    flags = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    needs = {"Prescott": "pni", "Nehalem": "sse4_2", "Haswell": "avx2", "SkylakeX": "avx512bw"}
    return [name for name, flag in needs.items() if f" {flag} " in flags]


def test_another_kind_of_processor_changes_no_byte_of_a_table(tmp_path: Path):
    command = ("forecast", *OF_A_DAY, "--paths", "200", "--format", "csv")
    written = {
        output(command, HERE | {"OPENBLAS_CORETYPE": kernel}, tmp_path)
        for kernel in (*kernels(), "")
    }
    assert len(written) == 1
