"""Rows of an observations file for tests."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from forecasting.base.settlements import settlements_between
from forecasting.disclosures.schemas import OBSERVATIONS

FIGURE = {
    "plan": "village",
    "scope": "critical_illness",
    "quantity": "share",
    "period_start": "2020-10-28",
    "period_end": "2020-10-28",
    "placement": "stated",
    "value": "4.86",
    "unit": "rmb_per_member",
    "bound": "=",
    "rounding_half_width": "0.005",
    "confidence": "high",
    "source_id": "gazette",
    "note": "",
}


def figure(day: str | None = None, **changes: str) -> dict[str, str]:
    """A legal row with some cells changed; ``day`` sets both ends of its interval."""
    days = {} if day is None else {"period_start": day, "period_end": day}
    return FIGURE | days | changes


def village(settlements: int = 30, first_year: int = 2019, **more: str) -> list[dict[str, str]]:
    """A plan whose share rises by a fen a settlement and whose members by one in a hundred."""
    rows = []
    days = settlements_between(date(first_year, 1, 14), date(2099, 10, 28))
    for i, day in enumerate(days[:settlements]):
        rows.append(figure(day.isoformat(), value=f"{1 + i / 100:.2f}", **more))
        members = {"quantity": "sharing_members", "unit": "persons"}
        rows.append(figure(day.isoformat(), value=str(1_000_000 + 10_000 * i), **members, **more))
    return rows


def csv_of(rows: Iterable[dict[str, str]], columns: Iterable[str] = OBSERVATIONS.columns) -> bytes:
    """The rows as the bytes of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def folder_with(folder: Path, **tables: str | bytes) -> Path:
    """A data folder with the given tables, by name without ``.csv``."""
    for name, content in tables.items():
        text = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.csv").write_bytes(text)
    return folder
