"""One server through what servers go through: a herd, a power cut, a spoilt disk."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from benchmarks import load
from benchmarks.server import ROOT, fetch, free_port, serve
from benchmarks.visitor import AS_OF, Visitor
from forecasting.release.building import build
from forecasting.release.folder import FOLDER_VARIABLE

LINK = "lang=en&as_of=2020-08-28"
HERD = 20
ELSEWHERE = {
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    "LANG": "C",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
}
SENT_SECONDS = 0.05


def lines(log: Path) -> list[dict]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


async def texts(address: str, page: str = "", link: str = LINK) -> list[str]:
    async with Visitor(address, link) as visitor:
        seen = await visitor.open(page)
    assert not seen.exceptions
    return seen.texts


async def herd(address: str) -> list[list[str]]:
    return await asyncio.gather(*(texts(address) for _ in range(HERD)))


async def cut_off(address: str, kill) -> None:
    async with Visitor(address, LINK) as visitor:
        await visitor.open()
        asking = asyncio.ensure_future(visitor.choose(AS_OF, "2020-12-14"))
        await asyncio.wait({asking}, timeout=SENT_SECONDS)
        kill()
        await asking


def test_herd_kill_spoilt_files_another_zone_and_locale_with_the_same_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    kept, log, port = tmp_path / "kept", tmp_path / "log", free_port()
    settings = {FOLDER_VARIABLE: str(kept)}
    monkeypatch.setenv(FOLDER_VARIABLE, str(kept))
    release = build([date.fromisoformat("2020-08-28")], processes=1)
    with serve(port=port, environment=settings, log=log) as server:
        first, *others = asyncio.run(herd(server.address))
        assert all(each == first for each in others)
        runs = [line for line in lines(log) if line["message"] == "page run"]
        # Once for all: fit and forecast of the replay's first day and of the last. The reader's day
        # has its forecast and what it foresaw from the release.
        assert (len(runs), sum(run["computed"] for run in runs)) == (HERD, 2 * 2)
        with pytest.raises(ConnectionClosed):
            asyncio.run(cut_off(server.address, server.kill))
    assert sum(run["from_disk"] for run in runs) == 2
    for path in release.folder.glob("*.gz"):
        path.write_bytes(b"spoilt")
    with serve(port=port, environment=settings | ELSEWHERE, log=log) as server:
        assert asyncio.run(texts(server.address)) == first
        asyncio.run(texts(server.address, "growth"))
    found = lines(log)
    assert any("is not what was written" in line["message"] for line in found)
    assert found[-1]["page"] == "growth"


def test_an_unknown_path_looks_healthy_and_is_not(tmp_path: Path):
    with serve("deploy/server.py") as server:
        assert fetch(f"{server.address}/_stcore/health") == b"ok"
        assert json.loads(fetch(f"{server.address}/healthz"))["status"] == "ok"
        assert b"<html" in fetch(f"{server.address}/health")
        measured = load.Measured("quick", 5)
        asyncio.run(load.visit(measured, server.address, [server.process.pid], 2, 0.0))
    assert measured.errors == []
    did = (measured.opened, measured.changed, measured.moved)
    assert [len(times) for times in did] == [5, 10, 10]
    assert measured.saved == 5


ON_SUCH_A_DISK = """
import errno, os, sys
from streamlit.testing.v1 import AppTest  # it needs a temporary folder, the dashboard does not

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.truncate", "os.chmod", "os.utime"}

def refuse(event, args):
    writes = event == "open" and (args[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if (writes and not str(args[0]).startswith("/dev/")) or event in CHANGES:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), args[0])

sys.addaudithook(refuse)
page = AppTest.from_file("app.py", default_timeout=60)
page.query_params.update(lang="en", as_of="2020-08-28")
page.run()
assert not page.exception, page.exception
print([block.value for block in page.markdown])
"""


def test_a_page_is_drawn_on_a_disk_that_refuses_every_change(tmp_path: Path):
    """Files opened to write, folders made, names changed: all refused, wherever they are."""
    kept = tmp_path / "kept"
    result = subprocess.run(
        [sys.executable, "-c", ON_SUCH_A_DISK],
        cwd=ROOT,
        env={**os.environ, FOLDER_VARIABLE: str(kept)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "28 August 2020" in result.stdout
    assert "no release was built" in result.stderr
    assert not kept.exists()


def no_more_bytes() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def test_a_disk_that_takes_nothing_keeps_no_part_of_a_release(tmp_path: Path):
    result = subprocess.run(
        [sys.executable, "-m", "forecasting.release"],
        cwd=ROOT,
        env={"PATH": "", FOLDER_VARIABLE: str(tmp_path / "kept"), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=no_more_bytes,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert "nothing is kept" in result.stderr
    # The lock is a name alone: nothing is written to it.
    left = [(path.name, path.stat().st_size) for path in (tmp_path / "kept").iterdir()]
    assert left == [("building.lock", 0)]
