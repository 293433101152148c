"""The deviation: heavy tails, its scale, and that both are found again."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from forecasting import fit, load_disclosures
from forecasting.fitting.cases import compile_case_lists
from forecasting.fitting.deviation import (
    LARGEST_INNOVATION,
    PERSISTENCE,
    SCALES,
    draw_deviations,
    heavy_tailed,
    innovation_root,
    innovations,
    launch_profile,
    normal_score,
    normal_score_slope,
)

FITTED = fit(load_disclosures().as_of("2020-10-28"))


@pytest.mark.parametrize(("level", "within"), [(0.9, 0.005), (0.975, 0.005), (0.999, 0.035)])
def test_innovations_are_students_t_of_four_degrees(level: float, within: float) -> None:
    """Wallace 1959."""
    assert heavy_tailed(stats.norm.ppf(level)) == pytest.approx(stats.t(4).ppf(level), rel=within)


def test_scores_and_slopes_are_those_of_the_map() -> None:
    innovation = np.array([-6.0, -0.5, 0.0, 1e-3, 2.0, 9.0])
    assert heavy_tailed(normal_score(innovation)) == pytest.approx(innovation)
    step = 1e-6
    numeric = (normal_score(innovation + step) - normal_score(innovation - step)) / (2 * step)
    assert normal_score_slope(innovation) == pytest.approx(numeric, rel=1e-4)


def test_the_root_gives_the_innovations() -> None:
    path = np.random.default_rng(1).standard_normal((3, 30))
    scale = np.array([0.05, 0.1, 0.4])
    by_root = (innovation_root(30, scale) @ path[..., None])[..., 0]
    assert by_root == pytest.approx(innovations(path, scale))


def test_paths_go_on_where_they_ended_and_are_cut() -> None:
    rng, scale = np.random.default_rng(2), np.full(20_000, 0.1)
    past = draw_deviations(scale, 80, rng)
    ahead = draw_deviations(scale, 1, rng, past)
    found = (ahead[:, 0] - PERSISTENCE * past[:, -1]) / (0.1 * np.sqrt(1 - PERSISTENCE**2))
    found /= launch_profile(80, 1)
    assert np.abs(found).max() <= LARGEST_INNOVATION + 1e-9
    assert np.quantile(found, 0.9) == pytest.approx(stats.t(4).ppf(0.9), rel=0.05)


def test_the_scales_weights_are_probabilities_and_draws_follow_them() -> None:
    weights = {each.scale: each.weight for each in FITTED.scales}
    assert sum(weights.values()) == pytest.approx(1.0)
    parameters, _ = FITTED.draw(4000, np.random.default_rng(0))
    for scale in SCALES:
        shown = float((parameters["deviation_scale"] == scale).mean())
        assert shown == pytest.approx(weights.get(scale, 0.0), abs=0.01)


def test_the_gradient_vanishes_at_every_mode() -> None:
    """Against finite differences of the cost, in posterior standard deviations."""
    from forecasting.fitting.solver import Problem

    problem = Problem(
        FITTED.regime, FITTED.membership, FITTED.likelihood, FITTED.free, FITTED.fixed, "gamma",
        compile_case_lists(FITTED.disclosures, FITTED.grid),
    )  # fmt: skip
    for each in FITTED.scales:
        found = problem.expanded(each.mode[None], np.array([each.scale]))
        towards = np.linalg.solve(found.curvature[0], found.gradient[0])
        assert found.cost[0] == pytest.approx(each.cost)
        assert 0.5 * found.gradient[0] @ towards < 2e-3


def test_a_plan_that_steps_gets_a_larger_scale() -> None:
    """In October 2019 the share had just doubled; two years on it had moved by cents."""
    early = fit(load_disclosures().as_of("2019-10-28"))
    mean = [
        sum(each.weight * np.log(each.scale) for each in fitted.scales)
        for fitted in (early, FITTED)
    ]
    assert mean[0] > mean[1]
