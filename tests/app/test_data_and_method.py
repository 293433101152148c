"""The method page's sections, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from locales import LANGUAGES, Translator
from ui.pages.data_and_method import SECTIONS

EN = Translator("en")


def texts(app: AppTest) -> str:
    return "\n".join(item.value for item in app.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_drawn_alone_from_the_address(open_page, section, language):
    app = open_page("data_and_method", lang=language, section=section)
    tr = Translator(language)
    assert [item.value for item in app.header] == [tr.t(f"method_section.{section}")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_package_is_offered_and_explained(open_page, language):
    app = open_page("data_and_method", lang=language, as_of="2019-01-28", section="downloads")
    tr = Translator(language)
    buttons = {button.proto.label: button.proto.url for button in app.get("download_button")}
    assert buttons[tr.t("method_download.data")].endswith(".zip")
    assert any("`datapackage.json`" in item.value for item in app.caption)


def test_a_section_is_chosen_and_kept_in_the_address(open_page):
    app = open_page("data_and_method", lang="en")
    app.segmented_control(key="section_method").set_value("glossary").run()
    assert not app.exception
    assert app.header[0].value == EN.t("method_section.glossary")
    assert app.query_params["section"] == "glossary"


def test_a_section_that_is_none_is_named_and_the_first_is_drawn(open_page):
    app = open_page("data_and_method", lang="en", section="nonsense")
    assert any("`nonsense`" in item.value for item in app.caption)
    assert app.header[0].value == EN.t("method_section.card")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_before_a_fit_is_possible_every_section_still_stands(open_page, section, language):
    app = open_page("data_and_method", lang=language, as_of="2019-01-28", section=section)
    tr = Translator(language)
    assert app.markdown[0].value == tr.t("method.not_yet")
    assert not app.metric


def test_the_scores_come_by_toggle(open_page):
    app = open_page("data_and_method", lang="en")
    assert "WIS" not in texts(app)
    app.toggle(key="headline_scores").set_value(True).run()
    assert "WIS" in texts(app)
