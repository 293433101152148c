"""The record against itself and its sources: each test names the source it reconciles to."""

from __future__ import annotations

import pandas as pd
import pytest

from forecasting.disclosures import load_disclosures

RECORD = load_disclosures()
ROWS = RECORD.observations
CHECKS = RECORD.identity_checks().set_index("date")


def value(quantity: str, start: str, end: str | None = None, source: str = "", scope: str = ""):
    """The one value of a quantity over an interval, from a source, of a scope."""
    rows = ROWS[
        (ROWS["quantity"] == quantity)
        & (ROWS["period_start"] == start)
        & (ROWS["period_end"] == (end or start))
        & (ROWS["source_id"].isin([source]) | (source == ""))
        & (ROWS["scope"].isin([scope]) | (scope == ""))
    ]
    assert len(rows) == 1
    return rows["value"].iloc[0]


def test_2021_04_28_the_standard_share_lies_above_the_identity_by_the_entry_tier():
    """csai202104: 488.65 m RMB, 3,121 persons, 86.3872 m members, 6.39 RMB; bohai202005: tiers."""
    check = CHECKS.loc["2021-04-28"]
    assert (check["aid"], check["members"], check["fee"]) == (488_650_000, 86_387_200, 0.08)
    assert check["implied_share"] == pytest.approx(6.11, abs=0.005)
    assert check["share"] == 6.39
    assert check["gap_percent"] == pytest.approx(4.4, abs=0.05)
    assert check["explanation"] == "entry_tier"
    assert check["implied_mean_aid"] == pytest.approx(164_000, abs=500)
    assert check["aid"] / check["helped"] == pytest.approx(156_600, abs=50)


@pytest.mark.parametrize(("day", "share", "helped"), [("10-28", 4.86, 2660), ("12-28", 5.31, 2810)])
def test_late_2020_gives_the_brokers_mean_aid(day: str, share: float, helped: int):
    """wang2020 and kuaikeji20201228; broker202103, kept out: 160,000 to 170,000 RMB a case."""
    check = CHECKS.loc[f"2020-{day}"]
    assert (check["share"], check["helped"], check["aid_basis"]) == (share, helped, "")
    assert check["members_basis"] == "interpolated"
    printed = ROWS[(ROWS["quantity"] == "mean_aid") & (ROWS["source_id"] == "broker202103")].iloc[0]
    assert printed["confidence"] == "low"
    assert abs(check["implied_mean_aid"] - printed["value"]) < printed["rounding_half_width"]


def test_the_first_settlement_fits_23_million_members_and_not_7_million():
    """cqcb201901: two persons, 0.03 RMB; agmanim2020: 23.3 m; wang2020: at most 300,000 RMB."""
    check = CHECKS.loc["2019-01-28"]
    assert (check["share"], check["helped"], check["members"]) == (0.03, 2, 23.3e6)
    assert round(2 * 300_000 * 1.08 / check["members"], 2) == 0.03
    at_seven_million = 2 * 300_000 * 1.08 / 7.21e6
    assert round(at_seven_million, 2) == 0.09


@pytest.mark.parametrize(
    ("day", "mean_aid"),
    [
        ("07-14", 0.94 * 73_234_000 / 286),
        ("07-28", 1.48 * 75_621_800 / 496),
        ("08-14", 1.47 * 77_327_200 / 500),
        ("08-28", 1.44 * 79_920_300 / 615),
        ("09-14", 1.49 * 83_391_000 / 632),
        ("09-28", 2.96 * 85_756_600 / 1581),
    ],
)
def test_mean_aid_in_the_summer_of_2019(day: str, mean_aid: float):
    """notices2019: share, members and persons of six settlements; the fee is 8% of aid."""
    day, mean_aid = f"2019-{day}", mean_aid / 1.08
    assert CHECKS.loc[day, "implied_mean_aid"] == pytest.approx(mean_aid, abs=1)
    assert CHECKS.loc[day, "explanation"] == "mean_aid"


def test_the_articles_mean_aid():
    """wang2020: 10.302 bn RMB over 71,239 persons is the 144,611 RMB it uses."""
    aid = value("aid_sum", "2018-10-16", "2020-10-28", "wang2020")
    persons = value("helped_sum", "2018-10-16", "2020-10-28", "wang2020")
    assert aid / persons == pytest.approx(144_611, abs=1)


def test_every_annual_total_is_the_sum_of_years():
    """bluewhale20201228 by year and kuaikeji20201228 in all: 16,528 + 68,675 = 85,203 persons."""
    first = value("helped_sum", "2019-01-01", "2019-12-31", "bluewhale20201228")
    second = value("helped_sum", "2020-01-01", "2020-12-31", "bluewhale20201228")
    assert first + second == value("helped_sum", "2018-10-16", "2020-12-28", "kuaikeji20201228")


def test_the_periods_of_june_and_july_2019_are_the_months():
    """amtd201907 and c21cbh201908: 100 + 150 = 250 in June, 286 + 496 = 782 in July."""
    sources = {"06-28": "amtd201907"}
    persons = [
        value("helped", f"2019-{day}", source=sources.get(day, "c21cbh201908"))
        for day in ("06-14", "06-28", "07-14", "07-28")
    ]
    assert (sum(persons[:2]), sum(persons[2:])) == (250, 782)


def test_the_totals_of_june_2019_stand_64_above_the_periods():
    """dsb20190628, chinadaily201906 (224, 374) against bjnews20190809 (1,092) and the periods."""
    found = RECORD.conflicts()
    group = found[(found["kind"] == "sum_of_parts") & (found["source_id"] == "bjnews20190809")]
    assert group[["found", "expected"]].to_numpy().tolist() == [[718.0, 782.0]]


def test_the_counts_of_october_2020_do_not_follow_one_another():
    """mumu202010: 54,291 on the 14th; wang2020: 71,239 on the 28th; no period had over 4,032."""
    found = RECORD.conflicts()
    group = found[found["kind"] == "implausible_rise"]
    assert group["value"].tolist() == [54_291, 71_239]
    assert group[["found", "expected"]].iloc[0].tolist() == [16_948, 4_032]


def test_of_the_two_totals_of_2019_the_settlements_make_one():
    """scmp20200404: 29.17; ettaleb20210106: 29.14."""
    rows = ROWS[(ROWS["quantity"] == "share_sum") & (ROWS["period_end"] == "2019-12-31")]
    year = rows[rows["period_start"] == "2019-01-01"].set_index("source_id")
    assert year["reason"].to_dict() == {
        "scmp20200404": "made_up",
        "ettaleb20210106": "low_confidence",
    }


def test_thyroid_cancer_is_31_per_cent_of_a_period():
    """dsb20190628: 47 of the 150 cases of 2019-06-28."""
    assert value("helped_thyroid", "2019-06-28") / value("helped", "2019-06-28") == pytest.approx(
        0.31, abs=0.005
    )


def test_the_other_plans_are_about_five_million():
    """zhongcheng202012: 103.3216 m in all, 98.244 m critical illness, 4.035 m seniors."""
    day = "2020-12-14"
    everyone = value("sharing_members", day, scope="all_plans")
    own = value("sharing_members", day, scope="critical_illness")
    assert everyone - own == pytest.approx(5.1e6, abs=0.05e6)
    assert everyone - own > value("sharing_members", day, scope="seniors_cancer")


def test_what_followed_the_article():
    """The shares that the article is judged by, with the days on which each settlement fell."""
    table = RECORD.period_table().set_index("date")["share"].dropna()
    later = table[table.index > pd.Timestamp("2020-10-28")]
    assert later.tolist() == [
        *(4.83, 4.83, 4.83, 5.31, 5.28, 5.37, 5.34, 5.88, 6.09, 6.36, 6.42, 6.39, 6.45),
        *(6.48, 6.51, 6.54, 6.57, 6.87, 7.20, 7.41, 7.47, 7.53, 7.56, 7.38, 6.96),
        7.56,  # liukuang202112, low: a column's figure that belongs to 2021-10-14.
    ]


def test_the_operators_forecasts_and_what_came():
    """lhsx20190921: 30 RMB for 2019; scmp20200404: under 188 for 2020, 29.17 came, then 90.56."""
    forecasts = RECORD.published_forecasts.set_index("source_id")["value"]
    assert (forecasts["lhsx20190921"], forecasts["scmp20200404"]) == (30, 188)
    assert value("share_sum", "2020-01-01", "2020-12-31", scope="critical_illness") == 90.56


def test_members_paid_70_settlements():
    """ajunews202112 counts 71 periods as of 2021-12-28, when the platform began to pay."""
    table = RECORD.period_table()
    until = table[table["date"] <= "2021-12-28"]
    assert len(until) == 71
    assert (until["paid_by"] == "members").sum() == 70


def test_the_pandemic_window_is_the_articles():
    """wang2020: felt from February to April, made up for later; caijing01202002 announced it."""
    shock = RECORD.shocks
    is_felt = (shock["payment"] > 0) | (shock["diagnoses"] > 0)
    felt = shock.loc[is_felt, "settlement"]
    assert (str(felt.min().date()), str(felt.max().date())) == ("2020-02-14", "2020-04-28")
    returning = shock.loc[shock["returned"] > 0, "settlement"]
    assert str(returning.min().date()) == "2020-05-14"
    assert shock["returned"].sum() == pytest.approx(1.0, abs=1e-3)
    announced = RECORD.events[RECORD.events["source_id"] == "caijing01202002"]["date"].iloc[0]
    assert announced == shock["known_from"].iloc[0]
    later = shock.iloc[1:]
    assert (later["known_from"] == later["settlement"]).all()
