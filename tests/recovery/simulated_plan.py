"""A mutual aid plan simulated case by case, written as a folder in the disclosures' own schema.

Independent of the model under test: every case is drawn by itself (joining cohort, onset period,
delay in days, amount), so a slip in the model's convolutions would show as a missed truth. In a
rationed world cases that are ready wait in a queue: the operator pays one amount for months, then
steps it to what has come in of late and a part of the queue; members begin to leave late, and
nearly every share is disclosed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.base.settlements import DAYS_PER_PERIOD, settlements_from


@dataclass(frozen=True)
class World:
    """The truth of one simulated plan."""

    pool: float
    incidence_per_10k: float
    initial_selection: float
    ramp_years: float
    delay_days: float
    delay_cv: float
    waiting_days: int
    fee: float
    mean_aid: float
    exit_rate_per_year: float
    growth_midpoint: float
    growth_width: float
    periods: int
    shown_share: float
    seed: int
    delay_family: str = "gamma"
    rationed: bool = False
    leaving_from: int = 10_000
    leaving_rate_per_year: float = 0.0

    @property
    def steady_state(self) -> float:
        """The steady state at the end of the record."""
        return self.steady_state_after(self.periods)

    def steady_state_after(self, periods: int) -> float:
        """(1 + fee) lambda B / 24 after some periods, with the 3.5% trend of incidence."""
        years = (periods - 0.5) / 24
        rate = self.incidence_per_10k / 1e4 * np.exp(0.035 * years)
        return float((1 + self.fee) * rate * self.mean_aid / 24)


def draw_world(seed: int) -> World:
    """A world from wide ranges."""
    rng = np.random.default_rng(seed)
    return World(
        pool=float(np.exp(rng.uniform(np.log(5e6), np.log(130e6)))),
        incidence_per_10k=rng.uniform(4, 14),
        initial_selection=rng.uniform(0.5, 0.9),
        ramp_years=rng.uniform(0.3, 1.6),
        delay_days=rng.uniform(60, 240),
        delay_cv=rng.uniform(0.3, 0.8),
        waiting_days=int(rng.choice([90, 180])),
        fee=rng.uniform(0.06, 0.10),
        mean_aid=rng.uniform(90_000, 240_000),
        exit_rate_per_year=rng.uniform(0.0, 0.10),
        growth_midpoint=rng.uniform(8, 20),
        growth_width=rng.uniform(2.5, 6),
        periods=57,
        shown_share=0.5,
        seed=seed,
    )


def draw_rationed_world(seed: int) -> World:
    """A world whose settlement is rationed, of 68 periods; delays of several families."""
    rng = np.random.default_rng([seed, 1])
    return replace(
        draw_world(seed),
        periods=68,
        shown_share=0.95,
        delay_days=rng.uniform(45, 240),
        delay_cv=rng.uniform(0.2, 0.7),
        delay_family=str(rng.choice(["gamma", "lognormal"])),
        rationed=True,
        leaving_from=int(rng.integers(40, 60)),
        leaving_rate_per_year=rng.uniform(0.0, 0.4),
    )


def waiting_probability(duration: float, waiting_days: float) -> float:
    """That a member ill ``duration`` days later, joining and onset spread over their half-months,
    still waits: the difference of two uniform days is triangular.
    """
    x = np.clip((waiting_days - duration) / DAYS_PER_PERIOD, -1.0, 1.0)
    return float(1.0 - (1.0 - x) ** 2 / 2 if x > 0 else (1.0 + x) ** 2 / 2)


def ration(
    ready_aid: np.ndarray, ready: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Aid and persons paid where a quota stands for three to eight settlements and then steps.

    A new quota is what came in over the last four settlements, give or take 8%, and 30% of the
    queue; it comes early when the queue outgrows one and a half quotas.
    """
    aid, helped = np.zeros_like(ready_aid), np.zeros_like(ready)
    queue_aid = queue = quota = 0.0
    stands = 0
    for t in range(len(ready)):
        queue_aid, queue = queue_aid + ready_aid[t], queue + ready[t]
        if stands == 0 or queue_aid > 1.5 * quota:
            of_late = ready_aid[max(t - 3, 0) : t + 1].mean()
            quota = of_late * np.exp(rng.normal(0.0, 0.08)) + 0.3 * queue_aid
            stands = int(rng.integers(3, 9))
        stands -= 1
        part = min(quota / queue_aid, 1.0) if queue_aid > 0 else 0.0
        aid[t], helped[t] = part * queue_aid, part * queue
        queue_aid, queue = queue_aid - aid[t], queue - helped[t]
    return aid, np.round(helped)


def delay_times(world: World, cases: int, rng: np.random.Generator) -> np.ndarray:
    """Days from diagnosis to settlement of some cases."""
    if world.delay_family == "lognormal":
        variance = np.log1p(world.delay_cv**2)
        return rng.lognormal(np.log(world.delay_days) - variance / 2, np.sqrt(variance), cases)
    shape = world.delay_cv**-2
    return rng.gamma(shape, world.delay_days / shape, cases)


def write_plan(world: World, folder: Path, plan: str = "simulated") -> None:
    """Simulate ``world`` and write its disclosures, rules, plan row and sources into ``folder``."""
    rng = np.random.default_rng(world.seed + 1_000_003)
    launched = date(2018, 10, 16)
    dates = settlements_of(world)
    t = np.arange(world.periods)
    members = world.pool / (1 + np.exp(-(t - world.growth_midpoint) / world.growth_width))
    leaving = np.maximum(t - world.leaving_from, 0) / 24
    members = members * (1 - world.leaving_rate_per_year) ** leaving
    stay = (1 - world.exit_rate_per_year) ** (1 / 24)
    before = np.r_[0, members[:-1]]
    joins = np.maximum(members - stay * before, 0)
    kept = np.cumprod(
        np.divide(members - joins, before, out=np.ones_like(members), where=before > 0)
    )
    helped, aid = np.zeros(world.periods), np.zeros(world.periods)
    for joined in range(world.periods):
        for onset in range(joined, world.periods):
            duration = (onset - joined) * DAYS_PER_PERIOD
            since = max(duration - world.waiting_days, 0.0) / 365.25
            waits = waiting_probability(duration, world.waiting_days)
            ramp = 1 - (1 - world.initial_selection) * np.exp(-since / world.ramp_years)
            selected = 0.03 * waits + ramp * (1 - waits)
            rate = world.incidence_per_10k / 1e4 / 24 * np.exp(0.035 * (onset + 0.5) / 24)
            alive = joins[joined] * kept[onset] / kept[joined]
            cases = rng.poisson(alive * rate * selected)
            delays = delay_times(world, cases, rng)
            paid = onset + np.floor(delays / DAYS_PER_PERIOD + 0.5).astype(int)
            amounts = world.mean_aid * rng.choice([0.5, 1.5], cases)
            inside = paid < world.periods
            np.add.at(helped, paid[inside], 1)
            np.add.at(aid, paid[inside], amounts[inside])
    if world.rationed:
        aid, helped = ration(aid, helped, rng)
    share = (1 + world.fee) * aid / members
    rows = []

    def disclose(quantity: str, unit: str, i: int, value: float, digits: int) -> None:
        rounded = round(value, digits)
        day = dates[i].isoformat()
        half = 0.5 * 10.0**-digits
        rows.append(
            (
                plan,
                "critical_illness",
                quantity,
                day,
                day,
                "stated",
                rounded,
                unit,
                "=",
                half,
                "high",
                "simulated",
                "",
            )
        )

    for i in range(world.periods):
        if share[i] >= 0.05 and rng.random() < world.shown_share:
            disclose("share", "rmb_per_member", i, share[i], 2)
        if helped[i] >= 1 and rng.random() < world.shown_share / 2:
            disclose("helped", "persons", i, helped[i], 0)
        if rng.random() < world.shown_share:
            disclose("sharing_members", "persons", i, members[i], -3)
    folder.mkdir(parents=True, exist_ok=True)
    columns = [
        "plan",
        "scope",
        "quantity",
        "period_start",
        "period_end",
        "placement",
        "value",
        "unit",
        "bound",
        "rounding_half_width",
        "confidence",
        "source_id",
        "note",
    ]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "observations.csv", index=False)
    pd.DataFrame(
        [
            (plan, "management_fee_rate", launched, world.fee, "share of aid", "simulated", ""),
            (plan, "waiting_period_days", launched, world.waiting_days, "days", "simulated", ""),
        ],
        columns=["plan", "rule", "effective_from", "value", "unit", "source_id", "note"],
    ).to_csv(folder / "plan_rules.csv", index=False)
    pd.DataFrame(
        [
            (
                plan,
                "Simulated",
                "模拟计划",
                "",
                launched,
                "day",
                "",
                "",
                "",
                "",
                "fixed sum",
                "simulated",
            )
        ],
        columns=[
            "plan",
            "name_en",
            "name_zh",
            "operator",
            "launched",
            "launched_precision",
            "closed",
            "closed_precision",
            "max_benefit_rmb",
            "prepayment_rmb",
            "benefit_type",
            "source_id",
        ],
    ).to_csv(folder / "plans.csv", index=False)


def settlements_of(world: World) -> list[date]:
    """The settlements of the world's record."""
    return list(islice(settlements_from(date(2018, 10, 28)), world.periods))
