"""Every page as its first visitor finds it, in both languages and themes.

Menu and headings, no chart text cut, nothing grave for axe, the numbers on a phone's first screen,
a wide screen used; that nothing is asked of anybody else holds in every journey.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, ViewportSize, expect

from locales import Translator, best_language
from tests.browser.conftest import WAIT_MS, Visit, when_idle
from ui.registry import GROUPS, PAGES, PageSpec

DESKTOP: ViewportSize = {"width": 1280, "height": 900}
WIDE: ViewportSize = {"width": 1920, "height": 1080}
PHONE: ViewportSize = {"width": 390, "height": 844}
GRAVE = {"serious", "critical"}
# Faults of Streamlit's own elements: rule and the selector around them, and why they stand.
MENU = "[data-testid=stSidebarNavItems]"
NOT_OURS: dict[tuple[str, str], str] = {
    ("list", MENU): "st.navigation wraps each group of its list in a div",
    ("listitem", MENU): "so the entries are no direct children of that list",
}
NUMBERS_ABOVE = """
height => {
  const main = document.querySelector("[data-testid=stMain]");
  const shown = [
    main.querySelector("[data-testid=stMarkdown] strong"),
    ...main.querySelectorAll("[data-testid=stMetric]"),
  ];
  const bottoms = shown.map(element => element.getBoundingClientRect().bottom);
  return innerWidth < 400 && bottoms.length > 2 && Math.max(...bottoms) <= height;
}
"""
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
    texts: widths("[data-testid=stMarkdownContainer] > p"),
  };
}
"""
# The menu comes back in a movement, and charts follow it.
WIDE_DRAWN = """
least => {
  const main = document.querySelector("[data-testid=stMain]");
  const block = document.querySelector("[data-testid=stMainBlockContainer]");
  return main.scrollWidth <= main.clientWidth
    && document.documentElement.scrollWidth <= innerWidth
    && [...document.querySelectorAll(".js-plotly-plot .main-svg")].some(
      one => one.getBoundingClientRect().width >= least * block.getBoundingClientRect().width
    );
}
"""
FIRST_SCREEN_MS = 15_000
WITHIN = "(element, around) => element.closest(around) !== null"


def grave_faults(page: Page) -> list[str]:
    """Rule and place of each serious or critical violation that is not excused above."""
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{violation['id']} at {place}: {node['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
        for place in node["target"]
        if not any(
            rule == violation["id"] and page.locator(place).evaluate(WITHIN, around)
            for rule, around in NOT_OURS
        )
    ]


# The language of the browser, and a theme with it.
READERS = (("zh", "zh-CN", "dark"), ("en", "en-GB", "light"))
TEXT_OUTSIDE_ITS_FIGURE = """
() => [...document.querySelectorAll(".js-plotly-plot")].flatMap((plot) => {
  const frame = plot.querySelector(".main-svg").getBoundingClientRect();
  return [...plot.querySelectorAll("text")]
    .filter((text) => text.textContent.trim() && !text.closest(".hoverlayer"))
    .filter((text) => {
      const box = text.getBoundingClientRect();
      return box.width > 0 && (box.left < frame.left - 1 || box.right > frame.right + 1 ||
                               box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
    })
    .map((text) => text.textContent);
})
"""


def text_outside_its_figure(page: Page, narrower_than: int) -> list[str]:
    """Chart texts cut off once every chart is drawn at the window's width; empty where none is."""
    drawn_whole = (
        "(widest) => [...document.querySelectorAll('.js-plotly-plot .main-svg')]"
        ".every((svg) => svg.getBoundingClientRect().width < widest)"
        f" && ({TEXT_OUTSIDE_ITS_FIGURE})().length === 0"
    )
    try:
        page.wait_for_function(drawn_whole, arg=narrower_than, timeout=WAIT_MS)
    except Error:
        return list(page.evaluate(TEXT_OUTSIDE_ITS_FIGURE))
    return []


@pytest.mark.parametrize("number", range(len(PAGES)), ids=[spec.key for spec in PAGES])
def test_a_page_is_whole_for_the_first_visitor_and_the_next(server: str, visit: Visit, number: int):
    """The first visitor in one language, page by page in turn, the second in the other."""
    spec = PAGES[number]
    for language, locale, theme in READERS if number % 2 else reversed(READERS):
        assert best_language(locale) == language
        page = when_idle(visit(f"{server}/{spec.address}", theme=theme, locale=locale))
        assert_menu_and_headings(page, spec, Translator(language))
        assert sources_elsewhere(page, server) == set()
        expect(page.get_by_test_id("stMain")).not_to_contain_text("**")
        assert text_outside_its_figure(page, DESKTOP["width"]) == []
        assert grave_faults(page) == []
        page.set_viewport_size(PHONE)
        page.wait_for_function(NUMBERS_ABOVE, arg=PHONE["height"], timeout=FIRST_SCREEN_MS)
        assert text_outside_its_figure(page, PHONE["width"]) == []
    page.set_viewport_size(WIDE)
    page.wait_for_function(WIDE_DRAWN, arg=LEAST_CHART, timeout=WAIT_MS)
    measured = page.evaluate(MEASURED)
    assert measured["block"] >= LEAST_USED * measured["beside"]
    assert max(measured["texts"]) <= WIDEST_TEXT + 1


def assert_menu_and_headings(page: Page, spec: PageSpec, tr: Translator) -> None:
    """The whole menu beside the page; one title, and no level of headings left out."""
    expect(page.get_by_role("heading", level=1)).to_have_text(tr.t(f"page.{spec.key}.title"))
    menu = page.get_by_test_id("stSidebarNav")
    for group in GROUPS:
        expect(menu).to_contain_text(tr.t(f"group.{group}"))
    expect(menu.get_by_role("link")).to_have_count(len(PAGES))
    headings = page.get_by_test_id("stMain").locator("h1, h2, h3")
    levels = headings.evaluate_all("all => all.map((h) => Number(h.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def sources_elsewhere(page: Page, server: str) -> set[str]:
    """Hosts that the page names for scripts, styles, images and frames beside its own."""
    sources = page.locator("script[src], link[href], img[src], iframe[src]").evaluate_all(
        "all => all.map((e) => e.src || e.href)"
    )
    return {urlsplit(source).netloc for source in sources} - {urlsplit(server).netloc, ""}
