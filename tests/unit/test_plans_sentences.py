"""The plans page says what its results say, in both languages and at every turn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from forecasting import load_disclosures
from forecasting.plans.ages import mean_age_reading
from forecasting.plans.comparison import compare_plans
from forecasting.plans.decline import decline_picture
from forecasting.plans.fee import fee_economics
from forecasting.plans.pooling import floor_reading, pool_picture
from locales import NOT_KNOWN, Translator
from sentences import plans
from tests import synthetic
from tests.plans_charts import spiral

EN, ZH = Translator("en"), Translator("zh")
RECORD = load_disclosures()
KNOWN = RECORD.as_of("2020-10-28")
PLANS = compare_plans()


def test_the_answer_counts_the_closed_and_names_the_others():
    sentence = plans.fate(PLANS, EN)
    for part in ("**9 of the 11 plans", "17 months", "9 September 2020", "28 January 2022"):
        assert part in sentence
    for open_plan in ("Kang-Ai", "e-Huzhu"):
        assert open_plan in sentence.split("**")[2]


def test_the_flight_is_in_persons_and_rmb():
    sentence = plans.flight(PLANS, EN)
    for part in ("71%", "43.5 million", "9.30 RMB in 2018", "43.90 RMB in 2019"):
        assert part in sentence
    assert "4352万" in plans.flight(PLANS, ZH)


def test_without_counts_of_waterdrop_the_flight_is_not_told():
    others = replace(PLANS, members=PLANS.members[PLANS.members["plan"] != "waterdrop"])
    assert plans.flight(others, EN) == ""
    assert plans.numbers(others, EN)[1][1] == NOT_KNOWN


def test_a_part_of_a_year_is_told_as_a_rate():
    sentence = plans.yearly(PLANS, EN)
    for part in ("30.20 RMB", "first 8 months of 2020", "45.3 RMB a year", "90.56 RMB"):
        assert part in sentence


def test_pool_size_is_told_in_rmb_and_the_moves_only_where_there_are_any():
    sentence = plans.pooling(pool_picture(KNOWN), EN)
    for part in ("2.2%", "0.11 RMB", "12.3%", "0.60 RMB", "4.23 RMB", "4.86 RMB", "14%", "6.4%"):
        assert part in sentence
    assert "log scale" not in plans.pooling(pool_picture(RECORD.as_of("2019-08-14")), EN)


def test_the_floor_names_its_terms_and_source():
    sentence = plans.floor(floor_reading(RECORD), EN)
    for part in ("300,000 RMB", "10%", "0.10 RMB", "3.3 million", "economist201812"):
        assert part in sentence


@pytest.mark.parametrize("tr", [EN, ZH])
def test_the_fee_says_on_what_it_rests(tr):
    disclosed = plans.fee(fee_economics(KNOWN), tr)
    assert "8.64" in disclosed
    assert "116.64" in disclosed
    forecast = plans.fee(fee_economics(KNOWN, synthetic.quantiles(130.0)), tr)
    assert "130.00" in forecast
    early = plans.fee(fee_economics(RECORD.as_of("2019-07-28")), tr)
    assert ("not known" if tr is EN else "尚不知") in early


@pytest.mark.parametrize("tr", [EN, ZH])
def test_each_phase_of_the_spiral_has_its_sentence(tr):
    picture = spiral()
    state = picture.state
    seen = set()
    for replaced, elasticity, phase in (
        (state.replaced.q50, 0.4, "needs_newcomers"),
        (1.0, 0.4, "settles"),
        (1.0, 2.5, "unravels"),
    ):
        moved = replace(
            state,
            replaced=replace(state.replaced, q50=replaced),
            elasticity=replace(state.elasticity, q50=elasticity),
        )
        found = decline_picture(moved)
        assert found.phase == phase
        seen.add(plans.decline(found, 7.56, tr).split("**")[1][:30])
    assert len(seen) == 3


def test_the_spiral_is_told_in_persons_and_rmb():
    picture = spiral()
    sentence = plans.decline(picture, 7.56, EN)
    assert EN.persons(picture.persons_by_spiral) in sentence
    assert EN.rmb(picture.share_rise * 7.56) in sentence


def test_the_ages_name_bounds_need_and_rmb():
    sentence = plans.ages(mean_age_reading(RECORD), EN)
    for part in ("15.8 to 41.4", "31.7", "34.4", "33%", "47 years", "1.57 RMB"):
        assert part in sentence


def test_who_was_helped_is_told_from_the_profile():
    """jiemian202201: 97,862 men and 89,099 women, 109,213 with the leading diseases, 58%; 21,188 in
    Guangdong. hangzhou202201: men 39.2, women 43.2 years."""
    sentence = plans.helped(RECORD.member_profile, EN)
    for part in (
        "186,961",
        "48% were women",
        "43.2",
        "39.2",
        "58%",
        "Guangdong (21,188), Shandong",
    ):
        assert part in sentence
    assert "广东（21,188人）、山东" in plans.helped(RECORD.member_profile, ZH)
    assert plans.helped(load_disclosures(plan="ehuzhu").member_profile, EN) == ""


@pytest.mark.parametrize("benefit", sorted({plan.benefit_type for plan in PLANS.plans} - {""}))
def test_every_way_of_paying_has_a_name(benefit):
    assert EN.t(plans.BENEFIT_TYPES[benefit])


def test_no_plan_is_drawn_without_a_style():
    from charts.plans import STYLES

    assert {plan.key for plan in PLANS.plans} == set(STYLES)
    assert np.unique([symbol for _, symbol, _ in STYLES.values()]).size == len(STYLES)
