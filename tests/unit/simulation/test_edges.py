"""Odd days, odd files and odd terminals: refused or left alone in words, with a stated code."""

from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasting import InputError, Refused, Scenario, fit, forecast, load_disclosures
from forecasting.assumptions.links import decode_link
from forecasting.assumptions.table import ASSUMPTION_BY_NAME
from forecasting.base.files import read_regular, write_whole
from forecasting.base.tabular import plain_number, to_csv
from forecasting.cli.main import main
from forecasting.disclosures.published import article_forecast
from forecasting.evaluation.backtest import run_backtest
from forecasting.evaluation.rivals import ArticleForecaster
from tests.helpers.synthetic import AS_OF

CASES = Path(__file__).parents[2] / "cases"
RECORD = load_disclosures()


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = int(stop.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("backtest", "--as-of", "2019-03-28"), "no share was disclosed after a day"),
        (("forecast", "--as-of", "2060-01-01"), "the last figure is of"),
        (("fit", "--as-of", "2099-12-31"), "the last figure is of"),
    ],
)
def test_a_day_that_allows_no_answer_is_refused(capsys, arguments, sentence):
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (3, "")
    assert sentence in err
    assert "Traceback" not in err


def test_a_plan_without_shares_has_no_backtest():
    with pytest.raises(Refused, match="no share was disclosed"):
        run_backtest(load_disclosures(plan="waterdrop"))


def test_shares_beyond_what_is_possible_are_refused_for_every_caller():
    fitted = fit(RECORD.as_of(AS_OF), Scenario(severe_aid=ASSUMPTION_BY_NAME["severe_aid"].upper))
    beyond = tuple(replace(one, mode=one.mode + 40.0) for one in fitted.scales)
    broken = replace(fitted, scales=beyond)
    with pytest.raises(Refused, match="leaves what is possible"):
        forecast(broken, horizon=4, paths=50)


def test_the_settlements_ahead_do_not_depend_on_the_horizon():
    fitted = fit(RECORD.as_of(AS_OF))
    short, long = (forecast(fitted, horizon, paths=200) for horizon in (6, 40))
    pd.testing.assert_frame_equal(short.periods, long.periods.head(len(short.periods)))
    for name in ("next_year_total", "next_share"):
        mine, other = getattr(short, name).to_dict(), getattr(long, name).to_dict()
        assert mine == pytest.approx(other, rel=1e-9)


def test_the_article_is_found_by_name_wherever_its_row_stands():
    published = RECORD.published_forecasts
    other = published[published["source_id"] == "wang2020"].assign(
        source_id="other", by="other", value=9.0
    )
    both = pd.concat([published, other], ignore_index=True)
    found = article_forecast(both)
    assert found is not None
    assert found["value"] == 5.025
    record = replace(RECORD, published_forecasts=both).as_of(AS_OF)
    quantiles = ArticleForecaster().quantiles(record, 4)
    assert quantiles[0, 3] == pytest.approx(5.025)


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (12345678901.25, "12345678901.25"), (0.000012345, "0.000012345"), (1e15, "1" + "0" * 15),
        (0.1 + 0.2, "0.3"), (-1.5, "-1.5"), (4.0, "4"), (math.nan, ""),
    ],
)  # fmt: skip
def test_numbers_keep_their_digits_and_have_no_exponent(number, written):
    assert plain_number(number) == written
    assert to_csv(pd.DataFrame({"x": [number]})).splitlines()[1] in {written, '""'}


@pytest.mark.parametrize("text", ["1_5_0", "１５０", "0x96", "nan", "inf", "1e999", " 150a"])
def test_one_reader_of_numbers(capsys, text):
    code, _, err = run(capsys, "steady-state", "--mean-aid", text)
    assert code == 2
    assert "a number" in err
    code, _, err = run(capsys, "forecast", "--set", f"delay_days={text}")
    assert code == 2
    _, unusable = decode_link({"delay_days": text})
    assert [one.name for one in unusable] == ["delay_days"]


@pytest.mark.parametrize("text", ["20201028", "2020-W44-3", "２０２０-10-28", "2020-10-28T00:00"])
def test_one_reader_of_days(capsys, tmp_path, text):
    assert run(capsys, "forecast", "--as-of", text)[0] == 2
    assert decode_link({"as_of": text})[0].as_of is None
    _, unusable = decode_link({"enrolment_stops_on": text})
    assert [one.name for one in unusable] == ["enrolment_stops_on"]
    file = tmp_path / "scenario.json"
    file.write_text(json.dumps({"enrolment_stops_on": text}), encoding="utf-8")
    assert run(capsys, "forecast", "--scenario", str(file))[0] == 2


@pytest.mark.parametrize("text", ["2_4", "２４", "24.0", "1e1", "+-3"])
def test_one_reader_of_whole_numbers(capsys, text):
    assert run(capsys, "forecast", "--horizon", text)[0] == 2


def test_pipes_links_and_devices_are_refused_at_once(tmp_path):
    pipe, link = tmp_path / "pipe.csv", tmp_path / "link.csv"
    os.mkfifo(pipe)
    link.symlink_to(CASES / "base.csv")
    for path in (pipe, link, tmp_path, Path("/dev/zero")):
        with pytest.raises(InputError, match="a folder, link, pipe or device"):
            read_regular(path, 10)
        with pytest.raises(InputError, match="a folder, link, pipe or device"):
            write_whole(path, b"x")


def test_a_dangling_link_in_a_data_folder_does_not_stand_for_our_own_file(tmp_path, capsys):
    (tmp_path / "observations.csv").symlink_to(tmp_path / "nowhere.csv")
    code, _, err = run(capsys, "forecast", "--data", str(tmp_path))
    assert code == 2
    assert "observations.csv: cannot be read" in err


def test_output_never_replaces_an_input(tmp_path, capsys):
    mine = tmp_path / "mine.csv"
    mine.write_bytes((CASES / "base.csv").read_bytes())
    code, _, err = run(capsys, "validate", str(mine), "--output", str(mine))
    assert code == 2
    assert "an input of this run" in err
    assert mine.read_bytes() == (CASES / "base.csv").read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["mine.csv"]


def test_what_cannot_be_written_whole_leaves_the_old_file(tmp_path, monkeypatch):
    target = tmp_path / "out.csv"
    target.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_debug_shows_where_an_error_was_raised(capsys):
    assert "Traceback" not in run(capsys, "validate", "nowhere.csv")[2]
    code, _, err = run(capsys, "validate", "nowhere.csv", "--debug")
    assert code == 2
    assert "Traceback" in err
    assert err.rstrip().endswith("No such file or directory")


def test_a_day_within_the_plans_own_length_is_answered():
    known = RECORD.as_of(date(2022, 6, 28))
    assert fit(known).as_of == date(2022, 6, 28)
    assert np.isfinite(fit(known).mode_).all()
