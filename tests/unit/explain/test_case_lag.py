"""The lag as the case lists show it, recomputed from the rows of the tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from scipy.stats import beta

from forecasting import load_disclosures
from forecasting.explain.case_lag import case_lag
from tests.helpers.record_charts import known_lag

FULL = load_disclosures()
LAG = known_lag(FULL)
LISTS = LAG.lists.set_index("settlement")


def test_the_small_sum_is_counted_list_by_list():
    mix = FULL.case_mix
    for settlement, row in LISTS.iterrows():
        of_list = mix[mix["settlement"] == settlement]
        small = of_list[of_list["aid_rmb"] == 50_000]
        thyroid = of_list[of_list["disease_group"].str.startswith("thyroid")]
        assert row["cases"] == of_list["cases"].sum()
        assert row["small"] == small["cases"].sum()
        assert row["thyroid"] == thyroid["cases"].sum()
        assert row["thyroid_small"] == thyroid[thyroid["aid_rmb"] == 50_000]["cases"].sum()
        assert row["small_part"] == pytest.approx(row["small"] / row["cases"])


def test_the_intervals_are_exact_binomial_ones():
    """Clopper and Pearson 1934: quantiles of the beta law, 10% on either side."""
    for row in LISTS.itertuples():
        k, n = row.small, row.cases
        assert row.small_part_low == pytest.approx(beta.ppf(0.1, k, n - k + 1))
        assert row.small_part_high == pytest.approx(beta.ppf(0.9, k + 1, n - k))


def test_days_run_from_the_rule_to_the_list_and_to_its_payment():
    assert LAG.rule_day == date(2019, 5, 1)
    assert LAG.small_sum == 50_000
    for settlement, row in LISTS.iterrows():
        assert row["days_to_payment"] == (settlement - pd.Timestamp(LAG.rule_day)).days
        assert 0 < row["days_to_payment"] - row["days"] < 15
    assert LAG.to_payment == (LISTS["days_to_payment"] - LISTS["days"]).mean()


def test_half_the_thyroid_cases_lie_between_the_lists_that_pass_half():
    half = LAG.half_listed
    assert half is not None
    below, above = (LISTS[LISTS["thyroid_part"] < 0.5], LISTS[LISTS["thyroid_part"] >= 0.5])
    assert below["days"].max() < half.value < above["days"].min()
    assert half.low < half.value < half.high


def test_classes_of_membership_add_up_to_the_sample():
    by_list = LAG.durations.groupby("settlement")
    assert by_list["cases"].sum().to_dict() == LISTS["cases"].to_dict()
    assert by_list["part"].sum().to_numpy() == pytest.approx(1.0)
    assert LAG.within(10_000) == LAG.cases == LISTS["cases"].sum()
    rows = FULL.case_durations
    assert LAG.within(180) == rows.loc[rows["days_from"] < 180, "cases"].sum()


def test_a_day_knows_the_lists_settled_by_then():
    early = known_lag(FULL.as_of("2019-08-14"))
    assert len(early.lists) == 3
    assert early.half_listed is None
    assert case_lag(FULL.as_of("2019-06-28")) is None


def test_without_a_dated_rule_nothing_is_measured():
    rules = FULL.rules[FULL.rules["rule"] != "benefit_mild_thyroid"]
    assert case_lag(replace(FULL, rules=rules)) is None
