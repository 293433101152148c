"""The inputs of the insurance page as controls, all kept in the address."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from forecasting.pricing.hospital import SUSPECT_CHOICES
from forecasting.pricing.inputs import BUSINESSES, EXPENSE_CAPS, PRICING_INPUTS, RESIDENCES, SEXES
from forecasting.pricing.premium import Terms
from forecasting.pricing.same_benefit import PRICING_TABLES, Basis
from locales import Translator
from ui.address.options import named_option
from ui.address.reading import (
    INSURANCE_OPTIONS,
    forget_notice,
    read_number,
    read_option,
    show_notices,
)

INPUTS = "insurance"
SEX, BUSINESS, TABLE, RESIDENCE, SUSPECT = INSURANCE_OPTIONS
OPTIONS: dict[str, Sequence[str]] = {
    SEX: SEXES,
    BUSINESS: BUSINESSES,
    TABLE: PRICING_TABLES,
    RESIDENCE: RESIDENCES,
    SUSPECT: SUSPECT_CHOICES,
}
PERSON_NUMBERS = ("insured_age", "safety_loading", "expense_share", "table_deduction")


@dataclass(frozen=True)
class Asked:
    """Whose premium, and on what basis, as the controls stand; not yet checked."""

    age: int
    sex: str
    table: str
    table_deduction: float
    safety_loading: float
    expense_share: float
    business: str

    def inputs(self, **more: Any) -> dict[str, dict[str, Any]]:
        """The settings of a chart of this page: these and ``more``, by their names in a link."""
        person = {
            "insured_age": self.age,
            SEX: self.sex,
            "safety_loading": self.safety_loading,
            "expense_share": self.expense_share,
            BUSINESS: self.business,
            "table_deduction": self.table_deduction,
            TABLE: self.table,
        }
        return {INPUTS: person | more}

    @property
    def terms(self) -> Terms:
        """The terms; InputError where they are not legal."""
        return Terms(self.safety_loading, self.expense_share, self.business)

    @property
    def basis(self) -> Basis:
        """Table and terms; InputError where they are not legal."""
        return Basis(self.table, self.table_deduction, self.terms)


def person_controls(tr: Translator) -> Asked:
    """Person, terms and table: what every premium on the page stands on."""
    for name in PERSON_NUMBERS:
        _read(name)
    # Before any widget: it is the first run that finds what the address asked for.
    for key, options in OPTIONS.items():
        read_option(key, options)
    show_notices([*PERSON_NUMBERS, *OPTIONS], tr)
    with st.container(key="insurance_controls"):
        first, second = st.columns(4), st.columns([1, 1, 2])
        age = number(first[0], "insured_age", tr)
        with first[1]:
            sex = option(tr, SEX, "insurance_sex")
        loading = number(first[2], "safety_loading", tr)
        with second[0]:
            business = option(tr, BUSINESS, "business", _keep_to_the_cap)
        expense = number(first[3], "expense_share", tr)
        deduction = number(second[1], "table_deduction", tr)
        with second[2]:
            table = option(tr, TABLE, "table")
    return Asked(int(age), sex, table, deduction, loading, expense, business)


def numbers(tr: Translator, *names: str) -> list[float]:
    """Some of the pricing inputs in a row."""
    for name in names:
        _read(name)
    show_notices(names, tr)
    columns = st.columns(len(names))
    return [number(column, name, tr) for column, name in zip(columns, names, strict=True)]


def number(place: Any, name: str, tr: Translator) -> float:
    """One pricing input, bound to the address under its own name."""
    item = PRICING_INPUTS[name]
    return float(
        place.number_input(
            tr.t(f"pricing_input.{name}"),
            min_value=float(item.lowest),
            max_value=float(item.highest),
            value=float(item.default),
            step=float(item.step),
            format=f"%.{item.digits}f",
            key=name,
            bind="query-params",
            on_change=forget_notice,
            args=(name,),
        )
    )


def option(
    tr: Translator,
    key: str,
    group: str,
    chosen: Callable[[str], None] = forget_notice,
) -> str:
    """One choice of the insurance, its texts those of ``group``."""
    return named_option(
        tr.t(f"pricing_input.{key}"),
        key,
        OPTIONS[key],
        lambda one: tr.t(f"{group}.{one}"),
        chosen,
        "session",
    )


def _read(name: str) -> None:
    item = PRICING_INPUTS[name]
    read_number(name, item.lowest, item.highest)


def _keep_to_the_cap(key: str) -> None:
    """Group business may spend less: take the expenses down with it."""
    forget_notice(key)
    cap = EXPENSE_CAPS[st.session_state[BUSINESS]]
    st.session_state["expense_share"] = min(st.session_state["expense_share"], cap)
