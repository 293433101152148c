"""How well simulated plans are recovered: steady state, delay, later shares, over many worlds.

Two kinds of plans: those that pay cases as they come, and those that pay by a quota that stands for
months and steps, with a queue and exits that begin late.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.report import Section, shown, table
from forecasting import ForecastingError, fit, forecast, load_disclosures
from forecasting.evaluation.bars import Bar, keep_simulated
from tests.recovery.simulated_plan import (
    draw_rationed_world,
    draw_world,
    settlements_of,
    write_plan,
)

# Of its 68 settlements a rationed plan has shown so many when it is forecast.
KNOWN_PERIODS = 44
PATHS = 1000


@dataclass(frozen=True)
class Recovered:
    """Log errors of the medians and whether the 80% intervals held the truth, for one world.

    ``later``: the part of the later shares inside the 80% interval; ``against_last``: the mean
    error of the median as a multiple of the last share's; both NaN where none came.
    """

    steady_state_error: float
    steady_state_inside: bool
    delay_error: float
    delay_inside: bool
    later: float = float("nan")
    against_last: float = float("nan")


@dataclass(frozen=True)
class Kind:
    """A kind of simulated plan and its bars: most of a median error, least and most coverage."""

    name: str
    key: str
    recover: Callable[[int], Recovered | str]
    steady_state: tuple[float, float, float]
    delay: tuple[float, float, float]


def recover(seed: int) -> Recovered | str:
    """Simulate one world that pays cases as they come, fit it and compare; else why not."""
    world = draw_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        write_plan(world, Path(folder))
        try:
            fitted = fit(load_disclosures(folder, "simulated"))
            level = forecast(fitted, 12, PATHS).steady_state
        except (ForecastingError, np.linalg.LinAlgError) as error:
            return f"seed {seed}: {error}"
    delay = fitted.parameters.set_index("name").loc["delay_days"]
    return Recovered(
        steady_state_error=float(np.log(level.q50 / world.steady_state)),
        steady_state_inside=level.q10 <= world.steady_state <= level.q90,
        delay_error=float(np.log(delay["q50"] / world.delay_days)),
        delay_inside=bool(delay["q10"] <= world.delay_days <= delay["q90"]),
    )


def recover_rationed(seed: int) -> Recovered | str:
    """Simulate one world that pays by quota, forecast two thirds in and compare; else why not."""
    world = draw_rationed_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        write_plan(world, Path(folder))
        record = load_disclosures(folder, "simulated")
        known = record.as_of(settlements_of(world)[KNOWN_PERIODS - 1])
        try:
            fitted = fit(known)
            made = forecast(fitted, world.periods - KNOWN_PERIODS, PATHS)
        except (ForecastingError, np.linalg.LinAlgError) as error:
            return f"seed {seed}: {error}"
        paid, last = (
            record.settlement_values("share"),
            float(known.settlement_values("share").iloc[-1]),
        )
    said = made.periods.set_index(made.periods["date"].dt.date)
    later = pd.concat([said, paid.rename("paid")], axis=1, join="inner")
    later = later[later.index > known.day]
    truth, level = world.steady_state_after(KNOWN_PERIODS), made.steady_state
    delay = fitted.parameters.set_index("name").loc["delay_days"]
    errors = (later["share_q50"] - later["paid"]).abs().mean()
    return Recovered(
        steady_state_error=float(np.log(level.q50 / truth)),
        steady_state_inside=level.q10 <= truth <= level.q90,
        delay_error=float(np.log(delay["q50"] / world.delay_days)),
        delay_inside=bool(delay["q10"] <= world.delay_days <= delay["q90"]),
        later=float(later["paid"].between(later["share_q10"], later["share_q90"]).mean()),
        against_last=float(errors / (last - later["paid"]).abs().mean()),
    )


KINDS = (
    Kind("as they come", "cases", recover, (0.10, 0.70, 0.95), (0.10, 0.70, 0.95)),
    Kind("by quota", "quota", recover_rationed, (0.09, 0.70, 0.97), (0.10, 0.70, 0.95)),
)


# In the report; the pages have texts of their own.
NAMES = {
    "steady_state_error": "steady state: median error",
    "steady_state_inside": "steady state: 80% interval",
    "delay_error": "delay mean: median error",
    "delay_inside": "delay mean: 80% interval",
    "later_inside": "later shares: 80% interval",
    "better": "better than the last share",
}


def run(worlds: int, first_seed: int, is_kept: bool = False) -> Section:
    """Median errors, bias and coverage over ``worlds`` seeds from ``first_seed``, of each kind.

    ``is_kept``: whether the pages are to say what was measured.
    """
    seeds = range(first_seed, first_seed + worlds)
    bars: list[Bar] = []
    rows, failed = [], []
    with ProcessPoolExecutor() as pool:
        for kind in KINDS:
            outcomes = list(pool.map(kind.recover, seeds))
            found = [outcome for outcome in outcomes if isinstance(outcome, Recovered)]
            failed += [f"{kind.name}, {one}" for one in outcomes if isinstance(one, str)]
            bars += bars_of(kind, found)
            rows += _rows(kind.name, found)
    header = [
        "plans that pay", "quantity", "median error", "bias", "90th percentile",
        "80% interval holds truth",
    ]  # fmt: skip
    note = (
        f"{worlds} simulated plans of each kind, seeds from {first_seed}, drawn case by case "
        f"outside the model; errors on the log scale; {len(failed)} not fitted. The delay of a "
        "plan that pays by quota is that before its queue."
    )
    if is_kept:
        keep_simulated(bars, worlds, first_seed, date.today())
    return Section(
        "Recovery of simulated plans",
        tuple(replace(bar, name=_named(bar)) for bar in bars),
        (note, table(header, rows), *(f"- {reason}" for reason in failed)),
    )


def bars_of(kind: Kind, found: Sequence[Recovered]) -> list[Bar]:
    """What is asked of the plans of a kind."""
    bars = []
    for name, (error, least, most) in (("steady_state", kind.steady_state), ("delay", kind.delay)):
        middle, inside = _errors(found, name)
        stem = f"{kind.key}_{name}"
        bars += [
            Bar(f"{stem}_error", float(np.median(np.abs(middle))), most=error, unit="%"),
            Bar(f"{stem}_inside", float(np.mean(inside)), least, most, "%"),
        ]
    later = [one.later for one in found if not np.isnan(one.later)]
    if later:
        better = [one.against_last < 1.0 for one in found]
        bars += [
            Bar(f"{kind.key}_later_inside", float(np.mean(later)), 0.80, 0.93, "%"),
            Bar(f"{kind.key}_better", float(np.mean(better)), 0.50, unit="%"),
        ]
    return bars


def _named(bar: Bar) -> str:
    key, name = bar.name.split("_", 1)
    (kind,) = (one for one in KINDS if one.key == key)
    return f"recovery, paid {kind.name}, {NAMES[name]}"


def _rows(kind: str, found: Sequence[Recovered]) -> list[list[str]]:
    rows = []
    for label, name in (("steady state", "steady_state"), ("delay mean", "delay")):
        errors, inside = _errors(found, name)
        coverage = float(np.mean(inside))
        margin = np.sqrt(coverage * (1.0 - coverage) / len(found))
        rows.append(
            [
                kind,
                label,
                f"{np.median(np.abs(errors)):.1%}",
                f"{np.mean(errors):+.1%}",
                f"{np.quantile(np.abs(errors), 0.9):.1%}",
                f"{shown(coverage, '%')} (sd {margin:.0%})",
            ]
        )
    return rows


def _errors(found: Sequence[Recovered], name: str) -> tuple[list[float], list[bool]]:
    return (
        [getattr(one, f"{name}_error") for one in found],
        [getattr(one, f"{name}_inside") for one in found],
    )
