"""The history page's answer to: what was disclosed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecasting.base.settlements import settlements_between
from forecasting.disclosures.figures import CRITICAL_ILLNESS, LEAST_FITTED_CASES
from locales import NOT_KNOWN, Translator

if TYPE_CHECKING:
    from forecasting import Disclosures

HALF_A_CENT = 0.005


def known_shares(observations: pd.DataFrame) -> pd.DataFrame:
    """Disclosed shares of single settlements of the plan itself, in order of date."""
    return observations[
        (observations["quantity"] == "share")
        & (observations["scope"] == CRITICAL_ILLNESS)
        & (observations["bound"] == "=")
        & (observations["period_start"] == observations["period_end"])
    ].sort_values("period_end")


def record(disclosures: Disclosures, tr: Translator) -> str:
    """How much of the record is known, from where to where it runs, and what fills the rest."""
    observations = disclosures.observations
    shares = known_shares(observations)
    first, last = shares.iloc[0], shares.iloc[-1]
    settlements = len(
        settlements_between(disclosures.first_settlement, disclosures.last_settlement)
    )
    known = shares["period_end"].nunique()
    missing = settlements - known
    return tr.t(
        "history.sentence",
        known=tr.t(
            "history.known_some" if missing > 0 else "history.known_all",
            settlements=tr.number(settlements),
            shares=tr.number(known),
            day=tr.date(disclosures.day),
        ),
        rest=tr.t("history.some_shares", missing=tr.number(missing)) if missing > 0 else "",
        first=tr.rmb(first["value"]),
        first_day=tr.date(first["period_end"]),
        last=tr.rmb(last["value"]),
        last_day=tr.date(last["period_end"]),
        figures=tr.number(len(observations)),
        fitted=tr.number(int(observations["fitted"].sum())),
    )


def mean_aid(checks: pd.DataFrame, tr: Translator) -> str:
    """What the article's quotient of totals is, beside this plan's own mean aid a case.

    ``checks``: the identity checks; start-up settlements of a few cases are left out.
    """
    rows = checks.loc[checks["helped"] >= LEAST_FITTED_CASES, "implied_mean_aid"].dropna()
    if rows.empty:
        return ""
    low, high = tr.rmb(rows.min(), 0), tr.rmb(rows.max(), 0)
    key = "history.mean_aid_at" if low == high else "history.mean_aid_between"
    return tr.t("history.cumulative_note", found=tr.t(key, low=low, high=high))


def reconciled(checks: pd.DataFrame, tr: Translator) -> str:
    """How many printed totals their settlements make up, and the share's totals to the cent.

    ``checks`` as :meth:`forecasting.Disclosures.reconciliation` gives them.
    """
    if checks.empty:
        return tr.t("history.sums_none")
    to_the_cent = checks[
        (checks["quantity"] == "share_sum")
        & (checks["rounding_half_width"] <= HALF_A_CENT)
        & checks["within"]
    ]
    exact = [
        tr.t(
            "history.sum_of",
            total=tr.number(row.published, 2),
            settlements=tr.number(row.settlements),
        )
        for row in to_the_cent.itertuples()
    ]
    within = int(checks["within"].sum())
    return tr.t(
        "history.sums_all" if within == len(checks) else "history.sums_some",
        count=tr.number(len(checks)),
        within=tr.number(within),
        apart=tr.number(len(checks) - within),
        exact=tr.t("list.separator").join(exact) or NOT_KNOWN,
    )


def latest(disclosures: Disclosures, tr: Translator) -> list[tuple[str, str, str]]:
    """The latest share, members and persons helped on record: label, value, settlement."""
    found = []
    for quantity, label in (
        ("share", "history.metric_share"),
        ("sharing_members", "history.metric_members"),
        ("helped", "history.metric_helped"),
    ):
        rows = disclosures.observations
        rows = rows[
            (rows["quantity"] == quantity)
            & (rows["scope"] == CRITICAL_ILLNESS)
            & (rows["bound"] == "=")
            & (rows["confidence"] != "low")
            & (rows["period_start"] == rows["period_end"])
        ].sort_values("period_end")
        if rows.empty:
            found.append((tr.t(label), NOT_KNOWN, ""))
            continue
        last = rows.iloc[-1]
        value = tr.rmb(last["value"]) if quantity == "share" else tr.persons(last["value"])
        found.append((tr.t(label), value, tr.date(last["period_end"], "medium")))
    return found
