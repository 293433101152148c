"""What the published decades of birth say about the members' mean age, and what they leave open."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.article.calculation import steady_state
from forecasting.article.incidence import FINAL_TABLE, LEAVING_AGE, birth_year_bands, national_ages
from forecasting.base.arrays import Array
from forecasting.base.errors import Refused
from forecasting.base.messages import Message, on_day
from forecasting.disclosures import Disclosures

BAND_YEAR = 2020
DECADE = 10


@dataclass(frozen=True)
class MeanAgeReading:
    """Mean ages that the published bands allow, in years.

    ``bands``: decade of birth to share of members; ``unpublished``: the share of all other ages
    under 60. ``lowest``, ``highest``: bounds over every mix with these bands; ``national``: within
    and outside the bands ages as in the population. ``source_id``: of the bands. ``assumed``,
    ``disclosed``: the article's 32 and the annual report's 34.4; ``rest_for_assumed``,
    ``rest_for_disclosed``: mean age the others must have for them. ``rest_national``: the mean age
    of the others as in the population.
    """

    bands: dict[int, float]
    unpublished: float
    lowest: float
    highest: float
    national: float
    rest_national: float
    assumed: float
    disclosed: float
    rest_for_assumed: float
    rest_for_disclosed: float
    source_id: str

    @property
    def share_assumed(self) -> float:
        """The article's share at the assumed mean age, on the final table, RMB a settlement."""
        return steady_state(age=self.assumed, table=FINAL_TABLE).share_per_period

    @property
    def share_disclosed(self) -> float:
        """The article's share at the disclosed mean age, on the final table, RMB a settlement."""
        return steady_state(age=self.disclosed, table=FINAL_TABLE).share_per_period


def band_ages(decade: int, year: int = BAND_YEAR) -> Array:
    """Ages in ``year`` of those born in a decade, under 60: year - decade - 9 to year - decade.

    >>> band_ages(1980)[[0, -1]]
    array([31, 40])
    """
    ages = np.arange(year - decade - DECADE + 1, year - decade + 1)
    return ages[(ages >= 0) & (ages < LEAVING_AGE)]


def mean_age_reading(record: Disclosures) -> MeanAgeReading:
    """Bounds and the population's mix for the mean age, against what was assumed and disclosed.

    lowest = sum_b share_b x lowest age of b + rest x lowest age outside the bands, highest alike;
    rest age needed for a mean M = (M - sum_b share_b x mean age of b) / rest. Raises Refused where
    bands, the assumed or the disclosed mean age are not known.

    >>> from forecasting.disclosures import load_disclosures
    >>> reading = mean_age_reading(load_disclosures())
    >>> reading.lowest < reading.assumed < reading.disclosed < reading.highest
    True
    """
    bands = birth_year_bands(record.member_profile)
    assumed = record.rule("mean_member_age_assumed", record.day)
    disclosed = record.rule("mean_member_age", record.day)
    if not bands or assumed is None or disclosed is None:
        missing = Message("decades of birth and both mean ages are needed")
        raise Refused(on_day(record.plan, record.day, missing))
    profile = record.member_profile
    published = profile[profile["group"].str.startswith("born in the ")]
    national = national_ages(record.tables.population_china, BAND_YEAR)
    people = national["male"] + national["female"]
    ages = np.arange(LEAVING_AGE)
    inside = {decade: band_ages(decade) for decade in bands}
    outside = np.setdiff1d(ages, np.concatenate(list(inside.values())))
    rest = 1.0 - sum(bands.values())
    in_bands = sum(bands[d] * _mean(inside[d], people) for d in bands)
    rest_national = _mean(outside, people)
    return MeanAgeReading(
        bands=bands,
        unpublished=rest,
        lowest=float(sum(bands[d] * inside[d].min() for d in bands) + rest * outside.min()),
        highest=float(sum(bands[d] * inside[d].max() for d in bands) + rest * outside.max()),
        national=in_bands + rest * rest_national,
        rest_national=rest_national,
        assumed=assumed,
        disclosed=disclosed,
        rest_for_assumed=(assumed - in_bands) / rest,
        rest_for_disclosed=(disclosed - in_bands) / rest,
        source_id=str(published["source_id"].iloc[0]),
    )


def _mean(ages: Array, people: Array) -> float:
    return float(ages @ people[ages] / people[ages].sum())
