"""Which rows the model is fitted on, and why the others are shown only."""

from __future__ import annotations

import pandas as pd

from forecasting.base.settlements import HALF_MONTHLY, Calendar
from forecasting.disclosures.quantities import CONFIDENCES, PLACEMENTS, QUANTITIES
from forecasting.disclosures.totals import SLACK, recomputed_totals

LEAST_FITTED_SHARE = 0.1
LEAST_FITTED_CASES = 10
TRIFLES = {"share": LEAST_FITTED_SHARE, "helped": LEAST_FITTED_CASES}
CRITICAL_ILLNESS = "critical_illness"
FITTED_QUANTITIES: tuple[str, ...] = (
    "share",
    "share_sum",
    "share_min",
    "share_mean",
    "helped",
    "helped_sum",
    "helped_thyroid",
    "aid",
    "aid_sum",
    "mean_aid",
    "sharing_members",
    "members",
)
INTERVAL = ["scope", "quantity", "period_start", "period_end"]

OF_SETTLEMENT = [name for name, quantity in QUANTITIES.items() if quantity.span == "settlement"]
REASONS: dict[str, str] = {
    "low_confidence": "low confidence: shown, not fitted",
    "other_pool": "a figure of another pool or of unstated scope: shown, not fitted",
    "not_modelled": "a quantity that the model does not describe",
    "few_cases": "fewer than 10 persons: single cases of the start-up months",
    "small_share": "a share under 0.1 RMB: rounding is most of it",
    "zero": "zero: the model works on the logarithm",
    "not_one_settlement": "one settlement's quantity given over an interval",
    "superseded": "another row of the same interval is better attested",
    "confirmation": "another source for a figure that is fitted: it confirms it",
    "made_up": "other figures make it up, settlement by settlement: a check of the record",
}


def with_reasons(observations: pd.DataFrame, calendar: Calendar = HALF_MONTHLY) -> pd.DataFrame:
    """Add ``reason``, a key of ``REASONS`` or empty, and ``fitted``, true where it is empty.

    Fitted are rows of confidence high or medium on the critical-illness pool (shares from 0.1 RMB
    on, counts from 10 persons), and sharing members of all plans together, which tell of this pool
    through the size of the others. Of several exact rows on one interval the best stays: by
    confidence, then placement stated before inferred, then the smaller rounding, then the earlier
    row; one of the same value confirms it. A total, mean, low point or bound that other figures
    make up (:func:`~forecasting.disclosures.totals.recomputed_totals`) is a check, no second
    witness.

    A row's reason rests on rows that end no later, so that it is the same on every day from its own
    on.
    """
    rows = observations
    quantity, value = rows["quantity"], rows["value"]
    informs_members = (rows["scope"] == "all_plans") & (quantity == "sharing_members")
    spans = quantity.map({name: q.span for name, q in QUANTITIES.items()})
    tests = {
        "low_confidence": rows["confidence"] == "low",
        "other_pool": (rows["scope"] != CRITICAL_ILLNESS) & ~informs_members,
        "not_modelled": ~quantity.isin(FITTED_QUANTITIES),
        "zero": value == 0,
        "few_cases": (quantity == "helped") & (value < LEAST_FITTED_CASES),
        "small_share": (quantity == "share") & (value < LEAST_FITTED_SHARE),
        "not_one_settlement": (spans != "interval") & (rows["period_start"] != rows["period_end"]),
    }
    reason = pd.Series("", index=rows.index, dtype="str")
    for name, holds in tests.items():
        reason = reason.mask((reason == "") & holds, name)
    exact = best_first(rows[(reason == "") & (rows["bound"] == "=")])
    beaten = exact[exact.duplicated(INTERVAL)]
    fitted = exact.groupby(INTERVAL)[["value", "rounding_half_width"]].transform("first")
    confirms = is_same_figure(exact, fitted)
    reason.loc[beaten.index] = confirms.map({True: "confirmation", False: "superseded"})
    singles = known_singles(rows, calendar)
    checks = rows["row"].isin([total.row for total in recomputed_totals(rows, singles, calendar)])
    reason = reason.mask((reason == "") & checks, "made_up")
    return rows.assign(fitted=reason == "", reason=reason)


def known_singles(observations: pd.DataFrame, calendar: Calendar = HALF_MONTHLY) -> pd.DataFrame:
    """The best exact figure of each settlement, not of low confidence unless it is a trifle.

    A trifle is a share under 0.1 RMB or fewer than 10 persons: attested or not, it adds nothing. A
    quantity with figures of different days in one period is not of this calendar: left out.
    """
    rows = observations
    of_settlement = rows["quantity"].isin(OF_SETTLEMENT)
    exact = (rows["period_start"] == rows["period_end"]) & (rows["bound"] == "=")
    is_trifle = rows["value"] < rows["quantity"].map(TRIFLES).astype(float)
    attested = (rows["confidence"] != "low") | is_trifle
    rows = best_first(rows[of_settlement & exact & attested]).drop_duplicates(INTERVAL)
    period = [calendar.number(day.date()) for day in rows["period_end"]]
    crowded = rows[rows.assign(period=period).duplicated(["scope", "quantity", "period"])]
    return rows[~_pairs(rows).isin(_pairs(crowded))]


def _pairs(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[["scope", "quantity"]])


def is_same_figure(rows: pd.DataFrame, others: pd.DataFrame) -> pd.Series:
    """Whether two values, row by row, are equal or nearer than their half widths together.

    A share of 3.12 and one of 3.13, both in whole fen, are two figures.
    """
    apart = (rows["value"] - others["value"]).abs()
    width = rows["rounding_half_width"] + others["rounding_half_width"]
    return (apart <= SLACK) | (apart < width - SLACK)


def best_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows by confidence, placement and rounding, best first; ties keep the order of the file."""
    rank = pd.DataFrame(
        {
            "confidence": rows["confidence"].map(CONFIDENCES.index),
            "placement": rows["placement"].map(PLACEMENTS.index),
            "rounding": rows["rounding_half_width"],
        },
        index=rows.index,
    )
    return rows.loc[rank.sort_values(list(rank.columns), kind="stable").index]
