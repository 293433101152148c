"""The benchmarks' own arithmetic: bars, resampled ratios, strangers' forecasts, the log posterior.

Nothing is timed and no accuracy is asserted here; ``make bench`` prints both.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import optimize

from benchmarks import accuracy, against, headline, rivals
from benchmarks.__main__ import NAMES, main
from benchmarks.laplace import Comparison, Posterior, sampled, verdict
from benchmarks.report import Section, document, keep
from forecasting import Refused, fit, forecast, load_disclosures
from forecasting.base.quantiles import QUANTILE_LEVELS
from forecasting.evaluation import bars
from forecasting.evaluation.backtest import SECOND_OPINION, SPANS
from forecasting.evaluation.bars import Bar, headline_ages
from forecasting.evaluation.rivals import share_series
from forecasting.simulation.paths import STRUCTURAL
from tests.helpers import synthetic

RECORD = load_disclosures()
DAY = date(2020, 10, 28)
KNOWN = RECORD.as_of(DAY)


@pytest.fixture(scope="module")
def fitted():
    return fit(KNOWN)


@pytest.mark.parametrize(
    ("bar", "ratio", "met"),
    [
        (Bar("time", 50.0, most=100.0), 0.5, True),
        (Bar("time", 120.0, most=100.0), 1.2, False),
        (Bar("coverage", 0.7, least=0.7), 1.0, True),
        (Bar("coverage", 0.96, least=0.7, most=0.95), 0.96 / 0.7, False),
        (Bar("score", float("nan"), most=1.0), float("nan"), False),
    ],
)
def test_a_bar_is_met_within_its_limits(bar: Bar, ratio: float, met: bool):
    assert bar.ratio == pytest.approx(ratio, nan_ok=True)
    assert bar.met is met


def test_the_report_puts_ratios_first_and_is_kept_under_its_date(tmp_path: Path):
    section = Section("Speed", (Bar("cold fit", 50.0, most=100.0, unit="ms"),), ("A block.",))
    text = document([section], "A machine.", DAY)
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Benchmarks of 2020-10-28",
        "## Ratios to the bars",
        "## Machine",
        "## Speed",
    ]
    path = keep(text, DAY, tmp_path)
    assert (path.stem, path.read_text(encoding="utf-8")) == ("2020-10-28", text)


def scores(**by_model: list[float]) -> pd.DataFrame:
    rows = [
        {"model": model, "origin": i, "target": i // 2, "wis": value, "reason": ""}
        for model, values in by_model.items()
        for i, value in enumerate(values)
    ]
    return pd.DataFrame(rows)


def test_a_ratio_averages_by_target_first_and_only_what_both_forecast():
    table = scores(ours=[1.0, 3.0, 4.0], theirs=[2.0, 2.0, 2.0])
    found = accuracy.score_ratio(table, "ours", "theirs", "wis")
    assert found.ratio == pytest.approx((2.0 + 4.0) / (2.0 + 2.0))
    table.loc[(table["model"] == "theirs") & (table["origin"] == 2), "reason"] = "too short"
    found = accuracy.score_ratio(table, "ours", "theirs", "wis")
    assert found.ratio == pytest.approx(1.0)
    assert found.targets == 1


def test_a_ratio_that_holds_at_every_target_has_no_width():
    table = scores(ours=[1.0, 1.0, 3.0, 3.0], theirs=[2.0, 2.0, 6.0, 6.0])
    found = accuracy.score_ratio(table, "ours", "theirs", "wis")
    assert (found.low, found.ratio, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert found.below_one == 1.0


def test_models_without_a_common_forecast_have_no_ratio():
    found = accuracy.score_ratio(scores(ours=[1.0]), "ours", "theirs", "wis")
    assert np.isnan(found.ratio)


@pytest.fixture(scope="module")
def predictions() -> rivals.Predictions:
    """A library that says 1, 2, 3 ... RMB after every series of four figures or more."""
    series = [*rivals.every_series(RECORD), share_series(RECORD)]
    bands = np.arange(1.0, 200.0)[:, None] + np.linspace(-0.3, 0.3, len(QUANTILE_LEVELS))
    return rivals.Predictions(
        dict.fromkeys(series, bands),
        {each: "too short" if len(each.places) == 3 else "" for each in series},
    )


def test_a_stranger_is_read_from_the_day_not_from_the_last_figure(predictions: rivals.Predictions):
    model = rivals.LibraryForecaster("stranger", predictions)
    assert model.quantiles(KNOWN, 3)[:, 3] == pytest.approx([1.0, 2.0, 3.0])
    later = RECORD.as_of("2021-12-14")
    gap = 2
    assert model.quantiles(later, 2)[:, 3] == pytest.approx([1.0 + gap, 2.0 + gap])


def test_the_house_interval_keeps_the_strangers_median(predictions: rivals.Predictions):
    model = rivals.HouseIntervalForecaster("stranger (house)", predictions)
    quantiles = model.quantiles(KNOWN, 3)
    assert quantiles[:, 3] == pytest.approx([1.0, 2.0, 3.0])
    assert (np.diff(quantiles, axis=1) > 0).all()


@pytest.mark.parametrize("kind", [rivals.LibraryForecaster, rivals.HouseIntervalForecaster])
def test_a_strangers_refusal_is_a_refusal(predictions: rivals.Predictions, kind: type):
    first = RECORD.as_of("2019-06-28")
    assert len(share_series(first).places) == 3
    with pytest.raises(Refused, match="too short"):
        kind("stranger", predictions).quantiles(first, 3)


def test_the_request_dates_every_period_and_those_beyond():
    series = rivals.every_series(RECORD)
    request = rivals.request_of(RECORD, series)
    timed = request["series"][request["timed"]]
    assert timed["values"] == pytest.approx(share_series(KNOWN).values)
    assert timed["dates"][len(timed["values"]) - 1] == DAY.isoformat()
    lengths = [len(each["dates"]) - len(each["values"]) for each in request["series"]]
    assert lengths == [request["horizon"]] * len(series)


def test_a_missing_environment_is_said(tmp_path: Path):
    assert rivals.ask({}, tmp_path / "python") == ([], rivals.NOT_THERE)


def test_an_environment_that_fails_is_said(tmp_path: Path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho no such library >&2\nexit 1\n")
    python.chmod(0o755)
    assert rivals.ask({}, python) == ([], "not measured: no such library")


def test_the_log_posterior_written_again_is_the_fits(fitted):
    posterior = Posterior(fitted)
    assert posterior.position(np.zeros(fitted.mode_.size)) == pytest.approx(fitted.mode_)
    assert posterior(np.zeros(fitted.mode_.size)) == pytest.approx(fitted.cost, rel=1e-9)


def test_the_gradient_is_that_of_the_log_posterior(fitted):
    posterior = Posterior(fitted)
    z = np.random.default_rng(3).standard_normal(fitted.mode_.size)
    gradient, value = posterior.gradient(z)
    assert value == pytest.approx(posterior(z), rel=1e-9)
    assert gradient == pytest.approx(optimize.approx_fprime(z, posterior, 1e-6), abs=1e-3)


def test_a_fit_that_draws_from_a_sample_forecasts_with_it(fitted):
    still = sampled(fitted, np.repeat(fitted.mode_[None], 3, axis=0))
    narrow, wide = (forecast(each, 2, 200).lag_periods for each in (still, fitted))
    assert narrow.q10 == pytest.approx(narrow.q90)
    assert wide.q10 < narrow.q50 < wide.q90


def test_a_comparison_reads_in_widths_of_the_chains():
    one = Comparison("delay", "days", (90.0, 102.0, 114.0), (95.0, 100.0, 105.0))
    assert one.width_ratio == pytest.approx(2.4)
    assert one.shift == pytest.approx(0.2)
    assert "delay (2.40)" in verdict([one])


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["sped"])
    sentence = capsys.readouterr().err
    assert all(name in sentence for name in NAMES)


def test_the_headline_is_chosen_by_age_on_plans_of_either_kind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    def made_up(kind: headline.Kind, seed: int) -> pd.DataFrame:
        # The youngest has no forecast; the oldest that pay by quota are better with drift.
        structural = [np.nan, 1.0 + seed, 3.0 if kind.ages[-1] == 44 else 1.0]
        columns = {STRUCTURAL: structural, SECOND_OPINION: [1.0, 2.0 * (1.0 + seed), 2.0]}
        return pd.DataFrame(columns, index=pd.Index(kind.ages, name="age"))

    monkeypatch.setattr(headline, "scored", made_up)
    monkeypatch.setattr(headline, "ProcessPoolExecutor", InThisProcess)
    monkeypatch.setattr(bars, "KEPT", tmp_path / "bars.json")
    section = headline.run(2, 0, is_kept=True)
    headline_ages.cache_clear()
    try:
        kept = headline_ages()
    finally:
        headline_ages.cache_clear()
    assert (kept.lower, kept.ages, kept.plans, kept.first_seed) == (3, 6, 2, 0)
    (bar,) = section.bars
    assert (bar.measured, bar.met) == (3.0, False)
    table = section.blocks[1].splitlines()
    assert [row.split("|")[6].strip() for row in table[2:5]] == [
        "- [-, -]",
        "0.50 [0.50, 0.50]",
        "0.50 [0.50, 0.50]",
    ]


def test_scores_stand_under_the_spans_that_their_header_names():
    backtest = synthetic.backtest(ours=6.5)
    header, _, first, *_ = accuracy._score_table(backtest).splitlines()
    column = [cell.strip() for cell in header.split("|")].index("MAE, all / late")
    every, late = (
        backtest.summary(first_day).set_index("model").loc["structural", "mae"]
        for first_day in (None, SPANS["late"])
    )
    cells = first.split("|")
    assert cells[1].strip() == "structural"
    assert cells[column].strip() == f"{every:.2f} / {late:.2f}"


class InThisProcess:
    """A pool whose work is done at once, where it was asked for."""

    def __enter__(self) -> InThisProcess:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    map = staticmethod(map)


def test_an_older_checkout_is_asked_in_turn_with_this_one(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(against, "STEPS", {"cold fit": "fit(known)"})
    section = against.run(against.ROOT, rounds=2)
    name, old, new, ratio = (
        cell.strip() for cell in section.blocks[1].splitlines()[-1].strip("| ").split("|")
    )
    assert name == "cold fit"
    assert all(float(each.removesuffix(" ms")) > 0 for each in (old, new, ratio))
