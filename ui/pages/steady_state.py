"""The inputs of the article's calculation as controls, one a factor, all kept in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from forecasting.article.calculation import ARTICLE_INPUTS
from forecasting.article.incidence import DRAFT_TABLE, FINAL_TABLE
from locales import Translator
from ui.address.options import named_option
from ui.address.reading import forget_notice, read_number, read_option, show_notices

TABLE_KEY = "table"
TABLES: tuple[str, ...] = (
    DRAFT_TABLE,
    FINAL_TABLE,
    "6_severe_2020_definition",
    "25_diseases_2007_definition",
    "6_diseases_2007_definition",
)


@dataclass(frozen=True)
class NumberInput:
    """One factor: its range on the page, its step and its decimals."""

    name: str
    lowest: float
    highest: float
    step: float
    digits: int

    @property
    def article(self) -> float:
        """The article's own value."""
        return float(ARTICLE_INPUTS[self.name])


NUMBER_INPUTS: tuple[NumberInput, ...] = (
    NumberInput("age", 0.0, 59.0, 0.1, 1),
    NumberInput("male_per_female", 0.0, 10.0, 0.01, 3),
    NumberInput("deduction", 0.0, 1.0, 0.01, 2),
    NumberInput("disease_loading", 0.0, 1.0, 0.01, 2),
    NumberInput("mean_aid", 10_000.0, 1_000_000.0, 1_000.0, 0),
    NumberInput("fee", 0.0, 1.0, 0.01, 2),
    NumberInput("periods_per_year", 1.0, 366.0, 1.0, 0),
)


def manual_inputs(tr: Translator) -> dict[str, Any]:
    """Draw one control a factor and return their values by name."""
    for item in NUMBER_INPUTS:
        read_number(item.name, item.lowest, item.highest)
    read_option(TABLE_KEY, TABLES)
    show_notices([TABLE_KEY, *(item.name for item in NUMBER_INPUTS)], tr)
    text = tr.t("input.table")
    table = named_option(text, TABLE_KEY, TABLES, lambda name: tr.t(f"table.{name}"))
    values: dict[str, Any] = {TABLE_KEY: table}
    for row in (NUMBER_INPUTS[:4], NUMBER_INPUTS[4:]):
        for column, item in zip(st.columns(4), row, strict=False):
            values[item.name] = column.number_input(
                tr.t(f"input.{item.name}"),
                min_value=item.lowest,
                max_value=item.highest,
                value=item.article,
                step=item.step,
                format=f"%.{item.digits}f",
                key=item.name,
                bind="query-params",
                on_change=forget_notice,
                args=(item.name,),
            )
    st.button(
        tr.t("steady.reset"),
        key="reset_inputs",
        on_click=_back_to_the_article,
        icon=":material/undo:",
    )
    return values


def _back_to_the_article() -> None:
    st.session_state[TABLE_KEY] = DRAFT_TABLE
    forget_notice(TABLE_KEY)
    for item in NUMBER_INPUTS:
        st.session_state[item.name] = item.article
        forget_notice(item.name)
