"""Which rows the model is fitted on, and why the others are shown only."""

from __future__ import annotations

import pandas as pd

from forecasting.disclosures.quantities import CONFIDENCES, PLACEMENTS, QUANTITIES

LEAST_FITTED_SHARE = 0.1
LEAST_FITTED_CASES = 10
OWN_POOL = "critical_illness"
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

REASONS: dict[str, str] = {
    "low_confidence": "low confidence: shown, not fitted",
    "other_pool": "a figure of another pool or of unstated scope: shown, not fitted",
    "not_modelled": "a quantity that the model does not describe",
    "few_cases": "fewer than 10 persons: single cases of the start-up months",
    "small_share": "a share under 0.1 RMB: rounding is most of it",
    "zero": "zero: the model works on the logarithm",
    "not_one_settlement": "one settlement's quantity given over an interval",
    "superseded": "another row of the same interval is better attested",
}


def with_reasons(observations: pd.DataFrame) -> pd.DataFrame:
    """Add ``reason``, a key of ``REASONS`` or empty, and ``fitted``, true where it is empty.

    Fitted are rows of confidence high or medium on the critical-illness pool (shares from 0.1 RMB
    on, counts from 10 persons), and sharing members of all plans together, which tell of this pool
    through the size of the others. Of several exact rows on one interval the best stays: by
    confidence, then placement stated before inferred, then the smaller rounding, then the earlier
    row.
    """
    rows = observations
    quantity, value = rows["quantity"], rows["value"]
    informs_members = (rows["scope"] == "all_plans") & (quantity == "sharing_members")
    spans = quantity.map({name: q.span for name, q in QUANTITIES.items()})
    tests = {
        "low_confidence": rows["confidence"] == "low",
        "other_pool": (rows["scope"] != OWN_POOL) & ~informs_members,
        "not_modelled": ~quantity.isin(FITTED_QUANTITIES),
        "zero": value == 0,
        "few_cases": (quantity == "helped") & (value < LEAST_FITTED_CASES),
        "small_share": (quantity == "share") & (value < LEAST_FITTED_SHARE),
        "not_one_settlement": (spans != "interval") & (rows["period_start"] != rows["period_end"]),
    }
    reason = pd.Series("", index=rows.index, dtype="str")
    for name, holds in tests.items():
        reason = reason.mask((reason == "") & holds, name)
    exact = rows[(reason == "") & (rows["bound"] == "=")]
    reason.loc[_superseded(exact)] = "superseded"
    return rows.assign(fitted=reason == "", reason=reason)


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


def _superseded(exact: pd.DataFrame) -> pd.Index:
    ordered = best_first(exact)
    return ordered.index[ordered.duplicated(INTERVAL)]
