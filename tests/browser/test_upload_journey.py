"""A reader uploads their own figures: a good file, a bad one, one that is too large."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page, expect

from locales import LANGUAGES, Translator
from tests.browser.conftest import Visit, settled
from tests.helpers.observation_rows import csv_of, figure

EN = Translator("en")
EXAMPLE = "The example: Xianghubao"


def choose_file(page: Page, path: Path) -> None:
    page.locator("input[type=file]").set_input_files(path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example_is_saved_changed_and_forecast(server: str, visit: Visit, tmp_path, language):
    tr = Translator(language)
    page = settled(visit(f"{server}/your_data?lang={language}"))
    with page.expect_download() as download:
        page.get_by_role("button", name=tr.t("own.example_file")).click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    rows = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    rows.assign(plan="village").to_csv(path, index=False, encoding="utf-8-sig")
    choose_file(page, path)
    expect(page.get_by_test_id("stMain").locator("code").first).to_have_text("village")
    settled(page)
    expect(page.get_by_test_id("stMetric")).to_have_count(3)
    expect(page.locator(".js-plotly-plot")).to_contain_text(tr.t("own.source"))


def test_a_bad_file_gets_its_problems_and_a_mended_one_a_forecast(
    server: str, visit: Visit, tmp_path
):
    page = settled(visit(f"{server}/your_data?lang=en"))
    path = tmp_path / "mine.csv"
    path.write_bytes(csv_of([figure(value="-3"), figure("2020-11-14", unit="miles")]))
    choose_file(page, path)
    alert = page.get_by_test_id("stAlert")
    expect(alert).to_contain_text("problems found: 2")
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
    page = settled(visit(f"{server}/your_data?lang={language}"))
    box = page.get_by_test_id("stFileUploader")
    expect(box.get_by_role("button", name=tr.t("own.box_choose"))).to_be_visible()
    expect(box).to_contain_text(tr.t("own.box_limit", megabytes=2))
    large, text = tmp_path / "large.csv", tmp_path / "notes.txt"
    large.write_bytes(b"a" * 3_000_000)
    text.write_text("share")
    choose_file(page, large)
    expect(box).to_contain_text(
        tr.t("own.box_error") + tr.t("own.box_too_large", megabytes=2), use_inner_text=True
    )
    choose_file(page, text)
    expect(box).to_contain_text(tr.t("own.box_not_csv"))
    for english in ("Upload", "per file", "Error", "smaller", "not allowed"):
        expect(box).not_to_contain_text(english)
    expect(page.get_by_test_id("stMetric")).to_have_count(3)


def test_one_readers_file_is_not_anothers(server: str, visit: Visit, tmp_path):
    path = tmp_path / "mine.csv"
    path.write_bytes(csv_of([figure(plan="secret")]))
    page = settled(visit(f"{server}/your_data?lang=en"))
    choose_file(page, path)
    expect(page.get_by_test_id("stAlert")).to_contain_text(EN.t("own.refused_title"))
    other = settled(visit(f"{server}/your_data?lang=en"))
    expect(other.get_by_test_id("stMain")).to_contain_text(EXAMPLE)
