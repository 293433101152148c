"""The home page's chart: what was disclosed, what lay between, what was forecast, what came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.frame import Chart, DayRule, Stamp, band, build_chart, from_zero, mark_what_came
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast

BANDS = {"q10": "band.low_80", "q90": "band.high_80", "q025": "band.low_95", "q975": "band.high_95"}


def fan_chart(
    forecast: Forecast, came: pd.DataFrame, published: pd.DataFrame, tr: Translator, stamp: Stamp
) -> Chart:
    """Share of every settlement: disclosed, reconstructed, forecast, and what came later.

    ``came`` has one row a figure disclosed after the as-of day (date, value), ``published`` one row
    a forecast that somebody published by then; both may be empty. RMB a member and settlement.
    """
    periods = forecast.periods
    article = _flat_forecasts(published)
    past = periods[periods["status"].isin(["disclosed", "reconstructed"])]
    # The forecast begins at the last settlement known, so that the two lines meet.
    ahead = periods[periods["date"] >= past["date"].max()]
    figure = go.Figure()
    _reconstruction(figure, past, tr)
    _forecast(figure, ahead, tr)
    _steady_state(figure, forecast, ahead, tr)
    for made_on, share in article:
        _article(figure, made_on, share, ahead, tr)
    _disclosed(figure, past, tr)
    if not came.empty:
        mark_what_came(figure, came["date"].tolist(), came["value"], tr)
    closed = periods.loc[periods["status"] == "closed", "date"].dt.date[:1]
    table = _table(forecast, ahead, came, article, tr)
    tallest = np.nanmax(
        [
            *past["share_q90"],
            *ahead["share_q975"],
            *periods["share_disclosed"],
            *came["value"],
            *(share for _, share in article),
        ]
    )
    figure.update_layout(yaxis=from_zero(tr.t("axis.rmb"), float(tallest)))
    last = past.dropna(subset=["share_disclosed"]).iloc[-1]
    return build_chart(
        figure,
        tr,
        stamp,
        stem="share-forecast",
        rules=[
            DayRule(forecast.as_of, tr.t("fan.rule")),
            *(DayRule(day, tr.t("fan.closed"), "dot") for day in closed),
        ],
        rules_behind_legend=True,
        title=tr.t("fan.title"),
        subtitle=tr.t("fan.subtitle"),
        alt=tr.t(
            "fan.alt",
            day=tr.date(last["date"]),
            share=tr.rmb(last["share_disclosed"]),
            end=tr.date(ahead["date"].iloc[-1]),
            median=tr.rmb(ahead["share_q50"].iloc[-1]),
            interval=tr.interval(ahead["share_q10"].iloc[-1], ahead["share_q90"].iloc[-1]),
            steady=tr.rmb(forecast.steady_state.q50),
            came=len(came),
        ),
        table=table,
        height=460,
    )


def _reconstruction(figure: go.Figure, past: pd.DataFrame, tr: Translator) -> None:
    x = past["date"].tolist()
    name = tr.t("series.reconstructed")
    figure.add_traces(
        band(
            x,
            past["share_q10"],
            past["share_q90"],
            fill=palette.translucent(palette.NEUTRAL, 0.25),
            name=tr.t("series.reconstructed_band"),
            showlegend=False,
        )
    )
    figure.add_scatter(
        x=x,
        y=past["share_q50"],
        mode="lines",
        line={"color": palette.NEUTRAL, "width": 1.2},
        name=name,
        hovertemplate="%{y:.2f}",
    )


def _forecast(figure: go.Figure, ahead: pd.DataFrame, tr: Translator) -> None:
    x = ahead["date"].tolist()
    for low, high, opacity, key in (
        ("share_q025", "share_q975", 0.14, "series.interval_95"),
        ("share_q10", "share_q90", 0.26, "series.interval_80"),
    ):
        figure.add_traces(
            band(
                x,
                ahead[low],
                ahead[high],
                fill=palette.translucent(palette.MODEL, opacity),
                name=tr.t(key),
            )
        )
    figure.add_scatter(
        x=x,
        y=ahead["share_q50"],
        mode="lines",
        line={"color": palette.MODEL, "width": 2.4, "dash": "dash"},
        name=tr.t("series.forecast"),
        hovertemplate="%{y:.2f}",
    )


def _steady_state(
    figure: go.Figure, forecast: Forecast, ahead: pd.DataFrame, tr: Translator
) -> None:
    ends = [ahead["date"].iloc[0], ahead["date"].iloc[-1]]
    steady = forecast.steady_state
    figure.add_scatter(
        x=[*ends, *ends[::-1]],
        y=[steady.q10, steady.q10, steady.q90, steady.q90],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillpattern={
            "shape": "/",
            "size": 7,
            "solidity": 0.12,
            "fgcolor": palette.STEADY,
            "bgcolor": "rgba(0,0,0,0)",
        },
        hoverinfo="skip",
        name=tr.t("series.steady_interval"),
        showlegend=False,
    )
    figure.add_scatter(
        x=ends,
        y=[steady.q50, steady.q50],
        mode="lines",
        line={"color": palette.STEADY, "width": 2, "dash": "dot"},
        name=tr.t("series.steady_state"),
        hovertemplate="%{y:.2f}",
    )


def _flat_forecasts(published: pd.DataFrame) -> list[tuple[pd.Timestamp, float]]:
    """Day and value of each published forecast of a constant share."""
    rows = published[(published["quantity"] == "share") & (published["bound"] == "=")]
    return list(zip(rows["made_on"], rows["value"].astype(float), strict=True))


def _article(
    figure: go.Figure, made_on: pd.Timestamp, share: float, ahead: pd.DataFrame, tr: Translator
) -> None:
    figure.add_scatter(
        x=[made_on, ahead["date"].iloc[-1]],
        y=[share, share],
        mode="lines",
        line={"color": palette.ARTICLE, "width": 2, "dash": "longdashdot"},
        name=tr.t("series.article", value=tr.number(share, 3)),
        hovertemplate="%{y:.3f}",
    )


def _disclosed(figure: go.Figure, past: pd.DataFrame, tr: Translator) -> None:
    known = past.dropna(subset=["share_disclosed"])
    figure.add_scatter(
        x=known["date"].tolist(),
        y=known["share_disclosed"],
        mode="markers",
        marker={"color": palette.AMBER, "size": 8, "symbol": "circle"},
        name=tr.t("series.disclosed"),
        hovertemplate="%{y:.2f}",
        cliponaxis=False,
    )


def _table(
    forecast: Forecast,
    ahead: pd.DataFrame,
    came: pd.DataFrame,
    article: list[tuple[pd.Timestamp, float]],
    tr: Translator,
) -> pd.DataFrame:
    periods, steady = forecast.periods, forecast.steady_state
    drawn_ahead = periods["date"].isin(ahead["date"])

    def column(key: str, **values: object) -> str:
        return f"{tr.t(key, **values)} ({tr.t('unit.rmb_header')})"

    table = pd.DataFrame(
        {
            tr.t("column.settlement"): periods["date"].dt.strftime("%Y-%m-%d"),
            tr.t("column.status"): [tr.t(f"status.{status}") for status in periods["status"]],
            column("series.disclosed"): periods["share_disclosed"],
            column("column.median"): periods["share_q50"].round(3),
        }
    )
    for quantile, key in BANDS.items():
        values = periods[f"share_{quantile}"].round(3)
        table[column(key)] = values if quantile in {"q10", "q90"} else values.where(drawn_ahead)
    for value, key in (
        (steady.q50, "series.steady_state"),
        (steady.q10, "column.steady_low"),
        (steady.q90, "column.steady_high"),
    ):
        table[column(key)] = np.where(drawn_ahead, round(value, 3), np.nan)
    for made_on, share in article:
        name = column("series.article", value=tr.number(share, 3))
        table[name] = np.where(periods["date"] >= made_on, share, np.nan)
    if not came.empty:
        table[column("series.came")] = periods["date"].map(came.groupby("date")["value"].last())
    return table
