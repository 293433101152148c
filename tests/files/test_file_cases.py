"""Every file of ``tests/cases``: read as a user would call right, or refused in words."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from forecasting import InputError, Refused
from forecasting.base.tabular import csv_bytes, to_csv
from forecasting.cli.main import main
from forecasting.disclosures import load_disclosures, read_disclosures
from forecasting.disclosures.left_out import left_out
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.disclosures.validation import ValidTable, validate_table
from forecasting.uploads.reading import forecast_upload, plans_of

CASES = Path(__file__).parents[1] / "cases"
PLAN = "demo_plan"


# As a spreadsheet program saves a file, which no text file of this project may be.
SAVED_AS = {"gbk.csv": ("chinese_notes.csv", "gbk"), "utf16.csv": ("base.csv", "utf-16")}


def content(name: str) -> bytes:
    if name in SAVED_AS:
        source, encoding = SAVED_AS[name]
        return (CASES / source).read_bytes().decode("utf-8-sig").encode(encoding)
    return (CASES / name).read_bytes()


def table(name: str) -> ValidTable:
    return validate_table(content(name), name, OBSERVATIONS)


def figures(name: str) -> pd.DataFrame:
    """What is read, without plan, source and note."""
    columns = ["quantity", "period_start", "period_end", "value", "rounding_half_width"]
    return table(name).frame[columns].reset_index(drop=True)


def sheet(*rows: list[object], title: str = "Sheet") -> bytes:
    """A workbook of one sheet."""
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(text: str | bytes, file: str = "mine.csv") -> ValidTable:
    return validate_table(text if isinstance(text, bytes) else text.encode(), file, OBSERVATIONS)


def refused(text: str | bytes, file: str = "mine.csv") -> str:
    with pytest.raises(InputError) as caught:
        read(text, file)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("utf16.csv", "read as UTF-16"),
        ("date_slash.csv", "'2020/6/14' is 2020-06-14"),
        ("date_serial.csv", "'43996' is 2020-06-14"),
        ("semicolon.csv", "separated by semicolons"),
        ("semicolon_decimal_comma.csv", "'3,10' is 3.10"),
        ("trailing_commas_rows.csv", ""),
        ("zh_plan.csv", ""),
    ],
)
def test_what_a_spreadsheet_made_of_the_sound_file_reads_as_it_and_is_said(name, sentence):
    assert figures(name).equals(figures("base.csv"))
    assert bool(table(name).warnings) == bool(sentence)
    assert sentence in "\n".join(table(name).warnings)


def test_a_file_as_a_chinese_spreadsheet_saves_it():
    found = table("gbk.csv")
    assert set(found.frame["plan"]) == {"互助计划"}
    assert "GB18030" in found.warnings[0]
    assert "'互助计划'" in found.warnings[0]


def test_every_digit_is_kept_and_no_exponent_is_written():
    text = to_csv(table("big_numbers.csv").frame)
    assert "12345678901.25" in text
    assert "0.000012345" in text
    assert "e-" not in text


def test_invisible_characters_are_refused_and_formulas_stay_text():
    assert "row 2: found the invisible character U+200B" in refused(content("text/plan-zwsp.csv"))
    formula = content("text/formula.csv").replace(b"p,=cmd|calc!A1,", b"=cmd|calc!A1,all_plans,")
    assert to_csv(read(formula).frame).splitlines()[1].startswith("'=cmd")
    assert len(table("text/hostile-text.csv").frame) == 5


def test_the_template_goes_through_a_chinese_spreadsheet_and_back():
    """Opened, saved as GBK with rewritten dates and dropped zeros, and read again."""
    ours = load_disclosures().as_of("2020-10-28").figures()[list(OBSERVATIONS.columns)]
    rows = [line for line in csv_bytes(ours).decode("utf-8-sig").splitlines() if line]
    frame = pd.read_csv(io.StringIO("\n".join(rows)), dtype=str, keep_default_na=False)
    for column in ("period_start", "period_end"):
        days = pd.to_datetime(frame[column])
        frame[column] = [f"{day.year}/{day.month}/{day.day}" for day in days]
    saved = frame.to_csv(index=False).encode("gb18030")
    again = read(saved).frame.reset_index(drop=True)
    assert again[["plan", "quantity", "period_end", "bound"]].equals(
        ours[["plan", "quantity", "period_end", "bound"]].reset_index(drop=True)
    )
    assert again["value"].tolist() == ours["value"].tolist()


def test_a_workbook_of_the_simple_sheet():
    day = date(2020, 6, 14)
    found = read(
        sheet(
            ["日期", "每人分摊（元）", "分摊人数", "救助人数", "备注"],
            [day, 3.1, 90_000_000, 1234, None],
            [],
            ["2020/6/28", "３．２５元", "91,000,000", None, "首次"],
        ),
        "村里.xlsx",
    )
    frame = found.frame
    assert set(frame["plan"]) == {"村里"}
    assert frame["quantity"].tolist() == [
        "share", "sharing_members", "helped", "share", "sharing_members",
    ]  # fmt: skip
    assert frame["value"].tolist() == [3.1, 90e6, 1234.0, 3.25, 91e6]
    assert frame["rounding_half_width"].tolist() == [0.005, 0.0, 0.0, 0.005, 0.0]
    assert frame.index.tolist() == [2, 2, 2, 4, 4]
    assert frame["period_end"].dt.date.tolist() == [day] * 3 + [date(2020, 6, 28)] * 2
    together = "\n".join(found.warnings)
    for part in ("每人分摊（元） = share", "'2020/6/28' is 2020-06-28", "'91,000,000' is 91000000"):
        assert part in together


def test_a_workbook_says_which_sheet_and_which_formula():
    book = Workbook()
    book.active.title = "空"
    other = book.create_sheet("数据")
    for row in (["date", "share"], ["2020-06-14", 3.1]):
        other.append(row)
    stream = io.BytesIO()
    book.save(stream)
    assert "sheet '数据' is read, of 2" in read(stream.getvalue()).warnings[0]
    formula = sheet(["date", "share"], ["2020-06-14", "=1+2"])
    assert "row 2: found a formula without a stored value, '=1+2'" in refused(formula)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("date,share\n14/06/2020,3\n", "row 2, column date: found '14/06/2020'"),
        ("date,share\n1/6/20,3\n2/6/20,3\n3/6/20,3\n", "none of the 3 cells is one"),
        ("date;share\n2020-06-14;1,234\n", "row 2, column share: found '1,234'"),
        ('date,share,helped\n2020-06-14,3.10,"3,10"\n', "row 2, column helped: found '3,10'"),
        ("日期,分摊\n2020-06-14,x\n", "row 2, column 分摊: found 'x'"),
        ("date,share\n2020-06-14,\n", "legal: a row with a share, members, helped"),
        ("date,share\n2020-06-14,1\n2020-06-14,2\n", "row 3: found a second row for"),
        ("date,share\n", "no rows"),
        ("date,colour\n2020-06-14,red\n", "found no column plan, scope"),
    ],
)
def test_what_can_be_meant_in_two_ways_is_refused_in_the_files_own_words(text, expected):
    assert expected in refused(text)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.234,5", 1234.5), ("1.234", 1234.0), ("0,5", 0.5), ("12,25 元", 12.25)],
)
def test_decimal_commas_hold_for_the_whole_file(cell, value):
    found = read(f"date;share;helped\n2020-06-14;3,10;\n2020-06-28;;{cell}\n")
    assert found.frame["value"].tolist() == [3.1, value]


def test_a_known_name_with_later_dates_is_a_plan_of_its_own():
    for name, days in (("known_plan_after_closure.csv", 8), ("example_name_kept_new_dates.csv", 8)):
        known = read_disclosures(content(name), name, "xianghubao")
        assert known.plan_info.closed is None
        assert known.rules.empty
        assert known.shocks.empty
        assert set(known.events["plan"]) <= {"industry"}
        assert len(known.settlement_values("share")) == days
        (sentence,) = [text for text in known.warnings if "it closed on 2022-01-28" in text]
        assert "plan of its own" in sentence


def test_our_own_record_is_no_namesake():
    assert not any("plan of its own" in text for text in load_disclosures().warnings)


@pytest.mark.parametrize("name", ["example_name_kept_new_dates.csv", "half_zero.csv"])
def test_the_file_is_forecast(name):
    (plan,) = plans_of(content(name))
    found = forecast_upload(content(name), plan, file=name)
    shown = found.forecast.periods.dropna(subset="share_disclosed")["date"].dt.date
    assert set(found.known.settlement_values("share").index) <= {*shown}
    assert found.fitted + len(found.left_out) == found.rows


def test_every_row_left_out_is_listed_with_its_reason_in_a_refusal_too():
    found = forecast_upload(content("half_zero.csv"), PLAN)
    assert found.left_out["row"].tolist() == [3, 5, 7, 9, 11]
    assert set(found.left_out["reason"]) == {"zero"}
    with pytest.raises(Refused) as caught:
        forecast_upload(content("all_low_m.csv"), PLAN)
    low = left_out(read_disclosures(content("all_low_m.csv"), "a.csv", PLAN).observations)
    assert len(caught.value.lines) == 1 + len(low) == 11
    assert "row 2: share 3.1 of 2020-06-14 is not fitted: low confidence" in caught.value.lines[1]


def test_validate_lists_what_will_not_be_fitted(capsys):
    path = str(CASES / "dup_dates_other_source.csv")
    assert main(["validate", path]) == 0
    assert "row 14: share 9.99 of 2020-07-28 is not fitted" in capsys.readouterr().out
    assert main(["validate", path, "--format", "json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)["not_fitted"]
    assert (row["row"], row["value"], row["reason"]) == (14, 9.99, "superseded")
    assert row["why"]


def test_a_csv_written_to_a_file_has_the_mark_and_none_to_the_terminal(tmp_path, capsys):
    path = str(CASES / "zh_plan.csv")
    target = tmp_path / "out.csv"
    assert main(["validate", path, "--format", "csv", "--output", str(target)]) == 0
    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert main(["validate", path, "--format", "csv"]) == 0
    out = capsys.readouterr().out
    assert not out.startswith("\ufeff")
    assert target.read_text(encoding="utf-8-sig") == out
