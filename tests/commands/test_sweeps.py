"""Sweeps: any number of workers, one answer; what was finished stays finished."""

from __future__ import annotations

import errno
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from distributed import LocalCluster

from forecasting import MODEL_VERSION, InputError, Scenario, load_disclosures
from forecasting.cli.main import main
from forecasting.cli.sweep import show_progress
from forecasting.evaluation.backtest import run_backtest
from forecasting.sweeps import runner
from forecasting.sweeps.journal import FILE_NAME, Journal, task_key
from forecasting.sweeps.origins import sweep_backtest
from forecasting.sweeps.runner import Crew, run_tasks
from forecasting.sweeps.scenarios import forecast_summary, read_scenarios

DAY = "2019-12-28"
KNOWN = load_disclosures().as_of(DAY)
GRID = '{"delay_days": [100, 150, 200], "fee_rate": [0.06, 0.08]}\n'
LIST = '{"delay_days": [90, 120, 150]}\n{"delay_days": [180, 210, 240]}\n'
TASKS = [
    {"scenario": {"delay_days": days}, "horizon": 2, "paths": 40, "seed": 0}
    for days in (90.0, 120.0, 150.0, 180.0, 210.0, 240.0)
]


def quiet_cluster(workers: int) -> LocalCluster:
    return LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    )


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    with quiet_cluster(2) as running:
        yield running


@pytest.fixture(scope="module")
def on_two(cluster: LocalCluster) -> list[dict[str, Any]]:
    return run_tasks(forecast_summary, KNOWN, TASKS, Crew(scheduler=cluster.scheduler_address))


@pytest.fixture
def grid(tmp_path: Path) -> Path:
    file = tmp_path / "grid.jsonl"
    file.write_text(GRID, encoding="utf-8")
    return file


def test_rows_come_in_the_order_of_their_tasks(on_two):
    assert [row["scenario"]["delay_days"] for row in on_two] == [90, 120, 150, 180, 210, 240]
    assert len({row["steady_state"]["q50"] for row in on_two}) == len(TASKS)


@pytest.mark.parametrize("workers", [1, 4])
def test_any_number_of_workers_gives_the_same_bits(on_two, workers):
    crew = Crew(workers=workers, processes=False)
    assert run_tasks(forecast_summary, KNOWN, TASKS, crew) == on_two


def test_a_worker_killed_in_the_middle_loses_nothing(on_two, tmp_path):
    heard = []

    def kill_a_worker(done: int, total: int) -> None:
        heard.append(done)
        if done == 2:
            os.kill(next(iter(mortal.workers.values())).pid, signal.SIGKILL)

    # Of its own: a cluster lets go of a place whose worker is not back within 15 s.
    with quiet_cluster(2) as mortal:
        crew = Crew(scheduler=mortal.scheduler_address, folder=tmp_path, progress=kill_a_worker)
        assert run_tasks(forecast_summary, KNOWN, TASKS, crew) == on_two
    assert heard == list(range(len(TASKS) + 1))
    assert len((tmp_path / FILE_NAME).read_bytes().splitlines()) == len(TASKS)


def test_a_killed_sweep_of_one_worker_ends_on_two_with_the_same_bits(
    cluster, on_two, tmp_path, capsys
):
    file = tmp_path / "list.jsonl"
    file.write_text(LIST, encoding="utf-8")
    arguments = ["sweep", "scenarios", str(file), "--as-of", DAY, "--horizon", "2"]
    arguments += ["--paths", "40", "--format", "json"]
    kept = tmp_path / "kept"
    killed = subprocess.Popen(
        [sys.executable, "-m", "forecasting", *arguments, "--workers", "1", "--resume", str(kept)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert killed.stderr is not None
    with killed.stderr:
        assert any(line.startswith("sweep: 2 of 6") for line in killed.stderr)
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait()
    with (kept / FILE_NAME).open("ab") as torn:
        torn.write(b'{"key": "cut in the mid')
    of_one_worker = Journal(kept).finished.values()
    assert len(of_one_worker) >= 2
    assert all(row in on_two for row in of_one_worker)
    arguments += ["--scheduler", cluster.scheduler_address, "--resume", str(kept)]
    assert main(arguments) == 0
    resumed, sentence = capsys.readouterr()
    # Where a page was drawn before in this process, log lines stand between.
    progress = [line for line in sentence.splitlines() if line.startswith("sweep:")]
    assert progress[0].startswith(f"sweep: {len(of_one_worker)} of 6")
    assert json.loads(resumed)["scenarios"] == on_two


def test_what_a_folder_holds_is_not_run_again(on_two, tmp_path):
    journal = Journal(tmp_path)
    basis = {
        "function": "forecasting.sweeps.scenarios.forecast_summary",
        "model_version": MODEL_VERSION,
        "data_version": KNOWN.data_version,
        "plan": KNOWN.plan,
        "day": DAY,
    }
    for task, row in zip(TASKS, on_two, strict=True):
        journal.add(task_key({**basis, "task": task}), task, row)
    nobody = Crew(scheduler="nobody", folder=tmp_path)
    assert run_tasks(forecast_summary, KNOWN, TASKS, nobody) == on_two
    with pytest.raises(InputError, match="nobody"):
        run_tasks(forecast_summary, KNOWN.as_of("2019-11-28"), TASKS, nobody)


def test_a_torn_last_line_is_cut_off_and_a_broken_one_before_it_is_named(tmp_path):
    Journal(tmp_path).add("a", {}, {"x": 1.5})
    path = tmp_path / FILE_NAME
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"key": "b", "rec')
    journal = Journal(tmp_path)
    assert journal.finished == {"a": {"x": 1.5}}
    assert path.read_bytes() == whole
    journal.add("b", {}, {"x": 2.5})
    assert Journal(tmp_path).finished == {"a": {"x": 1.5}, "b": {"x": 2.5}}
    path.write_bytes(b"torn\n" + whole)
    with pytest.raises(InputError, match="line 1"):
        Journal(tmp_path)


def test_a_folder_that_cannot_be_used_is_named(tmp_path):
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(InputError, match="cannot be used"):
        Journal(file)


def test_a_full_disk_is_said_and_what_was_finished_stays(tmp_path, monkeypatch):
    journal = Journal(tmp_path)
    journal.add("a", {}, {"x": 1.5})

    def full(file: int, line: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(InputError, match="No space"):
        journal.add("b", {}, {"x": 2.5})
    assert Journal(tmp_path).finished == {"a": {"x": 1.5}}


def test_a_fault_in_one_task_keeps_the_others(cluster, tmp_path):
    broken = {"scenario": {}, "paths": 40, "seed": 0}
    crew = Crew(scheduler=cluster.scheduler_address, folder=tmp_path)
    run_tasks(forecast_summary, KNOWN, TASKS[:2], crew)
    with pytest.raises(KeyError, match="horizon"):
        run_tasks(forecast_summary, KNOWN, [*TASKS[:2], broken], crew)
    assert len(Journal(tmp_path).finished) == 2


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "nonsense", "ftp://127.0.0.1:8786", ""])
def test_a_scheduler_that_does_not_answer_ends_with_code_2(address, grid, capsys, monkeypatch):
    monkeypatch.setattr(runner, "CONNECT_SECONDS", 0.2)
    arguments = ["sweep", "scenarios", str(grid), "--as-of", DAY, "--scheduler", address]
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "scheduler" in err
    assert "legal" in err


def test_a_scheduler_without_workers_is_named(monkeypatch):
    monkeypatch.setattr(runner, "CONNECT_SECONDS", 0.5)
    with quiet_cluster(0) as empty, pytest.raises(InputError, match="no worker"):
        run_tasks(forecast_summary, KNOWN, TASKS, Crew(scheduler=empty.scheduler_address))


def test_workers_of_another_model_are_refused(cluster, monkeypatch):
    monkeypatch.setattr(runner, "MODEL_VERSION", "0.0")
    with pytest.raises(InputError, match=r"0\.0 is needed .* found '.*' on tcp"):
        run_tasks(forecast_summary, KNOWN, TASKS, Crew(scheduler=cluster.scheduler_address))


def test_a_list_of_values_is_a_grid_and_the_rest_comes_from_the_base(grid):
    found = read_scenarios(grid, Scenario(trend=0.05))
    assert [(s.delay_days, s.fee_rate) for s in found] == [
        (100, 0.06), (100, 0.08), (150, 0.06), (150, 0.08), (200, 0.06), (200, 0.08),
    ]  # fmt: skip
    assert {s.trend for s in found} == {0.05}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('{}\n{"delay_days": 9999}\n', "line 2: .*9999"),
        ('{"colour": "red"}\n', "line 1: colour"),
        ('{"delay_days": \n', "line 1: not a JSON object"),
        ("[1]\n", "line 1: found"),
        ("\n \n", "holds no scenario"),
    ],
)
def test_a_bad_line_is_named(text, named, tmp_path):
    file = tmp_path / "bad.jsonl"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=named):
        read_scenarios(file)


def test_the_shared_out_backtest_is_the_backtest(cluster):
    record = load_disclosures().as_of("2019-08-28")
    crew = Crew(scheduler=cluster.scheduler_address)
    ours, theirs = sweep_backtest(record, crew=crew), run_backtest(record)
    pd.testing.assert_frame_equal(ours.forecasts, theirs.forecasts, check_dtype=False, rtol=1e-6)
    assert (ours.headline_model, ours.rival) == (theirs.headline_model, theirs.rival)


def test_a_sweep_without_a_terminal_says_every_tenth(capsys):
    for done in range(101):
        show_progress(done, 100)
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"sweep: {done} of 100 tasks" for done in range(0, 101, 10)]


@pytest.mark.parametrize(
    "arguments",
    [
        ("sweep",),
        ("sweep", "nothing"),
        ("sweep", "scenarios"),
        ("sweep", "scenarios", "no-such-file.jsonl"),
        ("sweep", "calibration", "--workers", "0"),
        ("sweep", "calibration", "--simulations", "3"),
        ("sweep", "sensitivity", "--base", "100"),
        ("sweep", "sensitivity", "--fix", "trend"),
        ("sweep", "sensitivity", "--refit", "--fix", "colour"),
    ],
)
def test_bad_arguments_of_a_sweep_end_with_code_2(arguments, capsys):
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    assert (code, out) == (2, "")
    assert "Traceback" not in err
