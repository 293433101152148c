"""What a member was told to expect on a day, and what they then paid.

    foreseen  F = sum_t w_t S_t    over the draws of the as-of day,
    came      C = sum_t w_t S_t    over those of the full record, disclosed shares in place,

over the settlements t after the as-of day that the member paid, as far as the forecast reaches.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasting.base.quantiles import Quantiles
from forecasting.explain.account import CLOSED, PLATFORM, Member, ShareDraws, member_account


@dataclass(frozen=True)
class Foreseen:
    """One member's whole account, and the part of it that an as-of day had to foresee.

    ``paid``: all that was paid from ``joined`` on, RMB. ``foreseen`` and ``came``: of the
    ``settlements`` after ``as_of`` until ``until``; None where no share of them was disclosed: the
    model would be set beside itself. ``is_whole`` unless the forecast ended before the last share
    was due.
    """

    joined: date
    as_of: date
    closed: date | None
    paid: Quantiles
    settlements: int
    until: date | None
    foreseen: Quantiles | None
    came: Quantiles | None
    is_whole: bool


def foreseen_and_came(then: ShareDraws, now: ShareDraws, member: Member) -> Foreseen:
    """The account of ``member`` by the record of ``now``, and what ``then`` expected of it.

    Raises InputError for a join date outside the plan's life.

    >>> from forecasting import fit, load_disclosures
    >>> from forecasting.explain.account import share_draws
    >>> full = load_disclosures()
    >>> then, now = (share_draws(full, fit(full.as_of(day)), paths=100)
    ...              for day in ("2021-10-28", "2021-12-14"))
    >>> told = foreseen_and_came(then, now, Member(date(2021, 9, 1)))
    >>> told.settlements, told.until
    (3, datetime.date(2021, 12, 14))
    """
    paid = member_account(now, member).paid
    unpaid = {PLATFORM, CLOSED}
    days = [
        day
        for day, status in zip(now.dates, now.status, strict=True)
        if then.as_of < day <= now.as_of
        and day > member.joined
        and day in then.dates
        and status not in unpaid
    ]
    disclosed = np.array(now.dates)[np.isfinite(now.disclosed)]
    if not set(days) & set(disclosed):
        days = []
    return Foreseen(
        joined=member.joined,
        as_of=then.as_of,
        closed=now.closed,
        paid=paid,
        settlements=len(days),
        until=days[-1] if days else None,
        foreseen=_total(then, days) if days else None,
        came=_total(now, days) if days else None,
        is_whole=bool(days) and days[-1] == now.as_of,
    )


def _total(draws: ShareDraws, days: list[date]) -> Quantiles:
    """Quantiles of the sum of the shares of these days, RMB."""
    asked = np.array([day in days for day in draws.dates])
    return Quantiles.from_draws(draws.share[:, asked].sum(axis=1))
