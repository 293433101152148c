"""Identities of a member's account that hold for every join and leave date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import fit, load_disclosures
from forecasting.explain.account import TIERS, Member, ShareDraws, member_account, share_draws

FULL = load_disclosures()
DRAWS = share_draws(FULL, fit(FULL.as_of("2021-06-14")), paths=40)
LIFE = st.dates(date(2018, 10, 16), date(2022, 1, 28))


def one_path(draws: ShareDraws) -> ShareDraws:
    """The first path alone: its quantiles are its values, so that sums can be compared."""
    first = {name: getattr(draws, name)[:1] for name in ("share", "helped", "members")}
    return replace(draws, **first)


ONE = one_path(DRAWS)


@given(LIFE, LIFE, st.integers(1, 10), st.sampled_from(list(TIERS)))
def test_the_totals_are_the_sums_of_their_parts(one: date, other: date, people: int, tier: str):
    account = member_account(ONE, Member(min(one, other), max(one, other), people, tier))
    rows = account.settlements
    past = rows["status"].isin(["disclosed", "reconstructed"])
    assert account.paid.q50 == pytest.approx(rows.loc[past, "paid_q50"].sum())
    assert account.next_year.q50 == pytest.approx(rows.loc[~past, "paid_q50"].sum())
    assert account.part.q50 == pytest.approx(rows.loc[past, "part_q50"].sum())
    assert account.helped.q50 == pytest.approx(rows.loc[past, "helped_q50"].sum())


@given(LIFE, LIFE, LIFE)
def test_leaving_earlier_never_costs_more(one: date, other: date, third: date):
    joined, sooner, later = sorted((one, other, third))
    early = member_account(DRAWS, Member(joined, sooner))
    late = member_account(DRAWS, Member(joined, later))
    stays = member_account(DRAWS, Member(joined))
    for name in ("paid", "next_year", "helped", "part"):
        totals = [np.array([*vars(getattr(a, name)).values()]) for a in (early, late, stays)]
        assert (totals[0] <= totals[1] + 1e-9).all()
        assert (totals[1] <= totals[2] + 1e-9).all()


@given(LIFE, LIFE)
def test_two_halves_of_a_membership_make_the_whole(one: date, other: date):
    joined, between = sorted((one, other))
    first = member_account(ONE, Member(joined, between))
    second = member_account(ONE, Member(between))
    whole = member_account(ONE, Member(joined))
    assert first.paid.q50 + second.paid.q50 == pytest.approx(whole.paid.q50)
    assert first.next_year.q50 + second.next_year.q50 == pytest.approx(whole.next_year.q50)


@given(LIFE, st.integers(1, 10), st.sampled_from(list(TIERS)))
def test_the_cap_never_takes_off_more_than_was_paid(joined: date, people: int, tier: str):
    years = member_account(DRAWS, Member(joined, people=people, tier=tier)).years
    assert (years["capped_off"] <= years["total_q975"]).all()
    assert years["binds"].between(0, 1).all()
    assert (years["settlements"] > 0).all()
