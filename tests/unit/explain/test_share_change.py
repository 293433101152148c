from datetime import date

import numpy as np
import pytest

from forecasting import decompose_dilution, fit, load_disclosures
from forecasting.base.errors import InputError
from forecasting.explain.share_change import level_factors, split_growth

FITTED = fit(load_disclosures().as_of("2021-12-14"))
DILUTION = decompose_dilution(FITTED, draws=10)


def growth(start: str, end: str):
    return split_growth(FITTED, DILUTION, date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("start", "end"),
    [("2019-06-14", "2020-10-28"), ("2020-10-28", "2021-12-14"), ("2019-01-28", "2021-12-14")],
)
def test_the_causes_sum_to_the_growth(start: str, end: str) -> None:
    split = growth(start, end)
    assert split.causes["rmb"].sum() == pytest.approx(split.last_share - split.first_share)


def test_the_factors_multiply_to_the_undiluted_share() -> None:
    product = np.prod(list(level_factors(FITTED).values()), axis=0)
    undiluted = DILUTION.frame["undiluted"].to_numpy()
    assert undiluted / product[-len(undiluted) :] == pytest.approx(
        undiluted[-1] / product[-1], rel=1e-6
    )


def test_fading_dilution_drives_the_growth_until_2020_and_leavers_raise_the_level_after() -> None:
    before = growth("2019-06-14", "2020-10-28").causes.set_index("cause")["rmb"]
    after = growth("2020-10-28", "2021-12-14").causes.set_index("cause")["rmb"]
    assert before[["waiting", "ramp", "delay"]].sum() > 2.5
    assert after["leavers"] > 0.3


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2020-10-27", "2021-01-14", "2020-10-27"),
        ("2021-01-14", "2021-01-14", "before"),
        ("2021-01-14", "2022-01-14", "legal"),
    ],
)
def test_days_out_of_range_are_named(start: str, end: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        growth(start, end)
