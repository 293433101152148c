"""Work in a process of its own: the same result or refusal, and an end to what never ends."""

from __future__ import annotations

import os
from multiprocessing import active_children

import pytest

from forecasting import InputError, Refused, load_disclosures
from forecasting.base.tabular import csv_bytes
from forecasting.uploads.reading import example, forecast_upload
from ui.server import worker_process as module
from ui.server.worker_process import in_worker_process

EXAMPLE = csv_bytes(example(load_disclosures().as_of("2020-10-28")))


def process_and_priority() -> tuple[int, int]:
    return os.getpid(), os.nice(0)


def never() -> None:
    while True:
        pass


def take_memory() -> int:
    return len(bytearray(module.MOST_MEMORY))


def vanish() -> None:
    os._exit(1)


def test_it_runs_elsewhere_at_a_lower_priority():
    process, priority = in_worker_process(process_and_priority)
    assert process != os.getpid()
    assert priority > os.nice(0)


def test_a_forecast_is_the_same_to_the_last_digit():
    here, there = (
        forecast_upload(EXAMPLE, "xianghubao"),
        in_worker_process(forecast_upload, EXAMPLE, "xianghubao"),
    )
    assert there.forecast.to_dict() == here.forecast.to_dict()
    assert there.warnings == here.warnings


def test_problems_come_back_one_by_one():
    with pytest.raises(InputError) as here:
        forecast_upload(b"plan,value\nx,1\n", "x")
    with pytest.raises(InputError) as there:
        in_worker_process(forecast_upload, b"plan,value\nx,1\n", "x")
    assert there.value.problems == here.value.problems
    assert there.value.lines == here.value.lines


@pytest.mark.parametrize("work", [never, vanish])
def test_what_does_not_end_or_vanishes_is_refused_and_gone(work, monkeypatch):
    monkeypatch.setattr(module, "SECONDS", 1)
    with pytest.raises(Refused, match="1 s of a processor"):
        in_worker_process(work)
    assert active_children() == []


def test_memory_is_limited():
    with pytest.raises(Refused, match="time or memory"):
        in_worker_process(take_memory)


def test_others_are_waited_for_only_so_long(monkeypatch):
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.01)
    with module._one_at_a_time, pytest.raises(Refused, match="try again in a minute"):
        in_worker_process(process_and_priority)
