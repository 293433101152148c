"""A real server and a real Chromium. Nothing outside this machine may be asked for anything."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"
START_SECONDS = 60
ASK_AGAIN_SECONDS = 0.05
WAIT_MS = 150_000
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-first-run",
]
Visit = Callable[..., Page]

expect.set_options(timeout=WAIT_MS)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_healthy(address: str) -> bool:
    """Whether the server says so itself; any other path answers with the app's page."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
            return answer.read() == b"ok"
    except OSError:
        return False


@contextmanager
def serve(port: int | None = None) -> Iterator[str]:
    """The dashboard on a port of its own, started as it is in production."""
    port = port or free_port()
    address = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    options = [f"--server.port={port}", f"--server.address={HOST}", "--server.headless=true"]
    process = subprocess.Popen(
        [*command, *options],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_healthy(address):
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=ASK_AGAIN_SECONDS)
                pytest.fail(f"the server stopped before it answered on {address}")
            if time.monotonic() > deadline:
                pytest.fail(f"the server did not answer on {address}")
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=START_SECONDS)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """One warm server for the module."""
    with serve() as address:
        yield address


@pytest.fixture
def fresh_server() -> Iterator[str]:
    """A server that nobody has visited yet."""
    with serve() as address:
        yield address


# Not longer: while it is open, its event loop runs and nothing else may start one here.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for a file of journeys."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open an address in a window of its own; every request to elsewhere is blocked and fails."""
    contexts, elsewhere = [], []

    def watch(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "file"} and parts.hostname != HOST:
            elsewhere.append(request.url)

    def opened(
        address: str,
        width: int = 1280,
        height: int = 900,
        theme: str = "light",
        locale: str = "en-GB",
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            locale=locale,
            accept_downloads=True,
        )
        contexts.append(context)
        context.on("request", watch)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []


def settled(page: Page) -> Page:
    """Wait until the script has run and the first chart is drawn."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    return page
