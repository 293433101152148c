"""A real server and a real Chromium. Nothing outside this machine may be asked for anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocket, expect, sync_playwright

from benchmarks.chromium import FLAGS
from benchmarks.server import HOST, serve

WAIT_MS = 150_000
Visit = Callable[..., Page]

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def server(release: None) -> Iterator[str]:
    """One warm server for the module."""
    with serve() as served:
        yield served.address


@pytest.fixture
def fresh_server(release: None) -> Iterator[str]:
    """A server that nobody has visited yet."""
    with serve() as served:
        yield served.address


# Not longer: while it is open, its event loop runs and nothing else may start one here.
@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for a file of journeys."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Open an address in a window of its own; what is asked of elsewhere is cut off and fails."""
    contexts, elsewhere = [], []

    def is_elsewhere(url: str) -> bool:
        parts = urlsplit(url)
        return parts.scheme not in {"about", "data", "blob", "file"} and parts.hostname != HOST

    def cut_off(route: Route) -> None:
        elsewhere.append(route.request.url)
        route.abort()

    def opens_a_socket(socket: WebSocket) -> None:
        if is_elsewhere(socket.url):
            elsewhere.append(socket.url)

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
        context.route(is_elsewhere, cut_off)
        page = context.new_page()
        page.on("websocket", opens_a_socket)
        page.set_default_timeout(WAIT_MS)
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert elsewhere == []


def when_idle(page: Page) -> Page:
    """Wait until the script has run and the first chart is drawn."""
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    return page
