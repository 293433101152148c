"""Charts of the insurance page that are not by single age: rating, trend, hospital."""

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
from charts.style.wrapping import wrap
from forecasting.pricing.inputs import QUOTED_TREND, SEXES
from locales import Translator

if TYPE_CHECKING:
    from forecasting.pricing import ActualExpected, TrendFit

FRAME_HEIGHT, BAR_HEIGHT = 230, 44
NAMES_WIDTH, NAME_COLUMNS = 150, 20
# Powers of ten with a tick: as many as a phone has room for.
POWERS = (2, 5, 8)
SEX_COLOURS = {"male": palette.MODEL, "female": palette.PINK}
SEX_PATTERNS = {"male": "", "female": "/"}


@in_every_language
def expected_chart(result: ActualExpected, tr: Translator, stamp: Stamp) -> Chart:
    """Cases the table expects on each reading of the ages, against the plan's own experience."""
    names = [tr.t(f"age_reading.{item.name}") for item in result.expected]
    labels = ["<br>".join(wrap(name, NAME_COLUMNS)) for name in names]
    expected = [1e4 * item.incidence for item in result.expected]
    figure = go.Figure()
    figure.add_bar(
        x=expected,
        y=labels,
        orientation="h",
        marker={"color": palette.NEUTRAL},
        text=[tr.percent(result.ratio(item.name).q50) for item in result.expected],
        textposition="outside",
        cliponaxis=False,
        hovertemplate="%{x:.1f}<extra>%{y}</extra>",
    )
    low, high = (1e4 * edge for edge in result.actual.interval())
    actual = 1e4 * result.actual.q50
    figure.add_vrect(
        x0=low, x1=high, fillcolor=palette.translucent(palette.STEADY, palette.BAND), line_width=0
    )
    figure.add_vline(x=actual, line={"color": palette.STEADY, "width": 2, "dash": "dot"})
    figure.add_annotation(
        x=high,
        y=1,
        yref="paper",
        text=tr.t("insurance.mark_actual", actual=tr.number(actual, 1)),
        showarrow=False,
        xanchor="left",
        yanchor="top",
        font={"size": 11},
    )
    figure.update_layout(
        xaxis={
            "range": [0, 1.15 * max(expected)],
            "title": {"text": tr.t("insurance.axis_cases")},
        },
        # From the top down, with a line above for the mark.
        yaxis={"range": [len(labels) - 0.5, -1.0]},
    )
    table = pd.DataFrame(
        {
            tr.t("insurance.column_reading"): names,
            tr.t("insurance.column_mean_age"): [
                round(item.mean_age, 1) for item in result.expected
            ],
            tr.t("insurance.column_expected"): [round(value, 2) for value in expected],
            tr.t("insurance.column_actual"): round(actual, 2),
            tr.t("insurance.column_ratio"): [
                round(100 * result.ratio(item.name).q50, 1) for item in result.expected
            ],
        }
    )
    stated = {
        "single": tr.percent(result.ratio("single_age").q50),
        "mix": tr.percent(result.ratio("published_bands").q50),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="actual-expected",
        title=tr.t("insurance.expected_title", **stated),
        subtitle=tr.t("insurance.expected_subtitle"),
        alt=tr.t("insurance.expected_alt", **stated),
        table=table,
        height=FRAME_HEIGHT + BAR_HEIGHT * len(names),
        left=NAMES_WIDTH,
        dates_on_x=False,
        legend=False,
        hover="closest",
    )


@in_every_language
def credibility_chart(by_size: pd.DataFrame, z_model: float, tr: Translator, stamp: Stamp) -> Chart:
    """Weight of a pool's own experience by its size, two classical rules, and the model's."""
    figure = go.Figure()
    columns = {
        tr.t("insurance.column_members"): by_size["members"].round().astype(int),
        tr.t("insurance.column_cases"): by_size["cases"].round(2),
    }
    for name, colour, dash in (
        ("limited_fluctuation", palette.AMBER, "dash"),
        ("buehlmann", palette.MODEL, "solid"),
    ):
        label = tr.t(f"insurance.series_{name}")
        figure.add_scatter(
            x=by_size["members"],
            y=100 * by_size[name],
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.4},
            name=label,
            hovertemplate="%{y:.0f}%",
        )
        columns[f"{label} (%)"] = (100 * by_size[name]).round(2)
    label = tr.t("insurance.series_model_weight")
    figure.add_scatter(
        x=[by_size["members"].iloc[0], by_size["members"].iloc[-1]],
        y=[100 * z_model] * 2,
        mode="lines",
        line={"color": palette.STEADY, "dash": "dot", "width": 2},
        name=label,
        hovertemplate="%{y:.0f}%",
    )
    columns[f"{label} (%)"] = round(100 * z_model, 2)
    columns[f"{tr.t('insurance.column_blended')} ({tr.t('insurance.rmb_year')})"] = by_size[
        "blended"
    ].round(2)
    ticks = [10**power for power in POWERS]
    figure.update_layout(
        xaxis={
            "type": "log",
            "tickangle": 0,
            "tickvals": ticks,
            "ticktext": [tr.persons(members) for members in ticks],
            "title": {"text": tr.t("insurance.axis_members")},
        },
        yaxis={
            **from_zero(tr.t("insurance.axis_weight"), 100),
            "tickvals": [0, 25, 50, 75, 100],
        },
    )
    stated = {
        "small": tr.percent(_at(by_size, 1e3)),
        "large": tr.percent(_at(by_size, 1e6)),
        "model": tr.percent(z_model),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="credibility-by-size",
        beside=line_ends(figure),
        title=tr.t("insurance.credibility_title", **stated),
        subtitle=tr.t("insurance.credibility_subtitle"),
        alt=tr.t("insurance.credibility_alt", **stated),
        table=pd.DataFrame(columns),
        dates_on_x=False,
    )


@in_every_language
def trend_chart(
    fitted: TrendFit, trend_factor: float, years_ahead: int, tr: Translator, stamp: Stamp
) -> Chart:
    """Cost of a hospital stay: printed, fitted with its band, and the quoted 10 to 15%."""
    last, value = fitted.years[-1], fitted.values[-1]
    path = fitted.path(last + years_ahead)
    ahead = np.arange(years_ahead + 1)
    unit = tr.t("unit.rmb_header")
    figure = go.Figure()
    figure.add_traces(
        band(
            path["year"].tolist(),
            path["low"],
            path["high"],
            fill=palette.translucent(palette.MODEL, palette.BAND),
            name=tr.t("insurance.series_fit_band"),
        )
    )
    figure.add_scatter(
        x=path["year"],
        y=path["fitted"],
        mode="lines",
        line={"color": palette.MODEL, "width": 2.2, "dash": "dash"},
        name=tr.t("insurance.series_fit", growth=tr.percent(fitted.growth, 1)),
        hovertemplate="%{y:,.0f}",
    )
    figure.add_scatter(
        x=fitted.years,
        y=fitted.values,
        mode="markers",
        marker={"color": palette.CAME_LATER, "size": 8},
        name=tr.t("insurance.series_printed"),
        hovertemplate="%{y:,.0f}",
    )
    printed = dict(zip(fitted.years, fitted.values, strict=True))
    table = path.round(1)
    table["printed"] = table["year"].map(printed)
    headers = {
        "year": tr.t("insurance.axis_year"),
        "printed": f"{tr.t('insurance.series_printed')} ({unit})",
        "fitted": f"{tr.t('insurance.column_fitted')} ({unit})",
        "low": f"{tr.t('band.low_95')} ({unit})",
        "high": f"{tr.t('band.high_95')} ({unit})",
    }
    top = float(path["high"].max())
    for factor, colour, dash in (
        (QUOTED_TREND[0], palette.STEADY, "dot"),
        (QUOTED_TREND[1], palette.RED, "dashdot"),
        (trend_factor, palette.AMBER, "solid"),
    ):
        chosen = dash == "solid"
        costs = value * (1.0 + factor) ** ahead
        top = max(top, float(costs.max()))
        key = "insurance.series_chosen" if chosen else "insurance.series_quoted"
        label = tr.t(key, growth=tr.percent(factor, 1))
        figure.add_scatter(
            x=last + ahead,
            y=costs,
            mode="lines",
            line={"color": colour, "width": 2, "dash": dash},
            name=label,
            hovertemplate="%{y:,.0f}",
        )
        by_year = dict(zip((last + ahead).tolist(), costs.round(1), strict=True))
        table[label] = table["year"].map(by_year)
        headers[label] = f"{label} ({unit})"
    figure.update_layout(
        xaxis={
            "title": {"text": tr.t("insurance.axis_year")},
            "nticks": 6,
            "tickangle": 0,
            "tickformat": "d",
        },
        yaxis=from_zero(tr.t("insurance.axis_stay"), top),
    )
    stated = {
        "growth": tr.percent(fitted.growth, 1),
        "low": tr.percent(fitted.low, 1),
        "high": tr.percent(fitted.high, 1),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="cost-trend",
        beside=line_ends(figure),
        unit="unit.rmb",
        title=tr.t("insurance.trend_title", **stated),
        subtitle=tr.t("insurance.trend_subtitle"),
        alt=tr.t("insurance.trend_alt", **stated),
        table=table[list(headers)].rename(columns=headers),
        dates_on_x=False,
    )


@in_every_language
def hospital_chart(prices: pd.DataFrame, residence: str, tr: Translator, stamp: Stamp) -> Chart:
    """Price of the daily allowance by age band and sex; a refused cell stays empty and is named."""
    figure = go.Figure()
    unit = tr.t("insurance.rmb_year")
    table: dict[str, object] = {tr.t("insurance.column_band"): prices["band"].unique()}
    for sex in SEXES:
        rows = prices[prices["sex"] == sex]
        label = tr.t(f"insurance_sex.{sex}")
        figure.add_bar(
            x=rows["band"],
            y=rows["gross"],
            name=label,
            marker={
                "color": SEX_COLOURS[sex],
                "pattern": palette.pattern(SEX_PATTERNS[sex]),
            },
            hovertemplate="%{y:,.0f}",
        )
        for row in rows[rows["suspect"]].itertuples():
            figure.add_annotation(
                x=row.band,
                y=0 if np.isnan(row.gross) else row.gross,
                text="?",
                showarrow=False,
                yanchor="bottom",
                xshift=12,
                font={"size": 15},
            )
        table[tr.t("insurance.column_rate", sex=label)] = (1000 * rows["rate"]).round(2).to_numpy()
        table[f"{label} ({unit})"] = rows["gross"].round(2).to_numpy()
        table[tr.t("insurance.column_suspect", sex=label)] = [
            tr.t("insurance.yes") if flag else "" for flag in rows["suspect"]
        ]
    figure.update_layout(
        barmode="group",
        xaxis={
            "title": {"text": tr.t("insurance.axis_age")},
            "type": "category",
            "tickangle": 0,
            "tickfont": {"size": 10},
        },
        yaxis=from_zero(tr.t("insurance.axis_rmb"), float(prices["gross"].max())),
    )
    stated = {
        "low": tr.rmb(float(prices["gross"].min()), 0),
        "high": tr.rmb(float(prices["gross"].max()), 0),
        "residence": tr.t(f"residence.{residence}"),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="hospital-allowance",
        unit="unit.rmb_year",
        title=tr.t("insurance.hospital_title", **stated),
        subtitle=tr.t("insurance.hospital_subtitle"),
        alt=tr.t("insurance.hospital_alt", **stated),
        table=pd.DataFrame(table),
        dates_on_x=False,
    )


def _at(by_size: pd.DataFrame, members: float) -> float:
    nearest = (by_size["members"] - members).abs().idxmin()
    return float(by_size.loc[nearest, "buehlmann"])
