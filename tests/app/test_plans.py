"""Every section of the plans page in both languages, early days included; the events layer."""

from __future__ import annotations

import pytest

from locales import LANGUAGES, Translator
from tests.helpers.page_texts import captions
from ui.pages.plans import SECTIONS

HEADINGS = {
    "rules": "plans.yearly_heading",
    "pooling": "pooling.heading",
    "fee": "fee.heading",
    "decline": "decline.heading",
    "profile": "profile.heading",
}
CHARTS = {"rules": 1, "pooling": 1, "fee": 1, "decline": 2, "profile": 3}


def charts(app) -> int:
    return sum(element.type == "plotly_chart" for element in app.main)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_states_what_it_shows_and_draws_it(open_page, section, language):
    app = open_page("plans", lang=language, section=section)
    assert app.header[0].value == Translator(language).t(HEADINGS[section])
    assert len(app.header) <= 2
    assert charts(app) == 1 + CHARTS[section]
    found = "\n".join(text.value for text in app.markdown[2:])
    assert "**" in found
    assert any(char.isdigit() for char in found)
    assert not app.warning


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", ["pooling", "fee"])
def test_a_section_that_needs_more_than_is_known_says_so(open_page, section, language):
    app, tr = (
        open_page("plans", lang=language, section=section, as_of="2019-01-28"),
        Translator(language),
    )
    (refusal,) = app.warning
    assert tr.t("state.refused_title") in refusal.value
    assert len(app.metric) == 3


@pytest.mark.parametrize("section", ["rules", "decline", "profile"])
def test_the_whole_record_is_shown_on_the_first_day_too(open_page, section):
    early, late = (
        open_page("plans", lang="en", section=section, as_of=day)
        for day in ("2019-01-28", "2021-12-14")
    )
    assert [text.value for text in early.markdown] == [text.value for text in late.markdown]


def test_the_choice_of_a_section_survives_a_change_of_language(open_page):
    app = open_page("plans", lang="en", section="fee")
    app.button(key="switch_language").click().run()
    assert app.header[0].value == Translator("zh").t("fee.heading")


def test_a_section_that_is_none_is_named(open_page):
    app = open_page("plans", lang="en", section="gossip")
    assert "`section` = `gossip`" in captions(app)
    assert app.header[0].value == Translator("en").t("plans.yearly_heading")


@pytest.mark.parametrize("key", ["answer", "growth", "history", "selection_lag", "track_record"])
def test_one_switch_puts_the_events_on_every_page(open_page, key):
    label = Translator("en").t("timeline.list", count=0).split("0")[0]
    app = open_page(key, lang="en")
    listed = [block for block in app.expander if block.label.startswith(label)]
    # The chart of aid has those that explain its steps, switch or no switch.
    assert len(listed) == (key == "history")
    app.toggle(key="events").set_value(True).run()
    assert not app.exception
    assert sum(block.label.startswith(label) for block in app.expander) > len(listed)


def test_a_switch_the_address_gets_wrong_is_named(open_page):
    app = open_page(lang="en", events="perhaps")
    assert "`events` = `perhaps`" in captions(app)
    assert not app.toggle(key="events").value
