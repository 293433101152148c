"""The tables of cases: their sums, what they hold of persons, and how they meet the record."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting.disclosures import PACKAGED_DATA, load_disclosures
from forecasting.disclosures.schemas import TABLE_BY_NAME

RECORD = load_disclosures()
LISTS = RECORD.case_durations.groupby("settlement").first()
WITHHELD = ("ledger2021", "notices2019", "zhuzhou201506")
AGGREGATE_COLUMNS = {
    "case_durations": (
        "plan",
        "settlement",
        "counted_to",
        "cases_in_list",
        "cases_sampled",
        "days_from",
        "days_to",
        "cases",
        "source_id",
    ),
    "case_mix": ("plan", "settlement", "disease_group", "aid_rmb", "cases", "source_id"),
    "case_ages": (
        "plan",
        "first_settlement",
        "last_settlement",
        "age_band",
        "sex",
        "cases",
        "source_id",
    ),
}


@pytest.mark.parametrize(("table", "columns"), AGGREGATE_COLUMNS.items())
def test_the_case_tables_hold_aggregates_only(table: str, columns: tuple[str, ...]):
    assert TABLE_BY_NAME[table].columns == columns
    header = (PACKAGED_DATA / f"{table}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert tuple(header.split(",")) == columns


def test_times_of_single_cases_say_nothing_of_the_person():
    single = [load_disclosures(plan=plan).case_timing for plan in ("xianghubao", "ehuzhu")]
    rows = pd.concat(single)
    assert len(rows) == 5
    assert (rows.loc[rows["basis"] == "one case", "note"] == "").all()
    assert rows.loc[rows["basis"] == "one case", "as_of"].str.fullmatch(r"\d{4}-\d{2}").all()


@pytest.mark.parametrize("source", WITHHELD)
def test_addresses_that_lead_to_private_persons_stay_out(source: str):
    described = RECORD.tables.sources.set_index("source_id").loc[source]
    assert described["url"] == ""
    assert re.search("address (withheld|left out)", described["note"])


@pytest.mark.parametrize("file", sorted(PACKAGED_DATA.glob("*.csv")), ids=lambda file: file.stem)
def test_addresses_stand_in_the_column_for_addresses_only(file):
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    others = table.drop(columns="url") if file.stem == "sources" else table
    assert not others.apply(lambda column: column.str.contains("://|www\\.")).to_numpy().any()


@pytest.mark.parametrize("settlement", LISTS.index, ids=lambda day: str(day.date()))
class TestLists:
    def test_the_sample_is_sorted_into_its_classes(self, settlement: pd.Timestamp):
        rows = RECORD.case_durations[RECORD.case_durations["settlement"] == settlement]
        mix = RECORD.case_mix[RECORD.case_mix["settlement"] == settlement]
        assert rows["cases_sampled"].nunique() == rows["cases_in_list"].nunique() == 1
        assert rows["cases"].sum() == rows["cases_sampled"].iloc[0] == mix["cases"].sum()

    def test_the_classes_join_without_a_gap(self, settlement: pd.Timestamp):
        rows = RECORD.case_durations[RECORD.case_durations["settlement"] == settlement]
        assert (rows["days_from"].to_numpy()[1:] == rows["days_to"].to_numpy()[:-1] + 1).all()
        assert (rows["days_to"] - rows["days_from"] == 14).all()

    def test_the_list_is_as_long_as_the_settlement_helped(self, settlement: pd.Timestamp):
        helped = RECORD.settlement_values("helped")
        assert helped[settlement.date()] == LISTS.at[settlement, "cases_in_list"]

    def test_the_longest_membership_began_at_the_launch(self, settlement: pd.Timestamp):
        rows = RECORD.case_durations[RECORD.case_durations["settlement"] == settlement]
        counted_to = LISTS.at[settlement, "counted_to"]
        longest = (counted_to.date() - date(2018, 10, 16)).days
        top = rows[rows["cases"] > 0].iloc[-1]
        assert top["days_from"] <= longest <= top["days_to"]
        assert 8 <= (settlement - counted_to).days <= 9

    def test_the_sample_has_the_mean_aid_of_the_whole_list(self, settlement: pd.Timestamp):
        """share x members / (1.08 x persons) is the exact mean of the list: within 3 standard
        errors of a sample without replacement."""
        day = settlement.date()
        share, members, helped = (
            RECORD.settlement_values(name)[day] for name in ("share", "sharing_members", "helped")
        )
        fee = RECORD.rule("management_fee_rate", day)
        assert fee is not None
        exact = share * members / ((1 + fee) * helped)
        mix = RECORD.case_mix[RECORD.case_mix["settlement"] == settlement]
        aid = np.repeat(mix["aid_rmb"], mix["cases"])
        left_out = 1 - len(aid) / helped
        error = aid.std() / np.sqrt(len(aid)) * np.sqrt(left_out)
        assert abs(aid.mean() - exact) < 3 * error

    def test_a_list_is_known_from_its_settlement_on(self, settlement: pd.Timestamp):
        before = RECORD.as_of(settlement.date() - pd.Timedelta(days=1))
        on = RECORD.as_of(settlement.date())
        for table in ("case_durations", "case_mix"):
            assert settlement not in set(getattr(before, table)["settlement"])
            assert settlement in set(getattr(on, table)["settlement"])


def test_mild_thyroid_cancer_pays_fifty_thousand_and_only_it_and_the_unreadable():
    mix = RECORD.case_mix
    mild = mix[mix["disease_group"] == "thyroid_mild"]
    assert (mild["aid_rmb"] == 50_000).all()
    other = mix[(mix["aid_rmb"] == 50_000) & (mix["disease_group"] != "thyroid_mild")]
    assert other.loc[other["disease_group"] != "unknown", "cases"].sum() <= 1


def test_ages_are_known_once_the_last_list_is_and_are_no_more_than_the_sample():
    sampled = LISTS["cases_sampled"].sum()
    assert RECORD.case_ages["cases"].sum() <= sampled
    assert set(RECORD.case_ages["last_settlement"]) == {LISTS.index[-1]}
    assert set(RECORD.case_ages["first_settlement"]) == {LISTS.index[0]}
    assert RECORD.as_of("2019-09-13").case_ages.empty
    assert len(RECORD.as_of("2019-09-14").case_ages) == len(RECORD.case_ages)


@pytest.mark.parametrize(
    ("day", "known"), [("2019-09-29", 0), ("2019-09-30", 1), ("2020-06-30", 2), ("2022-01-21", 3)]
)
def test_a_time_is_known_once_what_it_describes_is_over(day: str, known: int):
    assert len(RECORD.as_of(day).case_timing) == known


def test_the_cases_are_those_of_the_plan():
    other = load_disclosures(plan="waterdrop")
    for table in ("case_durations", "case_mix", "case_ages", "case_timing"):
        assert getattr(other, table).empty
