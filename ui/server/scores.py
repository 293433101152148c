"""The backtest of every model: the release's, else made once a process beside the pages."""

from __future__ import annotations

import threading
from concurrent.futures import Future

import streamlit as st

import forecasting
from forecasting.evaluation.backtest import Backtest, run_backtest
from forecasting.release.building import record_name
from ui.results import MOST_PLANS
from ui.server.released import at_hand
from ui.view import View


def _backtest(plan: str) -> Backtest:
    return run_backtest(forecasting.load_disclosures(plan=plan))


@st.cache_resource(max_entries=MOST_PLANS, show_spinner=False)
def _backtest_under_way(plan: str) -> Future[Backtest]:
    """Read from the release; where it has none, scored beside the pages, which takes a while."""
    future: Future[Backtest] = Future()
    if isinstance(found := at_hand(record_name(plan, "backtest")), Backtest):
        future.set_result(found)
        return future

    def score() -> None:
        try:
            future.set_result(_backtest(plan))
        except Exception as error:
            future.set_exception(error)

    threading.Thread(target=score, name="backtest", daemon=True).start()
    return future


def backtest_for(view: View) -> Backtest:
    """Forecasts from every past day against what came; the same on every as-of day."""
    with st.spinner(view.tr.t("state.backtesting")):
        return _backtest_under_way(view.plan).result()


def backtest_at_hand(view: View) -> Backtest | None:
    """The backtest once it is there; None while it is being made, which the first call starts."""
    future = _backtest_under_way(view.plan)
    return future.result() if future.done() else None
