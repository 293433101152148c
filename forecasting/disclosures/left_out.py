"""Which rows of a record are not fitted, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pandas as pd

from forecasting.base.errors import Refused
from forecasting.base.messages import Message, Name
from forecasting.base.settlements import HALF_MONTHLY, Calendar
from forecasting.disclosures.figures import REASONS, with_reasons
from forecasting.disclosures.record import Disclosures

MOST_LINES = 50
COLUMNS = ["row", "plan", "quantity", "period_start", "period_end", "value", "reason"]


def left_out(
    observations: pd.DataFrame, calendars: Mapping[str, Calendar] | None = None
) -> pd.DataFrame:
    """The rows that are not fitted, in the order of the file: ``COLUMNS``.

    ``reason`` is a key of ``REASONS``. Takes an observations table with or without reasons;
    ``calendars`` are those of its plans, the half-monthly one where a plan has none.
    """
    if "reason" not in observations:
        plans = [
            with_reasons(rows, (calendars or {}).get(str(plan), HALF_MONTHLY))
            for plan, rows in observations.groupby("plan", sort=False)
        ]
        observations = pd.concat(plans)
    rows = observations[observations["reason"] != ""]
    return rows[COLUMNS].sort_values("row", kind="stable").reset_index(drop=True)


def left_out_lines(rows: pd.DataFrame) -> list[Message]:
    """A message a row that is not fitted, at most 50 and how many more there are."""
    lines = [
        Message(
            "row {row}: {quantity} {value:,.12g} of {day} is not fitted: {reason}",
            row=row.row,
            quantity=Name("quantity", row.quantity),
            value=row.value,
            day=row.period_end.date(),
            reason=Name("reason", row.reason, REASONS[row.reason]),
        )
        for row in rows.head(MOST_LINES).itertuples()
    ]
    more = len(rows) - MOST_LINES
    return [*lines, Message("and {n} more rows are not fitted", n=more)] if more > 0 else lines


@contextmanager
def refusal_names_left_out(known: Disclosures) -> Iterator[None]:
    """A refusal raised within says which rows of ``known`` were not fitted, and why."""
    try:
        yield
    except Refused as refusal:
        raise refusal.and_lines(left_out_lines(left_out(known.observations))) from refusal
