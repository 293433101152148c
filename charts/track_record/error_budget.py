"""Chart of the error budget: what made a past forecast too high or too low."""

from __future__ import annotations

from datetime import date

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.frame import PAGE_INK, Chart, Stamp, build_chart
from charts.style.languages import in_every_language
from forecasting.explain.error_budget import SOURCES, ErrorBudget
from locales import Translator


@in_every_language
def budget_chart(budget: ErrorBudget, origin: date, tr: Translator, stamp: Stamp) -> Chart:
    """The error at each later settlement, stacked by its six sources, in RMB."""
    frame, terms = budget.frame, budget.frame[list(SOURCES)]
    above, below = terms.clip(lower=0).sum(axis=1), terms.clip(upper=0).sum(axis=1)
    figure = go.Figure()
    for source in SOURCES:
        figure.add_bar(
            x=frame["date"].tolist(),
            y=terms[source].to_numpy(),
            name=tr.t(f"error_source.{source}"),
            marker={
                "color": palette.ERROR_SOURCES[source],
                "pattern": palette.light_pattern(palette.ERROR_PATTERNS[source]),
                "line": {"width": 0},
            },
            hovertemplate="%{y:+.2f}",
        )
    figure.add_scatter(
        x=frame["date"].tolist(),
        y=frame["total"],
        mode="lines+markers",
        line={"color": PAGE_INK, "width": 1.6},
        marker={"size": 4, "symbol": "diamond"},
        name=tr.t("track.budget_total"),
        hovertemplate="%{y:+.2f}",
    )
    figure.update_layout(
        barmode="relative",
        bargap=0.1,
        yaxis={
            "title": {"text": tr.t("axis.rmb")},
            "range": [1.15 * float(below.min()) - 0.05, 1.35 * float(above.max()) + 0.05],
            "zeroline": True,
            "zerolinewidth": 1.5,
        },
    )
    unit = tr.t("unit.rmb_header")
    table = pd.DataFrame(
        {
            tr.t("column.settlement"): frame["date"].dt.strftime("%Y-%m-%d"),
            **{
                f"{tr.t(f'error_source.{source}')} ({unit})": terms[source].round(3).to_numpy()
                for source in SOURCES
            },
            f"{tr.t('track.budget_total')} ({unit})": frame["total"].round(3).to_numpy(),
        }
    )
    largest = str(budget.mean().index[0])
    stated = {
        "total": tr.rmb(frame["total"].mean()),
        "source": tr.inside(tr.t(f"error_source.{largest}")),
        "amount": tr.rmb(budget.mean().iloc[0]),
        "day": tr.date(origin),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem=f"error-budget-{origin.isoformat()}",
        unit="unit.rmb",
        title=tr.t("track.budget_title", **stated),
        subtitle=tr.t("track.budget_subtitle"),
        alt=tr.t("track.budget_alt", **stated),
        table=table,
    )
