"""Incidence tables, the age mix, ageing along the table."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.base.messages import Message, Name, Names
from forecasting.base.settlements import DAYS_PER_YEAR, HALF_MONTHLY, Calendar

FINAL_TABLE = "28_severe_2020_definition"
DRAFT_TABLE = "28_severe_draft_2020"
LEAVING_AGE = 60


def table_rate(table: pd.DataFrame, name: str, sex: str, age: float) -> float:
    """Cases per member-year of one table at one age; fractional ages are interpolated.

    ``table`` is ``ci_incidence.csv`` (rates per 1,000). Raises InputError when the table is
    unknown or has no rate at that age, naming the tables that have one.
    """
    known = sorted(table["table"].unique())
    if name not in known:
        legal = Names("table", known)
        raise InputError("table: found {found!r}, legal: {legal}", found=name, legal=legal)
    rows = table[(table["table"] == name) & (table["sex"] == sex)].sort_values("age")
    if rows.empty:
        raise InputError(
            "table: found {found!r}, which has no row of sex {sex}",
            found=Name("table", name),
            sex=sex,
        )
    ages = rows["age"].to_numpy(dtype=float)
    if not np.isfinite(age) or not ages[0] <= age <= ages[-1]:
        span = table.groupby("table")["age"].agg(["min", "max"])
        fitting = span[(span["min"] <= age) & (span["max"] >= age)].index
        raise InputError(
            "age: found {found:g}, but table {table} has ages {lowest:g} to {highest:g}; tables "
            "with that age: {legal}",
            found=age,
            table=Name("table", name),
            lowest=float(ages[0]),
            highest=float(ages[-1]),
            legal=Names("table", fitting) if len(fitting) else Message("none (ages 0 to 105)"),
        )
    return float(np.interp(age, ages, rows["rate_per_1000"].to_numpy(dtype=float))) / 1000.0


@dataclass(frozen=True, eq=False)
class AgeMix:
    """Members by single age 0 to 59 and sex: weights of shape (60,), summing to 1 together."""

    male: Array
    female: Array

    @property
    def by_age(self) -> Array:
        """Weight of each single age, both sexes, shape (60,)."""
        return self.male + self.female

    @property
    def mean_age(self) -> float:
        """Mean age last birthday."""
        return float((np.arange(LEAVING_AGE) * self.by_age).sum())


@dataclass(frozen=True, eq=False)
class AgeingCurve:
    """What ageing does to one cohort: relative incidence and mean aid by years since joining."""

    years: Array
    incidence: Array
    aid: Array

    def at_periods(self, periods: int, calendar: Calendar = HALF_MONTHLY) -> tuple[Array, Array]:
        """Both indices at durations of 0, 1, ... periods, shape (periods,); 1 at joining."""
        years = np.arange(periods) * calendar.days_per_period / DAYS_PER_YEAR
        return np.interp(years, self.years, self.incidence), np.interp(years, self.years, self.aid)


def national_ages(population: pd.DataFrame, year: int = 2020) -> dict[str, Array]:
    """People by single age 0 to 59 and sex, five-year groups spread evenly, shape (60,)."""
    rows = population[population["year"] == year].copy()
    rows["first_age"] = rows["age_group"].str.extract(r"^(\d+)", expand=False).astype(int)
    rows = rows[rows["first_age"] < LEAVING_AGE].sort_values("first_age")
    return {
        sex: np.repeat(rows[f"{sex}_thousands"].to_numpy(dtype=float) / 5.0, 5)
        for sex in ("male", "female")
    }


def birth_year_bands(member_profile: pd.DataFrame) -> dict[int, float]:
    """Published shares of members by decade of birth: {1980: 0.315, ...}."""
    decades = member_profile["group"].str.extract(r"^born in the (\d{4})s$", expand=False)
    known = decades.notna()
    values = member_profile.loc[known, "value"].astype(float)
    return dict(zip(decades[known].astype(int), values, strict=True))


def age_mix(
    population: pd.DataFrame,
    mean_age: float,
    bands: dict[int, float] | None = None,
    year: int = 2020,
) -> AgeMix:
    """An age mix under 60 with a given mean age and, where published, given decades of birth.

    The national ages are scaled to each published decade's share; the ages that no published
    decade covers are tilted by exp(theta age) so that the mean is met: the mix nearest to the
    national one (least Kullback-Leibler divergence) under those conditions.

    Raises InputError when no mix of these ages has that mean.
    """
    national = national_ages(population, year)
    ages = np.arange(LEAVING_AGE)
    base = national["male"] + national["female"]
    fixed = np.zeros(LEAVING_AGE)
    free = np.ones(LEAVING_AGE, dtype=bool)
    for decade, share in (bands or {}).items():
        # A person born in the decade is year - decade - 9 ... year - decade years old.
        inside = (ages > year - decade - 10) & (ages <= year - decade)
        if inside.any():
            fixed[inside] = share * base[inside] / base[inside].sum()
            free &= ~inside
    remainder = 1.0 - fixed.sum()

    def tilted(theta: float) -> Array:
        weight = np.where(free, base * np.exp(theta * (ages - 30.0)), 0.0)
        return fixed + remainder * weight / weight.sum()

    def excess(theta: float) -> float:
        return float((ages * tilted(theta)).sum()) - mean_age

    if excess(-2.0) > 0 or excess(2.0) < 0:
        low, high = mean_age + excess(-2.0), mean_age + excess(2.0)
        raise InputError(
            "mean age: found {found:g}, legal: {low:.1f} to {high:.1f}",
            found=mean_age,
            low=low,
            high=high,
        )
    weight = tilted(optimize.brentq(excess, -2.0, 2.0))
    male = weight * national["male"] / base
    return AgeMix(male, weight - male)


def benefit_by_age(ages: Array, under_40: float, from_40: float) -> Array:
    """Severe amount by age: ``under_40`` to age 39, ``from_40`` from age 40. RMB, shape of ages."""
    return np.where(ages < 40, under_40, from_40)


def _rates(table: pd.DataFrame, name: str, sex: str) -> Array:
    rows = table[(table["table"] == name) & (table["sex"] == sex)].sort_values("age")
    return rows["rate_per_1000"].to_numpy(dtype=float)[:LEAVING_AGE] / 1000.0


def mix_incidence(table: pd.DataFrame, mix: AgeMix, name: str = FINAL_TABLE) -> float:
    """Cases per member-year of a table on an age mix: sum_x w_x q_x over both sexes."""
    return float(
        mix.male @ _rates(table, name, "male") + mix.female @ _rates(table, name, "female")
    )


def mix_share(
    table: pd.DataFrame,
    mix: AgeMix,
    under_40: float,
    from_40: float,
    deduction: float = 0.25,
    fee: float = 0.08,
    periods_per_year: float = 24,
    name: str = FINAL_TABLE,
) -> float:
    """Manual share on an age mix: (1 + fee) (1 - deduction) sum_x w_x q_x b_x / periods. RMB."""
    benefit = benefit_by_age(np.arange(LEAVING_AGE), under_40, from_40)
    cost = (mix.male * benefit) @ _rates(table, name, "male")
    cost += (mix.female * benefit) @ _rates(table, name, "female")
    return float((1 + fee) * (1 - deduction) * cost / periods_per_year)


def ageing_curve(
    table: pd.DataFrame, mix: AgeMix, under_40: float, from_40: float, name: str = FINAL_TABLE
) -> AgeingCurve:
    """Relative incidence and mean aid of one cohort as it ages, those turning 60 leaving.

    a(d) = [sum_x w_x q_{x+d} / sum_x w_x] / same at d = 0, sums over x + d < 60, and
    c(d) = [sum_x w_x q_{x+d} b_{x+d} / sum_x w_x q_{x+d}] / same at d = 0. Index 1 at joining, at
    whole years 0 to 20.
    """
    rates = {"male": _rates(table, name, "male"), "female": _rates(table, name, "female")}
    benefit = benefit_by_age(np.arange(LEAVING_AGE), under_40, from_40)
    years = np.arange(21)
    incidence, aid = np.empty(years.size), np.empty(years.size)
    for d in years:
        weights = {"male": mix.male, "female": mix.female}
        cases = {s: weights[s][: LEAVING_AGE - d] * rates[s][d:] for s in ("male", "female")}
        alive = mix.by_age[: LEAVING_AGE - d].sum()
        all_cases = cases["male"] + cases["female"]
        incidence[d] = all_cases.sum() / alive
        aid[d] = (all_cases * benefit[d:]).sum() / all_cases.sum()
    return AgeingCurve(years.astype(float), incidence / incidence[0], aid / aid[0])


def mild_relative_aid(
    table: pd.DataFrame,
    mild_ratio: pd.DataFrame,
    mix: AgeMix,
    under_40: float,
    from_40: float,
    name: str = FINAL_TABLE,
) -> float:
    """Mean benefit of mild cases paid by age, relative to that of severe cases.

    Mild cases are younger than severe ones, so more of them get the amount paid under 40:
    [sum w q m b / sum w q m] / [sum w q b / sum w q], m the mild cases per severe case by age and
    sex (``ci_mild_to_severe_ratio.csv``; 0 outside its bands).
    """
    bands = mild_ratio["age_band"].str.split("-", expand=True).astype(int)
    ages = np.arange(LEAVING_AGE)
    benefit = benefit_by_age(ages, under_40, from_40)
    mild, severe = np.zeros(LEAVING_AGE), np.zeros(LEAVING_AGE)
    for sex, weight in (("male", mix.male), ("female", mix.female)):
        cases = weight * _rates(table, name, sex)
        ratio = np.zeros(LEAVING_AGE)
        for first, last, value in zip(bands[0], bands[1], mild_ratio[sex], strict=True):
            ratio[(ages >= first) & (ages <= last)] = value
        mild += cases * ratio
        severe += cases
    return float(((mild * benefit).sum() / mild.sum()) / ((severe * benefit).sum() / severe.sum()))
