"""The rolling origins: who knew what, what is scored, how it is averaged."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.forecasting.theta import ThetaModel

from forecasting import Refused, load_disclosures
from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN, figure_origins, run_backtest
from forecasting.evaluation.rivals import (
    DRIFT,
    HOUSES,
    METHODS,
    NAMED_RIVAL,
    NATIVES,
    NORMAL_QUANTILES,
    Kind,
    ShareSeries,
    drift_sd,
    share_series,
)

RECORD = load_disclosures()
LAST_VALUE = NATIVES["last value"]


@dataclass(frozen=True)
class Failing:
    name: str = "failing"
    kind: Kind = "rival"

    def quantiles(self, known, horizon):
        raise Refused("not today")


@pytest.fixture(scope="module")
def backtest():
    return run_backtest(RECORD, (LAST_VALUE, DRIFT, HOUSES["drift"], NAMED_RIVAL, Failing()))


def test_there_is_one_origin_a_new_figure() -> None:
    origins = figure_origins(RECORD)
    assert origins[0] == date(2019, 6, 28)
    assert origins[-1] == date(2021, 6, 14)
    assert len(origins) == len(set(origins)) == 48


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
    rows = backtest.forecasts.query("model == 'drift (native)'")
    expected = rows.groupby("target")["absolute_error"].mean().mean()
    summary = backtest.summary().set_index("model")
    assert summary.loc["drift (native)", "mae"] == pytest.approx(expected)
    assert summary.loc["drift (native)", "mae"] != pytest.approx(rows["absolute_error"].mean())


def test_late_origins_start_on_14_august_2020(backtest) -> None:
    late = backtest.summary(FIRST_LATE_ORIGIN).set_index("model")
    rows = backtest.forecasts.query("model == 'drift (native)' and origin >= '2020-08-14'")
    assert late.loc["drift (native)", "n"] == len(rows)


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
    at_figure = DRIFT.quantiles(RECORD.as_of("2021-11-14"), 6)
    two_later = DRIFT.quantiles(RECORD.as_of("2021-12-14"), 4)
    assert two_later == pytest.approx(at_figure[2:])


def test_the_named_rival_is_the_mean_of_drift_and_theta() -> None:
    known = RECORD.as_of("2020-10-28")
    members = [member.quantiles(known, 5) for member in NAMED_RIVAL.members]
    assert NAMED_RIVAL.quantiles(known, 5) == pytest.approx(np.mean(members, axis=0))
    assert [member.name for member in NAMED_RIVAL.members] == ["drift (native)", "theta (house)"]


def test_the_last_value_is_the_last_value() -> None:
    assert LAST_VALUE.quantiles(RECORD.as_of("2020-10-28"), 3)[:, 3] == pytest.approx([4.86] * 3)


def test_the_frame_is_tidy(backtest) -> None:
    frame = backtest.to_frame()
    assert isinstance(frame, pd.DataFrame)
    assert not frame.duplicated(["model", "origin", "target"]).any()


def test_a_comparison_resamples_target_figures(backtest) -> None:
    same = backtest.compare("drift (native)", "drift (native)")
    assert (same.ratio, same.low, same.high) == (1.0, 1.0, 1.0)
    found = backtest.compare("drift (native)", "last value (native)")
    assert found.low < found.ratio < found.high
    assert found.targets == backtest.forecasts["target"].nunique()


def test_a_method_is_judged_by_the_better_of_its_intervals(backtest) -> None:
    table = backtest.summary().set_index("model")["wis"]
    judged = backtest.judged().set_index("method")
    assert judged.at["drift", "wis"] == table[["drift (native)", "drift (house)"]].min()
    assert set(judged.index) == {"last value", "drift", "drift + theta", "failing"}


def test_the_best_rival_forecast_as_often_and_scored_best(backtest) -> None:
    ours = replace(backtest, headline_model="drift (native)")
    table = ours.summary().set_index("model")
    assert ours.best_rival() == table["wis"].idxmin()
    rows = ours.forecasts
    left_out = (rows["model"] == ours.best_rival()) & (rows["horizon"] > 12)
    rare = rows.assign(reason=rows["reason"].mask(left_out, "rare"))
    assert replace(ours, forecasts=rare).best_rival() != ours.best_rival()
    sentence = ours.to_dict()["best_rival"]
    assert sentence["all"]["name"] == ours.best_rival()
    assert sentence["late"]["targets"] == 30


def test_a_random_walk_widens_with_the_root_of_the_horizon() -> None:
    """Steps 1, -1, 1: root mean square 1; sd sqrt(h)."""
    centre, sd = METHODS["last value"](ShareSeries((0, 1, 2, 3), (1.0, 2.0, 1.0, 2.0)), 9)
    assert centre.tolist() == [2.0] * 9
    assert sd[[0, 3, 8]] == pytest.approx([1, 2, 3], rel=0.01)


@pytest.mark.parametrize("method", METHODS)
def test_native_intervals_widen_and_hold_innovations_of_their_own_size(method) -> None:
    """One step ahead the sd is that of what the method left over: within a factor of 1.5."""
    series = share_series(RECORD.as_of("2021-06-14"))
    ahead = METHODS[method](series, 24)
    assert (np.diff(ahead.sd) > -1e-9).all()
    steps = np.diff(series.values).std()
    assert steps / 1.5 < ahead.sd[0] < 1.5 * steps
    bands = NATIVES[method].quantiles(RECORD.as_of("2021-06-14"), 24)
    assert bands[:, 3] == pytest.approx(ahead.centre)
    assert bands[0] == pytest.approx(ahead.centre[0] + ahead.sd[0] * NORMAL_QUANTILES)


def test_theta_with_its_native_interval_is_statsmodels_own() -> None:
    series = share_series(RECORD.as_of("2020-10-28"))
    fitted = ThetaModel(series.values, period=1, deseasonalize=False).fit()
    low, high = np.asarray(fitted.prediction_intervals(24, alpha=0.2)).T
    bands = NATIVES["theta"].quantiles(RECORD.as_of("2020-10-28"), 24)
    assert bands[:, 1] == pytest.approx(low)
    assert bands[:, 5] == pytest.approx(high)
