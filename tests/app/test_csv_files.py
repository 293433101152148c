"""Every CSV file that a reader can get from a page or an address, opened: no cell is run."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable

import pytest
import streamlit as st

from forecasting.base.tabular import FORMULA_STARTS
from forecasting.disclosures import PACKAGED_DATA
from locales import LANGUAGES, Translator
from tests.helpers.observation_rows import csv_of, figure
from ui.pages.data_and_method import SECTIONS as METHOD
from ui.pages.insurance.sections import SECTIONS as INSURANCE
from ui.pages.plans import SECTIONS as PLANS
from ui.registry import PAGES

Files = dict[str, bytes]
SECTIONED = {"data_and_method": tuple(METHOD), "insurance": INSURANCE, "plans": PLANS}
OPENED = [(spec.key, part) for spec in PAGES for part in SECTIONED.get(spec.key, ("",))]

# For programs: of the published tables, of matrices, and what is filled in and handed back.
FOR_PROGRAMS = re.compile("-(coefficients|covariance|draws|residuals|example)[-.]")


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> Files:
    """Every file that a page offers for download, by its name."""
    files: Files = {}
    offer = st.download_button

    def noting(label: str, data: bytes, file_name: str, **more: object) -> bool:
        files[file_name] = data
        return offer(label, data=data, file_name=file_name, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(st, "download_button", noting)
    return files


def tables_of(files: Files) -> Files:
    """The CSV files among them, those in archives too."""
    found = {name: content for name, content in files.items() if name.endswith(".csv")}
    for name, content in files.items():
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                inner = [each for each in archive.namelist() if each.endswith(".csv")]
                found |= {f"{name}/{each}": archive.read(each) for each in inner}
    return found


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def run_by_a_spreadsheet(content: bytes) -> list[str]:
    """Cells that begin as a formula does. A sign alone is a text, and a number is a number."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) > 1, "no rows"
    assert {len(row) for row in rows} == {len(rows[0])}, "ragged"
    cells = (cell for row in rows for cell in row)
    return [
        cell
        for cell in cells
        if cell.startswith(FORMULA_STARTS) and len(cell) > 1 and not is_number(cell)
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "section"), OPENED)
def test_no_page_offers_a_cell_that_runs(
    page: str, section: str, language: str, open_page: Callable, offered: Files
):
    open_page(page, lang=language, **({"section": section} if section else {}))
    for name, content in tables_of(offered).items():
        assert run_by_a_spreadsheet(content) == [], name
        if ".zip/" not in name and not FOR_PROGRAMS.search(name):
            assert_credited(content, Translator(language))


def assert_credited(content: bytes, tr: Translator) -> None:
    """The last column says on every row where it comes from; no column is empty."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert header[-1] == tr.t("column.credit")
    assert len({row[-1] for row in rows}) == 1
    assert tr.t("chart.credit") in rows[0][-1]
    assert all(any(column) for column in zip(*rows, strict=True)), header


def test_pages_offer_files_at_all(open_page: Callable, offered: Files):
    open_page("data_and_method", lang="en", section="downloads")
    assert len(tables_of(offered)) > 10


def test_what_is_wrong_with_a_hostile_file_can_be_saved_and_opened(
    open_page: Callable, offered: Files
):
    app = open_page("your_data", lang="en")
    row = figure(value="=1+1", unit="+cmd|' /C calc'!A0", confidence="@SUM(1)")
    hostile = csv_of([row])
    app.file_uploader(key="upload_file").set_value(("x.csv", hostile, "text/csv")).run()
    (problems,) = (content for name, content in offered.items() if "problems" in name)
    assert b"SUM(1)" in problems
    assert run_by_a_spreadsheet(problems) == []


@pytest.mark.parametrize("table", sorted(PACKAGED_DATA.glob("*.csv")), ids=lambda path: path.name)
def test_a_table_that_programs_fetch_runs_nothing_in_a_spreadsheet(table):
    assert run_by_a_spreadsheet(table.read_bytes()) == []


def test_streamlits_own_file_of_a_table_is_not_offered():
    assert st.get_option("client.disableDataExport") is True
