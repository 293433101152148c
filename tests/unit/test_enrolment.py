from datetime import date
from itertools import islice

import numpy as np
import pandas as pd
import pytest

from forecasting.enrolment import fit_membership, project, split_joins_and_exits
from forecasting.errors import Refused
from forecasting.settlements import settlements_from

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
