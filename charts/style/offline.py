"""A chart as files that any browser or program opens without a network and without a Chrome."""

from __future__ import annotations

import json
from html import escape

import plotly.io

from charts.style.chart import Chart

_PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<title>{title}</title>
</head>
<body>
{figure}
</body>
</html>
"""


def figure_json(chart: Chart) -> str:
    """The figure as it is exported, as JSON that every plotly library reads."""
    return json.dumps(chart.exported, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def offline_page(chart: Chart, language: str) -> str:
    """The figure as one HTML page that carries plotly's own script and asks nobody for anything.

    The same chart gives the same text: the element's name comes from the chart, not from chance.
    """
    figure = plotly.io.to_html(
        chart.exported,
        full_html=False,
        include_plotlyjs=True,
        include_mathjax=False,
        div_id=chart.stem,
        config={"displaylogo": False},
        validate=False,
    )
    return _PAGE.format(language=escape(language), title=escape(chart.title), figure=figure)
