"""What the README shows runs as it is printed there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
SNIPPETS = [body for language, body in BLOCKS if language == "python"]
COMMANDS = [
    line
    for language, body in BLOCKS
    if not language
    for line in body.splitlines()
    if line.startswith("python -m forecasting")
]


def test_python_snippet_gives_the_forecast_and_the_article(capsys: pytest.CaptureFixture[str]):
    (snippet,) = SNIPPETS
    names: dict[str, object] = {}
    exec(compile(snippet, "README.md", "exec"), names)
    printed = capsys.readouterr().out
    assert printed.startswith("steady state: ")
    assert "the article: 5.023 RMB" in printed
    assert len(names["outlook"].to_frame().query("status == 'forecast'")) == 24  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS)
def test_command_line_example_runs(command: str, tmp_path: Path):
    (tmp_path / "data").symlink_to(ROOT / "data")
    result = subprocess.run(
        [sys.executable, *shlex.split(command)[1:]],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout or "--output" in command
    if "--output" in command:
        assert (tmp_path / "forecast.csv").stat().st_size > 0


def test_readme_names_the_make_targets_that_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z]+)", README, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
