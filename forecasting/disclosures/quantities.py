"""The registry of published quantities: unit, highest possible value, kind of interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Span = Literal["day", "settlement", "interval"]

PEOPLE_ON_EARTH = 8_300_000_000
HIGHEST_SHARE = 10_000
HIGHEST_SHARE_SUM = 1_000_000
HIGHEST_AID_PER_CASE = 100_000_000
HIGHEST_AMOUNT = 1e15

SCOPES: tuple[str, ...] = (
    "critical_illness",
    "seniors_cancer",
    "chronic_disease",
    "all_plans",
    "unstated",
)
PLACEMENTS: tuple[str, ...] = ("stated", "inferred")
BOUNDS: tuple[str, ...] = ("=", "<", ">", "over")
CONFIDENCES: tuple[str, ...] = ("high", "medium", "low")


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


_SHARE, _PERSONS, _AID = "rmb_per_member", "persons", "rmb"

QUANTITIES: dict[str, Quantity] = {
    quantity.name: quantity
    for quantity in (
        Quantity("share", _SHARE, HIGHEST_SHARE, "settlement"),
        Quantity("share_sum", _SHARE, HIGHEST_SHARE_SUM, "interval"),
        Quantity("share_min", _SHARE, HIGHEST_SHARE, "interval"),
        Quantity("share_mean", _SHARE, HIGHEST_SHARE, "interval"),
        Quantity("helped", _PERSONS, PEOPLE_ON_EARTH, "settlement"),
        Quantity("helped_thyroid", _PERSONS, PEOPLE_ON_EARTH, "settlement"),
        Quantity("helped_sum", _PERSONS, PEOPLE_ON_EARTH, "interval"),
        Quantity("sharing_members", _PERSONS, PEOPLE_ON_EARTH, "settlement"),
        Quantity("members", _PERSONS, PEOPLE_ON_EARTH, "day"),
        Quantity("aid", _AID, HIGHEST_AMOUNT, "settlement"),
        Quantity("aid_sum", _AID, HIGHEST_AMOUNT, "interval"),
        Quantity("mean_aid", "rmb_per_case", HIGHEST_AID_PER_CASE, "interval"),
        Quantity("shared_total", _AID, HIGHEST_AMOUNT, "interval"),
        Quantity("management_fee", _AID, HIGHEST_AMOUNT, "interval"),
        Quantity("aid_after_closure", _AID, HIGHEST_AMOUNT, "interval"),
    )
}
UNITS: tuple[str, ...] = tuple(dict.fromkeys(q.unit for q in QUANTITIES.values()))
