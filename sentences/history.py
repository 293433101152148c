"""The history page's answer to: what was disclosed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecasting.base.settlements import settlements_between
from forecasting.disclosures.figures import OWN_POOL
from locales import NOT_KNOWN, Translator

if TYPE_CHECKING:
    from forecasting import Disclosures


def known_shares(observations: pd.DataFrame) -> pd.DataFrame:
    """Disclosed shares of single settlements of the plan itself, in order of date."""
    return observations[
        (observations["quantity"] == "share")
        & (observations["scope"] == OWN_POOL)
        & (observations["bound"] == "=")
        & (observations["period_start"] == observations["period_end"])
    ].sort_values("period_end")


def record(disclosures: Disclosures, tr: Translator) -> str:
    """How much of the record is known, from where to where it runs, and what fills the rest."""
    observations = disclosures.observations
    shares = known_shares(observations)
    first, last = shares.iloc[0], shares.iloc[-1]
    return tr.t(
        "history.sentence",
        settlements=tr.number(
            len(settlements_between(disclosures.first_settlement, disclosures.last_settlement))
        ),
        day=tr.date(disclosures.day),
        shares=tr.number(shares["period_end"].nunique()),
        first=tr.rmb(first["value"]),
        first_day=tr.date(first["period_end"]),
        last=tr.rmb(last["value"]),
        last_day=tr.date(last["period_end"]),
        figures=tr.number(len(observations)),
        fitted=tr.number(int(observations["fitted"].sum())),
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
            & (rows["scope"] == OWN_POOL)
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
