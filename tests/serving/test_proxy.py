"""Two replicas behind nginx: one reader one replica, nobody lost on the way, what nginx refuses."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import time
import urllib.request
from contextlib import ExitStack

import pytest
from playwright.sync_api import ConsoleMessage, sync_playwright

from benchmarks.chromium import FLAGS
from benchmarks.server import fetch
from benchmarks.visitor import Visitor
from deploy import cluster, proxy
from locales import Translator
from tests.browser.conftest import WAIT_MS
from tests.serving.conftest import MOST_CONNECTIONS, SLOWEST_SECONDS, Site
from ui.registry import PAGES

LINK = "lang=en&as_of=2020-08-28"
EN = Translator("en")
LOG_SECONDS = 10
TOO_MANY = 5
COOKIES = [f"replica={number:032x}" for number in range(16)]


def headers(address: str, cookie: str = "") -> dict[str, str]:
    request = urllib.request.Request(address, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request, timeout=30) as response:
        found = dict(response.headers)
        # Streamlit sets one of its own.
        ours = (one for one in response.headers.get_all("Set-Cookie", []) if "replica=" in one)
        return found | {"Set-Cookie": next(ours, "")}


def logged(site: Site, part: str, count: int) -> list[dict]:
    """Lines of the requests for such a path; nginx writes one after its answer has left."""

    def found() -> list[dict]:
        text = (site.folder / "proxy.log").read_text(encoding="utf-8")
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        return [line for line in lines if part in line["path"]]

    assert cluster.wait(lambda: len(found()) >= count, LOG_SECONDS)
    return found()


def test_nginx_does_not_tell_its_version_and_gives_every_reader_a_cookie(site: Site):
    found = headers(f"{site.address}/growth")
    assert found["Server"] == "nginx"
    assert re.fullmatch(r"replica=[0-9a-f]{32}; .*HttpOnly.*", found["Set-Cookie"])


def sent(site: Site, text: str) -> socket.socket:
    """A connection on which this was sent as it stands."""
    connection = socket.create_connection((proxy.LOOPBACK, site.port), timeout=30)
    connection.sendall(text.replace("\n", "\r\n").encode())
    return connection


def first_line(connection: socket.socket) -> str:
    with connection, connection.makefile("rb") as response:
        return response.readline().decode().strip()


def test_what_is_larger_than_an_upload_is_refused_before_it_reaches_a_replica(site: Site):
    size = proxy.largest_body_mb() * 2**20 + 1
    head = f"PUT /_stcore/upload_file/x/y HTTP/1.1\nHost: x\nContent-Length: {size}\n\n"
    assert first_line(sent(site, head)) == "HTTP/1.1 413 Request Entity Too Large"


def test_another_protocol_than_a_websocket_is_not_passed_on(site: Site):
    text = "GET / HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: h2c\n\n"
    assert first_line(sent(site, text)).startswith("HTTP/1.1 200")


def test_who_sends_a_request_byte_by_byte_is_cut_off(site: Site):
    began = time.monotonic()
    with pytest.raises(ConnectionResetError):
        first_line(sent(site, "GET / HTTP/1.1\nHost: x\n"))
    assert SLOWEST_SECONDS - 0.5 < time.monotonic() - began < SLOWEST_SECONDS + LOG_SECONDS


def test_one_address_does_not_take_every_place(site: Site):
    page = (
        "GET /_stcore/stream HTTP/1.1\nHost: x\nConnection: Upgrade\nUpgrade: websocket\n"
        "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n"
    )
    with ExitStack() as held:
        asked = [held.enter_context(sent(site, page)) for _ in range(MOST_CONNECTIONS + TOO_MANY)]
        responses = [each.recv(12) for each in asked]
        assert responses.count(b"HTTP/1.1 101") == MOST_CONNECTIONS
        assert responses.count(b"HTTP/1.1 429") == TOO_MANY
    assert cluster.wait(lambda: bool(cluster.health(site.port)), LOG_SECONDS)


def page_of(number: int) -> str:
    """A path that is logged as it is, one a reader."""
    return f"reader_{chr(ord('a') + number)}"


def test_a_reader_stays_with_one_replica_and_readers_are_spread(site: Site):
    for number, cookie in enumerate(COOKIES):
        for _ in range(3):
            assert not headers(f"{site.address}/{page_of(number)}", cookie)["Set-Cookie"]
    lines = logged(site, "/reader_", 3 * len(COOKIES))
    by_reader = [
        {line["replica"] for line in lines if line["path"] == f"/{page_of(number)}"}
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


def test_a_line_of_the_log_tells_of_the_request_and_not_of_the_reader(site: Site):
    fetch(f"{site.address}/telling?colour=a-secret")
    (line,) = logged(site, "/telling", 1)
    assert "a-secret" not in str(line)
    assert set(line) == {"time", "method", "path", "status", "seconds", "bytes", "replica"}


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
