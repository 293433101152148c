"""The shares rest on two records that do not know of each other: how they agree."""

from __future__ import annotations

import pandas as pd
import pytest

from forecasting.disclosures import load_disclosures

VIDEO, LEDGER = "agmanim2020", "ledger2021"
PUBLISHED = load_disclosures().observations.query(
    "scope == 'critical_illness' and quantity == 'share' and period_start == period_end"
)
BOTH = PUBLISHED[PUBLISHED["source_id"].isin([VIDEO, LEDGER])].pivot(
    index="period_end", columns="source_id", values="value"
)
COMMON = BOTH.dropna()


def test_how_many_settlements_each_holds_and_how_many_agree():
    """data/README.md, on the two records."""
    assert BOTH.notna().sum().to_dict() == {VIDEO: 38, LEDGER: 46}
    assert len(COMMON) == 17
    assert (COMMON[VIDEO] == COMMON[LEDGER]).sum() == 15


def test_where_they_differ_the_one_that_makes_the_years_total_is_fitted():
    """29.17 RMB in 2019 and 90.56 in 2020, both published (wang2020, ettaleb20210106)."""
    differ = COMMON[COMMON[VIDEO] != COMMON[LEDGER]].index
    rows = PUBLISHED[PUBLISHED["period_end"].isin(differ)]
    fitted = rows[rows["fitted"]].set_index("period_end")["source_id"]
    assert fitted.to_dict() == {
        pd.Timestamp("2019-12-28"): VIDEO,
        pd.Timestamp("2020-01-14"): LEDGER,
    }
    assert set(rows.loc[~rows["fitted"], "confidence"]) == {"low"}
    assert BOTH.loc["2019", VIDEO].sum() == pytest.approx(29.17, abs=1e-9)
    assert BOTH.loc["2020", LEDGER].sum() == pytest.approx(90.56, abs=1e-9)


def test_every_settlement_from_the_first_to_november_2021_has_a_share():
    days = PUBLISHED.loc[PUBLISHED["period_end"] <= "2021-11-14", "period_end"].drop_duplicates()
    fortnights = pd.date_range("2019-01-01", "2021-11-30").to_series()
    expected = fortnights[fortnights.dt.day.isin([14, 28])].loc["2019-01-28":"2021-11-14"]
    assert sorted(days) == list(expected)
    assert len(days) == 68
    assert PUBLISHED.loc[PUBLISHED["fitted"], "period_end"].nunique() == 60


def test_since_the_entry_tiers_a_share_is_a_multiple_of_three_fen():
    exact = PUBLISHED["fitted"] & (PUBLISHED["bound"] == "=")
    late = PUBLISHED[exact & (PUBLISHED["period_end"] > "2020-06-01")]
    assert len(late) == len(late["period_end"].unique())
    fen = (late["value"] * 100).round()
    assert (fen % 3 == 0).all()
    assert (late["rounding_half_width"] == 0.015).all()
