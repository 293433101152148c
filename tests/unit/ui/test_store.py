"""Results kept on disk: found again, never trusted from a stranger, never in the way."""

from __future__ import annotations

import ast
import errno
import itertools
import logging
import os
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
import streamlit as st

from forecasting import Refused, Scenario, fit, forecast, load_disclosures
from ui.server import store

ROOT = Path(__file__).parents[3]
LAYERS = [ROOT / name for name in ("charts", "forecasting", "locales", "pages", "sentences", "ui")]
# A cache with no word of a limit.
CACHE = (
    r"(functools\.)?(cache|lru_cache(\((?!.*maxsize=)|.*maxsize=None).*|lru_cache)"
    r"|st\.cache_(data|resource)(\((?!.*max_entries=\w).*)?"
)
VALUE = {"share": np.arange(3.0)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, not made yet."""
    path = tmp_path / "kept"
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(path))
    return path


class Work:
    """Something to compute, and how often it was."""

    def __init__(self, value: object = 1.0) -> None:
        self.value, self.times = value, 0
        self.lock = threading.Lock()

    def __call__(self) -> Any:
        with self.lock:
            self.times += 1
        return self.value


def restart() -> None:
    """What a new process begins with."""
    store._memory.cache_clear()


def results(folder: Path) -> list[Path]:
    return sorted(folder.rglob("output.pkl"))


def test_a_result_is_computed_once_and_found_after_a_restart(folder: Path):
    work = Work(VALUE)
    first = store.recall(("a",), work)
    restart()
    again = store.recall(("a",), work)
    assert work.times == 1
    assert np.array_equal(first["share"], again["share"])


def test_another_key_is_another_result(folder: Path):
    work = Work()
    for key in ("a",), ("b",), ("a", "b"):
        store.recall(key, work)
    assert work.times == 3


def test_what_is_refused_is_not_kept(folder: Path):
    def refuse() -> None:
        raise Refused("too few figures")

    for _ in range(2):
        with pytest.raises(Refused, match="too few"):
            store.recall(("a",), refuse)
    assert results(folder) == []


@pytest.mark.parametrize("content", [b"", b"\x80\x05garbage", b"\x00" * 4096])
def test_a_corrupt_file_is_computed_again_and_said(
    folder: Path, caplog: pytest.LogCaptureFixture, content: bytes
):
    work = Work()
    store.recall(("a",), work)
    (kept,) = results(folder)
    kept.write_bytes(content)
    restart()
    with caplog.at_level(logging.WARNING):
        assert store.recall(("a",), work) == 1.0
    assert work.times == 2
    assert "Exception while loading results" in caplog.text
    restart()
    assert store.recall(("a",), work) == 1.0
    assert work.times == 2


def test_a_file_cut_short_is_computed_again(folder: Path):
    work = Work(pd.DataFrame({"share": range(1000)}))
    store.recall(("a",), work)
    (kept,) = results(folder)
    kept.write_bytes(kept.read_bytes()[:-100])
    assert len(store.recall(("a",), work)) == 1000
    assert work.times == 2


@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EROFS, errno.EACCES])
def test_where_nothing_can_be_written_results_come_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, reason: int
):
    def refuse(*_: object, **__: object) -> None:
        raise OSError(reason, os.strerror(reason))

    work = Work()
    store.recall(("a",), work)
    monkeypatch.setattr("joblib._store_backends.FileSystemStoreBackend.create_location", refuse)
    restart()
    assert store.recall(("a",), work) == 1.0
    assert work.times == 1
    with pytest.warns(Warning, match="Unable to cache"):
        assert store.recall(("b",), work) == 1.0
    assert work.times == 2


def test_a_folder_that_cannot_be_made_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "file" / "kept"))
    restart()
    work = Work()
    with caplog.at_level(logging.WARNING):
        assert [store.recall(("a",), work) for _ in range(3)] == [1.0] * 3
    assert work.times == 3
    assert caplog.text.count("results are not kept") == 1


def test_the_folder_is_for_this_user_alone(folder: Path):
    assert store.why_not(folder) == ""
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_may_write_to_is_not_used(folder: Path):
    folder.mkdir()
    folder.chmod(0o777)
    work = Work()
    restart()
    assert [store.recall(("a",), work) for _ in range(2)] == [1.0, 1.0]
    assert work.times == 2
    assert "others may write" in store.state_of_the_folder()
    assert list(folder.iterdir()) == []


def test_a_strangers_folder_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch):
    folder.mkdir(mode=0o700)
    owner = folder.stat().st_uid
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert "belongs to user" in store.why_not(folder)


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(store.FOLDER_VARIABLE, store.OFF)
    work = Work()
    assert [store.recall(("a",), work) for _ in range(2)] == [1.0, 1.0]
    assert (work.times, store.state_of_the_folder()) == (2, "off")


def test_the_folder_stays_within_its_limit(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(store, "MOST_BYTES", 30_000)
    monkeypatch.setattr(store, "TRIM_EVERY", 1)
    for number in range(12):
        store.recall((str(number),), Work(bytes(10_000)))
    assert 1 <= len(results(folder)) <= 3


def test_between_two_trims_it_outgrows_it_by_what_was_kept_since_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    each, limit, trim_every = 10_000, 30_000, 5
    monkeypatch.setattr(store, "MOST_BYTES", limit)
    monkeypatch.setattr(store, "TRIM_EVERY", trim_every)
    monkeypatch.setattr(store, "_kept_so_far", itertools.count())
    sizes = []
    for number in range(23):
        store.recall((str(number),), Work(bytes(each)))
        sizes.append(sum(path.stat().st_size for path in folder.rglob("*.pkl")))
    assert max(sizes) <= limit + trim_every * (each + 500)
    assert sizes[-3] <= limit


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


def test_the_hash_follows_tables_and_modules_alone(tmp_path: Path):
    (tmp_path / "plans.csv").write_text("plan\n")
    before = store.fingerprint(tmp_path)
    (tmp_path / "notes.txt").write_text("words")
    assert store.fingerprint(tmp_path) == before
    (tmp_path / "plans.csv").write_text("plan\nxianghubao\n")
    changed = store.fingerprint(tmp_path)
    (tmp_path / "plans.csv").rename(tmp_path / "plan.csv")
    assert len({before, changed, store.fingerprint(tmp_path)}) == 3


def test_the_hash_follows_the_libraries(monkeypatch: pytest.MonkeyPatch):
    before = store.fingerprint(store.DATA)
    monkeypatch.setattr(store, "version", lambda name: "0")
    assert store.fingerprint(store.DATA) != before


def test_scenarios_and_days_tell_themselves_apart(folder: Path):
    seen: list[object] = []

    @store.kept
    def answer(plan: str, scenario: Scenario) -> int:
        seen.append(scenario)
        return len(seen)

    one, other = Scenario(), Scenario(delay_days=150)
    assert [answer("a", one), answer("a", other), answer("b", one)] == [1, 2, 3]
    assert [answer("a", one), answer("a", other), answer("b", one)] == [1, 2, 3]


def test_what_hardly_anybody_asks_for_again_stays_off_the_disk_and_is_counted(folder: Path):
    seen: list[int] = []

    @store.kept_unless(lambda number: number > 1)
    def answer(number: int) -> int:
        seen.append(number)
        return number

    counted = store.Tally()
    token = store.tally.set(counted)
    try:
        assert [answer(1), answer(1), answer(2), answer(2)] == [1, 1, 2, 2]
    finally:
        store.tally.reset(token)
    assert seen == [1, 2, 2]
    assert (counted.computed, counted.from_disk) == (3, 1)
    assert len(results(folder)) == 1


def test_a_forecast_read_from_disk_is_the_one_that_was_kept(folder: Path):
    known = load_disclosures().as_of("2020-10-28")
    computed = forecast(fit(known), 12, 200)
    store.recall(("a",), lambda: computed)
    restart()
    read = store.recall(("a",), Work())
    pd.testing.assert_frame_equal(read.to_frame(), computed.to_frame(), check_exact=True)
    assert joblib.hash(read.to_dict()) == joblib.hash(computed.to_dict())


def test_a_herd_on_a_cold_server_computes_once(folder: Path):
    together = threading.Barrier(16)
    work = Work()

    @st.cache_data(max_entries=4, show_spinner=False)
    @store.kept
    def answer(plan: str) -> object:
        return work()

    def arrive(_: int) -> object:
        together.wait()
        return answer("xianghubao")

    with ThreadPoolExecutor(16) as readers:
        assert list(readers.map(arrive, range(16))) == [1.0] * 16
    assert work.times == 1


def test_a_run_counts_what_it_computed_and_what_it_read(folder: Path):
    counted = store.Tally()
    token = store.tally.set(counted)
    try:
        for key in "a", "b", "a":
            store.recall((key,), Work())
    finally:
        store.tally.reset(token)
    assert (counted.computed, counted.from_disk) == (2, 1)
