"""More aid or fewer payers: what each settlement paid out, and why the share grew between two.

    share = aid x (1 + fee) / (members x (1 - tier)),   tier: weight lost to the entry tiers

The share is disclosed, aid hardly ever, so aid is share x members / (1 + fee), before the tier
weight. Members are disclosed for some settlements; elsewhere they have bounds, and so has aid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
import pandas as pd

from forecasting.base.errors import InputError, Refused
from forecasting.base.messages import Message, on_day
from forecasting.disclosures import Disclosures
from forecasting.disclosures.member_bounds import member_bounds

SMALL_STEP = 0.02
LARGE_STEP = 0.08


class Range(NamedTuple):
    """A quantity and its bounds, in that quantity's unit."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Steps:
    """How aid moved from one settlement to the next since it first stood still, on ``since``.

    Of ``changes`` counted, ``small`` are under 2% and ``large`` over 8%, either way. ``largest`` is
    the day of the largest rise, by the fraction ``largest_change``; ``helped_before`` and
    ``helped`` are the persons then (NaN where not disclosed).
    """

    since: date
    changes: int
    small: int
    large: int
    largest: date
    largest_change: float
    helped_before: float
    helped: float


@dataclass(frozen=True, eq=False)
class AidRecord:
    """Aid of each settlement with a share of at least 0.1 RMB, before the tier weight.

    ``frame``: date, ``share`` (RMB), ``fee`` (share of aid), ``members``, ``members_low``,
    ``members_high`` (persons), ``members_basis``, ``helped`` (persons, NaN where not disclosed),
    ``aid``, ``aid_low``, ``aid_high`` (RMB) and ``change`` of aid since the settlement before, a
    fraction (NaN where that one is not known). ``tier_from``: the
    first day of the entry tiers, if any; ``tier_excess``: how far aid before the tier weight stood
    above aid as disclosed on ``tier_day``, a fraction (NaN where never disclosed since).
    """

    frame: pd.DataFrame
    tier_from: date | None = None
    tier_day: date | None = None
    tier_excess: float = float("nan")

    @property
    def steps(self) -> Steps | None:
        """How it moved; None where it never stood still."""
        moved = self.frame.dropna(subset=["change"])
        still = moved[moved["change"].abs() < SMALL_STEP]
        if still.empty:
            return None
        moved = moved[moved["date"] >= still["date"].iloc[0]]
        place = int(moved["change"].idxmax())
        return Steps(
            since=still["date"].iloc[0].date(),
            changes=len(moved),
            small=len(still),
            large=int((moved["change"].abs() > LARGE_STEP).sum()),
            largest=self.frame["date"][place].date(),
            largest_change=float(self.frame["change"][place]),
            helped_before=float(self.frame["helped"][place - 1]),
            helped=float(self.frame["helped"][place]),
        )

    @property
    def days(self) -> list[date]:
        """The settlements, in order."""
        return list(self.frame["date"].dt.date)


@dataclass(frozen=True)
class ShareSplit:
    """Growth of the disclosed share between two settlements, split. RMB a member.

    ``more_aid`` + ``fewer_payers`` + ``fee`` = ``last_share`` - ``first_share``, for the values and
    for either end of the ranges (more of one is less of the other). ``is_exact``: members are
    disclosed for both days, so that the ranges are those of rounding. A negative part slowed it.
    """

    start: date
    end: date
    first_share: float
    last_share: float
    more_aid: Range
    fewer_payers: Range
    fee: float
    is_exact: bool

    @property
    def growth(self) -> float:
        """Change of the share, RMB."""
        return self.last_share - self.first_share

    @property
    def part_of_payers(self) -> Range:
        """What part of the growth came from fewer payers, fractions; NaN without growth."""
        if self.growth == 0:
            return Range(float("nan"), float("nan"), float("nan"))
        parts = [rmb / self.growth for rmb in self.fewer_payers]
        return Range(parts[0], min(parts[1:]), max(parts[1:]))


def aid_record(known: Disclosures) -> AidRecord:
    """Aid of each settlement = share x members / (1 + fee), RMB, at the end of its period.

    Bounds are those of the members; the rounding of the share (half a fen, 1.5 fen since the entry
    tiers) is left out. Raises Refused where no settlement has a share, a fee and members.

    >>> from forecasting.disclosures import load_disclosures
    >>> record = aid_record(load_disclosures())
    >>> aid = record.frame.set_index("date")["aid"] / 1e6
    >>> round(aid["2019-09-28"]), record.frame["date"].is_monotonic_increasing
    (235, True)
    """
    shares = known.settlement_values("share").rename("share").rename_axis("date").reset_index()
    shares["date"] = pd.to_datetime(shares["date"]).astype("datetime64[us]")
    frame = shares.merge(member_bounds(known), on="date")
    fees = [known.rule("management_fee_rate", day.date()) for day in frame["date"]]
    frame["fee"] = pd.Series(fees, index=frame.index, dtype=float)
    frame = frame.dropna(subset=["fee"]).reset_index(drop=True)
    if frame.empty:
        missing = Message(
            "no settlement has a share of at least 0.1 RMB, a fee and a count of sharing members"
        )
        raise Refused(on_day(known.plan, known.day, missing))
    for end in ("", "_low", "_high"):
        frame[f"aid{end}"] = frame["share"] * frame[f"members{end}"] / (1.0 + frame["fee"])
    frame["helped"] = frame["date"].dt.date.map(known.settlement_values("helped")).astype(float)
    periods = pd.Series([known.calendar.number(day.date()) for day in frame["date"]])
    frame["change"] = (frame["aid"] / frame["aid"].shift() - 1.0).where(periods.diff() == 1)
    tiers = [day for day, value in known.rule_changes("entry_tier") if value > 0]
    if not tiers:
        return AidRecord(frame)
    day, excess = _tier_excess(frame, known.settlement_values("aid"), tiers[0])
    return AidRecord(frame, tiers[0], day, excess)


def _tier_excess(
    frame: pd.DataFrame, disclosed: pd.Series, since: date
) -> tuple[date | None, float]:
    """The last settlement since then with aid and members disclosed, and aid here over it, less 1.

    Source: the standard share is published, members of the half and third tiers pay less of it.
    """
    rows = frame[frame["members_basis"] == "disclosed"]
    ours = rows.set_index(rows["date"].dt.date)["aid"]
    both = [day for day in disclosed.index if day >= since and day in ours.index]
    if not both:
        return None, float("nan")
    return both[-1], float(ours[both[-1]] / disclosed[both[-1]] - 1.0)


def split_share(record: AidRecord, start: date, end: date) -> ShareSplit:
    """Split the change of the share between two settlements into more aid and fewer payers.

    With S = A (1 + f) / N the change splits without a rest by logarithmic means:

        S_2 - S_1 = L ln(A_2 / A_1) + L ln(N_1 / N_2) + L ln((1 + f_2) / (1 + f_1)),
        L = (S_2 - S_1) / ln(S_2 / S_1)

    exact for given members N; where they only have bounds, each part has the range that these
    allow. Aid is before the tier weight, so that the start of the entry tiers counts as aid. Source
    of the split: Ang 2005 (LMDI).

    Raises InputError when a day is not a settlement of the record or the days run backwards.

    >>> from forecasting.disclosures import load_disclosures
    >>> record = aid_record(load_disclosures())
    >>> split = split_share(record, date(2019, 7, 28), date(2019, 9, 28))
    >>> split.is_exact, round(split.more_aid.value, 2), round(split.fewer_payers.value, 2)
    (True, 1.75, -0.27)
    """
    rows = record.frame.set_index(record.frame["date"].dt.date)
    for name, day in (("start", start), ("end", end)):
        if day not in rows.index:
            raise InputError(
                "{name}: found {found}, legal: a settlement with a known share from {first} to "
                "{last}",
                name=name,
                found=day,
                first=rows.index[0],
                last=rows.index[-1],
            )
    if start >= end:
        raise InputError(
            "start: found {found}, legal: a settlement before {end}", found=start, end=end
        )
    before, after = rows.loc[start], rows.loc[end]
    first, last = float(before["share"]), float(after["share"])
    weight = first if np.isclose(first, last) else (last - first) / float(np.log(last / first))
    fee = weight * float(np.log((1.0 + after["fee"]) / (1.0 + before["fee"])))
    payers = Range(
        *(
            weight * float(np.log(before[f"members{one}"] / after[f"members{other}"]))
            for one, other in (("", ""), ("_low", "_high"), ("_high", "_low"))
        )
    )
    rest = last - first - fee
    return ShareSplit(
        start=start,
        end=end,
        first_share=first,
        last_share=last,
        more_aid=Range(rest - payers.value, rest - payers.high, rest - payers.low),
        fewer_payers=payers,
        fee=fee,
        is_exact=before["members_basis"] == after["members_basis"] == "disclosed",
    )
