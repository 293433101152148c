"""A scenario file: every value taken as it is written, or refused by its key."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from forecasting import Scenario, read_scenario
from forecasting.assumptions.scenario import RENAMED_IN_2, VERSION_KEY
from forecasting.assumptions.table import ASSUMPTION_BY_NAME, ASSUMPTIONS
from forecasting.base.errors import InputError
from tests.fuzz.harness import Harness

LONGEST_MESSAGE = 20_000
_FOLDER = TemporaryDirectory(prefix="fuzz-")
FILE = Path(_FOLDER.name) / "scenario.json"
FULL = Scenario().to_dict() | {
    "delay_days": 150.0,
    "older_years": 2.5,
    "growth_ahead_per_period": 0.01,
    "enrolment_stops_on": "2020-10-28",
    "pandemic": False,
}


def check(data: bytes) -> None:
    """Nothing but a legal scenario is taken, and nothing it says is changed or dropped."""
    FILE.write_bytes(data)
    try:
        scenario = read_scenario(FILE)
    except InputError as error:
        check_refusal(str(error))
        return
    check_values(scenario)
    pairs: list[tuple[str, Any]] = json.loads(data.decode("utf-8-sig"), object_pairs_hook=list)
    sentence = dict(pairs)
    assert len(sentence) == len(pairs)
    sentence.pop(VERSION_KEY, None)
    for name, value in sentence.items():
        taken = getattr(scenario, RENAMED_IN_2.get(name, name))
        if isinstance(taken, date):
            assert taken.isoformat() == value
        else:
            assert taken == value
            assert isinstance(taken, bool) == isinstance(value, bool)
    assert Scenario.model_validate(scenario.to_dict()) == scenario


def check_values(scenario: Scenario) -> None:
    """Every assumption is of its kind and within its range."""
    for one in ASSUMPTIONS:
        value = getattr(scenario, one.name)
        assert one.allows(value), one.name
        if one.form == "number" and value is not None:
            assert isinstance(value, float)
            assert one.lower <= value <= one.upper


def check_refusal(message: str) -> None:
    """Every line names the file or lists the keys, and is short enough to read."""
    assert all(line.startswith((f"{FILE}: ", "legal keys: ")) for line in message.split("\n"))
    assert len(message) <= LONGEST_MESSAGE


HARNESS = Harness(
    name="scenario_files",
    check=check,
    seeds=(
        b"{}",
        json.dumps(FULL).encode(),
        b'{"schema_version": 1, "growth_per_period": 0.01}',
        b'{"delay_days": 150, "delay_days": 151}',
        b'{"fee_rate": 0.08, "pandemic": true, "delay_family": "lognormal"}',
        b"[" * 2_000,
    ),
    words=tuple(f'"{name}"'.encode() for name in (*ASSUMPTION_BY_NAME, *RENAMED_IN_2, VERSION_KEY)),
    samples=800,
)
