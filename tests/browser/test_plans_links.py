"""A section of the plans page and the events layer come from the address and go back into it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest
from playwright.sync_api import expect

from benchmarks.server import ROOT
from locales import LANGUAGES, Translator
from tests.browser.conftest import Visit, when_idle

EN = Translator("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_opens_its_section_and_a_choice_changes_the_link(server, visit: Visit, language):
    tr = Translator(language)
    page = when_idle(visit(f"{server}/plans?lang={language}&section=fee"))
    expect(page.get_by_role("heading", level=2)).to_have_text(tr.t("fee.heading"))
    page.get_by_role("radio", name=tr.t("plans_section.decline")).click()
    expect(page.get_by_role("heading", level=2)).to_have_text(tr.t("decline.heading"))
    assert parse_qs(urlsplit(page.url).query)["section"] == ["decline"]


def test_the_events_switch_of_a_link_numbers_the_chart_and_stays_on_the_next_page(
    server, visit: Visit
):
    events = pd.read_csv(ROOT / "data" / "events.csv")
    ours = events["plan"].isin(["xianghubao", "industry"])
    count = int((ours & events["date"].between("2019-01-01", "2020-10-28")).sum())
    listed = EN.t("timeline.list", count=count)
    page = when_idle(visit(f"{server}/?lang=en&events=true"))
    expect(page.get_by_test_id("stExpander").first).to_contain_text(listed)
    page.get_by_role("link", name=EN.t("page.history.menu")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EN.t("page.history.title"))
    when_idle(page)
    expect(page.get_by_test_id("stExpander").first).to_contain_text(listed)
