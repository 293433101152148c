"""What the charts of the record share: its single settlements, and how they are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.frame import band
from forecasting.base.arrays import Array
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast

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
    figure: go.Figure, forecast: Forecast, prefix: str, tr: Translator, unit: float = 1.0
) -> None:
    """The median of what was not disclosed as a thin line, with its 80% interval."""
    past = past_settlements(forecast)
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
        "size": 8,
        "symbol": symbol,
        "line": {"color": colour, "width": 1.5},
    }


def undiluted_shares(periods: pd.DataFrame) -> Array:
    """The undiluted share of every settlement, RMB; not a number until the share has grown.

    Before, the rules of the first weeks stand at twice the level of all that follows.
    """
    grown = periods["share_q50"].to_numpy() > GROWN
    return np.where(grown, periods["undiluted_share_q50"].to_numpy(), np.nan)
