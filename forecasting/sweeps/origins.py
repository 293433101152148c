"""The backtest, one origin a task."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from forecasting.assumptions.scenario import Scenario
from forecasting.disclosures import Disclosures
from forecasting.disclosures.series import disclosed_shares
from forecasting.evaluation.backtest import (
    Backtest,
    figure_origins,
    nothing_to_score,
    our_models,
    run_backtest,
)
from forecasting.evaluation.rivals import NAMED_RIVAL, RIVALS
from forecasting.simulation.paths import STRUCTURAL
from forecasting.sweeps.runner import Crew, run_tasks

DAYS = ["origin", "target"]
TEXTS = ["model", "kind", "reason"]


def sweep_backtest(
    record: Disclosures,
    scenario: Scenario | None = None,
    horizon: int = 24,
    crew: Crew | None = None,
) -> Backtest:
    """What ``run_backtest`` gives, from every day before the last share, its origins shared out.

    Raises Refused where no share was disclosed after a day to forecast from.
    """
    changed = (scenario or Scenario()).model_dump(mode="json", exclude_defaults=True)
    last = max(disclosed_shares(record).index, default=record.first_settlement)
    tasks = [
        {"origin": origin.isoformat(), "horizon": horizon, "scenario": changed}
        for origin in figure_origins(record)
        if origin < last
    ]
    if not tasks:
        raise nothing_to_score(record)
    found = run_tasks(scored_origin, record, tasks, crew)
    rows = pd.DataFrame.from_records([row for origin in found for row in origin["forecasts"]])
    rows[DAYS] = rows[DAYS].apply(pd.to_datetime)
    numbers = rows.columns.difference([*DAYS, *TEXTS, "horizon"])
    rows[numbers] = rows[numbers].astype(float)
    a_year = record.calendar.periods_in(1.0)
    return Backtest(record.plan, STRUCTURAL, NAMED_RIVAL.name, rows, a_year)


def scored_origin(record: Disclosures, task: Mapping[str, Any]) -> dict[str, Any]:
    """The task: every model's forecasts from one origin, scored."""
    models = (*our_models(Scenario.model_validate(task["scenario"])), *RIVALS)
    origin = date.fromisoformat(task["origin"])
    rows = run_backtest(record, models, [origin], task["horizon"]).forecasts
    days = {name: rows[name].dt.strftime("%Y-%m-%d") for name in DAYS}
    return {"forecasts": rows.assign(**days).to_dict("records")}
