"""A plan's calendar: from its rules, else from the dates of its figures, which are put on it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from math import gcd
from typing import Any

import pandas as pd

from forecasting.base.errors import InputError
from forecasting.base.messages import Message
from forecasting.base.settlements import (
    HALF_MONTHLY,
    LAST_OF_MONTH,
    Calendar,
    EveryDays,
    MonthDays,
)
from forecasting.disclosures.figures import CRITICAL_ILLNESS
from forecasting.disclosures.problems import Problems
from forecasting.disclosures.validation import numbered

PER_SETTLEMENT = ("share", "helped", "helped_thyroid", "aid")
DAY_RULES = ("settlement_day_1", "settlement_day_2", "settlement_day_3")
EVERY_RULE = "settlement_every_days"
FEWEST_DAYS = 3
MOST_DAYS_A_MONTH = 3
CANDIDATES = 6
LEAST_GAP_DAYS = 5
# Share of the settlements between the first and the last that have a figure.
LEAST_DENSITY = 0.5
# Share of the days that lie on a calendar for the others to be near it by a slip.
LEAST_ON = 0.6
MOST_DAYS_OFF = 3


def calendar_by_rules(rules: pd.DataFrame) -> Calendar | None:
    """The calendar that a plan's rules state, None where they state none.

    ``settlement_day_1``, ``_2`` and ``_3`` are days of the month (31: its last);
    ``settlement_every_days`` counts days from its ``effective_from``. Raises InputError where they
    are no calendar.
    """
    latest = rules.sort_values("effective_from", kind="stable").drop_duplicates("rule", keep="last")
    by_rule = latest.set_index("rule")
    stated = [name for name in (*DAY_RULES, EVERY_RULE) if name in by_rule.index]
    if not stated:
        return None
    values = [float(by_rule.at[name, "value"]) for name in stated]
    legal = Message(
        "days of the month from 1 to 31, one above 27 at most, or whole days between settlements"
    )
    illegal = InputError(
        "{rules}: found {found}, legal: {legal}",
        rules=", ".join(stated),
        found=", ".join(f"{value:g}" for value in values),
        legal=legal,
    )
    if not all(value.is_integer() for value in values) or stated[1:][-1:] == [EVERY_RULE]:
        raise illegal
    try:
        if stated == [EVERY_RULE]:
            return EveryDays(int(values[0]), by_rule.at[EVERY_RULE, "effective_from"].date())
        return MonthDays(tuple(sorted(map(int, values))))
    except ValueError as error:
        raise illegal from error


def infer_calendar(days: Sequence[date]) -> Calendar:
    """The calendar that settlement dates show; the half-monthly one where they show none.

    In order: the fewest days of the month on which all dates lie; an even number of days between
    them; the calendar on which most dates lie where the others are a few days off. A calendar with
    a figure at fewer than half of its settlements is not inferred where another holds too.

    >>> infer_calendar([date(2020, 6, 15), date(2020, 6, 30), date(2020, 7, 15), date(2020, 7, 30)])
    MonthDays(days=(15, 30))
    >>> infer_calendar([date(2020, 1, 31), date(2020, 2, 29), date(2020, 3, 31)])
    MonthDays(days=(31,))
    >>> infer_calendar([date(2020, 6, 4), date(2020, 6, 14), date(2020, 6, 24), date(2020, 7, 4)])
    EveryDays(days=10, anchor=datetime.date(2020, 6, 4))
    """
    days = sorted({*days})
    if len(days) < FEWEST_DAYS:
        return HALF_MONTHLY
    by_month = [_best_days(days, size) for size in range(1, MOST_DAYS_A_MONTH + 1)]
    for calendar in by_month:
        if calendar is not None and _on(calendar, days) == 1.0 and _dense(calendar, days):
            return calendar
    if _on(HALF_MONTHLY, days) == 1.0:
        return HALF_MONTHLY
    even = _even(days)
    if even is not None and _dense(even, days):
        return even
    near = [one for one in (HALF_MONTHLY, *by_month) if one is not None and _near(one, days)]
    return max(near, key=lambda one: _on(one, days), default=HALF_MONTHLY)


def _best_days(days: Sequence[date], size: int) -> Calendar | None:
    """The days of the month on which most dates lie, each at least twice, None where too few."""
    counts = Counter(day.day for day in days)
    counts[LAST_OF_MONTH] = sum((day + timedelta(days=1)).day == 1 for day in days)
    frequent = sorted(day for day, n in counts.most_common(CANDIDATES) if n > 1)
    if size > len(frequent):
        return None
    calendars = [MonthDays(chosen) for chosen in combinations(frequent, size) if _apart(chosen)]
    # Of several that fit alike, the latest days: the end of the month before the 30th.
    return max(calendars, key=lambda one: (_on(one, days), one.days), default=None)


def _apart(days: Sequence[int]) -> bool:
    following = [*days[1:], days[0] + 30]
    return all(after - day >= LEAST_GAP_DAYS for day, after in zip(days, following, strict=True))


def _even(days: Sequence[date]) -> Calendar | None:
    every = gcd(*((day - days[0]).days for day in days[1:]))
    return EveryDays(every, days[0]) if every >= LEAST_GAP_DAYS else None


def _on(calendar: Calendar, days: Sequence[date]) -> float:
    return sum(calendar.is_settlement(day) for day in days) / len(days)


def _near(calendar: Calendar, days: Sequence[date]) -> bool:
    return _on(calendar, days) >= LEAST_ON


def _dense(calendar: Calendar, days: Sequence[date]) -> bool:
    settlements = calendar.number(days[-1]) - calendar.number(days[0]) + 1
    return len(days) >= LEAST_DENSITY * settlements


def described(calendar: Calendar) -> Message:
    """What a calendar is, in words.

    >>> print(described(HALF_MONTHLY))
    on day 14, 28 of every month, 24 times a year
    """
    times = round(calendar.periods_per_year)
    if isinstance(calendar, MonthDays):
        days = ", ".join(map(str, calendar.days))
        return Message("on day {days} of every month, {n} times a year", days=days, n=times)
    assert isinstance(calendar, EveryDays)
    return Message(
        "every {days} days from {anchor} on, {n} times a year",
        days=calendar.days,
        anchor=calendar.anchor,
        n=times,
    )


def placed(
    observations: pd.DataFrame, rules: pd.DataFrame, plan: str, file: str
) -> tuple[pd.DataFrame, Calendar, list[Message]]:
    """One plan's figures with every settlement's own on its calendar, the calendar, and notes.

    A figure at most three days off a settlement is put there with a note. Raises InputError for
    one further off, and for two of one source that come to one settlement with different values,
    naming the rows; the index is the line number in ``file``. Fewer than three days show no
    calendar, and too little for a forecast: they stay where they are.
    """
    is_per_settlement = (
        (observations["period_start"] == observations["period_end"])
        & observations["quantity"].isin(PER_SETTLEMENT)
        & (observations["scope"] == CRITICAL_ILLNESS)
    ).to_numpy()
    dated = numbered(observations[is_per_settlement])
    days = [day.date() for day in dated["period_end"]]
    by_rules = calendar_by_rules(rules)
    if by_rules is None and len({*days}) < FEWEST_DAYS:
        return observations, HALF_MONTHLY, []
    calendar = by_rules or infer_calendar(days)
    settlements = [calendar.nearest(day) for day in days]
    dated = dated.assign(day=days, settlement=settlements)
    notes: list[Message] = []
    if by_rules is None:
        notes.append(
            Message(
                "plan {plan}: read as settling {calendar}, by the dates of its figures",
                plan=plan,
                calendar=described(calendar),
            )
        )
    problems = Problems(file)
    givers = _givers(dated)
    for line in dated[dated["day"] != dated["settlement"]].drop_duplicates("row").itertuples():
        if abs((line.day - line.settlement).days) > MOST_DAYS_OFF:
            others = givers[line.settlement, line.quantity]
            legal = _legal(line, [row for row in others if row != line.row], calendar)
            problems.add(line.row, "period_end", line.day.isoformat(), legal)
        else:
            notes.append(
                Message(
                    "{file}: row {row}: {day} is put on the settlement of {settlement}",
                    file=file,
                    row=line.row,
                    day=line.day,
                    settlement=line.settlement,
                )
            )
    _check_collisions(dated, problems)
    problems.raise_if_any()
    moved = observations.copy()
    for column in ("period_start", "period_end"):
        moved.loc[is_per_settlement, column] = pd.to_datetime(settlements).as_unit("us").to_numpy()
    return moved, calendar, notes


def _givers(dated: pd.DataFrame) -> dict[tuple[date, str], list[int]]:
    """The first two rows that give a quantity for a settlement."""
    found: dict[tuple[date, str], list[int]] = {}
    for line in dated.itertuples():
        rows = found.setdefault((line.settlement, line.quantity), [])
        if len(rows) < 2:
            rows.append(line.row)
    return found


def _legal(line: Any, others: Sequence[int], calendar: Calendar) -> Message:
    """What is legal for a figure too far from every settlement, and who has the nearest."""
    values = {
        "calendar": described(calendar),
        "most": MOST_DAYS_OFF,
        "settlement": line.settlement,
    }
    if not others:
        return Message(
            "a settlement of the plan, which settles {calendar}, or at most {most} days off; the "
            "nearest is {settlement}",
            **values,
        )
    return Message(
        "a settlement of the plan, which settles {calendar}, or at most {most} days off; the "
        "nearest is {settlement}, which row {row} gives",
        **values,
        row=others[0],
    )


def _check_collisions(dated: pd.DataFrame, problems: Problems) -> None:
    """Two dates of one source that come to one settlement cannot differ in value."""
    firsts: dict[tuple[Any, ...], Any] = {}
    for other in dated.itertuples():
        same = (other.quantity, other.source_id, other.bound, other.settlement)
        first = firsts.setdefault(same, other)
        if other.value == first.value or other.day == first.day:
            continue
        problems.add_row(
            other.row,
            Message(
                "{day} for the settlement of {settlement}",
                day=other.day,
                settlement=other.settlement,
            ),
            Message("one value: row {row} gives it for {day}", row=int(first.row), day=first.day),
        )
