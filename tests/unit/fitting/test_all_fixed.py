"""A scenario that fixes every assumption still gives a fit, a forecast and its checks."""

from __future__ import annotations

import numpy as np
import pytest

from forecasting import Scenario, fit, forecast, load_disclosures
from forecasting.assumptions.parameters import PARAMETERS
from forecasting.explain.credibility import credibility
from forecasting.fitting.checks import check_fit

KNOWN = load_disclosures().as_of("2020-10-28")
FREE = fit(KNOWN)
POINT = {p.name: float(FREE.point[p.name]) for p in PARAMETERS}
FIXED = fit(KNOWN, Scenario(**POINT))


def test_nothing_is_free_and_no_parameter_has_a_spread():
    assert FIXED.free == ()
    assert FIXED.converged
    assert FIXED.covariance().shape == (0, 1)
    assert np.allclose(FIXED.parameters["q10"], FIXED.parameters["q90"])
    assert "the scenario fixes every assumption" in FIXED.warnings[-1]


def test_its_forecast_stands_where_the_free_fit_does():
    free, fixed = forecast(FREE), forecast(FIXED)
    assert fixed.steady_state.q50 == pytest.approx(free.steady_state.q50, rel=0.05)
    width = fixed.steady_state.q90 - fixed.steady_state.q10
    assert 0 < width < free.steady_state.q90 - free.steady_state.q10


def test_checks_and_credibility_answer():
    assert len(check_fit(FIXED).figures) == len(FIXED.residuals)
    rating = credibility(FIXED)
    assert rating.z_model == 0.0
    assert rating.experience is None


@pytest.mark.parametrize("left", ["pandemic_pace", "severe_aid"])
def test_one_free_assumption_is_enough_too(left):
    fixed = {name: value for name, value in POINT.items() if name != left}
    known = load_disclosures().as_of("2021-12-14")
    fitted = fit(known, Scenario(**fixed))
    assert [parameter.name for parameter in fitted.free] == [left]
    assert forecast(fitted, paths=200).settling_periods.q50 >= 0
