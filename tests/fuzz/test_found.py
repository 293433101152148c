"""Every fault that a harness or a hostile file brought to light, one test each."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forecasting import InputError, Scenario, load_disclosures, read_scenario, steady_state
from forecasting.assumptions.links import decode_link
from forecasting.assumptions.table import ASSUMPTION_BY_NAME
from forecasting.disclosures import read_observations
from forecasting.sweeps.scenarios import read_scenarios
from tests.fuzz.command_lines import OUT, run
from ui.address.reading import as_code


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('{"delay_days": ' + "9" * 5_000 + "}", "not a JSON"),
        ('{"fee_rate": 0.08, "fee_rate": 0.5}', "'fee_rate' stands there twice"),
        ('{"incidence_factor": true}', "incidence_factor: found True, legal: 0.25 to 4"),
        ('{"delay_days": "150"}', "delay_days: found '150', legal: 30 to 500"),
        ('{"pandemic": 0}', "pandemic: found 0, legal: yes or no"),
        ('{"enrolment_stops_on": 1603843200}', "enrolment_stops_on: found 1603843200"),
        ('{"enrolment_stops_on": "1603843200"}', "enrolment_stops_on: found '1603843200'"),
        ('{"growth_per_period": 0.01, "growth_ahead_per_period": 0.02}', "its name of today"),
        ("\ud800", "not UTF-8 text"),
        (" " * 1_000_001, "larger than 1 MB"),
    ],
)
def test_a_scenario_says_what_it_means_or_is_refused(tmp_path: Path, text: str, part: str):
    path = tmp_path / "scenario.json"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    for read in (read_scenario, read_scenarios):
        if read is read_scenarios and "larger" in part:
            continue
        with pytest.raises(InputError, match=part) as refused:
            read(path)
        assert len(str(refused.value)) < 2_000


def test_a_scenario_without_end_is_not_read_to_its_end(tmp_path: Path):
    with pytest.raises(InputError, match="legal: a file"):
        read_scenario("/dev/zero")
    path = tmp_path / "scenario.json"
    path.write_bytes(b" " * 2_000_000)
    with pytest.raises(InputError, match="larger than 1 MB"):
        read_scenario(path)


def test_a_short_day_and_a_whole_number_are_still_a_scenario(tmp_path: Path):
    path = tmp_path / "scenario.json"
    sentence = {"enrolment_stops_on": "2020-10-28", "delay_days": 150, "pandemic": False}
    path.write_text(json.dumps(sentence))
    assert read_scenario(path) == Scenario(**sentence)


def test_both_names_of_one_assumption_in_an_old_link_are_not_both_used():
    sentence = {"growth_per_period": "0.01", "growth_ahead_per_period": "0.02"}
    link, unusable = decode_link({"schema_version": "1", **sentence})
    assert link.scenario.growth_ahead_per_period == 0.02
    assert [(item.name, item.value) for item in unusable] == [("growth_per_period", "0.01")]


@pytest.mark.parametrize("name", ["\0", "\udcff", "x" * 5_000])
def test_what_is_no_file_name_is_bad_input(name: str):
    place = f"{OUT}/{name}"
    for given in (
        ["steady-state", "--output", place],
        ["forecast", "--scenario", name],
        ["forecast", "--data", name],
        ["validate", name],
    ):
        code, out, err = run(given)
        if code == 0:
            assert given[0] == "steady-state"  # a name of odd bytes is a name all the same
            Path(place).unlink()
            continue
        assert (code, out) == (2, "")
        assert err.strip()


@pytest.mark.parametrize("flag", ["--plan", "--table"])
def test_a_name_that_is_no_text_is_bad_input(flag: str):
    command = "forecast" if flag == "--plan" else "steady-state"
    code, out, err = run([command, flag, "xia\udc8dghubao"])
    assert (code, out) == (2, "")
    assert "legal: " in err


def test_lone_surrogates_name_no_plan_and_no_table():
    with pytest.raises(InputError, match="legal: "):
        load_disclosures(plan="\ud800")
    with pytest.raises(InputError, match="legal: "):
        steady_state(table="\ud800")


def test_an_empty_value_of_an_address_is_still_code():
    assert as_code("") == "` `"
    assert as_code("\u202e\0x") == "`\ufffd\ufffdx`"


def test_every_kind_of_assumption_takes_its_own_type_alone():
    for one in ASSUMPTION_BY_NAME.values():
        given: tuple[Any, ...] = (True, 1.5, "2020-10-28", [], {})
        takes = [value for value in given if one.takes(value)]
        wanted = {"number": [1.5], "switch": [True]}.get(one.form, ["2020-10-28"])
        assert takes == wanted
        assert one.takes(None) == (one.default is None)


def test_a_file_of_a_byte_order_mark_and_a_blank_line_has_a_problem_to_show():
    with pytest.raises(InputError, match="empty") as refused:
        read_observations(b"\xef\xbb\xbf\n", "any.csv")
    assert [problem.row for problem in refused.value.problems] == [0]
