"""Charts of the insurance page by age: premium, who gains, level premium."""

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
from forecasting.pricing.inputs import SEXES
from locales import MINUS, Translator

if TYPE_CHECKING:
    from forecasting.pricing import LevelPremium, PoolPosition, Premium, YearlyShare

SEX_LINES = {"male": (palette.MODEL, "solid"), "female": (palette.PINK, "dash")}
SEX_SYMBOLS = {"male": "circle", "female": "diamond"}
BENEFIT_STEP = 39.5
FRAME_HEIGHT, BAR_HEIGHT = 200, 36
NAMES_WIDTH, NAME_COLUMNS = 140, 19
# Room above and below lines that cross zero, as a part of their span.
EDGE = 0.08
GAP_TOTALS = ("share", "gross")
GAP_BARS = {
    "total": (palette.MODEL, ""),
    "more": (palette.AMBER, "/"),
    "less": (palette.STEADY, "x"),
}


@in_every_language
def premium_chart(
    by_age: pd.DataFrame,
    share: YearlyShare,
    age: int,
    sex: str,
    chosen: Premium,
    tr: Translator,
    stamp: Stamp,
) -> Chart:
    """Yearly gross premium by age and sex against the flat share, the chosen person marked."""
    figure = go.Figure()
    unit = tr.t("insurance.rmb_year")
    columns: dict[str, object] = {tr.t("insurance.column_age"): by_age["age"].unique()}
    for name in SEXES:
        rows = by_age[by_age["sex"] == name]
        label = tr.t("insurance.series_premium", sex=tr.t(f"insurance_sex.{name}"))
        colour, dash = SEX_LINES[name]
        figure.add_scatter(
            x=rows["age"],
            y=rows["gross"],
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.4},
            name=label,
            hovertemplate="%{y:,.0f}",
        )
        columns[f"{label} ({unit})"] = rows["gross"].round(2).to_numpy()
    _share_lines(figure, share, (0, 59), tr)
    columns |= _share_columns(share, tr)
    figure.add_scatter(
        x=[age],
        y=[chosen.gross],
        mode="markers",
        marker={"color": SEX_LINES[sex][0], "symbol": SEX_SYMBOLS[sex], "size": 12},
        showlegend=False,
        hoverinfo="skip",
    )
    _benefit_step(figure, by_age["benefit"], tr)
    figure.update_layout(
        yaxis=from_zero(tr.t("insurance.axis_rmb"), float(by_age["gross"].max()), headroom=1.12),
        xaxis={"title": {"text": tr.t("insurance.axis_age")}, "range": [0, 60]},
    )
    stated = {
        "age": age,
        "sex": tr.t(f"insurance_sex.{sex}"),
        "premium": tr.rmb(chosen.gross, 0),
        "share": _amount(share.reference, tr),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="premium-by-age",
        beside=line_ends(figure),
        unit="unit.rmb_year",
        title=tr.t("insurance.premium_title", **stated),
        subtitle=tr.t("insurance.premium_subtitle"),
        alt=tr.t("insurance.premium_alt", **stated),
        table=pd.DataFrame(columns),
        dates_on_x=False,
    )


@in_every_language
def gap_chart(steps: pd.DataFrame, tr: Translator, stamp: Stamp) -> Chart:
    """From the yearly share to the gross premium, a bar a step."""
    names = [tr.t(f"gap_step.{step}") for step in steps["step"]]
    amounts = steps["rmb"].to_numpy(dtype=float)
    starts = [0.0, *np.cumsum(amounts[:-2]).tolist(), 0.0]
    labels = ["<br>".join(wrap(name, NAME_COLUMNS)) for name in names]
    kinds = [_kind(step, amount) for step, amount in zip(steps["step"], amounts, strict=True)]
    figure = go.Figure()
    for kind, (colour, shape) in GAP_BARS.items():
        chosen = [at for at, found in enumerate(kinds) if found == kind]
        figure.add_bar(
            x=amounts[chosen],
            base=[starts[at] for at in chosen],
            y=[labels[at] for at in chosen],
            orientation="h",
            marker={
                "color": colour,
                "pattern": palette.pattern(shape),
            },
            text=[_signed(amounts[at], kind, tr) for at in chosen],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{text}<extra>%{y}</extra>",
        )
    ends = np.add(starts, amounts)
    figure.update_layout(
        xaxis={
            "range": [min(0.0, ends.min() * 1.1), max(ends.max(), max(starts)) * 1.15],
            "title": {"text": tr.t("insurance.axis_rmb")},
        },
        yaxis={"categoryorder": "array", "categoryarray": labels[::-1]},
        barmode="overlay",
    )
    stated = {
        "share": tr.rmb(amounts[0], 0),
        "gross": tr.rmb(amounts[-1], 0),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="share-to-premium",
        title=tr.t("insurance.gap_title", **stated),
        subtitle=tr.t("insurance.gap_subtitle"),
        alt=tr.t("insurance.gap_alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("insurance.column_step"): names,
                tr.t("insurance.rmb_year"): amounts.round(2),
            }
        ),
        height=FRAME_HEIGHT + BAR_HEIGHT * len(names),
        left=NAMES_WIDTH,
        dates_on_x=False,
        legend=False,
        hover="closest",
    )


@in_every_language
def pool_chart(position: PoolPosition, tr: Translator, stamp: Stamp) -> Chart:
    """What each age gains from the flat share, by sex: above zero more cover than paid for."""
    figure = go.Figure()
    frame = position.frame
    unit = tr.t("insurance.rmb_year")
    columns: dict[str, object] = {tr.t("insurance.column_age"): frame["age"].unique()}
    for name in SEXES:
        rows = frame[frame["sex"] == name]
        label = tr.t("insurance.series_gain", sex=tr.t(f"insurance_sex.{name}"))
        colour, dash = SEX_LINES[name]
        figure.add_scatter(
            x=rows["age"],
            y=rows["gain"],
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.4},
            name=label,
            hovertemplate="%{y:,.0f}",
        )
        columns[f"{label} ({unit})"] = rows["gain"].round(2).to_numpy()
        weight = tr.t("insurance.column_weight", sex=tr.t(f"insurance_sex.{name}"))
        columns[weight] = (100 * rows["weight"]).round(3).to_numpy()
    _benefit_step(figure, frame["benefit"], tr)
    figure.add_hline(y=0, line={"color": palette.NEUTRAL, "width": 1.2})
    least, most = float(frame["gain"].min()), float(frame["gain"].max())
    edge = EDGE * (most - least)
    figure.update_layout(
        yaxis={
            "title": {"text": tr.t("insurance.axis_rmb")},
            "range": [least - edge, most + edge],
        },
        xaxis={"title": {"text": tr.t("insurance.axis_age")}, "range": [0, 60]},
    )
    stated = {
        "gaining": tr.percent(position.gaining),
        "moved": tr.percent(position.transferred),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="who-gains",
        beside=line_ends(figure),
        unit="unit.rmb_year",
        title=tr.t("insurance.pool_title", **stated),
        subtitle=tr.t("insurance.pool_subtitle"),
        alt=tr.t("insurance.pool_alt", **stated),
        table=pd.DataFrame(columns),
        dates_on_x=False,
    )


@in_every_language
def level_chart(result: LevelPremium, share: YearlyShare, tr: Translator, stamp: Stamp) -> Chart:
    """The level premium, the yearly one and the flat share from the chosen age to 60."""
    frame = result.frame
    first, last = int(frame["age"].iloc[0]), int(frame["age"].iloc[-1])
    figure = go.Figure()
    unit = tr.t("insurance.rmb_year")
    columns: dict[str, object] = {
        tr.t("insurance.column_age"): frame["age"],
        tr.t("insurance.column_in_force"): (100 * frame["in_force"]).round(2),
    }
    for name, colour, dash, shape in (
        ("yearly", palette.MODEL, "dash", "linear"),
        ("level", palette.AMBER, "solid", "linear"),
    ):
        label = tr.t(f"insurance.series_{name}")
        figure.add_scatter(
            x=frame["age"],
            y=frame[name],
            mode="lines",
            line={"color": colour, "dash": dash, "width": 2.4, "shape": shape},
            name=label,
            hovertemplate="%{y:,.0f}",
        )
        columns[f"{label} ({unit})"] = frame[name].round(2)
    _share_lines(figure, share, (first, last), tr)
    columns |= _share_columns(share, tr)
    columns[f"{tr.t('insurance.column_reserve')} ({tr.t('unit.rmb_header')})"] = frame[
        "reserve"
    ].round(2)
    top = float(max(frame["yearly"].max(), result.level))
    figure.update_layout(
        yaxis=from_zero(tr.t("insurance.axis_rmb"), top),
        xaxis={"title": {"text": tr.t("insurance.axis_age")}},
    )
    stated = {
        "level": tr.rmb(result.level, 0),
        "first": tr.rmb(result.first_yearly, 0),
        "last": tr.rmb(result.last_yearly, 0),
        "share": _amount(share.reference, tr),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="level-premium",
        beside=line_ends(figure),
        unit="unit.rmb_year",
        title=tr.t("insurance.level_title", **stated),
        subtitle=tr.t("insurance.level_subtitle"),
        alt=tr.t("insurance.level_alt", **stated),
        table=pd.DataFrame(columns),
        dates_on_x=False,
    )


def _share_lines(
    figure: go.Figure, share: YearlyShare, ages: tuple[int, int], tr: Translator
) -> None:
    """The share as flat lines: last disclosed one solid, steady state dotted with its band."""
    x = list(ages)
    if share.steady is not None:
        low, high = (pd.Series([edge] * 2) for edge in share.steady.interval())
        fill = palette.translucent(palette.STEADY, palette.BAND)
        name = tr.t("insurance.series_steady")
        figure.add_traces(band(x, low, high, fill=fill, name=name, showlegend=False))
        figure.add_scatter(
            x=x,
            y=[share.steady.q50] * 2,
            mode="lines",
            line={"color": palette.STEADY, "width": 2, "dash": "dot"},
            name=name,
            hovertemplate="%{y:,.0f}",
        )
    if share.disclosed is not None:
        figure.add_scatter(
            x=x,
            y=[share.disclosed] * 2,
            mode="lines+markers",
            line={"color": palette.CAME_LATER, "width": 2},
            marker={"size": 7, "symbol": "square"},
            cliponaxis=False,
            name=tr.t("insurance.series_disclosed"),
            hovertemplate="%{y:,.0f}",
        )


def _share_columns(share: YearlyShare, tr: Translator) -> dict[str, object]:
    unit = tr.t("insurance.rmb_year")
    found: dict[str, object] = {}
    if share.disclosed is not None:
        found[f"{tr.t('insurance.series_disclosed')} ({unit})"] = round(share.disclosed, 2)
    if share.steady is not None:
        low, high = share.steady.interval()
        found[f"{tr.t('insurance.series_steady')} ({unit})"] = round(share.steady.q50, 2)
        found[f"{tr.t('band.low_80')} ({unit})"] = round(low, 2)
        found[f"{tr.t('band.high_80')} ({unit})"] = round(high, 2)
    return found


def _benefit_step(figure: go.Figure, benefits: pd.Series, tr: Translator) -> None:
    """The age at which the plan pays less, and how much it pays from there."""
    figure.add_shape(
        type="line",
        x0=BENEFIT_STEP,
        x1=BENEFIT_STEP,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": palette.NEUTRAL, "width": 1, "dash": "dot"},
    )
    figure.add_annotation(
        x=BENEFIT_STEP,
        y=1,
        yref="paper",
        text=tr.t("insurance.mark_benefit", benefit=tr.rmb(float(benefits.iloc[-1]), 0)),
        showarrow=False,
        align="right",
        xanchor="right",
        yanchor="top",
        xshift=-4,
        font={"size": 11},
    )


def _amount(amount: float | None, tr: Translator) -> str:
    return tr.number(float("nan")) if amount is None else tr.rmb(amount, 0)


def _kind(step: str, amount: float) -> str:
    if step in GAP_TOTALS:
        return "total"
    return "more" if amount >= 0 else "less"


def _signed(amount: float, kind: str, tr: Translator) -> str:
    return {"total": "", "more": "+", "less": MINUS}[kind] + tr.number(abs(amount))
