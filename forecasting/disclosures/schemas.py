"""Every table of the data folder: its columns, and what must hold across them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pandera.pandas as pa

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
from forecasting.disclosures.quantities import (
    BOUNDS,
    CONFIDENCES,
    PLACEMENTS,
    QUANTITIES,
    SCOPES,
    UNITS,
)

SEXES = ("male", "female")
RESIDENCES = ("urban", "rural")
DATE_PRECISIONS = ("day", "month", "year")
EVENT_KINDS = (
    "launch",
    "rule",
    "shock",
    "regulation",
    "milestone",
    "forecast",
    "closure",
)
OLDEST_AGE = 105
STAGES = ("illness", "diagnosis", "application", "publication", "payment")
TIMING_BASES = ("typical", "rule", "one list", "one case")
DISEASE_GROUPS = (
    "ami",
    "cancer_other",
    "craniotomy",
    "other",
    "thyroid_full",
    "thyroid_mild",
    "unknown",
)
MOST_CASES = 1_000_000


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

    def on_text(self) -> pa.DataFrameSchema:
        """The pandera schema over cells as text; a rule's check bears its place in ``rules``."""
        return pa.DataFrameSchema(
            {
                field.name: pa.Column(object, pa.Check(field.holds, name=field.name))
                for field in self.fields
            },
            checks=[pa.Check(rule.holds, name=str(place)) for place, rule in enumerate(self.rules)],
        )

    def parse(self, cells: pd.DataFrame) -> pd.DataFrame:
        """Typed columns from text that was found legal; lines of the file stay as the index."""
        return pd.DataFrame({field.name: field.parse(cells[field.name]) for field in self.fields})


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


OBSERVATIONS = TableSchema(
    "observations",
    (
        text("plan"),
        choice("scope", SCOPES),
        choice("quantity", tuple(QUANTITIES)),
        day("period_start"),
        day("period_end"),
        choice("placement", PLACEMENTS),
        number("value"),
        choice("unit", UNITS),
        choice("bound", BOUNDS),
        number("rounding_half_width", may_be_empty=True),
        choice("confidence", CONFIDENCES),
        text("source_id"),
        text("note", may_be_empty=True, may_be_missing=True),
    ),
    rules=(
        _not_before("period_end", "period_start"),
        RowRule("unit", _unit_belongs, _unit_of),
        _possible("value"),
        _possible("rounding_half_width"),
    ),
)

SOURCES = TableSchema(
    "sources",
    (
        text("source_id"),
        text("publisher"),
        partial_day("published", may_be_empty=True),
        text("url", may_be_empty=True),
        text("language", may_be_empty=True),
        choice("reliability", CONFIDENCES),
        text("note", may_be_empty=True, may_be_missing=True),
    ),
    unique=("source_id",),
)

EVENTS = TableSchema(
    "events",
    (
        day("date"),
        choice("date_precision", DATE_PRECISIONS),
        text("plan"),
        choice("kind", EVENT_KINDS),
        text("event_en"),
        text("event_zh"),
        text("source_id"),
    ),
)

PLAN_RULES = TableSchema(
    "plan_rules",
    (
        text("plan"),
        text("rule"),
        day("effective_from"),
        number("value"),
        text("unit", may_be_empty=True),
        text("source_id"),
        text("note", may_be_empty=True, may_be_missing=True),
    ),
    unique=("plan", "rule", "effective_from"),
)

SHOCKS = TableSchema(
    "shocks",
    (
        text("plan"),
        text("shock"),
        day("first_settlement"),
        day("last_settlement"),
        day("last_release"),
        day("known_from"),
        text("source_id"),
        text("note", may_be_empty=True, may_be_missing=True),
    ),
    rules=(
        _not_before("last_settlement", "first_settlement"),
        _not_before("last_release", "last_settlement"),
    ),
    unique=("plan", "shock"),
)

PLANS = TableSchema(
    "plans",
    (
        text("plan"),
        text("name_en"),
        text("name_zh"),
        text("operator", may_be_empty=True),
        partial_day("launched", may_be_empty=True),
        choice("launched_precision", DATE_PRECISIONS, may_be_empty=True),
        partial_day("closed", may_be_empty=True),
        choice("closed_precision", DATE_PRECISIONS, may_be_empty=True),
        number("max_benefit_rmb", may_be_empty=True),
        number("prepayment_rmb", may_be_empty=True),
        text("benefit_type", may_be_empty=True),
        text("source_id"),
    ),
    rules=(
        RowRule(
            "closed",
            _closed_after_launch,
            lambda row: f"not before the launch, {row['launched']}",
        ),
    ),
    unique=("plan",),
)

PUBLISHED_FORECASTS = TableSchema(
    "published_forecasts",
    (
        text("plan"),
        text("by"),
        day("made_on"),
        choice("quantity", tuple(QUANTITIES)),
        day("period_start"),
        day("period_end"),
        number("value"),
        choice("bound", BOUNDS),
        text("source_id"),
    ),
    rules=(_not_before("period_end", "period_start"), _possible("value")),
)

MEMBER_PROFILE = TableSchema(
    "member_profile",
    (
        text("plan"),
        text("group"),
        number("value"),
        text("unit"),
        partial_day("as_of"),
        text("source_id"),
    ),
    unique=("plan", "group", "as_of"),
)

CASE_DURATIONS = TableSchema(
    "case_durations",
    (
        text("plan"),
        day("settlement"),
        day("counted_to"),
        whole_number("cases_in_list", 0, MOST_CASES),
        whole_number("cases_sampled", 0, MOST_CASES),
        whole_number("days_from", 0, 36_525),
        whole_number("days_to", 0, 36_525),
        whole_number("cases", 0, MOST_CASES),
        text("source_id"),
    ),
    rules=(
        _not_before("settlement", "counted_to"),
        _at_most("cases_sampled", "cases_in_list"),
        _at_most("days_from", "days_to"),
        _at_most("cases", "cases_sampled"),
    ),
    unique=("plan", "settlement", "days_from"),
)

CASE_MIX = TableSchema(
    "case_mix",
    (
        text("plan"),
        day("settlement"),
        choice("disease_group", DISEASE_GROUPS),
        number("aid_rmb"),
        whole_number("cases", 0, MOST_CASES),
        text("source_id"),
    ),
    unique=("plan", "settlement", "disease_group", "aid_rmb"),
)

CASE_AGES = TableSchema(
    "case_ages",
    (
        text("plan"),
        day("first_settlement"),
        day("last_settlement"),
        text("age_band"),
        choice("sex", SEXES),
        whole_number("cases", 0, MOST_CASES),
        text("source_id"),
    ),
    rules=(_not_before("last_settlement", "first_settlement"),),
    unique=("plan", "first_settlement", "last_settlement", "age_band", "sex"),
)

CASE_TIMING = TableSchema(
    "case_timing",
    (
        text("plan"),
        choice("from_stage", STAGES),
        choice("to_stage", STAGES),
        choice("basis", TIMING_BASES),
        number("value"),
        choice("unit", ("days", "months")),
        partial_day("as_of"),
        text("source_id"),
        text("note", may_be_empty=True, may_be_missing=True),
    ),
    unique=("plan", "from_stage", "to_stage", "basis", "as_of"),
)

GLOSSARY = TableSchema(
    "glossary", (text("english"), text("chinese"), text("meaning")), unique=("english",)
)

CI_INCIDENCE = TableSchema(
    "ci_incidence",
    (
        text("table"),
        choice("sex", SEXES),
        whole_number("age", 0, OLDEST_AGE),
        number("rate_per_1000", upper=1000),
        text("source_id"),
    ),
    unique=("table", "sex", "age"),
)

CI_MILD_TO_SEVERE_RATIO = TableSchema(
    "ci_mild_to_severe_ratio",
    (text("age_band"), number("male", upper=100), number("female", upper=100), text("source_id")),
    unique=("age_band",),
)

POPULATION_CHINA = TableSchema(
    "population_china",
    (
        text("age_group"),
        whole_number("year", 1950, 2100),
        number("male_thousands", upper=8_300_000),
        number("female_thousands", upper=8_300_000),
        text("source_id"),
    ),
    unique=("age_group", "year"),
)

LIFE_TABLE = TableSchema(
    "life_table",
    (
        text("table"),
        choice("sex", SEXES),
        whole_number("age", 0, OLDEST_AGE),
        number("death_probability", upper=1),
        text("source_id"),
    ),
    unique=("table", "sex", "age"),
)

HOSPITALIZATION_RATE = TableSchema(
    "hospitalization_rate",
    (
        text("age_group"),
        choice("residence", RESIDENCES),
        choice("sex", SEXES),
        number("rate_per_1000", upper=10_000),
        text("source_id"),
    ),
    unique=("age_group", "residence", "sex"),
)

HOSPITAL_STAY_DAYS = TableSchema(
    "hospital_stay_days",
    (
        text("age_group"),
        choice("residence", RESIDENCES),
        number("mean_days", upper=366),
        text("source_id"),
    ),
    unique=("age_group", "residence"),
)

MEDICAL_COST = TableSchema(
    "medical_cost",
    (
        whole_number("year", 1949, 2100),
        number("rmb_per_outpatient_visit"),
        number("rmb_per_hospital_stay"),
        number("days_per_hospital_stay", upper=366),
        text("source_id"),
    ),
    unique=("year",),
)

TABLES: tuple[TableSchema, ...] = (
    OBSERVATIONS,
    SOURCES,
    EVENTS,
    PLAN_RULES,
    SHOCKS,
    PLANS,
    PUBLISHED_FORECASTS,
    MEMBER_PROFILE,
    CASE_DURATIONS,
    CASE_MIX,
    CASE_AGES,
    CASE_TIMING,
    GLOSSARY,
    CI_INCIDENCE,
    CI_MILD_TO_SEVERE_RATIO,
    POPULATION_CHINA,
    LIFE_TABLE,
    HOSPITALIZATION_RATE,
    HOSPITAL_STAY_DAYS,
    MEDICAL_COST,
)
TABLE_BY_FILE: dict[str, TableSchema] = {table.file: table for table in TABLES}
