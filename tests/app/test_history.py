"""The history page: aid and payers between two days, sources, links to figures."""

from __future__ import annotations

from datetime import date

import pytest

from locales import LANGUAGES, Translator
from tests.helpers.page_texts import start_of, texts

FULL_RECORD = "2021-11-14"


@pytest.mark.parametrize("language", LANGUAGES)
def test_history_splits_the_share_between_two_days_of_the_address(open_page, language):
    tr = Translator(language)
    app = open_page(
        "history",
        lang=language,
        as_of=FULL_RECORD,
        split_from="2019-07-28",
        split_until="2019-09-28",
    )
    assert tr.t("aid.heading") in [header.value for header in app.header]
    assert tr.t("aid.split_exact") in texts(app)
    app.selectbox(key="split_until").select("2021-10-14").run()
    assert not app.exception
    assert tr.t("aid.split_range") in texts(app)


def test_the_later_day_always_lies_after_the_earlier(open_page):
    app = open_page("history", lang="en", as_of=FULL_RECORD)
    assert app.selectbox(key="split_from").value == "2020-10-28"
    assert app.selectbox(key="split_until").value == FULL_RECORD
    app.selectbox(key="split_until").select("2020-11-14").run()
    app.selectbox(key="split_from").select("2021-01-14").run()
    assert not app.exception
    assert app.selectbox(key="split_until").value == FULL_RECORD
    assert min(app.selectbox(key="split_until").options) == "2021-01-28"


def test_a_day_that_is_no_settlement_is_named(open_page):
    app = open_page("history", lang="en", split_from="2020-01-15")
    assert "`split_from` = `2020-01-15`" in texts(app)
    assert app.selectbox(key="split_from").value == "2019-10-28"


def test_before_any_members_and_shares_the_page_says_what_is_missing(open_page):
    app = open_page("history", lang="zh", as_of="2019-04-28")
    assert "当日无法推算互助金" in texts(app)
    assert "没有任何一期" in texts(app)


def test_tables_name_publishers_and_link_to_them(open_page):
    app = open_page("history", lang="en", as_of=FULL_RECORD)
    cited = [frame.value for frame in app.dataframe if "Source" in frame.value]
    assert len(cited) >= 3
    for frame in cited:
        assert "wang2020" not in set(frame["Source"])
        assert frame["Source link"].dropna().str.startswith("http").all()
    every = "\n".join(text for frame in cited for text in frame["Source"])
    assert "a private person's accounts" in every
    assert "the pages list sick persons" in every


def test_the_sources_of_a_chart_open_on_a_click(open_page):
    app = open_page("history", lang="en", as_of=FULL_RECORD)
    before = texts(app)
    assert "github.com/unAlpha/AgManim" not in before.split("Events")[0]
    app.session_state["sources_shares-disclosed"] = True
    app.run()
    opened = [text.value for text in app.markdown if text.value.startswith("- ")]
    listed = next(text for text in opened if "unAlpha/AgManim" in text)
    assert "](https://github.com/unAlpha/AgManim" in listed
    assert "address withheld" in listed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_figure_can_be_linked(open_page, language):
    tr = Translator(language)
    app = open_page("history", lang=language, figure="critical_illness.share.2020-10-28.wang2020")
    assert tr.date(date(2020, 10, 28)) in app.subheader[0].value
    assert "4.86" in texts(app)
    later = open_page("history", lang=language, figure="critical_illness.share.2021-06-14.deb2021")
    assert "double-entry-generator" in texts(later)
    assert "6.51" in texts(later)


def test_a_figure_nobody_knows_is_named(open_page):
    app = open_page("history", lang="en", figure="**none**")
    assert "`figure` = `**none**`" in texts(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_history_names_the_causes_between_the_two_days(open_page, language):
    tr = Translator(language)
    app = open_page("history", lang=language, as_of=FULL_RECORD)
    assert start_of("why.sentence", tr) in texts(app)
    assert tr.t("why_cause.exits") in texts(app)
    early = open_page("history", lang=language, as_of="2019-04-28")
    assert tr.t("why.heading") not in texts(early)
