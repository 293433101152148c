"""What ``validate`` says of a file: its rows, those that are not fitted, and its totals."""

from __future__ import annotations

import argparse
import warnings
from typing import Any

from forecasting.base.tabular import to_csv, to_json
from forecasting.disclosures import REASONS, InputWarning, validate_observations
from forecasting.disclosures.left_out import left_out, left_out_lines
from forecasting.disclosures.loading import checked_plans
from forecasting.disclosures.reconciliation import reconciliation
from forecasting.disclosures.totals import SINGLE_OF


def validation_of(arguments: argparse.Namespace) -> tuple[str, list[str]]:
    """The output in the format that is asked for, and what is to be warned of."""
    with warnings.catch_warnings(record=True) as noted:
        warnings.simplefilter("always", InputWarning)
        table = validate_observations(arguments.file)
    placed, calendars, of_plans = checked_plans(table, arguments.file)
    notes = [str(note.message) for note in noted if issubclass(note.category, InputWarning)]
    notes += of_plans
    unfitted = left_out(placed, calendars)
    totals = [
        (str(plan), row)
        for plan, rows in placed.groupby("plan", sort=False)
        if rows["quantity"].isin(SINGLE_OF).any()
        for row in reconciliation(rows, calendars[str(plan)]).itertuples()
    ]
    summary = {
        "file": str(arguments.file),
        "rows": len(table),
        "valid": True,
        "warnings": notes,
        "not_fitted": [
            {
                **row,
                "period_start": row["period_start"].date().isoformat(),
                "period_end": row["period_end"].date().isoformat(),
                "why": REASONS[row["reason"]],
            }
            for row in unfitted.to_dict("records")
        ],
        "totals": [_total(plan, row) for plan, row in totals],
    }
    if arguments.format == "json":
        return to_json(summary), notes
    if arguments.format == "csv":
        return to_csv(table), notes
    lines = [
        f"{arguments.file}: {len(table)} rows, no problem found",
        f"{len(table) - len(unfitted)} of them can be fitted",
        *left_out_lines(unfitted),
        *_total_lines(totals),
    ]
    return "\n".join(lines) + "\n", notes


def _total_lines(totals: list[tuple[str, Any]]) -> list[str]:
    """How many printed totals their parts make up, and each that they do not."""
    if not totals:
        return []
    apart = [_total(plan, row) for plan, row in totals if not row.within]
    return [
        f"{len(totals)} printed totals and bounds are made up by other figures; "
        f"{len(totals) - len(apart)} agree within their rounding",
        *(
            "row {row}: {plan} {quantity} {period_start} to {period_end}: printed {published:g}, "
            "its parts make {ours:g}".format(**one)
            for one in apart
        ),
    ]


def _total(plan: str, row: Any) -> dict[str, Any]:
    """One printed total against its parts, as ``validate`` gives it."""
    return {
        "plan": plan,
        "row": row.row,
        "quantity": row.quantity,
        "period_start": row.period_start.date().isoformat(),
        "period_end": row.period_end.date().isoformat(),
        "published": row.published,
        "ours": row.ours,
        "within": bool(row.within),
    }
