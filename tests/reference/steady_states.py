"""The steady states that the engine prints on four days, kept beside this file.

``python -m tests.reference.steady_states`` writes them anew: after a change of model or data that
is meant to move them, with a line in CHANGELOG.md that says why.
"""

from __future__ import annotations

import json
from pathlib import Path

from forecasting import MODEL_VERSION, fit, forecast, load_disclosures
from locales import Translator

KEPT = Path(__file__).with_suffix(".json")
DAYS = ("2019-10-28", "2020-01-28", "2020-10-28", "2021-11-14")


def computed() -> dict[str, dict[str, str]]:
    """Median and 80% interval of each day, RMB, as a page prints them, and the model's version."""
    tr, record = Translator("en"), load_disclosures()
    found = {"model": {"version": MODEL_VERSION}}
    for day in DAYS:
        level = forecast(fit(record.as_of(day))).steady_state
        found[day] = {key: tr.number(getattr(level, key), 2) for key in ("q10", "q50", "q90")}
    return found


def kept() -> dict[str, dict[str, str]]:
    """What was computed when the figures were last meant to move."""
    found: dict[str, dict[str, str]] = json.loads(KEPT.read_text(encoding="utf-8"))
    return found


if __name__ == "__main__":
    KEPT.write_text(json.dumps(computed(), indent=2) + "\n", encoding="utf-8")
