"""What the rules, shocks and age profile known on a day make of each period of the grid."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from forecasting.article.incidence import (
    AgeingCurve,
    age_mix,
    ageing_curve,
    birth_year_bands,
    mild_relative_aid,
)
from forecasting.assumptions.scenario import Scenario
from forecasting.base.arrays import Array
from forecasting.base.messages import Message
from forecasting.base.settlements import HALF_MONTHLY, Calendar
from forecasting.disclosures import Disclosures

DEFAULT_WAITING_DAYS = 90.0
DEFAULT_FEE_RATE = 0.08
DEFAULT_MEAN_AGE = 32.0
TIER_TAKE_UP_YEARS = 0.5
AID_COURSE_YEARS = 1.0
SHOCK_HALF_LIFE_YEARS = 1 / 6
RETURNED_SHARE = 0.5
RETURN_YEARS = 1 / 2
RETURN_BELOW = 0.25
ROUNDING_OF_PARTS = 1e-3


@dataclass(frozen=True)
class AgeProfile:
    """What a plan's age mix and benefits by age say: the ageing curve and the mild cases' aid."""

    ageing: AgeingCurve
    mild_relative_aid: float


@dataclass(frozen=True, eq=False)
class Regime:
    """Known circumstances of each period; arrays of shape (T,).

    ``calendar``: the plan's own: how long a period is. ``years``: mid-period time since launch.
    ``aid_course``: how much of its shift the mean aid has gone through. ``mild_paid``,
    ``mild_like_severe``: share of the period's days on which a mild case diagnosed is paid at all,
    is paid like a severe one; ``mild_fixed``: the fixed amount (RMB) otherwise;
    ``mild_relative_aid``: what mild cases paid like severe ones get on average, relative to those
    (they are younger, so it is above 1). ``payment_slowed``: p_t, 1 where the shock slows payments
    most; ``diagnoses_lost``: the part of its worst loss of diagnoses that falls into the period,
    negative where lost ones are made up for. ``tier_take_up``: 0 before the entry tiers, rising to
    1. ``ageing_incidence``, ``ageing_aid``: indices by duration of membership, 1 at joining, from
    ``age_profile``. From period ``changes_from`` on a scenario may multiply onsets
    (``onset_factor``), move the pool along the ageing curve (``older_incidence``, ``older_aid``)
    and lengthen the delay of cases then diagnosed (``delay_factor``); else these are 1.
    """

    grid: tuple[date, ...]
    years: Array
    waiting_days: float
    fee: Array
    mild_paid: Array
    mild_like_severe: Array
    mild_fixed: Array
    mild_relative_aid: float
    payment_slowed: Array
    diagnoses_lost: Array
    tier_take_up: Array
    ageing_incidence: Array
    ageing_aid: Array
    age_profile: AgeProfile | None
    warnings: tuple[str, ...]
    onset_factor: Array = field(default_factory=lambda: np.ones(1))
    older_incidence: Array = field(default_factory=lambda: np.ones(1))
    older_aid: Array = field(default_factory=lambda: np.ones(1))
    delay_factor: float = 1.0
    changes_from: int = 0
    calendar: Calendar = HALF_MONTHLY

    @property
    def aid_course(self) -> Array:
        """1 - exp(-years), shape (T,): later members are older, and joining comes to an end."""
        return np.asarray(-np.expm1(-self.years / AID_COURSE_YEARS))

    def of_periods(self, chosen: slice) -> Regime:
        """The circumstances of some of the periods."""
        parts: dict[str, Any] = {
            name: value[chosen]
            for name, value in vars(self).items()
            if isinstance(value, np.ndarray) and value.size == len(self.grid)
        }
        return replace(self, grid=self.grid[chosen], **parts)

    @property
    def unused_parameters(self) -> frozenset[str]:
        """Parameters on which nothing known of this plan can depend."""
        idle = {
            "mild_ratio": not self.mild_paid.any(),
            "pandemic_pace": not self.payment_slowed.any(),
            "pandemic_lost": not self.diagnoses_lost.any(),
            "tier_weight": not self.tier_take_up.any(),
            "ageing": bool((self.ageing_incidence == 1.0).all()),
        }
        return frozenset(name for name, is_idle in idle.items() if is_idle)


def build_regime(
    disclosures: Disclosures,
    scenario: Scenario,
    grid: tuple[date, ...],
    extends: Regime | None = None,
) -> Regime:
    """The regime of a plan on a grid, from what its disclosures know and a scenario overrides.

    ``extends``: a regime of the same plan and day on another grid, whose age profile is used again.
    """
    warnings: list[str] = []
    periods = len(grid)
    calendar = disclosures.calendar
    years = (np.arange(periods) + 0.5) * calendar.years_per_period
    profile = _age_profile(disclosures) if extends is None else extends.age_profile
    incidence_index, aid_index = np.ones(periods), np.ones(periods)
    if profile is not None:
        incidence_index, aid_index = profile.ageing.at_periods(periods, calendar)
    else:
        warnings.append(Message("benefit by age unknown: no ageing along the incidence table"))
    mild_paid, mild_like_severe, mild_fixed = _mild_benefit(disclosures, grid)
    payment_slowed, diagnoses_lost = _shocks(disclosures, grid)
    return Regime(
        grid=grid,
        years=years,
        waiting_days=_waiting_days(disclosures, scenario, grid, warnings),
        fee=_fee(disclosures, scenario, grid, warnings),
        mild_paid=mild_paid,
        mild_like_severe=mild_like_severe,
        mild_fixed=mild_fixed,
        mild_relative_aid=profile.mild_relative_aid if profile else 1.0,
        payment_slowed=payment_slowed,
        diagnoses_lost=diagnoses_lost,
        tier_take_up=_tier_take_up(disclosures, grid),
        ageing_incidence=incidence_index,
        ageing_aid=aid_index,
        age_profile=profile,
        warnings=tuple(warnings),
        calendar=calendar,
    )


def _waiting_days(
    disclosures: Disclosures, scenario: Scenario, grid: tuple[date, ...], warnings: list[str]
) -> float:
    if scenario.waiting_days is not None:
        return scenario.waiting_days
    known = disclosures.rule("waiting_period_days", grid[-1])
    if known is None:
        warnings.append(
            Message("waiting period unknown: {days:.0f} days assumed", days=DEFAULT_WAITING_DAYS)
        )
        return DEFAULT_WAITING_DAYS
    return known


def _fee(
    disclosures: Disclosures, scenario: Scenario, grid: tuple[date, ...], warnings: list[str]
) -> Array:
    if scenario.fee_rate is not None:
        return np.full(len(grid), scenario.fee_rate)
    if not disclosures.rule_changes("management_fee_rate"):
        warnings.append(
            Message("management fee unknown: {fee:.0%} of aid assumed", fee=DEFAULT_FEE_RATE)
        )
    changes = disclosures.rule_changes("management_fee_rate")
    fee = np.full(len(grid), changes[0][1] if changes else DEFAULT_FEE_RATE)
    for effective, value in changes:
        fee[[day >= effective for day in grid]] = value
    return fee


def _age_profile(disclosures: Disclosures) -> AgeProfile | None:
    day = disclosures.day
    under_40 = disclosures.rule("benefit_under_40", day)
    from_40 = disclosures.rule("benefit_40_59", day)
    if under_40 is None or from_40 is None:
        return None
    assumed = disclosures.rule("mean_member_age_assumed", day, DEFAULT_MEAN_AGE)
    mean_age = disclosures.rule("mean_member_age", day, assumed)
    assert mean_age is not None
    tables = disclosures.tables
    mix = age_mix(tables.population_china, mean_age, birth_year_bands(disclosures.member_profile))
    return AgeProfile(
        ageing_curve(tables.ci_incidence, mix, under_40, from_40),
        mild_relative_aid(
            tables.ci_incidence, tables.ci_mild_to_severe_ratio, mix, under_40, from_40
        ),
    )


def _mild_benefit(disclosures: Disclosures, grid: tuple[date, ...]) -> tuple[Array, Array, Array]:
    changes = disclosures.rule_changes("benefit_mild_thyroid")
    paid, like_severe, fixed = (np.zeros(len(grid)) for _ in range(3))
    starts = [disclosures.calendar.on_or_before(grid[0] - timedelta(days=1)), *grid[:-1]]
    ends = [*(change for change, _ in changes[1:]), date.max][: len(changes)]
    for (effective, amount), until in zip(changes, ends, strict=True):
        share = np.array(
            [
                _share_of_period(*period, effective, until)
                for period in zip(starts, grid, strict=True)
            ]
        )
        if amount > 0:
            paid += share
            if amount == disclosures.rule("benefit_under_40", effective):
                like_severe += share
            else:
                fixed += share * amount
    return paid, like_severe, fixed


def _share_of_period(before: date, end: date, effective: date, until: date) -> float:
    """Share of the days after ``before`` up to ``end`` that lie in [effective, until)."""
    first = max(before + timedelta(days=1), effective)
    last = min(end, until - timedelta(days=1))
    return max((last - first).days + 1, 0) / (end - before).days


def _shocks(disclosures: Disclosures, grid: tuple[date, ...]) -> tuple[Array, Array]:
    """How far payments are slowed, and diagnoses lost less those made up for, (T,) each.

    diagnoses_lost_t = q_t - r sum(q) b_t with r = 1/2: half of what is lost comes back. Where the
    record ends before all has come back the course goes on as stated beforehand: payments and
    diagnoses recover by half in two months, and what is still to come back does so in equal parts
    over half a year, from the settlement before which q has fallen under a quarter.
    """
    slowed, lost = np.zeros(len(grid)), np.zeros(len(grid))
    number = disclosures.calendar.number
    first = number(grid[0])
    half_life = SHOCK_HALF_LIFE_YEARS * disclosures.calendar.periods_per_year
    parts = disclosures.calendar.periods_in(RETURN_YEARS)
    for _, rows in disclosures.shocks.groupby("shock", sort=False):
        rows = rows.sort_values("settlement")
        at = np.array([number(day.date()) for day in rows["settlement"]]) - first
        payment, diagnoses, returned = (
            rows[name].to_numpy(dtype=float) for name in ("payment", "diagnoses", "returned")
        )
        ahead = np.arange(1, max(len(grid) - at[-1], 1))
        to_come = 1.0 - returned.sum()
        if to_come > ROUNDING_OF_PARTS:
            fading = 2.0 ** (-ahead / half_life)
            total = diagnoses.sum() + diagnoses[-1] / (2.0 ** (1.0 / half_life) - 1.0)
            at = np.concatenate([at, at[-1] + ahead])
            payment = np.concatenate([payment, payment[-1] * fading])
            diagnoses = np.concatenate([diagnoses, diagnoses[-1] * fading])
            rest = _still_returning(returned, diagnoses, ahead, parts)
            returned = np.concatenate([returned, rest])
        else:
            total = diagnoses.sum()
        inside = (at >= 0) & (at < len(grid))
        slowed[at[inside]] += payment[inside]
        lost[at[inside]] += (diagnoses - RETURNED_SHARE * total * returned)[inside]
    return slowed, lost


def _still_returning(returned: Array, diagnoses: Array, ahead: Array, parts: int) -> Array:
    """The parts of what comes back that fall beyond the record, (periods ahead,)."""
    to_come = 1.0 - returned.sum()
    if returned[-1] > 0:
        part, after = returned[-1], 0
    else:
        part = to_come / parts
        after = int(np.argmax(diagnoses[-len(ahead) :] < RETURN_BELOW)) if len(ahead) else 0
    return np.clip(to_come - part * np.maximum(ahead - after - 1, 0), 0.0, part) * (ahead > after)


def _tier_take_up(disclosures: Disclosures, grid: tuple[date, ...]) -> Array:
    opened = [day for day, value in disclosures.rule_changes("entry_tier") if value]
    if not opened:
        return np.zeros(len(grid))
    years = np.array([(day - opened[0]).days for day in grid]) / 365.25
    return np.where(years > 0, 1.0 - np.exp(-years / TIER_TAKE_UP_YEARS), 0.0)
