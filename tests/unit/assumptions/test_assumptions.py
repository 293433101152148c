"""The one table of assumptions, and schema versions of a scenario."""

import json
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from forecasting import Scenario, read_scenario
from forecasting.assumptions.links import decode_link
from forecasting.assumptions.parameters import PARAMETERS
from forecasting.assumptions.scenario import MIGRATIONS, SCHEMA_VERSION, migrate, scenario_with
from forecasting.assumptions.table import ASSUMPTION_BY_NAME, ASSUMPTIONS, GROUPS
from forecasting.base.errors import InputError


def test_the_table_and_the_scenario_name_the_same_things() -> None:
    names = set(Scenario.model_fields) - {"schema_version"}
    assert names == set(ASSUMPTION_BY_NAME)
    assert len(ASSUMPTION_BY_NAME) == len(ASSUMPTIONS)


@pytest.mark.parametrize("assumption", ASSUMPTIONS, ids=lambda one: one.name)
def test_every_default_is_the_scenarios_and_legal(assumption) -> None:
    assert getattr(Scenario(), assumption.name) == assumption.default
    assert assumption.allows(assumption.default)
    assert assumption.group in GROUPS
    if assumption.form == "number":
        assert assumption.lower < assumption.upper
        assert 0 < assumption.step <= (assumption.upper - assumption.lower) / 10


@pytest.mark.parametrize(
    "assumption", [one for one in ASSUMPTIONS if one.form == "number"], ids=lambda one: one.name
)
def test_bounds_are_legal_and_what_lies_beyond_names_them(assumption) -> None:
    for bound in (assumption.lower, assumption.upper):
        assert getattr(Scenario().with_changes({assumption.name: bound}), assumption.name) == bound
    with pytest.raises(ValidationError, match=f"{assumption.name}: .*legal: {assumption.lower:g}"):
        Scenario(**{assumption.name: assumption.upper * 2 + 1})


def test_fitted_parameters_keep_their_own_bounds() -> None:
    for parameter in PARAMETERS:
        one = ASSUMPTION_BY_NAME[parameter.name]
        assert (one.lower, one.upper, one.unit) == (
            parameter.lower,
            parameter.upper,
            parameter.unit,
        )
        assert one.fitted
        assert one.kind == "assumption"


@pytest.mark.parametrize(
    ("name", "text", "legal"),
    [
        ("delay_days", "nan", "30 to 500 days or auto"),
        ("delay_days", "", "30 to 500 days or auto"),
        ("incidence_factor", "auto", "0.25 to 4"),
        ("delay_family", "normal", "gamma or lognormal"),
        ("pandemic", "maybe", "yes or no"),
        ("enrolment_stops_on", "2020-10-29", "a settlement day"),
        ("enrolment_stops_on", "1999-10-28", "from 2016-01-14"),
        ("enrolment_stops_on", "soon", "a settlement day"),
    ],
)
def test_what_cannot_be_read_is_named_with_what_is_legal(name, text, legal) -> None:
    with pytest.raises(InputError, match=f"{name}: found .*legal: .*{legal}"):
        ASSUMPTION_BY_NAME[name].read(text)


def test_settings_of_the_command_line_win_over_the_file() -> None:
    scenario = scenario_with(
        Scenario(delay_days=100), ["delay_days=150", "enrolment_stops_on=2020-10-28"]
    )
    assert scenario.changes() == {"delay_days": 150.0, "enrolment_stops_on": date(2020, 10, 28)}


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ("delay=3", "found 'delay', legal: incidence_per_10k"),
        ("delay_days", "legal: NAME=VALUE"),
        ("delay_days=9999", "legal: 30 to 500 days"),
    ],
)
def test_a_bad_setting_is_named(setting, sentence) -> None:
    with pytest.raises(InputError, match=sentence):
        scenario_with(Scenario(), [setting])


def test_a_scenario_says_its_schema_version_in_plain_json() -> None:
    content = Scenario(enrolment_stops_on=date(2020, 10, 28)).to_dict()
    assert content["schema_version"] == SCHEMA_VERSION
    assert json.loads(json.dumps(content))["enrolment_stops_on"] == "2020-10-28"


def test_there_is_a_migration_from_every_older_version() -> None:
    assert set(MIGRATIONS) == set(range(1, SCHEMA_VERSION))


def test_a_scenario_written_before_a_benefit_could_be_cut_means_what_it_meant() -> None:
    before = Scenario().to_dict()
    for name in ("cut_chance_per_year", "cut_size"):
        del before[name]
    assert Scenario.model_validate(before) == Scenario()
    link, unusable = decode_link({"schema_version": "3", "delay_factor": "1.5"})
    assert (link.scenario, unusable) == (Scenario(delay_factor=1.5), ())


@pytest.mark.parametrize("stated", [{}, {"schema_version": 1}])
def test_a_file_of_version_1_is_migrated(tmp_path: Path, stated) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps({"growth_per_period": 0.01, "ageing": 0.5, **stated}))
    assert read_scenario(file) == Scenario(growth_ahead_per_period=0.01, ageing=0.5)
    assert migrate({"growth_per_period": 0.01}, 1) == {"growth_ahead_per_period": 0.01}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"schema_version": 2, "growth_per_period": 0.01}, "growth_per_period"),
        ({"schema_version": 4}, "found 4, legal: 1 to 3"),
        ({"schema_version": 0}, "found 0, legal: 1 to 3"),
        ({"schema_version": [2]}, "legal: 1 to 3"),
        ({"schema_version": 2, "held_share": 0.4}, "legal: pandemic_pace, pandemic_lost"),
        ({"schema_version": 2, "aid_drift": -0.02}, "legal: aid_shift"),
        ({"incidence_factor": 9}, "legal: 0.25 to 4"),
        ({"enrolment_stops_on": "2020-10-29"}, "a settlement day"),
        ({"pandemic": None}, "pandemic"),
    ],
)
def test_versions_and_values_that_do_not_exist_are_refused_by_name(
    tmp_path: Path, content, sentence
) -> None:
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps(content))
    with pytest.raises(InputError, match=sentence):
        read_scenario(file)


def test_the_fit_depends_on_assumptions_only() -> None:
    scenario = Scenario(delay_days=150, pandemic=False, incidence_factor=1.2, delay_family="gamma")
    assert scenario.for_fit() == Scenario(delay_days=150)
