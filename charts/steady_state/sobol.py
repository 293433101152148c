"""Chart of global sensitivity: each assumption's part in what is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import PAGE_INK, build_chart
from charts.style.languages import in_every_language
from charts.style.wrapping import wrap
from locales import Translator

if TYPE_CHECKING:
    from forecasting.sweeps.sobol import GlobalSensitivity, SobolIndex

SHOWN_FROM = 0.01
FRAME_HEIGHT = 236
ROW_HEIGHT = 50
NAMES_WIDTH = 140
NAME_COLUMNS = 19
STYLES = {"steady_state": (palette.STEADY, ""), "next_year_total": (palette.AMBER, "/")}


@in_every_language
def sobol_chart(result: GlobalSensitivity, tr: Translator, stamp: Stamp) -> Chart:
    """Total-order indices of both outcomes with 95% intervals, the largest on top."""
    by_outcome = {
        outcome: {index.assumption: index for index in result.of(outcome)} for outcome in STYLES
    }
    steady, year = by_outcome["steady_state"], by_outcome["next_year_total"]
    names = sorted(steady, key=lambda name: (steady[name].total, year[name].total))
    shown = [name for name in names if max(steady[name].total, year[name].total) >= SHOWN_FROM]
    labels = ["<br>".join(wrap(tr.t(f"moved.{name}"), NAME_COLUMNS)) for name in shown]
    figure = go.Figure()
    for outcome, (colour, shape) in reversed(STYLES.items()):
        indices = [by_outcome[outcome][name] for name in shown]
        low, high = zip(*(_interval(index) for index in indices), strict=True)
        totals = [index.total for index in indices]
        figure.add_bar(
            y=labels,
            x=totals,
            orientation="h",
            name=tr.t(f"moved_outcome.{outcome}"),
            legendrank=list(STYLES).index(outcome),
            marker={
                "color": colour,
                "pattern": palette.pattern(shape),
            },
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [end - total for end, total in zip(high, totals, strict=True)],
                "arrayminus": [total - end for end, total in zip(low, totals, strict=True)],
                "thickness": 1.5,
                "width": 4,
                "color": PAGE_INK,
            },
            hovertemplate="%{x:.0%}<extra>%{fullData.name}</extra>",
        )
    top = max(_interval(index)[1] for index in result.indices)
    figure.update_layout(
        barmode="group",
        bargap=0.25,
        xaxis={
            "range": [0, max(top * 1.05, 0.1)],
            "tickformat": ".0%",
            "title": {"text": tr.t("moved.axis")},
            "showgrid": True,
        },
        yaxis={"range": [-0.6, len(shown) - 0.4]},
    )
    first, *_ = result.of("steady_state")
    stated = {
        "assumption": tr.inside(tr.t(f"moved.{first.assumption}")),
        "part": tr.percent(first.total),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="assumptions",
        title=tr.t("moved.title", **stated),
        subtitle=tr.t("moved.subtitle"),
        alt=tr.t("moved.alt", **stated),
        table=_table(names[::-1], by_outcome, tr),
        height=FRAME_HEIGHT + ROW_HEIGHT * len(shown),
        left=NAMES_WIDTH,
        dates_on_x=False,
        hover="closest",
    )


def _interval(index: SobolIndex) -> tuple[float, float]:
    """95% of the total-order index; a part is never below zero."""
    return max(index.total - index.total_margin, 0.0), index.total + index.total_margin


def _table(
    names: list[str], by_outcome: dict[str, dict[str, SobolIndex]], tr: Translator
) -> pd.DataFrame:
    columns: dict[str, list[object]] = {
        tr.t("moved.column_assumption"): [tr.t(f"moved.{name}") for name in names]
    }
    for outcome, indices in by_outcome.items():
        of_outcome = tr.t(f"moved_outcome.{outcome}")
        rows = [indices[name] for name in names]
        for key, values in (
            ("moved.column_total", [index.total for index in rows]),
            ("moved.column_low", [_interval(index)[0] for index in rows]),
            ("moved.column_high", [_interval(index)[1] for index in rows]),
            ("moved.column_first", [index.first for index in rows]),
        ):
            columns[tr.t(key, outcome=of_outcome)] = [round(100 * value, 1) for value in values]
    return pd.DataFrame(columns)
