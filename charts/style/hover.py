"""What lines say under the pointer."""

from __future__ import annotations

import re
from collections.abc import Iterable

import plotly.graph_objects as go

from locales import Translator

# What a hover text begins with where the amount on the axis is said without its unit.
_AMOUNT = re.compile(r"^%\{[xy]:[^}]+\}")


def hover_rmb(tr: Translator, low: Iterable[float], high: Iterable[float]) -> list[str]:
    """What points say under the pointer: amount, unit, and the 80% interval from ``customdata``.

    Nothing of an interval where its ends are printed alike.

    >>> hover_rmb(Translator("en"), [4.4, 4.861], [5.5, 4.862])
    ['%{y:.2f} RMB (80%: %{customdata[0]:.2f} to %{customdata[1]:.2f})', '%{y:.2f} RMB']
    """
    amount = tr.t("unit.rmb", amount="%{y:.2f}")
    interval = tr.t("unit.span", low="%{customdata[0]:.2f}", high="%{customdata[1]:.2f}")
    both = tr.t("chart.hover", value=amount, interval=interval)
    return [
        amount if f"{one:.2f}" == f"{other:.2f}" else both
        for one, other in zip(low, high, strict=True)
    ]


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
        if isinstance(told, str) and not told.startswith(already):
            trace.hovertemplate = _AMOUNT.sub(said, told)
