"""What an insurer would charge for the benefit that the share buys, by age and sex."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.article.incidence import (
    FINAL_TABLE,
    LEAVING_AGE,
    AgeMix,
    age_mix,
    benefit_by_age,
    birth_year_bands,
    table_rate,
)
from forecasting.base.errors import Refused
from forecasting.base.messages import Message, on_day
from forecasting.base.quantiles import Quantiles
from forecasting.base.settlements import PERIODS_PER_YEAR
from forecasting.claims.regime import DEFAULT_MEAN_AGE
from forecasting.disclosures import Disclosures, load_disclosures
from forecasting.disclosures.series import disclosed_shares
from forecasting.pricing.inputs import SEXES, checked, one_of
from forecasting.pricing.premium import DEFAULT_TERMS, Premium, Terms

AGES = np.arange(LEAVING_AGE)
# The draft is known at one age only and cannot price a pool.
PRICING_TABLES: tuple[str, ...] = (
    FINAL_TABLE,
    "6_severe_2020_definition",
    "25_diseases_2007_definition",
    "6_diseases_2007_definition",
)


@dataclass(frozen=True)
class Basis:
    """Incidence table, the share of it not charged, and the terms: all that a price stands on.

    ``table_deduction`` 0 charges the table whole, margin included; the article takes off 0.25.
    """

    table: str = FINAL_TABLE
    table_deduction: float = 0.0
    terms: Terms = DEFAULT_TERMS

    def __post_init__(self) -> None:
        one_of("table", self.table, PRICING_TABLES)
        checked("table_deduction", self.table_deduction)


@dataclass(frozen=True)
class YearlyShare:
    """24 shares as a yearly amount, RMB: at the last disclosed share, and where the share settles.

    ``share`` and its settlement are None before any trusted share; ``steady``, the undiluted
    share of constant membership, is None where the model refuses.
    """

    share: float | None
    settlement: date | None
    steady: Quantiles | None

    @property
    def disclosed(self) -> float | None:
        """24 times the last disclosed share."""
        return None if self.share is None else PERIODS_PER_YEAR * self.share

    @property
    def reference(self) -> float | None:
        """The yearly amount to compare with: the settled share where known, else the last one."""
        return self.disclosed if self.steady is None else self.steady.q50


@dataclass(frozen=True, eq=False)
class PoolPosition:
    """Who gains and who pays within the pool, at the pool's own level of claims. RMB a year.

    ``frame``: ``age``, ``sex``, ``benefit`` (RMB), ``weight`` (share of members), ``fair_cost``
    and ``gain`` = fair_cost - yearly share. The gains, weighted, sum to zero: what some gain the
    others pay.
    ``level``: the pool's claims as a part of the table's.
    """

    frame: pd.DataFrame
    yearly_share: float
    level: float

    @property
    def table_share(self) -> float:
        """The yearly share if the pool had all the claims of the table: the manual rate. RMB."""
        return self.yearly_share / self.level

    @property
    def gaining(self) -> float:
        """Share of members who get more cover than they pay for."""
        return float(self.frame.loc[self.frame["gain"] > 0, "weight"].sum())

    @property
    def transferred(self) -> float:
        """Part of the yearly share that moves from those who pay to those who gain, 0 to 1."""
        gains = self.frame["gain"].clip(lower=0.0) @ self.frame["weight"]
        return float(gains) / self.yearly_share


def yearly_share(record: Disclosures, steady_state: Quantiles | None) -> YearlyShare:
    """24 x the last share known on the record's day, and 24 x the steady state. RMB a year.

    ``steady_state``: a forecast's, RMB a settlement, or None.

    >>> share = yearly_share(load_disclosures().as_of("2020-10-28"), None)
    >>> share.share, round(share.disclosed, 2), share.steady is None
    (4.86, 116.64, True)
    """
    shares = disclosed_shares(record)
    steady = None
    if steady_state is not None:
        steady = Quantiles(
            **{key: PERIODS_PER_YEAR * value for key, value in steady_state.to_dict().items()}
        )
    if shares.empty:
        return YearlyShare(None, None, steady)
    return YearlyShare(float(shares.iloc[-1]), shares.index[-1], steady)


def plan_benefits(record: Disclosures) -> tuple[float, float]:
    """Benefit under 40 and from 40 to 59 on the record's day, RMB; Refused where not known."""
    amounts = [record.rule(name, record.day) for name in ("benefit_under_40", "benefit_40_59")]
    if None in amounts:
        missing = Message(
            "benefit by age not known; {rule} and {other} of {file} are needed",
            rule="benefit_under_40",
            other="benefit_40_59",
            file="plan_rules.csv",
        )
        raise Refused(on_day(record.plan, record.day, missing))
    under_40, from_40 = (float(amount or 0.0) for amount in amounts)
    return under_40, from_40


def same_benefit_premium(
    age: float, sex: str, basis: Basis | None = None, record: Disclosures | None = None
) -> Premium:
    """One year's premium for what the plan pays at that age: 300,000 under 40, else 100,000 RMB.

    frequency = table rate x (1 - deduction), severity = the plan's benefit on the record's day. Age
    0 to 59, fractions interpolated. Without ``record`` the packaged one is used. Raises InputError
    for an age, sex, table or term that is not legal, Refused where the plan's benefit is not known.
    Sources: ``ci_incidence.csv``, ``plan_rules.csv``.

    >>> premium = same_benefit_premium(35, "male")
    >>> round(premium.risk, 2), round(premium.gross, 2)
    (409.2, 818.4)
    """
    basis = basis or Basis()
    record = record or load_disclosures()
    checked("insured_age", age)
    one_of("insured_sex", sex, SEXES)
    rate = table_rate(record.tables.ci_incidence, basis.table, sex, age)
    benefit = float(benefit_by_age(np.array(age), *plan_benefits(record)))
    return Premium(rate * (1.0 - basis.table_deduction), benefit, basis.terms)


def premium_by_age(record: Disclosures, basis: Basis | None = None) -> pd.DataFrame:
    """Premium of every age 0 to 59 and sex: ``age``, ``sex``, ``benefit`` (RMB), ``frequency``
    (claims a person-year), ``risk`` and ``gross`` (RMB a year). Errors as
    :func:`same_benefit_premium`.
    """
    basis = basis or Basis()
    incidence, benefits = record.tables.ci_incidence, benefit_by_age(AGES, *plan_benefits(record))
    frames = []
    for sex in SEXES:
        # Both ends by the function that names what is missing; the ages between lie within them.
        for end in (AGES[0], AGES[-1]):
            table_rate(incidence, basis.table, sex, float(end))
        rows = incidence[(incidence["table"] == basis.table) & (incidence["sex"] == sex)]
        rows = rows.sort_values("age")
        rate = np.interp(AGES, rows["age"], rows["rate_per_1000"]) / 1000.0
        frequency = rate * (1.0 - basis.table_deduction)
        frames.append(
            pd.DataFrame(
                {
                    "age": AGES,
                    "sex": sex,
                    "benefit": benefits,
                    "frequency": frequency,
                    "risk": frequency * benefits,
                    "gross": frequency * benefits * basis.terms.gross_per_risk,
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def average_premium(record: Disclosures, basis: Basis | None = None) -> float:
    """The gross premium of the average member, sum_x w_x gross_x: for one whose age is not known.

    Weights as :func:`member_ages`. RMB a year. Errors as :func:`same_benefit_premium`.

    >>> 500 < average_premium(load_disclosures().as_of("2020-10-28")) < 1000
    True
    """
    mix = member_ages(record)
    weight = np.concatenate([mix.male, mix.female])
    return float(weight @ premium_by_age(record, basis)["gross"].to_numpy(dtype=float))


def ages_cheaper_than(by_age: pd.DataFrame, sex: str, amount: float) -> list[tuple[int, int]]:
    """Runs of ages, first and last, at which the gross premium is below ``amount`` RMB a year.

    >>> frame = pd.DataFrame({"age": [0, 1, 2, 3], "sex": "male", "gross": [5.0, 1.0, 1.0, 5.0]})
    >>> ages_cheaper_than(frame, "male", 2.0)
    [(1, 2)]
    """
    rows = by_age[by_age["sex"] == sex].sort_values("age")
    cheaper = rows["gross"] < amount
    runs = rows["age"][cheaper].groupby((~cheaper).cumsum()[cheaper])
    return [(int(run.iloc[0]), int(run.iloc[-1])) for _, run in runs]


def member_ages(record: Disclosures) -> AgeMix:
    """The members' ages as known on the record's day: published mean age and decades of birth."""
    return age_mix(
        record.tables.population_china, mean_age(record), birth_year_bands(record.member_profile)
    )


def mean_age(record: Disclosures) -> float:
    """Mean age on the record's day: disclosed, else the article's, else the model's assumption."""
    assumed = record.rule("mean_member_age_assumed", record.day, DEFAULT_MEAN_AGE)
    return float(record.rule("mean_member_age", record.day, assumed) or DEFAULT_MEAN_AGE)


def pool_position(
    record: Disclosures, yearly_share: float, table: str = FINAL_TABLE
) -> PoolPosition:
    """Each age's own cost against the flat share, the pool paying for itself.

    fair_cost = yearly_share q_x b_x / sum_x w_x q_x b_x: the table gives the shape by age and sex,
    the share the level, so the fee is in it. ``level`` is that share over the table's claims
    with the fee. Errors as :func:`same_benefit_premium`.
    """
    by_age = premium_by_age(record, Basis(table))
    mix = member_ages(record)
    weight = np.concatenate([mix.male, mix.female])
    risk = by_age["risk"].to_numpy(dtype=float)
    mean_risk = float(weight @ risk)
    fair = yearly_share * risk / mean_risk
    frame = by_age[["age", "sex", "benefit"]].assign(
        weight=weight, fair_cost=fair, gain=fair - yearly_share
    )
    fee = float(record.rule("management_fee_rate", record.day, 0.0) or 0.0)
    return PoolPosition(frame, yearly_share, yearly_share / (mean_risk * (1.0 + fee)))


def gap_to_share(premium: Premium, position: PoolPosition, age: int, sex: str) -> pd.DataFrame:
    """From the yearly share to the gross premium, step by step: ``step`` and ``rmb`` a year.

    ``share``; ``age``: own cost less share, what age and sex alone change; ``level``: risk premium
    less own cost, the table's level against the plan's; ``loading`` and ``expenses`` of the
    premium; ``gross``, the sum of all.
    """
    rows = position.frame
    fair = rows.loc[(rows["age"] == age) & (rows["sex"] == sex), "fair_cost"].iloc[0]
    amounts = {
        "share": position.yearly_share,
        "age": float(fair) - position.yearly_share,
        "level": premium.risk - float(fair),
        "loading": premium.net - premium.risk,
        "expenses": premium.gross - premium.net,
        "gross": premium.gross,
    }
    return pd.DataFrame({"step": list(amounts), "rmb": list(amounts.values())})
