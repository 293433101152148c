"""A plan's calendar: its arithmetic, how it is told from dates, and what is put on it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import InputError, load_disclosures
from forecasting.base.settlements import (
    HALF_MONTHLY,
    Calendar,
    EveryDays,
    MonthDays,
    periods_of,
    place_on,
)
from forecasting.cli.main import main
from forecasting.disclosures import read_disclosures
from forecasting.disclosures.calendars import calendar_by_rules, infer_calendar
from tests.helpers.observation_rows import csv_of, figure, folder_with

CASES = Path(__file__).parents[2] / "cases"
PLAN = "demo_plan"
DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 1))
CALENDARS = st.one_of(
    st.sets(st.sampled_from([1, 8, 14, 21, 31]), min_size=1).map(
        lambda days: MonthDays(tuple(sorted(days)))
    ),
    st.builds(EveryDays, st.integers(5, 40), DAYS),
)
MEITUAN = MonthDays((9, 18, 27))


@given(CALENDARS, DAYS)
def test_numbers_and_settlements_are_one_to_one_and_in_order(calendar: Calendar, day: date):
    number = calendar.number(day)
    assert calendar.number(calendar.settlement(number)) == number
    assert calendar.settlement(number) <= day < calendar.settlement(number + 1)
    assert calendar.on_or_before(day) <= day <= calendar.on_or_after(day)
    assert calendar.nearest(day) in {calendar.on_or_before(day), calendar.next(day)}


@given(CALENDARS, DAYS, st.integers(0, 900))
def test_counting_between_two_days_is_the_difference_of_their_numbers(calendar, first, days):
    last = first + timedelta(days=days)
    between = calendar.between(first, last)
    assert len(between) == calendar.number(last) - calendar.number(first) + calendar.is_settlement(
        first
    )
    assert between == sorted(set(between))
    assert all(calendar.is_settlement(day) for day in between)


@given(CALENDARS)
def test_a_calendar_has_its_number_of_settlements_a_year(calendar: Calendar):
    first = calendar.on_or_after(date(2020, 1, 1))
    settlements = calendar.between(first, first + timedelta(days=10 * 365 + 2))
    assert (len(settlements) - 1) / 10 == pytest.approx(calendar.periods_per_year, abs=0.3)


@given(CALENDARS, DAYS)
def test_places_on_a_grid_are_those_of_the_calendar(calendar: Calendar, day: date):
    grid = calendar.between(day - timedelta(days=200), day + timedelta(days=200))
    first = calendar.number(grid[0])
    assert place_on(day, grid) == pytest.approx(calendar.position(day) - first)
    assert periods_of([day], grid) == [calendar.number(day) - first]


def test_the_two_calendars_of_the_half_month_are_not_legal_when_days_repeat():
    for days in ((), (0,), (32,), (28, 14), (14, 14), (28, 31)):
        with pytest.raises(ValueError, match="days of the month"):
            MonthDays(days)


@pytest.mark.parametrize(
    "calendar",
    [
        HALF_MONTHLY, MonthDays((10,)), MonthDays((31,)), MonthDays((15, 30)), MonthDays((15, 31)),
        MonthDays((1, 16)), MEITUAN, EveryDays(7, date(2020, 6, 4)),
        EveryDays(10, date(2020, 6, 4)),
    ],
    ids=str,
)  # fmt: skip
def test_a_calendar_is_told_from_a_year_and_a_half_of_its_dates(calendar: Calendar):
    days = calendar.between(date(2020, 6, 1), date(2021, 12, 31))
    found = infer_calendar(days)
    assert [found.on_or_before(day) for day in days] == days
    assert found.between(days[0], days[-1]) == days


def test_few_dates_or_gaps_in_them_do_not_make_another_calendar():
    known = load_disclosures().settlement_values("share").index
    assert infer_calendar(list(known)) == HALF_MONTHLY
    assert (
        infer_calendar([date(2020, 1, 14), date(2020, 6, 14), date(2020, 12, 14)]) == HALF_MONTHLY
    )
    assert infer_calendar([date(2020, 1, 9), date(2020, 1, 18)]) == HALF_MONTHLY


def test_rules_come_first(tmp_path):
    rules = "plan,rule,effective_from,value,unit,source_id\n"
    month = "".join(f"village,settlement_day_{i},2020-01-01,{9 * i},day,s\n" for i in (1, 2, 3))
    ten = "village,settlement_every_days,2020-06-04,10,days,s\n"
    content = csv_of([figure(f"2020-{month:02d}-18") for month in range(1, 7)])
    for text, calendar in ((month, MEITUAN), (ten, EveryDays(10, date(2020, 6, 4)))):
        folder = tmp_path / str(len(text))
        folder.mkdir()
        folder_with(folder, observations=content, plan_rules=rules + text)
        if calendar == MEITUAN:
            assert load_disclosures(folder, "village").calendar == calendar
        else:
            with pytest.raises(InputError, match="every 10 days from 2020-06-04 on"):
                load_disclosures(folder, "village")
    assert load_disclosures().calendar == HALF_MONTHLY
    assert calendar_by_rules(load_disclosures().rules) == HALF_MONTHLY


def test_a_figure_a_day_early_is_put_on_its_settlement_with_a_note_of_its_row():
    known = read_disclosures((CASES / "one_day_early.csv").read_bytes(), "mine.csv", PLAN)
    assert "mine.csv: row 11: 2020-10-27 is put on the settlement of 2020-10-28" in known.warnings
    assert known.settlement_values("share")[date(2020, 10, 28)] == 4.6
    assert known.last_settlement == known.day == date(2020, 10, 28)


def test_days_that_come_to_one_settlement_are_a_conflict_that_names_both_rows(capsys):
    path = str(CASES / "snap_collision.csv")
    assert main(["validate", path]) == 2
    err = capsys.readouterr().err
    assert "row 3, column period_end: found '2020-10-20'" in err
    assert "row 3: found 2020-10-20 for the settlement of 2020-10-14" in err
    assert "row 2 gives it for 2020-10-15" in err


def test_a_near_day_of_another_source_is_no_conflict():
    rows = [figure(f"2020-{month:02d}-14") for month in range(5, 11)]
    rows.append(figure("2020-10-15", value="4.9", source_id="herald", confidence="medium"))
    known = read_disclosures(csv_of(rows), "mine.csv", "village")
    assert known.observations["reason"].tolist() == [""] * 6 + ["superseded"]


def test_the_period_table_has_a_row_a_settlement_of_the_plan():
    known = read_disclosures((CASES / "off_grid.csv").read_bytes(), "mine.csv", PLAN)
    table = known.period_table()
    days = pd.DatetimeIndex(MonthDays((15, 30)).between(date(2020, 6, 15), date(2020, 10, 30)))
    assert table["date"].tolist() == days.tolist()
    assert table["share"].notna().all()


@pytest.mark.parametrize(
    "rules",
    [
        "village,settlement_day_1,2020-01-01,14.5,day,s\n",
        "village,settlement_day_1,2020-01-01,40,day,s\n",
        "village,settlement_every_days,2020-01-01,0,days,s\n",
        "village,settlement_day_1,2020-01-01,9,day,s\n"
        "village,settlement_every_days,2020-01-01,7,days,s\n",
    ],
)
def test_rules_that_make_no_calendar_are_bad_input(tmp_path, rules):
    header = "plan,rule,effective_from,value,unit,source_id\n"
    folder = folder_with(tmp_path, observations=csv_of([figure()]), plan_rules=header + rules)
    with pytest.raises(InputError, match="legal: days of the month"):
        load_disclosures(folder, "village")
