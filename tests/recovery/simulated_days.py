"""One plan simulated day by day, and settled on whatever calendar is asked for.

Cases, delays and amounts are drawn once, by the day; a calendar only says on which day a case that
is ready is paid. Copies on several calendars differ in that and in nothing else. Independent of the
model under test, which knows no days between two settlements. The books of a settlement are closed
at even intervals: an operator does not pay a quarter less because the 18th follows the 9th sooner
than the 9th the 27th, and on the record of Xianghubao neither of its two days has the larger share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting.base.settlements import Calendar

LAUNCHED = date(2018, 10, 1)
DAYS = 1_250
WAITING_DAYS, FEE, TREND = 90, 0.08, 0.035
WAITING_INCIDENCE, INITIAL_SELECTION, RAMP_DAYS = 0.03, 0.7, 365.0
PLAN, SOURCE = "copied", "simulated"


@dataclass(frozen=True, eq=False)
class SimulatedDays:
    """Members at the end of each day, (DAYS,), and each case: the day it is ready, and its aid."""

    members: np.ndarray
    ready: np.ndarray
    aid: np.ndarray
    incidence: float
    mean_aid: float

    @property
    def level_a_year(self) -> float:
        """The steady state at the end of the record, RMB a year: (1 + fee) lambda B."""
        years = (DAYS - 0.5) / 365.25
        return float((1 + FEE) * self.incidence * np.exp(TREND * years) * self.mean_aid)


def simulate_days(seed: int) -> SimulatedDays:
    """A plan of logistic growth; nobody leaves, so that each day's joins are its growth."""
    rng = np.random.default_rng(seed)
    day = np.arange(DAYS)
    middle, width = rng.uniform(120, 300), rng.uniform(40, 90)
    members = rng.uniform(3e7, 9e7) / (1 + np.exp(-(day - middle) / width))
    joins = np.diff(members, prepend=0.0)
    incidence, mean_aid = rng.uniform(5, 11) / 1e4, rng.uniform(120_000, 200_000)
    since = np.maximum(day - WAITING_DAYS, 0)
    ramp = 1 - (1 - INITIAL_SELECTION) * np.exp(-since / RAMP_DAYS)
    selected = np.where(day < WAITING_DAYS, WAITING_INCIDENCE, ramp)
    rate = incidence / 365.25 * np.exp(TREND * day / 365.25)
    cases = rng.poisson(rate * np.convolve(joins, selected)[:DAYS])
    cv, mean_delay = 0.5, rng.uniform(80, 160)
    diagnosed = np.repeat(day, cases)
    delay = rng.gamma(cv**-2, mean_delay * cv**2, diagnosed.size)
    ready = (diagnosed + delay).astype(int)
    aid = mean_aid * rng.choice([0.5, 1.5], diagnosed.size)
    return SimulatedDays(members, ready, aid, incidence, mean_aid)


def write_copy(days: SimulatedDays, calendar: Calendar, folder: Path) -> None:
    """The plan's disclosures as a folder: share and members of every settlement of ``calendar``."""
    settlements = calendar.between(LAUNCHED, LAUNCHED + timedelta(days=DAYS - 1))
    ends = np.array([(day - LAUNCHED).days for day in settlements])
    closed = ends[-1] - calendar.days_per_period * np.arange(len(ends))[::-1]
    place = np.searchsorted(closed, days.ready)
    inside = place < len(ends)
    aid = np.bincount(place[inside], days.aid[inside], len(ends))
    share = (1 + FEE) * aid / days.members[ends]
    rows = [
        row
        for day, paid, members in zip(settlements, share, days.members[ends], strict=True)
        for row in (
            ("share", day, round(paid, 2), "rmb_per_member", 0.005),
            ("sharing_members", day, round(members, -3), "persons", 500),
        )
        if row[2] > 0
    ]
    table = pd.DataFrame(
        rows, columns=["quantity", "period_end", "value", "unit", "rounding_half_width"]
    )
    fixed = {"plan": PLAN, "scope": "critical_illness", "placement": "stated", "bound": "="}
    table = table.assign(**fixed, confidence="high", source_id=SOURCE, note="")
    folder.mkdir(parents=True, exist_ok=True)
    table.assign(period_start=table["period_end"]).to_csv(folder / "observations.csv", index=False)
    rules = pd.DataFrame(
        {
            "plan": PLAN,
            "rule": ["management_fee_rate", "waiting_period_days"],
            "effective_from": LAUNCHED,
            "value": [FEE, WAITING_DAYS],
            "unit": ["share of aid", "days"],
            "source_id": SOURCE,
            "note": "",
        }
    )
    rules.to_csv(folder / "plan_rules.csv", index=False)
