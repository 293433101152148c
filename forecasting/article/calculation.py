"""The article's bottom-up steady state, line by line, and what a single age or an age mix gives."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from forecasting.article.incidence import DRAFT_TABLE, FINAL_TABLE, table_rate
from forecasting.base.errors import InputError
from forecasting.disclosures import load_tables

PRINTED_PERSONS = 77_200
PRINTED_RMB_PER_YEAR = 120.6
PRINTED_SHARE = 5.0
MEMBERS = 100_000_000


@dataclass(frozen=True)
class ManualSteadyState:
    """The bottom-up steady state for 100 million members; see :func:`steady_state`.

    Rates are cases per member-year, shares and RMB a year are a member's.
    """

    male_rate: float
    female_rate: float
    persons_per_year: float
    persons_after_deduction: float
    rmb_per_year: float
    share_per_period: float
    inputs: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line."""
        return {
            "persons_per_year": self.persons_per_year,
            "persons_after_deduction": self.persons_after_deduction,
            "rmb_per_year": self.rmb_per_year,
            "share_per_period": self.share_per_period,
            "inputs": dict(self.inputs),
        }

    @property
    def is_the_article(self) -> bool:
        """Whether every input is the article's own."""
        return self.inputs == ARTICLE_INPUTS

    def steps(self) -> pd.DataFrame:
        """Every line of the calculation: ``step``, ``unit``, ``exact`` and ``printed``.

        ``printed`` is NaN where the article prints no figure, and everywhere when an input is not
        the article's. It rounds 77,187 persons up to 77,200 and 120.57 RMB a year to 120.6, and
        120.6 / 24 is 5.025 where the unrounded figure is 5.023. For the 100 diseases it adds 5% to
        "5 yuan": 5.25; the same 5% on its own 5.025 is 5.276, on the exact figure 5.274.
        """
        members = self.inputs["members"]
        aid = self.persons_after_deduction * self.inputs["mean_aid"]
        printed_aid = PRINTED_PERSONS * 144_611.0
        printed_share = PRINTED_RMB_PER_YEAR / 24
        rows: list[tuple[str, str, float, float]] = [
            ("male_rate", "per_10k", self.male_rate * 1e4, 9.6),
            ("female_rate", "per_10k", self.female_rate * 1e4, 11.1),
            ("persons_per_year", "persons", self.persons_per_year, 102_916.0),
            ("persons_after_deduction", "persons", self.persons_after_deduction, PRINTED_PERSONS),
            ("aid_per_year", "rmb", aid, printed_aid),
            ("aid_and_fee_per_year", "rmb", self.rmb_per_year * members, 12_057_086_700.0),
            ("rmb_per_year", "rmb", self.rmb_per_year, PRINTED_RMB_PER_YEAR),
            ("share_per_period", "rmb", self.share_per_period, printed_share),
            ("share_with_100_diseases", "rmb", self.share_per_period * 1.05, PRINTED_SHARE * 1.05),
            ("share_printed_with_100_diseases", "rmb", printed_share * 1.05, np.nan),
        ]
        frame = pd.DataFrame(rows, columns=["step", "unit", "exact", "printed"])
        if not self.is_the_article:
            frame["printed"] = np.nan
            frame = frame[frame["step"] != "share_printed_with_100_diseases"]
        return frame


LEGAL_INPUTS: dict[str, tuple[float, float]] = {
    "male_per_female": (0.0, 100.0),
    "deduction": (-5.0, 1.0),
    "mean_aid": (0.0, 1e8),
    "fee": (0.0, 1.0),
    "periods_per_year": (1.0, 366.0),
    "disease_loading": (-1.0, 10.0),
}
ARTICLE_INPUTS: dict[str, Any] = {
    "age": 32,
    "table": DRAFT_TABLE,
    "male_per_female": 1.169,
    "deduction": 0.25,
    "mean_aid": 144_611,
    "fee": 0.08,
    "periods_per_year": 24,
    "disease_loading": 0,
    "members": MEMBERS,
}


def steady_state(
    age: float = 32,
    table: str = DRAFT_TABLE,
    male_per_female: float = 1.169,
    deduction: float = 0.25,
    mean_aid: float = 144_611,
    fee: float = 0.08,
    periods_per_year: float = 24,
    disease_loading: float = 0,
    data_dir: str | Path | None = None,
) -> ManualSteadyState:
    """The article's bottom-up steady state for 100 million members, every factor an input.

    rate = (r q_m + q_f) / (1 + r), r men per woman; persons a year = members rate; after deduction
    persons (1 - deduction) (1 + disease_loading); RMB a year = that x mean_aid (1 + fee) / members;
    share = RMB a year / periods_per_year.

    Raises InputError for an input out of range, an unknown table, or an age the table does not have
    (the draft table is known at age 32 only). Source: the article of 28 October 2020, which finds
    102,916 persons, 120.6 RMB a year and 5.025 RMB a period.

    >>> round(steady_state().share_per_period, 3)
    5.023
    """
    inputs: dict[str, Any] = {
        "age": age,
        "table": table,
        "male_per_female": male_per_female,
        "deduction": deduction,
        "mean_aid": mean_aid,
        "fee": fee,
        "periods_per_year": periods_per_year,
        "disease_loading": disease_loading,
        "members": MEMBERS,
    }
    for name, (lower, upper) in LEGAL_INPUTS.items():
        if not lower <= inputs[name] <= upper:
            raise InputError(
                "{name}: found {found:g}, legal: {lower:g} to {upper:g}",
                name=name,
                found=inputs[name],
                lower=lower,
                upper=upper,
            )
    incidence = load_tables(data_dir).ci_incidence
    male = table_rate(incidence, table, "male", age)
    female = table_rate(incidence, table, "female", age)
    persons = MEMBERS * (male_per_female * male + female) / (1.0 + male_per_female)
    after = persons * (1.0 - deduction) * (1.0 + disease_loading)
    rmb = after * mean_aid * (1.0 + fee) / MEMBERS
    return ManualSteadyState(
        male_rate=male,
        female_rate=female,
        persons_per_year=persons,
        persons_after_deduction=after,
        rmb_per_year=rmb,
        share_per_period=rmb / periods_per_year,
        inputs=inputs,
    )


def share_by_age(
    first_age: int = 20, last_age: int = 55, table: str = FINAL_TABLE, **inputs: Any
) -> pd.DataFrame:
    """The article's single-age formula at each age: columns ``age`` and ``share`` (RMB).

    ``inputs`` are further arguments of :func:`steady_state`.
    """
    ages = np.arange(first_age, last_age + 1)
    shares = [steady_state(age=float(age), table=table, **inputs).share_per_period for age in ages]
    return pd.DataFrame({"age": ages, "share": shares})
