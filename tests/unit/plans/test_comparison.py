"""The plans side by side: nothing is guessed, and the command line answers for each or refuses."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from forecasting import InputError, Refused, load_disclosures
from forecasting.cli.main import main
from forecasting.disclosures.last_settlement import last_settlement
from forecasting.plans.comparison import Dated, compare_plans, life_years
from locales import NOT_KNOWN, Translator
from sentences import plans as sentences

PLANS = compare_plans()
KEYS = [plan.key for plan in PLANS.plans]
FORECAST = {"xianghubao", "waterdrop"}


def test_all_plans_of_the_table_are_there():
    assert set(KEYS) == set(load_disclosures().tables.plans["plan"])
    assert len(KEYS) == 11


@pytest.mark.parametrize(
    ("launched", "closed", "expected"),
    [
        ("2020-01-01", "2021-01-01", (366 / 365.25, 366 / 365.25)),
        ("2020", "2020-12-31", (0.0, 365 / 365.25)),
        ("", "2021-01-01", None),
        ("2020", "", None),
    ],
)
def test_a_life_span_is_as_wide_as_its_dates(launched, closed, expected):
    precision = {4: "year", 10: "day", 0: ""}
    found = life_years(
        Dated.read(launched, precision[len(launched)]), Dated.read(closed, precision[len(closed)])
    )
    assert found == expected


def test_an_upper_limit_is_no_peak_but_is_shown_as_one():
    peak = PLANS.plan("baidu").peak
    assert peak is not None
    assert (peak.bound, peak.persons) == ("<", 500_000)
    waterdrop = PLANS.plan("waterdrop").peak
    assert waterdrop is not None
    assert waterdrop.persons == 43_520_000


def test_what_no_source_gives_stays_unknown():
    assert PLANS.plan("xiaomi").peak is None
    assert PLANS.plan("baidu").max_benefit_rmb is None
    assert PLANS.plan("kangai").closed is None
    assert PLANS.plan("waterdrop").fee is None
    assert PLANS.plan("ehuzhu").waiting_days is None
    assert PLANS.flight("suning") is None


def test_meituans_members_left_before_it_closed():
    """gucheng202004: over 28 m in April 2020; zhongcheng202012: 15.46 m in December."""
    leaving = PLANS.flight("meituan")
    assert leaving is not None
    assert (leaving.peak.persons, leaving.last.persons) == (28_000_000, 15_460_000)


def test_rows_of_low_confidence_are_left_out():
    ours = PLANS.members[PLANS.members["plan"] == "xianghubao"]
    assert 107_700_000 not in set(ours["persons"])


def test_closures_come_in_order_and_events_are_not_doubled():
    ends = [plan.closed.last for plan in PLANS.closed if plan.closed]
    assert ends == sorted(ends)
    assert not PLANS.events.duplicated(["date", "plan", "event_en"]).any()
    assert PLANS.events["date"].is_monotonic_increasing
    assert PLANS.day == date(2022, 1, 28)


def test_of_a_year_the_longest_sum_is_shown():
    years = PLANS.yearly_shares.set_index(["plan", "year"])
    assert years.loc[("xianghubao", 2019), "last"] == pd.Timestamp("2019-12-31")


def test_an_unknown_plan_is_named_with_the_legal_ones():
    with pytest.raises(InputError, match="legal: xianghubao, waterdrop"):
        PLANS.plan("nobody")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_table_has_a_row_a_plan_and_dashes_for_the_unknown(language):
    tr = Translator(language)
    table = sentences.plans_table(PLANS, tr).set_index(tr.t("plans.plan"))
    assert len(table) == 11
    xiaomi = table.loc["Xiaomi Mutual Aid" if language == "en" else "小米互助"]
    assert xiaomi[tr.t("plans.peak")] == NOT_KNOWN
    assert pd.isna(xiaomi[tr.t("plans.waiting")])


@pytest.mark.parametrize("key", KEYS)
def test_every_plan_gets_a_forecast_or_a_refusal_that_says_what_is_missing(key, capsys):
    code = main(["forecast", "--plan", key, "--format", "json", "--paths", "50"])
    printed = capsys.readouterr()
    if key in FORECAST:
        assert code == 0
        assert f'"plan": "{key}"' in printed.out
    else:
        assert code == 3
        reasons = ("needed", "is known", "longer ago than the plan had lasted")
        assert any(reason in printed.err for reason in reasons)
        assert not printed.out


def test_the_last_settlement_takes_a_count_of_up_to_three_months_before():
    record = load_disclosures()
    last = last_settlement(record.as_of("2020-10-28"))
    assert (last.members_day, last.members) == (date(2020, 8, 14), 101_000_000)
    with pytest.raises(Refused, match="persons helped"):
        last_settlement(record.as_of("2019-01-28"))
