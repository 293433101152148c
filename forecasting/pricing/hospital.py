"""Hospital indemnity: rate x stay by age, sex and residence gives the price of a daily allowance.

The document prints the rates of its table 2.1 under the heading "%". Its table 2.3 gives 2.79% to
5.45% for the same four groups, and table 2.1 averaged over ages gives that only per thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from forecasting.base.errors import Refused
from forecasting.disclosures import ReferenceTables
from forecasting.pricing.inputs import RESIDENCES, SEXES, checked, one_of
from forecasting.pricing.premium import DEFAULT_TERMS, Premium, Terms

SUSPECT_CHOICES = ("refuse", "printed", "substitute")
OLDEST_BAND, BAND_BEFORE = "60+", "50-59"
# Chen Tao 2003, table 2.3, column 1993 (the year of table 2.1): hospitalised a year.
PRINTED_1993: Mapping[tuple[str, str], float] = MappingProxyType(
    {
        ("urban", "male"): 0.0462,
        ("urban", "female"): 0.0545,
        ("rural", "male"): 0.0287,
        ("rural", "female"): 0.0325,
    }
)
# The earliest year of population_china.csv, nearest to 1993.
POPULATION_YEAR = 2010


@dataclass(frozen=True)
class AllowancePrice:
    """A daily allowance's premium and what it stands on.

    ``rate``: stays a person-year as used; ``printed_rate``: as in the table; ``days`` a stay.
    ``suspect``: the cell breaks the pattern; ``choice``: what was then done.
    """

    premium: Premium
    band: str
    rate: float
    printed_rate: float
    days: float
    suspect: bool
    choice: str


def suspect_cells(rates: pd.DataFrame) -> pd.DataFrame:
    """Cells of ``hospitalization_rate.csv`` that fall from 50-59 to 60 and over while the other
    sex's rise.

    ``residence``, ``sex``, ``age_group``, ``printed``, ``before`` (50-59) and ``substitute``, all
    per person-year: the other sex's rate at 60 and over x own / other at 50-59.
    """
    table = _rate_table(rates)
    rows = []
    for residence in RESIDENCES:
        for sex, other in (SEXES, SEXES[::-1]):
            printed, before = (table[residence, sex][b] for b in (OLDEST_BAND, BAND_BEFORE))
            others, others_before = (table[residence, other][b] for b in (OLDEST_BAND, BAND_BEFORE))
            if printed < before and others > others_before:
                substitute = others * before / others_before
                rows.append((residence, sex, OLDEST_BAND, printed, before, substitute))
    columns = ["residence", "sex", "age_group", "printed", "before", "substitute"]
    return pd.DataFrame(rows, columns=columns)


def unit_check(
    rates: pd.DataFrame, population: pd.DataFrame, *, substitute: bool = False
) -> pd.DataFrame:
    """Table 2.1 averaged over ages against table 2.3's totals of the same year, 1993.

    ``residence``, ``sex``, ``per_thousand`` (the average if the figures are per thousand),
    ``per_cent`` (if they were per cent, as headed) and ``printed`` (table 2.3): all shares of
    persons a year. Ages: China in 2010, the earliest year in ``population_china.csv``; those of
    1993 were younger. ``substitute`` puts the substitute of suspect cells in their place.
    """
    people = _people_by_band(population, rates)
    instead = {
        (row.residence, row.sex): row.substitute for row in suspect_cells(rates).itertuples()
    }
    rows = []
    for (residence, sex), printed in PRINTED_1993.items():
        by_band = dict(_rate_table(rates)[residence, sex])
        if substitute and (residence, sex) in instead:
            by_band[OLDEST_BAND] = instead[residence, sex]
        weights = people[sex]
        mean = sum(weights[band] * rate for band, rate in by_band.items()) / sum(weights.values())
        rows.append((residence, sex, mean, mean * 10.0, printed))
    return pd.DataFrame(rows, columns=["residence", "sex", "per_thousand", "per_cent", "printed"])


@dataclass(frozen=True)
class StayCheck:
    """Mean days of a hospital stay: by table 2.2 in town and country, and as table 2.4 prints."""

    urban: float
    rural: float
    printed: float
    year: int


def stay_check(tables: ReferenceTables) -> StayCheck:
    """Table 2.2 averaged over the stays of table 2.1, against the first year of table 2.4. Days.

    Weights: persons of each age and sex (ages of 2010) x their rate. The two tables are of
    different sources: a household survey of 1993, the health ministry from 1995.

    >>> from forecasting.disclosures import load_tables
    >>> check = stay_check(load_tables())
    >>> round(check.urban, 1), round(check.rural, 1), check.printed, check.year
    (31.2, 15.4, 13.3, 1995)
    """
    rates, stays = tables.hospitalization_rate, tables.hospital_stay_days
    people = _people_by_band(tables.population_china, rates)
    means = {}
    for residence in RESIDENCES:
        rows = stays[stays["residence"] == residence]
        days = dict(zip(rows["age_group"], rows["mean_days"].astype(float), strict=True))
        cases = [
            (people[sex][band] * rate, days[band])
            for sex in SEXES
            for band, rate in _rate_table(rates)[residence, sex].items()
        ]
        means[residence] = sum(n * d for n, d in cases) / sum(n for n, _ in cases)
    first = tables.medical_cost.sort_values("year").iloc[0]
    return StayCheck(
        means["urban"], means["rural"], float(first["days_per_hospital_stay"]), int(first["year"])
    )


def allowance_price(
    tables: ReferenceTables,
    age: float,
    sex: str,
    residence: str,
    daily_allowance: float,
    choice: str = "refuse",
    insured_multiple: float = 1.0,
    terms: Terms = DEFAULT_TERMS,
) -> AllowancePrice:
    """A year's premium for an allowance of ``daily_allowance`` RMB a day in hospital.

    frequency = rate x insured multiple, severity = mean stay x allowance. ``choice`` says what a
    suspect cell does: "refuse" raises Refused, "printed" uses it as it stands, "substitute" takes
    the other sex's rate at the ratio of 50-59. Raises InputError for an input that is not legal.
    Sources: Chen Tao 2003, tables 2.1 and 2.2.

    >>> from forecasting.disclosures import load_tables
    >>> price = allowance_price(load_tables(), 34, "male", "urban", 100)
    >>> round(price.rate, 5), price.days, round(price.premium.risk, 2)
    (0.03124, 33.49, 104.62)
    """
    checked("patient_age", age)
    band = next(name for name in bands(tables.hospitalization_rate) if age <= _last_age(name))
    return _price(
        _Cells.of(tables), band, sex, residence, daily_allowance, choice, insured_multiple, terms
    )


@dataclass(frozen=True)
class _Cells:
    """The two tables by cell, and the doubtful cells: read once for any number of prices."""

    rates: dict[tuple[str, str], dict[str, float]]
    days: dict[tuple[str, str], float]
    suspect: pd.DataFrame

    @classmethod
    def of(cls, tables: ReferenceTables) -> _Cells:
        stays = tables.hospital_stay_days
        places = zip(stays["residence"], stays["age_group"], strict=True)
        return cls(
            rates=_rate_table(tables.hospitalization_rate),
            days=dict(zip(places, stays["mean_days"].astype(float), strict=True)),
            suspect=suspect_cells(tables.hospitalization_rate).set_index(
                ["residence", "sex", "age_group"]
            ),
        )


def _price(
    cells: _Cells,
    band: str,
    sex: str,
    residence: str,
    daily_allowance: float,
    choice: str,
    insured_multiple: float,
    terms: Terms,
) -> AllowancePrice:
    one_of("insured_sex", sex, SEXES)
    one_of("residence", residence, RESIDENCES)
    one_of("suspect_cells", choice, SUSPECT_CHOICES)
    printed = rate = cells.rates[residence, sex][band]
    suspect = (residence, sex, band) in cells.suspect.index
    if suspect:
        cell = cells.suspect.loc[(residence, sex, band)]
        if choice == "refuse":
            raise Refused(
                "{file}: {cell}: {printed:g} per 1,000 is below the {before:g} of {band}, while "
                "the other sex's rises; needed: the printed figure or a substitute, chosen by the "
                "reader",
                file="hospitalization_rate.csv",
                cell=f"{residence} {sex} {band}",
                printed=1000 * float(printed),
                before=1000 * float(cell["before"]),
                band=BAND_BEFORE,
            )
        if choice == "substitute":
            rate = float(cell["substitute"])
    days = cells.days[residence, band]
    premium = Premium(
        rate * checked("insured_multiple", insured_multiple),
        days * checked("daily_allowance", daily_allowance),
        terms,
    )
    return AllowancePrice(premium, band, rate, printed, days, suspect, choice)


def allowance_by_band(
    tables: ReferenceTables,
    residence: str,
    daily_allowance: float,
    choice: str = "refuse",
    insured_multiple: float = 1.0,
    terms: Terms = DEFAULT_TERMS,
) -> pd.DataFrame:
    """The price of every age band and sex: ``band``, ``sex``, ``rate`` (stays a person-year),
    ``days`` a stay, ``risk``, ``gross`` (RMB a year) and ``suspect``.

    With "refuse" a suspect cell has NaN for its price and its printed rate. Errors otherwise as
    :func:`allowance_price`.
    """
    one_of("suspect_cells", choice, SUSPECT_CHOICES)
    cells, shown = _Cells.of(tables), "printed" if choice == "refuse" else choice
    rows = []
    for band in bands(tables.hospitalization_rate):
        for sex in SEXES:
            price = _price(
                cells, band, sex, residence, daily_allowance, shown, insured_multiple, terms
            )
            refused = price.suspect and choice == "refuse"
            rows.append(
                {
                    "band": band,
                    "sex": sex,
                    "rate": price.rate,
                    "days": price.days,
                    "risk": np.nan if refused else price.premium.risk,
                    "gross": np.nan if refused else price.premium.gross,
                    "suspect": price.suspect,
                }
            )
    return pd.DataFrame(rows)


def bands(rates: pd.DataFrame) -> list[str]:
    """The age bands, youngest first.

    >>> bands(pd.DataFrame({"age_group": ["60+", "0-4", "10-19"]}))
    ['0-4', '10-19', '60+']
    """
    return sorted(rates["age_group"].unique(), key=_first_age)


def _first_age(band: str) -> int:
    return int(band.rstrip("+").split("-")[0])


def _last_age(band: str) -> float:
    return np.inf if band.endswith("+") else float(band.split("-")[1])


def _rate_table(rates: pd.DataFrame) -> dict[tuple[str, str], dict[str, float]]:
    """Stays a person-year by residence and sex, then by band."""
    groups = rates.groupby(["residence", "sex"])
    return {
        (str(residence), str(sex)): dict(
            zip(rows["age_group"], rows["rate_per_1000"].astype(float) / 1000.0, strict=True)
        )
        for (residence, sex), rows in groups
    }


def _people_by_band(population: pd.DataFrame, rates: pd.DataFrame) -> dict[str, dict[str, float]]:
    rows = population[population["year"] == POPULATION_YEAR]
    first = rows["age_group"].map(_first_age)
    return {
        sex: {
            band: float(
                rows.loc[
                    (first >= _first_age(band)) & (first <= _last_age(band)), f"{sex}_thousands"
                ].sum()
            )
            for band in bands(rates)
        }
        for sex in SEXES
    }
