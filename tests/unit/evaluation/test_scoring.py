import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting.base.quantiles import QUANTILE_LEVELS
from forecasting.evaluation.scoring import (
    probability_integral_transform,
    score,
    weighted_interval_score,
)

FORECAST = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])


def test_wis_by_hand_inside_every_interval() -> None:
    """Median 4, observed 4.5: (0.5 x 0.5 + 0.025 x 6 + 0.1 x 4 + 0.25 x 2) / 3.5 = 1.3 / 3.5."""
    wis, dispersion, over, under = weighted_interval_score(FORECAST, np.array(4.5))
    assert wis == pytest.approx(1.3 / 3.5)
    assert dispersion == pytest.approx(1.05 / 3.5)
    assert over == 0.0
    assert under == pytest.approx(0.25 / 3.5)


def test_wis_by_hand_above_every_interval() -> None:
    """Observed 9: 0.5 x 5 + widths 1.05 + (9 - 7) + (9 - 6) + (9 - 5) = 12.55, over 3.5."""
    wis, _, over, under = weighted_interval_score(FORECAST, np.array(9.0))
    assert wis == pytest.approx(12.55 / 3.5)
    assert over == 0.0
    assert under == pytest.approx(11.5 / 3.5)


def test_wis_is_twice_the_mean_quantile_score() -> None:
    levels = np.array(QUANTILE_LEVELS)
    for observed in (0.0, 2.5, 4.0, 8.0):
        pinball = np.where(
            observed >= FORECAST,
            levels * (observed - FORECAST),
            (1 - levels) * (FORECAST - observed),
        )
        wis = weighted_interval_score(FORECAST, np.array(observed))[0]
        assert wis == pytest.approx(2 * pinball.mean())


@given(st.lists(st.floats(0.01, 50), min_size=7, max_size=7), st.floats(0.01, 50))
def test_the_parts_add_up_and_are_not_negative(values: list[float], observed: float) -> None:
    parts = weighted_interval_score(np.sort(values), np.array(observed))
    assert parts[0] == pytest.approx(sum(parts[1:]))
    assert min(parts) >= 0


def test_coverage_counts_the_ends() -> None:
    scores = score(np.tile(FORECAST, (4, 1)), np.array([1.0, 2.0, 5.0, 7.1]))
    assert scores.inside_95.tolist() == [1, 1, 1, 0]
    assert scores.inside_80.tolist() == [0, 1, 1, 0]
    assert scores.inside_50.tolist() == [0, 0, 1, 0]


def test_pit_reads_the_distribution() -> None:
    quantiles = np.tile(FORECAST, (3, 1))
    pit = probability_integral_transform(quantiles, np.array([4.0, 0.0, 9.0]))
    assert pit == pytest.approx([0.5, 0.0125, 0.9875])
