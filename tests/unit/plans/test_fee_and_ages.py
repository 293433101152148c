"""Where the fee goes, and what the bands say about the mean age."""

from __future__ import annotations

import pytest

from forecasting import InputError, Refused, load_disclosures
from forecasting.article.incidence import age_mix, birth_year_bands
from forecasting.plans.ages import band_ages, mean_age_reading
from forecasting.plans.fee import fee_economics, fee_within, insurer_expense
from tests.helpers import synthetic

RECORD = load_disclosures()


def test_fee_and_aid_add_up_to_what_is_paid():
    year = fee_economics(RECORD.as_of("2020-10-28")).disclosed
    assert year.aid + year.fee == pytest.approx(year.paid)
    assert year.fee == pytest.approx(0.08 * year.aid)
    assert year.investigation == pytest.approx(0.4 * year.fee)


@pytest.mark.parametrize("kind", ["group", "individual"])
def test_an_insurers_gross_premium_holds_its_expenses_and_the_same_aid(kind):
    year = fee_economics(RECORD.as_of("2020-10-28")).disclosed
    gross = year.aid + year.insurer[kind]
    assert year.insurer[kind] / gross == pytest.approx({"group": 0.25, "individual": 0.35}[kind])


def test_the_forecast_year_is_used_where_there_is_one():
    fee = fee_economics(RECORD.as_of("2020-10-28"), synthetic.quantiles(130.0))
    assert fee.year.paid == 130.0
    assert fee.forecast_fee == pytest.approx((fee_within(104.0, 0.08), fee_within(162.5, 0.08)))


def test_what_was_not_known_yet_stays_unknown():
    fee = fee_economics(RECORD.as_of("2019-07-28"))
    assert fee.investigation_per_case is None
    assert fee.disclosed.investigation is None


def test_too_little_is_refused_and_a_ratio_of_one_is_bad_input():
    with pytest.raises(Refused, match="needed"):
        fee_economics(RECORD.as_of("2019-01-28"))
    with pytest.raises(InputError, match="legal: 0 to below 1"):
        insurer_expense(100.0, 1.0)


def test_bands_are_the_ages_the_age_mix_takes():
    reading = mean_age_reading(RECORD)
    mix = age_mix(RECORD.tables.population_china, 33.0, birth_year_bands(RECORD.member_profile))
    for decade, share in reading.bands.items():
        assert mix.by_age[band_ages(decade)].sum() == pytest.approx(share)


@pytest.mark.parametrize("name", ["assumed", "disclosed"])
def test_the_rest_with_the_needed_age_gives_the_mean(name):
    reading = mean_age_reading(RECORD)
    in_bands = reading.national - reading.unpublished * reading.rest_national
    rest = getattr(reading, f"rest_for_{name}")
    assert in_bands + reading.unpublished * rest == pytest.approx(getattr(reading, name))


def test_without_bands_or_ages_there_is_no_reading():
    with pytest.raises(Refused, match="mean ages"):
        mean_age_reading(RECORD.as_of("2020-06-14"))
