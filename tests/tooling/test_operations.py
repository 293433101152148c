"""What serves and measures many readers, without serving any."""

from __future__ import annotations

import doctest
import json
import logging
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from benchmarks import load, reliability, report, server
from deploy import cluster, proxy
from ui.server import logs, store

ROOT = Path(__file__).parents[2]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("module", [cluster, logs, proxy, reliability, report, store])
def test_examples_in_docstrings_run(module):
    found = doctest.testmod(module, optionflags=FLAGS)
    assert found.attempted > 0
    assert found.failed == 0


def test_the_configuration_names_everything(tmp_path: Path):
    text = proxy.configuration("127.0.0.1:8080", tmp_path)
    assert "@" not in text
    assert "listen 127.0.0.1:8080;" in text
    assert "'sha256-" in text


def test_the_proxy_takes_what_streamlit_takes_and_no_more(tmp_path: Path):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    largest = settings["server"]["maxUploadSize"] + 1
    assert f"client_max_body_size {largest}m;" in proxy.configuration("", tmp_path)


def test_a_folder_from_which_nothing_was_started_is_said(tmp_path: Path, capsys):
    assert cluster.main(["status", "--state", str(tmp_path)]) == 1
    assert "nothing was started" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "65"])
def test_a_number_of_replicas_out_of_range_is_refused(count: str, capsys):
    with pytest.raises(SystemExit, match="2"):
        cluster.main(["start", "--replicas", count])
    assert "legal: 1 to 64" in capsys.readouterr().err


def test_what_runs_is_read_as_it_was_written(tmp_path: Path):
    written = cluster.Cluster(8080, (cluster.Replica(8081, 1), cluster.Replica(8082, 2)))
    written.write(tmp_path)
    assert cluster.read(tmp_path) == written


def test_a_page_of_html_is_not_health(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster, "fetched", lambda address: "<html>200 all the same</html>")
    assert cluster.health(8080) == ""


def test_a_warning_of_a_library_is_a_line_of_json(capsys):
    logs.set_up()
    logs.set_up()
    logging.getLogger("joblib").warning("a file cannot be read")
    (line,) = [each for each in capsys.readouterr().err.splitlines() if each.startswith("{")]
    assert json.loads(line)["message"] == "a file cannot be read"


def test_a_section_puts_errors_beside_the_figures():
    measured = load.Measured(
        "one process", 4, [0.5, 0.7], [0.1, 0.2, 0.3], errors=["OSError: gone"]
    )
    section = load.section([measured], 1, 0.0)
    assert [bar.met for bar in section.bars] == [False, True]
    assert "OSError: gone" in section.blocks


def test_memory_that_is_not_told_is_not_a_number():
    value = server.memory_of(2**30)
    assert value != value


def release_check(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "release_check.py"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_packaged_figures_can_be_released():
    result = release_check()
    assert (result.returncode, result.stderr) == (0, "")
    assert "data version" in result.stdout


def test_a_release_counts_what_is_new_and_refuses_what_is_wrong(tmp_path: Path):
    path = tmp_path / "observations.csv"
    shutil.copy(ROOT / "data" / "observations.csv", path)
    row = "xianghubao,critical_illness,helped,2019-02-28,2019-02-28,stated,{},persons,=,0,low,{},\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + row.format(7, "ajunews202112"), encoding="utf-8")
    good = release_check(str(tmp_path))
    assert good.returncode == 0, good.stderr
    assert "1 new, 0 gone" in good.stdout
    path.write_text(text + row.format(-7, "ajunews202112"), encoding="utf-8")
    bad = release_check(str(tmp_path))
    assert bad.returncode == 2
    assert "observations.csv" in bad.stderr
