"""What the charts of the record share: its single settlements, and how they are drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from forecasting.base.arrays import Array
from forecasting.base.settlements import period_number
from forecasting.disclosures.figures import best_first
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast

TRUSTED = ("high", "medium")
GROWN = 0.5


def single_settlements(observations: pd.DataFrame, quantity: str, scope: str) -> pd.DataFrame:
    """Values of one quantity that each stand for one day, in order; rounded-down ones included."""
    rows = observations[
        (observations["quantity"] == quantity)
        & (observations["scope"] == scope)
        & (observations["period_start"] == observations["period_end"])
        & (observations["bound"].isin(["=", "over"]))
    ]
    return rows.sort_values("period_end")


def past_settlements(forecast: Forecast) -> pd.DataFrame:
    """The settlements up to the as-of day."""
    periods = forecast.periods
    return periods[periods["status"].isin(["disclosed", "reconstructed"])]


def add_reconstruction(
    figure: go.Figure,
    forecast: Forecast,
    prefix: str,
    tr: Translator,
    unit: float = 1.0,
    known: Iterable[pd.Timestamp] = (),
) -> pd.DataFrame:
    """The median of what was not disclosed as a thin line, with its 80% interval.

    Nothing is drawn over settlements that are disclosed, in the forecast's periods or on the days
    ``known``; from either side the line runs up to them. Returns the settlements reconstructed.
    """
    past = past_settlements(forecast)
    missing = past[f"{prefix}_disclosed"].isna() & ~past["date"].isin(list(known))
    if not missing.any():
        return past[missing]
    runs = [past.iloc[run] for run in _runs(missing.to_numpy())]
    nothing: list[Any] = [None]
    x: list[Any] = []
    edge_x: list[Any] = []
    edge_y: list[Any] = []
    y: list[Any] = []
    for run in runs:
        days = run["date"].tolist()
        x += [*days, *nothing]
        y += [*(run[f"{prefix}_q50"] / unit), *nothing]
        edge_x += [*days, *days[::-1], *nothing]
        low, high = (run[f"{prefix}_{key}"] / unit for key in ("q10", "q90"))
        edge_y += [*high, *low[::-1], *nothing]
    figure.add_scatter(
        x=edge_x,
        y=edge_y,
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=palette.translucent(palette.NEUTRAL, palette.BAND),
        name=tr.t("series.reconstructed_band"),
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": palette.NEUTRAL, "width": 1.2},
        name=tr.t("series.reconstructed"),
        hovertemplate="%{y:,.0f}" if prefix == "helped" else "%{y:,.2f}",
    )
    return past[missing]


def _runs(missing: Array) -> list[slice]:
    """Stretches of missing settlements, each with its neighbours on either side.

    >>> _runs(np.array([True, True, False, False, True]))
    [slice(0, 3, None), slice(3, 5, None)]
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], missing, [False]]).astype(int)))
    return [
        slice(max(int(first) - 1, 0), min(int(end) + 1, missing.size))
        for first, end in edges.reshape(-1, 2)
    ]


def add_steps(figure: go.Figure, days: pd.Series, values: pd.Series, colour: str) -> None:
    """Steps that join neighbouring settlements; none where one between them is not known."""
    x: list[Any] = []
    y: list[Any] = []
    last = None
    for day, value in zip(days, values, strict=True):
        period = period_number(day.date())
        if last is not None and period != last + 1:
            x.append(day)
            y.append(None)
        x.append(day)
        y.append(value)
        last = period
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": colour, "width": 1.4, "shape": "hv"},
        hoverinfo="skip",
        showlegend=False,
    )


def one_a_settlement(rows: pd.DataFrame, confidences: Collection[str] = TRUSTED) -> pd.DataFrame:
    """Of exact figures of these confidences the best attested of each settlement, in order."""
    exact = rows[rows["confidence"].isin(confidences) & (rows["bound"] == "=")]
    return best_first(exact).drop_duplicates("period_end").sort_values("period_end")


def add_markers(
    figure: go.Figure,
    rows: pd.DataFrame,
    column: str,
    symbol: str,
    colour: str,
    name: str,
    hover: str,
) -> None:
    """Figures as markers at the end of their period."""
    figure.add_scatter(
        x=rows["period_end"].tolist(),
        y=rows[column],
        mode="markers",
        marker=marker(colour, symbol),
        name=name,
        hovertemplate=hover,
        cliponaxis=False,
    )


def marker(colour: str, symbol: str) -> dict[str, object]:
    """One size and edge for every marker."""
    return {
        "color": colour,
        "size": 7,
        "symbol": symbol,
        "line": {"color": colour, "width": 1.5},
    }


def undiluted_shares(periods: pd.DataFrame) -> Array:
    """The undiluted share of every settlement, RMB; not a number until the share has grown.

    Before, the rules of the first weeks stand at twice the level of all that follows.
    """
    grown = periods["share_q50"].to_numpy() > GROWN
    return np.where(grown, periods["undiluted_share_q50"].to_numpy(), np.nan)


def mark_what_came(figure: go.Figure, days: list[date], values: pd.Series, tr: Translator) -> None:
    """The shares disclosed after the day of a forecast, RMB."""
    figure.add_scatter(
        x=days,
        y=values,
        mode="markers",
        marker={
            "color": palette.CAME_LATER,
            "size": 8,
            "symbol": "diamond-open",
            "line": {"width": 2, "color": palette.CAME_LATER},
        },
        name=tr.t("series.came"),
        hovertemplate=tr.t("unit.rmb", amount="%{y:.2f}"),
    )
