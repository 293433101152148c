"""What-ifs change what comes, counterfactuals what was, and neither touches the fit."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast, Scenario, fit, forecast, load_disclosures, steady_state
from forecasting.assumptions.presets import PRESET_BY_NAME, PRESETS, preset_of
from forecasting.base.errors import InputError
from forecasting.simulation.draws import draw_sample
from forecasting.simulation.paths import draw_paths

DAY = date(2020, 10, 28)
FITTED = fit(load_disclosures().as_of(DAY))
PATHS = 300
BASE = forecast(FITTED, 30, PATHS)
PAST = int((BASE.periods["date"] <= "2020-10-28").sum())


def under(**changes: object) -> Forecast:
    return forecast(replace(FITTED, scenario=Scenario.model_validate(changes)), 30, PATHS)


def column(result: Forecast, name: str, part: slice = slice(None)) -> np.ndarray:
    return result.periods[name].to_numpy()[part]


AHEAD, BEFORE = slice(PAST, None), slice(0, PAST)


@pytest.mark.parametrize(
    "changes",
    [
        {"incidence_factor": 1.2},
        {"delay_factor": 1.5},
        {"older_years": 5.0},
        {"growth_ahead_per_period": 0.03},
        {"extra_exits_per_year": 0.5},
        {"extra_exits_per_year": 0.3, "exit_elasticity": 1.0},
        {"enrolment_stops_on": DAY},
        {"cut_chance_per_year": 0.5},
    ],
)
def test_a_what_if_leaves_the_past_as_it_was(changes) -> None:
    result = under(**changes)
    np.testing.assert_allclose(
        column(result, "share_q50", BEFORE), column(BASE, "share_q50", BEFORE), rtol=1e-6
    )
    assert not np.allclose(column(result, "share_q50", AHEAD), column(BASE, "share_q50", AHEAD))


def test_more_illness_lifts_steady_state_at_once_and_the_share_after_the_delay() -> None:
    result = under(incidence_factor=1.2)
    assert result.steady_state.q50 == pytest.approx(1.2 * BASE.steady_state.q50)
    ratio = column(result, "share_q50", AHEAD) / column(BASE, "share_q50", AHEAD)
    assert ratio[0] < 1.01
    assert ratio[-1] == pytest.approx(1.2, abs=0.02)


def test_a_longer_delay_lowers_the_share_and_lengthens_the_lag_but_not_the_level() -> None:
    result = under(delay_factor=1.5)
    ratio = column(result, "share_q50", AHEAD) / column(BASE, "share_q50", AHEAD)
    assert ratio.min() < 0.8
    assert ratio[-1] > ratio.min() + 0.1
    assert result.lag_periods.q50 > BASE.lag_periods.q50 + 3
    assert result.steady_state == BASE.steady_state


def test_a_benefit_is_cut_on_as_many_paths_as_stated_and_by_as_much() -> None:
    """Path by path, once the delay is over, aid is what is left; a year holds the stated chance."""
    changed = replace(FITTED, scenario=Scenario(cut_chance_per_year=0.6, cut_size=0.3))
    usual, cut = (draw_paths(one, 120, 400, 0) for one in (FITTED, changed))
    ratio = cut.undiluted / usual.undiluted
    assert (ratio[:, : cut.past] == 1.0).all()
    assert (np.diff(ratio, axis=1) <= 1e-12).all()
    within_a_year = (ratio[:, cut.past + 23] < 1.0).mean()
    assert within_a_year == pytest.approx(0.6, abs=0.075)
    long_ago = ratio[:, -49] <= 0.7 + 1e-9
    share = cut.share[long_ago, -1] / usual.share[long_ago, -1]
    np.testing.assert_allclose(share, 0.7, rtol=1e-3)
    np.testing.assert_array_equal(cut.helped, usual.helped)


def test_a_greater_chance_of_a_cut_brings_it_forward_and_none_changes_nothing() -> None:
    some, more = under(cut_chance_per_year=0.2), under(cut_chance_per_year=0.8)
    assert (column(more, "share_q50", AHEAD) <= column(some, "share_q50", AHEAD) + 1e-9).all()
    assert column(more, "share_q50")[-1] < 0.9 * column(BASE, "share_q50")[-1]
    assert more.steady_state == BASE.steady_state
    assert any("benefit may be cut" in note for note in more.warnings)
    for nothing in ({"cut_size": 0.5}, {"cut_chance_per_year": 0.5, "cut_size": 0.0}):
        pd.testing.assert_frame_equal(under(**nothing).periods, BASE.periods)


def test_an_older_pool_moves_along_the_ageing_curve() -> None:
    profile = FITTED.regime.age_profile
    assert profile is not None
    curve = profile.ageing
    relative = np.interp(5.0, curve.years, curve.incidence * curve.aid)
    parameters = Scenario(ageing=1.0)
    fitted = fit(load_disclosures().as_of(DAY), parameters)
    older = replace(fitted, scenario=parameters.with_changes({"older_years": 5.0}))
    ratio = forecast(older, 1, 50).steady_state.q50 / forecast(fitted, 1, 50).steady_state.q50
    assert ratio == pytest.approx(relative, rel=1e-6)
    assert ratio > 1.05


def test_when_enrolment_stops_the_pool_holds_its_size_and_dilution_fades() -> None:
    stop = date(2019, 6, 28)
    result = under(enrolment_stops_on=stop)
    after = (result.periods["date"] >= "2019-06-28").to_numpy()
    members = column(result, "sharing_members_q50")[after]
    np.testing.assert_allclose(members, members[0])
    gap = column(result, "undiluted_share_q50") - column(result, "share_q50")
    usual = column(BASE, "undiluted_share_q50") - column(BASE, "share_q50")
    assert gap[after][0] == pytest.approx(usual[after][0], rel=0.02)
    half_a_year_on = result.periods["date"] >= "2020-10-28"
    assert gap[half_a_year_on].mean() < 0.25 * gap[after][0]
    assert any("counterfactual" in text for text in result.warnings)


def test_a_stop_beyond_the_horizon_changes_nothing_and_one_before_the_launch_is_refused() -> None:
    far = under(enrolment_stops_on=date(2030, 1, 14))
    np.testing.assert_array_equal(column(far, "share_q50"), column(BASE, "share_q50"))
    with pytest.raises(InputError, match="legal: a settlement from 2018-10-28"):
        under(enrolment_stops_on=date(2018, 1, 14))


def test_without_the_pandemic_spring_2020_does_not_dip() -> None:
    result = under(pandemic=False)
    shares, before = column(result, "share_q50"), BASE.periods["date"] == "2020-01-28"
    spring = BASE.periods["date"].between("2020-02-14", "2020-04-28").to_numpy()
    january = column(BASE, "share_q50")[before]
    assert column(BASE, "share_q50")[spring].min() < 0.5 * january
    assert shares[spring].min() > 0.9 * january
    assert result.steady_state == BASE.steady_state


def test_without_the_pandemic_nothing_comes_back_later() -> None:
    """Diagnoses made up for are paid for late in 2020; a year on both worlds are one."""
    result = under(pandemic=False)
    share, base = column(result, "share_q50"), column(BASE, "share_q50")
    assert (share[PAST : PAST + 3] < base[PAST : PAST + 3]).all()
    np.testing.assert_allclose(share[PAST + 23], base[PAST + 23], rtol=1e-3)


def test_extra_exits_take_away_what_they_say_and_lift_the_share() -> None:
    result = under(extra_exits_per_year=0.5)
    year = PAST + 23
    kept = column(result, "sharing_members_q50")[year] / column(BASE, "sharing_members_q50")[year]
    assert kept == pytest.approx(np.exp(-0.5), rel=0.01)
    assert column(result, "undiluted_share_q50")[year] > column(BASE, "undiluted_share_q50")[year]


def test_share_and_members_agree_in_the_spiral() -> None:
    scenario = Scenario(extra_exits_per_year=0.3, exit_elasticity=1.0)
    calm = draw_paths(replace(FITTED, scenario=Scenario()), 24, 50, 0)
    spiral = draw_paths(replace(FITTED, scenario=scenario), 24, 50, 0)
    kept = spiral.membership.members / calm.membership.members
    usual = -np.log1p(-scenario.exit_rate_per_year)
    more = -24 * np.diff(np.log(kept), axis=-1)[:, spiral.past :]
    # Count noise lies on the drawn share and not on what members react to.
    share = spiral.share[:, spiral.past : -1] / spiral.share[:, spiral.past - 1][:, None]
    expected = (usual + 0.3) * share - usual
    assert np.median(more / expected) == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_preset_is_found_again_and_runs(preset) -> None:
    scenario = preset.scenario(DAY)
    assert preset_of(scenario, DAY) == preset.name
    fitted = FITTED if scenario.for_fit() == Scenario() else fit(FITTED.disclosures, scenario)
    result = forecast(replace(fitted, scenario=scenario), 24, 50)
    assert result.converged
    assert np.isfinite(result.periods.filter(like="_q").to_numpy()).all()


def test_a_scenario_of_ones_own_is_no_preset() -> None:
    assert preset_of(Scenario(older_years=1.0), DAY) is None


def test_the_articles_assumptions_give_the_articles_steady_state() -> None:
    scenario = PRESET_BY_NAME["article"].scenario(DAY)
    result = forecast(fit(FITTED.disclosures, scenario), 24, 50)
    article = steady_state().share_per_period
    assert article == pytest.approx(5.023, abs=0.0005)
    assert result.steady_state.q50 == pytest.approx(article, rel=1e-6)
    assert result.steady_state.q90 - result.steady_state.q10 < 1e-6


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"incidence_factor": 1.2, "pandemic": False},
        {"delay_factor": 1.5},
        {"older_years": 5.0},
        {"extra_exits_per_year": 0.3, "exit_elasticity": 1.0},
        {"cut_chance_per_year": 0.5, "cut_size": 0.4},
    ],
)
@pytest.mark.parametrize("members", [{}, {"growth_ahead_per_period": 0.03}])
def test_what_ifs_that_share_a_sample_are_forecast_as_if_alone(changes, members) -> None:
    scenario = Scenario.model_validate(changes | members)
    fitted = replace(FITTED, scenario=scenario)
    sample = draw_sample(replace(FITTED, scenario=scenario.for_sample()), 30, PATHS)
    for _ in range(2):
        shared = forecast(fitted, 30, PATHS, sample=sample)
        assert shared.to_dict() == forecast(fitted, 30, PATHS).to_dict()


@pytest.mark.parametrize(
    ("changes", "horizon", "paths"),
    [
        ({"growth_ahead_per_period": 0.03}, 30, PATHS),
        ({"enrolment_stops_on": DAY}, 30, PATHS),
        ({"exit_rate_per_year": 0.1}, 30, PATHS),
        ({}, 24, PATHS),
        ({}, 30, PATHS - 1),
    ],
)
def test_a_sample_of_something_else_is_not_taken(changes, horizon, paths) -> None:
    sample = draw_sample(FITTED, 30, PATHS)
    fitted = replace(FITTED, scenario=Scenario.model_validate(changes))
    with pytest.raises(ValueError, match="another fit, size or seed"):
        forecast(fitted, horizon, paths, sample=sample)
    earlier = fit(load_disclosures().as_of("2020-06-28"))
    with pytest.raises(ValueError, match="another fit, size or seed"):
        forecast(earlier, 30, PATHS, sample=sample)
    with pytest.raises(ValueError, match="another fit, size or seed"):
        forecast(FITTED, 30, PATHS, seed=1, sample=sample)
