"""Model checks: exact where they can be, and able to fail."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from forecasting import fit, load_disclosures
from forecasting.disclosures import FITTED_QUANTITIES
from forecasting.fitting.checks import (
    KINDS,
    STATISTICS,
    autocorrelation,
    check_fit,
    claims_leverage,
    member_leverage,
    tail_share,
)
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.fitting.solver import Problem, fit_scales

KNOWN = load_disclosures().as_of("2020-10-28")


@pytest.fixture(scope="module")
def fitted():
    return fit(KNOWN)


@pytest.fixture(scope="module")
def checks(fitted):
    return check_fit(fitted)


def test_every_fitted_quantity_has_one_kind():
    assert sorted(name for names in KINDS.values() for name in names) == sorted(FITTED_QUANTITIES)


def test_every_figure_is_there_with_the_residual_of_the_fit(fitted, checks):
    ours = checks.figures.sort_values("row")["z"].to_numpy()
    assert np.allclose(ours, fitted.residuals.sort_values("row")["z"])
    assert checks.near == (checks.values["z"].abs() <= 1.96).sum()
    assert checks.largest(3)["z"].abs().is_monotonic_decreasing


def test_leverage_lies_between_nothing_and_the_whole_figure(fitted):
    values = fitted.likelihood.side == 0
    for leverage in (claims_leverage(fitted)[values], member_leverage(fitted)):
        assert (leverage > 0).all()
        assert (leverage < 1).all()


def test_leverage_is_what_the_fit_moves_when_the_figure_moves(fitted):
    """d fitted / d observed of a linear smoother: nudge one member figure and fit again."""
    rows = KNOWN.observations
    exact = fitted.membership_fit.residuals.reset_index(drop=True)
    place = len(exact) - 1
    line = exact.at[place, "row"]
    nudged = rows.assign(value=rows["value"].where(rows["row"] != line, rows["value"] * 1.001))
    again = fit(replace(KNOWN, observations=nudged)).membership_fit.residuals
    again = again.reset_index(drop=True)
    moved = np.log(again.at[place, "fitted"] / exact.at[place, "fitted"])
    pushed = np.log(again.at[place, "observed"] / exact.at[place, "observed"])
    assert moved / pushed == pytest.approx(member_leverage(fitted)[place], abs=0.01)


def test_kinds_add_up_to_the_values(checks):
    assert checks.kinds["n"].sum() == len(checks.values)
    assert (checks.kinds["freedom"] < checks.kinds["n"]).all()
    assert checks.kinds["p_value"].between(0, 1).all()


def test_the_statistics_of_the_real_record_are_the_disclosed_ones(checks):
    found = checks.predictive.set_index("statistic")
    assert list(found.index) == list(STATISTICS)
    assert found.at["trough", "observed"] == pytest.approx((1.51 * 1.53 * 1.55) ** (1 / 3))
    plateau = [3.01, 3.06, 3.03, 3.02, 3.06, 3.05]
    assert found.at["plateau", "observed"] == pytest.approx(np.prod(plateau) ** (1 / 6))
    assert found.at["growth", "observed"] == pytest.approx(
        np.sqrt(4.23 * 4.86) / np.sqrt(0.33 * 0.51)
    )
    assert found["p_value"].between(0, 1).all()


def test_the_checks_say_what_needs_deviations(checks):
    """The figures scatter as stated; that the share grew so fast, the structure alone denies."""
    assert "chi2" not in checks.unlikely
    assert "growth" in checks.needs_deviations
    assert checks.readings.count("usual") == len(STATISTICS) - len(checks.unlikely)


def fitted_again(fitted: SelectionLagFit, **changes: Any) -> SelectionLagFit:
    """The fit with other figures, solved anew."""
    likelihood = replace(fitted.likelihood, **changes)
    problem = Problem(
        fitted.regime, fitted.membership, likelihood, fitted.free, fitted.fixed, "gamma"
    )
    return replace(fitted, likelihood=likelihood, scales=fit_scales(problem))


def test_a_record_drawn_from_the_model_is_usual(fitted):
    """Put the fit's own predictions, with noise of the stated size, in place of the figures."""
    likelihood = fitted.likelihood
    noise = np.random.default_rng(5).standard_normal(likelihood.count)
    shown = likelihood.predict(fitted.path) + likelihood.log_sd * noise
    values = np.where(likelihood.side == 0, shown, likelihood.log_value)
    again = check_fit(fitted_again(fitted, log_value=values))
    assert "chi2" not in again.unlikely
    assert "largest_residual" not in again.unlikely


def test_figures_that_scatter_more_than_stated_are_unlikely(fitted):
    tight = fitted_again(fitted, log_sd=fitted.likelihood.log_sd / 4)
    assert "chi2" in check_fit(tight).unlikely


def test_before_the_window_a_statistic_is_left_out():
    early = check_fit(fit(load_disclosures().as_of("2019-06-14")))
    assert set(early.predictive["statistic"]) == {"sign_changes", "largest_residual", "chi2"}
    assert np.isnan(early.residual_autocorrelation)


def test_the_same_seed_gives_the_same_checks(fitted, checks):
    assert check_fit(fitted).predictive.equals(checks.predictive)


def test_autocorrelation_of_an_ar1_is_its_persistence():
    rng = np.random.default_rng(1)
    series = np.zeros(20_000)
    for t in range(1, series.size):
        series[t] = 0.7 * series[t - 1] + rng.standard_normal()
    assert autocorrelation(series) == pytest.approx(0.7, abs=0.02)
    assert np.isnan(autocorrelation(np.ones(5)))


def test_tail_share_counts_ties_half():
    assert tail_share(np.array([0.0, 0.0]), 0.0) == 0.5
    assert tail_share(np.array([1.0, 2.0]), 0.0) == 1.0


def test_covariance_is_the_laplace_covariance(fitted):
    table = fitted.covariance().set_index("name")
    assert list(table.index) == list(table.columns) == [item.name for item in fitted.free]
    assert np.allclose(np.sqrt(np.diag(table)), fitted.posterior_sd_[: len(fitted.free)])
    assert np.allclose(table, table.T)


def test_draws_scatter_as_the_covariance_says(fitted):
    draws = fitted.parameter_draws(4000)
    assert list(draws.columns) == ["draw", *(item.name for item in fitted.priors)]
    logs = np.log(draws["delay_days"])
    (place,) = (i for i, item in enumerate(fitted.free) if item.name == "delay_days")
    wanted = fitted.posterior_sd_[place] * fitted.free[place].sd
    assert logs.std() == pytest.approx(wanted, rel=0.06)
