"""A hostile address, an old link, a frame, a file: none of it becomes an element."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from benchmarks.server import HOST
from forecasting.assumptions.links import SNAPSHOT_KEYS
from tests.browser.conftest import Visit, when_idle
from tests.helpers.observation_rows import csv_of, figure
from ui.address.reading import AS_OF_KEY, KNOWN_KEYS, LANGUAGE_KEY
from ui.registry import PAGES

MARK = "x_hostile"
HOSTILE = (
    f'<img src={MARK} onerror="alert(1)">',
    f"`<script>alert(1)</script>` ![{MARK}](/{MARK})",
    f"[{MARK}](https://{MARK}.example) https://{MARK}.example",
    f"$$\\href{{javascript:alert(1)}}{{{MARK}}}$$ :red[{MARK}] **{MARK}**",
)
# Elements that exist only where some of the above was taken for Markdown or HTML; a link of ours
# to the whole page carries it after its question mark.
CREATED = f"""
() => [...document.querySelectorAll(
  "[src*='{MARK}'], [href*='{MARK}'], .katex, [data-testid=stMarkdown] script"
)].filter((element) => !(element.host === location.host && !element.pathname.includes("{MARK}")))
  .map((element) => element.outerHTML.slice(0, 200)).concat(
  [...document.querySelectorAll("strong, em, span[style]")]
    .filter((element) => element.textContent === "{MARK}")
    .map((element) => element.outerHTML.slice(0, 200)))
"""
NOT_FOUND = "Failed to load resource: the server responded with a status of 404"
PAGE_READY = "[data-test-script-state=notRunning]"


def watched(page: Page) -> list[str]:
    """Dialogs, errors and requests that the hostile text caused, from now on.

    What Streamlit itself looks for in vain below a page's own path is no error of the page.
    """
    found: list[str] = []

    def asked(request) -> None:
        parts = urlsplit(request.url)
        is_fetched = parts.scheme.startswith("http")
        if is_fetched and (MARK in parts.path or parts.hostname != HOST):
            found.append(f"request: {request.url}")

    def sentence(message) -> None:
        if message.type == "error" and not message.text.startswith(NOT_FOUND):
            found.append(f"console: {message.text}")

    def dismissed(dialog) -> None:
        found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", dismissed)
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    page.on("console", sentence)
    page.on("request", asked)
    return found


# Each page takes the four in another order, so that together the pages put each into many keys.
@pytest.mark.parametrize("number", range(0, len(PAGES), 2), ids=[spec.key for spec in PAGES[::2]])
def test_nothing_in_an_address_becomes_an_element(server: str, visit: Visit, number: int):
    keys = sorted(KNOWN_KEYS - {LANGUAGE_KEY, *SNAPSHOT_KEYS})
    asked = {key: HOSTILE[(number + at) % len(HOSTILE)] for at, key in enumerate(keys)}
    asked |= {LANGUAGE_KEY: "en", **dict.fromkeys(HOSTILE, "1")}
    address = f"{server}/{PAGES[number].address}?{urlencode(asked)}"
    page = visit("about:blank")
    found = watched(page)
    page.goto(address)
    expect(page.locator(PAGE_READY)).to_have_count(1)
    expect(page.get_by_test_id("stMain")).to_contain_text(MARK)
    assert page.evaluate(CREATED) == []
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert found == []


@pytest.mark.parametrize("hostile", HOSTILE, ids=["element", "script", "link", "directive"])
def test_nothing_of_an_old_link_or_a_frame_becomes_an_element(
    server: str, visit: Visit, hostile: str
):
    built = dict.fromkeys(SNAPSHOT_KEYS, hostile) | {AS_OF_KEY: "2020-10-28", "delay_days": "150"}
    for more in ({}, {"embed": "true", "chart": hostile}):
        page = visit("about:blank")
        found = watched(page)
        page.goto(f"{server}/scenarios?{urlencode({'lang': 'en', **built, **more})}")
        expect(page.locator(PAGE_READY)).to_have_count(1)
        expect(page.get_by_test_id("stMain")).to_contain_text(MARK)
        assert page.evaluate(CREATED) == []
        assert found == []


def test_a_path_cannot_put_a_link_into_a_frame(server: str, visit: Visit):
    page = visit(f"{server}/growth)[{MARK}](mailto:{MARK}@example.org?embed=true&lang=en")
    expect(page.locator("a[href*='lang=en']").first).to_be_visible()
    links = page.locator("a[href]").evaluate_all("all => all.map((a) => a.protocol + a.hostname)")
    assert set(links) == {f"http:{HOST}"}


@pytest.mark.parametrize("hostile", HOSTILE[:2], ids=["element", "script"])
def test_nothing_in_a_file_becomes_an_element(
    server: str, visit: Visit, tmp_path: Path, hostile: str
):
    rows = [figure(plan=hostile), figure("2020-11-14", plan=hostile, unit=hostile, note=hostile)]
    path = tmp_path / "mine.csv"
    page = when_idle(visit(f"{server}/your_data?lang=en"))
    found = watched(page)
    for content in (csv_of(rows), csv_of(rows[:1])):
        path.write_bytes(content)
        page.locator("input[type=file]").set_input_files(path)
        expect(page.get_by_test_id("stAlert").first).to_be_visible()
        expect(page.locator(PAGE_READY)).to_have_count(1)
        assert page.evaluate(CREATED) == []
    assert found == []
