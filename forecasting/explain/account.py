"""One member's account: what they paid, whom it helped, what the next year may cost.

    paid        x_t = n w_t S_t         n persons on tier w_t, w = 1, 1/2 or 1/3
    own part    p_t = n w_t C_t / N_t = x_t / ((1 + fee) B_t), B_t being one person's aid

summed over the settlements t with joined < t <= left. Totals are quantiles of the sums of joint
draws, not sums of quantiles. A disclosed share is taken as it stands, and so is a disclosed sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from types import MappingProxyType

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.base.messages import Message
from forecasting.base.quantiles import QUANTILE_KEYS, Quantiles, quantile_columns
from forecasting.base.settlements import PERIODS_PER_YEAR
from forecasting.claims.regime import DEFAULT_WAITING_DAYS
from forecasting.disclosures import Disclosures
from forecasting.disclosures.figures import CRITICAL_ILLNESS
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.simulation.paths import draw_paths

LARGEST_HOUSEHOLD = 10
FULL_TIER = "1"
TIERS: Mapping[str, float] = MappingProxyType({FULL_TIER: 1.0, "1/2": 1 / 2, "1/3": 1 / 3})
DISCLOSED, RECONSTRUCTED, FORECAST = "disclosed", "reconstructed", "forecast"
PLATFORM, CLOSED = "platform", "closed"
PAST = (DISCLOSED, RECONSTRUCTED)
STATUSES = (*PAST, FORECAST, PLATFORM, CLOSED)
# A share is charged as printed, in whole fen and since the entry tiers in steps of three, and
# persons are counted whole: half of such a step is no doubt about the bill.
NO_ROUNDING: Mapping[str, float] = MappingProxyType(
    {"share": 0.015, "helped": 0.5, "sharing_members": 0.5}
)
ROUNDS = 6
LEAST_LEFT = 0.1


@dataclass(frozen=True)
class Member:
    """Who pays: joined on ``joined``, member until the end of ``left`` (None: stays on).

    ``people`` of one household on the same ``tier``, a key of ``TIERS``. Raises InputError for a
    household or tier that is not legal, and where the leave date lies before the join date.

    >>> Member(date(2019, 6, 1), tier="1/4")
    Traceback (most recent call last):
    forecasting.base.errors.InputError: tier: found '1/4', legal: 1, 1/2, 1/3
    """

    joined: date
    left: date | None = None
    people: int = 1
    tier: str = FULL_TIER

    def __post_init__(self) -> None:
        if not 1 <= self.people <= LARGEST_HOUSEHOLD:
            raise InputError(
                "people: found {found}, legal: 1 to {most}",
                found=self.people,
                most=LARGEST_HOUSEHOLD,
            )
        if self.tier not in TIERS:
            raise InputError(
                "tier: found {found!r}, legal: {legal}", found=self.tier, legal=", ".join(TIERS)
            )
        if self.left is not None and self.left < self.joined:
            raise InputError(
                "leave date: found {found}, legal: {joined} (the join date) or later",
                found=self.left,
                joined=self.joined,
            )


@dataclass(frozen=True, eq=False)
class ShareDraws:
    """Joint draws of every settlement from the first, known figures in place.

    ``share`` (RMB, standard tier), ``helped`` and ``members`` (persons) have shape (paths, T);
    ``disclosed`` holds the disclosed shares, NaN elsewhere, shape (T,); ``status`` is one of
    ``STATUSES``: "platform" the settlements after the last that members paid, "closed" those after
    the closure, which never came. ``caps``: the promised cap by calendar year, RMB a member.
    """

    as_of: date
    dates: tuple[date, ...]
    status: tuple[str, ...]
    disclosed: Array
    share: Array
    helped: Array
    members: Array
    first_join: date
    last_join: date
    closed: date | None
    caps: Mapping[int, float]
    waiting_days: float
    tiers_from: date | None
    settlements_a_year: int = PERIODS_PER_YEAR


def share_draws(
    full: Disclosures,
    fit: SelectionLagFit,
    horizon: int | None = None,
    paths: int = 1000,
    seed: int = 0,
) -> ShareDraws:
    """The draws of ``forecast(fit, horizon, paths, seed)`` with what was disclosed in place.

    Shares, persons and members disclosed for a settlement replace its draws (a share printed as it
    was charged exactly, a rounder one within its rounding). Draws of the others are shifted, by
    their own covariance, so that they add up to the disclosed sums of shares and of persons within
    their rounding; settlements after the as-of day are left as they were drawn. ``full``, the
    record of today, says which settlement was the last that members paid.

    ``horizon`` is a year of settlements where it is None. Raises InputError when it is shorter.
    """
    a_year = fit.disclosures.calendar.periods_in(1.0)
    horizon = a_year if horizon is None else horizon
    if horizon < a_year:
        raise InputError(
            "horizon: found {found}, legal: {least} or more", found=horizon, least=a_year
        )
    draws = draw_paths(fit, horizon, paths, seed)
    known, plan = fit.disclosures, fit.disclosures.plan_info
    grid = np.array(draws.regime.grid)
    shown = grid >= full.first_settlement
    dates = grid[shown]
    rng = np.random.default_rng(seed)
    share, disclosed = _with_disclosed(draws.share[:, shown], "share", known, dates, rng)
    helped, _ = _with_disclosed(draws.helped[:, shown], "helped", known, dates, rng)
    members, _ = _with_disclosed(
        draws.membership.members[:, shown], "sharing_members", known, dates, rng
    )
    tiers = [day for day, value in known.rule_changes("entry_tier") if value]
    return ShareDraws(
        as_of=known.day,
        dates=tuple(dates),
        status=_status(dates, disclosed, known.day, full.last_settlement, plan.closed),
        disclosed=disclosed,
        share=share,
        helped=helped,
        members=members,
        first_join=plan.launched or dates[0],
        last_join=plan.closed or dates[-1],
        caps={day.year: cap for day, cap in known.rule_changes("annual_share_cap")},
        closed=plan.closed,
        waiting_days=known.rule("waiting_period_days", known.day) or DEFAULT_WAITING_DAYS,
        tiers_from=tiers[0] if tiers else None,
        settlements_a_year=a_year,
    )


def _with_disclosed(
    draws: Array, quantity: str, known: Disclosures, dates: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draws given the disclosed values and sums of a quantity, and its values (T,)."""
    values = np.full(len(dates), np.nan)
    given = draws.copy()
    for row in known.known(quantity).itertuples():
        at = np.flatnonzero(dates == row.Index)
        width = row.rounding_half_width
        width = width if width > NO_ROUNDING[quantity] else 0.0
        values[at] = row.value
        given[:, at] = row.value + width * rng.uniform(-1, 1, (len(given), 1))
    rows = known.figures()
    rows = rows[(rows["scope"] == CRITICAL_ILLNESS) & (rows["bound"] == "=")]
    sums = rows[rows["quantity"] == f"{quantity}_sum"]
    if sums.empty:
        return given, values
    starts, ends = sums["period_start"].dt.date, sums["period_end"].dt.date
    inside = np.array(
        [
            (dates >= start) & (dates <= end) & (dates <= known.day)
            for start, end in zip(starts, ends, strict=True)
        ],
        dtype=float,
    )
    half_width = sums["rounding_half_width"].to_numpy(dtype=float)
    told = sums["value"].to_numpy(dtype=float) + half_width * rng.uniform(
        -1, 1, (len(given), len(sums))
    )
    return _adding_up(given, inside, told, half_width**2 / 3, dates <= known.day), values


def _adding_up(draws: Array, inside: Array, told: Array, variance: Array, movable: Array) -> Array:
    """x + C A' (A C A' + R)^-1 (y - A x), C the draws' own covariance, R the variance of rounding.

    Nothing goes below zero: no round takes more than nine tenths, and the next makes it up.
    """
    centred = (draws - draws.mean(axis=0)) * movable
    of_sums = centred @ inside.T
    cross = centred.T @ of_sums / len(draws)
    spread = of_sums.T @ of_sums / len(draws) + np.diag(variance)
    gain = cross @ np.linalg.pinv(spread, hermitian=True)
    moved = draws
    for _ in range(ROUNDS):
        step = (told - moved @ inside.T) @ gain.T
        moved = np.maximum(moved + step, LEAST_LEFT * moved)
    return moved


def _status(
    dates: Array, disclosed: Array, as_of: date, last_paid: date, closed: date | None
) -> tuple[str, ...]:
    statuses = []
    for day, value in zip(dates, disclosed, strict=True):
        if closed is not None and day > closed:
            statuses.append(CLOSED)
        elif closed is not None and day > last_paid:
            statuses.append(PLATFORM)
        elif day > as_of:
            statuses.append(FORECAST)
        else:
            statuses.append(RECONSTRUCTED if np.isnan(value) else DISCLOSED)
    return tuple(statuses)


@dataclass(frozen=True, eq=False)
class MemberAccount:
    """One household's account on the as-of day; amounts in RMB for all its persons together.

    ``settlements``: one row a settlement of the membership up to a year after the as-of day:
    ``date``, ``status``, ``disclosed`` (NaN where the share was not), ``paid_*``, ``helped_*``
    (persons) and ``part_*`` (own part of one person's aid, 1 = all of it).

    ``paid``, ``helped``, ``part``: totals up to the as-of day; ``next_year``: the settlements of
    the twelve months after it. The platform's settlements cost nothing; those after the closure are
    a counterfactual.

    ``years``: one row a calendar year from joining to that of the as-of day: ``year``,
    ``settlements``, ``forecast`` (how many of them), ``total_*`` before any cap, ``cap`` (RMB for
    the household: the year's, or the last one known), ``promised`` (whether the year had one),
    ``binds`` (probability that the total exceeds it) and ``capped_off`` (expected amount above it).
    The cap was promised to a member, with no word on tiers: it is the same on each.
    """

    member: Member
    as_of: date
    covered_from: date
    closed: date | None
    tiers_from: date | None
    paid: Quantiles
    helped: Quantiles
    part: Quantiles
    next_year: Quantiles
    settlements: pd.DataFrame
    years: pd.DataFrame

    def count(self, *statuses: str) -> int:
        """How many settlements of the account have one of these statuses."""
        return int(self.settlements["status"].isin(statuses).sum())

    @property
    def bills(self) -> pd.DataFrame:
        """The settlements without those that the platform paid."""
        return self.settlements[self.settlements["status"] != PLATFORM]


def member_account(draws: ShareDraws, member: Member) -> MemberAccount:
    """The account of one household from joint draws.

    Members pay from the first settlement after joining, in their waiting period too, and are
    covered once it is over (``plan_rules.csv``: pays_while_waiting, waiting_period_days). A lower
    tier counts from the day the plan offered it; before, everyone paid in full.

    Raises InputError for a join or leave date outside the plan's life.

    >>> from forecasting import fit, load_disclosures
    >>> full = load_disclosures()
    >>> draws = share_draws(full, fit(full.as_of("2020-10-28")), paths=200)
    >>> account = member_account(draws, Member(date(2020, 10, 1), date(2020, 10, 20)))
    >>> account.settlements["disclosed"].tolist(), account.paid.q50
    ([4.23], 4.23)
    """
    _check_life(draws, member)
    dates = np.array(draws.dates)
    ahead = np.flatnonzero(dates > draws.as_of)[: draws.settlements_a_year]
    member_then = (dates > member.joined) & (dates <= (member.left or date.max))
    shown = member_then & (dates <= dates[ahead[-1]])
    status = np.array(draws.status)
    weight = member.people * _tier_weight(draws, member) * (member_then & (status != PLATFORM))
    paid = draws.share * weight
    part = draws.helped / draws.members * weight
    past, next_year = dates <= draws.as_of, np.isin(np.arange(len(dates)), ahead)
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(list(dates[shown])),
            "status": status[shown],
            "disclosed": (draws.disclosed * weight)[shown],
            **quantile_columns(paid[:, shown], "paid"),
            **quantile_columns(draws.helped[:, shown], "helped"),
            **quantile_columns(part[:, shown], "part"),
        }
    )
    return MemberAccount(
        member=member,
        as_of=draws.as_of,
        covered_from=member.joined + timedelta(days=draws.waiting_days),
        closed=draws.closed,
        tiers_from=draws.tiers_from,
        paid=Quantiles.from_draws(paid[:, past].sum(axis=1)),
        helped=Quantiles.from_draws(draws.helped[:, past & (weight > 0)].sum(axis=1)),
        part=Quantiles.from_draws(part[:, past].sum(axis=1)),
        next_year=Quantiles.from_draws(paid[:, next_year].sum(axis=1)),
        settlements=frame,
        years=_years(draws, member, paid, member_then),
    )


def _check_life(draws: ShareDraws, member: Member) -> None:
    first, last = draws.first_join, draws.last_join
    legal = Message("{first} (the plan began) to {last} (it closed)", first=first, last=last)
    names = (Message("join date"), Message("leave date"))
    for name, day in zip(names, (member.joined, member.left), strict=True):
        if day is not None and not first <= day <= last:
            raise InputError(
                "{name}: found {found}, legal: {legal}", name=name, found=day, legal=legal
            )


def _tier_weight(draws: ShareDraws, member: Member) -> Array:
    """Share of the standard tier's payment by settlement, shape (T,)."""
    opened = draws.tiers_from
    offered = np.array([opened is not None and day >= opened for day in draws.dates])
    return np.where(offered, TIERS[member.tier], 1.0)


def _years(draws: ShareDraws, member: Member, paid: Array, member_then: Array) -> pd.DataFrame:
    year, status = np.array([day.year for day in draws.dates]), np.array(draws.status)
    records = []
    for one in range(member.joined.year, draws.as_of.year + 1):
        inside = member_then & (year == one) & (status != PLATFORM)
        if not inside.any():
            continue
        total = paid[:, inside].sum(axis=1)
        earlier = [known for known in draws.caps if known <= one]
        cap = member.people * draws.caps[max(earlier)] if earlier else np.nan
        above = np.maximum(total - cap, 0.0)
        bands = zip(QUANTILE_KEYS, asdict(Quantiles.from_draws(total)).values(), strict=True)
        records.append(
            {
                "year": one,
                "settlements": int(inside.sum()),
                "forecast": int((status[inside] == FORECAST).sum()),
                **{f"total_{key}": value for key, value in bands},
                "cap": cap,
                "promised": one in draws.caps,
                "binds": float((above > 0).mean()) if earlier else np.nan,
                "capped_off": float(above.mean()) if earlier else np.nan,
            }
        )
    columns = ["year", "settlements", "forecast", *(f"total_{key}" for key in QUANTILE_KEYS)]
    return pd.DataFrame(records, columns=[*columns, "cap", "promised", "binds", "capped_off"])
