"""Paths far ahead stay numbers, and a path does not depend on how it was computed."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting import fit, forecast, load_disclosures
from forecasting.simulation import draws as sampling
from forecasting.simulation.paths import LONGEST_HORIZON, draw_paths

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def last_day():
    """Members were in flight on the last day: the hardest to continue."""
    return fit(load_disclosures())


def test_a_century_ahead_the_share_still_follows_its_own_level(last_day) -> None:
    periods = forecast(last_day, LONGEST_HORIZON, paths=100).periods
    assert np.isfinite(periods.filter(regex="_q").to_numpy()).all()
    ratio = periods["share_q50"].tail(500) / periods["undiluted_share_q50"].tail(500)
    assert ratio.between(0.5, 2.0).all()


def test_what_lies_within_the_horizon_does_not_depend_on_it(last_day) -> None:
    near = draw_paths(last_day, 1, 50, seed=0).undiluted
    far = draw_paths(last_day, 60, 50, seed=0).undiluted[:, : near.shape[1] - 1]
    assert far == pytest.approx(near[:, :-1], rel=1e-6)


def test_blocks_change_nothing(last_day, monkeypatch) -> None:
    whole = draw_paths(last_day, 12, 60, seed=3)
    monkeypatch.setattr(sampling, "BLOCK", 7)
    parts = draw_paths(last_day, 12, 60, seed=3)
    assert parts.share == pytest.approx(whole.share, rel=1e-9)
    assert parts.helped == pytest.approx(whole.helped, rel=1e-9, abs=1e-6)
