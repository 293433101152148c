"""What pages take from the release, what they compute, and that no cache in memory grows on."""

from __future__ import annotations

import ast
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import streamlit as st

import forecasting
from forecasting import Forecast, Scenario
from forecasting.base.tabular import to_json
from forecasting.release import building, folder
from locales import Translator
from ui import results
from ui.controls.shared import days_to_choose
from ui.server import released
from ui.view import FITTED, HORIZON, PLAN, View

ROOT = Path(__file__).parents[3]
LAYERS = [ROOT / name for name in ("charts", "forecasting", "locales", "pages", "sentences", "ui")]
# A cache with no word of a limit.
CACHE = (
    r"(functools\.)?(cache|lru_cache(\((?!.*maxsize=)|.*maxsize=None).*|lru_cache)"
    r"|st\.cache_(data|resource)(\((?!.*max_entries=\w).*)?"
)
DAY, OTHER_DAY = date(2020, 9, 14), date(2020, 9, 28)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, not made yet, and nothing said before."""
    monkeypatch.setenv(folder.FOLDER_VARIABLE, str(tmp_path / "kept"))
    released._say_once.cache_clear()
    return tmp_path / "kept"


@pytest.fixture
def counts():
    counted = released.Tally()
    token = released.tally.set(counted)
    yield counted
    released.tally.reset(token)


def forecast_anew(*key: Any) -> Forecast:
    """What the page's cache in memory would ask for."""
    return results._forecast.__wrapped__(*key)  # type: ignore[attr-defined]


def as_text(one: Forecast) -> str:
    return to_json(one.to_dict())


def test_a_day_of_the_release_is_read_and_any_other_computed(counts):
    computed = forecast_anew(PLAN, DAY, FITTED, HORIZON)
    building.build([DAY], processes=1)
    before = (counts.computed, counts.from_disk)
    read = forecast_anew(PLAN, DAY, FITTED, HORIZON)
    assert (counts.computed, counts.from_disk) == (before[0], before[1] + 1)
    pd.testing.assert_frame_equal(read.periods, computed.periods, check_exact=True)
    assert as_text(read) == as_text(computed)
    assert forecast_anew(PLAN, OTHER_DAY, FITTED, HORIZON).as_of == OTHER_DAY
    assert counts.from_disk == before[1] + 1
    assert counts.computed > before[0]


def test_without_a_release_it_is_said_once(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.WARNING):
        assert [released.released("a", lambda: 1) for _ in range(3)] == [1] * 3
    assert caplog.text.count("no release was built") == 1
    assert released.state_of_the_release() == "no release was built"


def test_switched_off_it_says_nothing(caplog, monkeypatch):
    monkeypatch.setenv(folder.FOLDER_VARIABLE, folder.OFF)
    with caplog.at_level(logging.WARNING):
        assert released.released("a", lambda: 1) == 1
    assert (caplog.text, released.state_of_the_release()) == ("", "off")


def test_a_damaged_file_is_computed_and_said(caplog: pytest.LogCaptureFixture):
    release = building.build([DAY], processes=1)
    assert released.state_of_the_release() == "yes"
    name = building.forecast_name(PLAN, DAY, HORIZON)
    path = release.folder / f"{name}.json.gz"
    path.write_bytes(path.read_bytes()[:-100])
    with caplog.at_level(logging.WARNING):
        assert released.released(name, lambda: "computed") == "computed"
    assert "is not what was written" in caplog.text


def test_a_fit_is_read_and_one_that_is_damaged_computed(counts):
    fit_anew = results._fit.__wrapped__  # type: ignore[attr-defined]
    release = building.build([DAY], processes=1)
    read = fit_anew(PLAN, DAY, FITTED)
    assert (counts.computed, counts.from_disk) == (0, 1)
    path = release.folder / f"{building.fit_name(PLAN, DAY)}.json.gz"
    path.write_bytes(path.read_bytes()[:-1])
    computed = fit_anew(PLAN, DAY, FITTED)
    assert (counts.computed, counts.from_disk) == (1, 1)
    assert to_json(read.to_dict()) == to_json(computed.to_dict())
    fit_anew(PLAN, DAY, Scenario(delay_days=150))
    assert (counts.computed, counts.from_disk) == (2, 1)


def test_the_release_holds_what_pages_and_programs_ask_for():
    record = results.full_record()
    days = [day.isoformat() for day in building.as_of_days(record)]
    assert sorted(days_to_choose()[0]) == days
    assert HORIZON == building.PAGES
    assert 2 * len(days) <= results.MOST_DAYS


def test_a_slider_evicts_no_day(monkeypatch: pytest.MonkeyPatch):
    seen: list[Scenario] = []

    @results._by_day
    def result_of(plan: str, as_of: date, scenario: Scenario) -> int:
        seen.append(scenario)
        return len(seen)

    first = result_of(PLAN, DAY, FITTED)
    for number in range(results.MOST_RESULTS + 5):
        result_of(PLAN, DAY, Scenario(delay_days=100 + number))
    assert result_of(PLAN, DAY, FITTED) == first == 1
    assert result_of(PLAN, DAY, Scenario(delay_days=100)) > results.MOST_RESULTS


def test_two_results_of_a_day_do_not_share_a_cache():
    one = results._by_day(lambda plan, as_of, scenario: "one")
    assert results._fit(PLAN, DAY, FITTED) is results._fit(PLAN, DAY, FITTED)
    view = View(Translator("en"), DAY)
    assert isinstance(results.dilution_for(view), forecasting.Dilution)
    assert isinstance(results.curves_for(view), forecasting.SelectionCurves)
    assert results.curves_for(view) is results.curves_for(view)
    assert one(PLAN, DAY, FITTED) == "one"


def test_a_herd_on_a_cold_server_computes_once():
    together, times = threading.Barrier(16), list[str]()

    def compute() -> float:
        times.append(PLAN)
        return 1.0

    @st.cache_data(max_entries=4, show_spinner=False)
    def result_of(plan: str) -> float:
        return released.released(plan, compute)

    def arrive(_: int) -> float:
        together.wait()
        return result_of(PLAN)

    with ThreadPoolExecutor(16) as readers:
        assert list(readers.map(arrive, range(16))) == [1.0] * 16
    assert times == [PLAN]


def test_every_cache_in_memory_is_bounded():
    """A cache without a limit is one of a function without arguments: it holds one result."""
    unbounded = []
    for path in (path for layer in LAYERS for path in layer.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and (node.args.args or node.args.kwonlyargs):
                unbounded += [
                    f"{path.name}: {node.name}"
                    for decorator in node.decorator_list
                    if re.fullmatch(CACHE, ast.unparse(decorator))
                ]
    assert unbounded == []
