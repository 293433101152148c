import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from forecasting import Scenario, fit, load_disclosures, read_scenario
from forecasting.errors import InputError
from forecasting.parameters import PARAMETERS


def test_every_fitted_parameter_can_be_fixed() -> None:
    assert {p.name for p in PARAMETERS} <= set(Scenario.model_fields)


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda p: p.name)
def test_values_beyond_the_legal_range_name_it(parameter) -> None:
    with pytest.raises(ValidationError, match=f"legal: {parameter.lower:g}"):
        Scenario(**{parameter.name: parameter.upper + 1})


def test_a_scenario_is_hashable_and_frozen() -> None:
    scenario = Scenario(delay_days=150)
    assert hash(scenario) == hash(Scenario(delay_days=150.0))
    with pytest.raises(ValidationError):
        setattr(scenario, "delay_days", 3)  # noqa: B010


def test_a_fixed_parameter_stays_fixed_in_the_fit() -> None:
    fitted = fit(load_disclosures().as_of("2020-10-28"), Scenario(delay_days=150))
    row = fitted.parameters.set_index("name").loc["delay_days"]
    assert row["q10"] == row["q50"] == row["q90"] == 150
    assert not row["free"]


def test_a_scenario_file_is_read_back(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(Scenario(ramp_years=0.5).model_dump()), encoding="utf-8")
    assert read_scenario(file) == Scenario(ramp_years=0.5)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"delay": 3}', "delay"),
        ('{"delay_days": "long"}', "delay_days"),
        ('{"delay_days": 1e9}', "legal: 30 to 500"),
        ("[1, 2]", "scenario"),
        ("{", "not a JSON document"),
        ("[" * 100_000, "not a JSON document"),
        ('{"delay_days": NaN}', "delay_days"),
    ],
)
def test_a_bad_scenario_file_names_key_and_legal_values(
    tmp_path: Path, content: str, message: str
) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_scenario(file)


def test_a_missing_scenario_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nowhere"):
        read_scenario(tmp_path / "nowhere.json")
