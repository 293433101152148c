"""The article's calculation and its inputs on the steady-state page."""

from __future__ import annotations

import pytest

from locales import LANGUAGES, Translator
from tests.helpers.page_texts import captions


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
