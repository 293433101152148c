"""Identities of prices that hold for every legal input."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.pricing import Premium, Terms, buehlmann_credibility, level_net_premium
from forecasting.pricing.level import in_force

amounts = st.floats(0, 1e6)
loadings = st.floats(0, 2)
expenses = st.floats(0, 0.35)
rates = st.lists(
    st.tuples(st.floats(0, 0.2), st.floats(1e3, 1e6), st.floats(0, 0.2)), min_size=1, max_size=60
)
lapses, interests = st.floats(0, 0.5), st.floats(0, 0.025)


@given(st.floats(0, 10), amounts, loadings, expenses)
def test_the_steps_add_up_to_the_gross_premium(
    frequency: float, severity: float, loading: float, expense: float
) -> None:
    premium = Premium(frequency, severity, Terms(loading, expense))
    steps = premium.steps()
    assert steps["rmb"].iloc[:3].sum() == pytest.approx(premium.gross)
    assert premium.gross >= premium.net >= premium.risk >= 0
    assert premium.gross * (1 - expense) == pytest.approx(premium.net)


@given(loadings, expenses, st.floats(0, 0.2), st.floats(0, 0.1))
def test_more_loading_or_expense_never_lowers_the_price(
    loading: float, expense: float, more_loading: float, more_expense: float
) -> None:
    dearer = Terms(min(loading + more_loading, 2.0), min(expense + more_expense, 0.35))
    assert dearer.gross_per_risk >= Terms(loading, expense).gross_per_risk * (1 - 1e-12)


@given(rates, lapses, interests)
def test_premiums_are_worth_what_benefits_are(
    years: list[tuple[float, float, float]], lapse: float, interest: float
) -> None:
    """The principle of equivalence, summed policy year by policy year."""
    claims, benefits, deaths = (np.array(column) for column in zip(*years, strict=True))
    level = level_net_premium(claims, benefits, deaths, lapse, interest)
    left, paid, owed = 1.0, 0.0, 0.0
    for year, (q, b, d) in enumerate(years):
        paid += level * left / (1 + interest) ** year
        owed += left * q * b / (1 + interest) ** (year + 0.5)
        left *= (1 - q) * (1 - d) * (1 - lapse)
    assert paid == pytest.approx(owed, rel=1e-9, abs=1e-9)


@given(rates, lapses, interests)
def test_the_level_premium_lies_within_the_yearly_ones(
    years: list[tuple[float, float, float]], lapse: float, interest: float
) -> None:
    claims, benefits, deaths = (np.array(column) for column in zip(*years, strict=True))
    level = level_net_premium(claims, benefits, deaths, lapse, interest)
    yearly = claims * benefits / np.sqrt(1 + interest)
    assert yearly.min() * (1 - 1e-9) <= level <= yearly.max() * (1 + 1e-9)


@given(rates, lapses)
def test_policies_only_become_fewer(years: list[tuple[float, float, float]], lapse: float) -> None:
    claims, _, deaths = (np.array(column) for column in zip(*years, strict=True))
    left = in_force(claims, deaths, lapse)
    assert left[0] == 1.0
    assert (np.diff(left) <= 0).all()
    assert (left >= 0).all()


@given(st.floats(1, 1e9), st.floats(1e-6, 0.5), st.floats(0.01, 2))
def test_credibility_is_a_weight_that_grows_with_the_pool(
    members: float, incidence: float, log_sd: float
) -> None:
    smaller, larger = buehlmann_credibility(np.array([members, 2 * members]), incidence, log_sd)
    assert 0 < smaller <= larger <= 1
