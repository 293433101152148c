from datetime import date
from itertools import islice

import numpy as np
import pandas as pd
import pytest

from forecasting.base.errors import Refused
from forecasting.base.settlements import settlements_from
from forecasting.members.enrolment import (
    fit_membership,
    project,
    split_joins_and_exits,
    split_survival_by_class,
)

GRID = list(islice(settlements_from(date(2018, 10, 28)), 40))


def figure(i: int, value: float, **changes) -> dict:
    day = pd.Timestamp(GRID[i])
    return {
        "scope": "critical_illness", "quantity": "sharing_members", "period_start": day,
        "period_end": day, "placement": "stated", "value": value, "bound": "=",
        "rounding_half_width": 500.0, "confidence": "high",
    } | changes  # fmt: skip


def test_exact_figures_are_reproduced() -> None:
    path = fit_membership(pd.DataFrame([figure(10, 5e7), figure(30, 9e7)]), GRID)
    assert path.members[10] == pytest.approx(5e7, rel=0.005)
    assert path.members[30] == pytest.approx(9e7, rel=0.005)
    assert path.log_sd[20] > 2 * path.log_sd[30]


def test_a_rounded_down_figure_lies_above_its_value() -> None:
    over = figure(30, 9e7, bound="over", rounding_half_width=5e6)
    path = fit_membership(pd.DataFrame([over]), GRID)
    assert 9e7 < path.members[30] < 1e8


def test_press_figures_of_enrolment_count_more_than_payers() -> None:
    path = fit_membership(pd.DataFrame([figure(30, 1.05e8, quantity="members")]), GRID)
    assert 0.98e8 < path.members[30] < 1.03e8


def test_all_plan_counts_are_above_the_plan() -> None:
    path = fit_membership(pd.DataFrame([figure(30, 1.055e8, scope="all_plans")]), GRID)
    assert 0.985e8 < path.members[30] < 1.02e8


def test_draws_scatter_as_the_posterior_says() -> None:
    path = fit_membership(pd.DataFrame([figure(10, 5e7), figure(30, 9e7)]), GRID)
    draws = path.draw(4000, np.random.default_rng(0))
    assert draws.mean(axis=0) == pytest.approx(np.log(path.members), abs=0.02)
    assert draws.std(axis=0)[10:31] == pytest.approx(path.log_sd[10:31], rel=0.1)


def test_no_member_figure_is_a_refusal() -> None:
    with pytest.raises(Refused, match="members"):
        fit_membership(pd.DataFrame([figure(3, 1.0, quantity="share")]), GRID)


def test_growth_is_damped_and_falls_are_not() -> None:
    growing = project(np.array([0.0, 0.10]), 200)
    assert growing[-1] == pytest.approx(0.10 + 0.10 * 0.9 / 0.1, rel=1e-3)
    falling = project(np.array([0.0, -0.01]), 10)
    assert falling[-1] == pytest.approx(-0.11)


def test_a_stated_growth_rate_replaces_the_projection() -> None:
    path = project(np.zeros((3, 2)), 24, np.random.default_rng(0), growth_per_period=0.01)
    assert np.exp(path[:, -1]) == pytest.approx(1.01**24)


def test_exits_are_the_fall_where_members_fall_faster_than_the_exit_rate() -> None:
    path = split_joins_and_exits(np.array([100.0, 100.0, 80.0]), 0.05)
    assert path.joins[2] == 0.0
    assert path.joins[1] > 0.0
    assert path.survival[2] / path.survival[1] == pytest.approx(0.8)


def shrinking(steps: int, kept: float):
    """A pool that stands a year and then keeps ``kept`` of its members, lost in ``steps`` steps."""
    path = np.concatenate([np.full(24, 100.0), 100.0 * kept ** (np.arange(1, steps + 1) / steps)])
    return split_joins_and_exits(path, 0.0)


def pool_risk(path, rho: float) -> float:
    healthy, frail = split_survival_by_class(path, np.asarray(rho))[:, -1]
    return float((0.5 * healthy + 1.5 * frail) / (healthy + frail))


def test_the_exits_of_both_classes_add_up() -> None:
    path = shrinking(10, 0.4)
    healthy, frail = split_survival_by_class(path, np.asarray(0.75))
    assert (healthy + frail) / 2 == pytest.approx(path.survival, rel=1e-6)
    assert (healthy <= frail).all()


def test_the_first_leavers_have_the_stated_risk() -> None:
    path = shrinking(1, 0.999)
    lost = 1 - split_survival_by_class(path, np.asarray(0.75))[:, -1]
    assert float((0.5 * lost[0] + 1.5 * lost[1]) / lost.sum()) == pytest.approx(0.75, abs=0.001)


def test_a_large_exit_does_not_depend_on_its_steps() -> None:
    """A one-step formula gives 1.62 or 2.20 at 80% leaving, by the step."""
    risks = [pool_risk(shrinking(steps, 0.2), 0.75) for steps in (1, 4, 48)]
    assert max(risks) - min(risks) < 0.01
    assert 1.1 < risks[0] < 1.5


def test_without_anti_selection_both_classes_leave_alike() -> None:
    assert pool_risk(shrinking(12, 0.3), 1.0) == pytest.approx(1.0)


def test_the_interpolated_survival_gives_the_exact_pool_risk() -> None:
    path = shrinking(24, 0.5)
    for rho in (0.62, 0.75, 0.97):
        healthy, frail = path.class_survival(np.asarray(rho))[:, -1]
        interpolated = float((0.5 * healthy + 1.5 * frail) / (healthy + frail))
        assert interpolated == pytest.approx(pool_risk(path, rho), abs=0.005)
