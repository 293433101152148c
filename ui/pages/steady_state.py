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

TABLE_KEY, AGE_KEY = "table", "age"
_SWITCHED = "_table_switched"
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
    _take_a_table_with_the_age_asked_for()
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
                on_change=_moved,
                args=(item.name,),
            )
    if st.session_state.get(_SWITCHED) and table == FINAL_TABLE:
        st.caption(
            tr.t(
                "steady.switched",
                age=tr.number(NUMBER_INPUTS[0].article),
                draft=tr.t(f"table.{DRAFT_TABLE}"),
                final=tr.t(f"table.{FINAL_TABLE}"),
            )
        )
    st.button(
        tr.t("steady.reset"),
        key="reset_inputs",
        on_click=_back_to_the_article,
        icon=":material/undo:",
    )
    return values


def _take_a_table_with_the_age_asked_for() -> None:
    """An address that names an age and no table means one that has it."""
    asked = st.query_params.get(AGE_KEY)
    if asked is not None and AGE_KEY not in st.session_state and TABLE_KEY not in st.query_params:
        _switch_for(asked)


def _moved(name: str) -> None:
    forget_notice(name)
    if name == AGE_KEY and st.session_state.get(TABLE_KEY) == DRAFT_TABLE:
        _switch_for(str(st.session_state[AGE_KEY]))


def _switch_for(age: str) -> None:
    """Take the final table where the draft, which has one age only, does not have this one."""
    try:
        has_it = float(age) == NUMBER_INPUTS[0].article
    except ValueError:
        return
    if not has_it:
        st.session_state[TABLE_KEY], st.session_state[_SWITCHED] = FINAL_TABLE, True


def _back_to_the_article() -> None:
    st.session_state.pop(_SWITCHED, None)
    st.session_state[TABLE_KEY] = DRAFT_TABLE
    forget_notice(TABLE_KEY)
    for item in NUMBER_INPUTS:
        st.session_state[item.name] = item.article
        forget_notice(item.name)
