"""Two replicas behind nginx: one health, one reader one replica, nobody lost on the way."""

from __future__ import annotations

import asyncio
import json
import os
import re
import select
import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from playwright.sync_api import ConsoleMessage, sync_playwright

from benchmarks.chromium import FLAGS
from benchmarks.load import behind_nginx
from benchmarks.server import fetch
from benchmarks.visitor import Visitor
from deploy import cluster, proxy
from locales import Translator
from tests.browser.conftest import WAIT_MS
from ui.registry import PAGES

LINK = "lang=en&as_of=2020-08-28"
EN = Translator("en")
LOG_SECONDS = 10
REVIVED_SECONDS = 60
# Smaller than in production, so that a test reaches them.
MOST_CONNECTIONS = 40
TOO_MANY = 5
SLOWEST_SECONDS = 2
COOKIES = [f"replica={number:032x}" for number in range(16)]


class Site(NamedTuple):
    """A running cluster."""

    address: str
    port: int
    folder: Path


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Two replicas that keep their results in a folder of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proxy, "MOST_CONNECTIONS", MOST_CONNECTIONS)
        patch.setattr(proxy, "SLOWEST_SECONDS", SLOWEST_SECONDS)
        with behind_nginx(2) as (address, _, folder):
            yield Site(address, int(address.rsplit(":", 1)[1]), folder)


def headers(address: str, cookie: str = "") -> dict[str, str]:
    request = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = dict(answer.headers)
        # Streamlit sets one of its own.
        ours = (one for one in answer.headers.get_all("Set-Cookie", []) if "replica=" in one)
        return found | {"Set-Cookie": next(ours, "")}


def logged(site: Site, part: str, count: int) -> list[dict]:
    """Lines of the requests for such a path; nginx writes one after its answer has left."""

    def found() -> list[dict]:
        text = (site.folder / "nginx-access.log").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines()]
        return [line for line in lines if part in line["path"]]

    assert cluster.wait(lambda: len(found()) >= count, LOG_SECONDS)
    return found()


async def opened(site: Site, cookie: str = "") -> tuple[list[str], str]:
    async with Visitor(site.address, LINK, cookie) as visitor:
        seen = await visitor.open()
    assert not seen.exceptions
    return seen.texts, seen.downloads[0].url


def test_health_answers_through_the_proxy(site: Site):
    assert '"status":"ok"' in cluster.health(site.port)
    assert "does not answer" not in cluster.status(site.folder)


@pytest.mark.parametrize("path", ["/", "/healthz", "/_stcore/health", "/growth", "/nothing"])
def test_every_answer_carries_the_headers(site: Site, path: str):
    found = headers(f"{site.address}{path}")
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "same-origin"
    assert found["Server"] == "nginx"
    policy = found["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "http" not in policy
    assert re.fullmatch(r"replica=[0-9a-f]{32}; .*HttpOnly.*", found["Set-Cookie"])


def test_charts_may_be_embedded_anywhere_and_pages_nowhere(site: Site):
    chart, page = (headers(f"{site.address}/{query}") for query in ("?embed=true", "?lang=en"))
    assert chart["Content-Security-Policy"].endswith("frame-ancestors *")
    assert "X-Frame-Options" not in chart
    assert page["Content-Security-Policy"].endswith("frame-ancestors 'self'")
    assert page["X-Frame-Options"] == "SAMEORIGIN"


def refused(request: urllib.request.Request | str) -> tuple[int, str]:
    """Status and body of a request that is not granted."""
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(request, timeout=30)
    with refusal.value as answer:
        return answer.code, answer.read().decode()


def sent(site: Site, text: str) -> socket.socket:
    """A connection on which this was sent as it stands."""
    connection = socket.create_connection((cluster.LOOPBACK, site.port), timeout=30)
    connection.sendall(text.replace("\n", "\r\n").encode())
    return connection


def first_line(connection: socket.socket) -> str:
    with connection, connection.makefile("rb") as answer:
        return answer.readline().decode().strip()


def test_the_counts_of_the_server_are_nobody_elses_business(site: Site):
    for path in ("/_stcore/metrics", "/_stcore//metrics", "/_stcore/agent/openapi.json"):
        code, body = refused(f"{site.address}{path}")
        assert code == 404
        assert "nginx/" not in body


def test_what_is_larger_than_an_upload_is_refused_before_it_reaches_a_replica(site: Site):
    size = proxy.largest_body_mb() * 2**20 + 1
    head = f"PUT /_stcore/upload_file/x/y HTTP/1.1\nHost: x\nContent-Length: {size}\n\n"
    assert first_line(sent(site, head)) == "HTTP/1.1 413 Request Entity Too Large"


UPGRADE = """GET {path} HTTP/1.1
Host: {host}
Origin: {origin}
Connection: Upgrade
Upgrade: {protocol}
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

"""


@pytest.mark.parametrize(
    ("origin", "protocol", "answer"),
    [
        ("http://{host}", "websocket", "HTTP/1.1 101"),
        ("http://elsewhere.example", "websocket", "HTTP/1.1 403"),
        ("null", "websocket", "HTTP/1.1 403"),
        ("http://{host}", "h2c", "HTTP/1.1 200"),
    ],
)
def test_a_websocket_is_opened_by_our_own_pages_alone(
    site: Site, origin: str, protocol: str, answer: str
):
    host = f"{cluster.LOOPBACK}:{site.port}"
    text = UPGRADE.format(
        path="/_stcore/stream", host=host, origin=origin.format(host=host), protocol=protocol
    )
    assert first_line(sent(site, text)).startswith(answer)


def test_who_sends_a_request_byte_by_byte_is_cut_off(site: Site):
    began = time.monotonic()
    head = sent(site, "GET / HTTP/1.1\nHost: x\n")
    body = sent(site, "POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\nslow")
    for connection in (head, body):
        with pytest.raises(ConnectionResetError):
            first_line(connection)
    assert SLOWEST_SECONDS - 0.5 < time.monotonic() - began < SLOWEST_SECONDS + LOG_SECONDS


def test_one_address_does_not_take_every_place(site: Site):
    unfinished = "POST / HTTP/1.1\nHost: x\nContent-Length: 9\n\n"
    with ExitStack() as held:
        asked = [
            held.enter_context(sent(site, unfinished)) for _ in range(MOST_CONNECTIONS + TOO_MANY)
        ]
        answered: list[socket.socket] = []
        while len(answered) < TOO_MANY:
            answered, _, _ = select.select(asked, [], [], LOG_SECONDS)
            assert answered
        assert {each.recv(12) for each in answered} == {b"HTTP/1.1 429"}
    assert cluster.wait(lambda: bool(cluster.health(site.port)), LOG_SECONDS)


def test_a_reader_stays_with_one_replica_and_readers_are_spread(site: Site):
    for number, cookie in enumerate(COOKIES):
        for _ in range(3):
            assert not headers(f"{site.address}/reader-{number:02}", cookie)["Set-Cookie"]
    lines = logged(site, "/reader-", 3 * len(COOKIES))
    by_reader = [
        {line["replica"] for line in lines if line["path"] == f"/reader-{number:02}"}
        for number in range(len(COOKIES))
    ]
    assert all(len(each) == 1 for each in by_reader)
    assert len(set.union(*by_reader)) == 2


def test_a_forged_cookie_is_replaced(site: Site):
    assert headers(f"{site.address}/_stcore/health", "replica=../../x")["Set-Cookie"]


def test_a_file_is_found_whichever_replica_has_it(site: Site):
    async def all_fetch() -> set[bytes]:
        async with Visitor(site.address, LINK, COOKIES[0]) as visitor:
            url = (await visitor.open()).downloads[0].url
            asked = (asyncio.to_thread(fetch, f"{site.address}{url}", one) for one in COOKIES)
            return set(await asyncio.gather(*asked))

    (content,) = asyncio.run(all_fetch())
    assert content.startswith(b"\xef\xbb\xbf")


def test_nothing_about_the_reader_is_logged(site: Site):
    fetch(f"{site.address}/private?colour=a-secret")
    (line,) = logged(site, "/private", 1)
    assert "a-secret" not in str(line)
    assert set(line) == {"time", "method", "path", "status", "seconds", "bytes", "replica"}


def test_a_restart_refuses_nobody_and_the_link_brings_all_back(site: Site):
    before = asyncio.run(opened(site))
    done, failed, asked = threading.Event(), [], []

    def keep_asking() -> None:
        while not done.is_set():
            asked.append(1)
            if not cluster.health(site.port):
                failed.append(1)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        old = {each.pid for each in cluster.read(site.folder).replicas}
        assert cluster.restart(site.folder) == "2 replicas restarted"
    finally:
        done.set()
        asking.join()
    assert len(asked) > 5
    assert failed == []
    assert old.isdisjoint(each.pid for each in cluster.read(site.folder).replicas)
    assert asyncio.run(opened(site)) == before


def test_no_page_breaks_the_policy_of_the_headers(site: Site, chromium: str):
    broken: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            broken.append(message.text)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page()
        page.set_default_timeout(WAIT_MS)
        page.on("console", note)
        page.goto(f"{site.address}/?{LINK}")
        for spec in reversed(PAGES):
            page.get_by_role("link", name=EN.t(f"page.{spec.key}.menu"), exact=True).click()
            title = page.get_by_role("heading", level=1, name=EN.t(f"page.{spec.key}.title"))
            title.wait_for()
            page.wait_for_selector("[data-test-script-state=notRunning]")
            page.wait_for_selector(".js-plotly-plot .main-svg")
        for kind in ("CSV", "SVG"):
            with page.expect_download() as saved:
                page.get_by_role("button", name=kind).first.click()
            assert "as-of-2020-08-28" in saved.value.suggested_filename
        browser.close()
    assert broken == []


def test_where_one_replica_dies_the_other_answers_and_the_dead_one_comes_back(site: Site):
    dead = cluster.read(site.folder).replicas[0]
    os.kill(dead.pid, signal.SIGKILL)
    for cookie in COOKIES:
        assert asyncio.run(opened(site, cookie))[0]
    assert cluster.wait(lambda: bool(cluster.health(dead.port)), REVIVED_SECONDS)
    assert f"{dead.port}: {{" in cluster.status(site.folder)
    assert "(restarts: 1)" in cluster.status(site.folder)
    (line,) = (site.folder / "keeper.log").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["message"] == "replica revived"


def test_stop_leaves_nobody_even_while_a_replica_is_being_revived(site: Site):
    cluster.end(cluster.read(site.folder).keeper, cluster.KEEPER)
    with pytest.raises(cluster.ClusterError, match="keeper: gone"):
        cluster.status(site.folder)
    dead = cluster.read(site.folder).replicas[1]
    os.kill(dead.pid, signal.SIGKILL)
    with cluster.locked(site.folder):
        cluster.leave_keeper(site.folder, cluster.read(site.folder))
    restarts = dead.restarts
    assert cluster.wait(
        lambda: cluster.read(site.folder).replicas[1].restarts > restarts, REVIVED_SECONDS
    )
    last = cluster.read(site.folder)
    cluster.stop(site.folder)
    assert not any(each.alive for each in last.replicas)
    assert not cluster.runs(last.keeper, cluster.KEEPER)
    assert not started_for(site)


def started_for(site: Site) -> list[list[str]]:
    """Processes that name the folder or a port of this site."""
    ports = {f"--server.port={site.port + number}" for number in (1, 2)}
    lines = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            lines.append(process.cmdline())
    return [line for line in lines if ports & set(line) or str(site.folder) in line]
