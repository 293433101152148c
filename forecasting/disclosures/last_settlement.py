"""The last settlement of which a day knows enough to work with: share, persons, members, aid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forecasting.base.errors import Refused
from forecasting.base.messages import Message, on_day
from forecasting.disclosures import Disclosures
from forecasting.disclosures.figures import LEAST_FITTED_CASES

OLDEST_COUNT_PERIODS = 6


@dataclass(frozen=True)
class LastSettlement:
    """One settlement; ``members`` may be a count of up to three months before, ``members_day``.

    ``mean_aid``: share x members / ((1 + fee) x helped), RMB a case, at the standard tier.
    """

    day: date
    share: float
    helped: float
    members: float
    members_day: date
    mean_aid: float


def last_settlement(known: Disclosures) -> LastSettlement:
    """The last settlement with a share, at least 10 persons helped and a recent count of members.

    Raises Refused where there is none, naming what is needed.

    >>> from forecasting.disclosures import load_disclosures
    >>> last = last_settlement(load_disclosures().as_of("2020-10-28"))
    >>> last.day.isoformat(), last.helped, round(last.mean_aid, -3)
    ('2020-10-28', 2660.0, 171000.0)
    """
    table = known.period_table()
    rows = table.assign(
        fee=[known.rule("management_fee_rate", day.date()) for day in table["date"]],
        count=table["sharing_members"].ffill(limit=OLDEST_COUNT_PERIODS),
        counted=table["date"].where(table["sharing_members"].notna()).ffill(),
    )
    rows = rows[rows["helped"] >= LEAST_FITTED_CASES]
    rows = rows.dropna(subset=["share", "count", "fee"])
    if rows.empty:
        missing = Message(
            "no settlement has a share, a fee, sharing members and at least {least} persons "
            "helped; one is needed",
            least=LEAST_FITTED_CASES,
        )
        raise Refused(on_day(known.plan, known.day, missing))
    row = rows.iloc[-1]
    return LastSettlement(
        day=row["date"].date(),
        share=float(row["share"]),
        helped=float(row["helped"]),
        members=float(row["count"]),
        members_day=row["counted"].date(),
        mean_aid=float(row["share"] * row["count"] / ((1.0 + row["fee"]) * row["helped"])),
    )
