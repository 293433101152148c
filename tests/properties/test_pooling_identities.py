"""Identities of pools and of the spiral, for every input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.plans.decline import (
    least_leaver_risk,
    needed_newcomers,
    two_class_path,
)
from forecasting.plans.fee import fee_within, insurer_expense
from forecasting.plans.pooling import (
    common_sd_over,
    share_volatility,
    two_point_cv,
)
from tests.helpers.pool_laws import compound_poisson_moments, steady_risk

CASES = st.floats(1.0, 1e6)
COMMON = st.floats(0.0, 0.5)
CHANCE = st.floats(0.0, 1.0)


@given(CASES, CHANCE, COMMON)
def test_volatility_is_the_cv_of_the_compound_law(cases, upper_chance, common):
    amounts, weights = np.array([1e5, 3e5]), np.array([1 - upper_chance, upper_chance])
    exact = compound_poisson_moments(cases, amounts, weights, common)
    cv = two_point_cv(min(max(float(amounts @ weights), 1e5), 3e5), 1e5, 3e5)
    assert exact.cv == pytest.approx(float(share_volatility(cases, cv, common)), rel=1e-6)
    assert exact.skewness > 0


@given(CASES, st.floats(0.0, 3.0), COMMON, st.floats(1.0, 100.0))
def test_a_larger_pool_is_never_more_volatile_and_never_below_the_common_part(
    cases, cv, common, times
):
    small, large = (float(share_volatility(n, cv, common)) for n in (cases, cases * times))
    assert common <= large <= small


@given(st.integers(1, 60), COMMON, st.floats(0.0, 1.0))
def test_averaging_never_adds_to_the_common_part(periods, common, correlation):
    averaged = common_sd_over(periods, common, correlation)
    assert common / periods**0.5 - 1e-12 <= averaged <= common + 1e-12


@given(st.floats(0.0, 1e6), st.floats(0.0, 1.0))
def test_fee_and_aid_are_all_that_is_paid(paid, fee):
    part = fee_within(paid, fee)
    assert (paid - part) * fee == pytest.approx(part, abs=1e-6)


@given(st.floats(0.0, 1e6), st.floats(0.0, 0.9))
def test_expenses_are_their_share_of_the_gross_premium(claims, ratio):
    expense = insurer_expense(claims, ratio)
    assert expense == pytest.approx(ratio * (claims + expense), abs=1e-6)


@given(st.floats(0.01, 5.0), st.floats(0.3, 0.99))
def test_the_needed_newcomers_lie_on_the_limit(elasticity, risk):
    needed = needed_newcomers(elasticity, risk)
    assert float(least_leaver_risk(elasticity, needed)) == pytest.approx(risk)
    assert steady_risk(elasticity, risk, 1.1 * needed) is not None
    assert steady_risk(elasticity, risk, 0.9 * needed) is None


@given(st.floats(0.0, 4.0), st.floats(0.52, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_two_classes_keep_the_share_between_its_bounds(elasticity, risk, leaving, joining):
    members, share = two_class_path(elasticity, risk, leaving, joining, years=2)
    assert (members > 0).all()
    assert share.min() >= 1.0 - 1e-9
    assert share.max() <= 1.5 + 1e-9
