"""The mutual aid plans on record side by side: how long each lived, how large it grew, its rules.

What no source gives is None or absent; nothing is filled in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from forecasting.base.errors import InputError
from forecasting.base.settlements import DAYS_PER_YEAR
from forecasting.disclosures import Disclosures, load_disclosures
from forecasting.disclosures.figures import CRITICAL_ILLNESS, best_first
from forecasting.disclosures.plan import first_day, last_day

MEMBER_QUANTITIES = ("members", "sharing_members")
NOT_A_PEAK = "<"
EVENT_KEY = ["date", "plan", "kind", "event_en"]


@dataclass(frozen=True)
class Dated:
    """A day known to a precision (day, month or year): it lies from ``first`` to ``last``."""

    first: date
    last: date
    precision: str

    @classmethod
    def read(cls, partial: str, precision: str) -> Dated | None:
        """A date of ``plans.csv``, None where the cell is empty.

        >>> Dated.read("2021-05", "month").last
        datetime.date(2021, 5, 31)
        """
        if not partial:
            return None
        return cls(first_day(partial), last_day(partial), precision)


@dataclass(frozen=True)
class MemberFigure:
    """One published count of members; ``bound`` and ``quantity`` as in ``observations.csv``."""

    persons: float
    day: date
    bound: str
    quantity: str
    source_id: str


@dataclass(frozen=True)
class PlanFacts:
    """One plan. None or an empty text: no source gives it.

    ``life_years``: shortest and longest span from launch to closure that the precision of the two
    dates allows. ``peak``: the highest published count; where only an upper limit was published
    (bound <) it is that limit. ``fee``: share of aid. ``waiting_days``: the last known rule.
    """

    key: str
    name_en: str
    name_zh: str
    operator: str
    launched: Dated | None
    closed: Dated | None
    life_years: tuple[float, float] | None
    peak: MemberFigure | None
    waiting_days: float | None
    fee: float | None
    max_benefit_rmb: float | None
    benefit_type: str
    source_id: str


@dataclass(frozen=True)
class Flight:
    """Members of one plan from their highest published count to their last, same quantity."""

    peak: MemberFigure
    last: MemberFigure

    @property
    def lost(self) -> float:
        """Share of the peak that had left by the last count."""
        return 1.0 - self.last.persons / self.peak.persons


@dataclass(frozen=True, eq=False)
class PlanComparison:
    """All plans, their member counts, events and yearly shares.

    ``members``: one row a published count: plan, quantity, date, persons, bound, source_id.
    ``yearly_shares``: one row a plan and calendar year: plan, year, first, last (days covered),
    share (RMB a member over those days), source_id; a year may be covered in part. ``events``: all
    plans' events by date. ``day``: the last day that any of it speaks of.
    """

    plans: tuple[PlanFacts, ...]
    members: pd.DataFrame
    yearly_shares: pd.DataFrame
    events: pd.DataFrame
    day: date

    @property
    def closed(self) -> tuple[PlanFacts, ...]:
        """Plans whose closure is on record, first closed first."""
        known = [(plan.closed.last, plan) for plan in self.plans if plan.closed is not None]
        return tuple(plan for _, plan in sorted(known, key=lambda pair: pair[0]))

    def plan(self, key: str) -> PlanFacts:
        """One plan by its key; InputError for another key."""
        found = {plan.key: plan for plan in self.plans}
        if key not in found:
            legal = ", ".join(found)
            raise InputError("plan: found {found!r}, legal: {legal}", found=key, legal=legal)
        return found[key]

    def flight(self, key: str) -> Flight | None:
        """From peak to last count of one quantity; None with fewer than two exact counts."""
        rows = self.members[(self.members["plan"] == key) & (self.members["bound"] != NOT_A_PEAK)]
        for quantity in reversed(MEMBER_QUANTITIES):
            counts = rows[rows["quantity"] == quantity].sort_values("date")
            if len(counts) > 1:
                return Flight(
                    _figure(counts.loc[counts["persons"].idxmax()]), _figure(counts.iloc[-1])
                )
        return None


def compare_plans(data_dir: str | Path | None = None) -> PlanComparison:
    """Lay every plan of ``plans.csv`` beside the others, from the whole record.

    Counts are those of the critical-illness pool of confidence high or medium. Raises InputError as
    ``load_disclosures`` does.

    >>> waterdrop = compare_plans().plan("waterdrop")
    >>> waterdrop.closed.last, waterdrop.fee is None
    (datetime.date(2021, 3, 31), True)
    """
    listed = load_disclosures(data_dir).tables.plans
    records = [load_disclosures(data_dir, plan) for plan in listed["plan"]]
    rows = zip(records, (row for _, row in listed.iterrows()), strict=True)
    members = pd.concat([_member_counts(record) for record in records], ignore_index=True)
    events = pd.concat([record.events for record in records])
    events = events.drop_duplicates(EVENT_KEY).sort_values("date", kind="stable")
    return PlanComparison(
        plans=tuple(_facts(record, row, members) for record, row in rows),
        members=members,
        yearly_shares=pd.concat([_yearly_shares(record) for record in records], ignore_index=True),
        events=events.reset_index(drop=True),
        day=max(events["date"].max(), members["date"].max()).date(),
    )


def life_years(launched: Dated | None, closed: Dated | None) -> tuple[float, float] | None:
    """Shortest and longest life span the two dates allow, in years; None where one is not known.

    >>> span = life_years(Dated.read("2016-05", "month"), Dated.read("2021-03-31", "day"))
    >>> [round(years, 1) for years in span]
    [4.8, 4.9]
    """
    if launched is None or closed is None:
        return None
    shortest = max((closed.first - launched.last).days, 0)
    return shortest / DAYS_PER_YEAR, (closed.last - launched.first).days / DAYS_PER_YEAR


def _facts(record: Disclosures, row: pd.Series, members: pd.DataFrame) -> PlanFacts:
    info = record.plan_info
    launched = Dated.read(row["launched"], row["launched_precision"])
    closed = Dated.read(row["closed"], row["closed_precision"])
    return PlanFacts(
        key=record.plan,
        name_en=info.name_en,
        name_zh=info.name_zh,
        operator=info.operator,
        launched=launched,
        closed=closed,
        life_years=life_years(launched, closed),
        peak=_peak(members[members["plan"] == record.plan]),
        waiting_days=record.rule("waiting_period_days", record.day),
        fee=record.rule("management_fee_rate", record.day),
        max_benefit_rmb=info.max_benefit_rmb,
        benefit_type=info.benefit_type,
        source_id=info.source_id,
    )


def _member_counts(record: Disclosures) -> pd.DataFrame:
    rows = record.observations
    rows = rows[
        rows["quantity"].isin(MEMBER_QUANTITIES)
        & (rows["scope"] == CRITICAL_ILLNESS)
        & (rows["confidence"] != "low")
    ].sort_values(["quantity", "period_end"])
    return pd.DataFrame(
        {
            "plan": record.plan,
            "quantity": rows["quantity"],
            "date": rows["period_end"],
            "persons": rows["value"],
            "bound": rows["bound"],
            "source_id": rows["source_id"],
        }
    )


def _peak(counts: pd.DataFrame) -> MemberFigure | None:
    reached = counts[counts["bound"] != NOT_A_PEAK]
    shown = counts if reached.empty else reached
    return None if shown.empty else _figure(shown.loc[shown["persons"].idxmax()])


def _figure(row: pd.Series) -> MemberFigure:
    return MemberFigure(
        persons=float(row["persons"]),
        day=row["date"].date(),
        bound=row["bound"],
        quantity=row["quantity"],
        source_id=row["source_id"],
    )


def _yearly_shares(record: Disclosures) -> pd.DataFrame:
    """The longest sum of each calendar year that begins in its January, the best attested first."""
    rows = record.observations
    rows = rows[
        (rows["quantity"] == "share_sum")
        & (rows["scope"] == CRITICAL_ILLNESS)
        & (rows["period_start"].dt.month == 1)
    ]
    rows = best_first(rows)
    length = rows["period_end"] - rows["period_start"]
    rows = rows.assign(year=rows["period_start"].dt.year, length=length)
    rows = rows.sort_values("length", ascending=False, kind="stable").drop_duplicates("year")
    rows = rows.sort_values("year")
    return pd.DataFrame(
        {
            "plan": record.plan,
            "year": rows["year"],
            "first": rows["period_start"],
            "last": rows["period_end"],
            "share": rows["value"],
            "source_id": rows["source_id"],
        }
    )
