"""The sections of the method page; only the one chosen is drawn."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

import pandas as pd
import streamlit as st

from charts.data_and_method import credibility as credibility_charts
from charts.data_and_method import fit as charts
from forecasting import SelectionLagFit
from forecasting.base.tabular import csv_bytes
from forecasting.disclosures import data_archive
from forecasting.evaluation.bars import simulated_bars
from sentences import data_and_method as method
from sentences import track_record as track
from sentences.common import tables
from ui.blocks.show import heading, show_chart, show_table
from ui.results import checks_for, credibility_path_for, known, record_stamp_for, stamp_for
from ui.server.scores import backtest_for
from ui.view import View

PROJECT = Path(__file__).parents[2]
CHANGES = PROJECT / "CHANGELOG.md"
DRAWS = 1000
METHOD = PROJECT / "docs" / "method.md"
# In the method's text an equation stands below its name.
FORMULA = re.compile(r"<!-- formula: (\w+) -->\n+\$\$\n?(.*?)\n?\$\$", re.DOTALL)


def formulas_of(text: str) -> Mapping[str, str]:
    """The named equations of the method's text, in its order.

    >>> dict(formulas_of("<!-- formula: square -->\\n$$\\na^2\\n$$"))
    {'square': 'a^2'}
    """
    return MappingProxyType({name: " ".join(tex.split()) for name, tex in FORMULA.findall(text)})


FORMULAS = formulas_of(METHOD.read_text(encoding="utf-8"))


def show_section(section: str, view: View, fit: SelectionLagFit | None) -> None:
    """Draw one section; one that needs a fit says so on a day without."""
    heading(view.tr.t(f"method_section.{section}"))
    if fit is None and section in OF_A_FIT:
        st.caption(view.tr.t("method.no_fit"))
        return
    SECTIONS[section](view, fit)


def _card(view: View, fit: SelectionLagFit | None) -> None:
    tr = view.tr
    parts = [("assumes", method.assumes(known(view), tr))]
    if fit is not None:
        parts.append(("weak", method.weak(fit, tr)))
    missed = track.missed_on_simulated(simulated_bars(), tr)
    parts += [
        ("cannot", f"{tr.t('method.card_cannot')}\n{missed}"),
        ("headline", tr.t("method.card_headline")),
    ]
    for part, text in parts:
        st.subheader(tr.t(f"method_card.{part}"), anchor=False)
        st.markdown(text)
    if st.toggle(tr.t("method.scores_toggle"), key="headline_scores"):
        st.markdown(method.headline(backtest_for(view), tr))
    st.caption(tr.t("method.settlement_view"))


def _formulas(view: View, fit: SelectionLagFit | None) -> None:
    for name, formula in FORMULAS.items():
        st.latex(formula)
        st.caption(view.tr.t(f"method_formula.{name}"))


def _parameters(view: View, fit: SelectionLagFit | None) -> None:
    assert fit is not None
    st.markdown(view.tr.t("method.parameters_text"))
    show_table(charts.parameters_table(fit, view.tr), "parameter-table", view.tr, view.as_of)
    st.subheader(view.tr.t("method.meanings_heading"), anchor=False)
    show_table(method.meanings_table(view.tr), "parameter-meanings", view.tr, view.as_of)


def _checks(view: View, fit: SelectionLagFit | None) -> None:
    tr, stamp, checks = view.tr, stamp_for(view), checks_for(view)
    show_chart(charts.residuals_chart(checks, tr, stamp), tr)
    st.subheader(tr.t("method.kinds_heading"), anchor=False)
    st.markdown(tr.t("method.kinds_text"))
    show_table(method.kinds_table(checks, tr), "residuals-by-kind", tr, view.as_of)
    st.subheader(tr.t("method.largest_heading"), anchor=False)
    show_table(charts.residuals_table(checks.largest(), tr), "largest-residuals", tr, view.as_of)
    st.subheader(tr.t("method.predictive_heading"), anchor=False)
    st.markdown(tr.t("method.predictive_text"))
    show_chart(charts.predictive_chart(checks, tr, stamp), tr)
    show_table(charts.predictive_table(checks, tr), "predictive-statistics", tr, view.as_of)
    st.markdown(method.deviations(checks, tr))
    if fit is not None:
        st.markdown(method.scales(fit, tr))


def _credibility(view: View, fit: SelectionLagFit | None) -> None:
    tr, stamp, path = view.tr, stamp_for(view), credibility_path_for(view)
    st.markdown(method.credibility_grew(path, tr))
    if path["z_model"].notna().any():
        show_chart(credibility_charts.credibility_chart(path, tr, stamp), tr)
        show_chart(credibility_charts.level_chart(path, tr, stamp), tr)


def _record(view: View, fit: SelectionLagFit | None) -> None:
    tr, record = view.tr, known(view)
    st.markdown(tr.t("method.record_text", n=len(record.observations)))
    show_table(tables.observations_table(record.observations, tr), "figures-known", tr, view.as_of)
    st.subheader(tr.t("method.sources_heading"), anchor=False)
    found = method.sources_table(record.tables, record.observations["source_id"], tr)
    show_table(found, "sources", tr, view.as_of)


def _glossary(view: View, fit: SelectionLagFit | None) -> None:
    found = method.glossary_table(known(view).tables, view.tr)
    show_table(found, "glossary", view.tr, record_stamp_for(view).as_of)


def _downloads(view: View, fit: SelectionLagFit | None) -> None:
    tr, day = view.tr, view.as_of.isoformat()
    st.markdown(tr.t("method.downloads_text"))
    files: dict[str, Callable[[], pd.DataFrame]] = {}
    if fit is not None:
        files = {
            "coefficients": lambda: fit.parameters,
            "covariance": fit.covariance,
            "draws": lambda: fit.parameter_draws(DRAWS),
            "residuals": lambda: checks_for(view).figures,
        }
    with st.container(horizontal=True, gap="small"):
        for name, table in files.items():
            st.download_button(
                tr.t(f"method_download.{name}"),
                data=csv_bytes(table()),
                file_name=f"xianghubao-{name}-as-of-{day}.csv",
                mime="text/csv",
                key=f"download_{name}",
                on_click="ignore",
            )
        st.download_button(
            tr.t("method_download.data"),
            data=data_archive(),
            file_name=f"xianghubao-data-{known(view).data_version}.zip",
            mime="application/zip",
            key="download_data",
            on_click="ignore",
        )
    st.caption(tr.t("method.data_note"))
    st.subheader(tr.t("method.licence_heading"), anchor=False)
    st.markdown(tr.t("method.licence_text"))


def _changes(view: View, fit: SelectionLagFit | None) -> None:
    st.caption(view.tr.t("method.changes_note"))
    st.markdown(changes())


def changes() -> str:
    """The change log, its headings one step down and its own title left out."""
    _, _, text = CHANGES.read_text(encoding="utf-8").partition("\n")
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in text.splitlines())


SECTIONS: Mapping[str, Callable[[View, SelectionLagFit | None], None]] = MappingProxyType(
    {
        "card": _card,
        "checks": _checks,
        "credibility": _credibility,
        "parameters": _parameters,
        "formulas": _formulas,
        "record": _record,
        "glossary": _glossary,
        "downloads": _downloads,
        "changes": _changes,
    }
)
OF_A_FIT = frozenset({"checks", "parameters"})
