"""Charts of the record, settlement by settlement: shares, members, persons helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import build_chart, from_zero
from charts.style.languages import in_every_language
from charts.style.record import (
    add_markers,
    add_reconstruction,
    add_steps,
    one_a_settlement,
    single_settlements,
)
from forecasting.disclosures.figures import CRITICAL_ILLNESS
from forecasting.disclosures.quantities import CONFIDENCES
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast


@in_every_language
def shares_chart(
    observations: pd.DataFrame,
    forecast: Forecast | None,
    tr: Translator,
    stamp: Stamp,
) -> Chart:
    """Every disclosed share of one settlement, told apart by how it was placed and trusted.

    ``observations`` holds the whole record; figures after the stamp's day are drawn hollow.
    """
    rows = single_settlements(observations, "share", CRITICAL_ILLNESS)
    kinds = _kinds(rows, stamp.as_of)
    figure = go.Figure()
    # Shares of a few fen are of low confidence for their rounding alone.
    joined, filled = one_a_settlement(rows, CONFIDENCES), None
    if forecast is not None:
        filled = add_reconstruction(figure, forecast, "share", tr, known=joined["period_end"])
    for is_later, colour in ((False, palette.AMBER), (True, palette.CAME_LATER)):
        steps = joined[(kinds[joined.index] == "later") == is_later]
        add_steps(figure, steps["period_end"], steps["value"], colour)
    for kind, symbol, colour in (
        ("stated", "circle", palette.AMBER),
        ("inferred", "square", palette.TEAL),
        ("low", "x", palette.RED),
        ("later", "diamond-open", palette.CAME_LATER),
    ):
        of_kind = rows[kinds == kind]
        if not of_kind.empty:
            add_markers(
                figure, of_kind, "value", symbol, colour, tr.t(f"series.{kind}"), "%{y:.2f}"
            )
    figure.update_layout(yaxis=from_zero(tr.t("axis.rmb"), float(rows["value"].max())))
    known = rows[kinds != "later"]
    unit = tr.t("unit.rmb_header")
    table = pd.DataFrame(
        {
            tr.t("column.settlement"): rows["period_end"].dt.strftime("%Y-%m-%d"),
            f"{tr.t('term.share')} ({unit})": rows["value"],
            tr.t("column.kind"): [tr.t(f"series.{kind}") for kind in kinds],
            tr.t("column.source"): rows["source_id"],
        }
    )
    if filled is not None and not filled.empty:
        table = _with_reconstruction(table, filled, "share", unit, tr)
    stated = {
        "count": len(known),
        "first": tr.rmb(known["value"].iloc[0]),
        "first_day": tr.date(known["period_end"].iloc[0]),
        "last": tr.rmb(known["value"].iloc[-1]),
        "last_day": tr.date(known["period_end"].iloc[-1]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="shares-disclosed",
        unit="unit.rmb",
        title=tr.t("history.shares_title", **stated),
        subtitle=tr.t("history.shares_subtitle"),
        alt=tr.t("history.shares_alt", **stated),
        table=table,
        height=440,
    )


@dataclass(frozen=True)
class _Counts:
    """A series of counts to draw: which rows, under which name and sign."""

    quantity: str
    scope: str
    key: str
    symbol: str
    colour: str


@in_every_language
def members_chart(
    observations: pd.DataFrame, forecast: Forecast | None, tr: Translator, stamp: Stamp
) -> Chart:
    """Members who shared each settlement, beside the press's counts of those enrolled. Millions."""
    illness = _Counts(
        "sharing_members", CRITICAL_ILLNESS, "series.sharing_members", "circle", palette.AMBER
    )
    every_plan = _Counts(
        "sharing_members",
        "all_plans",
        "series.sharing_all_plans",
        "square-open",
        palette.STEADY,
    )
    enrolled = _Counts(
        "members", CRITICAL_ILLNESS, "series.enrolled", "triangle-up-open", palette.ARTICLE
    )
    figure, table = _counts_figure(
        [illness, every_plan, enrolled],
        observations,
        forecast,
        tr,
        "column.members_millions",
        tr.crowd,
    )
    rows = single_settlements(observations, illness.quantity, illness.scope)
    peak = rows.loc[rows["value"].idxmax()]
    stated = {"peak": tr.persons(peak["value"]), "peak_day": tr.date(peak["period_end"])}
    return build_chart(
        figure,
        tr,
        stamp,
        stem="members",
        unit="unit.crowd",
        title=tr.t("history.members_title", **stated),
        subtitle=tr.t("history.members_subtitle"),
        alt=tr.t("history.members_alt", **stated),
        table=table,
        height=400,
    )


@in_every_language
def helped_chart(
    observations: pd.DataFrame, forecast: Forecast | None, tr: Translator, stamp: Stamp
) -> Chart:
    """Persons helped at each settlement, in this plan and in all plans together."""
    illness = _Counts("helped", CRITICAL_ILLNESS, "series.helped", "circle", palette.AMBER)
    every_plan = _Counts(
        "helped", "all_plans", "series.helped_all_plans", "square-open", palette.STEADY
    )
    figure, table = _counts_figure(
        [illness, every_plan], observations, forecast, tr, "column.persons", 1
    )
    last = single_settlements(observations, illness.quantity, illness.scope).iloc[-1]
    stated = {"last": tr.persons(last["value"]), "day": tr.date(last["period_end"])}
    return build_chart(
        figure,
        tr,
        stamp,
        stem="persons-helped",
        unit="unit.persons",
        title=tr.t("history.helped_title", **stated),
        subtitle=tr.t("history.helped_subtitle"),
        alt=tr.t("history.helped_alt", **stated),
        table=table,
        height=400,
    )


def _counts_figure(
    series: list[_Counts],
    observations: pd.DataFrame,
    forecast: Forecast | None,
    tr: Translator,
    unit_key: str,
    unit: float,
) -> tuple[go.Figure, pd.DataFrame]:
    """Counts of several kinds on one axis, those not trusted apart, and the table of them."""
    figure, header, tables, filled = go.Figure(), tr.t(unit_key), [], None
    hover = "%{y:,.2f}" if unit != 1 else "%{y:,.0f}"
    if forecast is not None:
        illness = single_settlements(observations, series[0].quantity, series[0].scope)
        known = one_a_settlement(illness)["period_end"]
        filled = add_reconstruction(figure, forecast, series[0].quantity, tr, unit, known)
    not_trusted = []
    for counts in series:
        rows = single_settlements(observations, counts.quantity, counts.scope)
        rows = rows.assign(shown=rows["value"] / unit)
        trusted = rows[rows["confidence"] != "low"]
        not_trusted.append(rows[rows["confidence"] == "low"])
        if not trusted.empty:
            name = tr.t(counts.key)
            joined = one_a_settlement(rows)
            add_steps(figure, joined["period_end"], joined["shown"], counts.colour)
            add_markers(figure, trusted, "shown", counts.symbol, counts.colour, name, hover)
        tables.append(
            pd.DataFrame(
                {
                    tr.t("column.settlement"): rows["period_end"].dt.strftime("%Y-%m-%d"),
                    tr.t("column.series"): tr.t(counts.key),
                    header: rows["shown"],
                    tr.t("column.bound"): [tr.t(f"bound.{bound}") for bound in rows["bound"]],
                    tr.t("column.confidence"): [
                        tr.t(f"confidence.{level}") for level in rows["confidence"]
                    ],
                    tr.t("column.source"): rows["source_id"],
                }
            )
        )
    low = pd.concat(not_trusted)
    if not low.empty:
        add_markers(figure, low, "shown", "x", palette.RED, tr.t("series.low"), hover)
    if filled is not None and not filled.empty:
        tables.append(_reconstruction_rows(filled, series[0].quantity, unit, header, tr))
    table = pd.concat(tables, ignore_index=True)
    figure.update_layout(yaxis=from_zero(header, table[header].max()))
    return figure, table


def _kinds(rows: pd.DataFrame, as_of: date) -> pd.Series:
    """How each figure is drawn: later than the day, not trusted, or by its placement."""
    kinds = rows["placement"].where(rows["confidence"] != "low", "low")
    return kinds.where(rows["period_end"] <= pd.Timestamp(as_of), "later")


def _reconstruction_rows(
    filled: pd.DataFrame, prefix: str, unit: float, header: str, tr: Translator
) -> pd.DataFrame:
    digits = 0 if unit == 1 else 3
    return pd.DataFrame(
        {
            tr.t("column.settlement"): filled["date"].dt.strftime("%Y-%m-%d"),
            tr.t("column.series"): tr.t("series.reconstructed"),
            header: (filled[f"{prefix}_q50"] / unit).round(digits),
            tr.t("band.low_80"): (filled[f"{prefix}_q10"] / unit).round(digits),
            tr.t("band.high_80"): (filled[f"{prefix}_q90"] / unit).round(digits),
        }
    )


def _with_reconstruction(
    table: pd.DataFrame, filled: pd.DataFrame, prefix: str, unit: str, tr: Translator
) -> pd.DataFrame:
    columns = {
        f"{tr.t(key)} ({unit})": filled[f"{prefix}_{quantile}"].round(3).to_numpy()
        for quantile, key in (
            ("q50", "series.reconstructed"),
            ("q10", "band.low_80"),
            ("q90", "band.high_80"),
        )
    }
    on_chart = pd.DataFrame(
        {tr.t("column.settlement"): filled["date"].dt.strftime("%Y-%m-%d"), **columns}
    )
    return table.merge(on_chart, how="outer", on=tr.t("column.settlement")).sort_values(
        tr.t("column.settlement"), ignore_index=True
    )
