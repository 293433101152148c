"""Results: what compares, what serves as a key, and which intervals there are."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from typing import Any

import numpy as np
import pytest

import forecasting
from forecasting import InputError, Quantiles, Scenario, fit, forecast, load_disclosures
from forecasting.base.quantiles import QUANTILE_LEVELS, quantile_columns

HOLDS_ARRAYS = re.compile(r"(?<!Callable\[\[)\b(?:Array|np\.ndarray|pd\.(?:DataFrame|Series))\b")


def dataclasses_of_the_engine() -> list[type[Any]]:
    """Every dataclass that a module of the engine defines."""
    found = []
    for module in pkgutil.walk_packages(forecasting.__path__, "forecasting."):
        if module.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if dataclasses.is_dataclass(value) and isinstance(value, type):
                found += [value] if value.__module__ == module.name else []
    return found


def holds_arrays(kind: type[Any]) -> bool:
    """Whether a field is an array or a frame, itself or in a container; functions are none."""
    types = [str(field.type) for field in dataclasses.fields(kind)]
    return any(HOLDS_ARRAYS.search(text) and not text.startswith("Callable") for text in types)


def test_what_holds_arrays_compares_by_identity() -> None:
    """Comparing arrays field by field would raise, and so would their hash."""
    kinds = dataclasses_of_the_engine()
    assert sum(holds_arrays(kind) for kind in kinds) > 30
    assert [kind.__name__ for kind in kinds if holds_arrays(kind) and "__eq__" in vars(kind)] == []


def test_two_fits_of_a_day_compare_and_serve_as_keys() -> None:
    known = load_disclosures().as_of("2019-12-28")
    first, second = fit(known, Scenario()), fit(known, Scenario())
    assert first == first
    assert first != second
    assert len({first, second, first}) == 2
    outlook = forecast(first, horizon=2, paths=50)
    assert len({outlook, forecast(first, horizon=2, paths=50)}) == 2


@pytest.mark.parametrize("level", [0, 90, 99])
def test_an_interval_that_is_not_kept_names_the_legal_ones(level: int) -> None:
    quantiles = Quantiles(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    assert [quantiles.interval(legal) for legal in (50, 80, 95)] == [(3, 5), (2, 6), (1, 7)]
    with pytest.raises(InputError, match=rf"{level}%.*legal: 50%, 80%, 95%"):
        quantiles.interval(level)


@pytest.mark.parametrize("paths", [1, 2, 250, 997])
def test_the_columns_are_numpys_quantiles(paths: int) -> None:
    draws = np.random.default_rng(paths).lognormal(size=(paths, 6))
    found = np.stack([*quantile_columns(draws, "share").values()])
    np.testing.assert_allclose(found, np.quantile(draws, QUANTILE_LEVELS, axis=0), rtol=1e-14)


def test_a_draw_that_is_no_number_leaves_no_quantile_of_its_period() -> None:
    draws = np.arange(20.0).reshape(10, 2)
    draws[4, 1] = np.nan
    found = np.stack([*quantile_columns(draws, "share").values()])
    assert np.isnan(found[:, 1]).all()
    assert np.isfinite(found[:, 0]).all()
