"""Pool size: how the volatility of a share falls as members join, and what does not fall.

    volatility^2 = (1 + cv_B^2) / cases + sd_common^2

The first term is the compound-Poisson noise of counts and amounts, which the law of large numbers
removes; the second moves all members alike and stays at any size.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array
from forecasting.base.errors import InputError, Refused
from forecasting.base.messages import Message, on_day
from forecasting.base.settlements import PERIODS_PER_YEAR
from forecasting.disclosures import Disclosures
from forecasting.disclosures.figures import CRITICAL_ILLNESS
from forecasting.disclosures.last_settlement import last_settlement

POOL_SIZES: tuple[float, ...] = (3.3e6, 12e6, 30e6, 100e6)
COMMON_SD: tuple[float, float] = (0.05, 0.08)
COMMON_AUTOCORRELATION = 0.85
MATURE_MEMBERS = 1e8


def share_volatility(
    cases: Array | float, aid_cv: Array | float, common_sd: Array | float = 0.0
) -> Array:
    """Relative standard deviation of a share: sqrt((1 + cv_B^2) / cases + sd_common^2).

    ``cases`` expected in the period, ``aid_cv`` of the aid a case, ``common_sd`` of what moves all
    members alike; they broadcast. InputError unless cases are positive.

    >>> share_volatility(2660, 0.56).round(4)
    np.float64(0.0222)
    """
    if not (np.asarray(cases) > 0).all():
        raise InputError("cases: found {found:g}, legal: more than 0", found=float(np.min(cases)))
    return np.sqrt((1.0 + np.square(aid_cv)) / cases + np.square(common_sd))


def two_point_cv(mean: float, lower: float, upper: float) -> float:
    """Cv of an amount that is ``lower`` or ``upper``: sqrt((m - l)(u - m)) / m.

    Raises InputError for a mean outside them.

    >>> round(two_point_cv(165_000, 100_000, 300_000), 3)
    0.568
    """
    if not lower <= mean <= upper or mean <= 0:
        raise InputError(
            "mean: found {found:g}, legal: {lower:g} to {upper:g}",
            found=mean,
            lower=lower,
            upper=upper,
        )
    return float(np.sqrt((mean - lower) * (upper - mean)) / mean)


def common_sd_over(
    periods: int, common_sd: float, autocorrelation: float = COMMON_AUTOCORRELATION
) -> float:
    """Sd of the mean of n successive common parts, AR(1): s sqrt(sum phi^|i-j|) / n.

    The autocorrelation is that of the model's own deviation from its path. Averaging a year removes
    little of what lasts.

    >>> round(common_sd_over(24, 0.08, 0.0), 4), round(common_sd_over(24, 0.08, 1.0), 4)
    (0.0163, 0.08)
    """
    steps = np.abs(np.subtract.outer(np.arange(periods), np.arange(periods)))
    return float(common_sd * np.sqrt((float(autocorrelation) ** steps).sum()) / periods)


def common_sd_of_moves(
    log_moves: Array, process_cv: float, autocorrelation: float = COMMON_AUTOCORRELATION
) -> float:
    """Common sd s behind moves from one settlement to the next: chance independent, AR(1) common.

    A move has variance 2 (process_cv^2 + s^2 (1 - phi)), so s^2 = (mean(move^2) / 2 -
    process_cv^2) / (1 - phi), not below 0. A trend in the level counts as a move.

    >>> round(common_sd_of_moves(np.array([0.1, -0.1]), 0.02, autocorrelation=0.0), 3)
    0.068
    """
    variance = float(np.mean(np.square(log_moves))) / 2.0 - process_cv**2
    return (max(variance, 0.0) / (1.0 - autocorrelation)) ** 0.5


@dataclass(frozen=True)
class FloorReading:
    """The least membership of 2018 and what it follows from; amounts RMB.

    ``implied`` = benefit x (1 + fee) / most a case may cost a member: persons.
    """

    floor: float
    benefit: float
    fee: float
    most_per_case: float
    source_id: str

    @property
    def implied(self) -> float:
        """Members among whom one full case and its fee cost each the most a case may cost."""
        return self.benefit * (1.0 + self.fee) / self.most_per_case


def floor_reading(record: Disclosures) -> FloorReading:
    """What the least membership of the launch meant, from the rules in force then.

    The plan would have ended below 3.3 million members; at that size one full benefit with the
    launch's fee costs each member the most that one case may cost. Raises Refused where one of the
    rules is not known.

    >>> from forecasting.disclosures import load_disclosures
    >>> reading = floor_reading(load_disclosures())
    >>> round(reading.implied), reading.source_id
    (3300000, 'economist201812')
    """
    names = ("member_floor", "benefit_under_40", "management_fee_rate", "max_share_per_case")
    changes = {name: record.rule_changes(name) for name in names}
    missing = [name for name, known in changes.items() if not known]
    if missing:
        raise Refused(
            "member floor of {plan}: {rules} needed, not known",
            plan=record.plan,
            rules=", ".join(missing),
        )
    first = {name: known[0][1] for name, known in changes.items()}
    source = record.rules.loc[record.rules["rule"] == "member_floor", "source_id"]
    return FloorReading(
        floor=first["member_floor"],
        benefit=first["benefit_under_40"],
        fee=first["management_fee_rate"],
        most_per_case=first["max_share_per_case"],
        source_id=str(source.iloc[0]),
    )


@dataclass(frozen=True, eq=False)
class PoolPicture:
    """Volatility by pool size at the frequency and aid of one settlement.

    ``day``, ``share`` (RMB), ``helped``, ``mean_aid`` (RMB) of that settlement; ``members`` as last
    counted, on ``members_day``; ``aid_cv`` of a benefit that is one of the two amounts by age.
    ``moves``: successive shares of the mature pool: first_day, second_day, first, second, log_move.
    ``common_sd``: the common part behind them, NaN without any.
    """

    day: date
    share: float
    helped: float
    members: float
    members_day: date
    mean_aid: float
    aid_cv: float
    moves: pd.DataFrame
    common_sd: float

    @property
    def cases_per_million(self) -> float:
        """Persons helped by one million members in one settlement."""
        return 1e6 * self.helped / self.members

    def volatility(self, members: Array, common_sd: float = 0.0) -> Array:
        """Relative sd of one settlement's share of pools of ``members`` persons, shape (n,)."""
        cases = members * self.helped / self.members
        return share_volatility(cases, self.aid_cv, common_sd)

    @property
    def process_cv(self) -> float:
        """Volatility of this settlement from chance alone."""
        return float(share_volatility(self.helped, self.aid_cv))

    @property
    def largest_move(self) -> pd.Series | None:
        """The largest move of the mature pool, None without any."""
        if self.moves.empty:
            return None
        return self.moves.loc[self.moves["log_move"].abs().idxmax()]

    def equal_size(self, common_sd: float) -> float:
        """Members at which chance moves the share as much as the common part: beyond, size adds
        little. Persons."""
        return 1e6 * (1.0 + self.aid_cv**2) / common_sd**2 / self.cases_per_million

    def sizes(self, members: tuple[float, ...] = POOL_SIZES) -> pd.DataFrame:
        """One row a pool size: members, cases, then relative sds of one settlement and of a year.

        ``chance`` without, ``low`` and ``high`` with a common part of 5% and 8%; ``year_...`` the
        same over 24 settlements; ``rmb_low``, ``rmb_high``: one sd of a settlement's share in RMB.
        """
        size = np.asarray(members, dtype=float)
        cases = size * self.helped / self.members
        year = cases * PERIODS_PER_YEAR
        columns: dict[str, Array] = {
            "members": size,
            "cases": cases,
            "chance": share_volatility(cases, self.aid_cv),
            "year_chance": share_volatility(year, self.aid_cv),
        }
        for name, common in zip(("low", "high"), COMMON_SD, strict=True):
            yearly = common_sd_over(PERIODS_PER_YEAR, common)
            columns[name] = share_volatility(cases, self.aid_cv, common)
            columns[f"year_{name}"] = share_volatility(year, self.aid_cv, yearly)
            columns[f"rmb_{name}"] = columns[name] * self.share
        return pd.DataFrame(columns)


def pool_picture(known: Disclosures) -> PoolPicture:
    """The picture at the last settlement of which enough is known.

    Raises Refused where there is none, or no benefits beside it, naming what is missing.

    >>> from forecasting.disclosures import load_disclosures
    >>> picture = pool_picture(load_disclosures().as_of("2020-10-28"))
    >>> round(picture.process_cv, 3), 0.05 < picture.common_sd < 0.08
    (0.022, True)
    """
    last = last_settlement(known)
    lower, upper = (known.rule(name, last.day) for name in ("benefit_40_59", "benefit_under_40"))
    if lower is None or upper is None or not lower <= last.mean_aid <= upper:
        missing = Message(
            "both benefits and a mean aid between them are needed, found {found:,.0f} RMB",
            found=last.mean_aid,
        )
        raise Refused(on_day(known.plan, known.day, missing))
    aid_cv = two_point_cv(last.mean_aid, lower, upper)
    moves = mature_moves(known)
    process = float(share_volatility(last.helped, aid_cv))
    return PoolPicture(
        day=last.day,
        share=last.share,
        helped=last.helped,
        members=last.members,
        members_day=last.members_day,
        mean_aid=last.mean_aid,
        aid_cv=aid_cv,
        moves=moves,
        common_sd=(
            float("nan")
            if moves.empty
            else common_sd_of_moves(moves["log_move"].to_numpy(), process)
        ),
    )


def mature_moves(known: Disclosures) -> pd.DataFrame:
    """Disclosed shares of successive settlements since the plan enrolled 100 million.

    Columns first_day, second_day, first, second (RMB) and log_move = log(second / first). A move to
    a settlement at which an announced shock slowed payments or diagnoses is no chance: left out.
    """
    rows = known.observations
    of_pool = rows[(rows["scope"] == CRITICAL_ILLNESS) & rows["fitted"] & (rows["bound"] != "<")]
    enrolled = of_pool[of_pool["quantity"].isin(["members", "sharing_members"])]
    mature = enrolled.loc[enrolled["value"] >= MATURE_MEMBERS, "period_end"]
    start = mature.min() if not mature.empty else pd.Timestamp(known.day)
    shares = of_pool[
        (of_pool["quantity"] == "share")
        & (of_pool["bound"] == "=")
        & (of_pool["period_end"] >= start)
    ]
    by_day = dict(zip(shares["period_end"].dt.date, shares["value"], strict=True))
    shocks = known.shocks
    slowed = shocks[(shocks["payment"] > 0) | (shocks["diagnoses"] > 0)]
    shocked = set(slowed["settlement"].dt.date)
    following = [(day, known.calendar.next(day)) for day in sorted(by_day)]
    pairs = [
        (day, later, float(by_day[day]), float(by_day[later]))
        for day, later in following
        if later in by_day and later not in shocked
    ]
    moves = pd.DataFrame(pairs, columns=["first_day", "second_day", "first", "second"])
    return moves.assign(log_move=np.log(moves["second"] / moves["first"]))
