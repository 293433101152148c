"""Charts of the method page: priors and posteriors, residuals, replicated records."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
from scipy import special

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import build_chart
from charts.style.languages import in_every_language
from charts.style.wrapping import wrap
from locales import Translator, capital

if TYPE_CHECKING:
    from forecasting.fitting.checks import FitChecks
    from forecasting.fitting.estimation import SelectionLagFit

FRAME_HEIGHT = 210
ROW_HEIGHT = 30
NAMES_WIDTH = 150
NAME_COLUMNS = 20
EIGHTY = float(special.ndtri(0.9))
QUANTILES = ("q10", "q50", "q90")
KIND_STYLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "share": (palette.MODEL, "circle"),
        "persons": (palette.CAME_LATER, "diamond"),
        "aid": (palette.STEADY, "square"),
        "members": (palette.NEUTRAL, "triangle-up"),
    }
)


@in_every_language
def parameters_chart(fit: SelectionLagFit, tr: Translator, stamp: Stamp) -> Chart:
    """Every free parameter before and after the figures, in prior standard deviations."""
    rows = fit.parameters[fit.parameters["free"]].sort_values("spread_ratio", kind="stable")
    names = [_in_lines(capital(tr.t(f"method_parameter.{name}"))) for name in rows["name"]]
    figure = go.Figure()
    figure.add_scatter(
        x=[0.0] * len(rows),
        y=names,
        mode="markers",
        # As wide and as grey as the bar, so that the legend shows what is drawn.
        marker={"color": palette.NEUTRAL, "opacity": 0.4, "symbol": "square", "size": 9},
        error_x={
            "type": "constant",
            "value": EIGHTY,
            "thickness": 9,
            "width": 0,
            "color": palette.translucent(palette.NEUTRAL, 0.4),
        },
        name=tr.t("method.series_prior"),
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=rows["conflict"],
        y=names,
        mode="markers",
        marker={"color": palette.MODEL, "symbol": "diamond", "size": 9},
        error_x={
            "type": "data",
            "array": EIGHTY * rows["spread_ratio"],
            "thickness": 2.5,
            "width": 4,
            "color": palette.MODEL,
        },
        name=tr.t("method.series_posterior"),
        customdata=rows[["q50", "q10", "q90"]],
        hovertemplate="%{customdata[0]:.4g} (%{customdata[1]:.4g} – %{customdata[2]:.4g})"
        "<extra>%{y}</extra>",
    )
    table = parameters_table(fit, tr)
    figure.update_layout(
        xaxis={"title": {"text": tr.t("method.axis_sd")}, "zeroline": False},
        yaxis={"range": [len(rows) - 0.3, -0.7]},
    )
    most, least = rows.iloc[0], rows.iloc[-1]
    stated = {
        "n": len(rows),
        "most": tr.t(f"method_parameter.{most['name']}"),
        "most_left": tr.percent(most["spread_ratio"]),
        "least": tr.t(f"method_parameter.{least['name']}"),
        "least_left": tr.percent(least["spread_ratio"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="parameters",
        title=tr.t("method.parameters_title", **stated),
        subtitle=tr.t("method.parameters_subtitle"),
        alt=tr.t("method.parameters_alt", **stated),
        table=table,
        height=FRAME_HEIGHT + ROW_HEIGHT * len(rows),
        left=NAMES_WIDTH,
        dates_on_x=False,
        hover="closest",
    )


def parameters_table(fit: SelectionLagFit, tr: Translator) -> pd.DataFrame:
    """Every parameter: unit, before, after, how much uncertainty is left, where it comes from."""
    rows = fit.parameters
    quantiles = {
        f"{tr.t(f'method.{when}')}, {tr.t(key)}": [float(f"{value:.4g}") for value in rows[column]]
        for when, prefix in (("before", "prior_"), ("after", ""))
        for key, column in zip(
            ("band.low_80", "column.median", "band.high_80"),
            (f"{prefix}{name}" for name in QUANTILES),
            strict=True,
        )
    }
    return pd.DataFrame(
        {
            tr.t("method.parameter"): [
                capital(tr.t(f"method_parameter.{name}")) for name in rows["name"]
            ],
            tr.t("method.unit"): [tr.t(f"method_unit.{name}") for name in rows["name"]],
            **quantiles,
            tr.t("method.spread_left"): (100 * rows["spread_ratio"]).round(),
            tr.t("method.moved"): rows["conflict"].round(2),
            tr.t("method.estimated"): [
                tr.t("answer_word.yes" if free else "answer_word.no") for free in rows["free"]
            ],
            tr.t("method.prior_source"): [tr.t(f"method_source.{name}") for name in rows["name"]],
        }
    )


@in_every_language
def residuals_chart(checks: FitChecks, tr: Translator, stamp: Stamp) -> Chart:
    """How far each figure lies from the fit, in its own standard deviations, by date and kind."""
    values, figure = checks.values, go.Figure()
    for kind, (colour, symbol) in KIND_STYLES.items():
        rows = values[values["kind"] == kind]
        if rows.empty:
            continue
        figure.add_scatter(
            x=rows["date_end"].tolist(),
            y=rows["z"],
            mode="markers",
            marker={"color": colour, "symbol": symbol, "size": 9},
            name=tr.t(f"method_kind.{kind}"),
            customdata=rows[["observed", "fitted"]],
            hovertemplate="%{y:.1f} (%{customdata[0]:,.4g} / %{customdata[1]:,.4g})",
        )
    for level in (-2, 2):
        figure.add_hline(level, line={"color": palette.NEUTRAL, "width": 1.2, "dash": "dash"})
    reach = max(4.0, float(values["z"].abs().max()) * 1.15)
    figure.update_layout(
        yaxis={
            "title": {"text": tr.t("method.axis_sd")},
            "range": [-reach, reach],
            "zeroline": True,
        }
    )
    worst = checks.largest(1).iloc[0]
    stated = {
        "near": checks.near,
        "n": len(values),
        "worst": tr.t(f"quantity.{worst['quantity']}"),
        "day": tr.date(worst["date_end"]),
        "z": tr.number(worst["z"], 1),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="residuals",
        title=tr.t("method.residuals_title", **stated),
        subtitle=tr.t("method.residuals_subtitle"),
        alt=tr.t("method.residuals_alt", **stated),
        table=residuals_table(checks.figures, tr),
        height=440,
        hover="closest",
    )


def residuals_table(figures: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Figures with what the fit makes of them."""
    return pd.DataFrame(
        {
            tr.t("column.from"): figures["date_start"].dt.strftime("%Y-%m-%d"),
            tr.t("column.until"): figures["date_end"].dt.strftime("%Y-%m-%d"),
            tr.t("column.quantity"): [tr.t(f"quantity.{name}") for name in figures["quantity"]],
            tr.t("column.bound"): [tr.t(f"bound.{bound}") for bound in figures["bound"]],
            tr.t("method.observed"): [_short(value) for value in figures["observed"]],
            tr.t("method.fitted"): [_short(value) for value in figures["fitted"]],
            tr.t("method.residual"): figures["z"].round(2),
            tr.t("method.leverage"): figures["leverage"].round(2),
            tr.t("method.standardised"): figures["standardised"].round(2),
            tr.t("column.source"): figures["source_id"],
            tr.t("column.row"): figures["row"],
        }
    )


@in_every_language
def predictive_chart(checks: FitChecks, tr: Translator, stamp: Stamp) -> Chart:
    """Records drawn from the model over the real one, statistic by statistic."""
    rows = checks.predictive[checks.predictive["observed"] > 0]
    names = [_in_lines(capital(tr.t(f"method_statistic.{name}"))) for name in rows["statistic"]]
    figure, median = go.Figure(), rows["q50"] / rows["observed"]
    for low, high, width, opacity, symbol, key in (
        ("q025", "q975", 4, 0.45, "line-ns-open", "series.interval_95"),
        ("q10", "q90", 9, 0.8, "diamond", "series.interval_80"),
    ):
        figure.add_scatter(
            x=median,
            y=names,
            mode="markers",
            marker={"color": palette.MODEL, "symbol": symbol, "size": 9},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": rows[high] / rows["observed"] - median,
                "arrayminus": median - rows[low] / rows["observed"],
                "thickness": width,
                "width": 0,
                "color": palette.translucent(palette.MODEL, opacity),
            },
            name=tr.t(key),
            hovertemplate="%{x:.2f}<extra>%{y}</extra>",
        )
    figure.add_vline(1.0, line={"color": palette.CAME_LATER, "width": 2, "dash": "dash"})
    top = float((rows["q975"] / rows["observed"]).max())
    figure.update_layout(
        xaxis={"title": {"text": tr.t("method.axis_replicated")}, "range": [0, top * 1.08]},
        yaxis={"range": [len(rows) + 0.6, -0.7]},
    )
    outside = checks.unlikely
    stated = {
        "n": len(rows),
        "outside": tr.t("list.separator").join(tr.t(f"method_statistic.{name}") for name in outside)
        or tr.t("method.none"),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="predictive-checks",
        title=tr.t("method.predictive_title", **stated),
        subtitle=tr.t("method.predictive_subtitle"),
        alt=tr.t("method.predictive_alt", **stated),
        table=predictive_table(checks, tr),
        height=FRAME_HEIGHT + 40 * (len(rows) + 1),
        left=NAMES_WIDTH,
        dates_on_x=False,
        hover="closest",
    )


def predictive_table(checks: FitChecks, tr: Translator) -> pd.DataFrame:
    """Each statistic: the real record's, the replicates', how unusual it is, what that means."""
    rows = checks.predictive
    return pd.DataFrame(
        {
            tr.t("method.statistic"): [
                capital(tr.t(f"method_statistic.{name}")) for name in rows["statistic"]
            ],
            tr.t("method.real_record"): rows["observed"].round(2),
            tr.t("method.replicated_median"): rows["q50"].round(2),
            tr.t("band.low_80"): rows["q10"].round(2),
            tr.t("band.high_80"): rows["q90"].round(2),
            tr.t("method.p_value"): (100 * rows["p_value"]).round(1),
            tr.t("method.p_new"): (100 * rows["p_new_deviation"]).round(1),
            tr.t("column.reading"): [
                tr.t(f"method_reading.{reading}") for reading in checks.readings
            ],
            tr.t("method.meaning"): [tr.t(f"method_meaning.{name}") for name in rows["statistic"]],
        }
    )


def _short(value: float) -> float:
    """Five significant digits: what members in millions and shares in fen both need."""
    return float(f"{value:.5g}")


def _in_lines(name: str) -> str:
    return "<br>".join(wrap(name, NAME_COLUMNS))
