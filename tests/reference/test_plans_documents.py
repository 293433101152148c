"""Figures that the documents print about the plans, each with its place."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting import fit, load_disclosures, steady_state
from forecasting.article.incidence import FINAL_TABLE
from forecasting.explain.exits import fit_exits
from forecasting.plans.ages import mean_age_reading
from forecasting.plans.comparison import compare_plans
from forecasting.plans.decline import decline_picture, decline_state, least_leaver_risk
from forecasting.plans.fee import EXPENSE_CAPS, fee_economics
from forecasting.plans.pooling import COMMON_SD, floor_reading, pool_picture, share_volatility

PLANS = compare_plans()
RECORD = load_disclosures()
ARTICLE_DAY = RECORD.as_of("2020-10-28")


@pytest.mark.parametrize(
    ("plan", "closed"),
    [
        ("meituan", date(2021, 1, 31)),
        ("qingsong", date(2021, 3, 24)),
        ("waterdrop", date(2021, 3, 31)),
        ("xianghubao", date(2022, 1, 28)),
    ],
)
def test_closures(plan, closed):
    """milliman2021, on the evolution of the plans: Meituan closed in January 2021, Waterdrop and
    Qingsong announced theirs in March; introduction: Xianghubao a month after 28 December 2021."""
    ending = PLANS.plan(plan).closed
    assert ending is not None
    assert ending.last == closed


def test_waterdrop_and_qingsong_lived_for_nearly_five_years():
    """milliman2021, on the evolution of the plans: "after nearly five years in operation"."""
    waterdrop = PLANS.plan("waterdrop").life_years
    assert waterdrop == pytest.approx((4.9, 4.9), abs=0.1)
    low, high = PLANS.plan("qingsong").life_years or (0.0, 0.0)
    assert 4.85 < low < high < 5


@pytest.mark.parametrize(
    ("year", "share", "last"), [(2018, 9.3, "12-31"), (2019, 43.9, "12-31"), (2020, 30.2, "08-31")]
)
def test_waterdrops_yearly_share(year, share, last):
    """jiemian202103: 9.3 RMB in 2018, 43.9 in 2019, 30.2 to August 2020."""
    rows = PLANS.yearly_shares.set_index(["plan", "year"])
    row = rows.loc[("waterdrop", year)]
    assert row["share"] == share
    assert row["last"] == pd.Timestamp(f"{year}-{last}")


def test_waterdrops_flight():
    """zhongcheng202012: 43.52 million at the peak; mingjin202104: 12.45 million at closure."""
    flight = PLANS.flight("waterdrop")
    assert flight is not None
    assert (flight.peak.persons, flight.last.persons) == (43_520_000, 12_450_000)
    assert flight.lost == pytest.approx(0.714, abs=0.001)


def test_xianghubao_at_its_largest():
    """c21cbh20200908: over 107 million enrolled in September 2020; scmp20200404 and
    ettaleb20210106: 29.17 RMB in 2019, 90.56 in 2020."""
    peak = PLANS.plan("xianghubao").peak
    assert peak is not None
    assert (peak.persons, peak.bound) == (107_000_000, "over")
    rows = PLANS.yearly_shares.set_index(["plan", "year"])["share"]
    assert rows["xianghubao"].to_dict() == {2019: 29.17, 2020: 90.56, 2021: 138.0}


def test_the_floor_of_2018():
    """economist201812: 3.3 million. 300,000 RMB (wang2020) with the launch's fee of 10% at 0.1 RMB
    a case and member (both twwiki)."""
    reading = floor_reading(RECORD)
    assert (reading.benefit, reading.fee, reading.most_per_case) == (300_000, 0.1, 0.1)
    assert round(reading.implied) == reading.floor == 3_300_000


def test_chance_alone_at_2660_cases_is_two_per_cent():
    """wang2020: 2,660 persons on 28 October 2020, a law "certain" at 100 million members; chance
    leaves 2.2%."""
    picture = pool_picture(ARTICLE_DAY)
    assert picture.helped == 2660
    assert picture.process_cv == pytest.approx(0.022, abs=0.0005)


def test_the_move_that_shows_the_common_part():
    """wang2020: from 4.23 to 4.86 RMB in one settlement, 14% on the log scale; chance gives 3%.

    The largest of the sixteen moves since 100 million members that no announced shock made.
    """
    picture = pool_picture(ARTICLE_DAY)
    move = picture.largest_move
    assert move is not None
    assert (move["first"], move["second"]) == (4.23, 4.86)
    assert move["log_move"] == pytest.approx(0.14, abs=0.005)
    assert move["log_move"] > 4 * 2**0.5 * picture.process_cv
    assert COMMON_SD[0] < picture.common_sd < COMMON_SD[1]


@pytest.mark.parametrize(
    ("members", "chance"), [(3.3e6, 0.123), (12e6, 0.065), (30e6, 0.041), (100e6, 0.022)]
)
def test_pool_sizes(members, chance):
    """milliman2021, on old problems: a large member base, the law of large numbers."""
    row = pool_picture(ARTICLE_DAY).sizes((members,)).iloc[0]
    assert row["chance"] == pytest.approx(chance, abs=0.001)
    assert row["low"] == pytest.approx(np.hypot(row["chance"], 0.05))
    assert row["high"] == pytest.approx(np.hypot(row["chance"], 0.08))


def test_the_fee_and_what_of_it_goes_into_investigation():
    """wang2020: fee 8%; milliman2021, on technology and old problems: 40% of it is
    spent on investigation."""
    fee = fee_economics(ARTICLE_DAY)
    assert (fee.fee_rate, fee.investigation_share) == (0.08, 0.4)
    assert fee.disclosed.paid == pytest.approx(24 * 4.86)
    assert fee.disclosed.fee == pytest.approx(8.64)
    assert fee.disclosed.investigation == pytest.approx(3.456)
    assert fee.fee_per_case == pytest.approx(0.08 * fee.mean_aid)
    assert fee.fee_per_case == pytest.approx(13_700, abs=50)


def test_an_insurers_expense_caps():
    """chentao2003, on expenses: at most 35% of gross premium individual, 25% group."""
    assert EXPENSE_CAPS == {"group": 0.25, "individual": 0.35}
    insurer = fee_economics(ARTICLE_DAY).disclosed.insurer
    assert insurer["group"] == pytest.approx(108 / 3)
    assert insurer["individual"] == pytest.approx(108 * 35 / 65)


def test_the_decline_in_2021():
    """milliman2021, on the evolution of the plans: members down since November 2020. The year 2021
    lies where only newcomers would have settled it, at a relative risk of leavers of 0.75."""
    state = decline_state(fit_exits(fit(RECORD.as_of(RECORD.last_settlement))), 2021)
    picture = decline_picture(state)
    assert state.leaver_risk == pytest.approx((0.596, 0.75, 0.904), abs=0.001)
    assert float(least_leaver_risk(1.0)) == 0.75
    assert picture.phase == "needs_newcomers"
    assert state.replaced.q90 < picture.needed


def test_the_bands_and_the_mean_age():
    """wang2020: 31.5% born in the 1980s, 28.2% in the 1990s, 7% in the 2010s, together 66.7%; mean
    age 32 assumed. annual2020: 34.4. The single-age formula goes from 5.13 to 6.70 RMB."""
    reading = mean_age_reading(RECORD)
    assert sum(reading.bands.values()) == pytest.approx(0.667)
    assert (reading.assumed, reading.disclosed) == (32.0, 34.4)
    assert reading.national == pytest.approx(reading.assumed, abs=0.5)
    assert reading.rest_for_disclosed > reading.rest_national + 5
    shares = [
        steady_state(age=age, table=FINAL_TABLE).share_per_period
        for age in (reading.assumed, reading.disclosed)
    ]
    assert shares == pytest.approx([5.13, 6.70], abs=0.005)


@pytest.mark.parametrize(
    ("group", "value"),
    [
        ("migrant workers", 0.47),
        ("rural and county areas", 0.31),
        ("not in the national basic scheme", 0.13),
        ("national population not in the basic scheme", 0.05),
    ],
)
def test_member_profile(group, value):
    """mutualaid2019, fifth paragraph: 47% migrant workers, 31% rural; milliman2021, on members:
    almost 13% outside the national scheme, about 5% of the nation."""
    rows = RECORD.member_profile.set_index("group")["value"].astype(float)
    assert rows[group] == value


def test_volatility_halves_with_four_times_the_members():
    """The law of large numbers, to which wang2020 appeals."""
    assert float(share_volatility(400.0, 0.5)) == pytest.approx(
        float(share_volatility(100.0, 0.5)) / 2
    )
