import numpy as np
import pytest

from forecasting.article.incidence import (
    FINAL_TABLE,
    age_mix,
    ageing_curve,
    birth_year_bands,
    mild_relative_aid,
    mix_incidence,
    mix_share,
    table_rate,
)
from forecasting.base.errors import InputError
from forecasting.disclosures import load_tables

TABLES = load_tables()
BANDS = {1980: 0.315, 1990: 0.282, 2010: 0.07}


def test_an_age_mix_has_the_mean_and_the_published_bands() -> None:
    mix = age_mix(TABLES.population_china, 34.4, BANDS)
    assert mix.by_age.sum() == pytest.approx(1.0)
    assert mix.mean_age == pytest.approx(34.4, abs=1e-6)
    assert mix.by_age[31:41].sum() == pytest.approx(0.315)
    assert mix.by_age[21:31].sum() == pytest.approx(0.282)
    assert mix.by_age[1:11].sum() == pytest.approx(0.07)


def test_a_mean_age_no_mix_can_have_is_refused() -> None:
    with pytest.raises(InputError, match="legal"):
        age_mix(TABLES.population_china, 58.0, BANDS)


def test_bands_are_read_from_the_member_profile() -> None:
    from forecasting.disclosures import load_disclosures

    assert birth_year_bands(load_disclosures().member_profile) == BANDS


def test_a_mix_costs_more_than_its_mean_age() -> None:
    """With mean age 32 the table less 25% gives 13 to 20 per 10,000, 10 to 13 RMB."""
    mix = age_mix(TABLES.population_china, 32.0, BANDS)
    incidence = 0.75 * mix_incidence(TABLES.ci_incidence, mix) * 1e4
    assert 13 <= incidence <= 20
    assert 10 <= mix_share(TABLES.ci_incidence, mix, 3e5, 1e5) <= 13


def test_ageing_starts_at_one_raises_incidence_and_lowers_mean_aid() -> None:
    curve = ageing_curve(
        TABLES.ci_incidence, age_mix(TABLES.population_china, 32.0, BANDS), 3e5, 1e5
    )
    assert curve.incidence[0] == curve.aid[0] == 1.0
    assert 1.01 < curve.incidence[1] < 1.05
    assert 0.97 < curve.aid[1] < 1.0
    assert 1.01 < curve.incidence[1] * curve.aid[1] < 1.03
    by_period = curve.at_periods(49)
    assert by_period[0][24] == pytest.approx(curve.incidence[1], rel=1e-3)


def test_mild_cases_are_younger_so_more_of_them_get_the_full_amount() -> None:
    mix = age_mix(TABLES.population_china, 32.0, BANDS)
    ratio = mild_relative_aid(TABLES.ci_incidence, TABLES.ci_mild_to_severe_ratio, mix, 3e5, 1e5)
    assert 1.2 < ratio < 1.6


def test_fractional_ages_are_interpolated() -> None:
    low, high = (table_rate(TABLES.ci_incidence, FINAL_TABLE, "male", age) for age in (34, 35))
    between = table_rate(TABLES.ci_incidence, FINAL_TABLE, "male", 34.4)
    assert between == pytest.approx(0.6 * low + 0.4 * high)
    assert np.sign(high - low) == 1
