"""The code under a chart gives the chart's own figures: every snippet is run."""

from __future__ import annotations

import ast
import contextlib
import io
import json
from datetime import date
from functools import cache
from importlib import import_module
from typing import Any

import pandas as pd
import pytest

import forecasting.evaluation.backtest
from charts.scenarios import MEASURES
from charts.style.chart import Chart
from forecasting import Disclosures, Scenario
from forecasting.assumptions.links import Pin
from forecasting.base.tabular import csv_bytes
from forecasting.evaluation.backtest import Backtest, run_backtest
from forecasting.explain.credibility import credibility_path
from ui.blocks import show
from ui.export.kit import scenario_json
from ui.export.recipes import RECIPES, snippet
from ui.export.sharing import basis_of
from ui.pages import data_and_method as method
from ui.pages import history, plans
from ui.pages.answer import replay
from ui.pages.insurance import sections as insurance_sections
from ui.pages.scenarios import bench
from ui.registry import PAGES
from ui.view import current_view

DAYS = ("2019-06-14", "2020-10-28")
SECTIONS_OF = {
    "insurance": tuple(insurance_sections.SECTIONS),
    "plans": tuple(plans.SECTIONS),
    "data_and_method": ("checks", "credibility"),
}
# Every page, and every section of one that draws charts.
PLACES = [(spec.key, section) for spec in PAGES for section in SECTIONS_OF.get(spec.key, ("",))]
Shown = list[tuple[Chart, str]]


KITS: dict[str, Any] = {}


@pytest.fixture
def on_chart(monkeypatch) -> Shown:
    """Every chart that a page shows, with the code under it."""
    shown: Shown = []

    def note(chart: Chart, tr: Any, settings: Any = None, *_: Any, **__: Any) -> None:
        view = current_view()
        assert view is not None
        basis = basis_of(view, settings or {})
        shown.append((chart, snippet(chart, basis) or ""))
        KITS[chart.stem] = json.loads(scenario_json(chart, basis))

    for module in (show, insurance_sections, method, history, bench, replay, plans):
        monkeypatch.setattr(module, "show_chart", note)
    return shown


@cache
def _backtest_of(data_version: str) -> Backtest:
    return run_backtest(forecasting.load_disclosures())


@cache
def _path_of(day: date, scenario: Scenario) -> pd.DataFrame:
    return credibility_path(forecasting.load_disclosures().as_of(day), scenario=scenario)


@pytest.fixture(autouse=True)
def computed_once(monkeypatch) -> None:
    """Snippets that fit the model on every past day share what they find: it takes long."""

    def backtest(record: Disclosures) -> Backtest:
        return _backtest_of(record.data_version)

    def path(record: Disclosures, scenario: Scenario) -> pd.DataFrame:
        return _path_of(record.day, scenario)

    monkeypatch.setattr(forecasting.evaluation.backtest, "run_backtest", backtest)
    # The function of the same name hides the module.
    module = import_module("forecasting.explain.credibility")
    monkeypatch.setattr(module, "credibility_path", path)


def opened(open_page, on_chart: Shown, key: str, section: str, **address: str) -> Shown:
    """What a section of a page draws itself, the page's own charts only in its first section."""
    app = open_page(key, **address, **({"section": section} if section else {}))
    del on_chart[:]
    app.run()
    is_first = not section or section == SECTIONS_OF[key][0]
    return on_chart if is_first else on_chart[1:]


def assert_given_again(found: Shown) -> None:
    for chart, code in found:
        assert code, chart.stem
        assert printed(code) == csv_bytes(chart.table).decode("utf-8-sig"), chart.stem
        assert_short_and_tidy(code)


def assert_short_and_tidy(code: str) -> None:
    """Nothing is imported that is not used, and no line is wide."""
    tree = ast.parse(code)
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert max(len(line) for line in code.splitlines()) <= 100
    assert len(code.splitlines()) <= 50


def printed(code: str) -> str:
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "reproduce.py", "exec"), {})
    return stream.getvalue()


# A section on one day, a page on an early one too: each snippet fits anew.
@pytest.mark.parametrize(
    ("key", "section", "day"),
    [(*place, day) for place in PLACES for day in DAYS if day == DAYS[1] or not place[1]],
)
def test_every_snippet_prints_the_csv_of_its_chart(open_page, on_chart, key, section, day):
    language = "en" if day == DAYS[1] else "zh"
    assert_given_again(opened(open_page, on_chart, key, section, lang=language, as_of=day))


@pytest.mark.parametrize(
    "address",
    [
        {"fee": "0.1", "deduction": "0.2"},
        {"age": "34.4"},
        {"table": "28_severe_2020_definition", "age": "34.4"},
    ],
    ids=["other inputs", "inputs that cannot be used", "another table"],
)
def test_the_readers_own_inputs_are_in_the_code(open_page, on_chart, address):
    open_page("steady_state", lang="en", **address)
    for chart, code in on_chart:
        assert printed(code) == csv_bytes(chart.table).decode("utf-8-sig"), chart.stem


def test_who_pays_is_in_the_code(open_page, on_chart):
    open_page("my_share", lang="zh", joined="2019-07-01", left="2021-05-20", people="3", tier="1/2")
    own = [(chart, code) for chart, code in on_chart if chart.stem.startswith("my-")]
    assert len(own) == 2
    for chart, code in own:
        assert "Member(joined=date(2019, 7, 1), left=date(2021, 5, 20), people=3" in code
        assert printed(code) == csv_bytes(chart.table).decode("utf-8-sig"), chart.stem


@pytest.mark.parametrize("measure", MEASURES)
def test_a_scenario_and_the_pinned_ones_are_in_the_code(open_page, on_chart, measure):
    app = open_page("scenarios", lang="en", ramp_years="1.5")
    app.session_state["_scenario_pins"] = (Pin("as fitted", Scenario(exit_elasticity=0.5)),)
    app.session_state["scenario_measure"] = measure
    del on_chart[:]
    app.run()
    ((chart, code),) = on_chart
    assert "ramp_years=1.5" in code
    assert "exit_elasticity" in code
    assert printed(code) == csv_bytes(chart.table).decode("utf-8-sig")


def test_every_recipe_belongs_to_a_chart_of_a_page(open_page, on_chart):
    stems = {"own-forecast"}  # of an uploaded file
    for key, section in PLACES:
        found = opened(open_page, on_chart, key, section, lang="en")
        stems |= {chart.stem for chart, _ in found}
        assert [chart.stem for chart, code in found if not code] == []
    assert [name for name in RECIPES if not any(stem.startswith(name) for stem in stems)] == []


INSURANCE = {
    "insured_age": "47", "sex": "female", "safety_loading": "0.5", "expense_share": "0.2",
    "business": "group", "table_deduction": "0.25",
    "incidence_table": "25_diseases_2007_definition",
}  # fmt: skip
OF_SECTION = {
    "trend": {"trend_factor": "0.13", "years_ahead": "8", "insured_multiple": "1.4"},
    "hospital": {
        "patient_age": "61", "daily_allowance": "250", "insured_multiple": "1.4",
        "residence": "rural", "suspect_cells": "printed",
    },
    "level": {"interest": "0.015", "lapse": "0.03"},
}  # fmt: skip


@pytest.mark.parametrize("section", tuple(insurance_sections.SECTIONS))
def test_the_inputs_of_the_insurance_page_are_in_code_and_kit(open_page, on_chart, section):
    asked = INSURANCE | OF_SECTION.get(section, {})
    found = opened(open_page, on_chart, "insurance", section, lang="zh", **asked)
    assert_given_again(found)
    for chart, _ in found:
        sentence = KITS[chart.stem]
        assert sentence["settings"] == {}
        of_chart = asked if chart is found[-1][0] else INSURANCE
        assert {name: as_text(value) for name, value in sentence["insurance"].items()} == of_chart


def as_text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def test_the_year_of_the_decline_is_in_code_and_kit(open_page, on_chart):
    for chart, code in opened(open_page, on_chart, "plans", "decline", lang="en"):
        assert KITS[chart.stem]["plans"] == {"year": plans.DECLINE_YEAR}
        assert f", {plans.DECLINE_YEAR})" in code


def test_a_pinned_stop_of_enrolment_is_in_code_and_kit(open_page, on_chart):
    stop = {"enrolment_stops_on": "2020-06-28"}
    app = open_page("scenarios", lang="en", **stop)
    app.session_state["_scenario_pins"] = (Pin("Stop", Scenario(**stop)),)
    del on_chart[:]
    app.run()
    ((chart, code),) = on_chart
    assert "Scenario(enrolment_stops_on=date(2020, 6, 28))" in code
    assert KITS[chart.stem]["settings"]["pinned"] == [["Stop", stop]]
    assert KITS[chart.stem]["scenario"]["enrolment_stops_on"] == "2020-06-28"
    assert_given_again(on_chart)
