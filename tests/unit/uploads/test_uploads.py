"""A reader's own file: read in memory, refused with every problem, forecast or declined."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from forecasting import InputError, load_disclosures
from forecasting.disclosures import PACKAGED_DATA, read_disclosures, read_observations
from forecasting.uploads.reading import MOST_ROWS, empty_sheet, forecast_upload, plans_of
from tests.helpers.observation_rows import csv_of, figure, folder_with, village
from tests.helpers.synthetic import AS_OF

KNOWN = load_disclosures().as_of(AS_OF)


def test_the_empty_sheet_is_read_once_it_is_filled():
    book = load_workbook(io.BytesIO(empty_sheet(["日期", "每人分摊（元）", "分摊人数"])))
    sheet = book.active
    for row in ((AS_OF, 4.86, 100_000_000), ("2020-11-14", 4.9, None)):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    assert plans_of(stream.getvalue(), "我的计划.xlsx") == ("我的计划",)


def test_an_escaped_table_reads_as_the_same_figures():
    """Our CSV writes '= for =, since a spreadsheet would run the cell."""
    plain = csv_of([figure()])
    escaped = plain.replace(b",=,", b",'=,")
    assert escaped != plain
    assert read_observations(escaped, "a.csv").equals(read_observations(plain, "a.csv"))


def test_bytes_and_a_folder_give_the_same_record(tmp_path):
    content = csv_of(village())
    folder = folder_with(tmp_path, observations=content)
    in_memory = read_disclosures(content, "upload.csv", "village")
    on_disk = load_disclosures(folder, "village")
    assert in_memory.data_version == on_disk.data_version
    assert in_memory.observations.equals(on_disk.observations)


def test_every_problem_has_row_column_found_and_legal():
    rows = [figure(), figure("2020-11-14", value="-3"), figure("2020-11-28", unit="miles")]
    with pytest.raises(InputError) as caught:
        plans_of(csv_of(rows))
    found = [(problem.row, problem.column, problem.found) for problem in caught.value.problems]
    assert found == [(3, "value", "-3"), (4, "unit", "miles")]
    assert all(problem.legal for problem in caught.value.problems)
    assert str(caught.value).count("\n") == 1


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "empty"),
        (b"plan,value\na,1\n", "no column"),
        (b"\x00\x01\x02", "control character"),
        (b"a" * 2_000_001, "at most 2 MB"),
        (b"a\n" * (MOST_ROWS + 2), "2,000 rows"),
        ("\u4e2d".encode("utf-16"), "no column"),
        (b"a\r" * (MOST_ROWS + 2), "2,000 rows"),
        ("na\u00efve".encode("latin-1"), "encoded as UTF-8"),
    ],
)
def test_what_is_no_table_is_bad_input(content, part):
    with pytest.raises(InputError, match=part) as caught:
        plans_of(content)
    assert caught.value.problems


def test_a_history_of_more_than_ten_years_is_bad_input():
    with pytest.raises(InputError, match="at most 10 years") as caught:
        forecast_upload(csv_of(village(241, first_year=2008)), "village")
    assert caught.value.problems[0].column == "period_end"


def test_our_own_file_is_within_the_limits():
    assert "xianghubao" in plans_of((PACKAGED_DATA / "observations.csv").read_bytes())
