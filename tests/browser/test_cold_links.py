"""The first visitor after a restart may come in anywhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from benchmarks.server import free_port, serve
from locales import LANGUAGES, Translator, best_language
from tests.browser.conftest import Visit, settled
from ui.registry import GROUPS, PAGES

BROWSERS = {"zh": "zh-CN", "en": "en-GB"}


@pytest.mark.parametrize("number", range(len(PAGES)), ids=[spec.key for spec in PAGES])
def test_a_deep_link_on_a_fresh_server_shows_menu_question_and_chart(
    fresh_server: str, visit: Visit, number
):
    """The first visitor in one language, page by page in turn, the second in the other."""
    spec = PAGES[number]
    for language in LANGUAGES if number % 2 else reversed(LANGUAGES):
        assert best_language(BROWSERS[language]) == language
        tr = Translator(language)
        page = settled(visit(f"{fresh_server}/{spec.address}", locale=BROWSERS[language]))
        expect(page.get_by_role("heading", level=1)).to_have_text(tr.t(f"page.{spec.key}.title"))
        menu = page.get_by_test_id("stSidebarNav")
        for group in GROUPS:
            expect(menu).to_contain_text(tr.t(f"group.{group}"))
        expect(menu.get_by_role("link")).to_have_count(len(PAGES))


def test_a_link_draws_the_same_after_a_restart(visit: Visit):
    port = free_port()
    with serve(port=port) as served:
        page = settled(visit(f"{served.address}/?lang=en&as_of=2020-08-28"))
        sentences = page.locator("[data-testid=stMarkdown] p").all_inner_texts()
    with serve(port=port) as served:
        page = settled(visit(f"{served.address}/?lang=en&as_of=2020-08-28"))
        assert page.locator("[data-testid=stMarkdown] p").all_inner_texts() == sentences
    assert "28 August 2020" in sentences[0]
