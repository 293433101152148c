import numpy as np
import pytest

from forecasting.base.errors import InputError
from forecasting.claims.selection import delay_cdf, delay_mass, selection, waiting_share


def test_nothing_but_accidents_is_covered_while_waiting() -> None:
    days = np.array([0.0, 30.0, 76.0])
    assert selection(days, 90, 0.03, 0.7, 1.0) == pytest.approx([0.03] * 3)


def test_the_ramp_starts_at_its_initial_value_when_the_waiting_period_ends() -> None:
    just_after = selection(np.array([98.0]), 90.0, 0.03, 0.7, 1.0)
    assert just_after[0] == pytest.approx(0.7, abs=0.01)


def test_the_waiting_share_moves_smoothly_with_the_waiting_period() -> None:
    shares = [float(waiting_share(np.array([91.3]), w)[0]) for w in (80, 88, 92, 96, 105)]
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0


def test_a_case_is_settled_in_its_own_period_only_within_half_a_period() -> None:
    mass = delay_mass(120.0, 0.5, "gamma")
    assert mass[0] == pytest.approx(
        float(delay_cdf(np.array([365.25 / 48]), 120.0, 0.5, "gamma")[0])
    )


def test_gamma_with_unit_cv_is_exponential() -> None:
    days = np.array([10.0, 100.0, 400.0])
    assert delay_cdf(days, 100.0, 1.0, "gamma") == pytest.approx(1 - np.exp(-days / 100.0))


def test_lognormal_matches_its_stated_mean() -> None:
    grid = np.linspace(0, 5000, 200_001)
    survival = 1 - delay_cdf(grid, 120.0, 0.5, "lognormal")
    assert survival.sum() * (grid[1] - grid[0]) == pytest.approx(120.0, rel=1e-3)


def test_a_delay_that_its_support_cannot_hold_is_refused_not_cut_off() -> None:
    with pytest.raises(InputError, match="unsettled after 40 years"):
        delay_mass(6000.0, 3.0, "lognormal")


def test_a_part_of_the_support_is_the_beginning_of_the_whole() -> None:
    whole = delay_mass(500.0, 1.0, "gamma")
    assert whole.size >= 48
    assert delay_mass(500.0, 1.0, "gamma", 30) == pytest.approx(whole[:30])


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(InputError, match="weibull"):
        delay_mass(100.0, 0.5, "weibull")
