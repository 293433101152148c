"""The command line: one argument a line, files by name. Exit code 0, 2 or 3, and words for each."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from forecasting import forecast
from forecasting.assumptions.table import ASSUMPTION_BY_NAME
from forecasting.base.errors import Refused
from forecasting.cli import main as cli
from forecasting.disclosures import PACKAGED_DATA
from tests.fuzz.harness import Harness
from tests.fuzz.scenario_files import FULL

LEGAL_EXITS = {0, 2, 3}
LONGEST_HORIZON, MOST_PATHS = 30, 30
NOT_RUN = "not run here"
_FOLDER = TemporaryDirectory(prefix="fuzz-")
ROOT = Path(_FOLDER.name)
OUT = ROOT / "out"
# What an argument beginning with a name stands for; the rest of the argument is added to it.
FILES = {
    "@figures": str(PACKAGED_DATA / "observations.csv"),
    "@broken": str(ROOT / "broken.csv"),
    "@scenario": str(ROOT / "scenario.json"),
    "@deep": str(ROOT / "deep.json"),
    "@grid": str(ROOT / "grid.jsonl"),
    "@data": str(ROOT / "data"),
    "@out": str(OUT / "file"),
    "@root": str(ROOT),
}


def _fill() -> None:
    (ROOT / "data").mkdir()
    OUT.mkdir()
    own = (PACKAGED_DATA / "observations.csv").read_text(encoding="utf-8")
    (ROOT / "data" / "observations.csv").write_text(own.replace("high", "low"), encoding="utf-8")
    (ROOT / "broken.csv").write_text(own.replace(",share,", ",price,"), encoding="utf-8")
    (ROOT / "scenario.json").write_text(json.dumps(FULL), encoding="utf-8")
    (ROOT / "deep.json").write_text("[" * 50_000, encoding="utf-8")
    (ROOT / "grid.jsonl").write_text('{"delay_days": [120, 180]}\n', encoding="utf-8")


_fill()


def arguments(data: bytes) -> list[str]:
    """One argument a line; files are named, and what is written stays in a folder of our own."""
    found = os.fsdecode(data).split("\n") if data else []
    named = [_named(argument) for argument in found]
    for at, argument in enumerate(named):
        if "--o".startswith(argument[:3]) and argument.startswith("--o"):
            flag, equals, value = argument.partition("=")
            if equals:
                named[at] = f"{flag}={_kept_inside(value)}"
            elif at + 1 < len(named):
                named[at + 1] = _kept_inside(named[at + 1])
        if argument.startswith(("--res", "--sched")):
            named[at] = "--no-such-flag"
    return named


def _named(argument: str) -> str:
    for name, path in FILES.items():
        if argument.startswith(name):
            return path + argument.removeprefix(name)
    return argument.lstrip("/")


def _kept_inside(path: str) -> str:
    return path if path.startswith(str(ROOT)) and ".." not in path else f"{OUT}/x{path[:9]}"


def check(data: bytes) -> None:
    """A result and nothing else on standard output, or one of two exit codes and a reason."""
    given = arguments(data)
    code, out, err = run(given)
    assert code in LEGAL_EXITS, (code, err)
    assert "Traceback" not in err
    asks_help = any(argument.startswith(("-h", "--h")) for argument in given)
    if code:
        assert not out
        assert err.strip()
    elif not asks_help:
        written = any(argument.startswith("--o") for argument in given)
        assert bool(out) != written
        if out.startswith("{"):
            json.loads(out, parse_constant=_no_constant)


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is not JSON")


def run(given: list[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one call, as bytes would arrive."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="ascii") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err), _quick():
        try:
            code = cli.main(given)
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else 1
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return code, texts[0], texts[1]


@contextmanager
def _quick() -> Iterator[None]:
    """Forecasts of few paths, and no run of minutes; everything before them is real."""

    def few(fitted: Any, horizon: int, paths: int, seed: int) -> Any:
        return forecast(fitted, min(horizon, LONGEST_HORIZON), min(paths, MOST_PATHS), seed)

    def refused(*_: Any) -> str:
        raise Refused(NOT_RUN)

    with ExitStack() as stack:
        stack.enter_context(patch.object(cli, "forecast", few))
        stack.enter_context(patch.object(cli, "run_backtest", refused))
        for name in ("_scenarios", "_sensitivity", "_calibration", "_backtest"):
            stack.enter_context(patch(f"forecasting.cli.sweep.{name}", refused))
        yield


def _lines(*given: str) -> bytes:
    return "\n".join(given).encode()


HARNESS = Harness(
    name="command_lines",
    check=check,
    seeds=(
        _lines("forecast", "--as-of", "2020-10-28", "--horizon", "3", "--paths", "9"),
        _lines("forecast", "--scenario", "@scenario", "--set", "fee_rate=0.1", "--format", "json"),
        _lines("forecast", "--data", "@data", "--plan", "xianghubao", "--seed", "1"),
        _lines("fit", "--as-of", "2020-10-28", "--format", "csv", "--output", "@out"),
        _lines("fit", "--scenario", "@deep"),
        _lines("steady-state", "--age", "32", "--fee", "0.08", "--format", "json"),
        _lines("steady-state", "--table", "28_severe_2020", "--mean-aid", "1e5", "--data", "@data"),
        _lines("validate", "@figures", "--format", "json"),
        _lines("validate", "@broken"),
        _lines("backtest", "--horizon", "4", "--origins", "settlements"),
        _lines("sweep", "scenarios", "@grid", "--workers", "2", "--seed", "0"),
        _lines("sweep", "sensitivity", "--base", "16", "--refit", "--fix", "delay_days"),
        _lines("validate", "--help"),
        b"",
    ),
    words=tuple(
        word.encode()
        for word in (
            *FILES, "forecast", "fit", "backtest", "steady-state", "validate", "sweep",
            "--as-of", "--horizon", "--paths", "--seed", "--plan", "--data", "--scenario",
            "--set", "--format", "json", "csv", "text", "--output", "--age", "--table", "--fee",
            "--deduction", "--mean-aid", "--periods-per-year", "--", "--help", "village",
            *(f"{name}=1" for name in ASSUMPTION_BY_NAME),
        )
    ),
    samples=90,
)  # fmt: skip
