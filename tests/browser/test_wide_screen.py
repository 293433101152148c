"""A wide screen: its whole width is used, nothing moves sideways, lines stay readable."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.conftest import when_idle
from ui.registry import PAGES, PageSpec

WIDE: ViewportSize = {"width": 1920, "height": 1080}
LEAST_USED = 0.9
# Of the main block: a chart may share its row with controls.
LEAST_CHART = 0.5
# 62 rem, what style.css allows a line of text.
WIDEST_TEXT = 62 * 16
MEASURED = """
() => {
  const main = document.querySelector("[data-testid=stMain]");
  const block = document.querySelector("[data-testid=stMainBlockContainer]");
  const bar = document.querySelector("[data-testid=stSidebar]").getBoundingClientRect();
  const widths = selector =>
    [...main.querySelectorAll(selector)].map(one => one.getBoundingClientRect().width);
  return {
    beside: innerWidth - bar.right,
    block: block.getBoundingClientRect().width,
    overflow: Math.max(
      main.scrollWidth - main.clientWidth,
      document.documentElement.scrollWidth - innerWidth,
    ),
    charts: widths(".js-plotly-plot"),
    texts: widths("[data-testid=stMarkdownContainer] > p"),
  };
}
"""


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[Page]:
    """One wide window for all pages."""
    context = browser.new_context(viewport=WIDE)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_a_wide_screen_is_used(spec: PageSpec, window: Page, server: str) -> None:
    window.goto(f"{server}/{spec.address}?lang=zh")
    measured = when_idle(window).evaluate(MEASURED)
    assert measured["overflow"] <= 0
    assert measured["block"] >= LEAST_USED * measured["beside"]
    assert max(measured["texts"]) <= WIDEST_TEXT + 1
    assert max(measured["charts"]) >= LEAST_CHART * measured["block"]
