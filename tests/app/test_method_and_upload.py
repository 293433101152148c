"""The method page's sections, and good and bad uploads, without a browser."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from forecasting import load_disclosures
from forecasting.base.tabular import csv_bytes
from forecasting.uploads.reading import example
from locales import LANGUAGES, Translator
from tests.observation_rows import csv_of, figure
from ui.method import SECTIONS

EN = Translator("en")
EXAMPLE = csv_bytes(example(load_disclosures().as_of("2020-10-28")))


def upload(app: AppTest, content: bytes, name: str = "mine.csv") -> AppTest:
    app.file_uploader(key="own_file").set_value((name, content, "text/csv")).run()
    assert not app.exception, app.exception
    return app


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_day_without_figures_the_example_is_refused(open_page, language):
    app = open_page("your_data", lang=language, as_of="2019-01-28")
    (refusal,) = app.warning
    assert Translator(language).t("own.refused_title") in refusal.value
    assert not app.metric


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_file_is_forecast_and_named(open_page, language):
    tr = Translator(language)
    app = upload(open_page("your_data", lang=language), EXAMPLE)
    assert "`xianghubao`" in app.markdown[0].value
    assert len(app.metric) == 3
    assert not app.error
    assert app.metric[2].label == tr.t("own.steady")
    (chart,) = app.get("plotly_chart")
    annotations = json.loads(chart.proto.spec)["layout"]["annotations"]
    assert any(tr.t("own.source") in annotation["text"] for annotation in annotations)


def test_a_bad_file_is_a_table_of_its_problems_and_no_number(open_page):
    rows = [figure(), figure("2020-11-14", value="-3"), figure("2020-11-28", bound="about")]
    app = upload(open_page("your_data", lang="en"), csv_of(rows))
    assert "problems found: 2" in app.error[0].value
    table = app.dataframe[0].value
    assert app.markdown[0].value == EN.t("own.no_answer")
    assert table["Row"].tolist() == [3, 4]
    assert table["Column"].tolist() == ["value", "bound"]
    assert table["Found"].tolist() == ["-3", "about"]
    assert not app.metric


def test_too_little_is_a_refusal_and_the_reader_can_go_on(open_page):
    app = upload(open_page("your_data", lang="en"), csv_of([figure()]))
    assert EN.t("own.refused_title") in app.warning[0].value
    assert not app.metric
    app = upload(app, EXAMPLE)
    assert len(app.metric) == 3
    app.file_uploader(key="own_file").clear().run()
    assert "example" in app.markdown[0].value


def test_the_plan_is_asked_for_where_a_file_has_several(open_page):
    both = EXAMPLE + csv_of([figure()]).split(b"\n", 1)[1]
    app = upload(open_page("your_data", lang="en"), both)
    assert "`xianghubao`" in app.markdown[0].value
    app.selectbox(key="own_plan").select("village").run()
    assert EN.t("own.refused_title") in app.warning[0].value


def test_nothing_in_a_file_becomes_markup(open_page):
    evil = "[x](http://evil.example)<script>**b**`"
    content = EXAMPLE.replace(b"xianghubao", evil.encode())
    app = upload(open_page("your_data", lang="en"), content)
    assert "`[x](http://evil.example)<script>**b**'`" in app.markdown[0].value
    app = upload(app, csv_of([figure(quantity="=cmd|' /C calc'!A0")]), "<b>.csv")
    assert app.dataframe[0].value["Found"].tolist() == ["=cmd|' /C calc'!A0"]
    assert "<b>" not in app.error[0].value
