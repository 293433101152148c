import numpy as np
import pytest

from forecasting import cohort_map, fit, forecast, load_disclosures, selection_curves

RECORD = load_disclosures()
FITTED = fit(RECORD.as_of("2020-10-28"))


def test_the_response_rises_from_nothing_to_the_whole() -> None:
    response = selection_curves(FITTED, draws=50).response
    assert response["q50"].iloc[0] < 0.05
    assert response["q90"].iloc[-1] > 0.9
    assert (np.diff(response["q50"]) >= -1e-9).all()
    assert (response["q10"] <= response["q90"]).all()


def test_the_mean_lag_is_the_area_above_the_response() -> None:
    outlook = forecast(FITTED, 4, 2000)
    response = selection_curves(FITTED, draws=400).response
    area = float((1 - response["q50"]).sum())
    assert outlook.lag_periods.q10 - 3 < area < outlook.lag_periods.q90


def test_cohorts_only_claim_after_they_joined() -> None:
    table = cohort_map(FITTED)
    assert np.tril(table.to_numpy(), -1).max() == pytest.approx(0.0, abs=1e-6)
    assert table.index.name == "joined"
