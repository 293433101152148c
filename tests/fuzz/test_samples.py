"""Each harness on a fixed sample of its inputs; `make fuzz` tries far more."""

from __future__ import annotations

import pytest

from tests.fuzz.names import NAMES, harness

SEED = 20201028


@pytest.mark.parametrize("name", NAMES)
def test_no_property_fails_on_a_sample(name: str):
    tried = harness(name)
    for data in tried.sample(SEED):
        try:
            tried.run(data)
        except Exception as error:
            raise AssertionError(f"{name}, on {data!r}") from error


@pytest.mark.parametrize("name", NAMES)
def test_the_same_number_gives_the_same_inputs(name: str):
    tried = harness(name)
    assert tried.sample(SEED) == tried.sample(SEED) != tried.sample(SEED + 1)
