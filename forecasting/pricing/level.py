"""The level premium to age 60: claims, deaths, lapses and interest over the whole term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import optimize

from forecasting.article.incidence import LEAVING_AGE
from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.disclosures import Disclosures
from forecasting.pricing.inputs import checked, one_of
from forecasting.pricing.premium import Terms
from forecasting.pricing.same_benefit import Basis, premium_by_age

LIFE_TABLE = "non_annuity_1_2010_2013"
FASTEST_GROWTH = 5.0


@dataclass(frozen=True)
class LevelPremium:
    """A premium that stays the same to age 60, beside the one charged anew each year. RMB a year.

    ``frame``, one row a year of age: ``age``; ``in_force``, policies left of one at its start;
    ``yearly`` and ``level`` gross premium; ``reserve`` at its start, an open policy's (loaded, net
    of expenses); ``discount`` to the start of the term. ``lapse`` and ``interest`` as used.
    """

    level: float
    interest: float
    lapse: float
    terms: Terms
    frame: pd.DataFrame

    @property
    def first_yearly(self) -> float:
        """The yearly premium at the start."""
        return float(self.frame["yearly"].iloc[0])

    @property
    def last_yearly(self) -> float:
        """The yearly premium in the last year."""
        return float(self.frame["yearly"].iloc[-1])

    @property
    def annuity(self) -> float:
        """Present value of 1 RMB at the start of every year in force."""
        return float(self.frame["in_force"] @ self.frame["discount"])

    def level_equivalent(self, first_amount: float, growth: float = 0.0) -> float:
        """The level yearly amount worth the same as one that grows by ``growth`` each year.

        Paid by those in force, on average in mid-year, as a share is. RMB a year.
        """
        years = np.arange(len(self.frame))
        paid = first_amount * (1.0 + growth) ** years / np.sqrt(1.0 + self.interest)
        return float((self.frame["in_force"] * self.frame["discount"]) @ paid) / self.annuity

    def break_even_growth(self, first_amount: float) -> float:
        """Yearly growth at which an amount costs as much to 60 as the level premium.

        NaN where no growth from -99% to 500% a year does.
        """
        if first_amount <= 0:
            return float("nan")

        def excess(growth: float) -> float:
            return self.level_equivalent(first_amount, growth) - self.level

        if excess(-0.99) > 0 or excess(FASTEST_GROWTH) < 0:
            return float("nan")
        return float(optimize.brentq(excess, -0.99, FASTEST_GROWTH))


def in_force(claims: Array, deaths: Array, lapse: float) -> Array:
    """Policies left of one at the start of each year: prod (1 - q)(1 - d)(1 - lapse), shape (n,).

    A claim ends the policy; lapses are at the year's end. ``claims`` and ``deaths``: (n,).
    """
    stay = (1.0 - claims) * (1.0 - deaths) * (1.0 - lapse)
    return np.concatenate([[1.0], np.cumprod(stay[:-1])])


def level_net_premium(
    claims: Array, benefits: Array, deaths: Array, lapse: float = 0.0, interest: float = 0.0
) -> float:
    """The level net premium P of the equivalence principle, RMB a year.

    P sum_k l_k v^k = sum_k l_k v^(k + 1/2) q_k b_k: premiums at the start of the year, claims in
    mid-year, l_k from :func:`in_force`, v = 1 / (1 + interest). Arrays of shape (n,). Raises
    InputError for an interest above 2.5% (the regulator's maximum, Chen Tao 2003, section 2), a
    lapse out of range, or a rate that is no probability.

    >>> q, b, none = np.array([0.001, 0.003]), np.array([1e5, 1e5]), np.zeros(2)
    >>> round(level_net_premium(np.zeros(2), b, none), 2)
    0.0
    >>> 100 < level_net_premium(q, b, none) < 200
    True
    """
    checked("interest", interest)
    checked("lapse", lapse)
    for name, rates in (("claims", claims), ("deaths", deaths)):
        if rates.size == 0 or not ((rates >= 0) & (rates <= 1)).all():
            raise InputError(
                "{name}: found {found}, legal: probabilities, one a year at least",
                name=name,
                found=str(rates),
            )
    years = np.arange(claims.size)
    left, discount = in_force(claims, deaths, lapse), (1.0 + interest) ** -years
    cost = left * discount * claims * benefits / np.sqrt(1.0 + interest)
    return float(cost.sum() / (left @ discount))


def death_rates(life_table: pd.DataFrame, sex: str, first_age: int) -> Array:
    """Probability of death within a year from ``first_age`` to 59, shape (60 - first_age,).

    Those who die of a covered illness are counted here and among the claims: so few before 60 that
    the premium moves little, and it errs towards fewer premiums.
    """
    rows = life_table[(life_table["table"] == LIFE_TABLE) & (life_table["sex"] == sex)]
    rows = rows[(rows["age"] >= first_age) & (rows["age"] < LEAVING_AGE)].sort_values("age")
    if len(rows) != LEAVING_AGE - first_age:
        raise InputError(
            "{file}: found {n} rows of {table}, {sex}, from {first}, legal: one for each age to "
            "{last}",
            file="life_table.csv",
            n=len(rows),
            table=LIFE_TABLE,
            sex=sex,
            first=first_age,
            last=LEAVING_AGE - 1,
        )
    return rows["death_probability"].to_numpy(dtype=float)


def level_premium(
    record: Disclosures,
    age: int,
    sex: str,
    basis: Basis | None = None,
    interest: float = 0.025,
    lapse: float = 0.0,
) -> LevelPremium:
    """The level gross premium from ``age`` to 60 for what the plan pays at each age.

    Net premium of :func:`level_net_premium` on the basis's table, the plan's benefits and
    ``life_table.csv``, then x (1 + loading) / (1 - expense). The yearly premium beside it bears no
    interest. No surrender value on lapse. Errors as :func:`same_benefit_premium` and
    :func:`level_net_premium`.

    >>> from forecasting import load_disclosures
    >>> result = level_premium(load_disclosures(), 30, "male")
    >>> result.first_yearly < result.level < result.last_yearly
    True
    """
    basis = basis or Basis()
    age = int(checked("insured_age", age))
    one_of("insured_sex", sex, ("male", "female"))
    rows = premium_by_age(record, basis)
    rows = rows[(rows["sex"] == sex) & (rows["age"] >= age)].sort_values("age")
    claims, benefits = (rows[name].to_numpy(dtype=float) for name in ("frequency", "benefit"))
    deaths = death_rates(record.tables.life_table, sex, age)
    net = level_net_premium(claims, benefits, deaths, lapse, interest)
    left = in_force(claims, deaths, lapse)
    loading = 1.0 + basis.terms.safety_loading
    frame = pd.DataFrame(
        {
            "age": rows["age"].to_numpy(),
            "in_force": left,
            "discount": (1.0 + interest) ** -np.arange(claims.size),
            "yearly": rows["gross"].to_numpy(dtype=float),
            "level": net * basis.terms.gross_per_risk,
            "reserve": loading * _reserves(net, claims * benefits, left, interest),
        }
    )
    return LevelPremium(net * basis.terms.gross_per_risk, interest, lapse, basis.terms, frame)


def _reserves(net: float, cost: Array, left: Array, interest: float) -> Array:
    """Premiums less claims so far with interest, an open policy, at the start of each year."""
    flow = left * (net * (1.0 + interest) - cost * np.sqrt(1.0 + interest))
    fund, reserves = 0.0, np.zeros(left.size)
    for year in range(left.size - 1):
        fund = fund * (1.0 + interest) + flow[year]
        reserves[year + 1] = fund / left[year + 1] if left[year + 1] > 0 else 0.0
    return reserves
