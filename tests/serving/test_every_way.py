"""The guard's promises, kept by ``make run``, by what the container starts and by the replicas."""

from __future__ import annotations

import asyncio
import io
import json
import re
import socket
import urllib.error
import urllib.request
from contextlib import suppress
from datetime import date

import pandas as pd
import psutil
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from benchmarks.server import HOST, ROOT
from benchmarks.visitor import LARGEST_MESSAGE, Seen, Visitor, cookies
from tests.serving.conftest import Site
from ui.guard.limits import LIMITS
from ui.machine.snippets import pandas_snippet

LINK = "lang=en&as_of=2020-08-28"


def asked(
    url: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Status, body and headers, whatever the status."""
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read().decode(errors="replace"), dict(response.headers)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode(errors="replace"), dict(refusal.headers)


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def test_health_is_told_in_the_body(any_site: Site):
    code, body, _ = asked(f"{any_site.address}/healthz")
    assert code == 200
    assert json.loads(body)["status"] == "ok"
    assert asked(f"{any_site.address}/_stcore/health")[:2] == (200, "ok")


def test_only_this_machine_is_listened_to(any_site: Site):
    found = [
        each.laddr.ip
        for each in psutil.net_connections("tcp")
        if each.status == psutil.CONN_LISTEN and each.laddr.port == any_site.port
    ]
    assert set(found) == {HOST}


@pytest.mark.parametrize("path", ["/", "/healthz", "/_stcore/health", "/growth", "/nothing"])
def test_every_answer_carries_the_headers(any_site: Site, path: str):
    _, _, headers = asked(f"{any_site.address}{path}")
    found = lower(headers)
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "same-origin"
    policy = found["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "unsafe-inline" not in policy.split("style-src")[0]
    assert "http" not in policy


def test_charts_may_be_embedded_anywhere_and_pages_nowhere(any_site: Site):
    chart, page = (
        lower(asked(f"{any_site.address}/{query}")[2]) for query in ("?embed=true", "?lang=en")
    )
    assert chart["content-security-policy"].endswith("frame-ancestors *")
    assert "x-frame-options" not in chart
    assert page["content-security-policy"].endswith("frame-ancestors 'self'")
    assert page["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore//metrics", "//_stcore/metrics", "/_stcore/agent/openapi.json"],
)
def test_the_counts_of_the_server_are_nobody_elses_business(any_site: Site, path: str):
    code, body, _ = asked(f"{any_site.address}{path}")
    assert code == 404
    assert "nginx/" not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_taken_where_nothing_is_read(any_site: Site, method: str):
    assert asked(f"{any_site.address}/growth", method, b"words")[0] == 405


UPGRADE = """GET /_stcore/stream HTTP/1.1
Host: {host}
Origin: {origin}
Connection: Upgrade
Upgrade: {protocol}
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

"""


@pytest.mark.parametrize(
    ("origin", "response"),
    [("http://{host}", "101"), ("http://elsewhere.example", "403"), ("null", "403")],
)
def test_a_websocket_is_opened_by_our_own_pages_alone(any_site: Site, origin: str, response: str):
    host = f"{HOST}:{any_site.port}"
    text = UPGRADE.format(host=host, origin=origin.format(host=host), protocol="websocket")
    with socket.create_connection((HOST, any_site.port), timeout=30) as connection:
        connection.sendall(text.replace("\n", "\r\n").encode())
        with connection.makefile("rb") as lines:
            assert lines.readline().decode().split()[1] == response


@pytest.mark.parametrize(
    ("message", "code"),
    [(b"\0" * (LIMITS.message_bytes + 1), 1009), ("a text", 1008), (b"\xff" * 9, 1002)],
)
def test_a_message_that_is_too_large_or_none_of_ours_ends_the_socket(
    any_site: Site, message: bytes | str, code: int
):
    async def send() -> int | None:
        address = any_site.address.replace("http", "ws", 1)
        async with connect(f"{address}/_stcore/stream", max_size=LARGEST_MESSAGE) as reader:
            await reader.send(message)
            with suppress(ConnectionClosed):
                async for _ in reader:
                    pass
            return reader.close_code

    assert asyncio.run(send()) == code


def test_programs_read_tables_and_forecasts_from_any_site(any_site: Site):
    code, body, headers = asked(
        f"{any_site.address}/data/observations.csv", Origin="http://a.example"
    )
    assert (code, body.encode()) == (200, FILE)
    assert lower(headers)["access-control-allow-origin"] == "*"
    assert "replica=" not in headers.get("Set-Cookie", "")
    code, body, _ = asked(f"{any_site.address}/api/forecast?as_of=2020-10-28")
    assert (code, json.loads(body)["as_of"]) == (200, "2020-10-28")
    assert asked(f"{any_site.address}/data/nothing.csv")[0] == 404
    assert asked(f"{any_site.address}/api/nothing")[0] == 404


def test_the_snippet_that_is_handed_out_runs(any_site: Site):
    found: dict[str, pd.DataFrame] = {}
    exec(pandas_snippet(any_site.address, date(2020, 10, 28)), found)
    assert len(found["record"]) == FILE.count(b"\n") - 1
    assert found["forecast"].set_index("date")["share.disclosed"]["2020-10-28"] == 4.86


FILE = (ROOT / "data" / "observations.csv").read_bytes()
TELLTALE = "qztelltaleqz"


def test_one_reader_does_not_fill_the_memory(any_site: Site):
    async def fill() -> list[int]:
        async with Visitor(any_site.address, LINK, cookies(any_site.address)) as visitor:
            await visitor.open("your_data")
            large = b"x" * (LIMITS.file_bytes - 1024)
            return [await visitor.send_file(large, number=number) for number in range(6)]

    # Four files of two megabytes are all that a session may hold.
    assert asyncio.run(fill()) == [204, 204, 204, 204, 413, 413]


def test_a_file_that_is_too_large_or_of_unknown_size_is_refused(any_site: Site):
    size = LIMITS.file_bytes + LIMITS.frame_bytes + 2**20
    for line, status in ((f"Content-Length: {size}", "413"), ("Transfer-Encoding: chunked", "411")):
        head = f"PUT /_stcore/upload_file/x/y HTTP/1.1\r\nHost: x\r\n{line}\r\n\r\n"
        with socket.create_connection((HOST, any_site.port), timeout=30) as connection:
            connection.sendall(head.encode())
            with connection.makefile("rb") as response:
                assert response.readline().decode().split()[1] == status


def telltale_file() -> bytes:
    """A legal file of a plan with a telling name, larger than what any part keeps in memory."""
    known = pd.read_csv(io.BytesIO(FILE), dtype=str, keep_default_na=False)
    known = known[known["plan"] == "xianghubao"].assign(plan=TELLTALE)
    text = known.to_csv(index=False)
    assert len(text) > 16 * 1024
    return text.encode()


HOSTILE = (
    f"GET /?lang=en&{TELLTALE}=1 HTTP/1.1\nHost: h\nReferer: http://{TELLTALE}/\n"
    f"User-Agent: {TELLTALE}\nX-Forwarded-For: {TELLTALE}\n\n",
    f"GET /{TELLTALE}/x HTTP/1.1\nHost: h\n\n",
    f"{TELLTALE} / HTTP/1.1\nHost: h\n\n",
    f"GET {TELLTALE}\n\n",
    f"GET / HTTP/1.1\nHost: {TELLTALE}\nCookie: {TELLTALE}={TELLTALE}\n\n",
    f"PUT /_stcore/upload_file/{TELLTALE}/y HTTP/1.1\nHost: h\nContent-Length: 99999999\n\n",
    f"PUT /_stcore/upload_file/{TELLTALE}/y HTTP/1.1\nHost: h\nContent-Length: 3\n\nabc",
    f"GET /media/{TELLTALE} HTTP/1.1\nHost: h\nRange: {TELLTALE}\n\n",
    f"GET /_stcore/stream?{TELLTALE} HTTP/1.1\nHost: h\nOrigin: http://{TELLTALE}\n"
    "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n",
    f"GET /_stcore/stream?{TELLTALE} HTTP/1.1\nHost: h\nOrigin: http://h\n"
    f"User-Agent: {TELLTALE}\nConnection: Upgrade\nUpgrade: websocket\n"
    "Sec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n\n",
)


def send_hostile(site: Site) -> None:
    for text in HOSTILE:
        with socket.create_connection((HOST, site.port), timeout=30) as connection:
            connection.sendall(text.replace("\n", "\r\n").encode())
            with suppress(ConnectionError):
                connection.recv(64)


async def read_own_figures(site: Site) -> Seen:
    async with Visitor(site.address, f"{LINK}&{TELLTALE}=1", cookies(site.address)) as visitor:
        await visitor.open("your_data")
        large = telltale_file() + b"\n" * (LIMITS.file_bytes - len(telltale_file()) - 1024)
        # Over what Starlette and nginx would each put into a file, then one that is read.
        assert await visitor.send_file(large, f"{TELLTALE}.csv", 1) == 204
        assert await visitor.send_file(telltale_file(), f"{TELLTALE}.csv", 2) == 204
        return await visitor.show_file(f"{TELLTALE}.csv", 2)


def test_nothing_of_a_reader_is_on_the_disk_or_in_a_log(any_site: Site):
    """No server here can write a file as large as the upload: see ``small_files``."""
    found = asyncio.run(read_own_figures(any_site))
    send_hostile(any_site)
    assert any(TELLTALE in text for text in found.texts), "the page did not read the file"
    assert not found.exceptions
    logs = [path for path in any_site.folder.rglob("*") if path.is_file()]
    assert logs
    for log in logs:
        text = log.read_bytes().decode(errors="replace")
        assert TELLTALE not in text, log.name
        if log.suffix == ".log":
            # Our own ports are named; a reader's are not.
            ports = {int(port) for port in re.findall(rf"{HOST}:(\d+)", text)}
            assert ports <= {any_site.port + number for number in range(3)}, log.name
