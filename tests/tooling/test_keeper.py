"""What is left behind to start a dead replica again, with replicas that cost nothing."""

from __future__ import annotations

import doctest
import json
import os
import signal
import threading
from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from benchmarks.server import free_port
from deploy import cluster, keeper

ANSWERS = """
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status":"ok"}')

HTTPServer(("127.0.0.1", int(sys.argv[1].partition("=")[2])), Health).serve_forever()
"""
DIES = "raise SystemExit('the port is taken')"
PATIENCE = 10.0


def arguments(script: str, port: int) -> list[str]:
    return ["-c", script, f"--server.port={port}"]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A state folder with one replica that answers, ended with all its successors."""
    replica = started(ANSWERS, free_port(), tmp_path)
    cluster.Cluster(free_port(), (replica,)).write(tmp_path)
    yield tmp_path
    if (tmp_path / "cluster.json").exists():
        for each in cluster.read(tmp_path).replicas:
            cluster.stop_replica(each)


def started(script: str, port: int, folder: Path) -> cluster.Replica:
    process = cluster.launch(arguments(script, port), cluster.log_of(port, folder))
    replica = cluster.Replica(port, process.pid)
    assert cluster.wait(lambda: replica.alive, PATIENCE)
    return replica


def has_ended(replica: cluster.Replica) -> bool:
    return not replica.alive


def revive_with(script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "replica_arguments", lambda port: arguments(script, port))


def kill(folder: Path) -> cluster.Replica:
    (dead,) = cluster.read(folder).replicas
    os.kill(dead.pid, signal.SIGKILL)
    assert cluster.wait(lambda: not dead.alive, PATIENCE)
    return dead


def said(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_the_examples_run():
    assert doctest.testmod(keeper).attempted > 0
    assert doctest.testmod(keeper).failed == 0


def test_a_killed_replica_answers_on_its_port_again(folder: Path, monkeypatch, capsys):
    revive_with(ANSWERS, monkeypatch)
    monkeypatch.setattr(keeper, "LOOK_SECONDS", 0.01)
    over = threading.Event()
    watching = threading.Thread(target=keeper.keep, args=(folder, over))
    watching.start()
    try:
        dead = kill(folder)
        assert cluster.wait(lambda: cluster.read(folder).replicas[0].restarts == 1, PATIENCE)
        assert cluster.wait(lambda: bool(cluster.health(dead.port)), PATIENCE)
    finally:
        over.set()
        watching.join()
    (fresh,) = cluster.read(folder).replicas
    assert (fresh.port, fresh.given_up) == (dead.port, False)
    assert fresh.pid != dead.pid
    (line,) = said(capsys)
    assert (line["message"], line["port"], line["restarts"]) == ("replica revived", dead.port, 1)
    with pytest.raises(cluster.ClusterError, match=r"\(restarts: 1\)"):
        cluster.status(folder)


def test_one_that_dies_again_and_again_is_given_up_and_that_is_said(
    folder: Path, monkeypatch, capsys
):
    revive_with(DIES, monkeypatch)
    restarts: keeper.Restarts = defaultdict(list)
    dead, now = kill(folder), 0.0
    while not cluster.read(folder).replicas[0].given_up:
        keeper.look(folder, restarts, now)
        (last,) = cluster.read(folder).replicas
        assert cluster.wait(partial(has_ended, last), PATIENCE)
        now += 1.0
    lines = said(capsys)
    assert [line["restarts"] for line in lines] == [1, 2, 3, 4, 5, 5]
    assert lines[-1]["message"] == "replica given up"
    assert lines[-1]["level"] == "ERROR"
    assert "the port is taken" in lines[-1]["last"]
    assert now == 1.0 + 2 + 4 + 8 + 16 + 1
    keeper.look(folder, restarts, now)
    assert said(capsys) == []
    with pytest.raises(cluster.ClusterError, match=f"given up: see replica-{dead.port}.log"):
        cluster.status(folder)


def test_while_another_command_has_the_folder_nothing_is_started(folder: Path, monkeypatch):
    revive_with(ANSWERS, monkeypatch)
    dead = kill(folder)
    with cluster.locked(folder):
        keeper.look(folder, defaultdict(list), 0.0)
    assert cluster.read(folder).replicas == (dead,)


def test_what_cannot_be_written_down_is_not_left_running(folder: Path, monkeypatch):
    revive_with(ANSWERS, monkeypatch)
    kill(folder)
    ended: list[cluster.Replica] = []

    def end(replica: cluster.Replica) -> None:
        ended.append(replica)
        cluster.stop_replica(replica)

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(cluster.Cluster, "write", full)
    monkeypatch.setattr(keeper, "stop_replica", end)
    with pytest.raises(OSError, match="no space"):
        keeper.look(folder, defaultdict(list), 0.0)
    (fresh,) = ended
    assert not fresh.alive


def test_once_nothing_is_to_run_it_ends(folder: Path):
    assert cluster.stop(folder) == "stopped"
    keeper.keep(folder, threading.Event())


def test_another_process_with_the_same_number_is_not_the_replica():
    mine = cluster.Replica(8081, os.getpid())
    assert not mine.alive
    cluster.stop_replica(mine)
