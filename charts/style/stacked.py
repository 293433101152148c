"""Bars stacked by what they are made of, and the line of their sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import plotly.graph_objects as go

from charts.style import palette
from charts.style.frame import PAGE_INK

if TYPE_CHECKING:
    import pandas as pd


def stacked_bars(
    parts: pd.DataFrame,
    total: pd.Series,
    dates: pd.Series,
    *,
    names: Mapping[str, str],
    total_name: str,
    colours: Mapping[str, str],
    patterns: Mapping[str, str],
    axis_title: str,
    form: str = ".2f",
) -> go.Figure:
    """Columns of ``parts`` stacked above and below zero at each date, with ``total`` as a line.

    ``names``, ``colours`` and ``patterns`` are by column; ``form`` is how a value is printed under
    the pointer. The axis leaves room for a legend and a label at either end.
    """
    above, below = parts.clip(lower=0).sum(axis=1), parts.clip(upper=0).sum(axis=1)
    x = dates.tolist()
    figure = go.Figure()
    for part in parts.columns:
        figure.add_bar(
            x=x,
            y=parts[part].to_numpy(),
            name=names[part],
            marker={
                "color": colours[part],
                "pattern": palette.light_pattern(patterns[part]),
                "line": {"width": 0},
            },
            hovertemplate=f"%{{y:{form}}}",
        )
    figure.add_scatter(
        x=x,
        y=total,
        mode="lines+markers",
        line={"color": PAGE_INK, "width": 1.6},
        marker={"size": 4, "symbol": "diamond"},
        name=total_name,
        hovertemplate=f"%{{y:{form}}}",
    )
    figure.update_layout(
        barmode="relative",
        bargap=0.1,
        yaxis={
            "title": {"text": axis_title},
            "range": [1.08 * float(below.min()) - 0.05, 1.08 * float(above.max()) + 0.05],
            "zeroline": True,
            "zerolinewidth": 1.5,
        },
    )
    return figure
