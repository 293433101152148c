"""The scores are made beside the pages: none waits for them but the one that shows them."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from forecasting import Refused
from forecasting.release.folder import FOLDER_VARIABLE, OFF
from locales import Translator
from tests.helpers import synthetic
from ui.server import scores
from ui.view import View

VIEW = View(Translator("en"), date(2020, 10, 28))


@pytest.fixture(autouse=True)
def afresh(monkeypatch):
    # What a release has is at hand at once.
    monkeypatch.setenv(FOLDER_VARIABLE, OFF)
    scores._backtest_under_way.clear()
    yield
    scores._backtest_under_way.clear()


def test_a_page_that_may_do_without_does_not_wait(monkeypatch):
    go_on, calls = threading.Event(), []

    def built(plan):
        calls.append(plan)
        go_on.wait()
        return synthetic.backtest()

    monkeypatch.setattr(scores, "_backtest", built)
    assert scores.backtest_at_hand(VIEW) is None
    go_on.set()
    waited_for = scores.backtest_for(VIEW)
    assert scores.backtest_at_hand(VIEW) is waited_for
    assert calls == ["xianghubao"]


def test_what_goes_wrong_beside_the_page_is_said_on_it(monkeypatch):
    def refuse(plan):
        raise Refused("too few figures")

    monkeypatch.setattr(scores, "_backtest", refuse)
    with pytest.raises(Refused, match="too few figures"):
        scores.backtest_for(VIEW)
