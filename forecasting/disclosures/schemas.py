"""Every table of the data folder: its columns, and what must hold across them.

Both come from the data package. Only what its format cannot say stands here: the unit and the
highest value that a quantity fixes, and dates of unequal precision.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.base.messages import Message, Name
from forecasting.disclosures.fields import (
    Field,
    as_days,
    as_numbers,
    choice,
    day,
    number,
    partial_day,
    text,
    whole_number,
)
from forecasting.disclosures.package import TABLE_RESOURCES, Descriptor
from forecasting.disclosures.quantities import QUANTITIES, UNITS


@dataclass(frozen=True)
class RowRule:
    """What must hold between the cells of one row; a cell that is itself illegal passes.

    ``holds`` takes the text of the table; ``legal`` words the rule for one row of it.
    """

    column: str
    holds: Callable[[pd.DataFrame], pd.Series]
    legal: Callable[[pd.Series], str]


@dataclass(frozen=True)
class TableSchema:
    """One CSV file: fields in order, rules across a row, columns that together are unique."""

    name: str
    fields: tuple[Field, ...]
    rules: tuple[RowRule, ...] = ()
    unique: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        """The name of its file in a data folder."""
        return f"{self.name}.csv"

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all fields."""
        return tuple(field.name for field in self.fields)

    @property
    def required(self) -> tuple[str, ...]:
        """The columns that no file may lack."""
        return tuple(field.name for field in self.fields if not field.may_be_missing)

    def field(self, name: str) -> Field:
        """The field of that name."""
        return next(field for field in self.fields if field.name == name)

    def parse(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Typed columns from text that was found legal; lines of the file stay as the index."""
        return pd.DataFrame({field.name: field.parse(cells[field.name]) for field in self.fields})


def field_of(descriptor: Descriptor) -> Field:
    """The field that a Table Schema descriptor asks for.

    >>> legal = {"required": True, "minimum": 0, "maximum": 105}
    >>> print(field_of({"name": "age", "type": "integer", "constraints": legal}).legal)
    a whole number from 0 to 105
    """
    name, legal = descriptor["name"], descriptor["constraints"]
    may_be_empty = not legal.get("required", False)
    if "enum" in legal:
        return choice(name, tuple(legal["enum"]), may_be_empty)
    if "precision" in descriptor:
        return partial_day(name, may_be_empty)
    match descriptor["type"]:
        case "date":
            return day(name, pd.Timestamp(legal["minimum"]), pd.Timestamp(legal["maximum"]))
        case "integer":
            return whole_number(name, legal["minimum"], legal["maximum"])
        case "number":
            return number(name, legal["minimum"], legal.get("maximum", np.inf), may_be_empty)
        case _:
            may_be_missing = descriptor.get("optional", False)
            return text(name, may_be_empty, may_be_missing, legal["maxLength"])


def _unit_belongs(cells: pd.DataFrame) -> pd.Series:
    units = cells["quantity"].map({name: q.unit for name, q in QUANTITIES.items()})
    return (cells["unit"] == units) | units.isna() | ~cells["unit"].isin(UNITS)


def _unit_of(row: pd.Series) -> str:
    quantity = QUANTITIES[row["quantity"]]
    name = Name("quantity", quantity.name)
    return Message("{unit}, the unit of {quantity}", unit=quantity.unit, quantity=name)


def _possible(column: str) -> RowRule:
    def holds(cells: pd.DataFrame) -> pd.Series:
        highest = cells["quantity"].map({name: q.highest for name, q in QUANTITIES.items()})
        numbers = as_numbers(cells[column])
        return ~(np.isfinite(numbers) & (numbers > highest.astype(float)))

    def legal(row: pd.Series) -> str:
        quantity = QUANTITIES[row["quantity"]]
        return Message(
            "at most {highest:,.16g} {unit}, the most a {quantity} can be",
            highest=quantity.highest,
            unit=quantity.unit,
            quantity=Name("quantity", quantity.name),
        )

    return RowRule(column, holds, legal)


def _not_before(column: str, earlier: str) -> RowRule:
    def holds(cells: pd.DataFrame) -> pd.Series:
        return ~(as_days(cells[column]) < as_days(cells[earlier]))

    def legal(row: pd.Series) -> str:
        return Message("not before {column}, {day}", column=earlier, day=row[earlier])

    return RowRule(column, holds, legal)


def _at_most(column: str, whole: str) -> RowRule:
    def holds(cells: pd.DataFrame) -> pd.Series:
        return ~(as_numbers(cells[column]) > as_numbers(cells[whole]))

    def legal(row: pd.Series) -> str:
        return Message("at most {column}, {value}", column=whole, value=row[whole])

    return RowRule(column, holds, legal)


def _closed_after_launch(cells: pd.DataFrame) -> pd.Series:
    both = (cells["launched"] != "") & (cells["closed"] != "")
    return ~both | (cells["closed"] >= cells["launched"].str.slice(0, 4))


OTHER_RULES: dict[str, tuple[RowRule, ...]] = {
    "observations": (
        RowRule("unit", _unit_belongs, _unit_of),
        _possible("value"),
        _possible("rounding_half_width"),
    ),
    "published_forecasts": (_possible("value"),),
    "plans": (
        RowRule(
            "closed",
            _closed_after_launch,
            lambda row: f"not before the launch, {row['launched']}",
        ),
    ),
}


def table_of(resource: Descriptor) -> TableSchema:
    """The schema of one table of the data package."""
    name, schema = resource["name"], resource["schema"]
    rules = [
        make(field["name"], field[word])
        for field in schema["fields"]
        for word, make in (("notBefore", _not_before), ("atMost", _at_most))
        if word in field
    ]
    return TableSchema(
        name,
        tuple(field_of(field) for field in schema["fields"]),
        (*rules, *OTHER_RULES.get(name, ())),
        tuple(schema.get("primaryKey", ())),
    )


TABLES: tuple[TableSchema, ...] = tuple(table_of(resource) for resource in TABLE_RESOURCES)
TABLE_BY_NAME: dict[str, TableSchema] = {table.name: table for table in TABLES}
TABLE_BY_FILE: dict[str, TableSchema] = {table.file: table for table in TABLES}

OBSERVATIONS = TABLE_BY_NAME["observations"]
SOURCES = TABLE_BY_NAME["sources"]
EVENTS = TABLE_BY_NAME["events"]
PLAN_RULES = TABLE_BY_NAME["plan_rules"]
SHOCKS = TABLE_BY_NAME["shocks"]
PLANS = TABLE_BY_NAME["plans"]
