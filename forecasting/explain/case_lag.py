"""The lag as the plan's own case lists show it, without the model.

Two clocks. Days of membership of the cases in a list: before the waiting period and the way to
payment are over there can be none. And a rule with a date: mild thyroid cancer diagnosed from that
day on is paid a small fixed sum, so the part of thyroid cases that a list pays so much is the part
whose way from diagnosis to the list took less than the days since the rule. Two things pull the
other way from each other: claims were growing, so that recent diagnoses weigh more and the way
looks shorter; some thyroid cancers are severe and paid in full for good, so that it looks longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from forecasting.base.arrays import Array
from forecasting.disclosures import Disclosures
from forecasting.explain.aid_and_payers import Range

RULE = "benefit_mild_thyroid"
THYROID = ("thyroid_full", "thyroid_mild")
OUTSIDE_80 = 0.2


@dataclass(frozen=True, eq=False)
class CaseLag:
    """What the sampled lists say: a row per list in ``lists``, per list and class in ``durations``.

    ``rule_day``: first day of diagnosis paid ``small_sum`` (RMB). ``lists``: settlement,
    ``counted_to`` (day to which membership is counted), ``days`` from the rule to it and
    ``days_to_payment`` to the settlement, ``cases_in_list``, ``cases`` (sampled); ``small`` of them
    paid the small sum, ``thyroid`` of them thyroid cancers, ``thyroid_small`` both; the fractions
    ``small_part`` and ``thyroid_part`` with ``_low`` and ``_high`` (80%, exact binomial).
    ``durations``: settlement, ``days_from``, ``days_to`` of membership, ``cases``, ``part`` of the
    list's sample. ``half_listed``: days from diagnosis until half were in a list (None where no
    list has reached half), ``to_payment``: mean days from ``counted_to`` to the settlement.
    """

    rule_day: date
    small_sum: float
    lists: pd.DataFrame
    durations: pd.DataFrame
    half_listed: Range | None
    to_payment: float

    @property
    def cases(self) -> int:
        """Cases sampled in all lists."""
        return int(self.lists["cases"].sum())

    def within(self, days: int) -> int:
        """Sampled cases of members who had joined less than ``days`` days before.

        Exact where ``days`` is a limit of the classes of 15 days; else whole classes only.
        """
        rows = self.durations
        return int(rows.loc[rows["days_to"] < days, "cases"].sum())


def case_lag(known: Disclosures) -> CaseLag | None:
    """The lag that the case lists known on the day show; None without a list or a dated rule.

    >>> from forecasting.disclosures import load_disclosures
    >>> lag = case_lag(load_disclosures())
    >>> lag.cases, lag.rule_day.isoformat(), lag.within(90)
    (960, '2019-05-01', 1)
    """
    changes = [(day, value) for day, value in known.rule_changes(RULE) if value > 0]
    mix, durations = known.case_mix, known.case_durations
    if len(changes) < 2 or mix.empty or durations.empty:
        return None
    rule_day, small_sum = changes[1]
    lists = durations.groupby("settlement", as_index=False)[
        ["counted_to", "cases_in_list", "cases_sampled"]
    ].first()
    lists = lists.rename(columns={"cases_sampled": "cases"}).sort_values("settlement")
    is_thyroid, is_small = mix["disease_group"].isin(THYROID), mix["aid_rmb"] == small_sum
    for name, chosen in (
        ("small", is_small),
        ("thyroid", is_thyroid),
        ("thyroid_small", is_small & is_thyroid),
    ):
        counts = mix[chosen].groupby("settlement")["cases"].sum()
        lists[name] = lists["settlement"].map(counts).fillna(0).astype(int)
    start = pd.Timestamp(rule_day)
    lists["days"] = (lists["counted_to"] - start).dt.days
    lists["days_to_payment"] = (lists["settlement"] - start).dt.days
    for name, hits, trials in (
        ("small_part", "small", "cases"),
        ("thyroid_part", "thyroid_small", "thyroid"),
    ):
        low, high = proportion_confint(
            lists[hits].to_numpy(), lists[trials].to_numpy(), OUTSIDE_80, method="beta"
        )
        lists[name] = lists[hits] / lists[trials]
        lists[f"{name}_low"], lists[f"{name}_high"] = low, high
    part = durations["cases"] / durations["cases_sampled"]
    columns = ["settlement", "days_from", "days_to", "cases"]
    return CaseLag(
        rule_day=rule_day,
        small_sum=small_sum,
        lists=lists.reset_index(drop=True),
        durations=durations[columns].assign(part=part).reset_index(drop=True),
        half_listed=_half(lists),
        to_payment=float((lists["days_to_payment"] - lists["days"]).mean()),
    )


def _half(lists: pd.DataFrame) -> Range | None:
    """Days by which half the thyroid cases were paid the small sum, between two lists linearly."""
    days = lists["days"].to_numpy(dtype=float)
    value = _crossing(days, lists["thyroid_part"].to_numpy())
    if not np.isfinite(value):
        return None
    # The higher the part, the sooner it crosses.
    low, high = (
        _crossing(days, lists[f"thyroid_part_{end}"].to_numpy()) for end in ("high", "low")
    )
    return Range(value, low, high)


def _crossing(days: Array, part: Array, level: float = 0.5) -> float:
    """First day at which the part reaches the level; infinite where it never does."""
    above = np.flatnonzero(part >= level)
    if not above.size:
        return float("inf")
    place = int(above[0])
    if place == 0:
        return float(days[0])
    share = (level - part[place - 1]) / (part[place] - part[place - 1])
    return float(days[place - 1] + share * (days[place] - days[place - 1]))
