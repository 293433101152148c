"""Global sensitivity and calibration against cases whose answer is known."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from charts.steady_state.sobol import sobol_chart
from forecasting import InputError, Refused, Scenario, fit, load_disclosures
from forecasting.assumptions.parameters import PARAMETER_BY_NAME, PARAMETERS
from forecasting.cli import sweep_reports as report
from forecasting.cli.main import main
from forecasting.fitting.deviation import innovations, normal_score
from forecasting.simulation.paths import draw_paths
from forecasting.sweeps.calibration import (
    QUANTITIES,
    calibrate,
    prior_of,
    rank_of,
    simulated_figures,
    uniformity,
)
from forecasting.sweeps.refitting import each_fixed_alone, little_learnt, refitted_sensitivity
from forecasting.sweeps.sobol import (
    OUTCOMES,
    global_sensitivity,
    outcomes,
    saltelli_points,
    sobol_indices,
)
from locales import LANGUAGES, Translator
from sentences.steady_state import moved
from tests.helpers import synthetic

DAY = "2020-10-28"
KNOWN = load_disclosures().as_of(DAY)
# All but three assumptions at the middle of their priors: the fits are then quick.
FREE = ("incidence_per_10k", "initial_selection", "ramp_years")
NEARLY_FIXED = Scenario(**{p.name: p.median for p in PARAMETERS if p.name not in FREE})


@pytest.fixture(scope="module")
def fitted():
    return fit(KNOWN)


@pytest.fixture(scope="module")
def before(fitted):
    return global_sensitivity(fitted, "prior", base=256)


@pytest.fixture(scope="module")
def after(fitted):
    return global_sensitivity(fitted, "posterior", base=256)


def test_the_ishigami_function_has_its_known_indices():
    """Ishigami and Homma 1990, a = 7, b = 0.1: closed form, and the usual test of estimators."""
    names, a, b = ["x1", "x2", "x3"], 7.0, 0.1
    x1, x2, x3 = (np.pi * (2 * saltelli_points(names, 4096, 0) - 1)).T
    y = np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1)
    found = {index.assumption: index for index in sobol_indices(names, "y", y, 0)}
    variance = a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 0.5
    alone = np.array([0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8, 0.0]) / variance
    shared = b**2 * np.pi**8 * (1 / 18 - 1 / 50) / variance
    for name, first, total in zip(
        names, alone, alone + np.array([shared, 0.0, shared]), strict=True
    ):
        index = found[name]
        assert index.first == pytest.approx(first, abs=0.02)
        assert index.total == pytest.approx(total, abs=0.02)
        assert abs(index.total - total) < 2 * index.total_margin + 0.001
    assert alone.round(4).tolist() == [0.3139, 0.4424, 0.0]


def test_the_estimators_are_those_of_scipy():
    names, base = ["x1", "x2", "x3"], 256
    values = np.exp(saltelli_points(names, base, 0) @ np.array([1.0, -0.5, 2.0]))
    sample = (values - values.mean()).reshape(base, -1)
    a, mixed, b = sample[:, 0], sample[:, 1:-1], sample[:, -1]
    theirs = stats.sobol_indices(
        func={"f_A": a[None], "f_B": b[None], "f_AB": mixed.T[:, None]}, n=base
    )
    ours = {index.assumption: index for index in sobol_indices(names, "y", values, 0)}
    for name, first, total in zip(names, theirs.first_order, theirs.total_order, strict=True):
        assert ours[name].total == pytest.approx(total, rel=1e-12)
        assert ours[name].first == pytest.approx(first, abs=0.01)


def test_the_same_seed_gives_the_same_indices_also_seed_nought(fitted, before):
    assert global_sensitivity(fitted, "prior", base=256) == before
    assert global_sensitivity(fitted, "prior", base=256, seed=1) != before


def test_before_any_figure_the_parts_are_those_of_the_prior_variances(before):
    """(1 + fee) lambda B / 24 is a product: the logarithm's variance adds up over its factors."""
    found = {index.assumption: index for index in before.of("steady_state")}
    ratio = found["incidence_per_10k"].total / found["severe_aid"].total
    incidence, aid = (PARAMETER_BY_NAME[name].sd for name in ("incidence_per_10k", "severe_aid"))
    assert ratio == pytest.approx((incidence / aid) ** 2, rel=0.2)
    assert sum(index.first for index in found.values()) == pytest.approx(1.0, abs=0.12)
    assert found["delay_days"].total == 0.0


def test_the_ramp_counts_for_the_next_year_and_not_for_the_steady_state(after):
    totals = {
        outcome: {index.assumption: index.total for index in after.of(outcome)}
        for outcome in OUTCOMES
    }
    assert totals["next_year_total"]["ramp_years"] > 0.05
    assert totals["steady_state"]["ramp_years"] == 0.0


def test_outcomes_at_the_mode_are_near_the_forecasts_medians(fitted):
    point = outcomes(fitted, fitted.point, fitted.deviation_)
    draws = draw_paths(fitted, 24, 400, seed=0)
    year = draws.share[:, draws.past :].sum(axis=1)
    assert float(point["steady_state"]) == pytest.approx(
        np.median(draws.undiluted[:, draws.past - 1]), rel=0.03
    )
    assert float(point["next_year_total"]) == pytest.approx(np.median(year), rel=0.03)


def test_points_are_a_power_of_two_and_something_must_move(fitted):
    with pytest.raises(InputError, match="power of two"):
        saltelli_points(["a"], 100, 0)
    with pytest.raises(InputError, match="leave one free"):
        global_sensitivity(replace(fitted, free=()))


def test_where_the_figures_push_back_the_ramp_moves_the_steady_state():
    found = refitted_sensitivity(KNOWN, NEARLY_FIXED, ["initial_selection", "ramp_years"], base=4)
    by_name = {end.assumption: end for end in found.ends}
    assert set(by_name) == set(FREE)
    ramp = by_name["ramp_years"]
    assert ramp.high_steady_state > 1.05 * ramp.low_steady_state
    assert {index.assumption for index in found.sensitivity.indices} == {
        "initial_selection", "ramp_years",
    }  # fmt: skip
    assert found.sensitivity.dropped == 0
    assert each_fixed_alone(fit(KNOWN, NEARLY_FIXED)) == found.ends
    table = moved.refitted_table(found.ends, Translator("en"))
    assert table["Assumption"][0] == "Incidence"
    assert table["Fixed at 10% and 90%"][0] == "5.24 and 11.3 per 10,000 a year"
    assert "Incidence**" in moved.refitted(found.ends, Translator("en"))
    text = report.refitted_report(found)
    assert "ramp_years" in text
    assert json.loads(json.dumps(found.to_dict()))["fixed"] == ["initial_selection", "ramp_years"]


def test_only_what_is_free_can_be_fixed(fitted):
    with pytest.raises(InputError, match="found trend, legal: incidence_per_10k"):
        refitted_sensitivity(KNOWN, Scenario(trend=0.03), ["trend"])
    learnt = set(little_learnt(fitted))
    assert "delay_days" not in learnt
    assert {"ramp_years", "trend", "tier_weight"} <= learnt


@pytest.mark.parametrize(("factor", "uniform"), [(1.0, True), (0.5, False), (2.0, False)])
def test_ranks_of_a_conjugate_normal_are_uniform_only_under_its_own_posterior(factor, uniform):
    """x ~ N(m, 1), m ~ N(0, 1): m | x ~ N(x/2, 1/2); ``factor`` spoils the posterior's sd."""
    rng = np.random.default_rng(0)
    truth = rng.standard_normal(2000)
    figures = truth + rng.standard_normal(2000)
    draws = figures / 2 + factor * np.sqrt(0.5) * rng.standard_normal((99, 2000))
    ranks = [rank_of(t, d) for t, d in zip(truth, draws.T, strict=True)]
    found = uniformity("m", ranks, 99)
    assert (found.p_value > 0.01) is uniform
    assert sum(found.histogram) == 2000
    assert np.sign(found.spread - 1.0) == np.sign(1.0 - factor) or uniform
    assert found.mean == pytest.approx(0.5, abs=0.03)


def test_a_biased_posterior_shows_in_the_mean_of_the_ranks():
    rng = np.random.default_rng(1)
    ranks = rng.binomial(99, stats.beta(1, 2).rvs(500, random_state=rng))
    assert uniformity("m", ranks, 99).mean < 0.4
    with pytest.raises(Refused, match="20"):
        uniformity("m", ranks[:19], 99)


def test_the_prior_draws_are_those_of_the_parameter_table(fitted):
    draws = draw_paths(prior_of(fitted), 1, 2000, seed=0)
    delay = np.log(draws.parameters["delay_days"])
    assert delay.mean() == pytest.approx(np.log(PARAMETER_BY_NAME["delay_days"].median), abs=0.03)
    assert delay.std() == pytest.approx(PARAMETER_BY_NAME["delay_days"].sd, rel=0.06)
    scores = normal_score(innovations(draws.deviation, draws.parameters["deviation_scale"]))
    past = scores[:, : draws.past]
    assert past.std() == pytest.approx(1.0, abs=0.02)
    assert np.corrcoef(past[:, 5], past[:, 6])[0, 1] == pytest.approx(0.0, abs=0.08)


def test_simulated_figures_stand_where_the_disclosed_ones_do(fitted):
    truth = draw_paths(prior_of(fitted), 1, 1, seed=3)
    built = simulated_figures(KNOWN, truth, Scenario(), np.random.default_rng(0))
    ours, theirs = built.observations, KNOWN.observations
    for column in ("row", "quantity", "period_end", "fitted"):
        assert (ours[column] == theirs[column]).all()
    members = theirs["quantity"].isin(["members", "sharing_members"])
    assert (ours["value"] == theirs["value"])[members | ~theirs["fitted"]].all()
    shares = theirs["fitted"] & (theirs["quantity"] == "share")
    assert (ours["value"] != theirs["value"])[shares].all()
    on_record = built.settlement_values("share")
    path = dict(zip(truth.regime.grid, truth.share[0], strict=True))
    ratios = np.array([value / path[day] for day, value in on_record.items()])
    assert np.abs(np.log(ratios)).max() < 0.25


def test_a_small_calibration_has_a_rank_for_every_simulation():
    found = calibrate(KNOWN, NEARLY_FIXED, simulations=20, draws=19)
    assert found.failed == ()
    assert [test.quantity for test in found.uniformity] == list(QUANTITIES)
    assert found.ranks[list(QUANTITIES)].to_numpy().min() >= 0
    assert found.ranks[list(QUANTITIES)].to_numpy().max() <= 19
    assert 0.3 < found.uniformity[0].mean < 0.7
    assert "chi-square" in report.calibration_report(found)


def test_the_command_prints_both_designs(capsys):
    arguments = ["sweep", "sensitivity", "--as-of", DAY, "--base", "64"]
    assert main([*arguments, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["prior", "posterior"]
    assert main(arguments) == 0
    assert "as if no figure had been published" in capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_and_the_sentence_name_the_same_first_assumption(before, after, language):
    tr = Translator(language)
    chart = sobol_chart(after, tr, synthetic.STAMP)
    first = after.of("steady_state")[0]
    assert tr.inside(tr.t(f"moved.{first.assumption}")) in chart.alt
    assert tr.percent(first.total) in chart.alt
    sentence = moved.most(after, before, tr)
    assert "**" in sentence
    assert tr.percent(first.total) in sentence
    shown = {trace.name: len(trace.x) for trace in chart.figure.data}
    assert set(shown) == {tr.t(f"moved_outcome.{outcome}") for outcome in OUTCOMES}
    assert len(chart.table) == len(after.of("steady_state")) > max(shown.values())
    assert chart.figure.layout.xaxis.range[0] == 0
