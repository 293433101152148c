"""What the engine says on Chinese pages is Chinese: refusals, bad input, problems of a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from forecasting import fit, load_disclosures
from forecasting.assumptions.parameters import PARAMETERS
from forecasting.fitting.solver import Problem, ScaleFit
from locales import Translator
from tests.helpers.engine_templates import english_in
from tests.helpers.observation_rows import csv_of, figure
from ui.registry import PAGES

ZH = Translator("zh")
REFUSING = ("answer", "growth", "selection_lag", "steady_state", "scenarios", "my_share")


def upload(app: AppTest, content: bytes) -> AppTest:
    app.file_uploader(key="upload_file").set_value(("mine.csv", content, "text/csv")).run()
    assert not app.exception, app.exception
    return app


def boxes(app: AppTest) -> list[str]:
    return [item.value for item in (*app.warning, *app.error)]


def words(app: AppTest) -> list[str]:
    return [*boxes(app), *(item.value for item in (*app.markdown, *app.caption, *app.code))]


def own_words(app: AppTest) -> list[str]:
    """What the page says itself: who published a source keeps the name the record has of it."""
    sentence = words(app)
    # The longest first: one name may begin another.
    sources = load_disclosures().tables.sources
    for publisher in sorted(sources["publisher_zh"], key=len, reverse=True):
        sentence = [text.replace(publisher, "") for text in sentence]
    return sentence


def all_fixed(known: Any) -> dict[str, str]:
    """An address that fixes every assumption at what the figures make of it."""
    point = fit(known).point
    return {parameter.name: f"{float(point[parameter.name]):.6g}" for parameter in PARAMETERS}


@pytest.mark.parametrize("key", REFUSING)
def test_a_refusal_is_said_in_chinese(open_page, key):
    (box,) = boxes(open_page(key, lang="zh", as_of="2019-01-28"))
    assert "可用于拟合的理赔数据" in box
    assert "2019年1月28日" in box
    assert not english_in(box)


@pytest.mark.parametrize("day", ["2018-10-28", "2019-01-28"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.key)
def test_no_page_speaks_english_on_a_day_with_little_data(open_page, page, day):
    app = open_page(page.key, lang="zh", as_of=day)
    assert [text for text in own_words(app) if english_in(text)] == []


def test_in_english_the_box_says_what_the_command_line_says(open_page):
    (box,) = boxes(open_page("answer", lang="en", as_of="2019-01-28"))
    assert "at least 3 are needed" in box
    assert "28 January 2019" in box


def test_bad_input_is_said_in_chinese(open_page):
    (box,) = boxes(open_page("my_share", lang="zh", joined="2020-05-01", left="2020-04-01"))
    assert "退出日期：现为2020年4月1日，不得早于加入日期2020年5月1日" in box
    (box,) = boxes(open_page("scenarios", lang="zh", enrolment_stops_on="2017-01-14"))
    assert "`enrolment_stops_on`：现为2017年1月14日" in box
    assert not english_in(box)


def test_a_files_problems_are_said_in_chinese(open_page):
    rows = [figure(), figure("2020-11-14", value="-3"), figure("2020-11-28", unit="miles")]
    app = upload(open_page("your_data", lang="zh"), csv_of([*rows, figure("2020-12-32")]))
    (box,) = boxes(app)
    assert not english_in(box)
    table = app.dataframe[0].value
    row, column, legal = ZH.t("column.row"), ZH.t("your_data.column"), ZH.t("your_data.legal")
    assert table[row].tolist() == [3, 4, 5, 5]
    assert table[column].tolist()[:2] == ["value", "unit"]
    assert table[legal].tolist()[0] == "不小于0的数"
    assert table[legal].tolist()[2] == (
        "2000年1月1日至2100年12月31日之间确实存在的日期，写作YYYY-MM-DD"
    )
    assert [cell for cell in table[legal] if english_in(cell)] == []


def test_a_file_that_is_no_table_is_explained_in_chinese(open_page):
    app = upload(open_page("your_data", lang="zh"), csv_of([figure()]) + b'"a\n')
    assert app.dataframe[0].value[ZH.t("column.found")].tolist() == [
        "无法读取的一行（引号未闭合，数据到此中断）"
    ]


def test_too_few_figures_are_refused_in_chinese(open_page):
    (box,) = boxes(upload(open_page("your_data", lang="zh"), csv_of([figure()])))
    assert "成员：截至当日没有已知的分摊人数或成员数" in box
    assert not english_in(box)


def test_an_unconverged_fit_and_its_notes_are_said_in_chinese(open_page, monkeypatch):
    solve = Problem.solve

    def stopped(self: Problem, starts: Any, scales: Any) -> list[ScaleFit]:
        return [replace(each, converged=False) for each in solve(self, starts, scales)]

    monkeypatch.setattr(Problem, "solve", stopped)
    address = {"delay_days": "398.5", "pandemic": "no", "enrolment_stops_on": "2019-12-28"}
    app = open_page("scenarios", lang="zh", **address)
    assert ZH.t("state.unconverged") in boxes(app)
    notes = [item.value for item in app.markdown if "拟合未收敛" in item.value]
    assert len(notes) == 1
    for part in ("2019年12月28日起停止加入", "没有疫情"):
        assert part in notes[0]
    assert [text for text in words(app) if english_in(text)] == []


@pytest.mark.parametrize("key", ["scenarios", "data_and_method", "insurance", "selection_lag"])
def test_a_scenario_that_fixes_everything_is_drawn(open_page, key):
    address = all_fixed(load_disclosures().as_of("2020-10-28"))
    app = open_page(key, lang="zh", **address)
    assert not app.error
    assert len(app.metric) >= 2
    assert [text for text in words(app) if english_in(text)] == []
