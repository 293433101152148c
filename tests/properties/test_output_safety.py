"""What a reader or a file says, in what is handed on: no formula, no Markdown, no element."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from charts.scenarios import lines, scenario_chart
from charts.style.chart import Stamp
from forecasting.base.tabular import csv_bytes, to_csv
from locales import Translator
from tests.helpers import synthetic
from ui.address.reading import LONGEST_QUOTED, as_code, quoted_path

# OWASP, CSV injection: what a spreadsheet takes for the start of a formula, full-width forms too.
RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BREAKS = re.compile("[\r\n]")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
CELLS = TEXTS | st.builds(str.__add__, st.sampled_from(RUN), TEXTS)
TABLES = st.dictionaries(CELLS, st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=4)
EN = Translator("en")


def read_by_a_spreadsheet(content: str) -> list[list[str]]:
    """Lone carriage returns end a line there, unless a cell is quoted."""
    return list(csv.reader(io.StringIO(content, newline="")))


@given(TABLES)
@example({"a": ["x\r=1+1", "\r", "\n=1"]})
@example({"＝1": ["＠x", "－1", "＋"]})
def test_no_cell_of_a_csv_begins_a_formula(table: dict[str, list[str]]):
    frame = pd.DataFrame(table)
    assert csv_bytes(frame).decode("utf-8-sig") == to_csv(frame)
    rows = read_by_a_spreadsheet(to_csv(frame))
    assert [len(row) for row in rows] == [len(table)] * 4
    assert not [cell for row in rows for cell in row if cell.startswith(RUN)]


@given(TABLES)
def test_a_csv_gives_the_text_back(table: dict[str, list[str]]):
    rows = read_by_a_spreadsheet(to_csv(pd.DataFrame(table)))
    for read, written in zip(zip(*rows, strict=True), table.items(), strict=True):
        name, cells = written
        for found, text in zip(read, (name, *cells), strict=True):
            assert found.removeprefix("'") == _one_kind_of_line(text).removeprefix("'")


def _one_kind_of_line(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9))
def test_numbers_below_zero_stay_numbers(real: float, whole: int):
    frame = pd.DataFrame({"real": [real], "whole": [whole]})
    (_, (one, other)) = read_by_a_spreadsheet(to_csv(frame))
    assert (float(one), int(other)) == (float(f"{real:.15g}"), whole)


@given(st.text())
@example("`` `x` ``")
@example("")
@example("\ud800")
@example("a\u2028b\u202ec\0")
def test_a_readers_text_is_one_line_of_code(text: str):
    quoted = as_code(text)
    inside = quoted[1:-1]
    assert quoted[0] == quoted[-1] == "`"
    assert 1 <= len(inside) <= LONGEST_QUOTED
    assert inside.isprintable()
    assert "`" not in inside


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_path_cannot_end_a_link(path: str):
    assert not set(quoted_path(f"/{path}")) & set("()[]<>\"'` \n\\")


class Elements(HTMLParser):
    """The elements that a text holds for whoever reads it as HTML."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append(tag)


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=26))
@example('<a href="//x.example">y</a>')
@example("<b>&lt;&amp;")
def test_a_name_on_a_chart_is_no_element(name: str):
    forecast = synthetic.forecast()
    shown = lines(forecast, forecast, "", [(name, forecast)], EN)
    chart = scenario_chart(shown, "members", EN, Stamp(forecast.as_of, "1"))
    for trace in chart.figure.data:
        assert Elements(trace.name or "").found == []
