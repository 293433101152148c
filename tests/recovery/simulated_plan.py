"""A mutual aid plan simulated case by case, written as a folder in the disclosures' own schema.

Independent of the model under test: every case is drawn by itself (joining cohort, onset period,
delay in days, amount), so a slip in the model's convolutions would show as a missed truth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
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

    @property
    def steady_state(self) -> float:
        """(1 + fee) lambda B / 24 at the end of the record, with the 3.5% trend of incidence."""
        years = (self.periods - 0.5) / 24
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


def write_plan(world: World, folder: Path, plan: str = "simulated") -> None:
    """Simulate ``world`` and write its disclosures, rules, plan row and sources into ``folder``."""
    rng = np.random.default_rng(world.seed + 1_000_003)
    launched = date(2018, 10, 16)
    stream = settlements_from(date(2018, 10, 28))
    dates = [next(stream) for _ in range(world.periods)]
    t = np.arange(world.periods)
    members = world.pool / (1 + np.exp(-(t - world.growth_midpoint) / world.growth_width))
    stay = (1 - world.exit_rate_per_year) ** (1 / 24)
    joins = np.maximum(np.diff(members, prepend=0.0) + np.r_[0, members[:-1]] * (1 - stay), 0)
    helped, aid = np.zeros(world.periods), np.zeros(world.periods)
    shape = world.delay_cv**-2
    for joined in range(world.periods):
        for onset in range(joined, world.periods):
            duration = (onset - joined) * DAYS_PER_PERIOD
            selected = 0.03
            if duration >= world.waiting_days:
                since = (duration - world.waiting_days) / 365.25
                selected = 1 - (1 - world.initial_selection) * np.exp(-since / world.ramp_years)
            rate = world.incidence_per_10k / 1e4 / 24 * np.exp(0.035 * (onset + 0.5) / 24)
            alive = joins[joined] * stay ** (onset - joined)
            cases = rng.poisson(alive * rate * selected)
            delays = rng.gamma(shape, world.delay_days / shape, cases)
            paid = onset + np.floor(delays / DAYS_PER_PERIOD + 0.5).astype(int)
            amounts = world.mean_aid * rng.choice([0.5, 1.5], cases)
            inside = paid < world.periods
            np.add.at(helped, paid[inside], 1)
            np.add.at(aid, paid[inside], amounts[inside])
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


def last_day(world: World) -> date:
    """The last settlement of the world's record."""
    stream = settlements_from(date(2018, 10, 28))
    return [next(stream) for _ in range(world.periods)][-1]
