"""How well simulated plans are recovered: steady state and delay, over many worlds."""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.report import Bar, Section, shown, table
from forecasting import ForecastingError, fit, forecast, load_disclosures
from tests.recovery.simulated_plan import draw_world, write_plan


@dataclass(frozen=True)
class Recovered:
    """Log errors of the medians and whether the 80% intervals held the truth, for one world."""

    seed: int
    steady_state_error: float
    steady_state_inside: bool
    delay_error: float
    delay_inside: bool


def recover(seed: int) -> Recovered | str:
    """Simulate one world, fit it and compare; the reason where the engine refuses or fails."""
    world = draw_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        write_plan(world, Path(folder))
        try:
            fitted = fit(load_disclosures(folder, "simulated"))
            level = forecast(fitted, 12, 1000).steady_state
        except (ForecastingError, np.linalg.LinAlgError) as error:
            return f"seed {seed}: {error}"
    delay = fitted.parameters.set_index("name").loc["delay_days"]
    return Recovered(
        seed=seed,
        steady_state_error=float(np.log(level.q50 / world.steady_state)),
        steady_state_inside=level.q10 <= world.steady_state <= level.q90,
        delay_error=float(np.log(delay["q50"] / world.delay_days)),
        delay_inside=bool(delay["q10"] <= world.delay_days <= delay["q90"]),
    )


def run(worlds: int, first_seed: int) -> Section:
    """Median errors, bias and coverage over ``worlds`` seeds from ``first_seed``."""
    with ProcessPoolExecutor() as pool:
        outcomes = list(pool.map(recover, range(first_seed, first_seed + worlds)))
    found = [outcome for outcome in outcomes if isinstance(outcome, Recovered)]
    failed = [outcome for outcome in outcomes if isinstance(outcome, str)]
    bars: list[Bar] = []
    rows = []
    for label, errors, inside in (
        (
            "steady state",
            [world.steady_state_error for world in found],
            [world.steady_state_inside for world in found],
        ),
        (
            "delay mean",
            [world.delay_error for world in found],
            [world.delay_inside for world in found],
        ),
    ):
        error, coverage = float(np.median(np.abs(errors))), float(np.mean(inside))
        bars += [
            Bar(f"recovery, {label}: median error", error, most=0.10, unit="%"),
            Bar(f"recovery, {label}: 80% interval", coverage, least=0.70, most=0.95, unit="%"),
        ]
        margin = np.sqrt(coverage * (1.0 - coverage) / len(found))
        rows.append(
            [
                label,
                f"{error:.1%}",
                f"{np.mean(errors):+.1%}",
                f"{np.quantile(np.abs(errors), 0.9):.1%}",
                f"{shown(coverage, '%')} (sd {margin:.0%})",
            ]
        )
    header = ["quantity", "median error", "bias", "90th percentile", "80% interval holds truth"]
    note = (
        f"{worlds} simulated plans, seeds from {first_seed}, drawn case by case outside the model; "
        f"errors on the log scale; {len(failed)} not fitted."
    )
    return Section(
        "Recovery of simulated plans",
        tuple(bars),
        (note, table(header, rows), *(f"- {reason}" for reason in failed)),
    )
