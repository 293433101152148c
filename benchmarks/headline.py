"""Why the structure leads: its score against its mean with drift, on simulated plans by age.

One record cannot choose a headline for others. Both are therefore scored on simulated plans of
either kind, at three ages each, on the shares of the year after.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.accuracy import ratio_of_means
from benchmarks.report import Section, shown, table
from forecasting import load_disclosures
from forecasting.evaluation.backtest import SECOND_OPINION, our_models, run_backtest
from forecasting.evaluation.bars import Bar, HeadlineAges, keep_headline
from forecasting.simulation.paths import STRUCTURAL
from tests.recovery.simulated_plan import (
    World,
    draw_rationed_world,
    draw_world,
    settlements_of,
    write_plan,
)

PLANS = 20
# More than half of the ages.
FEWEST_AGES = 4


@dataclass(frozen=True)
class Kind:
    """A kind of simulated plan, and the ages, in settlements, at which it is forecast."""

    name: str
    draw: Callable[[int], World]
    ages: tuple[int, ...]


KINDS = (
    Kind("as they come", draw_world, (24, 32, 40)),
    Kind("by quota", draw_rationed_world, (24, 32, 44)),
)


def scored(kind: Kind, seed: int) -> pd.DataFrame:
    """Mean WIS of a plan, RMB, by age (rows) and model (columns); NaN where one failed."""
    world = kind.draw(seed)
    ages = {settlements_of(world)[age - 1]: age for age in kind.ages}
    with tempfile.TemporaryDirectory() as folder:
        write_plan(world, Path(folder))
        record = load_disclosures(folder, "simulated")
        forecasts = run_backtest(record, our_models(), list(ages)).forecasts
    by_age = forecasts.assign(age=forecasts["origin"].dt.date.map(ages))
    return by_age.pivot_table(index="age", columns="model", values="wis").reindex(
        index=pd.Index(kind.ages, name="age"), columns=[STRUCTURAL, SECOND_OPINION]
    )


def run(plans: int, first_seed: int, is_kept: bool = False) -> Section:
    """Both models at every age of ``plans`` plans of each kind, seeds from ``first_seed``."""
    seeds = range(first_seed, first_seed + plans)
    rows, lower = [], 0
    with ProcessPoolExecutor() as pool:
        for kind in KINDS:
            found = pd.concat(pool.map(partial(scored, kind), seeds), keys=seeds, names=["seed"])
            for age in kind.ages:
                both = found.xs(age, level="age").dropna()
                score = ratio_of_means(both.to_numpy())
                lower += score.ratio < 1.0
                better = np.mean(both[STRUCTURAL] < both[SECOND_OPINION]) if len(both) else None
                rows.append(
                    [
                        kind.name,
                        str(age),
                        str(len(both)),
                        *(shown(mean) for mean in both.mean()),
                        f"{shown(score.ratio)} [{shown(score.low)}, {shown(score.high)}]",
                        shown(better, "%"),
                    ]
                )
    if is_kept:
        keep_headline(HeadlineAges(date.today(), plans, first_seed, lower, len(rows)))
    header = ["plans that pay", "age", "plans", f"WIS, {STRUCTURAL}", f"WIS, {SECOND_OPINION}"]
    header += ["ratio [90% over plans]", "plans on which it is lower"]
    note = (
        f"{plans} simulated plans of each kind, seeds from {first_seed}, forecast at three ages in "
        f"settlements and scored on the shares of the next 24. The {STRUCTURAL} model has the "
        f"lower score at {lower} of {len(rows)} ages."
    )
    bar = Bar(f"ages at which the {STRUCTURAL} model scores lower", lower, least=FEWEST_AGES)
    return Section("The headline, on simulated plans", (bar,), (note, table(header, rows)))
