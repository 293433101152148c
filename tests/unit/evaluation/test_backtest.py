"""The rolling origins: who knew what, what is scored, how it is averaged."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting import Refused, load_disclosures
from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN, figure_origins, run_backtest
from forecasting.evaluation.baselines import (
    DRIFT,
    LAST_VALUE,
    NAMED_RIVAL,
    Kind,
    ShareSeries,
    drift_sd,
    share_series,
)

RECORD = load_disclosures()


@dataclass(frozen=True)
class Failing:
    name: str = "failing"
    kind: Kind = "rival"

    def quantiles(self, known, horizon):
        raise Refused("not today")


@pytest.fixture(scope="module")
def backtest():
    return run_backtest(RECORD, (LAST_VALUE, DRIFT, NAMED_RIVAL, Failing()))


def test_there_is_one_origin_a_new_figure() -> None:
    origins = figure_origins(RECORD)
    assert origins[0] == date(2019, 6, 28)
    assert origins[-1] == date(2021, 6, 14)
    assert len(origins) == len(set(origins)) == 18


def test_only_disclosed_shares_after_the_origin_are_scored(backtest) -> None:
    rows = backtest.forecasts
    assert (rows["target"] > rows["origin"]).all()
    assert rows["horizon"].between(1, 24).all()
    disclosed = RECORD.figures().query("quantity == 'share' and bound == '='")
    assert set(rows["target"]) <= set(disclosed["period_end"])


def test_a_failure_is_counted_with_its_reason_and_never_scores_zero(backtest) -> None:
    failed = backtest.forecasts.query("model == 'failing'")
    assert (failed["reason"] == "not today").all()
    assert failed["wis"].isna().all()
    summary = backtest.summary().set_index("model").loc["failing"]
    assert summary["n"] == 0
    assert np.isnan(summary["wis"])


def test_scores_are_averaged_by_target_first(backtest) -> None:
    rows = backtest.forecasts.query("model == 'drift'")
    expected = rows.groupby("target")["absolute_error"].mean().mean()
    summary = backtest.summary().set_index("model")
    assert summary.loc["drift", "mae"] == pytest.approx(expected)
    assert summary.loc["drift", "mae"] != pytest.approx(rows["absolute_error"].mean())


def test_late_origins_start_on_14_august_2020(backtest) -> None:
    late = backtest.summary(FIRST_LATE_ORIGIN).set_index("model")
    rows = backtest.forecasts.query("model == 'drift' and origin >= '2020-08-14'")
    assert late.loc["drift", "n"] == len(rows)


def test_the_series_is_log_linear_between_figures() -> None:
    series = ShareSeries((0, 2, 4), (1.0, 4.0, 4.0))
    assert series.values == pytest.approx([1.0, 2.0, 4.0, 4.0, 4.0])


def test_drift_is_the_mean_step_and_widens_with_the_horizon() -> None:
    series = share_series(RECORD.as_of("2020-10-28"))
    values = series.values
    quantiles = DRIFT.quantiles(RECORD.as_of("2020-10-28"), 10)
    step = (values[-1] - values[0]) / (len(values) - 1)
    assert quantiles[:, 3] == pytest.approx(values[-1] + step * np.arange(1, 11))
    assert (np.diff(drift_sd(series, 10)) > 0).all()


def test_the_horizon_is_counted_from_the_day_not_from_the_last_figure() -> None:
    at_figure = DRIFT.quantiles(RECORD.as_of("2021-06-14"), 6)
    two_later = DRIFT.quantiles(RECORD.as_of("2021-07-14"), 4)
    assert two_later == pytest.approx(at_figure[2:])


def test_the_named_rival_is_the_mean_of_drift_and_theta() -> None:
    known = RECORD.as_of("2020-10-28")
    members = [member.quantiles(known, 5) for member in NAMED_RIVAL.members]
    assert NAMED_RIVAL.quantiles(known, 5) == pytest.approx(np.mean(members, axis=0))
    assert [member.name for member in NAMED_RIVAL.members] == ["drift", "theta"]


def test_the_last_value_is_the_last_value() -> None:
    assert LAST_VALUE.quantiles(RECORD.as_of("2020-10-28"), 3)[:, 3] == pytest.approx([4.86] * 3)


def test_the_frame_is_tidy(backtest) -> None:
    frame = backtest.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert not frame.duplicated(["model", "origin", "target"]).any()


def test_a_comparison_resamples_target_figures(backtest) -> None:
    same = backtest.compare("drift", "drift")
    assert (same.ratio, same.low, same.high) == (1.0, 1.0, 1.0)
    found = backtest.compare("drift", "last value")
    assert found.low < found.ratio < found.high
    assert found.targets == backtest.forecasts["target"].nunique()
