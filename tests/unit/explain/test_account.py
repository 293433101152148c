"""A member's account: who pays when, how much of it, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

from forecasting import InputError, fit, load_disclosures
from forecasting.explain.account import TIERS, Member, MemberAccount, member_account, share_draws

FULL = load_disclosures()
FITTED = fit(FULL.as_of("2020-10-28"))
DRAWS = share_draws(FULL, FITTED, paths=200)
JOINED = date(2019, 6, 1)


def account(joined: date, left: date | None = None, **more: Any) -> MemberAccount:
    return member_account(DRAWS, Member(joined, left, **more))


def settlements_of(joined: date, left: date) -> list[str]:
    return account(joined, left).settlements["date"].dt.strftime("%Y-%m-%d").tolist()


def test_members_pay_from_the_first_settlement_after_joining():
    assert settlements_of(date(2020, 10, 13), date(2020, 10, 28)) == ["2020-10-14", "2020-10-28"]
    assert settlements_of(date(2020, 10, 14), date(2020, 10, 28)) == ["2020-10-28"]


def test_the_leave_date_is_the_last_day_as_a_member():
    assert settlements_of(date(2020, 9, 30), date(2020, 10, 27)) == ["2020-10-14"]
    assert settlements_of(date(2020, 9, 30), date(2020, 9, 30)) == []


def test_before_the_first_share_nothing():
    early = account(date(2018, 10, 16), date(2019, 1, 27))
    assert early.settlements.empty
    assert early.years.empty
    assert early.paid.q975 == early.next_year.q975 == 0


def test_cover_begins_after_the_waiting_period_while_payment_does_not_wait():
    one = account(JOINED)
    assert one.covered_from == date(2019, 8, 30)
    assert one.settlements["date"].iloc[0].date() == date(2019, 6, 14)


@pytest.mark.parametrize("people", [2, 10])
def test_a_household_pays_that_many_times(people):
    one, many = account(JOINED), account(JOINED, people=people)
    assert many.paid.q50 == pytest.approx(people * one.paid.q50)
    assert many.part.q10 == pytest.approx(people * one.part.q10)
    assert many.helped == one.helped
    assert many.years["cap"].tolist() == (people * one.years["cap"]).tolist()


@pytest.mark.parametrize(("tier", "weight"), TIERS.items())
def test_a_lower_tier_counts_from_the_day_it_was_offered(tier, weight):
    standard = account(JOINED).settlements.set_index("date")["paid_q50"]
    chosen = account(JOINED, tier=tier).settlements.set_index("date")["paid_q50"]
    ratio = chosen / standard
    assert ratio[:"2020-05-28"].to_numpy() == pytest.approx(1)
    assert ratio["2020-06-14":].to_numpy() == pytest.approx(weight)


def test_a_tier_not_yet_known_changes_nothing():
    then = share_draws(FULL, fit(FULL.as_of("2019-12-28")), paths=50)
    half, full = (member_account(then, Member(JOINED, tier=tier)) for tier in ("1/2", "1"))
    assert half.tiers_from is None
    assert half.next_year == full.next_year


def test_disclosed_shares_stand_as_printed():
    rows = account(JOINED).settlements.set_index("date")
    for day, share in (("2019-07-28", 1.48), ("2020-10-28", 4.86)):
        row = rows.loc[day]
        assert (row["status"], row["disclosed"]) == ("disclosed", share)
        assert row["paid_q025"] == row["paid_q975"] == share
    assert set(rows.loc[:"2020-10-28", "status"]) == {"disclosed"}


def test_a_share_of_a_few_fen_was_charged_too():
    rows = account(date(2019, 1, 1)).settlements.set_index("date")
    first = rows[:"2019-05-14"]
    assert set(first["status"]) == {"disclosed"}
    assert first["paid_q50"].tolist() == [0.03, 0, 0.03, 0.01, 0, 0.02, 0.05, 0.05]
    assert (first["paid_q025"] == first["paid_q975"]).all()


def test_a_rounded_share_is_known_within_its_rounding():
    day = pd.Timestamp("2020-05-28")
    rows = FULL.observations
    there = (rows["quantity"] == "share") & (rows["period_end"] == day)
    rounded = rows.assign(
        value=rows["value"].mask(there, 3.8),
        rounding_half_width=rows["rounding_half_width"].mask(there, 0.1),
    )
    known = replace(FITTED, disclosures=replace(FITTED.disclosures, observations=rounded))
    rows = member_account(share_draws(FULL, known, paths=200), Member(JOINED)).settlements
    row = rows.set_index("date").loc[day]
    assert 3.7 <= row["paid_q025"] < row["paid_q975"] <= 3.9


def test_the_total_is_narrower_than_the_sum_of_quantiles():
    later = share_draws(FULL, fit(FULL.as_of("2021-12-14")), paths=2000)
    one = member_account(later, Member(JOINED))
    rows = one.settlements[one.settlements["status"] == "reconstructed"]
    assert rows["disclosed"].isna().all()
    assert rows["date"].dt.strftime("%Y-%m-%d").tolist() == ["2021-11-28", "2021-12-14"]
    assert 0 < one.paid.q90 - one.paid.q10 < (rows["paid_q90"] - rows["paid_q10"]).sum()


def test_draws_are_positive_and_the_same_each_time():
    again = share_draws(FULL, FITTED, paths=200)
    for name in ("share", "helped", "members"):
        assert (getattr(DRAWS, name) >= 0).all()
        assert np.array_equal(getattr(DRAWS, name), getattr(again, name))


def test_a_cap_that_binds_takes_off_what_lies_above_it():
    low = share_draws(FULL, FITTED, paths=50)
    low = type(low)(**{**vars(low), "caps": {2019: 188.0, 2020: 50.0}})
    years = member_account(low, Member(date(2018, 11, 1), people=2)).years.set_index("year")
    assert years.loc[2020, "cap"] == 100
    assert years.loc[2020, "binds"] == 1
    assert years.loc[2020, "capped_off"] == pytest.approx(2 * 91.4 - 100, abs=3)
    assert years.loc[2019, "binds"] == 0


def test_a_year_without_a_promise_is_compared_with_the_last_cap_known():
    later = share_draws(FULL, fit(FULL.as_of("2021-03-28")), paths=50)
    years = member_account(later, Member(JOINED)).years.set_index("year")
    assert years["promised"].tolist() == [True, True, False]
    assert years.loc[2021, ["settlements", "forecast", "cap"]].tolist() == [23, 17, 188.0]


@pytest.mark.parametrize("day", [date(2018, 10, 15), date(2022, 1, 29)])
def test_a_day_outside_the_plans_life_is_refused_with_the_legal_range(day):
    said = f"join date: found {day}, legal: 2018-10-16 (the plan began) to 2022-01-28 (it closed)"
    with pytest.raises(InputError, match=re.escape(said)):
        account(day)


def test_a_leave_date_outside_the_plans_life_is_refused():
    with pytest.raises(InputError, match="leave date: found 2023-01-01"):
        account(JOINED, date(2023, 1, 1))


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"people": 0}, "people: found 0, legal: 1 to 10"),
        ({"people": 11}, "people: found 11"),
        ({"tier": "1/4"}, "tier: found '1/4', legal: 1, 1/2, 1/3"),
        ({"left": date(2019, 5, 31)}, "leave date: found 2019-05-31, legal: 2019-06-01"),
    ],
)
def test_bad_input_names_the_field_and_what_is_legal(more, named):
    with pytest.raises(InputError, match=named):
        Member(JOINED, **more)


def test_a_horizon_shorter_than_a_year_is_refused():
    with pytest.raises(InputError, match="horizon: found 12, legal: 24 or more"):
        share_draws(FULL, FITTED, horizon=12)
