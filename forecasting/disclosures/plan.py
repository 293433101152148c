"""What one row of ``plans.csv`` says of a plan."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

import pandas as pd


@dataclass(frozen=True)
class Plan:
    """A mutual aid plan. None or an empty text: not known.

    ``launched`` is the first day and ``closed`` the last day that the precision allows. They are
    facts of today and not cut at an as-of day: the launch starts the grid, the closure only labels.
    """

    plan: str
    name_en: str
    name_zh: str
    operator: str = ""
    launched: date | None = None
    launched_precision: str = ""
    closed: date | None = None
    closed_precision: str = ""
    max_benefit_rmb: float | None = None
    prepayment_rmb: float | None = None
    benefit_type: str = ""
    source_id: str = ""

    @classmethod
    def unknown(cls, plan: str) -> Plan:
        """A plan of which nothing but its key is known."""
        return cls(plan, plan, plan)

    @classmethod
    def from_row(cls, row: pd.Series) -> Plan:
        """The plan of one row of ``plans.csv``."""
        benefit, prepayment = row["max_benefit_rmb"], row["prepayment_rmb"]
        return cls(
            plan=row["plan"],
            name_en=row["name_en"],
            name_zh=row["name_zh"],
            operator=row["operator"],
            launched=first_day(row["launched"]) if row["launched"] else None,
            launched_precision=row["launched_precision"],
            closed=last_day(row["closed"]) if row["closed"] else None,
            closed_precision=row["closed_precision"],
            max_benefit_rmb=None if pd.isna(benefit) else float(benefit),
            prepayment_rmb=None if pd.isna(prepayment) else float(prepayment),
            benefit_type=row["benefit_type"],
            source_id=row["source_id"],
        )


def first_day(partial: str) -> date:
    """The first day of a year, a month or a day.

    >>> first_day("2016-05")
    datetime.date(2016, 5, 1)
    """
    year, month, day = (*map(int, partial.split("-")), 1, 1)[:3]
    return date(year, month, day)


def last_day(partial: str) -> date:
    """The last day of a year, a month or a day.

    >>> last_day("2020"), last_day("2021-02")
    (datetime.date(2020, 12, 31), datetime.date(2021, 2, 28))
    """
    parts = [int(part) for part in partial.split("-")]
    year = parts[0]
    month = parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])
