"""What serves and measures many readers, without serving any."""

from __future__ import annotations

import asyncio
import doctest
import json
import logging
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from benchmarks import load, reliability, report, server
from deploy import cluster, proxy
from forecasting.evaluation.bars import Bar
from forecasting.release import folder
from ui.guard import headers, limits, watchdog
from ui.server import logs

ROOT = Path(__file__).parents[2]
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.mark.parametrize("module", [headers, limits, logs, proxy, reliability, report, folder])
def test_examples_in_docstrings_run(module):
    found = doctest.testmod(module, optionflags=FLAGS)
    assert found.attempted > 0
    assert found.failed == 0


def test_the_configurations_name_everything(tmp_path: Path):
    nginx = proxy.configuration("127.0.0.1:8080", tmp_path, [8081, 8082])
    assert "@" not in nginx
    assert "listen 127.0.0.1:8080;" in nginx
    assert "server 127.0.0.1:8082 " in nginx
    supervisor = cluster.configuration(tmp_path, "127.0.0.1:8080", 8080, 2)
    assert "@" not in supervisor
    assert "numprocs_start = 8081" in supervisor
    assert "--replicas 8081 8082" in supervisor


def test_no_log_grows_without_an_end(tmp_path: Path):
    text = cluster.configuration(tmp_path, "127.0.0.1:8080", 8080, 2)
    logs = re.findall(r"^(\w*logfile) = .+/", text, re.MULTILINE)
    assert len(logs) == 4
    assert all(f"{log}_maxbytes = " in text and f"{log}_backups = " in text for log in logs)


def test_the_proxy_takes_what_streamlit_takes_and_no_more(tmp_path: Path):
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    largest = settings["server"]["maxUploadSize"] + 1
    assert f"client_max_body_size {largest}m;" in proxy.configuration("", tmp_path, [])
    assert limits.LIMITS.file_bytes == settings["server"]["maxUploadSize"] * limits.MEGABYTE


def test_only_a_websocket_may_be_silent_for_long(tmp_path: Path):
    text = proxy.configuration("", tmp_path, [])
    waits = re.findall(r"proxy_read_timeout (\d+)s;", text)
    assert [int(wait) for wait in waits] == [proxy.RESPONSE_SECONDS, 60, 60]
    everywhere, of_data, _ = text.split("proxy_read_timeout")[1:]
    assert "location ~ ^/+(data|api)/" in everywhere
    assert "location ~ ^/+_stcore/stream$" in of_data


@pytest.mark.parametrize("user", [0, 1000])
def test_who_starts_it_with_all_rights_is_warned(user: int, monkeypatch, capsys):
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr(cluster, "start", lambda *_, **__: "started")
    assert cluster.main(["start"]) == 0
    assert ("root" in capsys.readouterr().err) == (user == 0)


def test_a_folder_from_which_nothing_was_started_is_said(tmp_path: Path, capsys):
    assert cluster.main(["status", "--state", str(tmp_path)]) == 1
    assert "nothing runs" in capsys.readouterr().err


def test_a_folder_whose_path_no_socket_can_have_is_said(tmp_path: Path, capsys):
    assert cluster.main(["start", "--state", str(tmp_path / ("x" * 100))]) == 1
    assert "too long a path" in capsys.readouterr().err


@pytest.mark.parametrize("count", ["0", "65"])
def test_a_number_of_replicas_out_of_range_is_refused(count: str, capsys):
    with pytest.raises(SystemExit, match="2"):
        cluster.main(["start", "--replicas", count])
    assert "legal: 1 to 64" in capsys.readouterr().err


def test_a_page_of_html_is_not_health(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(cluster, "fetched", lambda address: "<html>200 all the same</html>")
    assert cluster.health(8080) == ""


UNITS = sorted((ROOT / "deploy" / "systemd").glob("share-dashboard*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
@pytest.mark.parametrize(
    "line",
    ["User=dashboard", "Restart=always", "NoNewPrivileges=true", "ProtectSystem=strict"],
)
def test_a_unit_is_revived_and_may_do_little(unit: Path, line: str):
    assert line in unit.read_text(encoding="utf-8").splitlines()


def test_units_limit_memory_and_replicas_are_watched():
    texts = {unit.name: unit.read_text(encoding="utf-8") for unit in UNITS}
    assert all("MemoryMax=" in text for text in texts.values())
    replica = texts["share-dashboard@.service"]
    assert "Type=notify" in replica
    assert "WatchdogSec=" in replica


def test_systemd_is_told_that_the_loop_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    address = f"{tmp_path}/notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(address)
        systemd.settimeout(10)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        monkeypatch.setenv("WATCHDOG_USEC", "30000")

        async def run() -> list[bytes]:
            async with watchdog.watched():
                sentence = [await asyncio.to_thread(systemd.recv, 64) for _ in range(4)]
            return [*sentence, systemd.recv(64)]

        sentence = asyncio.run(run())
    assert sentence[0] == b"READY=1"
    assert set(sentence[1:4]) == {b"WATCHDOG=1"}
    assert sentence[4] in {b"WATCHDOG=1", b"STOPPING=1"}


def test_where_there_is_no_systemd_nobody_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not watchdog.tell("READY=1")


def test_a_warning_of_a_library_is_a_line_of_json(capsys):
    logs.set_up()
    logs.set_up()
    logging.getLogger("py.warnings").warning("a file cannot be read")
    (line,) = [each for each in capsys.readouterr().err.splitlines() if each.startswith("{")]
    assert json.loads(line)["message"] == "a file cannot be read"


def test_a_library_is_written_without_values_and_words(capsys):
    logs.set_up()
    try:
        raise ValueError("a reader's words")
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", "a reader's address")
    (line,) = [each for each in capsys.readouterr().err.splitlines() if each.startswith("{")]
    assert "reader" not in line
    assert json.loads(line)["error"] == "ValueError"


def test_a_section_puts_errors_beside_the_figures():
    measured = load.Measured(
        "one process", 4, 0.25, [0.5, 0.7], [0.1, 0.2, 0.3], errors=["OSError: gone"]
    )
    free = load.Measured("nothing kept", 4, opened=[9.0], changed=[9.0])
    section = load.section([measured, free], {"release": (9.0, 1.0, 4.0)}, 1, 0.0)
    assert {bar.name: bar.met for bar in section.bars} == {
        "sessions without error, one process": False,
        "p95 of opening the home page, one process": True,
        "p95 of a day, one process": False,
        "sessions without error, nothing kept": True,
        "start with the release": True,
        "track record, first reader": False,
    }
    assert "OSError: gone" in section.blocks


def test_memory_that_is_not_told_is_not_a_number():
    value = server.memory_of(2**30)
    assert value != value


def test_a_missed_bar_fails_the_quick_part(monkeypatch: pytest.MonkeyPatch, capsys):
    good = report.Section("Load", (Bar("p95 of a day", 0.5, most=1.0, unit="s"),), ())
    bad = report.Section("Memory", (Bar("growth", 2.0, most=1.1),), ())
    monkeypatch.setattr(load, "run", lambda *_: good)
    monkeypatch.setattr(reliability, "memory", lambda *_: good)
    assert reliability.main(["--quick"]) == 0
    monkeypatch.setattr(reliability, "memory", lambda *_: bad)
    assert reliability.main(["--quick"]) == 1
    said = capsys.readouterr()
    assert "missed: growth" in said.err
    assert "MISSED" in said.out
    assert re.search(r"p95 of a day +\| +0.50 +\| +met", said.out)


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
