"""The home page's chart: what was disclosed, what lay between, what was forecast, what came."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import labels, palette
from charts.style.chart import Chart, DayRule, Stamp
from charts.style.frame import band, build_chart, days_of, from_zero
from charts.style.hover import hover_rmb
from charts.style.labels import Label
from charts.style.languages import in_every_language
from charts.style.record import (
    add_reconstruction,
    add_steps,
    mark_what_came,
    past_settlements,
    undiluted_shares,
)
from forecasting.base.arrays import Array
from forecasting.disclosures.published import article_forecast
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast

BANDS = {"q10": "band.low_80", "q90": "band.high_80", "q025": "band.low_95", "q975": "band.high_95"}
HEIGHT = 450
# Where share and gap are wider than this, RMB, the gap has room for its name.
NAMED_SHARE = 1.0


@in_every_language
def fan_chart(
    forecast: Forecast,
    came: pd.DataFrame,
    published: pd.DataFrame,
    tr: Translator,
    stamp: Stamp,
    *,
    title: str = "",
) -> Chart:
    """Share of every settlement: disclosed, reconstructed, forecast, and what came later.

    ``came`` has one row a figure disclosed after the as-of day (date, value), ``published`` one row
    a forecast that somebody published by then; both may be empty. ``title`` replaces the usual one.
    RMB a member and settlement.
    """
    periods = forecast.periods
    article = _flat_forecasts(published)
    past = past_settlements(forecast)
    # The forecast begins at the last settlement known, so that the two lines meet.
    ahead = periods[periods["date"] >= past["date"].max()]
    undiluted = undiluted_shares(periods)
    figure = go.Figure()
    _dilution(figure, periods, undiluted, tr)
    add_reconstruction(figure, forecast, "share", tr)
    _forecast(figure, ahead, tr)
    _steady_state(figure, forecast, ahead, tr)
    for made_on, share in article:
        _article(figure, made_on, share, ahead, tr)
    _disclosed(figure, past, tr)
    if not came.empty:
        add_steps(figure, came["date"], came["value"], palette.CAME_LATER)
        mark_what_came(figure, came["date"].tolist(), came["value"], tr)
    closed = periods.loc[periods["status"] == "closed", "date"].dt.date[:1]
    table = _table(forecast, ahead, came, article, undiluted, tr)
    axis = from_zero(
        tr.t("axis.rmb"),
        float(
            np.nanmax(
                [
                    *past["share_q90"],
                    *ahead["share_q975"],
                    *periods["share_disclosed"],
                    *undiluted,
                    *came["value"],
                    *(share for _, share in article),
                ]
            )
        ),
    )
    last = past.dropna(subset=["share_disclosed"]).iloc[-1]
    figure.update_layout(
        yaxis=axis,
        annotations=_names_inside(periods, past, undiluted, came, tr),
    )
    steady = forecast.steady_state
    end = ahead.iloc[-1]
    # The settlement that the page's sentence speaks of; the first is the last one known.
    in_a_year = ahead.iloc[min(forecast.settlements_a_year, len(ahead) - 1)]
    stated = {
        "year": tr.number(in_a_year["share_q50"], 2),
        "day": tr.date(last["date"]),
        "share": tr.rmb(last["share_disclosed"]),
        "end": tr.date(end["date"]),
        "median": tr.rmb(end["share_q50"]),
        "interval": tr.interval(end["share_q10"], end["share_q90"]),
        "steady": tr.rmb(steady.q50),
        "came": len(came),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="share-forecast",
        rules=[
            DayRule(forecast.as_of, tr.t("fan.rule")),
            *(DayRule(day, tr.t("fan.closed"), "dot") for day in closed),
        ],
        beside=_names_beside(forecast, ahead, undiluted, article, tr),
        title=title or tr.t("fan.title", **stated),
        subtitle=tr.t("fan.subtitle"),
        alt=tr.t("fan.alt", **stated),
        table=table,
        height=HEIGHT,
    )


def _dilution(figure: go.Figure, periods: pd.DataFrame, undiluted: Array, tr: Translator) -> None:
    """The undiluted share, and the room between it and what was paid or is to be paid. RMB."""
    x = days_of(periods["date"])
    paid = periods["share_disclosed"].fillna(periods["share_q50"]).to_numpy()
    edge = {"mode": "lines", "hoverinfo": "skip", "showlegend": False}
    figure.add_scatter(
        x=x,
        y=np.where(np.isnan(undiluted), np.nan, np.minimum(paid, undiluted)),
        line={"width": 0, "shape": "hvh"},
        **edge,
    )
    figure.add_scatter(
        x=x,
        y=undiluted,
        line={"width": 0},
        fill="tonexty",
        fillcolor=palette.translucent(palette.STEADY, palette.AREA),
        name=tr.t("term.dilution"),
        **edge,
    )
    figure.add_scatter(
        x=x,
        y=undiluted,
        customdata=periods[["undiluted_share_q10", "undiluted_share_q90"]],
        mode="lines",
        line={"color": palette.STEADY, "width": 1.8},
        name=tr.t("series.undiluted"),
        hovertemplate=hover_rmb(tr, periods["undiluted_share_q10"], periods["undiluted_share_q90"]),
    )


def _names_inside(
    periods: pd.DataFrame,
    past: pd.DataFrame,
    undiluted: Array,
    came: pd.DataFrame,
    tr: Translator,
) -> list[dict[str, Any]]:
    """Names where the plot is empty: of the dilution, of what was paid, of what came."""
    names = []
    known = past.dropna(subset=["share_disclosed"])
    paid = past["share_disclosed"].fillna(past["share_q50"]).to_numpy()
    gap = np.where(paid > NAMED_SHARE, undiluted[: len(past)] - paid, -np.inf)
    at = int(np.nanargmax(gap))
    if gap[at] > NAMED_SHARE:
        middle = float(undiluted[at] - gap[at] / 2)
        names.append(
            labels.inside(past["date"].iloc[at], middle, f"<b>{tr.t('term.dilution')}</b>")
        )
    if len(known) > 1:
        row = known.iloc[4 * len(known) // 5]
        text = labels.sampled(tr.t("fan.paid"), palette.AMBER, labels.POINT)
        names.append(labels.inside(row["date"], row["share_disclosed"], text, above=False))
    if not came.empty:
        row = came.loc[came["value"].idxmax()]
        # No sample before it: among points that rise it would be taken for one of them.
        name = labels.inside(row["date"], row["value"], escape(tr.t("fan.came")), align="right")
        names.append(name)
    return names


def _names_beside(
    forecast: Forecast,
    ahead: pd.DataFrame,
    undiluted: Array,
    article: list[tuple[pd.Timestamp, float]],
    tr: Translator,
) -> list[Label]:
    """Names of the lines that run to the right edge, with the height at which each ends.

    Only those that stay level bear their figure: at the edge a forecast is of no day told of.
    """
    end, steady = ahead.iloc[-1], forecast.steady_state

    beside = [
        Label(end["share_q50"], tr.t("fan.forecast_end"), palette.MODEL, labels.DASHES),
        Label(
            steady.q50,
            tr.t("fan.steady_end", value=tr.number(steady.q50, 2)),
            palette.STEADY,
            labels.DOTS,
        ),
    ]
    for _, share in article:
        text = tr.t("fan.article_end", value=tr.number(share, 3))
        beside.append(Label(share, text, palette.ARTICLE, labels.DASHES))
    if not np.isnan(undiluted[-1]):
        beside.append(Label(undiluted[-1], tr.t("fan.undiluted_end"), palette.STEADY, labels.LINE))
    return beside


def _forecast(figure: go.Figure, ahead: pd.DataFrame, tr: Translator) -> None:
    x = ahead["date"].tolist()
    for low, high, opacity, key in (
        ("share_q025", "share_q975", palette.OUTER_BAND, "series.interval_95"),
        ("share_q10", "share_q90", palette.BAND, "series.interval_80"),
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
        customdata=ahead[["share_q10", "share_q90"]],
        mode="lines",
        line={"color": palette.MODEL, "width": 2.4, "dash": "dash"},
        name=tr.t("series.forecast"),
        hovertemplate=hover_rmb(tr, ahead["share_q10"], ahead["share_q90"]),
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
        customdata=[[steady.q10, steady.q90]] * 2,
        mode="lines",
        line={"color": palette.STEADY, "width": 2, "dash": "dot"},
        name=tr.t("series.steady_state"),
        hovertemplate=hover_rmb(tr, [steady.q10] * 2, [steady.q90] * 2),
    )


def _flat_forecasts(published: pd.DataFrame) -> list[tuple[pd.Timestamp, float]]:
    """Day and value of the article's forecast of a constant share."""
    article = article_forecast(published)
    return [] if article is None else [(article["made_on"], float(article["value"]))]


def _article(
    figure: go.Figure, made_on: pd.Timestamp, share: float, ahead: pd.DataFrame, tr: Translator
) -> None:
    figure.add_scatter(
        x=[made_on, ahead["date"].iloc[-1]],
        y=[share, share],
        mode="lines",
        line={"color": palette.ARTICLE, "width": 2, "dash": "longdashdot"},
        name=tr.t("series.article", value=tr.number(share, 3)),
        hovertemplate=tr.t("unit.rmb", amount="%{y:.3f}"),
    )


def _disclosed(figure: go.Figure, past: pd.DataFrame, tr: Translator) -> None:
    known = past.dropna(subset=["share_disclosed"])
    add_steps(figure, known["date"], known["share_disclosed"], palette.AMBER)
    figure.add_scatter(
        x=known["date"].tolist(),
        y=known["share_disclosed"],
        mode="markers",
        marker={"color": palette.AMBER, "size": 6, "symbol": "circle"},
        name=tr.t("series.disclosed"),
        hovertemplate=tr.t("unit.rmb", amount="%{y:.2f}"),
        cliponaxis=False,
    )


def _table(
    forecast: Forecast,
    ahead: pd.DataFrame,
    came: pd.DataFrame,
    article: list[tuple[pd.Timestamp, float]],
    undiluted: Array,
    tr: Translator,
) -> pd.DataFrame:
    periods, steady = forecast.periods, forecast.steady_state
    is_ahead = periods["date"].isin(ahead["date"])

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
        table[column(key)] = values if quantile in {"q10", "q90"} else values.where(is_ahead)
    table[column("series.undiluted")] = undiluted.round(3)
    for value, key in (
        (steady.q50, "series.steady_state"),
        (steady.q10, "column.steady_low"),
        (steady.q90, "column.steady_high"),
    ):
        table[column(key)] = np.where(is_ahead, round(value, 3), np.nan)
    for made_on, share in article:
        name = column("series.article", value=tr.number(share, 3))
        table[name] = np.where(periods["date"] >= made_on, share, np.nan)
    if not came.empty:
        table[column("series.came")] = periods["date"].map(came.groupby("date")["value"].last())
    return table
