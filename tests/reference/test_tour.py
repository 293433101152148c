"""The tour notebook runs from its first cell to its last, and is kept without outputs."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import pytest

TOUR = Path(__file__).parents[2] / "docs" / "tour.ipynb"
CELLS = json.loads(TOUR.read_text(encoding="utf-8"))["cells"]
CODE = ["".join(cell["source"]) for cell in CELLS if cell["cell_type"] == "code"]


def test_it_runs_from_top_to_bottom(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, object] = {}
    for number, source in enumerate(CODE, 1):
        exec(compile(source, f"{TOUR.name}, cell {number}", "exec"), names)
    printed = capsys.readouterr().out
    assert "5.023 RMB a settlement" in printed
    assert "later shares lay inside the 80% interval" in printed


def test_what_it_shows_is_computed_and_not_kept() -> None:
    assert CODE
    assert [cell["outputs"] for cell in CELLS if cell["cell_type"] == "code"] == [[]] * len(CODE)


def test_its_first_cell_imports_public_names_only() -> None:
    imports = [node for node in ast.walk(ast.parse(CODE[0])) if isinstance(node, ast.ImportFrom)]
    assert {node.module for node in imports} == {"forecasting"}
