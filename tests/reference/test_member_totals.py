"""A member's totals against the totals that were published; each test names the document."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from forecasting import fit, forecast, load_disclosures
from forecasting.explain.account import PLATFORM, Member, member_account, share_draws

FULL = load_disclosures()
LAUNCH = date(2018, 10, 16)


@pytest.fixture(scope="module")
def draws():
    return share_draws(FULL, fit(FULL.as_of("2021-12-14")))


def paid(draws, joined: date, left: date):
    return member_account(draws, Member(joined, left)).paid


def test_2019_cost_2917(draws):
    """South China Morning Post, 2020-04-04 (observations.csv: share_sum of 2019, scmp20200404)."""
    assert paid(draws, LAUNCH, date(2019, 12, 31)).interval(95) == pytest.approx(
        (29.17, 29.17), abs=0.006
    )


def test_2020_cost_about_91(draws):
    """News mirror on 2020's totals, 2021-01-06: 90.56 (ettaleb20210106); 91 in other reports."""
    total = paid(draws, date(2019, 12, 31), date(2020, 12, 31))
    assert total.interval(95) == pytest.approx((90.56, 90.56), abs=0.006)
    assert round(total.q50) == 91


def test_the_first_21_settlements_of_2021_cost_138(draws):
    """Shenlanbao, November 2021: 138 RMB over 21 settlements (shenlanbao202111)."""
    account = member_account(draws, Member(date(2020, 12, 31), date(2021, 11, 14)))
    assert set(account.settlements["status"]) == {"disclosed"}
    assert len(account.settlements) == 21
    low, high = account.paid.interval(95)
    assert low == high == pytest.approx(138, abs=0.5)


def test_the_two_settlements_of_november_2020_cost_97(draws):
    """Financial Times (China), 2020-12-24: 9.7 RMB for the month (fintimes20201224)."""
    low, high = paid(draws, date(2020, 10, 31), date(2020, 11, 30)).interval(95)
    assert low == high == pytest.approx(9.7, abs=0.05)


def test_one_members_own_counter_of_persons(draws):
    """Tianxia Wangshang, August 2020: 27,735 persons over 14 settlements (txws202008)."""
    account = member_account(draws, Member(date(2020, 1, 20), date(2020, 8, 20)))
    assert len(account.settlements) == 14
    assert account.helped.interval(95) == pytest.approx((27_735, 27_735), abs=2)


def test_nobody_paid_the_last_three_settlements(draws):
    """events.csv, 2021-12-28: closure announced, members pay nothing more (gucheng202112)."""
    account = member_account(draws, Member(LAUNCH))
    last = account.settlements[account.settlements["status"] == PLATFORM]
    assert last["date"].dt.date.tolist() == [
        date(2021, 12, 28),
        date(2022, 1, 14),
        date(2022, 1, 28),
    ]
    assert not last["paid_q975"].any()
    assert account.count("closed") == 21


def test_members_paid_70_settlements(draws):
    """cqcb201901: the first on 2019-01-28; ajunews202112 counts 71 by 2021-12-28, not paid by them.

    The 14th and the 28th of each month from the first to 2021-12-14 make 70.
    """
    account = member_account(draws, Member(LAUNCH))
    assert account.count("disclosed", "reconstructed") == 70
    assert account.settlements["date"].iloc[0].date() == date(2019, 1, 28)


def test_the_operators_promise_was_kept_in_both_years(draws):
    """plan_rules.csv: 188 RMB for calendar 2019 (caixin2022) and 2020 (scmp20200404), not 2021."""
    years = member_account(draws, Member(LAUNCH)).years.set_index("year")
    assert years["promised"].to_dict() == {2019: True, 2020: True, 2021: False}
    assert set(years["cap"]) == {188.0}
    assert not years["binds"].any()
    assert not years["capped_off"].any()


def test_the_next_year_is_the_forecasts_own():
    """The article's day: same fit, same seed, same draws, so the same total of 24 settlements."""
    fitted = fit(FULL.as_of("2020-10-28"))
    account = member_account(share_draws(FULL, fitted, 30), Member(date(2019, 6, 1)))
    sentence = forecast(fitted, horizon=30).next_year_total
    assert sentence is not None
    assert vars(account.next_year) == pytest.approx(vars(sentence))


def test_the_own_part_follows_from_the_identity(draws):
    """The article of 2020-10-28: 2,660 persons, 100.5 m members; part = helped / members."""
    account = member_account(draws, Member(date(2020, 10, 20), date(2020, 11, 1)))
    row = account.settlements.iloc[0]
    assert row["disclosed"] == 4.86
    assert row["helped_q50"] == pytest.approx(2660)
    at = draws.dates.index(date(2020, 10, 28))
    assert account.part.q50 == pytest.approx(np.median(2660 / draws.members[:, at]), rel=1e-3)
