"""Identities that hold for every legal input."""

from datetime import date
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.assumptions.parameters import PARAMETERS
from forecasting.base.arrays import causal_convolve
from forecasting.base.settlements import (
    next_settlement,
    period_number,
    settlement_on_or_after,
    settlement_on_or_before,
    settlements_between,
)
from forecasting.base.tabular import escape_formula
from forecasting.claims.selection import delay_mass, mean_lag_days
from forecasting.explain.dilution import shapley_terms
from forecasting.members.enrolment import split_joins_and_exits

days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
families = st.sampled_from(["gamma", "lognormal"])


@given(days)
def test_a_settlement_brackets_every_day(day: date) -> None:
    before, after = settlement_on_or_before(day), settlement_on_or_after(day)
    assert before <= day <= after
    assert after in (before, next_settlement(before))
    assert period_number(next_settlement(before)) == period_number(before) + 1


@given(days, days)
def test_settlements_between_are_all_inside_and_none_is_missing(first: date, last: date) -> None:
    found = settlements_between(first, last)
    assert all(first <= day <= last for day in found)
    every = {
        date(y, m, d)
        for y in range(first.year, min(first.year + 2, 2101))
        for m in range(1, 13)
        for d in (14, 28)
    }
    assert {day for day in every if first <= day <= last} <= set(found)


@given(st.floats(30, 500), st.floats(0.1, 1.5), families)
def test_delay_mass_is_one_over_at_least_two_years(mean: float, cv: float, family: str) -> None:
    mass = delay_mass(mean, cv, family)
    assert mass.size >= 48
    assert (mass >= 0).all()
    assert mass.sum() == pytest.approx(1.0, abs=1e-9)


@given(st.floats(30, 400), st.floats(0.1, 1.0), families)
def test_delay_mass_keeps_the_mean(mean: float, cv: float, family: str) -> None:
    mass = delay_mass(mean, cv, family)
    days = np.arange(mass.size) * 365.25 / 24
    assert float(mass @ days) == pytest.approx(mean, abs=12.0, rel=0.03)


@given(
    st.floats(0, 365),
    st.floats(0, 0.3),
    st.floats(0.2, 0.99),
    st.floats(0.1, 2.0),
    st.floats(30, 300),
)
def test_mean_lag_is_the_integral_of_what_is_not_yet_paid(
    waiting: float, a0: float, s0: float, tau: float, delay: float
) -> None:
    step = 0.5
    days = np.arange(0, 40 * 365.25, step)
    ramp = 1 - (1 - s0) * np.exp(-np.maximum(days - waiting, 0) / (tau * 365.25))
    smooth = np.where(days < waiting, a0, ramp)
    integral = ((1 - smooth) * step).sum() + delay
    assert float(mean_lag_days(waiting, a0, s0, tau, delay)) == pytest.approx(
        integral, rel=0.01, abs=1
    )


@given(st.lists(st.floats(-10, 10), min_size=8, max_size=8))
def test_shapley_terms_sum_to_the_whole(values: list[float]) -> None:
    players = ("a", "b", "c")
    coalitions = [frozenset(c) for n in range(4) for c in combinations(players, n)]
    worth = dict(zip(coalitions, map(np.asarray, values), strict=True))
    terms = shapley_terms(worth, players)
    whole = worth[frozenset(players)] - worth[frozenset()]
    assert sum(float(t) for t in terms.values()) == pytest.approx(float(whole), abs=1e-9)


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=60),
    st.lists(st.floats(0, 1), min_size=1, max_size=60),
)
def test_causal_convolution_agrees_with_the_direct_sum(
    signal: list[float], kernel: list[float]
) -> None:
    x, k = np.array(signal), np.array(kernel)
    expected = np.convolve(x, k)[: x.size]
    assert causal_convolve(x, k) == pytest.approx(expected, abs=1e-6 * (1 + x.max()))


@given(st.lists(st.floats(1e3, 1e8), min_size=2, max_size=80), st.floats(0, 0.3))
def test_joins_and_survival_rebuild_the_members(members: list[float], rate: float) -> None:
    net = np.array(members)
    path = split_joins_and_exits(net, rate)
    assert (path.joins >= 0).all()
    assert ((path.survival >= 0) & (path.survival <= 1 + 1e-12)).all()
    rebuilt = path.survival * np.cumsum(path.joins / path.survival)
    assert rebuilt == pytest.approx(net, rel=1e-6)


@given(st.sampled_from(PARAMETERS), st.floats(0.05, 0.95))
def test_a_parameters_scale_keeps_the_order_of_its_prior(parameter, level: float) -> None:
    middle, there = (float(parameter.prior_quantile(one)) for one in (0.5, level))
    assert middle == pytest.approx(parameter.median)
    assert (there > middle) == (level > 0.5) or level == pytest.approx(0.5)


@given(st.text())
def test_no_text_cell_can_start_a_formula(cell: str) -> None:
    assert not escape_formula(cell).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
