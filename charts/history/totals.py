"""Charts of running totals: since the launch, and of each year against the promised cap."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from charts.style import labels, palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import build_chart, from_zero
from charts.style.languages import in_every_language
from charts.style.record import add_markers, marker, past_settlements
from forecasting.base.settlements import settlement_on_or_before
from forecasting.disclosures.figures import CRITICAL_ILLNESS
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Disclosures, Forecast

# Panel and message key of its axis.
CUMULATIVE_PANELS: dict[str, tuple[int, str]] = {
    "helped_sum": (1, "column.persons"),
    "aid_sum": (2, "column.aid_total"),
}
SCOPE_MARKERS: dict[str, tuple[str, str]] = {
    CRITICAL_ILLNESS: ("circle", palette.AMBER),
    "unstated": ("square-open", palette.STEADY),
}


@in_every_language
def cumulative_chart(
    observations: pd.DataFrame, forecast: Forecast, tr: Translator, stamp: Stamp
) -> Chart:
    """Persons helped and aid paid since the launch: disclosed totals, and this plan's running sum.

    Most totals do not say which plans they cover; they are drawn apart.
    """
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.1)
    past = past_settlements(forecast)
    running = past["helped_q50"].cumsum().round()
    figure.add_scatter(
        x=past["date"].tolist(),
        y=running,
        mode="lines",
        line={"color": palette.NEUTRAL, "width": 1.4},
        name=tr.t("series.running_sum"),
        hovertemplate=tr.t("unit.persons", amount="%{y:,.0f}"),
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
        row, header = CUMULATIVE_PANELS[quantity]
        unit = 1 if row == 1 else tr.total_sum
        symbol, colour = SCOPE_MARKERS[scope]
        name = tr.t(f"scope.{scope}")
        figure.add_scatter(
            x=points["period_end"].tolist(),
            y=points["value"] / unit,
            mode="markers",
            marker=marker(colour, symbol),
            name=name,
            legendgroup=scope,
            showlegend=row == 1,
            cliponaxis=False,
            hovertemplate=tr.t("unit.persons", amount="%{y:,.0f}")
            if unit == 1
            else tr.t("unit.aid_total", amount="%{y:,.2f}"),
            row=row,
            col=1,
        )
        tables.append(
            pd.DataFrame(
                {
                    tr.t("column.until"): points["period_end"].dt.strftime("%Y-%m-%d"),
                    tr.t("column.series"): name,
                    tr.t(header): points["value"] / unit,
                    tr.t("column.bound"): [tr.t(f"bound.{bound}") for bound in points["bound"]],
                    tr.t("column.source"): points["source_id"],
                }
            )
        )
    for row, header in CUMULATIVE_PANELS.values():
        figure.update_yaxes(title_text=tr.t(header), rangemode="tozero", row=row, col=1)
    return build_chart(
        figure,
        tr,
        stamp,
        stem="cumulative",
        title=tr.t("history.cumulative_title", persons=tr.persons(running.iloc[-1])),
        subtitle=tr.t("history.cumulative_subtitle"),
        alt=tr.t("history.cumulative_alt"),
        table=pd.concat(tables, ignore_index=True),
        height=520,
    )


def running_totals(forecast: Forecast) -> pd.DataFrame:
    """Each year's running sum of shares up to the as-of day, disclosed where known, else median.

    Columns: date, year, share, running (RMB), disclosed (whether the share was).
    """
    past = past_settlements(forecast)
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


@in_every_language
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
        & (observations["scope"] == CRITICAL_ILLNESS)
        & (observations["bound"] == "=")
        & (observations["period_end"] <= pd.Timestamp(stamp.as_of))
        & (observations["period_start"].dt.month == 1)
    ].sort_values("period_end")
    if not sums.empty:
        name = tr.t("series.disclosed_total")
        add_markers(figure, sums, "value", "circle", palette.AMBER, name, "%{y:.2f}")
    top = max([*caps.values(), float(totals["running"].max()), *sums["value"]])
    figure.update_layout(
        yaxis=from_zero(tr.t("axis.rmb_total"), top), annotations=_names_on_lines(figure)
    )
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
    stated = {
        "totals": tr.t("list.separator").join(
            tr.t("history.year_total", year=str(year), total=tr.rmb(running, 0))
            for year, running in zip(highest["year"], highest["running"], strict=True)
        ),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="annual-total",
        unit="unit.rmb",
        title=tr.t("history.cap_title", **stated),
        subtitle=tr.t("history.cap_subtitle"),
        alt=tr.t("history.cap_alt", **stated),
        table=table,
        legend=False,
        height=420,
    )


def _names_on_lines(figure: go.Figure) -> list[dict[str, Any]]:
    """The name of each line and of the markers above its end, left of it: the years go on."""
    named = (trace for trace in figure.data if trace.name and trace.showlegend is not False)
    return [
        labels.inside(
            trace.x[-1],
            label.y,
            labels.sampled(label.text, label.colour, label.sample),
            align="right",
            # Of a year and of its markers the upper name is theirs.
            lines_up=0 if trace.mode == "lines" else 1,
        )
        for trace, label in zip(named, labels.line_ends(figure), strict=True)
    ]


def _settlement_of(day: pd.Timestamp) -> pd.Timestamp:
    return pd.Timestamp(settlement_on_or_before(day.date()))
