"""Simulate plans over wide ranges and ask for the truth back.

The worlds are those of seeds nobody tuned on; twelve of them keep the suite short, and
``python -m benchmarks recovery`` runs as many as wanted.
"""

from pathlib import Path

import numpy as np
import pytest

from forecasting import Forecast, fit, forecast, load_disclosures
from tests.recovery.simulated_plan import (
    World,
    draw_rationed_world,
    draw_world,
    settlements_of,
    write_plan,
)

SEEDS = range(7_000, 7_012)


@pytest.fixture(scope="module")
def recovered(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[World, Forecast, float]]:
    results = []
    for seed in SEEDS:
        folder = Path(tmp_path_factory.mktemp(f"world{seed}"))
        world = draw_world(seed)
        write_plan(world, folder)
        fitted = fit(load_disclosures(folder, "simulated"))
        delay = fitted.parameters.set_index("name").loc["delay_days"]
        results.append((world, forecast(fitted, 12, 500), delay))
    return results


def test_the_steady_state_is_recovered(recovered) -> None:
    errors = [abs(np.log(f.steady_state.q50 / w.steady_state)) for w, f, _ in recovered]
    assert np.median(errors) < 0.10


def test_the_steady_state_interval_holds_the_truth_most_of_the_time(recovered) -> None:
    inside = [f.steady_state.q10 <= w.steady_state <= f.steady_state.q90 for w, f, _ in recovered]
    assert np.mean(inside) >= 0.6


def test_the_delay_is_recovered(recovered) -> None:
    errors = [abs(np.log(delay["q50"] / w.delay_days)) for w, _, delay in recovered]
    assert np.median(errors) < 0.20


def test_a_longer_record_narrows_the_steady_state(tmp_path: Path) -> None:
    world = draw_world(7_100)
    write_plan(world, tmp_path)
    record = load_disclosures(tmp_path, "simulated")
    dates = sorted({day.date() for day in record.figures()["period_end"]})
    early = forecast(fit(record.as_of(dates[len(dates) // 2])), 12, 500).steady_state
    late = forecast(fit(record), 12, 500).steady_state
    assert np.log(late.q90 / late.q10) < np.log(early.q90 / early.q10)


RATIONED = range(7_300, 7_310)
KNOWN_PERIODS = 44


@pytest.fixture(scope="module")
def rationed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[float, bool, float, float]]:
    """Log error and coverage of the steady state, coverage of later shares, errors as a ratio."""
    results = []
    for seed in RATIONED:
        folder = Path(tmp_path_factory.mktemp(f"rationed{seed}"))
        world = draw_rationed_world(seed)
        write_plan(world, folder)
        record = load_disclosures(folder, "simulated")
        shares = record.settlement_values("share")
        known = record.as_of(settlements_of(world)[KNOWN_PERIODS - 1])
        built = forecast(fit(known), 24, 500)
        later = built.periods.set_index(built.periods["date"].dt.date)
        later = later.join(shares.rename("paid")).loc[known.day :].iloc[1:].dropna(subset="paid")
        inside = later["paid"].between(later["share_q10"], later["share_q90"]).mean()
        errors = (later["share_q50"] - later["paid"]).abs().mean()
        last = (known.settlement_values("share").iloc[-1] - later["paid"]).abs().mean()
        truth, level = world.steady_state_after(KNOWN_PERIODS), built.steady_state
        held = level.q10 <= truth <= level.q90
        results.append((float(np.log(level.q50 / truth)), held, inside, errors / last))
    return results


def test_a_plan_that_pays_by_quota_is_forecast_better_than_by_its_last_share(rationed) -> None:
    assert np.median([ratio for *_, ratio in rationed]) < 1.0


def test_later_shares_of_a_plan_that_pays_by_quota_lie_inside_most_of_the_time(rationed) -> None:
    assert 0.65 <= np.mean([inside for *_, inside, _ in rationed]) <= 0.98


def test_the_level_behind_a_quota_is_recovered_most_of_the_time(rationed) -> None:
    assert np.mean([held for _, held, *_ in rationed]) >= 0.5
    assert np.median([abs(error) for error, *_ in rationed]) < 0.25
