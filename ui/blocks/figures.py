"""A link to one published figure: its card, and the links of a table of figures."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from sentences.common.figures import figure_card, figure_keys
from sentences.common.tables import observations_table
from ui.address.reading import FIGURE_KEY, as_code, full_address
from ui.results import full_record
from ui.view import View


def show_figure_asked_for(view: View) -> None:
    """The figure that the address names, first on the page; a name of none is named itself."""
    asked = st.query_params.get(FIGURE_KEY)
    if asked is None:
        return
    tr, record = view.tr, full_record(view.plan)
    found = record.observations[figure_keys(record.observations) == asked]
    if found.empty:
        st.caption(tr.t("figure.unknown", name=as_code(FIGURE_KEY), value=as_code(asked)))
        return
    row = found.iloc[0]
    card = figure_card(row, record.tables, tr)
    with st.container(border=True, key="figure_card"):
        st.subheader(card.title, anchor=False)
        st.markdown(card.value)
        st.markdown(card.source)
        st.caption(card.fitted)
        if card.note:
            st.caption(as_code(card.note))
        if row["period_end"].date() > view.as_of:
            st.caption(tr.t("figure.not_yet", day=tr.date(row["period_end"])))


def linked_figures(view: View, observations: pd.DataFrame) -> pd.DataFrame:
    """The table of figures with a link to each of them, where the server knows its address."""
    tr, keys = view.tr, figure_keys(observations)
    table = observations_table(observations, tr)
    # The table is in another order; rows keep their index.
    links = [full_address(tr, view.as_of, **{FIGURE_KEY: key}) for key in keys[table.index]]
    if all(links):
        table.insert(1, tr.t("column.permalink"), links)
    return table
