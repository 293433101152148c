"""Charts of the credibility of the plan's own experience, as it grew."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import band, build_chart, from_zero
from charts.style.labels import line_ends
from charts.style.languages import in_every_language
from locales import Translator


@in_every_language
def credibility_chart(path: pd.DataFrame, tr: Translator, stamp: Stamp) -> Chart:
    """Weight of the plan's own experience, by three definitions, day by day."""
    rows, figure = path.dropna(subset=["z_model"]), go.Figure()
    for column, colour, dash, symbol in (
        ("z_limited_fluctuation", palette.NEUTRAL, "dot", "triangle-up"),
        ("z_buehlmann", palette.AMBER, "dash", "square"),
        ("z_model", palette.MODEL, "solid", "circle"),
    ):
        figure.add_scatter(
            x=rows["date"].tolist(),
            y=100 * rows[column],
            mode="lines+markers",
            line={"color": colour, "width": 2.2, "dash": dash},
            marker={"color": colour, "symbol": symbol, "size": 7},
            name=tr.t(f"method.{column}"),
            hovertemplate="%{y:.0f}%",
        )
    figure.update_layout(
        yaxis=from_zero(tr.t("method.axis_credibility"), 100.0),
    )
    last = rows.iloc[-1]
    stated = {
        "day": tr.date(last["date"]),
        "model": tr.percent(last["z_model"]),
        "classical": tr.percent(last["z_buehlmann"]),
        "cases": tr.persons(last["cases"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="credibility",
        beside=line_ends(figure),
        title=tr.t("method.credibility_title", **stated),
        subtitle=tr.t("method.credibility_subtitle"),
        alt=tr.t("method.credibility_alt", **stated),
        table=credibility_table(path, tr),
        height=440,
    )


def credibility_table(path: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Every day with a new share: cases, weights, manual and blended steady state."""
    unit = tr.t("unit.rmb_header")
    return pd.DataFrame(
        {
            tr.t("column.settlement"): path["date"].dt.strftime("%Y-%m-%d"),
            tr.t("method.cases"): path["cases"].round(),
            **{
                f"{tr.t(f'method.{name}')} (%)": (100 * path[name]).round(1)
                for name in ("z_model", "z_buehlmann", "z_limited_fluctuation")
            },
            f"{tr.t('steady.estimate_manual')} ({unit})": path["manual"].round(2),
            f"{tr.t('steady.estimate_blended')} ({unit})": path["blended"].round(2),
            f"{tr.t('band.low_80')} ({unit})": path["blended_q10"].round(2),
            f"{tr.t('band.high_80')} ({unit})": path["blended_q90"].round(2),
            tr.t("column.reasons"): path["reason"],
        }
    )


@in_every_language
def level_chart(path: pd.DataFrame, tr: Translator, stamp: Stamp) -> Chart:
    """The steady state as it was put on each day, before and after the plan's own figures."""
    rows, figure = path.dropna(subset=["blended"]), go.Figure()
    x = rows["date"].tolist()
    figure.add_traces(
        band(
            x,
            rows["blended_q10"],
            rows["blended_q90"],
            fill=palette.translucent(palette.STEADY, palette.BAND),
            name=tr.t("series.interval_80"),
        )
    )
    for column, key, colour, dash in (
        ("manual", "steady.estimate_manual", palette.AMBER, "dash"),
        ("blended", "steady.estimate_blended", palette.STEADY, "solid"),
    ):
        figure.add_scatter(
            x=x,
            y=rows[column],
            mode="lines",
            line={"color": colour, "width": 2.2, "dash": dash},
            name=tr.t(key),
            hovertemplate="%{y:.2f}",
        )
    figure.update_layout(yaxis=from_zero(tr.t("axis.rmb"), float(rows["blended_q90"].max())))
    top = rows.loc[rows["blended"].idxmax()]
    stated = {
        "top": tr.rmb(top["blended"]),
        "top_day": tr.date(top["date"]),
        "last": tr.rmb(rows["blended"].iloc[-1]),
        "last_day": tr.date(rows["date"].iloc[-1]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="steady-state-by-day",
        beside=line_ends(figure),
        unit="unit.rmb",
        title=tr.t("method.level_title", **stated),
        subtitle=tr.t("method.level_subtitle"),
        alt=tr.t("method.level_alt", **stated),
        table=credibility_table(path, tr),
        height=420,
    )
