"""How well simulated plans are recovered: steady state and delay, over many worlds."""

from __future__ import annotations

import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from forecasting import fit, forecast, load_disclosures
from tests.recovery.simulated_plan import draw_world, write_plan


@dataclass(frozen=True)
class Recovered:
    """Log errors of the medians and whether the 80% intervals held the truth, for one world."""

    seed: int
    steady_state_error: float
    steady_state_inside: bool
    delay_error: float
    delay_inside: bool


def recover(seed: int) -> Recovered:
    """Simulate one world, fit it and compare."""
    world = draw_world(seed)
    with tempfile.TemporaryDirectory() as folder:
        write_plan(world, Path(folder))
        fitted = fit(load_disclosures(folder, "simulated"))
    level = forecast(fitted, 12, 1000).steady_state
    delay = fitted.parameters.set_index("name").loc["delay_days"]
    return Recovered(
        seed=seed,
        steady_state_error=float(np.log(level.q50 / world.steady_state)),
        steady_state_inside=level.q10 <= world.steady_state <= level.q90,
        delay_error=float(np.log(delay["q50"] / world.delay_days)),
        delay_inside=bool(delay["q10"] <= world.delay_days <= delay["q90"]),
    )


def run(worlds: int, first_seed: int) -> None:
    """Print median errors and coverage over ``worlds`` seeds from ``first_seed``."""
    with ProcessPoolExecutor() as pool:
        found = list(pool.map(recover, range(first_seed, first_seed + worlds)))
    print(f"Recovery over {worlds} simulated plans, seeds from {first_seed}")
    for label, errors, inside in (
        (
            "steady state",
            [world.steady_state_error for world in found],
            [world.steady_state_inside for world in found],
        ),
        (
            "delay",
            [world.delay_error for world in found],
            [world.delay_inside for world in found],
        ),
    ):
        print(
            f"{label:<14} median error {np.median(np.abs(errors)):6.1%} (bar 10%)   bias "
            f"{np.mean(errors):+6.1%}   80% interval holds the truth {np.mean(inside):4.0%} "
            f"(bar 70 to 95%)"
        )
