"""A reader's own file, forecast or declined with what is missing."""

from __future__ import annotations

import json

import pytest

from forecasting import Refused, fit, forecast, load_disclosures
from forecasting.base.tabular import to_csv
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.uploads.reading import example, forecast_upload, plans_of
from tests.helpers.observation_rows import csv_of, village
from tests.helpers.synthetic import AS_OF

KNOWN = load_disclosures().as_of(AS_OF)


FIGURES = KNOWN.figures()[list(OBSERVATIONS.columns)]


def test_figures_read_back_give_the_plans_own_forecast():
    content = to_csv(FIGURES).encode("utf-8-sig")
    assert plans_of(content) == ("xianghubao",)
    found = forecast_upload(content, "xianghubao", horizon=24)
    ours = forecast(fit(KNOWN), horizon=24)
    assert found.forecast.as_of == AS_OF
    assert found.forecast.steady_state.q50 == pytest.approx(ours.steady_state.q50, rel=1e-3)
    assert (found.rows, found.fitted) == (len(FIGURES), len(FIGURES))


def test_the_example_is_small_and_forecast_as_it_is():
    sheet = example(KNOWN)
    assert 3 < len(sheet) <= 24
    found = forecast_upload(to_csv(sheet).encode("utf-8-sig"), "xianghubao")
    assert found.forecast.as_of == AS_OF
    assert found.fitted == int(sheet[["share", "members", "helped"]].notna().sum().sum())


def test_an_unknown_plan_is_forecast_and_what_was_assumed_is_named():
    found = forecast_upload(csv_of(village()), "village")
    assert 0.5 < found.forecast.steady_state.q50 < 5
    assert found.forecast.periods["status"].tolist().count("forecast") == 24
    together = "\n".join(found.warnings)
    for part in ("gazette", "fee unknown", "waiting period unknown"):
        assert part in together


def test_rules_that_came_later_are_not_known():
    content = to_csv(
        load_disclosures().as_of("2019-12-28").figures()[list(OBSERVATIONS.columns)]
    ).encode()
    found = forecast_upload(content, "xianghubao")
    assert found.forecast.as_of.year == 2019
    assert json.dumps(found.forecast.to_dict())


@pytest.mark.parametrize(
    ("rows", "part"),
    [
        (village(2), "2 claims figures"),
        ([row for row in village(9) if row["quantity"] == "share"], "no sharing_members"),
        (
            [
                row | ({"quantity": "helped", "unit": "persons", "value": "90"})
                if row["quantity"] == "share"
                else row
                for row in village(9)
            ],
            "no share of a single settlement",
        ),
        (
            [
                row | {"value": str(10 ** (1 + i % 7))} if row["unit"] == "persons" else row
                for i, row in enumerate(village(40))
            ],
            "contradict each other",
        ),
        (
            [
                row | {"value": str(10 ** (i % 5))} if row["quantity"] == "share" else row
                for i, row in enumerate(village(40))
            ],
            "contradict each other",
        ),
    ],
)
def test_too_little_or_nonsense_is_refused_with_what_is_missing(rows, part):
    with pytest.raises(Refused, match=part):
        forecast_upload(csv_of(rows), "village")
