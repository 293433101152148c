"""Forecasts under many scenarios: a list, or a grid, in a JSON lines file."""

from __future__ import annotations

import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from forecasting.assumptions.scenario import Scenario, json_of, text_of
from forecasting.base.errors import ForecastingError, InputError
from forecasting.base.files import MOST_SWEEP_BYTES
from forecasting.base.quantiles import QUANTILE_KEYS
from forecasting.disclosures import Disclosures
from forecasting.fitting.estimation import fit
from forecasting.simulation.paths import forecast
from forecasting.sweeps.runner import Crew, run_tasks

MOST_SCENARIOS = 100_000
OUTCOMES = ("steady_state", "next_share", "next_year_total", "lag_periods")


@dataclass(frozen=True)
class ScenarioSweep:
    """One forecast summary a scenario, in the order of the file.

    ``rows`` holds ``scenario`` (what it changes), the seven quantiles of each outcome (RMB; half-
    months for the lag; None where the horizon is too short), ``converged``, and ``reason`` where
    the engine gave no forecast.
    """

    plan: str
    as_of: str
    data_version: str
    rows: tuple[dict[str, Any], ...]

    def to_frame(self) -> pd.DataFrame:
        """One row a scenario, a column an assumption that any of them changes."""
        flat = []
        for number, row in enumerate(self.rows, 1):
            found: dict[str, Any] = {"scenario": number, **row["scenario"]}
            for outcome in OUTCOMES:
                quantiles = row[outcome] or dict.fromkeys(QUANTILE_KEYS)
                found |= {f"{outcome}_{key}": quantiles[key] for key in QUANTILE_KEYS}
            flat.append({**found, "converged": row["converged"], "reason": row["reason"]})
        first = ["scenario", *dict.fromkeys(name for row in self.rows for name in row["scenario"])]
        table = pd.DataFrame(flat)
        return table[[*first, *(name for name in table if name not in first)]]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line."""
        return {
            "plan": self.plan,
            "as_of": self.as_of,
            "data_version": self.data_version,
            "scenarios": list(self.rows),
        }


def read_scenarios(path: str | Path, base: Scenario | None = None) -> list[Scenario]:
    """Scenarios from a file with one JSON object a line; a list of values stands for each of them.

    ``{"delay_days": [120, 180], "fee_rate": 0.08}`` is two scenarios; two lists in one line make a
    grid. Keys are those of a scenario; what a line leaves out is as in ``base``.

    Raises InputError naming file, line, key, what was found and what is legal.
    """
    lines = text_of(path, MOST_SWEEP_BYTES).splitlines()
    common = (base or Scenario()).model_dump(exclude_defaults=True)
    found: list[Scenario] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        where = f"{path}: line {number}"
        content = json_of(line, where, "object")
        if not isinstance(content, dict):
            raise InputError(f"{where}: found {line.strip()[:40]!r}, legal: a JSON object")
        choices = [value if isinstance(value, list) else [value] for value in content.values()]
        for values in product(*choices):
            if len(found) == MOST_SCENARIOS:
                raise InputError(f"{where}: more than {MOST_SCENARIOS:,} scenarios")
            found.append(_scenario({**common, **dict(zip(content, values, strict=True))}, where))
    if not found:
        raise InputError(f"{path}: holds no scenario; legal: one JSON object a line")
    return found


def _scenario(content: dict[str, Any], where: str) -> Scenario:
    try:
        return Scenario.model_validate(content)
    except ValidationError as error:
        problems = [
            f"{where}: {'.'.join(str(part) for part in problem['loc']) or 'scenario'}: "
            f"{problem['msg']}, found {reprlib.repr(problem['input'])}"
            for problem in error.errors()
        ]
        raise InputError("\n".join(problems)) from error


def sweep_scenarios(
    known: Disclosures,
    scenarios: list[Scenario],
    horizon: int = 24,
    paths: int = 1000,
    seed: int = 0,
    crew: Crew | None = None,
) -> ScenarioSweep:
    """Fit and forecast under every scenario, each with the same seed."""
    tasks = [
        {
            "scenario": scenario.model_dump(mode="json", exclude_defaults=True),
            "horizon": horizon,
            "paths": paths,
            "seed": seed,
        }
        for scenario in scenarios
    ]
    rows = run_tasks(forecast_summary, known, tasks, crew)
    return ScenarioSweep(known.plan, known.day.isoformat(), known.data_version, tuple(rows))


def forecast_summary(known: Disclosures, task: Mapping[str, Any]) -> dict[str, Any]:
    """The task: quantiles of one scenario's forecast, or the reason why there is none."""
    row: dict[str, Any] = {"scenario": task["scenario"]}
    try:
        fitted = fit(known, Scenario.model_validate(task["scenario"]))
        result = forecast(fitted, task["horizon"], task["paths"], task["seed"])
    except (ForecastingError, np.linalg.LinAlgError) as error:
        return row | dict.fromkeys(OUTCOMES) | {"converged": False, "reason": str(error)}
    for outcome in OUTCOMES:
        quantiles = getattr(result, outcome)
        row[outcome] = quantiles.to_dict() if quantiles else None
    return row | {"converged": result.converged, "reason": ""}
