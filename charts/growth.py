"""Charts of growth: members against growth curves, joins and exits."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, DayRule, Stamp
from charts.style.frame import band, build_chart, from_zero
from charts.style.labels import line_ends
from charts.style.languages import in_every_language
from charts.style.record import add_reconstruction, add_steps
from forecasting.members.hazard import LEAST_SHARE
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast
    from forecasting.explain.exits import ExitFit
    from forecasting.members.growth_fit import GrowthCurveFit

CURVE_LINES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "logistic": (palette.ARTICLE, "solid"),
        "gompertz": (palette.STEADY, "dash"),
        "richards": (palette.PINK, "dot"),
        "bass": (palette.CAME_LATER, "dashdot"),
    }
)


@in_every_language
def members_chart(
    forecast: Forecast, curves: Mapping[str, GrowthCurveFit], tr: Translator, stamp: Stamp
) -> Chart:
    """Sharing members disclosed and reconstructed, with every growth curve a year on. Millions."""
    as_of = pd.Timestamp(forecast.as_of)
    past = forecast.periods[forecast.periods["date"] <= as_of]
    shown = forecast.periods.iloc[: len(past) + forecast.settlements_a_year]
    days = [day.date() for day in shown["date"]]
    unit = tr.t("column.members_millions")
    columns: dict[str, pd.Series] = {tr.t("column.settlement"): shown["date"].dt.date.astype(str)}
    figure = go.Figure()
    in_millions = past.filter(like="sharing_members_") / tr.crowd
    add_reconstruction(figure, forecast, "sharing_members", tr, tr.crowd)
    for key, column in (
        ("series.disclosed", "disclosed"),
        ("series.reconstructed", "q50"),
        ("band.low_80", "q10"),
        ("band.high_80", "q90"),
    ):
        columns[f"{tr.t(key)}, {unit}"] = in_millions[f"sharing_members_{column}"].round(3)
    tops = [in_millions["sharing_members_q90"].max()]
    for name, fitted in curves.items():
        colour, dash = CURVE_LINES[name]
        curve = pd.Series(fitted.members(days)["curve"].to_numpy(), shown.index) / tr.crowd
        figure.add_scatter(
            x=shown["date"].tolist(),
            y=curve,
            mode="lines",
            line={"color": colour, "width": 2, "dash": dash},
            name=tr.t(f"curve.{name}"),
            hovertemplate="%{y:.1f}",
        )
        columns[f"{tr.t(f'curve.{name}')}, {unit}"] = curve.round(3)
        tops.append(curve.max())
    known = in_millions["sharing_members_disclosed"].dropna()
    add_steps(figure, past.loc[known.index, "date"], known, palette.AMBER)
    figure.add_scatter(
        x=past.loc[known.index, "date"].tolist(),
        y=known,
        mode="markers",
        marker={"color": palette.AMBER, "size": 8, "symbol": "circle"},
        name=tr.t("series.disclosed"),
        hovertemplate="%{y:.2f}",
    )
    figure.update_layout(yaxis=from_zero(unit, float(max(tops))))
    last = past.iloc[-1]
    stated = {
        "day": tr.date(last["date"]),
        "last": tr.persons(last["sharing_members_q50"]),
        "peak": tr.persons(past["sharing_members_q50"].max()),
        "ceilings": tr.t("list.separator").join(
            (
                f"{tr.t(f'curve.{name}')} {tr.persons(fitted.ceiling.q50)}"
                for name, fitted in curves.items()
            )
        ),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="growth-curves",
        beside=line_ends(figure),
        unit="unit.crowd",
        rules=[DayRule(forecast.as_of, tr.t("growth.rule"), before=True)],
        title=tr.t("growth.members_title", **stated),
        subtitle=tr.t("growth.members_subtitle"),
        alt=tr.t("growth.members_alt", **stated),
        table=pd.DataFrame(columns),
        height=460,
    )


@in_every_language
def exits_chart(exits: ExitFit, tr: Translator, stamp: Stamp) -> Chart:
    """Joins and exits of every period, medians with 80% intervals. Millions of persons.

    Before the first share of note the split is not fitted: what it gives there is no finding.
    """
    periods = exits.periods[(exits.inputs.share >= LEAST_SHARE).cumsum() > 0]
    x = periods["date"].tolist()
    columns: dict[str, pd.Series] = {tr.t("column.settlement"): periods["date"].dt.date.astype(str)}
    figure = go.Figure()
    tops = []
    for name, colour, dash in (("joins", palette.TEAL, "solid"), ("exits", palette.RED, "dash")):
        low, middle, high = (periods[f"{name}_{key}"] / tr.crowd for key in ("q10", "q50", "q90"))
        label = tr.t(f"growth.{name}")
        figure.add_traces(
            band(
                x,
                low,
                high,
                fill=palette.translucent(colour, palette.BAND),
                name=f"{label}, {tr.t('series.interval_80')}",
                showlegend=False,
            )
        )
        figure.add_scatter(
            x=x,
            y=middle,
            mode="lines",
            line={"color": colour, "width": 2.2, "dash": dash},
            name=label,
            hovertemplate="%{y:.2f}",
        )
        for key, values in (
            ("column.median", middle),
            ("band.low_80", low),
            ("band.high_80", high),
        ):
            columns[f"{label}, {tr.t(key)} ({tr.t('growth.millions')})"] = values.round(3)
        tops.append(high.max())
    figure.update_layout(yaxis=from_zero(tr.t("growth.exits_axis"), float(max(tops))))
    last = periods.iloc[-1]
    stated = {
        "day": tr.date(last["date"]),
        "joins": tr.persons(last["joins_q50"]),
        "exits": tr.persons(last["exits_q50"]),
        "low": tr.persons(last["exits_q10"]),
        "high": tr.persons(last["exits_q90"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="joins-and-exits",
        beside=line_ends(figure),
        unit="unit.crowd",
        title=tr.t("growth.exits_title", **stated),
        subtitle=tr.t("growth.exits_subtitle"),
        alt=tr.t("growth.exits_alt", **stated),
        table=pd.DataFrame(columns),
        height=420,
    )
