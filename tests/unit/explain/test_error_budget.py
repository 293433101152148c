"""The error budget: terms that sum to the error, and sources that can be told apart."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from charts.track_record.error_budget import budget_chart
from forecasting import InputError, fit, load_disclosures
from forecasting.explain.error_budget import SOURCES, error_budget
from locales import LANGUAGES, Translator
from sentences.track_record import budget as sentence
from tests.helpers.synthetic import STAMP

RECORD = load_disclosures()
LAST = RECORD.last_settlement


@pytest.fixture(scope="module")
def fits():
    return [fit(RECORD.as_of(day)) for day in ("2020-10-28", LAST)]


def test_the_terms_sum_to_the_error(fits) -> None:
    frame = error_budget(*fits).frame
    assert len(frame) == 24
    np.testing.assert_allclose(frame[list(SOURCES)].sum(axis=1), frame["total"], atol=1e-10)
    np.testing.assert_allclose(frame["forecast"] - frame["later"], frame["total"])


def test_all_that_is_known_later_is_the_later_fit(fits) -> None:
    then, later = fits
    past = len(then.grid)
    np.testing.assert_allclose(
        error_budget(then, later).frame["later"], later.path.share[past : past + 24], rtol=1e-6
    )


def test_a_forecast_that_differs_in_one_thing_differs_by_that_alone(fits) -> None:
    """The later fit, short of its last year, with every case a fifth dearer."""
    _, later = fits
    aid = later.point["severe_aid"] * 1.2
    then = replace(fits[0], free=later.free, fixed=later.fixed, scales=later.scales)
    then = replace(
        then,
        scales=tuple(
            replace(each, mode=each.mode[: len(later.free) + len(then.grid)])
            for each in later.scales
        ),
    )
    vars(then)["point"] = later.point | {"severe_aid": aid}
    frame = error_budget(then, later).frame
    assert frame["claims"].abs().max() < 1e-12
    assert frame["delay"].abs().max() < 1e-12
    weight = (frame["forecast"] - frame["later"]) / np.log(frame["forecast"] / frame["later"])
    np.testing.assert_allclose(frame["aid"], weight * np.log(1.2), rtol=1e-4)


def test_days_in_the_wrong_order_are_refused(fits) -> None:
    with pytest.raises(InputError, match="a settlement or more apart"):
        error_budget(fits[1], fits[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said_and_drawn(fits, language: str) -> None:
    found, tr = error_budget(*fits), Translator(language)
    wording = sentence(found, tr)
    largest = found.mean().index[0]
    assert tr.t(f"error_source.{largest}") in wording
    chart = budget_chart(found, found.as_of, tr, STAMP)
    assert len(chart.table) == len(found.frame)
