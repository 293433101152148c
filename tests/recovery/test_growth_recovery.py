"""Simulate membership along known growth curves and ask for the truth back.

The figures are of every kind the record holds: exact payers, enrolment rounded down by the press,
all plans together; the path wanders about its curve. The worlds are those of seeds nobody tuned on.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice

import numpy as np
import pandas as pd
import pytest

from forecasting import Disclosures, load_disclosures
from forecasting.base.settlements import settlements_from
from forecasting.members.growth_curves import GROWTH_CURVES, GrowthCurve
from forecasting.members.growth_fit import (
    GrowthCurveFit,
    fit_growth_curve,
    member_figures,
    years_since,
)

SEEDS = range(9_100, 9_124)
LAUNCHED = date(2018, 10, 16)
DAYS = list(islice(settlements_from(date(2018, 10, 28)), 48))
MEMORY_YEARS = 0.5
FEWEST_REPORTED = 1e5


@dataclass(frozen=True)
class World:
    """The truth: a curve, its values, how far the path wanders, and what was published."""

    curve: GrowthCurve
    values: dict
    record: Disclosures


def draw_world(seed: int) -> World:
    rng = np.random.default_rng(seed)
    curve = GROWTH_CURVES[seed % len(GROWTH_CURVES)]
    ceiling = np.exp(rng.uniform(np.log(5e6), np.log(1.3e8)))
    values = {
        "ceiling": ceiling,
        "rate": rng.uniform(2.5, 8.0),
        "midpoint": rng.uniform(0.3, 0.9),
        "shape": rng.uniform(0.3, 2.0),
        "innovation": rng.uniform(0.1, 0.6),
        "imitation": rng.uniform(2.5, 7.0),
        "launch_pulse": rng.uniform(0.02, 0.2),
    }
    years = years_since(LAUNCHED, DAYS)
    apart = np.abs(years[:, None] - years)
    spread = rng.uniform(0.01, 0.05)
    wander = rng.multivariate_normal(np.zeros(years.size), np.exp(-apart / MEMORY_YEARS))
    members = np.exp(curve.log_members(values, years) + spread * wander)
    enrolled, all_plans = np.exp(rng.normal(0.045, 0.02)), np.exp(rng.normal(0.05, 0.01))
    rows = pd.DataFrame(list(published(members, enrolled, all_plans, rng)))
    real = load_disclosures()
    info = replace(real.plan_info, launched=LAUNCHED)
    record = replace(real, observations=rows, plan_info=info, day=DAYS[-1])
    return World(curve, values, record)


def published(
    members: np.ndarray, enrolled: float, all_plans: float, rng: np.random.Generator
) -> Iterator[dict]:
    """Half of the settlements have a figure; all plans are counted from the second year on."""
    for i, day in enumerate(DAYS):
        if rng.random() < 0.5 or members[i] < FEWEST_REPORTED:
            continue
        row = {
            "scope": "critical_illness", "quantity": "sharing_members", "bound": "=",
            "period_start": pd.Timestamp(day), "period_end": pd.Timestamp(day),
            "placement": "stated", "confidence": "high", "fitted": True, "row": i,
            "source_id": "simulated", "rounding_half_width": 500.0,
        }  # fmt: skip
        kind = rng.choice(["payers", "press", "all_plans"] if i > 24 else ["payers", "press"])
        if kind == "press":
            step = 10.0 ** (np.floor(np.log10(members[i])) - 1)
            value = np.floor(members[i] * enrolled * np.exp(0.015 * rng.standard_normal()) / step)
            row |= {"quantity": "members", "bound": "over", "rounding_half_width": step / 2}
            yield row | {"value": value * step}
        elif kind == "all_plans":
            yield row | {"scope": "all_plans", "value": members[i] * all_plans}
        else:
            yield row | {"value": members[i]}


@pytest.fixture(scope="module")
def recovered() -> list[tuple[World, GrowthCurveFit]]:
    worlds = [draw_world(seed) for seed in SEEDS]
    return [(w, fit_growth_curve(w.curve, member_figures(w.record))) for w in worlds]


def test_every_fit_converges(recovered) -> None:
    assert all(fitted.converged for _, fitted in recovered)


def test_the_ceiling_is_recovered(recovered) -> None:
    errors = [abs(np.log(f.ceiling.q50 / w.values["ceiling"])) for w, f in recovered]
    assert np.median(errors) < 0.05


def test_the_ceiling_interval_holds_the_truth_most_of_the_time(recovered) -> None:
    inside = [f.ceiling.q10 <= w.values["ceiling"] <= f.ceiling.q90 for w, f in recovered]
    assert np.mean(inside) >= 0.6


def test_the_parameter_intervals_hold_the_truth_most_of_the_time(recovered) -> None:
    inside = []
    for world, fitted in recovered:
        rows = fitted.parameters.set_index("name")
        inside += [
            rows.loc[p.name, "q10"] <= world.values[p.name] <= rows.loc[p.name, "q90"]
            for p in world.curve.parameters
        ]
    assert np.mean(inside) >= 0.65


def test_a_ceiling_seen_before_the_inflection_is_much_less_certain() -> None:
    world = draw_world(9_200)
    width = {}
    for name, day in (("early", "2019-06-14"), ("late", "2020-09-28")):
        ceiling = fit_growth_curve(world.curve, member_figures(world.record.as_of(day))).ceiling
        width[name] = np.log(ceiling.q90 / ceiling.q10)
    assert width["early"] > 3 * width["late"]
