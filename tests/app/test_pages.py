"""Every page answers its question first, in both languages, and says what it cannot answer."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from charts import answer as fan
from charts.style.chart import Chart
from charts.style.frame import build_chart
from locales import LANGUAGE_NAMES, LANGUAGES, Translator
from tests.app.conftest import PATIENCE, ROOT
from tests.helpers.page_texts import captions
from ui.blocks import drawing
from ui.export import files as exports
from ui.guard.middleware import Guard
from ui.registry import PAGES, PAGES_FOLDER

KEYS = [spec.key for spec in PAGES]


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
    assert first.startswith(
        tr.t("frame.top_line", day=tr.date(date(2020, 10, 28))).split("2022")[0]
    )


@pytest.mark.parametrize("key", KEYS)
def test_the_full_record_works_on_every_page(open_page, key):
    app = open_page(key, lang="en", as_of="2021-12-14")
    assert "14 December 2021" in app.caption[0].value


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_that_no_guard_stands_before_is_refused_to_others(open_page, monkeypatch, language):
    tr, elsewhere = Translator(language), {"Host": "example.org"}
    monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", elsewhere)
    monkeypatch.setattr(Guard, "stands", False)
    app = open_page("answer", lang=language)
    assert [error.value for error in app.error] == [tr.t("frame.unguarded")]
    assert not app.markdown
    assert not app.get("plotly_chart")
    monkeypatch.setattr(Guard, "stands", True)
    assert not open_page("answer", lang=language).error
