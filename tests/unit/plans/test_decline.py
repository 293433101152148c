"""The spiral: the simulated limit is the derived one, and two classes behave as they must."""

from __future__ import annotations

import time

import numpy as np
import pytest

from forecasting import InputError, Refused, fit, load_disclosures
from forecasting.explain.exits import fit_exits
from forecasting.plans.decline import (
    decline_picture,
    decline_state,
    least_leaver_risk,
    needed_newcomers,
    runs_away,
    two_class_path,
)
from tests.helpers.pool_laws import steady_risk

RECORD = load_disclosures()


@pytest.fixture(scope="module")
def exits():
    return fit_exits(fit(RECORD.as_of(RECORD.last_settlement)))


@pytest.fixture(scope="module")
def picture(exits):
    return decline_picture(decline_state(exits, 2021))


@pytest.mark.parametrize("replaced", [0.5, 1.0])
@pytest.mark.parametrize("elasticity", [0.3, 1.0, 2.0])
def test_either_side_of_the_limit_the_simulation_settles_and_runs_away(elasticity, replaced):
    limit = float(least_leaver_risk(elasticity, replaced))
    away = runs_away(np.array(elasticity), np.array([limit - 0.02, limit + 0.02]), replaced)
    assert away.tolist() == [True, False]


def test_at_the_limit_the_share_settles_at_the_tangent_point():
    """Both sides of R^(e+1) (1 - rho) = j (R - 1) touch at R = (1 + e) / e."""
    for elasticity in (0.5, 1.0, 2.0):
        risk = float(least_leaver_risk(elasticity)) + 1e-7
        steady = steady_risk(elasticity, risk)
        assert steady == pytest.approx((1 + elasticity) / elasticity, rel=0.01)


def test_a_settled_level_solves_its_equation():
    level = steady_risk(0.4, 0.75)
    assert level is not None
    assert level**1.4 * 0.25 == pytest.approx(level - 1.0, abs=1e-6)


def test_without_anti_selection_or_with_average_leavers_nothing_moves():
    members, share = two_class_path(2.0, 1.0, 0.3, 0.0)
    assert share == pytest.approx(np.ones(share.size))
    assert members[-1] == pytest.approx(np.exp(-1.5))


def test_two_classes_bound_the_share_and_replacement_holds_the_pool():
    _, share = two_class_path(3.0, 0.55, 1.0, 0.0, years=20)
    assert share.max() == pytest.approx(1.5)
    assert np.diff(share).min() > -1e-12
    held, _ = two_class_path(0.0, 1.0, 0.2, 0.2, years=20)
    assert held[-1] == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("risk", [0.5, 1.5, 0.2])
def test_a_risk_that_two_classes_cannot_have_is_bad_input(risk):
    with pytest.raises(InputError, match="between"):
        two_class_path(1.0, risk, 0.1, 0.0)


def test_negative_elasticity_has_no_limit():
    with pytest.raises(InputError, match="0 or more"):
        least_leaver_risk(-0.1)


def test_the_phase_follows_from_the_two_limits(picture):
    state = picture.state
    assert picture.phase == "needs_newcomers"
    assert state.replaced.q50 < picture.needed < 1
    assert picture.needed == pytest.approx(needed_newcomers(state.elasticity.q50, 0.75))


def test_the_simulated_limit_lies_on_the_derived_one(picture):
    rows = picture.boundary.dropna()
    assert len(rows) > 40
    assert (rows["simulated"] - rows["balanced"]).abs().max() < 0.012


def test_more_reaction_and_healthier_leavers_never_lose_fewer_members(picture):
    assert np.diff(picture.lost, axis=1).min() >= -1e-12
    assert picture.lost_without < picture.lost_here
    assert picture.persons_by_spiral > 0


def test_the_picture_is_quick(exits):
    state = decline_state(exits, 2021)
    start = time.process_time()
    decline_picture(state)
    assert time.process_time() - start < 2.0


def test_a_year_without_settlements_is_refused(exits):
    with pytest.raises(Refused, match="2023"):
        decline_state(exits, 2023)
