"""One line a page run, with what an operator needs and nothing of the reader."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.conftest import ROOT
from ui import frame

FIELDS = {
    "time", "level", "logger", "message", "page", "language", "as_of", "milliseconds", "computed",
    "from_disk", "outcome",
}  # fmt: skip


def runs(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    return [line for line in map(json.loads, lines) if line["message"] == "page run"]


def test_a_page_run_is_one_line(open_page, capsys):
    open_page(lang="zh", as_of="2020-08-28")
    (run,) = runs(capsys)
    assert set(run) == FIELDS
    assert (run["page"], run["language"], run["as_of"]) == ("answer", "zh", "2020-08-28")
    assert run["outcome"] == "done"
    assert run["milliseconds"] >= 0


def test_the_second_run_computes_nothing(open_page, capsys):
    open_page(lang="en").run()
    assert runs(capsys)[-1]["computed"] == 0


def test_what_was_typed_into_the_address_is_not_written(open_page, capsys):
    open_page(lang="en", colour="a-secret")
    (run,) = runs(capsys)
    assert "a-secret" not in str(run)


def test_a_fault_of_ours_is_named(monkeypatch, capsys):
    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(frame, "show_frame_notices", lambda tr: broken())
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    assert app.exception
    assert runs(capsys)[-1]["outcome"] == "ZeroDivisionError"
