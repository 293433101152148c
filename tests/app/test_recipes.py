"""The code under a chart gives the chart's own figures: every snippet is run."""

from __future__ import annotations

import ast
import contextlib
import io
from functools import cache
from typing import Any

import pytest

import forecasting.backtest
from charts.base import Chart
from charts.recipes import RECIPES, snippet
from charts.scenarios import MEASURES
from forecasting import Disclosures, Scenario
from forecasting.backtest import Backtest, run_backtest
from ui import exports, show
from ui.registry import PAGES
from ui.scenario_state import Pin
from ui.sharing import basis_of
from ui.view import current_view

DAYS = ("2019-06-14", "2020-10-28", "2021-12-14")
# Charts drawn before there were recipes, each on its page.
PAGES_WITH_RECIPES = (
    "answer", "growth", "selection_lag", "steady_state", "track_record", "history", "my_share",
    "scenarios",
)  # fmt: skip
Drawn = list[tuple[Chart, str]]


@pytest.fixture
def drawn(monkeypatch) -> Drawn:
    """Every chart that a page shows, with the code under it."""
    shown: Drawn = []

    def note(chart: Chart, tr: Any, settings: Any = None, *, leads: bool = False) -> None:
        view = current_view()
        assert view is not None
        code = snippet(chart, basis_of(view, settings or {}))
        if code is not None:
            shown.append((chart, code))

    monkeypatch.setattr(show, "show_chart", note)
    return shown


@cache
def _backtest_of(data_version: str) -> Backtest:
    return run_backtest(forecasting.load_disclosures())


@pytest.fixture(autouse=True)
def one_backtest(monkeypatch) -> None:
    """Snippets that run a backtest share one: it takes long."""

    def shared(record: Disclosures) -> Backtest:
        return _backtest_of(record.data_version)

    monkeypatch.setattr(forecasting.backtest, "run_backtest", shared)


def printed(code: str) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "reproduce.py", "exec"), {})
    return stream.getvalue()


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("key", PAGES_WITH_RECIPES)
def test_every_snippet_prints_the_csv_of_its_chart(open_page, drawn, key, day):
    open_page(key, lang="en" if day == DAYS[1] else "zh", as_of=day)
    assert drawn
    for chart, code in drawn:
        assert printed(code) == exports.csv_bytes(chart.table).decode("utf-8-sig"), chart.stem


@pytest.mark.parametrize(
    "address",
    [
        {"fee": "0.1", "deduction": "0.2"},
        {"age": "34.4"},
        {"table": "28_severe_2020_definition", "age": "34.4"},
    ],
    ids=["other inputs", "inputs that cannot be used", "another table"],
)
def test_the_readers_own_inputs_are_in_the_code(open_page, drawn, address):
    open_page("steady_state", lang="en", **address)
    for chart, code in drawn:
        assert printed(code) == exports.csv_bytes(chart.table).decode("utf-8-sig"), chart.stem


def test_who_pays_is_in_the_code(open_page, drawn):
    open_page("my_share", lang="zh", joined="2019-07-01", left="2021-05-20", people="3", tier="1/2")
    own = [(chart, code) for chart, code in drawn if chart.stem.startswith("my-")]
    assert len(own) == 2
    for chart, code in own:
        assert "Member(joined=date(2019, 7, 1), left=date(2021, 5, 20), people=3" in code
        assert printed(code) == exports.csv_bytes(chart.table).decode("utf-8-sig"), chart.stem


@pytest.mark.parametrize("measure", MEASURES)
def test_a_scenario_and_the_pinned_ones_are_in_the_code(open_page, drawn, measure):
    app = open_page("scenarios", lang="en", ramp_years="1.5")
    app.session_state["_scenario_pins"] = (Pin("as fitted", Scenario(exit_elasticity=0.5)),)
    app.session_state["scenario_measure"] = measure
    del drawn[:]
    app.run()
    ((chart, code),) = drawn
    assert "ramp_years=1.5" in code
    assert "exit_elasticity" in code
    assert printed(code) == exports.csv_bytes(chart.table).decode("utf-8-sig")


def test_every_recipe_belongs_to_a_chart_of_a_page(open_page, drawn):
    for spec in PAGES:
        open_page(spec.key, lang="en")
    stems = {chart.stem for chart, _ in drawn}
    assert [name for name in RECIPES if not any(stem.startswith(name) for stem in stems)] == []


def test_the_code_is_short_and_imports_only_what_it_uses(open_page, drawn):
    for key in PAGES_WITH_RECIPES:
        open_page(key, lang="en")
    for chart, code in drawn:
        tree = ast.parse(code)
        imported = {
            alias.name
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert imported <= used, chart.stem
        assert max(len(line) for line in code.splitlines()) <= 100
        assert len(code.splitlines()) <= 45
