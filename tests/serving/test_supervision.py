"""What dies, hangs or grows is replaced; stop leaves nothing, and so does whoever is killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

from benchmarks.load import behind_nginx
from benchmarks.server import ROOT, free_port, leashed
from benchmarks.visitor import Visitor
from deploy import cluster, probe, proxy
from tests.serving.conftest import Site

LINK = "lang=en&as_of=2020-08-28"
COOKIES = [f"replica={number:032x}" for number in range(8)]
REVIVED_SECONDS = 60


@pytest.fixture(scope="module")
def cluster_site() -> Iterator[Site]:
    """A cluster of its own: here everything is killed."""
    with behind_nginx(2) as (address, _, folder):
        yield Site("replicas", address, int(address.rsplit(":", 1)[1]), folder)


async def opened(site: Site, cookie: str = "") -> tuple[list[str], str]:
    async with Visitor(site.address, LINK, cookie) as visitor:
        seen = await visitor.open()
    assert not seen.exceptions
    # A server that has just started is still making the scores of all days.
    texts = [text for text in seen.texts if "(track_record)" not in text]
    return texts, seen.downloads[0].url


def master(site: Site) -> int:
    return int(cluster.processes(site.folder)["proxy"]["pid"])


def all_well(site: Site) -> bool:
    with suppress(cluster.ClusterError):
        return bool(cluster.status(site.folder) and cluster.health(site.port))
    return False


def test_everything_is_named_by_status(cluster_site: Site):
    text = cluster.status(cluster_site.folder)
    names = {line.split(":")[0] for line in text.splitlines()}
    ports = {str(cluster_site.port + 1), str(cluster_site.port + 2)}
    assert names == {"proxy", "probe"} | ports


def test_a_killed_replica_is_missed_by_nobody_and_comes_back(cluster_site: Site):
    port, pid = sorted(cluster.replicas(cluster_site.folder).items())[0]
    os.kill(pid, signal.SIGKILL)
    for cookie in COOKIES:
        assert asyncio.run(opened(cluster_site, cookie))[0]
    assert cluster.wait(lambda: all_well(cluster_site), REVIVED_SECONDS)
    assert cluster.replicas(cluster_site.folder)[port] not in {0, pid}


def test_a_stopped_replica_is_passed_over_and_replaced(cluster_site: Site):
    port, pid = sorted(cluster.replicas(cluster_site.folder).items())[1]
    os.kill(pid, signal.SIGSTOP)
    for cookie in COOKIES:
        assert asyncio.run(opened(cluster_site, cookie))[0]
    assert cluster.wait(lambda: all_well(cluster_site), REVIVED_SECONDS)
    assert cluster.replicas(cluster_site.folder)[port] not in {0, pid}
    assert not cluster.alive(pid)
    sentence = (cluster_site.folder / "probe.log").read_text(encoding="utf-8")
    assert f"the replica on port {port} hangs: ended" in sentence


def test_a_killed_proxy_is_revived_though_its_workers_hold_the_port(cluster_site: Site):
    dead = master(cluster_site)
    workers = [worker.pid for worker in psutil.Process(dead).children()]
    os.kill(dead, signal.SIGKILL)
    # They answer until the new one ends them.
    assert cluster.wait(
        lambda: not any(cluster.alive(worker) for worker in workers), REVIVED_SECONDS
    )
    assert cluster.wait(lambda: all_well(cluster_site), REVIVED_SECONDS)
    assert master(cluster_site) != dead


def test_a_killed_probe_is_revived(cluster_site: Site):
    dead = cluster.processes(cluster_site.folder)["probe"]["pid"]
    os.kill(dead, signal.SIGKILL)
    assert cluster.wait(lambda: all_well(cluster_site), REVIVED_SECONDS)
    assert cluster.processes(cluster_site.folder)["probe"]["pid"] != dead


def test_a_restart_refuses_nobody_and_the_link_brings_all_back(cluster_site: Site):
    before = asyncio.run(opened(cluster_site))
    done, failed, asked = threading.Event(), [], []

    def keep_asking() -> None:
        while not done.is_set():
            asked.append(1)
            if not cluster.health(cluster_site.port):
                failed.append(1)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    old = set(cluster.replicas(cluster_site.folder).values())
    try:
        assert cluster.restart(cluster_site.folder) == "2 replicas restarted"
    finally:
        done.set()
        asking.join()
    assert len(asked) > 5
    assert failed == []
    assert old.isdisjoint(cluster.replicas(cluster_site.folder).values())
    assert not any(cluster.alive(pid) for pid in old)
    assert asyncio.run(opened(cluster_site)) == before


def test_a_second_start_is_refused(cluster_site: Site):
    with pytest.raises(cluster.ClusterError, match="already running"):
        cluster.start(cluster_site.folder, cluster_site.port, 2)


def test_stop_leaves_nobody_and_proves_it(cluster_site: Site):
    family = [
        each["pid"] for each in cluster.processes(cluster_site.folder).values() if each["pid"]
    ]
    everyone = [*family, *(child.pid for pid in family for child in psutil.Process(pid).children())]
    assert cluster.stop(cluster_site.folder) == "stopped"
    assert not any(cluster.alive(pid) for pid in everyone)
    cluster.check_free([cluster_site.port + number for number in range(3)])
    with pytest.raises(cluster.ClusterError, match="nothing runs"):
        cluster.status(cluster_site.folder)


def test_a_port_that_is_taken_is_named_before_anything_is_started(tmp_path):
    with socket.socket() as taken:
        taken.bind((proxy.LOOPBACK, free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(cluster.ClusterError, match=f"port {port} is held by process"):
            cluster.start(tmp_path, port, 1)
    assert not list(tmp_path.iterdir())


KILLED = """
import os, signal, sys
from benchmarks.load import behind_nginx
with behind_nginx(1) as (address, pids, folder):
    print(address, folder, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_whoever_is_killed_leaves_no_server_behind():
    done = subprocess.run(
        leashed([sys.executable, "-c", KILLED]),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    port = int(done.stdout.split()[0].rsplit(":", 1)[1])
    assert cluster.wait(
        lambda: not any(cluster.holder(port + number) for number in range(2)), REVIVED_SECONDS
    )


def test_a_replica_that_has_grown_is_ended(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probe, "MOST_MEMORY", 1)
    assert probe.fault(1, os.getpid(), 0.0, Counter()) == "is too large"


def test_a_replica_that_starts_is_left_alone_and_one_that_falls_silent_is_not(
    monkeypatch: pytest.MonkeyPatch,
):
    responses, me = iter([False, False, True, False, False, False]), os.getpid()
    misses: Counter[int] = Counter()
    monkeypatch.setattr(probe, "responds", lambda port: next(responses))
    found = [probe.fault(1, me, 10.0, misses) for _ in range(6)]
    assert found == ["", "", "", "", "", "hangs"]
