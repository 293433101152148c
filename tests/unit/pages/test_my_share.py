"""Words and charts of a member's account say what the account says."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from charts import my_share as charts
from charts.style.chart import Chart
from forecasting import Disclosures, fit, load_disclosures
from forecasting.explain.account import (
    Member,
    MemberAccount,
    ShareDraws,
    member_account,
    share_draws,
)
from locales import LANGUAGES, Translator
from sentences import my_share
from tests.helpers.synthetic import STAMP

EN, ZH = Translator("en"), Translator("zh")
FULL: Disclosures = load_disclosures()
JOINED = date(2019, 6, 1)


@cache
def draws(day: str) -> ShareDraws:
    return share_draws(FULL, fit(FULL.as_of(day)), 30, paths=200)


def account(day: str = "2020-10-28", joined: date = JOINED, **more) -> MemberAccount:
    return member_account(draws(day), Member(joined, **more))


def test_the_answer_names_day_total_interval_and_what_is_estimated():
    one = account("2021-12-14")
    sentence = my_share.paid(one, EN)
    for part in (
        "**Up to 14 December 2021, you paid about",
        EN.rmb(one.paid.q50),
        EN.interval(one.paid.q10, one.paid.q90),
        "61 settlements (disclosed: 59, estimated: 2)",
    ):
        assert part in sentence
    assert "估算" in my_share.paid(one, ZH)


def test_a_total_known_to_the_fen_has_no_interval():
    year = account("2021-12-14", date(2019, 12, 31), left=date(2020, 12, 31))
    assert "you paid 90.56 RMB** in 24 settlements, each of them" in my_share.paid(year, EN)
    all_told = account()
    assert "you paid 99.61 RMB** in 34 settlements, each" in my_share.paid(all_told, EN)
    assert all_told.paid.q025 == all_told.paid.q975
    assert my_share.numbers(year, EN)[0] == ("Paid so far", "90.56 RMB", "exact")
    two = account(joined=date(2020, 10, 1), people=2)
    assert "the 2 of you paid 18.18 RMB** in 2 settlements, each of them" in my_share.paid(two, EN)
    assert "一家2口共分摊18.18元" in my_share.paid(two, ZH)


@pytest.mark.parametrize(
    ("day", "more", "words"),
    [
        ("2020-10-28", {}, "The 24 settlements after it, to 28 October 2021, may cost"),
        ("2020-10-28", {"left": date(2020, 12, 31)}, "The 4 settlements after it"),
        ("2020-10-28", {"left": date(2020, 10, 28)}, "nothing more was due"),
        ("2021-03-14", {"left": date(2022, 1, 28)}, "3 of them were paid by the platform"),
        ("2021-06-14", {}, "a what-if"),
        ("2021-12-14", {}, "Had it gone on, the 21 settlements from there to 14 December 2022"),
    ],
)
def test_the_next_year_is_said_as_what_it_is(day, more, words):
    sentence = my_share.next_year(account(day, **more), EN)
    assert words in sentence
    assert my_share.next_year(account(day, **more), ZH) != sentence


def test_the_day_of_cover_is_named_and_a_membership_never_covered_said():
    assert "from **30 August 2019**" in my_share.whom_it_helped(account(), EN)
    short = account(left=date(2019, 7, 15))
    assert "never any cover" in my_share.whom_it_helped(short, EN)
    assert "从未有过保障" in my_share.whom_it_helped(short, ZH)


def test_the_own_part_and_its_inverse_agree():
    one = account()
    sentence = my_share.whom_it_helped(one, EN)
    assert EN.percent(one.part.q50, 3) in sentence
    assert EN.number(round(1 / one.part.q50, -1)) in sentence


def test_the_tier_is_explained_only_where_it_is_lower():
    assert my_share.tier_note(account(), EN) == ""
    assert "1 June 2020" in my_share.tier_note(account(tier="1/3"), EN)
    assert "No entry tier" in my_share.tier_note(account("2019-12-28", tier="1/3"), EN)


def test_the_cap_that_changes_nothing_is_said_and_one_that_binds_too():
    one = account("2021-03-28")
    assert "The cap changes nothing" in my_share.cap(one, EN)
    assert "no promise was found" in my_share.cap(one, EN)
    assert "no promise" not in my_share.cap(account(), EN)
    low = draws("2020-10-28")
    low = type(low)(**{**vars(low), "caps": {2019: 188.0, 2020: 50.0}})
    binding = member_account(low, Member(JOINED))
    assert "**In 2020 the cap may bind**, with a probability of 100%" in my_share.cap(binding, EN)
    assert "2020年可能触及上限" in my_share.cap(binding, ZH)


@pytest.mark.parametrize("tr", [EN, ZH])
def test_a_premium_is_compared_with_the_interval_of_the_next_year(tr):
    one = account()
    wording = {my_share.insurer(one, premium, tr) for premium in (20.0, one.next_year.q50, 900.0)}
    assert len(wording) == 3
    assert all(tr.rmb(one.next_year.q50, 0) in sentence for sentence in wording)


@pytest.mark.parametrize("tr", [EN, ZH])
def test_the_table_tells_disclosed_from_estimated(tr):
    one = account("2021-12-14")
    table = my_share.settlements_table(one, tr)
    low = table.iloc[:, 3]
    assert low[one.settlements["status"] == "platform"].isna().all()
    assert low[one.settlements["status"] == "reconstructed"].notna().all()
    assert table.columns.is_unique
    assert my_share.settlements_table(account(joined=date(2021, 12, 20)), tr).empty


@pytest.fixture(params=[(name, tr) for name in ("settlements", "years") for tr in LANGUAGES])
def shown(request) -> Chart:
    name, language = request.param
    make = getattr(charts, f"{name}_chart")
    return make(account("2021-06-14"), Translator(language), STAMP)


def test_charts_keep_the_house_rules(shown):
    layout = shown.figure.layout
    assert (layout.margin.r, layout.margin.b) == (28, 108)
    assert layout.margin.t >= 78
    assert layout.yaxis.range[0] == 0
    assert any(char.isdigit() for char in shown.alt)
    assert not shown.table.empty
    assert shown.table.columns.is_unique
    looks = [
        (trace.type, getattr(trace.marker, "pattern", None) and trace.marker.pattern.shape)
        if trace.type == "bar"
        else (trace.type, trace.line.dash)
        for trace in shown.figure.data
    ]
    assert len(set(looks)) == len(looks)


def test_the_bars_add_up_to_what_is_said():
    one = account(joined=date(2020, 10, 1))
    chart = charts.settlements_chart(one, EN, STAMP)
    disclosed, ahead = chart.figure.data
    assert (disclosed.name, ahead.name) == ("Disclosed", "Forecast")
    assert sum(disclosed.y) == pytest.approx(one.paid.q50)
    assert disclosed.error_y.array is None
    assert len(ahead.error_y.array) == 24
    assert EN.rmb(one.paid.q50) in chart.alt


def test_what_the_platform_paid_has_no_bar_and_the_closure_its_own_look():
    chart = charts.settlements_chart(account("2021-12-14"), EN, STAMP)
    names = [trace.name for trace in chart.figure.data]
    assert names == ["Disclosed", "Estimate", "What if: after the closure"]
    assert EN.t("my_share.status_platform") not in set(chart.table["Status"])


def test_a_promised_cap_is_solid_and_another_dotted():
    chart = charts.years_chart(account("2021-06-14", people=2), EN, STAMP)
    _, promised, not_promised = chart.figure.data
    assert (promised.line.dash, not_promised.line.dash) == ("solid", "dot")
    assert {y for y in promised.y if y is not None} == {376.0}
    assert len(not_promised.y) == 3
