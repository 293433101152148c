"""A bad file is refused with every problem: file, row, column, what was found, what is legal."""

from __future__ import annotations

from pathlib import Path

import pytest

from forecasting.base.errors import InputError
from forecasting.base.files import MOST_TABLE_BYTES
from forecasting.disclosures import (
    PACKAGED_DATA,
    QUANTITIES,
    InputWarning,
    read_observations,
    validate_observations,
)
from forecasting.disclosures.problems import MOST_PROBLEMS
from forecasting.disclosures.schemas import OBSERVATIONS, TABLES
from forecasting.disclosures.validation import validate_table
from tests.helpers.observation_rows import csv_of, figure


def problems_of(content: bytes) -> list[str]:
    with pytest.raises(InputError) as refused:
        read_observations(content, "mine.csv")
    return str(refused.value).splitlines()


def test_our_own_observations_are_valid():
    figures = validate_observations(PACKAGED_DATA / "observations.csv")
    assert figures["row"].tolist() == list(range(2, len(figures) + 2))


@pytest.mark.parametrize(
    ("column", "found", "legal"),
    [
        ("value", "-3", "0 or more"),
        ("value", "", "0 or more"),
        ("value", "inf", "0 or more"),
        ("value", "-inf", "0 or more"),
        ("value", "nan", "0 or more"),
        ("value", "1e999", "0 or more"),
        ("value", "4,86", "0 or more"),
        ("value", "1_000", "0 or more"),
        ("value", "0x10", "0 or more"),
        ("value", "１_０", "0 or more"),
        ("value", "4.86 dollars", "0 or more"),
        ("value", "10000.01", "at most 10,000 rmb_per_member"),
        ("rounding_half_width", "-0.1", "0 or more"),
        ("rounding_half_width", "wide", "0 or more"),
        ("rounding_half_width", "1e9", "at most 10,000 rmb_per_member"),
        ("plan", "", "text of 1 to"),
        ("source_id", "", "text of 1 to"),
        ("quantity", "shares", "share, share_sum"),
        ("scope", "everybody", "critical_illness, seniors_cancer"),
        ("unit", "euro", "rmb_per_member, persons"),
        ("unit", "persons", "rmb_per_member, the unit of share"),
        ("bound", "<=", "=, <, >, over"),
        ("confidence", "certain", "high, medium, low"),
        ("placement", "guessed", "stated, inferred"),
        ("period_end", "2020-02-30", "a day that exists"),
        ("period_end", "28.10.2020", "a day that exists"),
        ("period_end", "20201028", "a day that exists"),
        ("period_end", "2020-10-28T00:00", "a day that exists"),
        ("period_start", "1999-12-31", "from 2000-01-01 to 2100-12-31"),
        ("period_end", "2101-01-01", "from 2000-01-01 to 2100-12-31"),
        ("period_end", "2020-10-14", "not before period_start, 2020-11-14"),
    ],
)
def test_one_bad_cell_is_named(column: str, found: str, legal: str):
    lines = problems_of(csv_of([figure(), figure("2020-11-14") | {column: found}]))
    assert len(lines) == 1
    assert lines[0].startswith(f"mine.csv: row 3, column {column}: found '{found}', legal: ")
    assert legal in lines[0]


def test_every_quantity_has_a_limit_and_a_unit():
    for name, quantity in QUANTITIES.items():
        most = figure(quantity=name, unit=quantity.unit, value=f"{quantity.highest:.0f}")
        assert len(read_observations(csv_of([most]), "mine.csv")) == 1
        beyond = most | {"value": f"{quantity.highest * 1.01:.0f}"}
        assert f"the most a {name} can be" in problems_of(csv_of([beyond]))[0]


def test_more_members_than_people_on_earth():
    row = figure(quantity="members", unit="persons", value="9000000000")
    assert "at most 8,300,000,000 persons" in problems_of(csv_of([row]))[0]


def test_all_problems_are_listed_by_row():
    rows = [figure(value="-3", unit="euro"), figure("2020-11-14"), figure(bound="?")]
    lines = problems_of(csv_of(rows))
    assert [line.split(":")[1] for line in lines] == [
        " row 2, column value",
        " row 2, column unit",
        " row 4, column bound",
    ]


def test_problems_are_capped():
    lines = problems_of(csv_of([figure(value="-3")] * 20_000))
    assert len(lines) == MOST_PROBLEMS + 1
    assert lines[-1] == f"mine.csv: and more; the first {MOST_PROBLEMS} are listed"


def test_a_bad_cell_far_down_is_found():
    rows = [figure(plan=f"plan {i}") for i in range(12_000)] + [figure(value="-3")]
    assert problems_of(csv_of(rows)) == [
        "mine.csv: row 12002, column value: found '-3', legal: a number, 0 or more"
    ]


@pytest.mark.parametrize(
    "change", [{"value": "4.90"}, {"value": "4.90", "note": "again"}, {"value": "0"}]
)
def test_one_source_gives_one_value(change: dict[str, str]):
    lines = problems_of(csv_of([figure("2020-10-14"), figure(), figure() | change]))
    assert lines == [
        f"mine.csv: row 4, column value: found '{change['value']}', legal: 4.86, the value in "
        "row 3 of the same plan, scope, quantity, interval, source and bound"
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"value": "4.860"},
        {"value": "4.90", "source_id": "herald"},
        {"value": "4.90", "bound": "<"},
        {"value": "4.90", "plan": "town"},
        {"value": "4.90", "scope": "all_plans"},
        {"value": "4.90", "period_start": "2020-10-15"},
    ],
)
def test_rows_that_do_not_contradict_are_accepted(change: dict[str, str]):
    assert len(read_observations(csv_of([figure(), figure() | change]), "mine.csv")) == 2


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "mine.csv: empty"),
        (b" \n\t\r\n", "mine.csv: empty"),
        (b"\xef\xbb\xbf", "mine.csv: empty"),
        (csv_of([]), "mine.csv: no rows"),
        (b"\x89PNG\r\n\x1a\n\0\0", "row 1: found byte 0x89, legal: text encoded as UTF-8"),
        (csv_of([figure(note="\0")]), "row 2: found the control character '\\x00'"),
        (csv_of([figure()]).decode().encode("utf-16") + b"x", "row 3: found byte 0x78"),
        (csv_of([figure(note="Müller")]).decode().encode("latin-1"), "row 2: found byte 0xfc"),
        (csv_of([figure(note="相互寶計劃")]).decode().encode("big5"), "row 2: found byte 0xac"),
        (csv_of([figure(plan="xianghu\u200bbao")]), "row 2: found the invisible character U+200B"),
        (csv_of([figure(note="\u202eoab")]), "row 2: found the invisible character U+202E"),
        (csv_of([figure(note="\x85")]), "row 2: found the control character"),
        (csv_of([figure()]) + b"a,b\n", "row 3: found 2 cells, legal: 13, as in the header"),
        (csv_of([figure()]) + b"," * 13 + b"x", "row 3: found 14 cells"),
        (csv_of([figure()]) + b'"', "row 3: found a row that cannot be read"),
        (b'a"b",c\n"d"e,f\n', "row 2: found a row that cannot be read"),
        (csv_of([figure(note="o" * 200_000)]), "row 2: found a row that cannot be read"),
        (csv_of([figure(note="o" * 10_001)]), "column note: found 'ooo"),
        (b"," * 101 + b"x\n", "row 1: found 102 columns, legal: at most 100"),
        (b"plan,,value\n1,2,3\n", "row 1: found a column without a name"),
        (b"plan,plan\n1,2\n", "row 1: found column 'plan' 2 times"),
    ],
)
def test_a_file_that_is_no_table(content: bytes, expected: str):
    assert expected in problems_of(content)[0]


def test_a_file_over_20_mb_is_refused(tmp_path: Path):
    path = tmp_path / "large.csv"
    path.write_bytes(csv_of([figure()]) + b"\n" * MOST_TABLE_BYTES)
    with pytest.raises(InputError, match="larger than 20 MB"):
        validate_observations(path)


@pytest.mark.parametrize("name", ["nowhere.csv", ".", "bad\0name.csv"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str):
    with pytest.raises(InputError, match=r"cannot be read|not a file name"):
        validate_observations(f"{tmp_path}/{name}")


def test_missing_columns_are_all_named():
    columns = [name for name in OBSERVATIONS.columns if name not in ("value", "unit")]
    (line,) = problems_of(csv_of([figure()], columns))
    assert line.startswith("mine.csv: row 1: found no column value, unit, legal: the columns plan")


def test_an_unknown_column_is_left_out_with_a_warning():
    content = csv_of([figure() | {"colour": "red"}], [*OBSERVATIONS.columns, "colour"])
    with pytest.warns(InputWarning, match="'colour' is not in the data dictionary"):
        figures = read_observations(content, "mine.csv")
    assert list(figures.columns) == ["row", *OBSERVATIONS.columns]


def test_the_note_may_be_left_out_and_the_rounding_empty():
    columns = [name for name in OBSERVATIONS.columns if name != "note"]
    figures = read_observations(csv_of([figure(rounding_half_width="")], columns), "mine.csv")
    assert figures.loc[0, ["note", "rounding_half_width"]].tolist() == ["", 0.0]


def test_columns_in_any_order_blanks_and_line_endings_are_read():
    plain = csv_of([figure(note="“one”, two"), figure("2020-11-14", value=" 5.1 ")])
    turned = csv_of(
        [figure(note="“one”, two"), figure("2020-11-14", value="5.1")],
        reversed(OBSERVATIONS.columns),
    )
    variants = [
        plain,
        turned,
        b"\xef\xbb\xbf" + plain,
        plain.replace(b"\n", b"\r\n"),
        plain.rstrip(b"\n"),
    ]
    frames = [read_observations(content, "mine.csv") for content in variants]
    assert all(frame.equals(frames[0]) for frame in frames)


def test_rows_are_numbered_by_line():
    rows = csv_of([figure(note="two\nlines"), figure("2020-11-14", value="-3")])
    blank = rows.replace(b"2020-11-14", b"2020-11-14", 1).replace(b"\nvillage", b"\n\nvillage", 1)
    assert "row 4," in problems_of(rows)[0]
    assert "row 5," in problems_of(blank)[0]


def test_text_that_a_spreadsheet_would_run_stays_text():
    figures = read_observations(csv_of([figure(note="=1+1")]), "mine.csv")
    assert figures.loc[0, "note"] == "=1+1"


@pytest.mark.parametrize("schema", TABLES, ids=lambda schema: schema.name)
def test_every_packaged_table_is_valid_and_not_empty(schema):
    table = validate_table((PACKAGED_DATA / schema.file).read_bytes(), schema.file, schema)
    assert len(table.frame)
    assert not table.warnings


@pytest.mark.parametrize("schema", TABLES, ids=lambda schema: schema.name)
def test_a_table_of_one_header_line_has_no_rows(schema):
    header = ",".join(schema.columns).encode()
    if schema is OBSERVATIONS:
        with pytest.raises(InputError, match="no rows"):
            validate_table(header, schema.file, schema)
    else:
        assert validate_table(header, schema.file, schema).frame.empty


@pytest.mark.parametrize(
    "schema", [table for table in TABLES if table.unique], ids=lambda schema: schema.name
)
def test_a_second_row_for_a_key_is_refused(schema):
    header, row = (PACKAGED_DATA / schema.file).read_bytes().splitlines()[:2]
    with pytest.raises(InputError, match=r"row 3: found a second row for"):
        validate_table(b"\n".join([header, row, row]), schema.file, schema)


@pytest.mark.parametrize(
    ("name", "row", "expected"),
    [
        (
            "plans",
            "p,P,P,,2019,year,2018,year,,,,s",
            "column closed: found '2018', legal: not before",
        ),
        ("plans", "p,P,P,,19,year,,,,,,s", "column launched: found '19', legal: YYYY"),
        ("plans", "p,P,P,,2019-13,month,,,,,,s", "column launched: found '2019-13'"),
        ("events", "2020-01-01,day,p,party,a,b,s", "column kind: found 'party', legal: launch"),
        ("ci_incidence", "t,male,32.5,1,s", "column age: found '32.5', legal: a whole number"),
        ("ci_incidence", "t,male,106,1,s", "column age: found '106'"),
        ("life_table", "t,male,32,1.5,s", "column death_probability: found '1.5', legal: a number"),
        (
            "shocks",
            "p,x,2020-02-14,1.5,0,0,2020-02-14,s,",
            "column payment: found '1.5', legal: a number, 0 to 1",
        ),
        (
            "published_forecasts",
            "p,me,2020-01-01,share,2020-01-14,2020-01-14,20000,=,s",
            "column value: found '20000', legal: at most 10,000",
        ),
    ],
)
def test_other_tables_name_the_bad_cell(name: str, row: str, expected: str):
    schema = next(table for table in TABLES if table.name == name)
    content = f"{','.join(schema.columns)}\n{row}\n".encode()
    with pytest.raises(InputError) as refused:
        validate_table(content, schema.file, schema)
    assert expected in str(refused.value)
