"""What every forecaster, ours or rival, must hold to."""

import numpy as np
import pytest

from forecasting import Refused, load_disclosures
from forecasting.base.quantiles import QUANTILE_LEVELS
from forecasting.evaluation.backtest import our_models
from forecasting.evaluation.rivals import HOUSE, NATIVE, RIVALS, Forecaster, method_of

RECORD = load_disclosures()
EVERY = [*our_models(), *RIVALS]
every_forecaster = pytest.mark.parametrize("model", EVERY, ids=lambda model: model.name)
FROM_THE_FIRST_ORIGIN = [model for model in EVERY if method_of(model.name) != "article"]


@every_forecaster
@pytest.mark.parametrize("day", ["2020-10-28", "2021-06-14"])
@pytest.mark.parametrize("horizon", [1, 24])
def test_quantiles_are_finite_ordered_and_not_negative(
    model: Forecaster, day: str, horizon: int
) -> None:
    quantiles = model.quantiles(RECORD.as_of(day), horizon)
    assert quantiles.shape == (horizon, len(QUANTILE_LEVELS))
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert (quantiles >= 0).all()


@every_forecaster
def test_it_says_the_same_twice(model: Forecaster) -> None:
    known = RECORD.as_of("2020-10-28")
    assert model.quantiles(known, 6) == pytest.approx(model.quantiles(known, 6), rel=1e-12)


@every_forecaster
def test_a_longer_horizon_does_not_change_the_near_one(model: Forecaster) -> None:
    known = RECORD.as_of("2020-10-28")
    near, far = model.quantiles(known, 4), model.quantiles(known, 24)[:4]
    assert near == pytest.approx(far, rel=0.05)


@every_forecaster
def test_later_figures_change_nothing(model: Forecaster) -> None:
    seen_later = RECORD.as_of("2021-12-14").as_of("2020-10-28")
    expected = model.quantiles(RECORD.as_of("2020-10-28"), 6)
    assert model.quantiles(seen_later, 6) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("model", FROM_THE_FIRST_ORIGIN, ids=lambda model: model.name)
def test_it_answers_at_the_first_origin(model: Forecaster) -> None:
    assert np.isfinite(model.quantiles(RECORD.as_of("2019-06-28"), 24)).all()


@every_forecaster
def test_too_little_data_is_refused(model: Forecaster) -> None:
    with pytest.raises(Refused):
        model.quantiles(RECORD.as_of("2019-03-28"), 6)


@every_forecaster
def test_a_day_without_a_new_figure_counts_its_horizon_from_the_day(model: Forecaster) -> None:
    quantiles = model.quantiles(RECORD.as_of("2021-05-28"), 3)
    assert quantiles.shape == (3, len(QUANTILE_LEVELS))


def test_names_are_unique_and_kinds_are_stated() -> None:
    names = [model.name for model in EVERY]
    assert len(names) == len(set(names))
    assert {model.kind for model in our_models()} == {"ours"}
    assert {model.kind for model in RIVALS} == {"rival"}


def test_every_rival_competes_with_both_intervals_and_the_article_with_the_houses() -> None:
    names = {model.name for model in RIVALS}
    methods = {method_of(name) for name in names}
    assert names == {m + kind for m in methods for kind in (NATIVE, HOUSE)} - {f"article{NATIVE}"}


@pytest.mark.parametrize("method", sorted(set(map(method_of, (r.name for r in RIVALS)))))
def test_both_intervals_have_one_median_where_nothing_can_fall_below_zero(method: str) -> None:
    known = RECORD.as_of("2020-10-28")
    medians = [m.quantiles(known, 24)[:, 3] for m in RIVALS if method_of(m.name) == method]
    assert medians[0] == pytest.approx(medians[-1])
