import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from forecasting import Scenario, fit, forecast, load_disclosures, read_scenario
from forecasting.assumptions.parameters import PARAMETERS
from forecasting.assumptions.scenario import read_scenario_file
from forecasting.base.errors import InputError


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


def test_a_scenario_that_fixes_everything_leaves_the_deviations_to_the_fit() -> None:
    known = load_disclosures().as_of("2020-10-28")
    free = fit(known)
    everything = {parameter.name: float(free.point[parameter.name]) for parameter in PARAMETERS}
    fitted = fit(known, Scenario(**everything))
    assert fitted.converged
    assert fitted.free == ()
    usual, found = forecast(free, 4, 50), forecast(fitted, 4, 50)
    assert usual.next_share is not None
    assert found.next_share is not None
    assert found.next_share.q50 == pytest.approx(usual.next_share.q50, rel=0.05)


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


def test_the_file_of_a_press_kit_is_read_and_says_what_else_it_holds(tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    kit = {"as_of": "2020-10-28", "scenario": {"delay_days": 150}, "insurance": {"sex": "male"}}
    file.write_text(json.dumps(kit), encoding="utf-8")
    scenario, beside = read_scenario_file(file)
    assert scenario.delay_days == 150
    assert beside == {"as_of": "2020-10-28", "insurance": {"sex": "male"}}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"scenario": {}, "colour": "red"}', "found 'colour', legal keys beside scenario: chart"),
        ('{"scenario": {"delay_days": 9999}}', "legal: 30 to 500"),
        ('{"scenario": 3}', "scenario"),
    ],
)
def test_a_press_kit_file_that_cannot_be_used_names_why(tmp_path: Path, content, message) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_scenario(file)
