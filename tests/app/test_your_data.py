"""Good and bad files of a reader's own, without a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from forecasting import load_disclosures
from forecasting.base.tabular import csv_bytes
from forecasting.disclosures.schemas import OBSERVATIONS
from locales import LANGUAGES, Translator
from tests.helpers.observation_rows import csv_of, figure

EN = Translator("en")
KNOWN = load_disclosures().as_of("2020-10-28")
EXAMPLE = csv_bytes(KNOWN.figures()[list(OBSERVATIONS.columns)])
CASES = Path(__file__).parents[1] / "cases"


def upload(app: AppTest, content: bytes, name: str = "mine.csv") -> AppTest:
    app.file_uploader(key="upload_file").set_value((name, content, "text/csv")).run()
    assert not app.exception, app.exception
    return app


def texts(app: AppTest) -> str:
    return "\n".join(item.value for item in app.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_on_a_day_without_figures_the_example_is_refused(open_page, language):
    app = open_page("your_data", lang=language, as_of="2019-01-28")
    (refusal,) = app.warning
    assert Translator(language).t("your_data.refused_title") in refusal.value
    assert not app.metric


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_good_file_is_forecast_and_named(open_page, language):
    tr = Translator(language)
    app = upload(open_page("your_data", lang=language), EXAMPLE)
    assert "`xianghubao`" in app.markdown[0].value
    assert len(app.metric) == 3
    assert not app.error
    assert app.metric[2].label == tr.t("your_data.steady")
    (chart,) = app.get("plotly_chart")
    annotations = json.loads(chart.proto.spec)["layout"]["annotations"]
    assert any(tr.t("your_data.source") in annotation["text"] for annotation in annotations)


def test_a_bad_file_is_a_table_of_its_problems_and_no_number(open_page):
    rows = [figure(), figure("2020-11-14", value="-3"), figure("2020-11-28", bound="about")]
    app = upload(open_page("your_data", lang="en"), csv_of(rows))
    assert EN.t("your_data.input_title", n=2) in app.error[0].value
    table = app.dataframe[0].value
    assert app.markdown[0].value == EN.t("your_data.no_answer")
    assert table["Row"].tolist() == [3, 4]
    assert table["Column"].tolist() == ["value", "bound"]
    assert table["Found"].tolist() == ["-3", "about"]
    assert not app.metric


def test_too_little_is_a_refusal_and_the_reader_can_go_on(open_page):
    app = upload(open_page("your_data", lang="en"), csv_of([figure()]))
    assert EN.t("your_data.refused_title") in app.warning[0].value
    assert not app.metric
    app = upload(app, EXAMPLE)
    assert len(app.metric) == 3
    app.file_uploader(key="upload_file").clear().run()
    assert "example" in app.markdown[0].value


def test_the_plan_is_asked_for_where_a_file_has_several(open_page):
    both = EXAMPLE + csv_of([figure()]).split(b"\n", 1)[1]
    app = upload(open_page("your_data", lang="en"), both)
    assert "`xianghubao`" in app.markdown[0].value
    app.selectbox(key="upload_plan").select("village").run()
    assert EN.t("your_data.refused_title") in app.warning[0].value


def test_nothing_in_a_file_becomes_markup(open_page):
    evil = "[x](http://evil.example)<script>**b**`"
    content = EXAMPLE.replace(b"xianghubao", evil.encode())
    app = upload(open_page("your_data", lang="en"), content)
    assert "`[x](http://evil.example)<script>**b**'`" in app.markdown[0].value
    app = upload(app, csv_of([figure(quantity="=cmd|' /C calc'!A0")]), "<b>.csv")
    assert app.dataframe[0].value["Found"].tolist() == ["=cmd|' /C calc'!A0"]
    assert "<b>" not in app.error[0].value


def test_a_file_outlives_a_change_of_page_and_comes_back_with_its_name(open_page):
    app = upload(open_page("your_data", lang="en"), EXAMPLE, "村里.csv")
    app.switch_page("pages/answer.py").run()
    assert not app.exception
    app.switch_page("pages/your_data.py").run()
    assert not app.exception
    assert "`xianghubao`" in app.markdown[0].value
    assert any("`村里.csv`" in item.value for item in app.markdown)
    app.button(key="upload_remove").click().run()
    assert "example" in app.markdown[0].value


def test_horizon_and_launch_are_set_and_a_launch_that_is_none_is_named(open_page):
    content = (CASES / "base.csv").read_bytes()
    app = upload(open_page("your_data", lang="en"), content)
    app.selectbox(key="upload_horizon").select(48).run()
    assert not app.exception
    before = app.metric[2].value
    app.text_input(key="upload_launch").set_value("2016-01-14").run()
    assert not app.exception
    assert app.metric[2].value != before
    app.text_input(key="upload_launch").set_value("last year").run()
    assert not app.metric
    assert any("launch" in item.value for item in app.markdown)


def test_a_launch_that_a_link_says_stands_in_the_field(open_page):
    app = open_page("your_data", lang="en", launch="2018-01-14")
    assert not app.exception
    assert app.text_input(key="upload_launch").value == "2018-01-14"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_of_another_plan_bears_its_name_and_none_of_our_events(open_page, language):
    content = (CASES / "zh_plan.csv").read_bytes()
    app = upload(open_page("your_data", lang=language, events="true"), content)
    (chart,) = app.get("plotly_chart")
    layout = json.loads(chart.proto.spec)["layout"]
    assert "互助计划" in layout["title"]["text"]
    names = [button.proto.label for button in app.get("download_button")]
    assert names
    texts_drawn = [annotation["text"] for annotation in layout["annotations"]]
    assert not any(text.isdigit() for text in texts_drawn)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_left_out_is_in_a_table_with_its_reason(open_page, language):
    tr = Translator(language)
    app = upload(open_page("your_data", lang=language), (CASES / "half_zero.csv").read_bytes())
    tables = [item.value for item in app.dataframe]
    (table,) = [one for one in tables if tr.t("your_data.reason") in one]
    assert table[tr.t("column.row")].tolist() == [3, 5, 7, 9, 11]
    assert set(table[tr.t("your_data.reason")]) == {tr.t("reason.zero")}


def test_the_test_on_past_days_is_run_on_request(open_page):
    content = (CASES / "falling_steep.csv").read_bytes()
    app = upload(open_page("your_data", lang="en"), content)
    assert "80% interval.**" not in texts(app)
    app.toggle(key="upload_track").set_value(True).run(timeout=120)
    assert not app.exception
    assert "past days" in texts(app)
