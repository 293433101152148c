"""The import contracts hold, and each of them refuses a tree that breaks it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.rules import RUNTIME
from tests.architecture.tree import Tree

ROOT = Path(__file__).parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_contracts_are_kept():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("name", "line", "contract"),
    [
        ("ui/frame.py", "import pages.answer", "Imports go down"),
        ("charts/style/frame.py", "import sentences", "Imports go down"),
        ("locales/__init__.py", "import forecasting.base.errors", "Imports go down"),
        ("forecasting/base/errors.py", "import plotly", "The engine knows no dashboard"),
        ("forecasting/base/errors.py", "import streamlit", "The engine knows no dashboard"),
        ("sentences/__init__.py", "from streamlit import write", "Streamlit stays"),
        ("pages/answer.py", "import plotly.io", "Plotly stays"),
        ("forecasting/base/settlements.py", "import forecasting.claims.path", "Within the"),
        ("forecasting/disclosures/plan.py", "import forecasting.claims.path", "Within the"),
        ("forecasting/plans/fee.py", "import forecasting.pricing.level", "Within the"),
        ("forecasting/explain/exits.py", "import forecasting.evaluation.scoring", "Within the"),
        ("forecasting/stray.py", "import forecasting.base.errors", "Within the"),
    ],
)
def test_contract_refuses(name: str, line: str, contract: str, tmp_path: Path):
    for file in (".importlinter", *Tree(ROOT).under(*RUNTIME)):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tmp_path / file)
    with (tmp_path / name).open("a") as source:
        source.write(f"\n{line}\n")
    result = lint(tmp_path)
    assert result.returncode == 1
    (broken,) = [row for row in result.stdout.splitlines() if row.startswith(contract)][:1]
    assert broken.endswith("BROKEN")
