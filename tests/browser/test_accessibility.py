"""What axe finds on each page, and what a phone shows before anything is scrolled."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from locales import LANGUAGES, Translator
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


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_axe_finds_nothing_grave_in_english_light(server: str, visit: Visit, spec):
    page = settled(visit(f"{server}/{spec.address}?lang=en"))
    assert grave_faults(page) == []


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_axe_finds_nothing_grave_in_chinese_dark(server: str, visit: Visit, spec):
    page = settled(visit(f"{server}/{spec.address}?lang=zh", theme="dark", locale="zh-CN"))
    assert grave_faults(page) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_a_phones_first_screen_holds_sentence_and_numbers(
    server: str, visit: Visit, spec, language
):
    page = settled(visit(f"{server}/{spec.address}?lang={language}", **PHONE))
    assert page.get_by_role("heading", level=1).inner_text() == Translator(language).t(
        f"page.{spec.key}.title"
    )
    main = page.get_by_test_id("stMain")
    expect(main.get_by_test_id("stMetric").first).to_be_visible()
    sentence = main.locator("[data-testid=stMarkdown] strong").first
    bottoms = {}
    for name, elements in {
        "sentence": [sentence],
        "number": main.get_by_test_id("stMetric").all(),
    }.items():
        boxes = [box for element in elements if (box := element.bounding_box()) is not None]
        bottoms[name] = max(round(box["y"] + box["height"]) for box in boxes)
    assert {name: y for name, y in bottoms.items() if y > PHONE["height"]} == {}
