"""Prices: each part does what it says and refuses what it cannot use."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from forecasting import fit, load_disclosures
from forecasting.base.errors import InputError, Refused
from forecasting.disclosures import load_tables
from forecasting.pricing import (
    Basis,
    Premium,
    Terms,
    actual_against_expected,
    allowance_price,
    average_premium,
    buehlmann_credibility,
    credibility_by_pool_size,
    fit_trend,
    inpatient_premium,
    level_net_premium,
    level_premium,
    pool_position,
    premium_by_age,
    same_benefit_premium,
    stay_check,
    suspect_cells,
    trended,
    unit_check,
)
from forecasting.pricing.hospital import SUSPECT_CHOICES, bands
from forecasting.pricing.level import death_rates
from forecasting.pricing.same_benefit import ages_cheaper_than, mean_age, member_ages

RECORD = load_disclosures()
KNOWN = RECORD.as_of("2020-10-28")
TABLES = load_tables()
BY_AGE = premium_by_age(KNOWN)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: Terms(safety_loading=-0.1), "safety_loading: found -0.1, legal: 0 to 2"),
        (lambda: Terms(safety_loading=float("nan")), "safety_loading: found nan"),
        (lambda: Terms(expense_share=0.36), "expense_share.*0.35 in individual"),
        (lambda: Terms(expense_share=0.3, business="group"), "expense_share.*0.25 in group"),
        (lambda: Terms(business="barter"), "business: found 'barter', legal: individual, group"),
        (lambda: Premium(-1, 1), "frequency: found -1"),
        (lambda: Premium(1, float("inf")), "severity: found inf"),
        (lambda: Basis(table="28_severe_draft_2020"), "table: found.*28_severe_2020_definition"),
        (lambda: Basis(table_deduction=1.1), "table_deduction: found 1.1"),
        (lambda: same_benefit_premium(60, "male"), "insured_age: found 60, legal: 0 to 59"),
        (lambda: same_benefit_premium(30, "other"), "insured_sex: found 'other'"),
        (lambda: trended(1, 0.6, 1), "trend_factor: found 0.6"),
        (lambda: trended(1, 0.1, 21), "years_ahead: found 21"),
        (lambda: fit_trend(TABLES.medical_cost, "dentist"), "cost: found 'dentist'"),
        (
            lambda: fit_trend(TABLES.medical_cost.assign(rmb_per_hospital_stay=0.0)),
            "hospital_stay: found 0, legal: above 0",
        ),
        (lambda: inpatient_premium(TABLES.medical_cost, 0.1, 1, 9), "insured_multiple: found 9"),
        (lambda: allowance_price(TABLES, 106, "male", "urban", 1), "patient_age: found 106"),
        (lambda: allowance_price(TABLES, 6, "male", "sea", 1), "residence: found 'sea'"),
        (lambda: allowance_price(TABLES, 6, "male", "urban", -1), "daily_allowance: found -1"),
        (lambda: allowance_price(TABLES, 6, "male", "urban", 1, "guess"), "suspect_cells"),
        (lambda: level_premium(KNOWN, 30, "male", interest=0.03), "interest.*legal: 0 to 0.025"),
        (lambda: level_premium(KNOWN, 30, "male", lapse=0.6), "lapse: found 0.6"),
        (lambda: level_net_premium(np.array([2.0]), np.ones(1), np.zeros(1)), "claims: found"),
        (lambda: level_net_premium(np.zeros(0), np.ones(0), np.zeros(0)), "claims: found"),
        (
            lambda: death_rates(TABLES.life_table.head(3), "male", 30),
            "life_table.csv: found 0 rows",
        ),
        (lambda: buehlmann_credibility(1e6, 0.0, 0.3), "incidence: found 0"),
        (lambda: buehlmann_credibility(1e6, 1e-3, 0.0), "log_sd: found 0"),
    ],
)
def test_what_is_not_legal_is_named_with_what_is(call, sentence):
    with pytest.raises(InputError, match=sentence):
        call()


def test_the_benefit_falls_to_a_third_at_40():
    young, old = (same_benefit_premium(age, "male", record=KNOWN) for age in (39, 40))
    assert (young.severity, old.severity) == (300_000, 100_000)
    assert same_benefit_premium(39.5, "male", record=KNOWN).severity == 300_000


def test_the_premium_is_the_table_times_benefit_times_terms():
    premium = same_benefit_premium(30, "male", Basis(table_deduction=0.25, terms=Terms(1.0, 0.2)))
    assert premium.risk == pytest.approx(0.812e-3 * 0.75 * 300_000)
    assert premium.gross == pytest.approx(premium.risk * 2.0 / 0.8)


def test_every_age_is_priced_as_one_is():
    assert len(BY_AGE) == 120
    for row in BY_AGE.itertuples():
        alone = same_benefit_premium(row.age, row.sex, record=KNOWN)
        found = (row.benefit, row.frequency, row.risk, row.gross)
        assert found == pytest.approx((alone.severity, alone.frequency, alone.risk, alone.gross))


def test_the_average_member_pays_what_the_table_makes_of_the_pool():
    position = pool_position(KNOWN, 150.0)
    fee = KNOWN.rule("management_fee_rate", KNOWN.day) or 0.0
    expected = position.table_share / (1 + fee) * Terms().gross_per_risk
    assert average_premium(KNOWN) == pytest.approx(expected)


def test_a_plan_without_a_known_benefit_is_refused():
    with pytest.raises(Refused, match="benefit_under_40"):
        same_benefit_premium(30, "male", record=load_disclosures(plan="waterdrop"))


def test_runs_of_ages_below_an_amount():
    assert ages_cheaper_than(BY_AGE, "male", 0.0) == []
    assert ages_cheaper_than(BY_AGE, "male", 1e9) == [(0, 59)]
    (run,) = ages_cheaper_than(BY_AGE, "female", 152.0)
    assert run == (4, 15)


def test_mean_age_is_what_was_known_then():
    assert mean_age(KNOWN) == 32.0
    assert mean_age(RECORD) == 34.4
    assert member_ages(RECORD).mean_age == pytest.approx(34.4, abs=0.01)


def test_the_pool_pays_for_itself_and_the_young_pay_for_the_old():
    position = pool_position(KNOWN, 150.0)
    frame = position.frame
    assert float(frame["gain"] @ frame["weight"]) == pytest.approx(0.0, abs=1e-9)
    assert frame["weight"].sum() == pytest.approx(1.0)
    assert (frame.loc[frame["age"].between(5, 25), "gain"] < 0).all()
    assert (frame.loc[frame["age"] >= 50, "gain"] > 0).all()
    assert 0 < position.gaining < 1
    assert 0 < position.transferred < 1


def test_a_table_only_shapes_who_pays_the_share_sets_the_level():
    one, two = (pool_position(KNOWN, share) for share in (100.0, 200.0))
    assert two.level == pytest.approx(2 * one.level)
    assert two.gaining == pytest.approx(one.gaining)


def test_readings_of_the_ages_differ_as_the_page_says():
    result = actual_against_expected(fit(KNOWN))
    ratios = {item.name: result.ratio(item.name).q50 for item in result.expected}
    assert ratios["single_age"] > 2 * ratios["tilted_mix"]
    assert all(0.1 < ratio < 1.0 for ratio in ratios.values())
    assert result.by_name("single_age").mean_age == 32.0
    assert 5e-4 < result.actual.q50 < 12e-4


def test_classical_credibility_grows_with_the_pool():
    frame = credibility_by_pool_size(5.0, 6.0, 7.7e-4)
    for name in ("limited_fluctuation", "buehlmann", "blended"):
        assert (frame[name].diff().dropna() >= 0).all()
    assert frame["limited_fluctuation"].iloc[-1] == 1.0
    assert frame["blended"].between(5.0, 6.0).all()


def test_a_perfect_trend_is_found_exactly():
    years = np.arange(2000, 2008)
    cost = pd.DataFrame(
        {"year": years, "rmb_per_hospital_stay": 1000 * 1.1 ** (years - 2000.0)}
    ).assign(rmb_per_outpatient_visit=1.0, days_per_hospital_stay=10.0)
    cost.loc[3, "rmb_per_hospital_stay"] *= 1.001
    fitted = fit_trend(cost)
    assert fitted.growth == pytest.approx(0.10, abs=1e-3)
    assert fitted.low < fitted.growth < fitted.high
    assert fitted.path(2010)["fitted"].iloc[-1] == pytest.approx(1000 * 1.1**10, rel=0.01)


def test_too_few_years_are_refused():
    with pytest.raises(Refused, match="4 are needed"):
        fit_trend(TABLES.medical_cost, since=2000)


def test_the_band_widens_beyond_the_last_figure():
    path = fit_trend(TABLES.medical_cost).path(2012)
    width = (path["high"] / path["low"]).to_numpy()
    assert width[-1] > width[4]
    assert path["year"].tolist() == list(range(1995, 2013))


def test_bands_cover_every_age_once():
    assert bands(TABLES.hospitalization_rate) == [
        "0-4", "5-9", "10-19", "20-29", "30-39", "40-49", "50-59", "60+",
    ]  # fmt: skip
    prices = [allowance_price(TABLES, age, "male", "rural", 100) for age in range(106)]
    assert [price.band for price in prices].count("60+") == 46


def test_an_allowance_is_rate_times_stay_times_amount():
    price = allowance_price(TABLES, 34, "female", "rural", 200, insured_multiple=2.0)
    assert price.premium.risk == pytest.approx(0.03504 * 2 * 16.30 * 200)
    assert not price.suspect


def test_women_of_60_and_over_are_flagged_and_no_one_else():
    found = suspect_cells(TABLES.hospitalization_rate)
    assert found[["residence", "sex", "age_group"]].to_numpy().tolist() == [
        ["urban", "female", "60+"],
        ["rural", "female", "60+"],
    ]


def test_stays_are_longer_than_the_cost_table_prints():
    check = stay_check(TABLES)
    assert check.printed == 13.3
    assert check.printed < check.rural < check.urban


def test_a_suspect_cell_is_not_used_silently():
    with pytest.raises(Refused, match=r"urban female 60\+: 64.8 per 1,000"):
        allowance_price(TABLES, 65, "female", "urban", 100)
    printed, instead = (
        allowance_price(TABLES, 65, "female", "urban", 100, choice)
        for choice in SUSPECT_CHOICES[1:]
    )
    assert printed.suspect
    assert instead.suspect
    assert printed.rate == pytest.approx(0.0648)
    assert instead.rate == pytest.approx(0.111 * 77.93 / 67.67)
    assert instead.printed_rate == printed.rate


def test_the_substitute_is_tested_against_the_printed_total_too():
    rates, people = TABLES.hospitalization_rate, TABLES.population_china
    printed, instead = (
        unit_check(rates, people, substitute=choice).set_index(["residence", "sex"])
        for choice in (False, True)
    )
    cell = ("urban", "female")
    assert printed.loc[cell, "per_thousand"] == pytest.approx(0.0542, abs=1e-4)
    assert instead.loc[cell, "per_thousand"] == pytest.approx(0.0623, abs=1e-4)


def test_a_level_premium_without_interest_or_decrement_is_the_mean():
    claims, benefits = np.array([1e-9, 2e-9, 6e-9]), np.full(3, 1e12)
    none = np.zeros(3)
    assert level_net_premium(claims, benefits, none) == pytest.approx(3000.0)


def test_a_level_premium_in_closed_form_with_everything():
    q, b, d = np.array([0.1, 0.2]), np.array([100.0, 300.0]), np.array([0.05, 0.5])
    v, stay = 1 / 1.02, 0.9 * 0.95 * 0.8
    expected = (v**0.5 * 10 + stay * v**1.5 * 60) / (1 + stay * v)
    assert level_net_premium(q, b, d, 0.2, 0.02) == pytest.approx(expected)


def test_equal_claims_cost_the_same_every_year():
    claims, benefits = np.full(20, 0.01), np.full(20, 1e5)
    level = level_net_premium(claims, benefits, np.full(20, 0.002), 0.1, 0.025)
    assert level == pytest.approx(1000 / np.sqrt(1.025))


def test_the_level_premium_lies_between_first_and_last_year():
    result = level_premium(KNOWN, 34, "male")
    assert result.first_yearly < result.level < result.last_yearly
    assert result.first_yearly == pytest.approx(same_benefit_premium(34, "male").gross)
    assert result.frame["age"].tolist() == list(range(34, 60))
    assert result.frame["reserve"].iloc[0] == 0.0


def test_the_reserve_pays_the_last_year():
    result = level_premium(KNOWN, 34, "female", lapse=0.05)
    last = result.frame.iloc[-1]
    net = result.level * (1 - result.terms.expense_share)
    claims = last["yearly"] * (1 - result.terms.expense_share)
    assert last["reserve"] + net == pytest.approx(claims / np.sqrt(1 + result.interest))


def test_one_year_before_60_there_is_nothing_to_level():
    result = level_premium(KNOWN, 59, "male", interest=0.0)
    assert result.level == pytest.approx(result.first_yearly)


def test_the_share_may_grow_so_fast_before_it_costs_as_much():
    result = level_premium(KNOWN, 34, "male")
    growth = result.break_even_growth(152.0)
    assert result.level_equivalent(152.0, growth) == pytest.approx(result.level)
    assert result.level_equivalent(152.0) == pytest.approx(152 / np.sqrt(1.025))
    assert np.isnan(result.break_even_growth(0.0))
    assert np.isnan(result.break_even_growth(1e-300))
