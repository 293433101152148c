"""Every assumption has an answer at either end of its range."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from forecasting import Scenario, fit, forecast, load_disclosures
from forecasting.assumptions.table import ASSUMPTION_BY_NAME

FITTED = fit(load_disclosures().as_of("2020-10-28"))


@pytest.mark.parametrize("name", ASSUMPTION_BY_NAME)
def test_either_end_of_every_range_has_an_answer(name) -> None:
    one = ASSUMPTION_BY_NAME[name]
    ends: dict[str, tuple[Any, ...]] = {
        "number": (one.lower, one.upper),
        "choice": one.choices,
        "switch": (False,),
        "day": (date(2018, 10, 1), date(2018, 10, 20)),
    }
    stops = (date(2018, 11, 14), date(2020, 12, 28))
    for end in ends.get(one.form, stops):
        scenario = Scenario().with_changes({name: end})
        fitted = FITTED if one.kind != "assumption" else fit(FITTED.disclosures, scenario)
        result = forecast(replace(fitted, scenario=scenario), 24, 20)
        assert np.isfinite(result.periods.filter(like="_q").to_numpy()).all()
        assert result.steady_state.q50 > 0
