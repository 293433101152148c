"""The fan chart of a reader's own figures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from charts.answer import fan_chart
from charts.style.chart import Chart, Stamp
from charts.style.languages import in_every_language
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast

LONGEST_NAME = 30
NOTHING_CAME = pd.DataFrame(
    {"date": pd.Series(dtype="datetime64[us]"), "value": pd.Series(dtype=float)}
)
NOTHING_PUBLISHED = pd.DataFrame(
    {
        "made_on": pd.Series(dtype="datetime64[us]"),
        "quantity": pd.Series(dtype=str),
        "value": pd.Series(dtype=float),
        "bound": pd.Series(dtype=str),
        "source_id": pd.Series(dtype=str),
    }
)


@in_every_language
def upload_chart(forecast: Forecast, is_example: bool, tr: Translator) -> Chart:
    """Share of every settlement by a reader's file; title, stamp and files say whose it is."""
    stamp = Stamp(
        as_of=forecast.as_of,
        data_version=forecast.data_version,
        model_version=forecast.model_version,
        source_key="chart.source" if is_example else "your_data.source",
        plan_key="chart.plan" if is_example else "",
    )
    title = "" if is_example else tr.t("your_data.chart_title", plan=drawable(forecast.plan))
    chart = fan_chart(forecast, NOTHING_CAME, NOTHING_PUBLISHED, tr, stamp, title=title)
    stem = "example-forecast" if is_example else "own-forecast"
    return replace(chart, stem=stem, plan=forecast.plan)


def drawable(plan: str) -> str:
    """A plan's name as text of a figure, which would read markup.

    >>> drawable("a<b>"), drawable("x" * 50)
    ('a‹b›', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…')
    """
    name = plan.translate({ord("<"): "‹", ord(">"): "›", ord("&"): "＆", ord("$"): "＄"})
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
