"""Charts of the sampled case lists: how long cases had been members, and the thyroid rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import band, build_chart
from charts.style.labels import line_ends
from charts.style.languages import in_every_language
from forecasting.base.settlements import DAYS_PER_YEAR
from locales import Translator

if TYPE_CHECKING:
    from forecasting import SelectionCurves
    from forecasting.explain.case_lag import CaseLag

LIST_HEIGHT, FRAME_HEIGHT = 76, 200
DAYS_PER_MONTH = DAYS_PER_YEAR / 12
LONGEST_DAYS = 180


@in_every_language
def durations_chart(lag: CaseLag, waiting_days: float, tr: Translator, stamp: Stamp) -> Chart:
    """Days of membership of the cases, a row a list; the waiting period as a rule. Per cent."""
    days = list(lag.lists["settlement"])
    figure = make_subplots(rows=len(days), cols=1, shared_xaxes=True, vertical_spacing=0.05)
    rows = lag.durations
    top = 110 * float(rows["part"].max())
    for place, settlement in enumerate(days, 1):
        of_list = rows[rows["settlement"] == settlement]
        figure.add_bar(
            x=(of_list["days_from"] + of_list["days_to"] + 1) / 2,
            y=100 * of_list["part"],
            width=(of_list["days_to"] - of_list["days_from"] + 1) * 0.92,
            marker={"color": palette.MODEL},
            customdata=of_list[["days_from", "days_to", "cases"]],
            hovertemplate=tr.t("cases.hover") + "<extra></extra>",
            showlegend=False,
            row=place,
            col=1,
        )
        figure.add_annotation(
            text=tr.date(settlement, "medium"),
            x=waiting_days + 4,
            y=top,
            xanchor="left",
            yanchor="top",
            showarrow=False,
            font={"size": 11},
            row=place,
            col=1,
        )
        figure.add_vline(
            x=waiting_days,
            line={"color": palette.NEUTRAL, "width": 1.2, "dash": "dot"},
            row=place,
            col=1,
        )
        figure.update_yaxes(range=[0, top], ticksuffix="%", nticks=3, row=place, col=1)
    span = [float(rows["days_from"].min()), float(rows["days_to"].max()) + 1]
    figure.update_xaxes(range=span, dtick=30, tick0=0)
    figure.update_xaxes(title_text=tr.t("cases.days_axis"), row=len(days), col=1)
    stated = {
        "cases": tr.number(lag.cases),
        "lists": tr.number(len(days)),
        "early": tr.number(lag.within(LONGEST_DAYS)),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="days-of-membership",
        title=tr.t("cases.durations_title", **stated),
        subtitle=tr.t("cases.durations_subtitle"),
        alt=tr.t("cases.durations_alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("column.settlement"): rows["settlement"].dt.strftime("%Y-%m-%d"),
                tr.t("cases.days_from"): rows["days_from"],
                tr.t("cases.days_to"): rows["days_to"],
                tr.t("cases.cases"): rows["cases"],
                tr.t("cases.part"): (100 * rows["part"]).round(1),
                tr.t("column.source"): rows["source_id"],
            }
        ),
        height=FRAME_HEIGHT + LIST_HEIGHT * len(days),
        legend=False,
        dates_on_x=False,
        hover="closest",
    )


@in_every_language
def thyroid_chart(lag: CaseLag, curves: SelectionCurves, tr: Translator, stamp: Stamp) -> Chart:
    """Cases paid the small sum by days since the rule, beside the fitted way to a list. Per cent.

    The fitted delay runs from diagnosis to payment; it is drawn earlier by the days from the
    closing of a list to its payment.
    """
    lists, delay = lag.lists, curves.delay
    listed = delay["months"] * DAYS_PER_MONTH - lag.to_payment
    last = float(lists["days"].max()) + 45
    shown = delay[(listed >= 0) & (listed <= last)]
    x = listed[shown.index].round(1).tolist()
    figure = go.Figure()
    figure.add_traces(
        band(
            x,
            100 * shown["q10"],
            100 * shown["q90"],
            fill=palette.translucent(palette.MODEL, palette.BAND),
            name=tr.t("series.interval_80"),
            showlegend=False,
        )
    )
    figure.add_scatter(
        x=x,
        y=100 * shown["q50"],
        mode="lines",
        line={"color": palette.MODEL, "width": 2.2, "dash": "dash"},
        name=tr.t("cases.fitted_delay"),
        hovertemplate="%{y:.0f}%",
    )
    table = {
        tr.t("column.settlement"): lists["settlement"].dt.strftime("%Y-%m-%d"),
        tr.t("cases.days_since_rule"): lists["days"],
    }
    for name, hits, trials, symbol, colour in (
        ("thyroid", "thyroid_small", "thyroid", "diamond", palette.PINK),
        ("small", "small", "cases", "circle", palette.AMBER),
    ):
        part, low, high = (100 * lists[f"{name}_part{end}"] for end in ("", "_low", "_high"))
        figure.add_scatter(
            x=lists["days"].tolist(),
            y=part,
            mode="markers",
            marker={"color": colour, "size": 9, "symbol": symbol},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": high - part,
                "arrayminus": part - low,
                "thickness": 2,
                "width": 4,
                "color": colour,
            },
            name=tr.t(f"cases.{name}_series"),
            customdata=pd.DataFrame({"hits": lists[hits], "trials": lists[trials]}),
            hovertemplate="%{y:.0f}% (%{customdata[0]} / %{customdata[1]})",
        )
        label = tr.t(f"cases.{name}_series")
        table |= {
            tr.t(f"cases.{name}_trials"): lists[trials],
            f"{label} (%)": part.round(1),
            f"{label}, {tr.t('band.low_80')} (%)": low.round(1),
            f"{label}, {tr.t('band.high_80')} (%)": high.round(1),
        }
    figure.update_layout(
        xaxis={"title": {"text": tr.t("cases.rule_axis")}, "range": [40, last], "dtick": 30},
        yaxis={"range": [0, 130], "ticksuffix": "%", "tickvals": [0, 25, 50, 75, 100]},
    )
    first, final = lists.iloc[0], lists.iloc[-1]
    stated = {
        "first": tr.percent(first["thyroid_part"]),
        "first_days": tr.number(first["days"]),
        "last": tr.percent(final["thyroid_part"]),
        "last_days": tr.number(final["days"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="thyroid-rule",
        beside=line_ends(figure),
        title=tr.t("cases.thyroid_title", **stated),
        subtitle=tr.t("cases.thyroid_subtitle"),
        alt=tr.t("cases.thyroid_alt", **stated),
        table=pd.DataFrame(table | {tr.t("column.source"): lists["source_id"]}),
        height=420,
        dates_on_x=False,
    )
