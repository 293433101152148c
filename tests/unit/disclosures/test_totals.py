"""When a total is made up of other figures, and when it still says something of its own."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from forecasting import InputError
from forecasting.disclosures import load_disclosures
from tests.helpers.observation_rows import csv_of, figure, folder_with

SHARES = [figure("2020-10-14", value="4"), figure("2020-10-28", value="5")]


def total(value: str, start: str = "2020-10-01", quantity: str = "share_sum", **more: str):
    row = figure(quantity=quantity, value=value, source_id="herald", rounding_half_width="0.005")
    return row | {"period_start": start, "period_end": "2020-10-31"} | more


def reconciled(folder: Path, *rows: dict[str, str]) -> tuple[pd.DataFrame, list[str]]:
    folder_with(folder, observations=csv_of(rows))
    record = load_disclosures(folder, plan="village")
    return record.reconciliation(), record.observations["reason"].tolist()


@pytest.mark.parametrize(
    ("row", "ours"),
    [
        (total("9"), 9.0),
        (total("4.5", quantity="share_mean"), 4.5),
        (total("4", quantity="share_min"), 4.0),
        (total("8", bound=">", rounding_half_width="0"), 9.0),
    ],
)
def test_a_total_of_known_settlements_is_a_check(tmp_path: Path, row, ours: float):
    table, reasons = reconciled(tmp_path, *SHARES, row)
    assert reasons == ["", "", "made_up"]
    assert table[["ours", "within"]].to_numpy().tolist() == [[ours, True]]


def test_a_total_that_its_settlements_do_not_make_is_shown_as_such(tmp_path: Path):
    table, reasons = reconciled(tmp_path, *SHARES, total("9.5"))
    assert reasons[-1] == "made_up"
    assert table["difference"].tolist() == [-0.5]
    assert not table["within"].any()


def test_a_missing_settlement_leaves_the_total_its_word(tmp_path: Path):
    table, reasons = reconciled(tmp_path, SHARES[0], total("9"))
    assert reasons == ["", ""]
    assert table.empty


def test_before_the_first_figure_a_sum_counts_only_if_its_parts_make_it(tmp_path: Path):
    """Nine RMB from September on: nothing before October. Twelve: three in September."""
    assert reconciled(tmp_path, *SHARES, total("9", "2020-09-01"))[1][-1] == "made_up"
    assert reconciled(tmp_path, *SHARES, total("12", "2020-09-01"))[1][-1] == ""


def test_a_low_figure_does_not_stand_in_unless_it_is_a_trifle(tmp_path: Path):
    low = figure("2020-10-28", value="5", confidence="low")
    assert reconciled(tmp_path, SHARES[0], low, total("9"))[1][-1] == ""
    trifle = figure("2020-10-28", value="0.05", confidence="low")
    assert reconciled(tmp_path, SHARES[0], trifle, total("4.05"))[1][-1] == "made_up"


def test_shorter_sums_stand_in_for_settlements_that_are_missing(tmp_path: Path):
    persons = {"unit": "persons", "rounding_half_width": "0.5"}
    rows = [
        figure("2020-09-14", quantity="helped", value="10", **persons),
        total("30", "2020-09-01", "helped_sum", **persons) | {"period_end": "2020-10-14"},
        figure("2020-10-28", quantity="helped", value="12", **persons),
        total("42", "2020-09-01", "helped_sum", **persons),
    ]
    table, reasons = reconciled(tmp_path, *rows)
    assert reasons == ["", "", "", "made_up"]
    assert table[["ours", "settlements"]].to_numpy().tolist() == [[42, 4]]


def test_figures_between_two_settlements_are_refused_before_they_make_up_anything(tmp_path: Path):
    """A share of the 18th is of no settlement, and the 27th and the 28th are of one."""
    rows = [figure("2020-10-18", value="4"), figure("2020-10-27", value="5")]
    with pytest.raises(InputError, match=r"(?s)row 2, column period_end.*row 4"):
        reconciled(tmp_path, *rows, figure("2020-10-28", value="3"), total("12"))
