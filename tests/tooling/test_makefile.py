"""What each make target would do, as ``make -n`` prints it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def steps(*arguments: str) -> str:
    """The commands alone: the suite itself may run under make, whose flags must not reach here."""
    return subprocess.run(
        ["make", "-n", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@pytest.mark.parametrize(
    "step",
    [
        "scripts/setup.sh",
        "scripts/install_system.sh",
        "ruff check",
        "ruff format --check",
        "lint-imports",
        "mypy",
        "pytest -n 3 --dist loadfile --no-loadscope-reorder",
    ],
)
def test_test_runs_every_check(step: str):
    assert step in steps("test")


def test_test_ends_with_the_suite():
    assert "pytest" in steps("test").strip().splitlines()[-1]


def test_run_serves_the_port_asked_for():
    assert "--server.port 8501 " in steps("run")
    assert "--server.port 9000 " in steps("run", "PORT=9000")


def test_run_listens_to_this_machine_unless_told_otherwise():
    assert "--server.address 127.0.0.1" in steps("run")
    assert "--server.address 0.0.0.0" in steps("run", "ADDRESS=0.0.0.0")
    assert "--address 127.0.0.1" in steps("serve")
    assert "run deploy/server.py" in steps("run")


def test_run_needs_nothing_that_only_tests_need():
    assert "requirements-dev" not in steps("run")
    assert "requirements-extras" not in steps("run")
    assert "requirements-extras" in steps("serve")
    assert "install_system" not in steps("run")


def test_the_release_is_built_before_anything_is_served_and_not_to_stop_it():
    for target, server in (("run", "streamlit run"), ("serve", "cluster.py")):
        sentence = steps(target)
        assert sentence.index("-m forecasting.release || true") < sentence.index(server)
    assert "forecasting.release" not in steps("serve", "ARGS=stop")
    made = steps("release")
    assert made.index("-m forecasting.release") < made.index("-m ui.export.link_pictures")
    # It takes a minute: who runs the dashboard alone does not wait for it.
    assert "link_pictures" not in steps("run")
    assert "link_pictures || true" in steps("serve")
    assert "link_pictures" not in steps("serve", "ARGS=stop")


def test_bench_runs_the_benchmarks():
    assert steps("bench").strip().endswith("-m benchmarks")


def test_python_can_be_chosen():
    assert '"/opt/python3.12"' in steps("run", "PYTHON=/opt/python3.12")


def test_serve_starts_replicas_and_passes_on_other_commands():
    assert "cluster.py start --address 127.0.0.1 --port 8501 --replicas 2" in steps("serve")
    assert "cluster.py restart " in steps("serve", "ARGS=restart")


def test_the_release_check_takes_a_folder():
    assert "release_check.py new" in steps("release-check", "DATA=new")


def test_the_release_check_ends_with_load_and_memory_in_short():
    assert steps("release-check").strip().endswith("benchmarks.reliability --quick")


def test_a_scheduled_job_asks_for_faults_and_tries_other_examples():
    assert "audit.py" in steps("nightly")
    assert "--hypothesis-profile=nightly" in steps("nightly")


def test_fuzzing_takes_as_long_as_asked():
    assert "tests.fuzz --seconds 60" in steps("fuzz")
    assert "tests.fuzz --seconds 9 tables" in steps("fuzz", "SECONDS=9", "ARGS=tables")


def test_the_suite_asks_no_list_of_vulnerabilities():
    assert "audit.py" in steps("audit")
    assert "audit" not in steps("test")


def test_reliability_keeps_a_report():
    assert steps("reliability").strip().endswith("-m benchmarks.reliability")
