"""The track record: always the full record, its origins and its scores."""

from __future__ import annotations

from datetime import date

import pytest

from locales import LANGUAGES, Translator
from sentences import track_record as track
from tests.helpers.page_texts import captions, texts
from ui.server.scores import backtest_for
from ui.view import View

DAYS = ("2019-01-28", "2021-12-14")


def test_the_track_record_uses_the_full_record_on_every_day(open_page):
    early, late = (open_page("track_record", lang="en", as_of=day) for day in DAYS)
    assert [item.value for item in early.metric] == [item.value for item in late.metric]
    assert "whatever the as-of date" in captions(early)


def test_once_the_scores_are_made_home_and_method_say_how_many_held_over_all_days(open_page):
    view = View(Translator("en"), date(2020, 10, 28))
    days = len(track.origins(backtest_for(view)))
    told = {
        "answer": f"From all {days} days tested",
        "data_and_method": f"Over all {days} past days",
    }
    for key, words in told.items():
        assert any(words in text.value for text in open_page(key, lang="en").markdown)


def test_the_origin_is_stepped_and_comes_from_the_address(open_page):
    app = open_page("track_record", lang="en", origin="2020-05-28")
    stepper = app.select_slider(key="origin")
    assert stepper.value == "2020-05-28"
    stepper.set_value("2021-06-14").run()
    assert not app.exception
    assert app.select_slider(key="origin").value == "2021-06-14"


def test_an_origin_that_is_none_is_named(open_page):
    app = open_page("track_record", lang="en", origin="2020-05-29")
    assert "`origin` = `2020-05-29`" in captions(app)
    assert app.select_slider(key="origin").value == "2020-10-28"


@pytest.mark.parametrize("key", ["track_record", "steady_state"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_article_is_judged_where_it_is_discussed(open_page, key, language):
    app = open_page(key, lang=language)
    assert any("25" in text.value and "5.025" in text.value for text in app.markdown)
    assert "7.56" in texts(app)
