"""Charts of the record: shares, members, persons helped, running totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from charts import palette
from charts.base import Chart, Stamp, band, build_chart, from_zero
from forecasting.settlements import settlement_on_or_before
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Disclosures, Forecast

OWN_SCOPE = "critical_illness"
MILLION = 1e6
ROOM_FOR_LEGEND = 1.8
# Panel, unit and message key of its axis.
CUMULATIVE_PANELS: dict[str, tuple[int, float, str]] = {
    "helped_sum": (1, 1.0, "column.persons"),
    "aid_sum": (2, 1e9, "column.billion_rmb"),
}
SCOPE_MARKERS: dict[str, tuple[str, str]] = {
    OWN_SCOPE: ("circle", palette.AMBER),
    "unstated": ("square-open", palette.STEADY),
}


def shares_chart(
    observations: pd.DataFrame,
    forecast: Forecast | None,
    events: pd.DataFrame | None,
    tr: Translator,
    stamp: Stamp,
) -> Chart:
    """Every disclosed share of one settlement, told apart by how it was placed and trusted.

    ``observations`` holds the whole record; figures after the stamp's day are drawn hollow.
    ``events`` adds a line a dated event.
    """
    rows = _single_settlements(observations, "share", OWN_SCOPE)
    kinds = _kinds(rows, stamp.as_of)
    figure = go.Figure()
    if forecast is not None:
        _reconstructed(figure, forecast, "share", tr)
    for kind, symbol, colour in (
        ("stated", "circle", palette.AMBER),
        ("inferred", "square", palette.TEAL),
        ("low", "x", palette.RED),
        ("later", "diamond-open", palette.CAME_LATER),
    ):
        drawn = rows[kinds == kind]
        if not drawn.empty:
            _markers(figure, drawn, "value", symbol, colour, tr.t(f"series.{kind}"), "%{y:.2f}")
    if events is not None:
        _event_lines(figure, events, tr)
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
    if forecast is not None:
        table = _with_reconstruction(table, forecast, "share", unit, tr)
    return build_chart(
        figure,
        tr,
        stamp,
        stem="shares-disclosed",
        title=tr.t("history.shares_title"),
        subtitle=tr.t("history.shares_subtitle"),
        alt=tr.t(
            "history.shares_alt",
            count=len(known),
            first=tr.rmb(known["value"].iloc[0]),
            first_day=tr.date(known["period_end"].iloc[0]),
            last=tr.rmb(known["value"].iloc[-1]),
            last_day=tr.date(known["period_end"].iloc[-1]),
        ),
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


def members_chart(
    observations: pd.DataFrame, forecast: Forecast | None, tr: Translator, stamp: Stamp
) -> Chart:
    """Members who shared each settlement, beside the press's counts of those enrolled. Millions."""
    own = _Counts("sharing_members", OWN_SCOPE, "series.sharing_members", "circle", palette.AMBER)
    every_plan = _Counts(
        "sharing_members",
        "all_plans",
        "series.sharing_all_plans",
        "square-open",
        palette.STEADY,
    )
    enrolled = _Counts("members", OWN_SCOPE, "series.enrolled", "triangle-up-open", palette.ARTICLE)
    figure, table = _counts_figure(
        [own, every_plan, enrolled], observations, forecast, tr, "column.members_millions", MILLION
    )
    rows = _single_settlements(observations, own.quantity, own.scope)
    peak = rows.loc[rows["value"].idxmax()]
    return build_chart(
        figure,
        tr,
        stamp,
        stem="members",
        title=tr.t("history.members_title"),
        subtitle=tr.t("history.members_subtitle"),
        alt=tr.t(
            "history.members_alt",
            peak=tr.persons(peak["value"]),
            peak_day=tr.date(peak["period_end"]),
        ),
        table=table,
        height=400,
    )


def helped_chart(
    observations: pd.DataFrame, forecast: Forecast | None, tr: Translator, stamp: Stamp
) -> Chart:
    """Persons helped at each settlement, in this plan and in all plans together."""
    own = _Counts("helped", OWN_SCOPE, "series.helped", "circle", palette.AMBER)
    every_plan = _Counts(
        "helped", "all_plans", "series.helped_all_plans", "square-open", palette.STEADY
    )
    figure, table = _counts_figure(
        [own, every_plan], observations, forecast, tr, "column.persons", 1
    )
    last = _single_settlements(observations, own.quantity, own.scope).iloc[-1]
    return build_chart(
        figure,
        tr,
        stamp,
        stem="persons-helped",
        title=tr.t("history.helped_title"),
        subtitle=tr.t("history.helped_subtitle"),
        alt=tr.t(
            "history.helped_alt",
            last=tr.persons(last["value"]),
            day=tr.date(last["period_end"]),
        ),
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
    figure, header, tables = go.Figure(), tr.t(unit_key), []
    hover = "%{y:,.2f}" if unit != 1 else "%{y:,.0f}"
    if forecast is not None:
        _reconstructed(figure, forecast, series[0].quantity, tr, unit)
    not_trusted = []
    for counts in series:
        rows = _single_settlements(observations, counts.quantity, counts.scope)
        rows = rows.assign(drawn=rows["value"] / unit)
        trusted = rows[rows["confidence"] != "low"]
        not_trusted.append(rows[rows["confidence"] == "low"])
        if not trusted.empty:
            name = tr.t(counts.key)
            _markers(figure, trusted, "drawn", counts.symbol, counts.colour, name, hover)
        tables.append(
            pd.DataFrame(
                {
                    tr.t("column.settlement"): rows["period_end"].dt.strftime("%Y-%m-%d"),
                    tr.t("column.series"): tr.t(counts.key),
                    header: rows["drawn"],
                    tr.t("column.bound"): rows["bound"],
                    tr.t("column.confidence"): [
                        tr.t(f"confidence.{level}") for level in rows["confidence"]
                    ],
                    tr.t("column.source"): rows["source_id"],
                }
            )
        )
    low = pd.concat(not_trusted)
    if not low.empty:
        _markers(figure, low, "drawn", "x", palette.RED, tr.t("series.low"), hover)
    if forecast is not None:
        tables.append(_reconstruction_rows(forecast, series[0].quantity, unit, header, tr))
    table = pd.concat(tables, ignore_index=True)
    figure.update_layout(yaxis=from_zero(header, table[header].max(), headroom=1.5))
    return figure, table


def cumulative_chart(
    observations: pd.DataFrame, forecast: Forecast, tr: Translator, stamp: Stamp
) -> Chart:
    """Persons helped and aid paid since the launch: disclosed totals, and this plan's running sum.

    Most totals do not say which plans they cover; they are drawn apart.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    past = _past(forecast)
    running = past["helped_q50"].cumsum().round()
    figure.add_scatter(
        x=past["date"].tolist(),
        y=running,
        mode="lines",
        line={"color": palette.NEUTRAL, "width": 1.4},
        name=tr.t("series.running_sum"),
        hovertemplate="%{y:,.0f}",
        row=1,
        col=1,
    )
    tables = [
        pd.DataFrame(
            {
                tr.t("column.until"): past["date"].dt.strftime("%Y-%m-%d"),
                tr.t("column.series"): tr.t("series.running_sum"),
                tr.t("column.persons"): running,
            }
        )
    ]
    totals = observations[observations["quantity"].isin(["helped_sum", "aid_sum"])]
    since_launch = totals[totals["period_start"] == totals["period_start"].min()]
    for (quantity, scope), points in since_launch.sort_values("period_end").groupby(
        ["quantity", "scope"], sort=False
    ):
        row, unit, header = CUMULATIVE_PANELS[quantity]
        symbol, colour = SCOPE_MARKERS[scope]
        name = tr.t(f"scope.{scope}")
        figure.add_scatter(
            x=points["period_end"].tolist(),
            y=points["value"] / unit,
            mode="markers",
            marker=_marker(colour, symbol),
            name=name,
            legendgroup=scope,
            showlegend=row == 1,
            hovertemplate="%{y:,.0f}" if unit == 1 else "%{y:,.2f}",
            row=row,
            col=1,
        )
        tables.append(
            pd.DataFrame(
                {
                    tr.t("column.until"): points["period_end"].dt.strftime("%Y-%m-%d"),
                    tr.t("column.series"): name,
                    tr.t(header): points["value"] / unit,
                    tr.t("column.bound"): points["bound"],
                    tr.t("column.source"): points["source_id"],
                }
            )
        )
    for row, _, header in CUMULATIVE_PANELS.values():
        figure.update_yaxes(title_text=tr.t(header), rangemode="tozero", row=row, col=1)
    return build_chart(
        figure,
        tr,
        stamp,
        stem="cumulative",
        title=tr.t("history.cumulative_title"),
        subtitle=tr.t("history.cumulative_subtitle"),
        alt=tr.t("history.cumulative_alt"),
        table=pd.concat(tables, ignore_index=True),
        height=520,
    )


def running_totals(forecast: Forecast) -> pd.DataFrame:
    """Each year's running sum of shares up to the as-of day, disclosed where known, else median.

    Columns: date, year, share, running (RMB), disclosed (whether the share was).
    """
    past = _past(forecast)
    share = past["share_disclosed"].fillna(past["share_q50"])
    year = past["date"].dt.year
    return pd.DataFrame(
        {
            "date": past["date"],
            "year": year,
            "share": share,
            "running": share.groupby(year).cumsum(),
            "disclosed": past["share_disclosed"].notna(),
        }
    ).reset_index(drop=True)


def cap_chart(forecast: Forecast, record: Disclosures, tr: Translator, stamp: Stamp) -> Chart:
    """Running total of each calendar year against the promised annual cap, where there was one."""
    totals, observations = running_totals(forecast), record.observations
    caps = {day.year: cap for day, cap in record.rule_changes("annual_share_cap")}
    figure = go.Figure()
    for (year, rows), colour, dash in zip(
        totals.groupby("year"), palette.YEARS, ("dot", "dash", "solid", "dashdot"), strict=False
    ):
        figure.add_scatter(
            x=rows["date"].tolist(),
            y=rows["running"],
            mode="lines",
            line={"color": colour, "width": 2, "dash": dash},
            name=tr.t("history.year", year=str(year)),
            hovertemplate="%{y:.2f}",
        )
    for year, cap in caps.items():
        figure.add_scatter(
            x=[date(year, 1, 1), date(year, 12, 31)],
            y=[cap, cap],
            mode="lines",
            line={"color": palette.NEUTRAL, "width": 3},
            name=tr.t("history.cap", value=tr.number(cap)),
            legendgroup="cap",
            showlegend=year == min(caps),
            hoverinfo="skip",
        )
    sums = observations[
        (observations["quantity"] == "share_sum")
        & (observations["scope"] == OWN_SCOPE)
        & (observations["bound"] == "=")
        & (observations["period_end"] <= pd.Timestamp(stamp.as_of))
        & (observations["period_start"].dt.month == 1)
    ].sort_values("period_end")
    _markers(
        figure, sums, "value", "circle", palette.AMBER, tr.t("series.disclosed_total"), "%{y:.2f}"
    )
    top = max([*caps.values(), float(totals["running"].max()), *sums["value"]])
    figure.update_layout(yaxis=from_zero(tr.t("axis.rmb_total"), top, headroom=ROOM_FOR_LEGEND))
    unit = tr.t("unit.rmb_header")
    table = pd.DataFrame(
        {
            tr.t("column.settlement"): totals["date"].dt.strftime("%Y-%m-%d"),
            f"{tr.t('term.share')} ({unit})": totals["share"].round(3),
            tr.t("column.kind"): [
                tr.t("status.disclosed" if known else "status.reconstructed")
                for known in totals["disclosed"]
            ],
            f"{tr.t('column.running_total')} ({unit})": totals["running"].round(2),
            f"{tr.t('column.cap')} ({unit})": totals["year"].map(caps),
            f"{tr.t('series.disclosed_total')} ({unit})": totals["date"].map(
                sums.groupby(sums["period_end"].map(_settlement_of))["value"].last()
            ),
        }
    )
    highest = totals.loc[totals.groupby("year")["running"].idxmax()]
    return build_chart(
        figure,
        tr,
        stamp,
        stem="annual-total",
        title=tr.t("history.cap_title"),
        subtitle=tr.t("history.cap_subtitle"),
        alt=tr.t(
            "history.cap_alt",
            totals=tr.t("list.separator").join(
                tr.t("history.year_total", year=str(year), total=tr.rmb(running, 0))
                for year, running in zip(highest["year"], highest["running"], strict=True)
            ),
        ),
        table=table,
        height=420,
    )


def _settlement_of(day: pd.Timestamp) -> pd.Timestamp:
    return pd.Timestamp(settlement_on_or_before(day.date()))


def _single_settlements(observations: pd.DataFrame, quantity: str, scope: str) -> pd.DataFrame:
    rows = observations[
        (observations["quantity"] == quantity)
        & (observations["scope"] == scope)
        & (observations["period_start"] == observations["period_end"])
        & (observations["bound"].isin(["=", "over"]))
    ]
    return rows.sort_values("period_end")


def _kinds(rows: pd.DataFrame, as_of: date) -> pd.Series:
    """How each figure is drawn: later than the day, not trusted, or by its placement."""
    kinds = rows["placement"].where(rows["confidence"] != "low", "low")
    return kinds.where(rows["period_end"] <= pd.Timestamp(as_of), "later")


def _past(forecast: Forecast) -> pd.DataFrame:
    periods = forecast.periods
    return periods[periods["status"].isin(["disclosed", "reconstructed"])]


def _reconstructed(
    figure: go.Figure, forecast: Forecast, prefix: str, tr: Translator, unit: float = 1.0
) -> None:
    past = _past(forecast)
    x = past["date"].tolist()
    figure.add_traces(
        band(
            x,
            past[f"{prefix}_q10"] / unit,
            past[f"{prefix}_q90"] / unit,
            fill=palette.translucent(palette.NEUTRAL, 0.25),
            name=tr.t("series.reconstructed_band"),
            showlegend=False,
        )
    )
    figure.add_scatter(
        x=x,
        y=past[f"{prefix}_q50"] / unit,
        mode="lines",
        line={"color": palette.NEUTRAL, "width": 1.2},
        name=tr.t("series.reconstructed"),
        hovertemplate="%{y:,.0f}" if prefix == "helped" else "%{y:,.2f}",
    )


def _markers(
    figure: go.Figure,
    rows: pd.DataFrame,
    column: str,
    symbol: str,
    colour: str,
    name: str,
    hover: str,
) -> None:
    figure.add_scatter(
        x=rows["period_end"].tolist(),
        y=rows[column],
        mode="markers",
        marker=_marker(colour, symbol),
        name=name,
        hovertemplate=hover,
        cliponaxis=False,
    )


def _marker(colour: str, symbol: str) -> dict[str, object]:
    return {
        "color": colour,
        "size": 8,
        "symbol": symbol,
        "line": {"color": colour, "width": 1.5},
    }


def _event_lines(figure: go.Figure, events: pd.DataFrame, tr: Translator) -> None:
    for day in events["date"]:
        figure.add_shape(
            type="line",
            x0=day,
            x1=day,
            xref="x",
            y0=0,
            y1=1,
            yref="paper",
            layer="below",
            line={"color": palette.NEUTRAL, "width": 1, "dash": "dot"},
        )
    figure.add_scatter(
        x=events["date"].tolist(),
        y=[0] * len(events),
        mode="markers",
        marker={"symbol": "triangle-up", "size": 9, "color": palette.PINK},
        name=tr.t("series.event"),
        text=events[f"event_{tr.language}"],
        hovertemplate="%{text}",
        cliponaxis=False,
    )


def _reconstruction_rows(
    forecast: Forecast, prefix: str, unit: float, header: str, tr: Translator
) -> pd.DataFrame:
    past = _past(forecast)
    digits = 0 if unit == 1 else 3
    return pd.DataFrame(
        {
            tr.t("column.settlement"): past["date"].dt.strftime("%Y-%m-%d"),
            tr.t("column.series"): tr.t("series.reconstructed"),
            header: (past[f"{prefix}_q50"] / unit).round(digits),
            tr.t("band.low_80"): (past[f"{prefix}_q10"] / unit).round(digits),
            tr.t("band.high_80"): (past[f"{prefix}_q90"] / unit).round(digits),
        }
    )


def _with_reconstruction(
    table: pd.DataFrame, forecast: Forecast, prefix: str, unit: str, tr: Translator
) -> pd.DataFrame:
    past = _past(forecast)
    columns = {
        f"{tr.t(key)} ({unit})": past[f"{prefix}_{quantile}"].round(3).to_numpy()
        for quantile, key in (
            ("q50", "series.reconstructed"),
            ("q10", "band.low_80"),
            ("q90", "band.high_80"),
        )
    }
    drawn = pd.DataFrame(
        {tr.t("column.settlement"): past["date"].dt.strftime("%Y-%m-%d"), **columns}
    )
    return table.merge(drawn, how="outer", on=tr.t("column.settlement")).sort_values(
        tr.t("column.settlement"), ignore_index=True
    )
