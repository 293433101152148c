"""Printed totals against the figures of their settlements: the record checks itself."""

from __future__ import annotations

import pandas as pd

from forecasting.base.settlements import Calendar
from forecasting.disclosures.figures import known_singles
from forecasting.disclosures.quantities import QUANTITIES
from forecasting.disclosures.totals import recomputed_totals

SHOWN = [
    "row",
    "scope",
    "quantity",
    "period_start",
    "period_end",
    "bound",
    "rounding_half_width",
    "confidence",
    "source_id",
    "unit",
]


def reconciliation(observations: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """The table of ``Disclosures.reconciliation``."""
    found = pd.DataFrame(
        [
            {
                "row": total.row,
                "settlements": total.settlements,
                "ours": total.value,
                "within": total.agrees,
                "parts": total.parts,
            }
            for total in recomputed_totals(
                observations, known_singles(observations, calendar), calendar
            )
        ],
        columns=["row", "settlements", "ours", "within", "parts"],
    ).astype({"row": "int64", "settlements": "int64", "ours": "float64", "within": "bool"})
    table = found.merge(observations[[*SHOWN, "value"]], on="row", how="left")
    order = {name: number for number, name in enumerate(QUANTITIES)}
    table = table.rename(columns={"value": "published"}).sort_values(
        ["quantity", "period_end"],
        key=lambda column: column.map(order) if column.name == "quantity" else column,
        kind="stable",
    )
    table["difference"] = table["ours"] - table["published"]
    columns = [*SHOWN, "settlements", "published", "ours", "difference", "within", "parts"]
    return table[columns].reset_index(drop=True)
