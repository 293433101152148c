"""Printed totals against the sum of their settlements, each printed figure with its source."""

from __future__ import annotations

import pytest

from forecasting.disclosures import load_disclosures

RECORD = load_disclosures()
CHECKS = RECORD.reconciliation()


@pytest.mark.parametrize(
    ("source", "settlements", "cents", "printed", "half_width"),
    [
        # Beijing News, 9 August 2019: 3.58 RMB to July.
        ("bjnews20190809", 13, 358, 3.58, 0.005),
        # South China Morning Post, 4 April 2020: 29.17 RMB for 2019.
        ("scmp20200404", 23, 2917, 29.17, 0.005),
        # News mirror on the totals of 2020, 6 January 2021: 90.56 RMB.
        ("ettaleb20210106", 24, 9056, 90.56, 0.005),
        # Financial Times (China), 24 December 2020: 9.7 RMB for November.
        ("fintimes20201224", 2, 966, 9.7, 0.05),
        # Shenlanbao, November 2021: 138 RMB for 21 settlements.
        ("shenlanbao202111", 21, 13806, 138, 0.5),
        # NLI Research Institute, 5 February 2020: about 18 RMB for October to December 2019.
        ("nli202002", 6, 1823, 18, 1.5),
    ],
)
def test_settlements_add_up_to_the_printed_total(source, settlements, cents, printed, half_width):
    row = CHECKS[(CHECKS["source_id"] == source) & (CHECKS["quantity"] == "share_sum")].iloc[0]
    values = RECORD.observations.set_index("row")["value"]
    assert len(row["parts"]) == row["settlements"] == settlements
    assert round(100 * values.loc[list(row["parts"])].sum()) == round(100 * row["ours"]) == cents
    assert (row["published"], row["rounding_half_width"]) == (printed, half_width)
    assert abs(cents / 100 - printed) <= half_width + 1e-9
    assert row["within"]


def test_counters_of_2019_add_up_to_the_last_person():
    """notices2019 (310, 596, 2,207), bjnews20190809 (1,092), lhsx20190921 (2,839)."""
    rows = CHECKS[CHECKS["quantity"] == "helped_sum"]
    assert rows["published"].tolist() == [310, 596, 1092, 2207, 2839]
    assert rows["difference"].tolist() == [0, 0, 0, 0, 0]


def test_the_articles_words_agree_with_the_record():
    """wang2020: one or two RMB at the lowest, about 4.2 RMB from August to October 2020."""
    rows = CHECKS[CHECKS["source_id"] == "wang2020"].set_index("quantity")
    assert rows.at["share_min", "ours"] == 1.51
    assert rows.at["share_mean", "ours"] == pytest.approx(4.17)
    assert rows["within"].all()


def test_nothing_that_is_made_up_is_fitted_and_all_of_it_agrees():
    rows = RECORD.observations.set_index("row").loc[CHECKS["row"]]
    assert not rows["fitted"].any()
    assert CHECKS["within"].all()


def test_a_total_is_a_check_only_once_its_settlements_are_known():
    early = RECORD.as_of("2019-12-31")
    assert 29.17 in set(early.reconciliation()["published"])
    assert 90.56 not in set(early.reconciliation()["published"])
