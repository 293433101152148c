"""What is asked of the forecasts: figures from the scores, and what was kept of simulated plans."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from forecasting.evaluation import bars
from forecasting.evaluation.backtest import SECOND_OPINION, SPANS
from forecasting.evaluation.bars import (
    Bar,
    HeadlineAges,
    OutsideRival,
    SimulatedBars,
    keep_outside,
    keep_simulated,
    outside_rival,
    record_bars,
    simulated_bars,
)
from locales import LANGUAGES, Translator
from sentences import track_record as track
from tests.helpers import synthetic


@pytest.fixture
def nothing_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A file of its own for what is kept; its readers read it anew, and the real one after."""
    readers = (simulated_bars, outside_rival)
    monkeypatch.setattr(bars, "KEPT", tmp_path / "bars.json")
    for reader in readers:
        reader.cache_clear()
    yield
    for reader in readers:
        reader.cache_clear()


def test_the_record_is_held_to_the_scores_of_the_backtest() -> None:
    backtest = synthetic.backtest(ours=6.5, drift=5.2)
    found = {bar.name: bar for bar in record_bars(backtest)}
    summary = {span: backtest.summary(since).set_index("model") for span, since in SPANS.items()}
    late = summary["late"].loc["structural"]
    assert found["late_error"].measured == pytest.approx(late["mae"])
    assert found["late_error"].met == (late["mae"] <= 0.60)
    assert found["late_coverage"].measured == pytest.approx(late["coverage_80"])
    rival = backtest.best_rival()
    of_rival = summary["all"].loc[rival, "wis"]
    ratio = summary["all"].loc["structural", "wis"] / of_rival
    assert found["all_wis"].measured == pytest.approx(ratio)


@pytest.mark.usefixtures("nothing_kept")
def test_what_is_kept_of_simulated_plans_is_what_is_read() -> None:
    measured = (Bar("quota_delay_error", 0.2, most=0.1, unit="%"),)
    keep_simulated(measured, 7, 900, date(2026, 11, 28))
    found = simulated_bars()
    assert (found.bars, found.worlds, found.first_seed) == (measured, 7, 900)
    assert found.measured_on == date(2026, 11, 28)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_missed_limit_is_said_with_its_figure_and_its_limit(language: str) -> None:
    tr, backtest = Translator(language), synthetic.backtest(ours=6.5, drift=5.2)
    record, simulated = record_bars(backtest), simulated_bars()
    every = (*record, *simulated.bars)
    told, table = track.asked(record, simulated, tr), track.asked_table(every, tr)
    missed = [bar for bar in every if not bar.met]
    assert 0 < len(missed) < len(every) == len(table)
    for bar in missed:
        assert tr.t(f"bar.{bar.name}") in told
    error = next(bar for bar in missed if bar.name == "late_error")
    assert tr.rmb(error.measured) in told
    assert tr.t("track.limit_most", most=tr.rmb(0.60)) in told
    is_missed = tr.t("track.asked_is_missed")
    assert (table[tr.t("track.asked_is")] == is_missed).sum() == len(missed)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_missed_that_is_said(language: str) -> None:
    tr, met = Translator(language), Bar("late_error", 0.1, most=0.6, unit="RMB")
    simulated = SimulatedBars(date(2026, 11, 28), 60, 52_000, ())
    assert track.asked([met], simulated, tr).startswith(tr.t("track.asked_met", asked="1"))
    assert track.missed_on_simulated(simulated, tr) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_opinion_says_at_how_many_ages_the_structure_scores_lower(language: str) -> None:
    tr, ages = Translator(language), HeadlineAges(date(2026, 11, 28), 20, 9_000, 3, 7)
    backtest = synthetic.backtest()
    names = backtest.forecasts["model"].replace("drift (native)", SECOND_OPINION)
    scored = replace(backtest, forecasts=backtest.forecasts.assign(model=names))
    said = track.second_opinion(scored, ages, tr)
    assert {"en": "at 3 of 7 ages", "zh": "7个时点中，它有3个"}[language] in said


@pytest.mark.usefixtures("nothing_kept")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_best_late_of_the_methods_asked_elsewhere_is_kept_and_said(language: str) -> None:
    backtest = synthetic.backtest(drift=4.0)
    keep_outside(backtest, [], date(2026, 11, 28))
    assert not bars.KEPT.exists()
    keep_outside(backtest, ["drift (native)", "drift + theta (house)"], date(2026, 11, 28))
    found = outside_rival()
    late = backtest.summary(SPANS["late"]).set_index("model").loc["drift + theta (house)"]
    assert found == OutsideRival(
        date(2026, 11, 28), "drift + theta (house)", late["wis"], late["coverage_80"],
        found.all_wis, found.all_inside,
    )  # fmt: skip
    tr = Translator(language)
    told = track.outside(found, tr)
    assert found.name in told
    assert tr.number(found.late_wis, track.WIS_DIGITS) in told
