"""Every page answers its question first, in both languages, and says what it cannot answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from charts import answer as fan
from charts.style.frame import Chart, build_chart
from locales import LANGUAGE_NAMES, LANGUAGES, Translator
from sentences import track_record as track
from tests.app.conftest import PATIENCE, ROOT
from ui.blocks import drawing
from ui.export import files as exports
from ui.registry import PAGES, PAGES_FOLDER
from ui.server.scores import backtest_for
from ui.view import View

KEYS = [spec.key for spec in PAGES]
DAYS = ("2019-01-28", "2021-12-14")


def captions(app) -> str:
    return "\n".join(caption.value for caption in app.caption)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_question_sentence_numbers_chart_in_that_order(open_page, key, language):
    app, tr = open_page(key, lang=language), Translator(language)
    assert [title.value for title in app.title] == [tr.t(f"page.{key}.title")]
    assert "**" in app.markdown[0].value
    assert 2 <= len(app.metric) <= 3
    order = [element.type for element in app.main if hasattr(element, "type")]
    firsts = [order.index(kind) for kind in ("title", "markdown", "metric", "plotly_chart")]
    assert firsts == sorted(firsts)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", KEYS)
def test_the_top_line_says_closed_and_which_day(open_page, key, language):
    tr = Translator(language)
    first = open_page(key, lang=language).caption[0].value
    for part in ("2022", "2020"):
        assert part in first
    assert first.startswith(tr.t("frame.top_line", day="").split("2022")[0])


@pytest.mark.parametrize("key", KEYS)
def test_the_full_record_works_on_every_page(open_page, key):
    app = open_page(key, lang="en", as_of="2021-12-14")
    assert "14 December 2021" in app.caption[0].value


def test_the_home_page_stands_on_the_articles_day(open_page):
    app = open_page(lang="en")
    assert app.selectbox(key="as_of").value == "2020-10-28"
    sentence = [text.value for text in app.markdown]
    assert "nothing more is due" in sentence[0]
    assert sentence[1].startswith("**Probably")
    assert "28 October 2020" in sentence[1]
    assert "below its own level in September 2019" in sentence[2]
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
    assert "`joined` = `2015-01-15`" in captions(app)


def test_the_full_record_is_one_click_away_and_back(open_page):
    app = open_page(lang="en")
    app.button(key="page_asof.show_full_record").click().run()
    assert app.selectbox(key="as_of").value == "2021-12-14"
    assert any("Nothing came" in text.value for text in app.markdown)
    app.button(key="page_asof.back_to_article_day").click().run()
    assert app.selectbox(key="as_of").value == "2020-10-28"


def test_the_day_stays_when_the_page_changes(open_page):
    app = open_page(lang="en", as_of="2020-08-28")
    app.switch_page("pages/selection_lag.py").run()
    assert app.selectbox(key="as_of").value == "2020-08-28"


@pytest.mark.parametrize("key", KEYS)
def test_the_language_switch_keeps_the_page_and_the_day(open_page, key):
    app = open_page(key, lang="zh", as_of="2020-12-28")
    switch = app.button(key="switch_language")
    assert switch.label == LANGUAGE_NAMES["en"]
    switch.click().run()
    assert app.title[0].value == Translator("en").t(f"page.{key}.title")
    assert app.selectbox(key="as_of").value == "2020-12-28"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", ["answer", "growth", "selection_lag", "steady_state"])
def test_too_little_data_is_a_stated_refusal(open_page, key, language):
    app, tr = open_page(key, lang=language, as_of="2019-01-28"), Translator(language)
    assert app.title[0].value == tr.t(f"page.{key}.title")
    (refusal,) = app.warning
    assert tr.t("state.refused_title") in refusal.value
    assert {"zh": "至少需要", "en": "needed"}[language] in refusal.value
    assert not app.metric


def test_history_shows_the_record_where_the_model_refuses(open_page):
    app = open_page("history", lang="en", as_of="2019-01-28")
    assert not app.warning
    assert "No reconstruction" in captions(app)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ({"as_of": "2020-11-03"}, "not a settlement day"),
        ({"as_of": "yesterday"}, "not a date"),
        ({"as_of": "2031-01-14"}, "outside the record"),
        ({"colour": "red"}, "does not know"),
        ({"lang": "fr"}, "zh and en"),
    ],
)
def test_what_the_address_gets_wrong_is_named(open_page, address, sentence):
    app = open_page(**{"lang": "en", **address})
    (name, value) = next(iter(address.items()))
    notice = next(caption.value for caption in app.caption if sentence in caption.value)
    assert f"`{name}`" in notice
    assert f"`{value}`" in notice


def test_a_notice_goes_once_the_reader_has_chosen(open_page):
    app = open_page(lang="en", as_of="yesterday")
    app.run()
    assert "not a date" in captions(app)
    app.selectbox(key="as_of").select("2020-12-14").run()
    assert "not a date" not in captions(app)


def test_nothing_in_the_address_becomes_markup(open_page):
    app = open_page(lang="en", colour="[a](http://evil.example) **b** `c`")
    assert "`[a](http://evil.example) **b** 'c'`" in captions(app)


def test_the_article_is_reproduced_until_an_input_changes(open_page):
    app = open_page("steady_state", lang="en")
    assert app.metric[1].value == "5.023 RMB"
    assert "5.025" in app.metric[1].delta
    app.number_input(key="fee").set_value(0.1).run()
    assert app.metric[1].label == Translator("en").t("steady.metric_yours")
    assert app.metric[1].value == "5.116 RMB"
    app.button(key="reset_inputs").click().run()
    assert app.metric[1].value == "5.023 RMB"


def test_inputs_come_from_the_address(open_page):
    app = open_page("steady_state", lang="en", deduction="0", fee="7")
    assert app.number_input(key="deduction").value == 0.0
    assert app.number_input(key="fee").value == 0.08
    assert "`fee` = `7`" in captions(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_another_age_takes_the_table_that_has_it_and_says_so(open_page, language):
    app, tr = open_page("steady_state", lang=language), Translator(language)
    app.number_input(key="age").set_value(34.4).run()
    assert not app.error
    assert app.selectbox(key="table").value == "28_severe_2020_definition"
    assert tr.t("table.28_severe_2020_definition") in captions(app)
    assert app.metric[1].value == tr.rmb(6.698, 3)
    app.button(key="reset_inputs").click().run()
    assert app.metric[1].value == tr.rmb(5.023, 3)


def test_an_age_in_the_address_takes_its_table_along(open_page):
    app = open_page("steady_state", lang="en", age="34.4")
    assert not app.error
    assert app.metric[1].value == "6.698 RMB"


def test_the_draft_asked_for_at_another_age_is_refused_with_the_tables_that_have_it(open_page):
    app = open_page("steady_state", lang="en", age="34.4", table="28_severe_draft_2020")
    (error,) = app.error
    assert "could not be used" in error.value
    assert Translator("en").t("table.28_severe_2020_definition") in error.value
    assert len(app.metric) == 2


def test_what_the_refit_says_is_one_toggle_away(open_page):
    app = open_page("steady_state", lang="en")
    before = len(app.dataframe)
    app.toggle(key="refit").set_value(True).run()
    assert not app.exception
    assert len(app.dataframe) == before + 1
    assert "moves the steady state most" in "".join(text.value for text in app.markdown)


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


def test_events_stay_on_when_the_page_changes(open_page):
    app = open_page("history", lang="zh", events="true")
    assert app.toggle(key="events").value
    app.switch_page("pages/growth.py").run()
    assert app.toggle(key="events").value


@pytest.mark.parametrize("key", KEYS)
def test_a_page_entered_directly_runs_the_frame(key):
    """The first visitor to a deep link after a restart is served the page's script alone."""
    app = AppTest.from_file(str(PAGES_FOLDER / f"{key}.py"), default_timeout=PATIENCE).run()
    assert not app.exception
    assert len(app.title) == 1
    assert app.selectbox(key="as_of").value == "2020-10-28"


def test_where_the_drawing_script_cannot_be_placed_the_page_says_so(open_page, monkeypatch):
    monkeypatch.setattr(exports, "place_plotly", lambda: False)
    exports.images_available.clear()
    try:
        app = open_page(lang="en")
    finally:
        exports.images_available.clear()
    assert Translator("en").t("export.no_script") in captions(app)


def test_a_click_before_the_address_was_read_loses_nothing_of_it():
    """The browser drops what it has seen no control of; what the first run was asked is kept."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    app.session_state["_arrival"] = {"as_of": "2020-08-28", "events": "true", "delay_days": "300"}
    app.run()
    assert not app.exception
    assert app.selectbox(key="as_of").value == "2020-08-28"
    assert app.toggle(key="events").value
    assert app.query_params["as_of"] == "2020-08-28"
    assert app.query_params["delay_days"] == "300"
    app.query_params.clear()
    app.run()
    assert app.selectbox(key="as_of").value == "2020-08-28"
    assert "delay_days" not in app.query_params


def test_a_table_is_drawn_once_it_is_opened(open_page):
    app = open_page("answer", lang="en")
    assert len(app.dataframe) == 0
    app.session_state["table_share-forecast"] = True
    app.run()
    assert "Disclosed (RMB)" in app.dataframe[0].value


def test_a_chart_is_drawn_once_for_all_readers_of_a_day_and_language(open_page, monkeypatch):
    built: list[str] = []

    def counted(*parts: Any, **more: Any) -> Chart:
        chart = build_chart(*parts, **more)
        built.append(f"{chart.title} {chart.as_of}")
        return chart

    drawing._chart.clear()
    monkeypatch.setattr(fan, "build_chart", counted)
    asked = [("en", "2021-03-14"), ("zh", "2021-03-14"), ("en", "2021-03-28")]
    for language, day in asked * 2:
        app = open_page(lang=language, as_of=day)
        assert len(app.get("plotly_chart")) == 1
    assert len(built) == len(set(built)) == len(asked)
