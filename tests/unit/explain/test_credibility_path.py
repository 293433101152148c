"""How the weight of own experience grew, and the backtest's second set of origins."""

from __future__ import annotations

from datetime import date

import pytest

from forecasting import InputError, credibility, fit, forecast, load_disclosures
from forecasting.cli import main as cli
from forecasting.evaluation.backtest import figure_origins, settlement_origins
from forecasting.explain.credibility import buehlmann_credibility, credibility_path

RECORD = load_disclosures()
DAYS = [date(2019, 5, 28), date(2019, 6, 14), date(2020, 10, 28)]


@pytest.fixture(scope="module")
def path():
    return credibility_path(RECORD, DAYS)


def test_each_day_states_the_rating_of_that_day_alone(path):
    rating = credibility(fit(RECORD.as_of(DAYS[-1])))
    last = path.iloc[-1]
    assert last["z_model"] == rating.z_model
    assert last["blended"] == rating.blended.q50
    ours = forecast(fit(RECORD.as_of(DAYS[-1])))
    assert last["blended"] == pytest.approx(ours.steady_state.q50)


def test_a_day_without_a_fit_keeps_its_reason(path):
    assert "at least 3 are needed" in path.iloc[0]["reason"]
    assert path.iloc[0].drop(["date", "reason"]).isna().all()
    assert path["reason"].tolist()[1:] == ["", ""]


def test_the_weight_grows_from_little_to_most(path):
    assert path["z_model"].iloc[1] < 0.2 < 0.8 < path["z_model"].iloc[2] < 1


def test_buehlmann_counts_cases_only():
    assert buehlmann_credibility(0, 0.3) == 0
    assert buehlmann_credibility(1.36 / 0.3**2, 0.3) == pytest.approx(0.5)
    assert buehlmann_credibility(100, 0.5) > buehlmann_credibility(100, 0.3)


@pytest.mark.parametrize(
    ("flag", "origins"), [("figures", figure_origins), ("settlements", settlement_origins)]
)
def test_the_command_line_takes_either_set_of_origins(flag, origins, monkeypatch, capsys):
    asked = []

    def run(known, models, origins, horizon, progress):
        asked.append(list(origins))
        raise InputError("stop here")

    monkeypatch.setattr(cli, "run_backtest", run)
    assert cli.main(["backtest", "--origins", flag]) == 2
    known = RECORD.as_of(RECORD.last_settlement)
    assert asked == [list(origins(known))]
    assert len(asked[0]) == {"figures": 18, "settlements": 48}[flag]


def test_an_unknown_set_of_origins_is_bad_input(capsys):
    with pytest.raises(SystemExit) as stop:
        cli.main(["backtest", "--origins", "months"])
    assert stop.value.code == 2
    assert "settlements" in capsys.readouterr().err
