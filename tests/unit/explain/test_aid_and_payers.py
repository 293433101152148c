"""Aid of each settlement, the bounds of its members, and the growth of the share split in two."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from forecasting import load_disclosures
from forecasting.base.errors import InputError, Refused
from forecasting.disclosures.member_bounds import member_bounds
from forecasting.explain.aid_and_payers import LARGE_STEP, SMALL_STEP, aid_record, split_share
from forecasting.explain.flat_forecast import judge_flat_forecast
from tests.helpers.observation_rows import csv_of, figure, folder_with

FULL = load_disclosures()
RECORD = aid_record(FULL)
FRAME = RECORD.frame.set_index(RECORD.frame["date"].dt.date)


def members(day: str, value: float, scope: str = "critical_illness", width: float = 0) -> dict:
    return figure(
        day,
        scope=scope,
        quantity="sharing_members",
        unit="persons",
        value=str(value),
        rounding_half_width=str(width),
    )


def village(folder, *rows: dict[str, str]):
    rules = "plan,rule,effective_from,value,unit,source_id,note\n"
    rules += "village,management_fee_rate,2018-01-01,0.08,share of aid,gazette,\n"
    folder_with(folder, observations=csv_of(rows), plan_rules=rules)
    return load_disclosures(folder, plan="village")


def test_a_count_of_this_plan_is_taken_as_it_is():
    counted = FULL.settlement_values("sharing_members")
    bounds = member_bounds(FULL).set_index("date")
    for day, row in bounds[bounds["members_basis"] == "disclosed"].iterrows():
        assert row["members"] == counted[day.date()]
        assert row["members_low"] <= row["members"] <= row["members_high"]


def test_counts_left_out_one_at_a_time_lie_within_the_bounds_made_without_them():
    """Two of them do not, by less than half a per cent: the fall sped up within the interval."""
    rows = FULL.observations
    own = (rows["quantity"] == "sharing_members") & (rows["scope"] == "critical_illness")
    missed = []
    days = rows.loc[own & rows["fitted"], "period_end"].drop_duplicates()
    for day in days[days > days.min()]:
        known = replace(FULL, observations=rows[~(own & (rows["period_end"] == day))])
        bounds = member_bounds(known).set_index("date").loc[day]
        hidden = rows[own & rows["fitted"] & (rows["period_end"] == day)].iloc[0]
        low = hidden["value"] - hidden["rounding_half_width"]
        high = hidden["value"] + hidden["rounding_half_width"]
        assert bounds["members_basis"] != "disclosed"
        outside = max(low - bounds["members_high"], bounds["members_low"] - high)
        if outside > 0:
            missed.append(outside / hidden["value"])
    assert len(days) >= 20
    assert len(missed) <= 2
    assert max(missed, default=0.0) < 0.005


def test_bounds_widen_with_every_settlement_after_the_last_count():
    bounds = member_bounds(FULL)
    after = bounds[bounds["members_basis"] == "after"]
    width = (after["members_high"] / after["members_low"]).to_numpy()
    assert len(after) > 3
    assert (np.diff(width) > 0).all()


def test_between_two_counts_members_lie_between_them(tmp_path):
    known = village(
        tmp_path,
        *(figure(day) for day in ("2020-01-14", "2020-01-28", "2020-02-14")),
        members("2020-01-14", 1000, width=5),
        members("2020-02-14", 1200, width=10),
    )
    row = member_bounds(known).iloc[1]
    assert row["members_basis"] == "between"
    assert (row["members"], row["members_low"], row["members_high"]) == (1100, 995, 1210)


def test_all_plans_less_the_others_stand_in_where_this_plan_was_not_counted(tmp_path):
    known = village(
        tmp_path,
        *(figure(day) for day in ("2020-01-14", "2020-01-28", "2020-02-14")),
        members("2020-01-14", 1000),
        members("2020-01-14", 1100, "all_plans"),
        members("2020-01-28", 1250, "all_plans"),
        members("2020-02-14", 1200),
        members("2020-02-14", 1320, "all_plans"),
    )
    row = member_bounds(known).iloc[1]
    assert row["members_basis"] == "from_all_plans"
    assert (row["members"], row["members_low"], row["members_high"]) == (1140, 1130, 1150)


def test_after_the_last_count_they_move_on_no_faster_than_ever_in_a_year(tmp_path):
    known = village(
        tmp_path,
        *(figure(day) for day in ("2020-01-14", "2020-01-28", "2020-02-14", "2020-02-28")),
        members("2020-01-14", 1000),
        members("2020-01-28", 900),
        members("2020-02-14", 855),
    )
    row = member_bounds(known).iloc[-1]
    assert row["members_basis"] == "after"
    assert row["members_high"] == 855
    assert row["members_low"] == pytest.approx(855 * 0.9)
    assert row["members"] == pytest.approx(math.sqrt(855 * 855 * 0.9))


def test_aid_is_the_identity_turned_round():
    fee = FULL.rule("management_fee_rate", date(2019, 9, 28))
    assert fee is not None
    for end in ("", "_low", "_high"):
        again = FRAME[f"aid{end}"] * (1 + fee) / FRAME[f"members{end}"]
        assert np.allclose(again, FRAME["share"])


def test_the_shares_are_those_fitted():
    assert FRAME["share"].to_dict() == {
        day: share for day, share in FULL.settlement_values("share").items() if day in FRAME.index
    }
    assert len(FRAME) == len(FULL.settlement_values("share"))


def test_aid_before_the_tier_weight_is_measured_where_aid_itself_was_disclosed():
    assert RECORD.tier_from == date(2020, 6, 1)
    disclosed = FULL.settlement_values("aid")
    assert RECORD.tier_day in disclosed.index
    assert RECORD.tier_excess == FRAME.loc[RECORD.tier_day, "aid"] / disclosed[RECORD.tier_day] - 1
    assert 0.03 < RECORD.tier_excess < 0.08
    before = aid_record(FULL.as_of("2020-10-28"))
    assert before.tier_day is None
    assert math.isnan(before.tier_excess)


def test_the_steps_are_counted_from_the_changes():
    steps = RECORD.steps
    assert steps is not None
    changes = FRAME.loc[FRAME.index >= steps.since, "change"].dropna()
    assert steps.changes == len(changes)
    assert steps.small == (changes.abs() < SMALL_STEP).sum()
    assert steps.large == (changes.abs() > LARGE_STEP).sum()
    assert steps.largest == changes.idxmax()
    assert (steps.helped_before, steps.helped) == (632, 1581)  # the notices of September 2019
    assert aid_record(FULL.as_of("2019-07-28")).steps is None


PAIRS = [(a, b) for a in RECORD.days[::7] for b in RECORD.days if b > a]


def test_the_parts_sum_to_the_growth_for_the_value_and_at_either_end():
    for start, end in PAIRS:
        split = split_share(RECORD, start, end)
        aid, payers = split.more_aid, split.fewer_payers
        for one, other in ((aid.value, payers.value), (aid.low, payers.high)):
            assert one + other + split.fee == pytest.approx(split.growth, abs=1e-9)
        assert aid.high + payers.low + split.fee == pytest.approx(split.growth, abs=1e-9)
        assert payers.low <= payers.value <= payers.high


def test_the_range_is_what_every_membership_within_its_bounds_allows():
    start, end = date(2020, 10, 28), date(2021, 10, 14)
    split = split_share(RECORD, start, end)
    first, last = FRAME.loc[start], FRAME.loc[end]
    level = split.growth / math.log(last["share"] / first["share"])
    parts = [
        level * math.log(before / after)
        for before in np.linspace(first["members_low"], first["members_high"], 5)
        for after in np.linspace(last["members_low"], last["members_high"], 5)
    ]
    assert split.fewer_payers.low == pytest.approx(min(parts))
    assert split.fewer_payers.high == pytest.approx(max(parts))
    assert not split.is_exact
    part = split.part_of_payers
    assert 0.3 < part.low < part.value < part.high < 0.9


def test_a_split_between_two_counted_days_is_exact():
    split = split_share(RECORD, date(2019, 7, 28), date(2019, 9, 28))
    assert split.is_exact
    assert split.fewer_payers.high - split.fewer_payers.low < 0.001
    growth_of_members = math.log(85_756_600 / 75_621_800)
    level = (2.96 - 1.48) / math.log(2.96 / 1.48)
    assert split.fewer_payers.value == pytest.approx(-level * growth_of_members)


def test_an_unchanged_share_has_no_part_to_state():
    same = [(a, b) for a, b in pairwise(RECORD.days) if FRAME["share"][a] == FRAME["share"][b]]
    split = split_share(RECORD, *same[0])
    assert split.growth == 0
    assert split.more_aid.value == pytest.approx(-split.fewer_payers.value)
    assert math.isnan(split.part_of_payers.value)


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2020-10-27", "2021-01-14", "found 2020-10-27, legal"),
        ("2021-01-14", "2021-01-14", "legal: a settlement before 2021-01-14"),
        ("2021-01-14", "2023-01-14", "found 2023-01-14, legal"),
    ],
)
def test_days_that_cannot_be_split_are_named(start: str, end: str, message: str):
    with pytest.raises(InputError, match=message):
        split_share(RECORD, date.fromisoformat(start), date.fromisoformat(end))


def test_without_a_share_fee_and_members_there_is_no_aid():
    with pytest.raises(Refused, match="a count of sharing members"):
        aid_record(FULL.as_of("2019-04-28"))


def test_the_article_is_judged_by_every_later_share():
    judged = judge_flat_forecast(FULL)
    assert judged is not None
    assert judged.held_until is not None
    later = {
        day: share for day, share in FULL.settlement_values("share").items() if day > judged.made_on
    }
    assert judged.n == len(later) == len(judged.frame)
    near = {
        part: [d for d, s in later.items() if abs(s / 5.025 - 1) <= part] for part in (0.05, 0.1)
    }
    assert (judged.within_5, judged.within_10) == (len(near[0.05]), len(near[0.1]))
    first_out = min(day for day in later if day not in near[0.1])
    assert judged.held_until == max(day for day in later if day < first_out)
    assert judged.farthest == max(later, key=lambda day: abs(later[day] - 5.025))
    assert judged.split.end == judged.farthest
    assert judged.split.start == judged.made_on
    errors = [abs(share - 5.025) for share in later.values()]
    assert judged.mean_abs_error == pytest.approx(sum(errors) / len(errors))


def test_on_its_own_day_the_article_has_no_judge():
    assert judge_flat_forecast(FULL.as_of("2020-10-28")) is None
    assert judge_flat_forecast(FULL.as_of("2020-10-14")) is None


def test_a_forecast_that_never_held_says_so():
    rows = FULL.published_forecasts.copy()
    rows.loc[rows["quantity"] == "share", "value"] = 9.0
    judged = judge_flat_forecast(replace(FULL, published_forecasts=rows))
    assert judged is not None
    assert judged.held_until is None
    assert judged.within_10 == 0
    assert judged.frame["part"].max() < 0


def test_the_days_are_in_order():
    assert RECORD.days == sorted(RECORD.days)
    assert pd.Series(RECORD.days).is_unique
