"""The registry of published quantities: unit, highest possible value, kind of interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from forecasting.disclosures.package import field_descriptor, words

Span = Literal["day", "settlement", "interval"]

SCOPES: tuple[str, ...] = words("observations", "scope")
PLACEMENTS: tuple[str, ...] = words("observations", "placement")
BOUNDS: tuple[str, ...] = words("observations", "bound")
CONFIDENCES: tuple[str, ...] = words("observations", "confidence")
UNITS: tuple[str, ...] = words("observations", "unit")


@dataclass(frozen=True)
class Quantity:
    """One published quantity.

    ``highest`` is the largest value that can be true, in ``unit``. ``span``: a figure of one day,
    of one settlement, or over a closed interval.
    """

    name: str
    unit: str
    highest: float
    span: Span


QUANTITIES: dict[str, Quantity] = {
    found["name"]: Quantity(found["name"], found["unit"], found["maximum"], found["span"])
    for found in field_descriptor("observations", "quantity")["quantities"]
}
HIGHEST_SHARE = QUANTITIES["share"].highest
