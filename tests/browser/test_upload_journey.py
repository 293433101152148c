"""A reader uploads their own figures: a good file, a bad one, one that is too large."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from forecasting.base.settlements import MonthDays
from locales import LANGUAGES, Translator
from tests.browser.conftest import Visit, when_idle
from tests.helpers.observation_rows import csv_of, figure

EN = Translator("en")
CASES = Path(__file__).parents[1] / "cases"
EXAMPLE = "The example: Xianghubao"


def choose_file(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_is_saved_changed_and_forecast(server: str, visit: Visit, tmp_path, language):
    tr = Translator(language)
    page = when_idle(visit(f"{server}/your_data?lang={language}"))
    with page.expect_download() as download:
        page.get_by_role("button", name=tr.t("your_data.example_file")).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    rows.assign(plan="village").to_csv(path, index=False, encoding="utf-8-sig")
    choose_file(page, path)
    expect(page.get_by_test_id("stMain").locator("code").first).to_have_text("village")
    when_idle(page)
    expect(page.get_by_test_id("stMetric")).to_have_count(3)
    expect(page.locator(".js-plotly-plot")).to_contain_text(tr.t("your_data.source"))


def test_a_bad_file_gets_its_problems_and_a_mended_one_a_forecast(
    server: str, visit: Visit, tmp_path
):
    page = when_idle(visit(f"{server}/your_data?lang=en"))
    path = tmp_path / "mine.csv"
    path.write_bytes(csv_of([figure(value="-3"), figure("2020-11-14", unit="miles")]))
    choose_file(page, path)
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text(EN.t("your_data.input_title", n=2))
    expect(page.get_by_test_id("stMetric")).to_have_count(0)
    expect(page.get_by_test_id("stDataFrame").first).to_be_visible()
    page.get_by_role("button", name="Remove mine.csv").click()
    expect(page.get_by_test_id("stMetric")).to_have_count(3)
    expect(page.get_by_test_id("stMain")).to_contain_text(EXAMPLE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_not_taken_never_leaves_the_browser_and_is_told_why_in_the_language(
    server: str, visit: Visit, tmp_path, language
):
    tr = Translator(language)
    page = when_idle(visit(f"{server}/your_data?lang={language}"))
    box = page.get_by_test_id("stFileUploader")
    expect(box.get_by_role("button", name=tr.t("your_data.box_choose"))).to_be_visible()
    expect(box).to_contain_text(tr.t("your_data.box_limit", megabytes=2))
    large, text = tmp_path / "large.csv", tmp_path / "notes.txt"
    large.write_bytes(b"a" * 3_000_000)
    text.write_text("share")
    choose_file(page, large)
    expect(box).to_contain_text(
        tr.t("your_data.box_error") + tr.t("your_data.box_too_large", megabytes=2),
        use_inner_text=True,
    )
    choose_file(page, text)
    expect(box).to_contain_text(tr.t("your_data.box_not_csv"))
    for english in ("Upload", "per file", "Error", "smaller", "not allowed"):
        # The label above is ours, and may say "Upload".
        expect(box.get_by_role("region")).not_to_contain_text(english)
    expect(page.get_by_test_id("stMetric")).to_have_count(3)


def test_one_readers_file_is_not_anothers(server: str, visit: Visit, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(csv_of([figure(plan="secret")]))
    page = when_idle(visit(f"{server}/your_data?lang=en"))
    choose_file(page, path)
    expect(page.get_by_test_id("stAlert")).to_contain_text(EN.t("your_data.refused_title"))
    other = when_idle(visit(f"{server}/your_data?lang=en"))
    expect(other.get_by_test_id("stMain")).to_contain_text(EXAMPLE)


def workbook(path: Path) -> Path:
    """A simple sheet of a plan that settles at the middle and the end of the month."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["日期", "每人分摊（元）", "分摊人数"])
    days = MonthDays((15, 31)).between(date(2020, 1, 1), date(2020, 8, 31))
    for i, day in enumerate(days):
        sheet.append([day, 3 + 0.1 * i, 1_000_000 + 10_000 * i])
    book.save(path)
    return path


def test_a_workbook_is_forecast_on_its_calendar_and_outlives_a_change_of_page(
    server: str, visit: Visit, tmp_path
):
    page = when_idle(visit(f"{server}/your_data?lang=zh"))
    choose_file(page, workbook(tmp_path / "村里互助.xlsx"))
    main = page.get_by_test_id("stMain")
    expect(main.locator("code").first).to_have_text("村里互助")
    when_idle(page)
    expect(page.get_by_test_id("stMetric")).to_have_count(3)
    expect(page.locator(".js-plotly-plot")).to_contain_text("村里互助")
    expect(main).to_contain_text("每月15, 31日结算")
    page.get_by_test_id("stSidebarNav").get_by_role("link").first.click()
    when_idle(page)
    page.get_by_role("link", name=Translator("zh").t("page.your_data.menu")).first.click()
    when_idle(page)
    expect(main).to_contain_text("村里互助.xlsx")
    expect(main.locator("code").first).to_have_text("村里互助")


def test_a_file_as_a_chinese_spreadsheet_saves_it_is_read_and_said(
    server: str, visit: Visit, tmp_path
):
    path = tmp_path / "gbk.csv"
    path.write_bytes((CASES / "chinese_notes.csv").read_bytes().decode().encode("gbk"))
    page = when_idle(visit(f"{server}/your_data?lang=zh"))
    choose_file(page, path)
    main = page.get_by_test_id("stMain")
    expect(main.locator("code").first).to_have_text("互助计划")
    when_idle(page)
    expect(page.get_by_test_id("stMetric")).to_have_count(3)
    expect(main).to_contain_text("GB18030")


def test_a_monthly_plan_is_forecast_for_twelve_months_of_its_own(
    server: str, visit: Visit, tmp_path
):
    days = MonthDays((10,)).between(date(2019, 1, 1), date(2020, 12, 31))
    path = tmp_path / "monthly.csv"
    path.write_text(
        "date,share,members\n" + "".join(f"{day},10,1000000\n" for day in days), encoding="utf-8"
    )
    page = when_idle(visit(f"{server}/your_data?lang=en"))
    choose_file(page, path)
    main = page.get_by_test_id("stMain")
    expect(main.locator("code").first).to_have_text("monthly")
    when_idle(page)
    expect(main).to_contain_text("on day 10 of every month, 12 times")
    year = page.get_by_test_id("stMetric").filter(has_text=EN.t("your_data.next_year"))
    value = year.get_by_test_id("stMetricValue").inner_text()
    assert 100 < float("".join(sign for sign in value if sign in "0123456789.")) < 145
