"""Moments and simulation of a pool agree; bad input is refused."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from forecasting import InputError, Refused, load_disclosures
from forecasting.plans.pooling import (
    common_sd_of_moves,
    common_sd_over,
    floor_reading,
    mature_moves,
    pool_picture,
    share_volatility,
    two_point_cv,
)
from tests.helpers.pool_laws import compound_poisson_moments, simulate_aid

AMOUNTS = np.array([100_000.0, 300_000.0])
WEIGHTS = np.array([0.65, 0.35])
RECORD = load_disclosures()


@pytest.mark.parametrize("common", [0.0, 0.05, 0.08])
@pytest.mark.parametrize("cases", [12.0, 88.0, 2660.0])
def test_simulated_aid_has_the_exact_moments(cases, common):
    exact = compound_poisson_moments(cases, AMOUNTS, WEIGHTS, common)
    aid = simulate_aid(cases, AMOUNTS, WEIGHTS, common, 400_000, np.random.default_rng(1))
    assert aid.mean() == pytest.approx(exact.mean, rel=0.005)
    assert aid.std() == pytest.approx(exact.sd, rel=0.01)
    assert ((aid - aid.mean()) ** 3).mean() / aid.std() ** 3 == pytest.approx(
        exact.skewness, abs=0.03
    )


def test_the_cv_is_the_formula():
    mean = float(AMOUNTS @ WEIGHTS)
    cv = two_point_cv(mean, *AMOUNTS)
    exact = compound_poisson_moments(88.0, AMOUNTS, WEIGHTS, 0.06)
    assert exact.cv == pytest.approx(float(share_volatility(88.0, cv, 0.06)))


def test_a_year_averages_chance_away_and_keeps_what_lasts():
    sizes = pool_picture(RECORD).sizes().set_index("members")
    assert (sizes["year_chance"] * 24**0.5).to_numpy() == pytest.approx(sizes["chance"].to_numpy())
    assert sizes.loc[100e6, "year_high"] > 0.5 * sizes.loc[100e6, "high"]
    assert common_sd_over(1, 0.08) == pytest.approx(0.08)


def test_where_chance_equals_the_common_part_their_sum_is_root_two():
    picture = pool_picture(RECORD)
    row = picture.sizes((picture.equal_size(0.05),)).iloc[0]
    assert row["low"] == pytest.approx(0.05 * 2**0.5)


def test_the_common_part_of_simulated_shares_is_found_from_their_moves():
    rng, phi, common, chance = np.random.default_rng(3), 0.85, 0.06, 0.02
    u = np.zeros(100_000)
    for t in range(1, u.size):
        u[t] = phi * u[t - 1] + common * np.sqrt(1 - phi**2) * rng.standard_normal()
    moves = np.diff(u + chance * rng.standard_normal(u.size))
    assert common_sd_of_moves(moves, chance, phi) == pytest.approx(common, rel=0.02)


def test_a_move_that_a_shock_made_is_no_chance():
    moves = mature_moves(RECORD)
    shocks = RECORD.shocks
    shocked = set(
        shocks.loc[shocks[["payment", "diagnoses"]].max(axis=1) > 0, "settlement"].dt.date
    )
    assert (min(shocked), max(shocked)) == (date(2020, 2, 14), date(2020, 4, 28))
    assert not shocked & set(moves["second_day"])
    assert {date(2020, 1, 28), date(2020, 5, 14)} <= set(moves["second_day"])


def test_moves_smaller_than_chance_leave_no_common_part():
    assert common_sd_of_moves(np.array([0.01]), 0.05) == 0.0


def test_moves_are_of_successive_settlements_of_the_mature_pool():
    moves = mature_moves(RECORD)
    assert moves["first_day"].min() == date(2019, 11, 28)
    assert len(moves) == 41
    assert mature_moves(RECORD.as_of("2019-08-14")).empty


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: share_volatility(0.0, 0.5),
        lambda: two_point_cv(400_000, 100_000, 300_000),
        lambda: compound_poisson_moments(5, AMOUNTS, np.array([0.5, 0.6])),
    ],
)
def test_input_out_of_range_says_what_is_legal(wrong):
    with pytest.raises(InputError, match=r"found .*legal"):
        wrong()


def test_a_plan_without_the_rules_is_refused():
    with pytest.raises(Refused, match="member_floor"):
        floor_reading(load_disclosures(plan="waterdrop"))
    with pytest.raises(Refused, match="2019-04-14"):
        pool_picture(RECORD.as_of("2019-04-14"))
