"""The command line: names, formats and exit codes that others call."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from forecasting.base.quantiles import QUANTILE_KEYS
from forecasting.cli.main import main
from tests.helpers.observation_rows import csv_of, figure

FORECAST_KEYS = {
    "model_version",
    "data_version",
    "as_of",
    "plan",
    "model",
    "scenario",
    "converged",
    "steady_state",
    "lag_periods",
    "settling_periods",
    "periods",
    "warnings",
}
PERIOD_KEYS = {
    "date",
    "status",
    "share",
    "structural_share",
    "undiluted_share",
    "sharing_members",
    "helped",
}


SCORE_KEYS = {
    "n", "mae", "wis", "wis_log", "dispersion", "overprediction", "underprediction",
    "coverage_50", "coverage_80", "coverage_95",
}  # fmt: skip


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def test_steady_state_with_no_arguments_is_the_articles(capsys) -> None:
    code, out, _ = run(capsys, "steady-state", "--format", "json")
    result = json.loads(out)
    assert code == 0
    assert round(result["share_per_period"], 3) == 5.023
    assert round(result["persons_per_year"]) == 102_916
    assert set(result) == {
        "persons_per_year", "persons_after_deduction", "rmb_per_year", "share_per_period", "inputs",
    }  # fmt: skip


def test_steady_state_text_says_why_the_article_prints_5025(capsys) -> None:
    code, out, _ = run(capsys, "steady-state")
    assert code == 0
    for expected in ("102,916", "77,187", "77,200", "5.023", "5.025", "5.276", "5.274", "5.25"):
        assert expected in out


def test_another_age_on_the_draft_table_is_refused_with_the_tables_that_have_it(capsys) -> None:
    code, out, err = run(capsys, "steady-state", "--age", "34.4")
    assert (code, out) == (2, "")
    assert "28_severe_2020_definition" in err


def test_validate_says_which_totals_the_figures_make(capsys, tmp_path: Path) -> None:
    rows = [
        figure("2020-10-14", value="4"),
        figure("2020-10-28", value="5"),
        figure(quantity="share_sum", value="9.5", source_id="herald")
        | {"period_start": "2020-10-01", "period_end": "2020-10-31"},
    ]
    file = tmp_path / "observations.csv"
    file.write_bytes(csv_of(rows))
    code, out, _ = run(capsys, "validate", str(file))
    assert code == 0
    assert "1 printed totals and bounds are made up by other figures; 0 agree" in out
    assert "row 4: village share_sum 2020-10-01 to 2020-10-31: printed 9.5, its parts make 9" in out
    _, out, _ = run(capsys, "validate", str(file), "--format", "json")
    (total,) = json.loads(out)["totals"]
    assert (total["published"], total["ours"], total["within"]) == (9.5, 9.0, False)


def test_forecast_json_has_the_stated_keys(capsys) -> None:
    code, out, err = run(
        capsys, "forecast", "--as-of", "2020-10-28", "--horizon", "30", "--format", "json"
    )
    result = json.loads(out)
    assert code == 0
    assert set(result) >= FORECAST_KEYS
    assert set(result["steady_state"]) == set(QUANTILE_KEYS)
    by_date = {period["date"]: period for period in result["periods"]}
    assert by_date["2020-10-28"]["share"]["disclosed"] == 4.86
    assert by_date["2020-10-28"]["status"] == "disclosed"
    assert by_date["2019-02-28"]["status"] == "disclosed"
    assert by_date["2019-02-28"]["share"]["disclosed"] == 0.03
    assert {by_date[day]["status"] for day in by_date if day > "2020-10-28"} == {"forecast"}
    assert len(by_date) == len(result["periods"]) == 42 + 1 + 30
    assert set(by_date["2021-01-14"]) == PERIOD_KEYS
    for period in result["periods"]:
        levels = [period["share"][key] for key in QUANTILE_KEYS]
        assert levels == sorted(levels)
    assert "Traceback" not in err


def test_forecast_text_prints_what_came_beside_it(capsys) -> None:
    code, out, _ = run(capsys, "forecast", "--as-of", "2020-10-28", "--horizon", "30")
    assert code == 0
    for came in ("4.83", "5.31", "5.88", "6.36", "6.42", "6.51", "7.56", "6.96"):
        assert came in out
    assert "5.025" in out


def test_the_default_day_is_the_last_settlement_members_paid(capsys) -> None:
    code, out, err = run(capsys, "forecast", "--format", "json")
    result = json.loads(out)
    assert (code, result["as_of"]) == (0, "2021-12-14")
    assert {p["status"] for p in result["periods"] if p["date"] > "2022-01-28"} == {"closed"}
    assert "counterfactual" in err


def test_the_same_seed_gives_the_same_bytes(capsys) -> None:
    arguments = ("forecast", "--as-of", "2020-10-28", "--format", "json", "--seed", "3")
    assert run(capsys, *arguments)[1] == run(capsys, *arguments)[1]


def test_forecast_csv_is_a_table(capsys, tmp_path: Path) -> None:
    file = tmp_path / "forecast.csv"
    code, out, _ = run(capsys, "forecast", "--format", "csv", "--output", str(file))
    assert (code, out) == (0, "")
    table = pd.read_csv(file)
    assert {"date", "status", "share_disclosed", "share_q50"} <= set(table.columns)


def test_fit_json_has_priors_posteriors_convergence_and_residuals(capsys) -> None:
    code, out, _ = run(capsys, "fit", "--as-of", "2020-10-28", "--format", "json")
    result = json.loads(out)
    assert code == 0
    assert {"name", "unit", "prior_q10", "prior_q50", "prior_q90", "q10", "q50", "q90"} <= set(
        result["parameters"][0]
    )
    assert result["convergence"]["converged"] is True
    assert len(result["residuals"]) == result["convergence"]["figures"]


def test_backtest_json_has_the_stated_keys(capsys) -> None:
    code, out, _ = run(capsys, "backtest", "--format", "json", "--as-of", "2020-12-28")
    result = json.loads(out)
    assert code == 0
    assert {"headline_model", "rival", "models", "forecasts"} <= set(result)
    by_name = {model["name"]: model for model in result["models"]}
    assert result["headline_model"] in by_name
    assert by_name[result["rival"]]["kind"] == "rival"
    assert set(by_name["structural"]["all"]) == SCORE_KEYS
    assert by_name["article (house)"]["failed"] > 0


@pytest.mark.parametrize("view", [("--plan", "waterdrop"), ("--as-of", "2019-06-28")])
def test_a_backtest_with_nothing_to_score_is_refused(capsys, view) -> None:
    code, out, err = run(capsys, "backtest", *view)
    assert (code, out) == (3, "")
    assert "can be scored" in err or "no share was disclosed" in err


def test_before_the_late_days_the_backtest_says_that_there_are_none(capsys) -> None:
    code, out, _ = run(capsys, "backtest", "--as-of", "2019-07-28")
    assert code == 0
    assert "late origins: no forecast scored" in out
    assert "all origins: " in out


def test_backtest_text_says_that_the_form_was_chosen_with_hindsight(capsys) -> None:
    code, out, _ = run(capsys, "backtest", "--as-of", "2020-12-28")
    assert code == 0
    assert "hindsight" in out
    assert "drift + theta" in out


def test_too_little_data_is_refused_with_exit_code_3(capsys) -> None:
    code, out, err = run(capsys, "forecast", "--as-of", "2019-03-14")
    assert (code, out) == (3, "")
    assert "figures" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("forecast", "--as-of", "2020-02-30"),
        ("forecast", "--horizon", "0"),
        ("forecast", "--paths", "many"),
        ("forecast", "--seed", "-1"),
        ("forecast", "--plan", "nosuchplan"),
        ("forecast", "--data", "/no/such/folder"),
        ("forecast", "--scenario", "/no/such/file.json"),
        ("forecast", "--format", "xml"),
        ("forecast", "--output", "/no/such/folder/file"),
        ("steady-state", "--table", "nosuchtable"),
        ("steady-state", "--fee", "nan"),
        ("validate", "/no/such/file.csv"),
        ("nosuchcommand",),
        (),
    ],
)
def test_bad_arguments_end_with_exit_code_2_and_no_traceback(capsys, arguments) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_our_own_observations_are_valid(capsys) -> None:
    code, out, _ = run(capsys, "validate", "data/observations.csv")
    assert code == 0
    assert "no problem" in out


def test_validate_names_row_column_found_and_legal(capsys, tmp_path: Path) -> None:
    lines = Path("data/observations.csv").read_text(encoding="utf-8").splitlines()
    header = lines[0].split(",")
    bad = lines[20].split(",")
    bad[header.index("value")] = "-3"
    lines[20] = ",".join(bad)
    file = tmp_path / "bad.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    code, out, err = run(capsys, "validate", str(file))
    assert (code, out) == (2, "")
    assert "bad.csv" in err
    assert "row 21" in err
    assert "value" in err
    assert "-3" in err


def test_a_column_nobody_knows_is_left_out_with_a_warning(capsys, tmp_path: Path) -> None:
    lines = Path("data/observations.csv").read_text(encoding="utf-8").splitlines()
    file = tmp_path / "extra.csv"
    file.write_text(
        "\n".join([f"{lines[0]},colour", *(f"{line},x" for line in lines[1:])]), "utf-8"
    )
    code, out, err = run(capsys, "validate", str(file), "--format", "json")
    assert code == 0
    assert "colour" in json.loads(out)["warnings"][0]
    assert err.startswith("warning: ")


def test_the_module_runs_as_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "forecasting", "steady-state", "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert round(json.loads(done.stdout)["share_per_period"], 3) == 5.023
    assert done.stderr == ""


def test_settings_change_the_scenario_and_are_told_in_json(capsys) -> None:
    settings = ("--set", "incidence_factor=1.2", "--set", "enrolment_stops_on=2020-10-28")
    common = ("forecast", "--as-of", "2020-10-28", "--paths", "50", "--format", "json")
    code, out, _ = run(capsys, *common, *settings)
    scenario = json.loads(out)["scenario"]
    assert code == 0
    assert (scenario["schema_version"], scenario["incidence_factor"]) == (3, 1.2)
    assert scenario["enrolment_stops_on"] == "2020-10-28"


@pytest.mark.parametrize("setting", ["delay=3", "delay_days=9999", "delay_days"])
def test_a_bad_setting_ends_with_2_and_is_named(capsys, setting) -> None:
    code, out, err = run(capsys, "forecast", "--set", setting)
    assert (code, out) == (2, "")
    assert setting.partition("=")[0] in err
    assert "legal" in err


def test_the_file_of_a_press_kit_is_taken_and_what_is_not_is_said(capsys, tmp_path: Path) -> None:
    file = tmp_path / "scenario.json"
    kit = {
        "chart": "premium-by-age", "plan": "xianghubao", "as_of": "2020-10-28",
        "horizon_settlements": 30, "scenario": {"delay_days": 150}, "settings": {},
        "insurance": {"sex": "male"},
    }  # fmt: skip
    file.write_text(json.dumps(kit), encoding="utf-8")
    arguments = ("forecast", "--scenario", str(file), "--format", "json", "--paths", "50")
    code, out, err = run(capsys, *arguments)
    assert code == 0
    assert json.loads(out)["scenario"]["delay_days"] == 150
    for sentence in ("as_of is '2020-10-28'", "--as-of", "--horizon", "insurance: no assumptions"):
        assert sentence in err
    _, _, err = run(capsys, *arguments, "--as-of", "2020-10-28", "--horizon", "30")
    assert "--as-of" not in err
    assert "--horizon" not in err
