"""Charts of the selection lag: its three parts, the response they make, cohorts, dilution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import band, build_chart, from_zero
from charts.style.labels import line_ends
from charts.style.languages import in_every_language
from charts.style.record import add_reconstruction, add_steps, past_settlements
from charts.style.stacked import stacked_bars
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Dilution, Forecast, SelectionCurves

PARTS: tuple[str, ...] = ("waiting", "ramp", "delay")
SMALL_HEIGHT = 360


@in_every_language
def part_chart(curves: SelectionCurves, part: str, tr: Translator, stamp: Stamp) -> Chart:
    """One part of the lag (``waiting``, ``ramp`` or ``delay``) as a share over months."""
    curve: pd.DataFrame = getattr(curves, part)
    return _curve_chart(
        curve,
        tr,
        stamp,
        part=part,
        colour=palette.CAUSES[part],
        height=SMALL_HEIGHT,
        stated={
            "first": tr.percent(curve["q50"].iloc[0]),
            "months": tr.number(_reaches(curve, 0.5)),
        },
    )


@in_every_language
def response_chart(curves: SelectionCurves, tr: Translator, stamp: Stamp) -> Chart:
    """Claims that one joining causes, against its ultimate level, by months since joining."""
    curve = curves.response
    return _curve_chart(
        curve,
        tr,
        stamp,
        part="response",
        colour=palette.MODEL,
        height=420,
        stated={
            "half": tr.number(_reaches(curve, 0.5)),
            "most": tr.number(_reaches(curve, 0.9)),
        },
    )


def _reaches(curve: pd.DataFrame, level: float) -> float:
    """First month at which the median curve is at or above ``level``; NaN where it never is."""
    reached = curve.loc[curve["q50"] >= level, "months"]
    return float(reached.iloc[0]) if len(reached) else float("nan")


def _curve_chart(
    curve: pd.DataFrame,
    tr: Translator,
    stamp: Stamp,
    *,
    part: str,
    colour: str,
    height: int,
    stated: dict[str, str],
) -> Chart:
    x = curve["months"].tolist()
    figure = go.Figure()
    figure.add_traces(
        band(
            x,
            curve["q10"],
            curve["q90"],
            fill=palette.translucent(colour, palette.BAND),
            name=tr.t("series.interval_80"),
        )
    )
    figure.add_scatter(
        x=x,
        y=curve["q50"],
        mode="lines",
        line={"color": colour, "width": 2.4},
        name=tr.t("series.median"),
        hovertemplate="%{y:.0%}",
    )
    figure.update_layout(
        xaxis={"title": {"text": tr.t(f"lag.{part}_axis")}, "dtick": 6, "range": [0, max(x)]},
        yaxis={"range": [0, 1.05], "tickformat": ".0%"},
    )
    table = pd.DataFrame(
        {
            tr.t("column.months"): curve["months"],
            f"{tr.t('series.median')} ({tr.t('unit.share_of_one')})": curve["q50"].round(4),
            f"{tr.t('band.low_80')} ({tr.t('unit.share_of_one')})": curve["q10"].round(4),
            f"{tr.t('band.high_80')} ({tr.t('unit.share_of_one')})": curve["q90"].round(4),
        }
    )
    return build_chart(
        figure,
        tr,
        stamp,
        stem=f"lag-{part}",
        beside=line_ends(figure) if part == "response" else (),
        title=tr.t(f"lag.{part}_title", **stated),
        subtitle=tr.t(f"lag.{part}_subtitle"),
        alt=tr.t(f"lag.{part}_alt", **stated),
        table=table,
        height=height,
        legend=False,
        dates_on_x=False,
        narrow=part != "response",
    )


@in_every_language
def undiluted_chart(forecast: Forecast, tr: Translator, stamp: Stamp) -> Chart:
    """The share as it was against the share that nothing diluted; the gap is the dilution."""
    frame = past_settlements(forecast)
    x = frame["date"].tolist()
    figure = go.Figure()
    figure.add_traces(
        band(
            x,
            frame["undiluted_share_q10"],
            frame["undiluted_share_q90"],
            fill=palette.translucent(palette.STEADY, palette.BAND),
            name=tr.t("series.undiluted_band"),
            showlegend=False,
        )
    )
    figure.add_scatter(
        x=x,
        y=frame["undiluted_share_q50"],
        mode="lines",
        line={"color": palette.STEADY, "width": 2.4, "dash": "dash"},
        name=tr.t("series.undiluted"),
        hovertemplate="%{y:.2f}",
    )
    add_reconstruction(figure, forecast, "share", tr)
    known = forecast.periods.dropna(subset=["share_disclosed"])
    add_steps(figure, known["date"], known["share_disclosed"], palette.AMBER)
    figure.add_scatter(
        x=known["date"].tolist(),
        y=known["share_disclosed"],
        mode="markers",
        marker={"color": palette.AMBER, "size": 6},
        name=tr.t("series.disclosed"),
        hovertemplate="%{y:.2f}",
    )
    figure.update_layout(
        yaxis=from_zero(
            tr.t("axis.rmb"),
            float(np.nanmax([*frame["undiluted_share_q90"], *known["share_disclosed"]])),
        ),
    )
    last = frame.iloc[-1]
    is_known = np.isfinite(last["share_disclosed"])
    unit = tr.t("unit.rmb_header")
    table = pd.DataFrame(
        {
            tr.t("column.settlement"): frame["date"].dt.strftime("%Y-%m-%d"),
            f"{tr.t('series.undiluted')} ({unit})": frame["undiluted_share_q50"].round(3),
            f"{tr.t('band.low_80')} ({unit})": frame["undiluted_share_q10"].round(3),
            f"{tr.t('band.high_80')} ({unit})": frame["undiluted_share_q90"].round(3),
            f"{tr.t('series.model_share')} ({unit})": frame["share_q50"].round(3),
            f"{tr.t('term.dilution')} ({unit})": frame["dilution_q50"].round(3),
            f"{tr.t('series.disclosed')} ({unit})": frame["share_disclosed"],
        }
    )
    stated = {
        "undiluted": tr.rmb(last["undiluted_share_q50"]),
        "observed": tr.rmb(last["share_disclosed"] if is_known else last["share_q50"]),
        "gap": tr.rmb(last["dilution_q50"]),
        "largest": tr.rmb(frame["dilution_q50"].max()),
        "largest_day": tr.date(frame.loc[frame["dilution_q50"].idxmax(), "date"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="undiluted-share",
        beside=line_ends(figure),
        unit="unit.rmb",
        title=tr.t("lag.undiluted_title", **stated),
        subtitle=tr.t("lag.undiluted_subtitle"),
        alt=tr.t("lag.undiluted_alt", **stated),
        table=table,
    )


@in_every_language
def dilution_chart(dilution: Dilution, tr: Translator, stamp: Stamp) -> Chart:
    """Dilution of each settlement stacked by its six causes, in RMB; below zero it adds to it."""
    frame, causes = dilution.frame, dilution.causes
    figure = stacked_bars(
        causes,
        frame["total"],
        frame["date"],
        names={cause: tr.t(f"cause.{cause}") for cause in causes.columns},
        total_name=tr.t("series.total_dilution"),
        colours=palette.CAUSES,
        patterns=palette.CAUSE_PATTERNS,
        axis_title=tr.t("axis.rmb"),
    )
    unit = tr.t("unit.rmb_header")
    table = pd.DataFrame(
        {
            tr.t("column.settlement"): frame["date"].dt.strftime("%Y-%m-%d"),
            **{
                f"{tr.t(f'cause.{cause}')} ({unit})": causes[cause].round(3).to_numpy()
                for cause in causes.columns
            },
            f"{tr.t('series.total_dilution')} ({unit})": frame["total"].round(3),
        }
    )
    last = causes.iloc[-1].sort_values(ascending=False)
    stated = {
        "total": tr.rmb(frame["total"].iloc[-1]),
        "cause": tr.inside(tr.t(f"cause.{last.index[0]}")),
        "amount": tr.rmb(last.iloc[0]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="dilution-by-cause",
        unit="unit.rmb",
        title=tr.t("lag.dilution_title", **stated),
        subtitle=tr.t("lag.dilution_subtitle"),
        alt=tr.t("lag.dilution_alt", **stated),
        table=table,
        height=500,
    )


@in_every_language
def cohort_chart(cohorts: pd.DataFrame, tr: Translator, stamp: Stamp) -> Chart:
    """Persons helped by the settlement in which they joined (rows) and were paid (columns)."""
    joined = [day.strftime("%Y-%m-%d") for day in cohorts.index]
    paid = [day.strftime("%Y-%m-%d") for day in cohorts.columns]
    values = cohorts.to_numpy(dtype=float)
    figure = go.Figure(
        go.Heatmap(
            x=paid,
            y=joined,
            z=values,
            colorscale=[list(stop) for stop in palette.SEQUENTIAL],
            zmin=0,
            colorbar={
                "title": {"text": tr.t("axis.persons"), "side": "right"},
                "thickness": 12,
                "len": 0.9,
            },
            hovertemplate=tr.t("lag.cohort_hover") + "<extra></extra>",
        )
    )
    figure.update_layout(
        # Without a title, which the subtitle has: Chinese days take the two lines there are.
        xaxis={"tickangle": 0, "dtick": "M12"},
        yaxis={
            "title": {"text": tr.t("lag.cohort_y")},
            "tickformat": "%Y-%m",
            "hoverformat": tr.t("axis.day_format"),
        },
    )
    table = (
        cohorts.rename_axis(index=None, columns=None)
        .set_axis(joined, axis=0)
        .set_axis(paid, axis=1)
        .stack()
        .rename_axis([tr.t("column.joined"), tr.t("column.settlement")])
        .rename(tr.t("column.persons"))
        .round(2)
        .reset_index()
    )
    table = table[table[tr.t("column.persons")] > 0]
    last = cohorts.iloc[:, -1]
    share = float(last.iloc[: last.size // 2].sum() / last.sum()) if last.sum() else float("nan")
    stated = {
        "day": tr.date(cohorts.columns[-1]),
        "share": tr.percent(share),
        "before": tr.date(cohorts.index[max(last.size // 2 - 1, 0)]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="cohorts",
        title=tr.t("lag.cohort_title", **stated),
        subtitle=tr.t("lag.cohort_subtitle"),
        alt=tr.t("lag.cohort_alt", **stated),
        table=table,
        height=480,
        left=88,
        legend=False,
        hover="closest",
    )
