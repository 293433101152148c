"""What axe finds on each page, and what a phone shows before anything is scrolled."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize

from locales import Translator
from tests.browser.conftest import Visit, settled
from ui.registry import PAGES

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


# Both variants of every page would take half as long again: the dark one takes every other page.
VARIANTS = [
    *((spec, "en", "light") for spec in PAGES),
    *((spec, "zh", "dark") for spec in PAGES[::2]),
]


@pytest.mark.parametrize(("spec", "language", "theme"), VARIANTS)
def test_nothing_grave_for_axe_and_the_numbers_on_a_phones_first_screen(
    server: str, visit: Visit, spec, language, theme
):
    locale = "zh-CN" if language == "zh" else "en-GB"
    address = f"{server}/{spec.address}?lang={language}"
    page = settled(visit(address, theme=theme, locale=locale))
    assert grave_faults(page) == []
    page.set_viewport_size(PHONE)
    title = page.get_by_role("heading", level=1)
    assert title.inner_text() == Translator(language).t(f"page.{spec.key}.title")
    page.wait_for_function(NUMBERS_ABOVE, arg=PHONE["height"], timeout=FIRST_SCREEN_MS)
