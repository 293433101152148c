"""A figure as a page sends it to the browser."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from plotly.basedatatypes import BaseFigure
from plotly.io.json import from_json_plotly

from charts.style.chart import Chart


class AsSent(BaseFigure):  # type: ignore[misc]
    """A figure as plain JSON, made once: Streamlit copies any other one for every reader.

    >>> import plotly.graph_objects as go
    >>> sent = AsSent(go.Figure(go.Scatter(x=[1, 2], y=[3, 4])))
    >>> sent.to_dict()["data"][0]["y"], sent.to_dict() is sent.to_dict()
    ([3, 4], True)
    """

    def __init__(self, figure: BaseFigure) -> None:
        # Not the base's: it would check every value again.
        self._written: dict[str, Any] = from_json_plotly(figure.to_json())

    def to_dict(self) -> dict[str, Any]:
        """What was written; not to be changed."""
        return self._written


_sent: WeakKeyDictionary[Chart, AsSent] = WeakKeyDictionary()


def as_sent(chart: Chart) -> AsSent:
    """The chart's figure as a page sends it, made once as long as the chart lives."""
    if chart not in _sent:
        _sent[chart] = AsSent(chart.figure)
    return _sent[chart]
