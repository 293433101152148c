"""The article's calculation, step by step. Source: Wang Mingyan FSA, 28 October 2020 (wang2020)."""

from typing import Any

import numpy as np
import pytest

from forecasting import steady_state
from forecasting.base.errors import InputError


def printed(step: str) -> tuple[float, float]:
    row = steady_state().steps().set_index("step").loc[step]
    return float(row["exact"]), float(row["printed"])


def test_persons_a_year() -> None:
    """It prints 102,916 persons among 100 million, from 9.6 and 11.1 per 10,000 and 116.9:100."""
    assert round(steady_state().persons_per_year) == 102_916
    assert printed("male_rate") == pytest.approx((9.6, 9.6))
    assert printed("female_rate") == pytest.approx((11.1, 11.1))


def test_persons_after_the_deduction() -> None:
    """It prints 77,200 where 102,916 less 25% is 77,187 (and writes the deduction as 0.25%)."""
    exact, rounded = printed("persons_after_deduction")
    assert round(exact) == 77_187
    assert rounded == 77_200


def test_aid_and_fee_follow_from_the_rounded_persons() -> None:
    """It prints 11,163,969,200 and, with 8%, 12,057,086,700 RMB a year."""
    assert printed("aid_per_year")[1] == 11_163_969_200
    assert pytest.approx(printed("aid_and_fee_per_year")[1], abs=100) == 11_163_969_200 * 1.08


def test_rmb_a_year_and_a_settlement() -> None:
    """It prints 120.6 RMB a year and 5.025 a settlement; unrounded it is 120.55 and 5.023."""
    assert printed("rmb_per_year")[0] == pytest.approx(120.55, abs=0.005)
    assert round(12_057_086_700 / 1e8, 1) == printed("rmb_per_year")[1] == 120.6
    exact, rounded = printed("share_per_period")
    assert round(exact, 3) == 5.023
    assert rounded == pytest.approx(5.025)


def test_the_hundred_diseases() -> None:
    """It prints 5.25, which is 5% on a round 5; on 5.025 it is 5.276, on the exact share 5.274."""
    exact, rounded = printed("share_with_100_diseases")
    assert rounded == pytest.approx(5.25)
    assert round(exact, 3) == 5.274
    assert round(printed("share_printed_with_100_diseases")[0], 3) == 5.276
    assert steady_state(disease_loading=0.05).share_per_period == pytest.approx(exact)


def test_the_mean_aid_is_the_ratio_of_the_cumulative_totals() -> None:
    """10.302 billion RMB over 71,239 persons, which it prints as 144,611."""
    assert pytest.approx(144_611, abs=1) == 10_302_000_000 / 71_239


@pytest.mark.parametrize(("age", "share"), [(32, 5.13), (33, 5.73), (34.4, 6.70)])
def test_the_final_table_by_single_age(age: float, share: float) -> None:
    """The final table (cbirc2020): +11.7% from 32 to 33, 6.70 RMB at the disclosed 34.4."""
    result = steady_state(age=age, table="28_severe_2020_definition")
    assert result.share_per_period == pytest.approx(share, abs=0.005)


def test_the_draft_table_is_known_at_one_age_only() -> None:
    with pytest.raises(InputError, match="28_severe_2020_definition"):
        steady_state(age=33)


def test_other_inputs_are_not_compared_with_the_article() -> None:
    assert steady_state(deduction=0.3).steps()["printed"].isna().all()


@pytest.mark.parametrize(
    "bad", [{"fee": -0.1}, {"deduction": 1.5}, {"mean_aid": np.inf}, {"periods_per_year": np.nan}]
)
def test_inputs_out_of_range_are_named(bad: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=next(iter(bad))):
        steady_state(**bad)
