import math
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from forecasting import Disclosures, Refused, load_disclosures
from forecasting.base.quantiles import QUANTILE_KEYS
from forecasting.disclosures.grid import model_grid
from forecasting.evaluation.growth_backtest import (
    LOCAL_TREND,
    compare_growth_curves,
    growth_forecasts,
    member_origins,
    trend_draws,
)
from forecasting.members.enrolment import fit_membership, project
from forecasting.members.growth_curves import BASS, GOMPERTZ, GROWTH_CURVES, LOGISTIC, RICHARDS
from forecasting.members.growth_fit import (
    GrowthCurveFit,
    MemberFigures,
    corrected_aic,
    deviation_covariance,
    fit_growth_curve,
    fit_growth_curves,
    leave_one_out,
    member_figures,
    years_since,
)

LAUNCHED = date(2018, 10, 16)
POINT = {
    "ceiling": 1e8, "rate": 4.0, "midpoint": 0.6, "shape": 0.7, "innovation": 0.3,
    "imitation": 4.0, "launch_pulse": 0.1, "enrolled_ratio": 0.045, "all_plans_ratio": 0.05,
}  # fmt: skip


def members(curve, years, **changes) -> np.ndarray:
    return np.exp(curve.log_members(POINT | changes, np.asarray(years, dtype=float)))


def figures(curve, years, sd: float = 0.002) -> MemberFigures:
    years = np.asarray(years, dtype=float)
    none = np.zeros(years.size)
    as_of = LAUNCHED + timedelta(days=float(years.max() * 365.25))
    values = curve.log_members(POINT, years)
    return MemberFigures("made up", as_of, LAUNCHED, years, values, none + sd, none, none)


@pytest.fixture(scope="module")
def record() -> Disclosures:
    return load_disclosures()


@pytest.fixture(scope="module")
def mature(record) -> dict[str, GrowthCurveFit]:
    return fit_growth_curves(record.as_of("2020-10-28"))


def test_the_logistic_is_at_half_its_ceiling_at_its_midpoint() -> None:
    assert members(LOGISTIC, [0.6]) == pytest.approx(5e7)


def test_the_gompertz_curve_is_at_37_per_cent_at_its_midpoint() -> None:
    assert members(GOMPERTZ, [0.6]) == pytest.approx(1e8 / math.e)


def test_richards_holds_the_logistic_and_the_gompertz_curve() -> None:
    years = np.linspace(0, 3, 20)
    assert members(RICHARDS, years, shape=1.0) == pytest.approx(members(LOGISTIC, years))
    assert members(RICHARDS, years, shape=1e-6) == pytest.approx(members(GOMPERTZ, years), rel=1e-4)


def test_the_launch_pulse_of_bass_is_in_after_ten_days() -> None:
    slow = {"innovation": 1e-4, "imitation": 0.01}
    at = members(BASS, np.array([5.0, 10.0, 20.0]) / 365.25, **slow)
    assert at == pytest.approx([5e6, 1e7, 1e7], rel=0.001)


def test_bass_without_a_pulse_is_the_classic_curve() -> None:
    p, q, t = 0.3, 4.0, np.array([0.2, 0.7, 2.0])
    decay = np.exp(-(p + q) * t)
    classic = 1e8 * (1 - decay) / (1 + q / p * decay)
    assert members(BASS, t, launch_pulse=0.0) == pytest.approx(classic)


@pytest.mark.parametrize("curve", GROWTH_CURVES, ids=lambda curve: curve.name)
def test_the_inflection_is_where_growth_is_fastest(curve) -> None:
    years = np.linspace(0.1, 3, 2901)
    fastest = years[np.argmax(np.gradient(members(curve, years), years))]
    assert float(curve.inflection(POINT)) == pytest.approx(fastest, abs=0.002)


def test_bass_with_more_innovation_than_imitation_is_fastest_at_launch() -> None:
    assert BASS.inflection(POINT | {"innovation": 9.0}) == 0.0


@given(
    st.sampled_from(GROWTH_CURVES),
    st.lists(st.floats(-3, 3), min_size=4, max_size=4),
)
@settings(max_examples=60)
def test_every_curve_rises_towards_its_ceiling(curve, standard) -> None:
    values = {
        p.name: np.clip(p.to_natural(np.asarray(z)), p.lower, p.upper)
        for p, z in zip(curve.parameters, standard, strict=False)
    }
    path = curve.log_members(values, np.linspace(0, 8, 60))
    assert np.isfinite(path).all()
    assert (np.diff(path) >= -1e-12).all()
    assert (path <= np.log(values["ceiling"]) + 1e-12).all()


def test_members_of_many_draws_have_a_row_a_draw() -> None:
    many = {name: np.full(3, value) for name, value in POINT.items()}
    for curve in GROWTH_CURVES:
        assert curve.log_members(many, np.linspace(0.1, 1, 5)).shape == (3, 5)


@pytest.mark.parametrize("curve", GROWTH_CURVES, ids=lambda curve: curve.name)
def test_exact_figures_give_the_ceiling_back(curve) -> None:
    fitted = fit_growth_curve(curve, figures(curve, np.linspace(0.1, 2.5, 40)))
    assert fitted.converged
    assert fitted.ceiling.q50 == pytest.approx(1e8, rel=0.02)
    assert fitted.ceiling.q10 < 1e8 < fitted.ceiling.q90
    assert fitted.inflection_passed > 0.95


def test_fewer_than_five_figures_are_a_refusal() -> None:
    with pytest.raises(Refused, match="4 member figures"):
        fit_growth_curve(LOGISTIC, figures(LOGISTIC, [0.1, 0.5, 1.0, 1.5]))


def test_figures_over_a_few_months_are_a_refusal() -> None:
    with pytest.raises(Refused, match=r"0\.40 years"):
        fit_growth_curve(LOGISTIC, figures(LOGISTIC, np.linspace(0.1, 0.5, 9)))


def test_a_day_before_the_first_settlement_is_a_refusal(record) -> None:
    with pytest.raises(Refused, match="nothing was settled"):
        fit_growth_curves(record.as_of("2018-10-24"))


def test_a_day_without_member_figures_is_a_refusal(record) -> None:
    bare = record.observations[record.observations["quantity"] == "share"]
    with pytest.raises(Refused, match="members"):
        fit_growth_curves(replace(record, observations=bare))


def test_figures_are_read_as_the_membership_path_reads_them(record) -> None:
    known = record.as_of("2020-12-14")
    grid, _ = model_grid(known)
    rows = fit_membership(known.figures(), list(grid)).residuals
    read = member_figures(known)
    assert np.exp(read.log_value) == pytest.approx(rows["observed"])
    assert read.kinds.sum(axis=0).tolist() == [
        (rows["quantity"] == "members").sum(),
        (rows["scope"] == "all_plans").sum(),
    ]


def test_enrolment_counts_more_than_the_payers_whose_ceiling_is_given() -> None:
    payers = figures(LOGISTIC, np.linspace(0.1, 2.5, 20))
    enrolled = replace(payers, enrolled=np.ones(20))
    ceilings = [fit_growth_curve(LOGISTIC, each).ceiling.q50 for each in (payers, enrolled)]
    assert ceilings[1] / ceilings[0] == pytest.approx(np.exp(-0.045), abs=0.01)


def test_a_ceiling_is_far_less_certain_before_growth_is_over(record, mature) -> None:
    for name, early in fit_growth_curves(record.as_of("2019-05-14")).items():
        before, after = (
            np.log(fitted.ceiling.q90 / fitted.ceiling.q10) for fitted in (early, mature[name])
        )
        assert before > 4 * after
        assert early.inflection_passed < mature[name].inflection_passed


def test_the_mature_ceiling_is_the_hundred_million(mature) -> None:
    for fitted in mature.values():
        low, high = fitted.ceiling.interval(95)
        assert low < 1.01e8 < high
        assert date(2019, 1, 1) < fitted.inflection < date(2019, 6, 30)


def test_parameters_name_unit_value_and_what_the_figures_add(mature) -> None:
    table = mature["bass"].parameters.set_index("name")
    assert list(table.columns) == ["unit", "value", "sd", "q10", "q90", "spread_ratio"]
    assert table.loc["ceiling", "unit"] == "persons"
    assert table["spread_ratio"].between(0.0, 1.001).all()
    assert table.loc["ceiling", "spread_ratio"] < 0.1
    assert (table["q10"] < table["q90"]).all()


def test_members_start_near_the_last_figure_and_widen(mature) -> None:
    days = [date(2020, 10, 28), date(2021, 10, 28)]
    table = mature["logistic"].members(days)
    assert table["members_q50"].iloc[0] == pytest.approx(1.005e8, rel=0.02)
    width = table["members_q90"] - table["members_q10"]
    assert width.iloc[1] > width.iloc[0]
    assert (np.diff(table[[f"members_{key}" for key in QUANTILE_KEYS]], axis=1) > 0).all()
    pd.testing.assert_frame_equal(table, mature["logistic"].members(days))


def test_years_count_half_months() -> None:
    assert years_since(date(2018, 10, 14), [date(2018, 10, 28)])[0] == pytest.approx(1 / 24)


def test_the_deviation_is_larger_at_launch_and_forgets() -> None:
    years = np.array([0.0, 5.0, 5.5])
    covariance = deviation_covariance(years, years, 0.05)
    assert covariance[0, 0] == pytest.approx(0.35**2)
    assert covariance[1, 2] / covariance[1, 1] == pytest.approx(np.exp(-1), rel=1e-3)


def test_leave_one_out_is_the_conditional_density() -> None:
    rng = np.random.default_rng(0)
    root = rng.standard_normal((4, 4))
    covariance, error = root @ root.T + np.eye(4), rng.standard_normal(4)
    total = 0.0
    for i in range(4):
        rest = [j for j in range(4) if j != i]
        gain = np.linalg.solve(covariance[np.ix_(rest, rest)], covariance[rest, i])
        sd = np.sqrt(covariance[i, i] - gain @ covariance[rest, i])
        total += stats.norm.logpdf(error[i], gain @ error[rest], sd)
    assert leave_one_out(error, covariance) == pytest.approx(total)


def test_the_information_criterion_needs_more_figures_than_parameters() -> None:
    assert np.isnan(corrected_aic(np.zeros(5), np.eye(5), 4))
    density = 10 * np.log(2 * np.pi) / 2
    assert corrected_aic(np.zeros(10), np.eye(10), 4) == pytest.approx(8 + 2 * density + 40 / 5)


def test_the_local_trend_is_the_projection_of_the_membership_path(record) -> None:
    known = record.as_of("2020-10-28")
    grid, past = model_grid(known, 2)
    shown = trend_draws(known, list(grid[past:]), 50, np.random.default_rng(3))
    rng = np.random.default_rng(3)
    path = project(fit_membership(known.figures(), list(grid[:past])).draw(50, rng), 3, rng)
    assert shown.mean(axis=0) == pytest.approx(path.mean(axis=0)[past : past + 2], abs=0.002)


def test_a_refused_forecast_is_counted_with_its_reason_and_not_scored(record) -> None:
    origins = [date(2018, 11, 28), date(2020, 12, 14)]
    table = growth_forecasts(record, origins, paths=60)
    early = table[table["origin"] == pd.Timestamp(origins[0])]
    refused = early[early["model"] != LOCAL_TREND]
    assert refused["reason"].str.contains("3 member figures").all()
    assert refused["wis"].isna().all()
    assert refused["inside_80"].isna().all()
    assert not early["common"].any()
    assert table.loc[table["origin"] == pd.Timestamp(origins[1]), "common"].all()


def test_the_comparison_scores_only_what_every_model_answered(record) -> None:
    table = compare_growth_curves(record, [date(2018, 11, 28), date(2020, 12, 14)], paths=60)
    whole = table[(table["first"] == 1) & (table["last"] == 24)].set_index("model")
    assert whole["n"].nunique() == 1
    assert whole.loc[LOCAL_TREND, "failed"] == 0
    assert (whole.drop(index=LOCAL_TREND)["failed"] > 0).all()
    assert (whole["wis_log"] > 0).all()
    assert whole["coverage_80"].between(0, 1).all()


def test_targets_lie_after_their_origin_and_within_the_horizon(record) -> None:
    table = growth_forecasts(record, [date(2020, 12, 14)], horizon=6, paths=20)
    assert (table["target"] > table["origin"]).all()
    assert table["horizon"].between(1, 6).all()


def test_origins_are_settlements_at_which_a_figure_was_new(record) -> None:
    origins = member_origins(record)
    assert origins[0] == date(2018, 10, 28)
    assert date(2020, 10, 28) not in origins
    assert origins == sorted(set(origins))
