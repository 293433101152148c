"""Every kind of figure enters the likelihood as it should."""

from datetime import date
from itertools import islice

import numpy as np
import pandas as pd
import pytest

from forecasting.base.settlements import settlements_from
from forecasting.claims.path import ClaimsPath
from forecasting.fitting.likelihood import compile_likelihood

GRID = tuple(islice(settlements_from(date(2019, 1, 14)), 24))
MEMBERS = np.full(24, 1e8)


def path(scale: float = 1.0) -> ClaimsPath:
    share = scale * np.linspace(1.0, 4.0, 24)
    helped = share * 1e8 / 1.08 / 150_000
    aid = helped * 150_000
    return ClaimsPath(helped, 0.3 * helped, aid, aid, share)


def likelihood(quantity: str, start: int, end: int, value: float, bound: str = "=", **changes):
    row = {
        "quantity": quantity, "period_start": pd.Timestamp(GRID[start]),
        "period_end": pd.Timestamp(GRID[end]), "value": value, "bound": bound,
        "rounding_half_width": 0.005 * value, "confidence": "high", "scope": "critical_illness",
        "placement": "stated", "source_id": "x",
    } | changes  # fmt: skip
    return compile_likelihood(pd.DataFrame([row]), GRID, MEMBERS, np.zeros(24), np.full(24, 0.08))


@pytest.mark.parametrize(
    ("quantity", "start", "end", "expected"),
    [
        ("share", 23, 23, 4.0),
        ("share_sum", 0, 23, 60.0),
        ("share_mean", 0, 23, 2.5),
        ("helped", 23, 23, 4e8 / 1.08 / 150_000),
        ("helped_thyroid", 23, 23, 0.3 * 4e8 / 1.08 / 150_000),
        ("helped_sum", 0, 23, 60e8 / 1.08 / 150_000),
        ("aid", 23, 23, 4e8 / 1.08),
        ("mean_aid", 0, 23, 150_000.0),
    ],
)
def test_each_quantity_is_predicted(quantity: str, start: int, end: int, expected: float) -> None:
    compiled = likelihood(quantity, start, end, 1.0)
    assert np.exp(compiled.predict(path())) == pytest.approx([expected])


def test_the_low_point_is_close_to_the_lowest_share() -> None:
    compiled = likelihood("share_min", 10, 20, 1.0)
    lowest = path().share[10]
    assert float(np.exp(compiled.predict(path()))[0]) == pytest.approx(lowest, rel=0.1)


def test_a_rounded_down_figure_is_centred_in_its_interval() -> None:
    compiled = likelihood("helped", 5, 5, 1000.0, "over", rounding_half_width=50.0)
    assert np.exp(compiled.log_value) == pytest.approx([1050.0])


@pytest.mark.parametrize(("bound", "kept", "broken"), [(">", 8.0, 1.0), ("<", 1.0, 8.0)])
def test_an_inequality_costs_nothing_where_it_holds(bound: str, kept: float, broken: float) -> None:
    compiled = likelihood("share", 23, 23, 4.0, bound)

    def cost(level: float) -> float:
        return float(compiled.residuals(np.log([level]))[0] ** 2)

    assert cost(kept) == pytest.approx(0.0, abs=1e-6)
    assert cost(broken) > 100
    assert cost(4.0) == pytest.approx(-2 * np.log(0.5))


@pytest.mark.parametrize("bound", ["=", "<", ">"])
@pytest.mark.parametrize("level", [3.7, 4.0, 4.3])
def test_the_residual_slope_is_the_derivative(bound: str, level: float) -> None:
    compiled = likelihood("share", 23, 23, 4.0, bound)
    at, step = np.log([level]), 1e-6
    difference = (compiled.residuals(at + step) - compiled.residuals(at - step)) / (2 * step)
    assert compiled.residual_slope(at) == pytest.approx(difference, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    ("quantity", "start"),
    [("share_sum", 0), ("mean_aid", 0), ("share_min", 10), ("share_mean", 4), ("share", 23)],
)
def test_the_slope_by_deviation_is_the_derivative(quantity: str, start: int) -> None:
    compiled = likelihood(quantity, start, 23, 1.0)
    base = path()
    rng = np.random.default_rng(1)
    direction = rng.standard_normal(24)

    def moved(step: float) -> ClaimsPath:
        lift = np.exp(step * direction)
        return ClaimsPath(*(getattr(base, name) * lift for name in base.__dataclass_fields__))

    _, slope = compiled.slopes(base)
    up, down = compiled.predict(moved(1e-6)), compiled.predict(moved(-1e-6))
    assert slope @ direction == pytest.approx((up - down) / 2e-6, rel=1e-4, abs=1e-8)


def test_counts_of_few_cases_are_less_precise() -> None:
    few, many = likelihood("helped", 5, 5, 100.0), likelihood("helped", 5, 5, 2500.0)
    assert few.log_sd[0] > 0.1
    assert many.log_sd[0] == pytest.approx(0.02, rel=0.2)


def test_figures_outside_the_grid_are_left_out() -> None:
    outside = likelihood(
        "share",
        5,
        5,
        1.0,
        period_start=pd.Timestamp("2015-01-14"),
        period_end=pd.Timestamp("2015-01-14"),
    )
    assert outside.count == 0
