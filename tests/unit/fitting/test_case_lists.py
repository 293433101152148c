"""The notice lists as evidence: what they count, when they are known, what they say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from forecasting import SelectionLagFit, fit, load_disclosures
from forecasting.fitting.cases import (
    CONVERSIONS,
    compile_case_lists,
    freeman_tukey,
    simulated_tables,
)

RECORD = load_disclosures()
KNOWN = RECORD.as_of("2019-10-28")


@pytest.fixture(scope="module")
def fitted():
    return fit(KNOWN)


def cases_of(fitted: SelectionLagFit) -> Any:
    return compile_case_lists(fitted.disclosures, fitted.grid)


@pytest.mark.parametrize(
    ("day", "lists"), [("2019-07-13", 0), ("2019-07-14", 1), ("2019-08-28", 4), ("2020-01-28", 5)]
)
def test_a_list_is_known_from_its_settlement_on(day: str, lists: int) -> None:
    known = RECORD.as_of(day)
    found = cases_of(fit(known))
    assert (0 if found is None else len(found.list_period)) == lists


def test_the_counts_are_those_of_the_tables(fitted) -> None:
    mix = KNOWN.case_mix
    thyroid = mix[mix["disease_group"].str.startswith("thyroid")]
    assert cases_of(fitted).trials[:, [0, 2]].sum() == mix["cases"].sum()
    assert cases_of(fitted).hits[:, 0].sum() == thyroid["cases"].sum()
    is_fixed = (mix["aid_rmb"] == 50_000) & (mix["disease_group"] != "cancer_other")
    assert cases_of(fitted).hits[:, 1:].sum() == mix.loc[is_fixed, "cases"].sum()


def test_bins_of_the_conversions_are_left_out(fitted) -> None:
    rows = KNOWN.case_durations
    for place, (_, of_list) in enumerate(rows.groupby("settlement")):
        of_list = of_list.sort_values("days_from")
        first = of_list["counted_to"] - np.array(of_list["days_to"], dtype="timedelta64[D]")
        last = of_list["counted_to"] - np.array(of_list["days_from"], dtype="timedelta64[D]")
        is_after = (first.dt.date > CONVERSIONS[1]).to_numpy()
        before = of_list.loc[last.dt.date < CONVERSIONS[0], "cases"].sum()
        assert cases_of(fitted).durations[place, :-1] == pytest.approx(of_list["cases"] * is_after)
        assert cases_of(fitted).durations[place, -1] == before


def test_the_fixed_sum_follows_the_delay(fitted) -> None:
    """A case diagnosed before the rule's day cannot get the fixed sum: the longer, the fewer."""
    shares = []
    for days in (80.0, 120.0, 170.0):
        values = fitted.point | {"delay_days": np.asarray(days)}
        _, hits = cases_of(fitted).expected(values, fitted.regime, fitted.membership, "gamma")
        shares.append(hits[:, 1] / cases_of(fitted).trials[:, 1])
    assert (shares[0] > shares[1]).all()
    assert (shares[1] > shares[2]).all()
    assert (np.diff(shares[1]) > 0).all()
    assert (np.array(shares) <= 1.0).all()


def test_the_lists_shorten_the_delay_and_sharpen_it(fitted) -> None:
    empty = {"case_durations": KNOWN.case_durations[:0], "case_mix": KNOWN.case_mix[:0]}
    without = fit(replace(KNOWN, **empty)).parameters.set_index("name").loc["delay_days"]
    with_lists = fitted.parameters.set_index("name").loc["delay_days"]
    assert with_lists["q50"] < without["q50"]
    assert with_lists["q90"] - with_lists["q10"] < 0.7 * (without["q90"] - without["q10"])


def test_deviates_are_nearly_standard_normal() -> None:
    rng = np.random.default_rng(3)
    for mean in (1.0, 5.0, 50.0):
        found = freeman_tukey(rng.poisson(mean, 20_000).astype(float), np.full(20_000, mean))
        assert found.mean() == pytest.approx(0.0, abs=0.12)
        assert found.std() == pytest.approx(1.0, abs=0.12)


def test_simulated_tables_are_read_back_as_they_were_drawn(fitted) -> None:
    lists = cases_of(fitted)
    expected = lists.expected(fitted.point, fitted.regime, fitted.membership, "gamma")
    rng = np.random.default_rng(4)
    durations, mix = simulated_tables(lists, expected, KNOWN, rng)
    again = compile_case_lists(replace(KNOWN, case_durations=durations, case_mix=mix), KNOWN_GRID)
    assert again is not None
    assert again.trials[:, [0, 2]] == pytest.approx(lists.trials[:, [0, 2]])
    assert again.durations.sum() == durations["cases"].sum()
    assert again.hits[:, 0].sum() == pytest.approx(expected[1][:, 0].sum(), rel=0.25)


KNOWN_GRID = fit(KNOWN).grid
