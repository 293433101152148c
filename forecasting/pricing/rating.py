"""Manual, experience and blended rating: credibility by pool size, actual against expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.article.incidence import (
    FINAL_TABLE,
    LEAVING_AGE,
    AgeMix,
    age_mix,
    mix_incidence,
    national_ages,
    table_rate,
)
from forecasting.assumptions.parameters import PARAMETER_BY_NAME
from forecasting.base.arrays import Array
from forecasting.base.quantiles import Quantiles
from forecasting.claims.path import NO_EFFECTS, claims_path
from forecasting.explain.credibility import limited_fluctuation_credibility
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.fitting.likelihood import AID_CV
from forecasting.pricing.inputs import in_range
from forecasting.pricing.same_benefit import mean_age, member_ages

POOL_SIZES: tuple[float, ...] = tuple(float(size) for size in np.logspace(2, 8, 25))


@dataclass(frozen=True)
class Expected:
    """Cases a table expects on one reading of the members' ages, a member-year."""

    name: str
    mean_age: float
    incidence: float


@dataclass(frozen=True)
class ActualExpected:
    """The plan's own incidence against the whole table on several readings of its ages.

    ``actual``: cases a member-year once selection has worn off, from the fit. ``expected``: one age
    for all; that mean age on national ages tilted to it; the published decades of birth; the
    national ages as they are. ``steepness``: the table's rate at 59 over that at the mean age, why
    a mix expects so much more than its mean age does.
    """

    actual: Quantiles
    expected: tuple[Expected, ...]
    steepness: float

    def ratio(self, name: str) -> Quantiles:
        """Actual over expected on that reading."""
        (found,) = (item for item in self.expected if item.name == name)
        return Quantiles(**{k: v / found.incidence for k, v in self.actual.to_dict().items()})

    def by_name(self, name: str) -> Expected:
        """One reading."""
        return next(item for item in self.expected if item.name == name)


def experience_incidence(fit: SelectionLagFit, draws: int = 1000, seed: int = 0) -> Quantiles:
    """Severe cases a member-year on the as-of day, waiting period, ramp and delay taken out."""
    parameters, _ = fit.draw(draws, np.random.default_rng(seed))
    path = claims_path(parameters, fit.regime, fit.membership, effects=NO_EFFECTS)
    severe = (path.helped - path.helped_mild)[..., -1]
    return Quantiles.from_draws(
        severe * fit.regime.calendar.periods_per_year / fit.membership.members[-1]
    )


def actual_against_expected(fit: SelectionLagFit, table: str = FINAL_TABLE) -> ActualExpected:
    """Actual over expected on a single age, a tilted mix, the published bands, the national mix.

    expected = sum_x w_x q_x; the readings differ in w alone. Raises InputError for an unknown
    table.
    """
    record = fit.disclosures
    tables = record.tables
    rates, age = tables.ci_incidence, mean_age(record)
    national = _national_mix(tables.population_china)
    tilted = age_mix(tables.population_china, age)
    # Men per woman of the tilted mix, so that only the ages differ from it.
    men = float(tilted.male.sum())
    single, oldest = (
        men * table_rate(rates, table, "male", at)
        + (1.0 - men) * table_rate(rates, table, "female", at)
        for at in (age, LEAVING_AGE - 1)
    )
    mixes = (
        ("tilted_mix", tilted),
        ("published_bands", member_ages(record)),
        ("national_mix", national),
    )
    return ActualExpected(
        experience_incidence(fit),
        (
            Expected("single_age", age, single),
            *(
                Expected(name, mix.mean_age, mix_incidence(rates, mix, table))
                for name, mix in mixes
            ),
        ),
        steepness=oldest / single,
    )


def _national_mix(population: pd.DataFrame) -> AgeMix:
    people = national_ages(population)
    total = people["male"].sum() + people["female"].sum()
    return AgeMix(people["male"] / total, people["female"] / total)


def buehlmann_credibility(
    members: Array | float, incidence: float, log_sd: float, severity_cv: float = AID_CV
) -> Array:
    """Z = n / (n + k), k = (1 + cv^2) / (incidence (exp(sd^2) - 1)), n in member-years.

    k is the process variance of one member-year's claims over the variance of the true level
    between pools, here log-normal about the manual rate. Shape of ``members``. Raises InputError
    where incidence or log_sd is not above zero. Source: Buehlmann 1967.

    >>> z = buehlmann_credibility(np.array([1e3, 1e5, 1e8]), 7.7e-4, 0.3)
    >>> z.round(3).tolist()
    [0.051, 0.842, 1.0]
    """
    in_range("incidence", incidence, 1e-12, 1.0)
    in_range("log_sd", log_sd, 1e-9, 5.0)
    k = (1.0 + severity_cv**2) / (incidence * np.expm1(log_sd**2))
    size = np.asarray(members, dtype=float)
    return size / (size + k)


def credibility_by_pool_size(
    manual: float,
    experience: float,
    incidence: float,
    sizes: Sequence[float] = POOL_SIZES,
) -> pd.DataFrame:
    """Both classical weights and the blended rate of pools of several sizes, one year's claims.

    ``members``, ``cases`` a year, ``limited_fluctuation``, ``buehlmann`` (0 to 1) and ``blended`` =
    Z experience + (1 - Z) manual with Buehlmann's Z, in the unit of the two rates. Pools differ
    from the manual rate with the log sd of the model's own prior.

    >>> frame = credibility_by_pool_size(5.0, 6.0, 7.7e-4, [100, 1e8])
    >>> frame["blended"].round(2).tolist()
    [5.01, 6.0]
    """
    members = np.asarray(sizes, dtype=float)
    log_sd = PARAMETER_BY_NAME["incidence_per_10k"].sd
    cases = members * incidence
    z = buehlmann_credibility(members, incidence, log_sd)
    return pd.DataFrame(
        {
            "members": members,
            "cases": cases,
            "limited_fluctuation": [limited_fluctuation_credibility(one) for one in cases],
            "buehlmann": z,
            "blended": z * experience + (1.0 - z) * manual,
        }
    )
