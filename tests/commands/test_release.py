"""A release: exact to the last bit, whole or not at all, and never trusted from a stranger."""

from __future__ import annotations

import json
import os
import random
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from forecasting import Quantiles, Scenario, fit, forecast, load_disclosures
from forecasting.base.messages import Message, Name, Names
from forecasting.base.tabular import to_json as printed
from forecasting.evaluation.backtest import Backtest, run_backtest
from forecasting.explain.account import Member, share_draws
from forecasting.explain.foreseen import foreseen_and_came
from forecasting.release import __main__ as command
from forecasting.release import building, codec, folder

FULL = load_disclosures()
FIRST_DAY, DAY = FULL.first_settlement, date(2020, 10, 28)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, not made yet."""
    monkeypatch.setenv(folder.FOLDER_VARIABLE, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release of one day is a whole one, computed in this process."""
    monkeypatch.setattr(building, "OF_THE_RECORD", {})
    monkeypatch.setattr(building, "PROCESSES", 1)
    monkeypatch.setattr(building, "as_of_days", lambda record: [DAY])


def there_and_back(value: Any) -> Any:
    return codec.from_json(json.loads(json.dumps(codec.to_json(value), allow_nan=False)))


def test_three_days_by_chance_are_read_as_they_are_computed_anew(cache: Path):
    days = building.as_of_days(FULL)
    for day in random.sample([day for day in days if day > date(2019, 6, 1)], 3):
        release = building.build([day], processes=1)
        for horizon in (building.PAGES, building.PROGRAMS):
            read = release.read(building.forecast_name(FULL.plan, day, horizon))
            anew = forecast(fit(FULL.as_of(day)), horizon=horizon)
            assert printed(read.to_dict()) == printed(anew.to_dict())
            pd.testing.assert_frame_equal(read.periods, anew.periods, check_exact=True)
        then, now = (
            share_draws(FULL, fit(FULL.as_of(one)), building.PAGES)
            for one in (day, FULL.last_settlement)
        )
        told = foreseen_and_came(then, now, Member(building.JOINED))
        assert release.read(building.foreseen_name(FULL.plan, day)) == told


def test_a_fit_that_is_read_draws_what_the_fit_anew_draws(cache: Path):
    """With every what-if, and all that the fit says of itself, to the last bit."""
    release = building.build([DAY], processes=1)
    read = fit(FULL.as_of(DAY), solved=release.read(building.fit_name(FULL.plan, DAY)))
    anew = fit(FULL.as_of(DAY))
    assert printed(read.to_dict()) == printed(anew.to_dict())
    for scenario in (Scenario(), Scenario(incidence_factor=1.2, exit_elasticity=0.5)):
        one, other = (forecast(replace(each, scenario=scenario), 30) for each in (read, anew))
        pd.testing.assert_frame_equal(one.periods, other.periods, check_exact=True)
        assert printed(one.to_dict()) == printed(other.to_dict())


@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_keeps_its_order(order):
    array = np.array(np.arange(6.0).reshape(2, 3) / 7, order=order)
    read = there_and_back(array)
    assert (read == array).all()
    assert read.strides == array.strides


def test_an_array_with_a_gap_is_not_written():
    with pytest.raises(TypeError, match="float"):
        codec.to_json(np.array([1.0, np.nan]))


def test_a_forecast_keeps_its_messages_and_its_scenario():
    scenario = Scenario(delay_days=150, enrolment_stops_on=date(2021, 1, 14))
    built = forecast(fit(FULL.as_of("2021-06-14"), scenario), 30, 50)
    read = there_and_back(built)
    assert built.warnings
    assert read.warnings == built.warnings
    for one, other in zip(read.warnings, built.warnings, strict=True):
        assert (type(one), getattr(one, "template", "")) == (
            type(other),
            getattr(other, "template", ""),
        )
        assert getattr(one, "values", None) == getattr(other, "values", None)
    assert (read.scenario, read.as_of, read.steady_state) == (
        built.scenario,
        built.as_of,
        built.steady_state,
    )


def test_a_backtest_keeps_the_reasons_that_a_page_translates():
    built = run_backtest(FULL, origins=[date(2019, 6, 28), DAY])
    read = there_and_back(built)
    assert isinstance(read, Backtest)
    pd.testing.assert_frame_equal(read.forecasts, built.forecasts, check_exact=True)
    kinds = {type(reason) for reason in built.forecasts["reason"]}
    assert {type(reason) for reason in read.forecasts["reason"]} == kinds
    assert printed(read.to_dict()) == printed(built.to_dict())


NUMBERS = some.floats(allow_nan=False, allow_infinity=False)
ROWS = some.tuples(some.floats(allow_infinity=False), some.integers(-9, 9), some.text())


@given(
    some.lists(some.tuples(some.floats(allow_infinity=False), some.integers(-9, 9), some.text()))
)
def test_any_table_is_read_as_it_was_written(rows: list[tuple[float, int, str]]):
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    table = pd.DataFrame(
        {
            "real": np.array(columns[0], dtype=float),
            "whole": np.array(columns[1], dtype=int),
            "text": pd.Series(list(columns[2]), dtype="str"),
            "day": pd.to_datetime([date(2020, 1, 14)] * len(rows)),
            "listed": pd.Series([[one] for one in columns[2]], dtype=object),
        }
    )
    pd.testing.assert_frame_equal(there_and_back(table), table, check_exact=True)


@given(some.lists(NUMBERS, min_size=7, max_size=7), some.dates(), some.text())
def test_any_part_is_read_as_it_was_written(levels: list[float], day: date, text: str):
    inner = Message("{what} of {name}", what=text, name=Name("quantity", "share"))
    outer = Message("{inner}: {names}", inner=inner, names=Names("quantity", ["share", "helped"]))
    value = (Quantiles(*levels), day, None, True, [text, 1.5], outer)
    read = there_and_back(value)
    assert read == value
    assert read[-1].values["inner"].values["name"].key == "quantity.share"
    assert [type(one) for one in read] == [type(one) for one in value]


@pytest.mark.parametrize("value", [float("nan"), np.float64(1.0), {"a": 1}, object()])
def test_what_could_not_be_read_back_is_not_written(value: object):
    with pytest.raises((TypeError, ValueError)):
        there_and_back(value)


def test_a_table_with_named_rows_is_not_written():
    with pytest.raises(TypeError, match="names"):
        codec.to_json(pd.DataFrame({"a": [1]}, index=["row"]))


def test_a_day_with_too_few_figures_is_a_refusal_and_no_file(cache: Path):
    release = building.build([FIRST_DAY], processes=1)
    name = building.forecast_name(FULL.plan, FIRST_DAY, building.PAGES)
    assert release.files[name] is None
    assert release.read(name) is None
    assert [path.name for path in release.folder.iterdir()] == [folder.MANIFEST]


def test_the_command_builds_once_and_again_what_is_damaged(cache: Path, small, capsys):
    assert command.main() == 0
    assert "1 of 1 parts" in capsys.readouterr().err
    release = folder.find()
    assert building.is_whole()
    assert command.main() == 0
    assert "parts" not in capsys.readouterr().err
    spoilt = next(release.folder.glob("*.gz"))
    spoilt.write_bytes(b"spoilt")
    with pytest.raises(folder.Unusable, match="is not what was written"):
        release.read(spoilt.name.removesuffix(".json.gz"))
    assert not building.is_whole()
    assert command.main() == 0
    assert building.is_whole()
    assert [path.name for path in cache.glob("release-*")] == [release.folder.name]


def test_two_servers_that_start_build_it_once(cache: Path, small, monkeypatch):
    built, may_end = [], threading.Event()

    def slow(progress):
        built.append(1)
        may_end.wait()
        return building.build([], processes=1)

    monkeypatch.setattr(command, "is_whole", may_end.is_set)
    monkeypatch.setattr(command, "build", slow)
    with ThreadPoolExecutor(2) as servers:
        started = [servers.submit(command.main) for _ in range(2)]
        assert not any(wait(started, 0.2).done)
        may_end.set()
        assert [each.result() for each in started] == [0, 0]
    assert built == [1]


def test_a_release_that_lacks_a_day_is_not_whole(cache: Path, small, monkeypatch):
    building.build()
    monkeypatch.setattr(building, "as_of_days", lambda record: [DAY, FIRST_DAY])
    assert not building.is_whole()


def test_what_stops_half_way_leaves_what_was_there(cache: Path, small, monkeypatch):
    building.build()

    def stop(record: object, part: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building, "results_of", stop)
    with pytest.raises(KeyboardInterrupt):
        building.build()
    assert [path.name for path in cache.iterdir()] == [folder.name_of_release()]
    assert building.is_whole()


def test_two_releases_stay_and_older_ones_go(cache: Path, small):
    for number in range(3):
        (cache / f"release-{number}").mkdir(parents=True)
        os.utime(cache / f"release-{number}", (number, number))
    cache.chmod(0o700)
    building.build()
    assert {path.name for path in cache.iterdir()} == {folder.name_of_release(), "release-2"}


@pytest.mark.parametrize("library", ["numpy", "statsmodels"])
def test_another_library_is_another_release(cache: Path, small, monkeypatch, library: str):
    building.build()
    other = {**folder.key(), library: "0"}
    monkeypatch.setattr(folder, "key", lambda: other)
    with pytest.raises(folder.Unusable, match="no release was built"):
        folder.find()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is damaged"),
        (b"[]", "is damaged"),
        (b'{"key": {}, "files": {}}', "of another release"),
    ],
)
def test_a_spoilt_manifest_is_no_release(cache: Path, small, content: bytes, sentence: str):
    (building.build().folder / folder.MANIFEST).write_bytes(content)
    with pytest.raises(folder.Unusable, match=sentence):
        folder.find()


def test_the_hash_follows_tables_and_modules_alone(tmp_path: Path):
    (tmp_path / "plans.csv").write_text("plan\n")
    before = folder.fingerprint(tmp_path)
    (tmp_path / "notes.txt").write_text("words")
    assert folder.fingerprint(tmp_path) == before
    (tmp_path / "plans.csv").write_text("plan\nxianghubao\n")
    changed = folder.fingerprint(tmp_path)
    (tmp_path / "plans.csv").rename(tmp_path / "plan.csv")
    assert len({before, changed, folder.fingerprint(tmp_path)}) == 3


def test_the_folder_is_for_this_user_alone(cache: Path, small):
    building.build()
    assert cache.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("mode", [0o777, 0o770])
def test_a_folder_that_others_may_write_to_is_not_used(cache: Path, small, mode: int, capsys):
    cache.mkdir()
    cache.chmod(mode)
    assert command.main() == 2
    assert "others may write to it" in capsys.readouterr().err
    assert list(cache.iterdir()) == []


def test_a_folder_within_one_that_anybody_may_write_to_is_not_used(cache: Path):
    cache.mkdir(mode=0o700)
    cache.parent.chmod(0o777)
    with pytest.raises(folder.Unusable, match="above it"):
        folder.check(cache)
    cache.parent.chmod(0o1777)
    folder.check(cache)


def test_a_strangers_folder_is_not_used(cache: Path, monkeypatch: pytest.MonkeyPatch):
    cache.mkdir(mode=0o700)
    owner = cache.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    with pytest.raises(folder.Unusable, match="belongs to user"):
        folder.check(cache)


def test_a_folder_that_cannot_be_made_is_said(cache: Path, small, monkeypatch, capsys):
    cache.write_text("in the way")
    monkeypatch.setenv(folder.FOLDER_VARIABLE, str(cache / "deeper"))
    assert command.main() == 2
    assert "cannot be made" in capsys.readouterr().err


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv(folder.FOLDER_VARIABLE, folder.OFF)
    assert command.main() == 0
    assert "off" in capsys.readouterr().err
