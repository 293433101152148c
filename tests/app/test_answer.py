"""The home page: its verdict, its join date, one click to the full record."""

from __future__ import annotations

import pytest

from locales import LANGUAGES, Translator
from tests.helpers.page_texts import start_of, texts


def test_the_home_page_stands_on_the_articles_day(open_page):
    app = open_page(lang="en")
    assert app.selectbox(key="as_of").value == "2020-10-28"
    sentence = [text.value for text in app.markdown]
    assert "nothing more is due" in sentence[0]
    assert sentence[1].startswith("**Seen from 28 October 2020: probably ")
    assert sentence[2].startswith("**How sure:** an 80% chance of ")
    assert "below its own level in September 2019" in sentence[3]
    assert any("What came: 25 more shares" in text for text in sentence)
    assert any("From all" in text for text in sentence)


def test_the_join_date_of_the_home_page_lives_in_the_address(open_page):
    app = open_page(lang="en", joined="2020-01-15")
    assert app.date_input(key="joined").value.isoformat() == "2020-01-15"
    assert "15 January 2020" in app.markdown[0].value
    app.date_input(key="joined").set_value("2021-03-01").run()
    assert "1 March 2021" in app.markdown[0].value


def test_a_join_date_outside_the_plans_life_is_explained(open_page):
    app = open_page(lang="en", joined="2015-01-15")
    (error,) = app.error
    assert "found 15 January 2015, legal: 16 October 2018 (the plan began) to 28" in error.value
    app.date_input(key="joined").set_value("2020-01-15").run()
    assert not app.error


def test_the_full_record_is_one_click_away_and_back(open_page):
    app = open_page(lang="en")
    app.button(key="page_asof.show_full_record").click().run()
    assert app.selectbox(key="as_of").value == "2021-12-14"
    assert any("Nothing came" in text.value for text in app.markdown)
    app.button(key="page_asof.back_to_article_day").click().run()
    assert app.selectbox(key="as_of").value == "2020-10-28"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_says_what_carried_the_share_once_the_record_is_whole(open_page, language):
    tr = Translator(language)
    wanted = start_of("aid.rise", tr)
    app = open_page(lang=language)
    assert wanted not in texts(app)
    app.button(key="page_asof.show_full_record").click().run()
    assert wanted in texts(app)
