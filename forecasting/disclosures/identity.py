"""The identity checked on every settlement that has enough of its terms.

    share = aid x (1 + fee) / sharing members,   aid = mean aid x persons helped

Where aid or members are not disclosed for the settlement they are taken from the nearest figure
that says something of it, and the check names which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from forecasting.disclosures.figures import CRITICAL_ILLNESS

INTERPOLATION_ERROR = 0.01
HIGHEST_TIER_WEIGHT = 0.08

IDENTITY_EXPLANATIONS: dict[str, str] = {
    "agrees": "the terms give the printed share within their precision",
    "entry_tier": "the printed share is the standard tier's; members of the entry tiers pay and "
    "receive less, so aid x (1 + fee) / members lies below it",
    "at_most": "aid at the highest benefit or at least so many members: the share is no higher",
    "mean_aid": "aid is not disclosed; share, members and persons helped give the mean aid a case",
    "apart": "further apart than the precision of the terms allows",
}

COLUMNS: dict[str, str] = {
    "date": "datetime64[us]",
    "share": "float64",
    "share_confidence": "str",
    "helped": "float64",
    "aid": "float64",
    "aid_basis": "str",
    "members": "float64",
    "members_basis": "str",
    "fee": "float64",
    "implied_share": "float64",
    "gap": "float64",
    "gap_percent": "float64",
    "tolerance": "float64",
    "implied_mean_aid": "float64",
    "explanation": "str",
}


class _Term(NamedTuple):
    value: float
    half_width: float
    basis: str


_UNKNOWN = _Term(np.nan, np.nan, "")


@dataclass(frozen=True, eq=False)
class _Terms:
    """Finds the aid and the members of one settlement of a period table."""

    table: pd.DataFrame
    mean_aid: pd.DataFrame
    half_widths: dict[int, float]
    benefit_on: Callable[[date], float | None]

    def members(self, period: Any) -> _Term:
        if period.sharing_members_confidence in ("high", "medium"):
            if not np.isnan(period.sharing_members):
                width = self.half_widths[period.sharing_members_row]
                return _Term(period.sharing_members, width, "disclosed")
            if period.sharing_members_bound in ("over", ">"):
                return _Term(period.sharing_members_limit, 0.0, "at_least")
        known = self.table[
            self.table["sharing_members"].notna()
            & (self.table["sharing_members_confidence"] != "low")
        ]
        # The table has a row a settlement.
        days, number = list(known.index), period.Index
        if not days or not days[0] < number < days[-1]:
            return _UNKNOWN
        value = float(np.interp(number, days, known["sharing_members"]))
        return _Term(value, INTERPOLATION_ERROR * value, "interpolated")

    def aid(self, period: Any) -> _Term:
        if not np.isnan(period.aid) and period.aid_confidence != "low":
            return _Term(period.aid, self.half_widths[period.aid_row], "disclosed")
        around = self.mean_aid[
            (self.mean_aid["period_start"] <= period.date)
            & (self.mean_aid["period_end"] >= period.date)
        ]
        if not around.empty:
            mean = around.iloc[0]
            width = mean["rounding_half_width"]
            return _Term(period.helped * mean["value"], period.helped * width, "mean_aid")
        benefit = self.benefit_on(period.date.date())
        if benefit is not None and period.sharing_members_bound in ("over", ">"):
            return _Term(period.helped * benefit, 0.0, "highest_benefit")
        return _UNKNOWN


def identity_checks(
    table: pd.DataFrame,
    observations: pd.DataFrame,
    rule: Callable[[str, date], float | None],
) -> pd.DataFrame:
    """The checks of ``Disclosures.identity_checks`` on the rows of a period table."""
    fitted = observations["fitted"] & (observations["scope"] == CRITICAL_ILLNESS)
    terms = _Terms(
        table,
        observations[fitted & (observations["quantity"] == "mean_aid")],
        dict(zip(observations["row"], observations["rounding_half_width"], strict=True)),
        lambda day: rule("benefit_under_40", day),
    )
    return pd.DataFrame(_checks(terms, rule), columns=list(COLUMNS)).astype(COLUMNS)


def _checks(
    terms: _Terms, rule: Callable[[str, date], float | None]
) -> Iterator[dict[str, object]]:
    disclosed = terms.table[terms.table["share"].notna() & terms.table["fee"].notna()]
    for period in disclosed.itertuples():
        members, aid = terms.members(period), terms.aid(period)
        if np.isnan(members.value) or (np.isnan(aid.value) and np.isnan(period.helped)):
            continue
        share, fee = period.share, period.fee
        implied = aid.value * (1.0 + fee) / members.value
        relative = aid.half_width / aid.value + members.half_width / members.value
        tolerance = terms.half_widths[period.share_row] + implied * relative
        yield {
            "date": period.date,
            "share": share,
            "share_confidence": period.share_confidence,
            "helped": period.helped,
            "aid": aid.value,
            "aid_basis": aid.basis,
            "members": members.value,
            "members_basis": members.basis,
            "fee": fee,
            "implied_share": implied,
            "gap": share - implied,
            "gap_percent": 100.0 * (share - implied) / share,
            "tolerance": tolerance,
            "implied_mean_aid": share * members.value / ((1.0 + fee) * period.helped),
            "explanation": _explanation(
                share,
                implied,
                tolerance,
                is_limit="highest_benefit" in aid.basis or members.basis == "at_least",
                has_tiers=(rule("entry_tier", period.date.date()) or 0.0) > 0,
            ),
        }


def _explanation(
    share: float, implied: float, tolerance: float, is_limit: bool, has_tiers: bool
) -> str:
    gap = share - implied
    if np.isnan(implied):
        return "mean_aid"
    if is_limit and gap <= tolerance:
        return "at_most"
    if abs(gap) <= tolerance:
        return "agrees"
    if has_tiers and 0 < gap <= share * HIGHEST_TIER_WEIGHT + tolerance:
        return "entry_tier"
    return "apart"
