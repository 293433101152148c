"""What lines say under the pointer."""

from __future__ import annotations

import re

import plotly.graph_objects as go

from locales import Translator

# What a hover text begins with where the amount on the axis is said without its unit.
_AMOUNT = re.compile(r"^%\{[xy]:[^}]+\}")


def hover_rmb(tr: Translator) -> str:
    """What a line says under the pointer: amount, unit, and its 80% interval from ``customdata``.

    >>> hover_rmb(Translator("en"))
    '%{y:.2f} RMB (80%: %{customdata[0]:.2f} to %{customdata[1]:.2f})'
    """
    return tr.t(
        "chart.hover",
        value=tr.t("unit.rmb", amount="%{y:.2f}"),
        interval=tr.t("unit.span", low="%{customdata[0]:.2f}", high="%{customdata[1]:.2f}"),
    )


def say_units(figure: go.Figure, unit: str, tr: Translator) -> None:
    """Put the message ``unit`` around each bare amount that begins what a trace says.

    >>> figure = go.Figure(go.Scatter(y=[1], hovertemplate="%{y:.2f}"))
    >>> say_units(figure, "unit.rmb", Translator("en"))
    >>> figure.data[0].hovertemplate
    '%{y:.2f} RMB'
    """

    def said(found: re.Match[str]) -> str:
        return tr.t(unit, amount=found[0])

    already = tr.t(unit, amount="%{y:.2f}")
    for trace in figure.data:
        told = trace.hovertemplate
        if told and not told.startswith(already):
            trace.hovertemplate = _AMOUNT.sub(said, told)
