"""The period table, one row a settlement, and the rows that disagree."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.base.settlements import settlements_between
from forecasting.disclosures import CONFLICT_KINDS, IDENTITY_EXPLANATIONS, load_disclosures
from tests.helpers.observation_rows import csv_of, figure, folder_with

RECORD = load_disclosures()


def conflicts_of(folder: Path, *rows: dict[str, str]) -> pd.DataFrame:
    """The conflicts among a few rows of one plan."""
    folder_with(folder, observations=csv_of(rows))
    return load_disclosures(folder, plan="village").conflicts()


class TestPeriodTable:
    TABLE = RECORD.period_table().set_index("date")

    def test_one_row_a_settlement(self):
        expected = settlements_between(date(2019, 1, 28), date(2022, 1, 28))
        assert [day.date() for day in self.TABLE.index] == expected
        assert (self.TABLE["paid_by"] == "members").sum() == 70
        assert self.TABLE.index[self.TABLE["paid_by"] == "platform"][0] == pd.Timestamp(
            "2021-12-28"
        )

    def test_a_cell_names_its_source_and_placement(self):
        columns = ["share", "source", "placement", "confidence", "bound"]
        names = ["share", *(f"share_{name}" for name in columns[1:])]
        assert self.TABLE.loc["2021-03-14", names].tolist() == [
            5.88, "naibabao202103", "inferred", "medium", "=",
        ]  # fmt: skip

    def test_what_was_not_disclosed_is_not_there(self):
        cell = self.TABLE.loc["2020-03-14"]
        assert np.isnan(cell["share"])
        assert (cell["share_source"], cell["share_row"]) == ("", 0)

    def test_an_inequality_is_a_limit_and_no_value(self):
        cell = self.TABLE.loc["2021-04-14"]
        assert np.isnan(cell["share"])
        assert (cell["share_limit"], cell["share_bound"]) == (6.0, ">")

    def test_low_confidence_is_shown_only_where_nothing_better_is(self):
        first = self.TABLE.loc["2019-01-28"]
        assert (first["share"], first["share_confidence"]) == (0.03, "low")
        assert np.isnan(first["sharing_members"])
        assert (first["sharing_members_limit"], first["sharing_members_bound"]) == (23e6, "over")

    def test_other_plans_have_columns_of_their_own(self):
        cell = self.TABLE.loc["2020-12-14"]
        assert (cell["sharing_members"], cell["sharing_members_all_plans"]) == (
            98.244e6,
            103.3216e6,
        )
        assert np.isnan(cell["helped"])
        assert cell["helped_all_plans"] == 3369

    def test_every_cell_points_to_its_row(self):
        values = RECORD.observations.set_index("row")["value"]
        shown = self.TABLE[self.TABLE["share_row"] > 0]
        expected = values.loc[shown["share_row"]].to_numpy()
        assert np.array_equal(shown["share"].fillna(shown["share_limit"]).to_numpy(), expected)

    def test_a_view_ends_with_its_day(self):
        table = RECORD.as_of("2020-10-28").period_table()
        assert table["date"].iloc[-1] == pd.Timestamp("2020-10-28")
        assert set(table["paid_by"]) == {"members"}


class TestConflicts:
    FOUND = RECORD.conflicts()

    def test_kinds_and_explanations_have_words(self):
        assert set(self.FOUND["kind"]) <= set(CONFLICT_KINDS)
        assert (self.FOUND["explanation"] != "").all()
        assert set(RECORD.identity_checks()["explanation"]) <= set(IDENTITY_EXPLANATIONS)

    def test_every_row_that_is_low_or_superseded_is_shown(self):
        rows = RECORD.observations
        kept_out = rows[rows["reason"].isin(["low_confidence", "superseded"])]
        assert set(kept_out["row"]) <= set(self.FOUND["row"])

    def test_rounding_alone_is_no_conflict(self, tmp_path: Path):
        near = figure(value="4.9", rounding_half_width="0.05", source_id="herald")
        assert conflicts_of(tmp_path, figure(), near).empty

    def test_a_total_that_falls_is_a_conflict(self, tmp_path: Path):
        total = {"quantity": "helped_sum", "unit": "persons", "period_start": "2020-01-01"}
        rows = [
            figure(**total, period_end="2020-10-28", value="100"),
            figure(**total, period_end="2020-11-28", value="90"),
        ]
        found = conflicts_of(tmp_path, *rows)
        assert set(found["kind"]) == {"falling_total"}
        assert found[["found", "expected"]].iloc[0].tolist() == [90, 100]

    def test_totals_that_match_their_parts_are_none(self, tmp_path: Path):
        total = {"quantity": "helped_sum", "unit": "persons", "period_start": "2020-01-01"}
        rows = [
            figure(**total, period_end="2020-10-14", value="100", rounding_half_width="0.5"),
            figure(**total, period_end="2020-10-28", value="130", rounding_half_width="0.5"),
            figure(quantity="helped", unit="persons", value="30", rounding_half_width="0.5"),
        ]
        assert conflicts_of(tmp_path, *rows).empty
