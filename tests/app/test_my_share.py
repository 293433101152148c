"""The member's page: who pays is kept in the address, and every day has an answer or a refusal."""

from __future__ import annotations

from datetime import date

import pytest

from locales import LANGUAGES, Translator

PAGE = "my_share"
EN = Translator("en")


def texts(app) -> str:
    return "\n".join(text.value for text in (*app.markdown, *app.caption))


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_little_data_is_a_stated_refusal(open_page, language):
    app = open_page(PAGE, lang=language, as_of="2019-01-28")
    (refusal,) = app.warning
    assert Translator(language).t("state.refused_title") in refusal.value
    assert not app.metric


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", ["2019-06-14", "2019-12-28", "2021-03-14", "2021-12-14"])
def test_every_later_day_has_an_account(open_page, language, day):
    app, tr = open_page(PAGE, lang=language, as_of=day), Translator(language)
    assert not app.error
    assert [item.label for item in app.metric][::2] == [
        tr.t("my_share.metric_paid"),
        tr.t("my_share.metric_helped"),
    ]


def test_after_the_closure_it_is_a_counterfactual(open_page):
    app = open_page(PAGE, lang="en", as_of="2021-12-14")
    assert "**In fact, nothing more was due:** the platform paid the last 3" in texts(app)
    assert app.metric[1].label == EN.t("my_share.metric_next_closed")


def test_who_pays_comes_from_the_address(open_page):
    app = open_page(PAGE, lang="en", joined="2020-10-01", left="2020-10-20", people="2", tier="1/2")
    assert app.date_input(key="joined").value == date(2020, 10, 1)
    assert app.date_input(key="left").value == date(2020, 10, 20)
    assert app.number_input(key="people").value == 2
    assert app.selectbox(key="tier").value == "1/2"
    assert app.metric[0].value == "4.23 RMB"
    assert "tier 1/2 counts from 1 June 2020" in texts(app)


def test_the_join_date_of_the_home_page_is_that_of_the_members_page(open_page):
    app = open_page(lang="en")
    app.date_input(key="joined").set_value(date(2020, 10, 1)).run()
    app.switch_page(f"pages/{PAGE}.py").run()
    assert app.date_input(key="joined").value == date(2020, 10, 1)
    app.date_input(key="joined").set_value(date(2020, 5, 1)).run()
    app.switch_page("pages/answer.py").run()
    assert app.date_input(key="joined").value == date(2020, 5, 1)
    assert app.query_params["joined"] == "2020-05-01"


@pytest.mark.parametrize(
    ("name", "value", "legal"),
    [
        ("joined", "soon", "2018-10-16 – 2022-01-28"),
        ("left", "2018-10", "2018-10-16 – 2022-01-28"),
        ("people", "99", "1, 2, 3"),
        ("people", "many", "1, 2, 3"),
        ("tier", "double", "1, 1/2, 1/3"),
    ],
)
def test_what_the_address_gets_wrong_is_named(open_page, name, value, legal):
    app = open_page(PAGE, lang="en", **{name: value})
    (notice,) = [text.value for text in app.caption if f"`{name}` = `{value}`" in text.value]
    assert legal in notice
    assert app.date_input(key="joined").value == date(2019, 6, 1)
    assert len(app.metric) == 3


def test_a_notice_goes_once_the_reader_has_chosen(open_page):
    app = open_page(PAGE, lang="en", people="99")
    app.number_input(key="people").set_value(2).run()
    assert "`99`" not in texts(app)
    assert "the 2 of you" in texts(app)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["joined", "left"])
def test_a_day_outside_the_plans_life_is_explained_beside_its_control(open_page, language, name):
    app, tr = open_page(PAGE, lang=language), Translator(language)
    app.date_input(key=name).set_value(date(2031, 1, 1)).run()
    (error,) = app.error
    for day in (date(2031, 1, 1), date(2018, 10, 16), date(2022, 1, 28)):
        assert tr.date(day) in error.value
    assert {"zh": "（计划关停）", "en": "(it closed)"}[language] in error.value
    app.date_input(key=name).set_value(date(2020, 1, 1)).run()
    assert not app.error
    assert len(app.metric) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_leaving_before_joining_is_explained_beside_the_dates(open_page, language):
    app = open_page(PAGE, lang=language, joined="2020-05-01", left="2020-04-01")
    (error,) = app.error
    assert Translator(language).t("state.input_title") in error.value
    assert {"zh": "不得早于加入日期", "en": "legal: 1 May 2020"}[language] in error.value
    assert not app.metric
    app.date_input(key="left").set_value(date(2020, 6, 1)).run()
    assert not app.error
    assert len(app.metric) == 3


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("joined", "left", "wording"),
    [
        ("2018-10-16", "2018-12-31", "my_share.next_nothing"),
        ("2021-12-20", "", "my_share.next_beyond"),
    ],
)
def test_a_membership_without_a_settlement_is_a_designed_state(
    open_page, language, joined, left, wording
):
    app, tr = open_page(PAGE, lang=language, joined=joined, left=left), Translator(language)
    assert tr.t("my_share.paid_nothing", day=tr.date(date(2020, 10, 28))) in texts(app)
    assert tr.t(wording) in texts(app)
    assert tr.t("my_share.cap_none") in texts(app)


@pytest.mark.parametrize("left", ["", "2022-01-28"])
def test_joining_after_the_last_bill_costs_nothing_real(open_page, left):
    app = open_page(PAGE, lang="en", as_of="2021-12-14", joined="2021-12-20", left=left)
    assert app.metric[0].value == "0.00 RMB"
    assert not app.error


def test_nothing_is_said_to_be_stored(open_page):
    assert "Nothing you enter is kept or passed on" in texts(open_page(PAGE, lang="en"))


def test_an_insurers_premium_follows_the_household(open_page):
    def wording(**address: str) -> str:
        app = open_page(PAGE, lang="en", **address)
        (sentence,) = [text.value for text in app.markdown if "An insurer would" in text.value]
        return sentence

    one, two = wording(people="1"), wording(people="2")
    assert "698 RMB" in one
    assert "1,395 RMB" in two or "1,396 RMB" in two
