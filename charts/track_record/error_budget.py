"""Chart of the error budget: what made a past forecast too high or too low."""

from __future__ import annotations

from datetime import date

import pandas as pd

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import build_chart
from charts.style.languages import in_every_language
from charts.style.stacked import stacked_bars
from forecasting.explain.error_budget import SOURCES, ErrorBudget
from locales import Translator


@in_every_language
def budget_chart(budget: ErrorBudget, origin: date, tr: Translator, stamp: Stamp) -> Chart:
    """The error at each later settlement, stacked by its six sources, in RMB."""
    frame, terms = budget.frame, budget.frame[list(SOURCES)]
    figure = stacked_bars(
        terms,
        frame["total"],
        frame["date"],
        names={source: tr.t(f"error_source.{source}") for source in SOURCES},
        total_name=tr.t("track.budget_total"),
        colours=palette.ERROR_SOURCES,
        patterns=palette.ERROR_PATTERNS,
        axis_title=tr.t("axis.rmb"),
        form="+.2f",
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
