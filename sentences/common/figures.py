"""One published figure on its own, for a link that points at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from locales import Translator
from sentences.common.sources import described

if TYPE_CHECKING:
    from forecasting.disclosures import ReferenceTables

DIGITS = {"rmb_per_member": 2, "rmb": 0, "rmb_per_case": 0}


class FigureCard(NamedTuple):
    """What a figure is, its value, where it comes from, and whether the model is fitted on it."""

    title: str
    value: str
    source: str
    fitted: str
    note: str


def figure_keys(observations: pd.DataFrame) -> pd.Series:
    """A name for each figure that outlives a data release: scope, quantity, days, source."""
    days = observations[["period_start", "period_end"]].apply(lambda day: day.dt.strftime("%F"))
    span = days["period_end"].where(
        days["period_start"] == days["period_end"], days["period_start"] + "." + days["period_end"]
    )
    names = observations[["scope", "quantity", "source_id"]]
    return names["scope"] + "." + names["quantity"] + "." + span + "." + names["source_id"]


def figure_card(row: pd.Series, tables: ReferenceTables, tr: Translator) -> FigureCard:
    """The figure of one row of the observations in words."""
    first, last = (tr.date(row[end]) for end in ("period_start", "period_end"))
    quantity = tr.t(f"quantity.{row['quantity']}")
    (source,) = described(tables.sources, [row["source_id"]], tr)
    reason = "" if row["fitted"] else tr.t(f"reason.{row['reason']}")
    return FigureCard(
        title=tr.t(
            "figure.title",
            quantity=quantity[:1].upper() + quantity[1:],
            days=last if first == last else tr.t("figure.interval", first=first, last=last),
        ),
        value=tr.t(
            "figure.value",
            value=_amount(row, tr),
            scope=tr.t(f"scope_name.{row['scope']}"),
            placement=tr.t(f"placement.{row['placement']}"),
            confidence=tr.t(f"confidence.{row['confidence']}"),
        ),
        source=tr.t("figure.source", source=source.markdown),
        fitted=tr.t("figure.not_fitted", reason=reason) if reason else tr.t("figure.fitted"),
        note=row["note"],
    )


def _amount(row: pd.Series, tr: Translator) -> str:
    value = float(row["value"])
    if row["unit"] in DIGITS:
        amount = tr.rmb(value, DIGITS[row["unit"]])
    else:
        amount = tr.t("figure.persons", n=tr.number(value))
    return amount if row["bound"] == "=" else tr.t(f"figure.bound_{row['bound']}", value=amount)
