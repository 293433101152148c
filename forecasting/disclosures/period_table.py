"""One row a settlement: what was disclosed, with its source and placement in every cell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from forecasting.base.settlements import HALF_MONTHLY, Calendar
from forecasting.disclosures.figures import CRITICAL_ILLNESS, best_first, is_same_figure

CELLS: dict[str, tuple[str, str]] = {
    "share": (CRITICAL_ILLNESS, "share"),
    "helped": (CRITICAL_ILLNESS, "helped"),
    "sharing_members": (CRITICAL_ILLNESS, "sharing_members"),
    "aid": (CRITICAL_ILLNESS, "aid"),
    "sharing_members_all_plans": ("all_plans", "sharing_members"),
    "helped_all_plans": ("all_plans", "helped"),
    "aid_all_plans": ("all_plans", "aid"),
}
DETAILS = {
    "source": "source_id",
    "placement": "placement",
    "confidence": "confidence",
    "bound": "bound",
    "row": "row",
    "records": "records",
}
COUNTS = ("row", "records")
CLOSURE = "closure"


def period_table(
    observations: pd.DataFrame,
    events: pd.DataFrame,
    plan: str,
    fee_on: Callable[[date], float | None],
    first: date,
    last: date,
    calendar: Calendar,
) -> pd.DataFrame:
    """The table of ``Disclosures.period_table``; ``first`` and ``last`` are settlement days."""
    cells = {name: _cell(observations, *key, calendar) for name, key in CELLS.items()}
    last = max([last, *(rows.index.max().date() for rows in cells.values() if len(rows))])
    days = pd.DatetimeIndex(calendar.between(first, last), name="date").as_unit("us")
    table = pd.DataFrame(index=days)
    table["paid_by"] = np.where(
        days >= _closure_notice(events, plan, calendar), "platform", "members"
    )
    table["fee"] = [fee_on(day.date()) for day in days]
    table["fee"] = table["fee"].astype(float)
    for name, rows in cells.items():
        rows = rows.reindex(days)
        is_exact = rows["bound"] == "="
        table[name] = rows["value"].where(is_exact)
        table[f"{name}_limit"] = rows["value"].where(~is_exact)
        for detail, column in DETAILS.items():
            if detail in COUNTS:
                table[f"{name}_{detail}"] = rows[column].fillna(0).astype("int64")
            else:
                table[f"{name}_{detail}"] = rows[column].fillna("").astype("str")
    table["identity_share"] = table["aid"] * (1.0 + table["fee"]) / table["sharing_members"]
    table["identity_gap"] = table["share"] - table["identity_share"]
    return table.reset_index()


def single_settlements(
    observations: pd.DataFrame, scope: str, quantity: str, calendar: Calendar = HALF_MONTHLY
) -> pd.DataFrame:
    """Rows of one quantity that each give one settlement, with its day on the grid as ``date``."""
    rows = observations[
        (observations["scope"] == scope)
        & (observations["quantity"] == quantity)
        & (observations["period_start"] == observations["period_end"])
    ]
    days = [pd.Timestamp(calendar.on_or_before(day.date())) for day in rows["period_end"]]
    return rows.assign(date=pd.Series(days, index=rows.index, dtype="datetime64[us]"))


def _cell(
    observations: pd.DataFrame, scope: str, quantity: str, calendar: Calendar
) -> pd.DataFrame:
    """The best row of each settlement: not low, then exact before a bound, then by attestation."""
    rows = best_first(single_settlements(observations, scope, quantity, calendar))
    worse = 2 * (rows["confidence"] == "low") + (rows["bound"] != "=")
    rows = rows.loc[worse.sort_values(kind="stable").index]
    rows = rows.assign(records=_records(rows)).drop_duplicates("date")
    return rows.set_index("date").sort_index()


def _records(rows: pd.DataFrame) -> pd.Series:
    """How many sources give the first row of each settlement."""
    first = rows.groupby("date")[["value", "rounding_half_width", "bound", "confidence"]]
    first = first.transform("first")
    weaker = (rows["confidence"] == "low") & (first["confidence"] != "low")
    confirms = (rows["bound"] == first["bound"]) & ~weaker & is_same_figure(rows, first)
    sources = rows["source_id"].where(confirms)
    return sources.groupby(rows["date"]).transform("nunique")


def _closure_notice(events: pd.DataFrame, plan: str, calendar: Calendar) -> pd.Timestamp:
    """The first settlement that members no longer paid; far away where no closure is known."""
    notices = events[(events["plan"] == plan) & (events["kind"] == CLOSURE)]["date"]
    if notices.empty:
        return pd.Timestamp.max.as_unit("us")
    return pd.Timestamp(calendar.on_or_after(notices.min().date()))
