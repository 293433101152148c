"""Charts of the steady state: several answers side by side, what moves them, what age does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import build_chart, from_zero
from charts.style.labels import line_ends
from charts.style.languages import in_every_language
from charts.style.wrapping import wrap
from forecasting.article.swings import ASSUMED_AGE, AgeCurves, CurveName, Swing
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Credibility, ManualSteadyState


FRAME_HEIGHT = 200
BAR_HEIGHT = 36
NAMES_WIDTH = 140
NAME_COLUMNS = 19

ESTIMATE_STYLES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "article": (palette.ARTICLE, "star"),
        "yours": (palette.RED, "hexagon"),
        "table": (palette.NEUTRAL, "triangle-up"),
        "manual": (palette.AMBER, "square"),
        "experience": (palette.TEAL, "diamond"),
        "blended": (palette.STEADY, "circle"),
    }
)


@dataclass(frozen=True)
class Estimate:
    """One answer to where the share settles: a value in RMB, with or without an 80% interval.

    ``style`` is a key of the chart's styles; ``label`` is in the reader's language.
    """

    label: str
    style: str
    value: float
    low: float | None = None
    high: float | None = None


def estimates(
    credibility: Credibility,
    yours: ManualSteadyState | None,
    curves: AgeCurves,
    tr: Translator,
) -> list[Estimate]:
    """Every answer to where the share settles, the article's first and the model's last."""
    disclosed = tr.number(curves.disclosed_age, 1)
    found = [Estimate(tr.t("steady.estimate_article"), "article", curves.article)]
    if yours is not None and not yours.is_the_article:
        found.append(Estimate(tr.t("steady.estimate_yours"), "yours", yours.share_per_period))
    of_table: tuple[tuple[str, CurveName, float], ...] = (
        ("steady.estimate_single", "single_age", curves.disclosed_age),
        ("steady.estimate_mix", "published", ASSUMED_AGE),
        ("steady.estimate_mix", "published", curves.disclosed_age),
    )
    for label, curve, age in of_table:
        shown = disclosed if age == curves.disclosed_age else tr.number(age)
        found.append(Estimate(tr.t(label, age=shown), "table", curves.share(curve, age)))
    for kind in ("manual", "experience", "blended"):
        rating = getattr(credibility, kind)
        if rating is not None:
            label = tr.t(f"steady.estimate_{kind}")
            found.append(Estimate(label, kind, rating.q50, rating.q10, rating.q90))
    return found


@in_every_language
def estimates_chart(estimates: Sequence[Estimate], tr: Translator, stamp: Stamp) -> Chart:
    """Every answer to where the share settles on one scale, 80% intervals where there are any."""
    figure = go.Figure()
    for estimate in estimates:
        colour, symbol = ESTIMATE_STYLES[estimate.style]
        has_interval = estimate.low is not None and estimate.high is not None
        figure.add_scatter(
            x=[estimate.value],
            y=[_in_lines(estimate.label)],
            mode="markers+text",
            marker={"color": colour, "symbol": symbol, "size": 12},
            text=[tr.number(estimate.value, 2)],
            textposition="top center",
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [(estimate.high or 0) - estimate.value],
                "arrayminus": [estimate.value - (estimate.low or 0)],
                "thickness": 2.5,
                "width": 5,
                "color": colour,
            }
            if has_interval
            else None,
            hovertemplate="%{x:.2f}<extra>%{y}</extra>",
            cliponaxis=False,
        )
    top = max(estimate.high or estimate.value for estimate in estimates)
    least, *_, most = sorted(estimate.value for estimate in estimates)
    unit = tr.t("unit.rmb_header")
    table = pd.DataFrame(
        {
            tr.t("column.estimate"): [estimate.label for estimate in estimates],
            f"{tr.t('term.share')} ({unit})": [round(estimate.value, 3) for estimate in estimates],
            f"{tr.t('band.low_80')} ({unit})": [estimate.low for estimate in estimates],
            f"{tr.t('band.high_80')} ({unit})": [estimate.high for estimate in estimates],
        }
    ).round(3)
    figure.update_layout(
        xaxis={"range": [0, top * 1.1], "title": {"text": tr.t("axis.rmb")}, "showgrid": True},
        yaxis={"autorange": "reversed"},
    )
    return build_chart(
        figure,
        tr,
        stamp,
        stem="steady-state-answers",
        unit="unit.rmb",
        title=tr.t(
            "steady.answers_title", low=tr.rmb(least), high=tr.rmb(most), count=len(estimates)
        ),
        subtitle=tr.t("steady.answers_subtitle"),
        alt=tr.t(
            "steady.answers_alt",
            estimates=tr.t("list.separator").join(
                f"{estimate.label} {tr.rmb(estimate.value)}" for estimate in estimates
            ),
        ),
        table=table,
        height=FRAME_HEIGHT + BAR_HEIGHT * len(estimates),
        left=NAMES_WIDTH,
        dates_on_x=False,
        legend=False,
        hover="closest",
    )


@in_every_language
def tornado_chart(swings: Sequence[Swing], base: float, tr: Translator, stamp: Stamp) -> Chart:
    """How far each input moves the share on its own, widest on top."""
    ordered = sorted(swings, key=lambda swing: swing.width)
    names = [_in_lines(tr.t(f"input.{swing.name}")) for swing in ordered]
    figure = go.Figure()
    for side, colour, shape in (
        ("low", palette.TEAL, "/"),
        ("high", palette.CAME_LATER, ""),
    ):
        shares = [getattr(swing, f"{side}_share") for swing in ordered]
        figure.add_bar(
            y=names,
            x=[share - base for share in shares],
            base=base,
            orientation="h",
            name=tr.t(f"steady.tornado_{side}"),
            marker={
                "color": colour,
                "pattern": palette.pattern(shape),
            },
            text=[
                tr.number(getattr(swing, f"{side}_input"), swing.digits) if share != base else ""
                for swing, share in zip(ordered, shares, strict=True)
            ],
            textposition="outside",
            cliponaxis=False,
            customdata=shares,
            hovertemplate="%{text}: %{customdata:.2f}<extra>%{y}</extra>",
        )
    unit = tr.t("unit.rmb_header")
    table = pd.DataFrame(
        [
            {
                tr.t("column.input"): tr.t(f"input.{swing.name}"),
                tr.t("column.low_input"): swing.low_input,
                tr.t("column.high_input"): swing.high_input,
                f"{tr.t('column.share_at_low')} ({unit})": round(swing.low_share, 3),
                f"{tr.t('column.share_at_high')} ({unit})": round(swing.high_share, 3),
            }
            for swing in ordered[::-1]
        ]
    )
    widest = ordered[-1]
    ends = [share for swing in ordered for share in (swing.low_share, swing.high_share)]
    span = max(ends) - min(ends)
    figure.update_layout(
        barmode="overlay",
        xaxis={
            "range": [min(ends) - 0.3 * span, max(ends) + 0.25 * span],
            "title": {"text": tr.t("axis.rmb")},
            "showgrid": True,
        },
        yaxis={"range": [-0.6, len(ordered) - 0.4]},
    )
    stated = {
        "input": tr.inside(tr.t(f"input.{widest.name}")),
        "low": tr.rmb(min(widest.low_share, widest.high_share)),
        "high": tr.rmb(max(widest.low_share, widest.high_share)),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="tornado",
        title=tr.t("steady.tornado_title", **stated),
        subtitle=tr.t("steady.tornado_subtitle", base=tr.rmb(base, 3)),
        alt=tr.t("steady.tornado_alt", **stated),
        table=table,
        height=FRAME_HEIGHT + BAR_HEIGHT * len(ordered),
        left=NAMES_WIDTH,
        dates_on_x=False,
        hover="closest",
    )


@in_every_language
def ageing_chart(curves: AgeCurves, tr: Translator, stamp: Stamp) -> Chart:
    """The table's share at one single age against that of pools with the same mean age."""
    figure = go.Figure()
    unit = tr.t("unit.rmb_header")
    age, tables = tr.t("axis.age"), []
    for frame, key, colour, dash in (
        (curves.national, "series.mix_national", palette.TEAL, "dot"),
        (curves.published, "series.mix_published", palette.STEADY, "dash"),
        (curves.single_age, "series.single_age", palette.ARTICLE, "solid"),
    ):
        figure.add_scatter(
            x=frame["age"],
            y=frame["share"],
            mode="lines",
            line={"color": colour, "width": 2.4, "dash": dash},
            name=tr.t(key),
            hovertemplate="%{y:.2f}",
        )
        tables.append(frame.rename(columns={"share": f"{tr.t(key)} ({unit})", "age": age}))
    assumed = tr.t("steady.mark_assumed", age=tr.number(ASSUMED_AGE))
    disclosed = tr.t("steady.mark_disclosed", age=tr.number(curves.disclosed_age, 1))
    _age_mark(figure, ASSUMED_AGE, assumed, at=0.1)
    _age_mark(figure, curves.disclosed_age, disclosed, at=0.02)
    top = max(float(trace.y.max()) for trace in figure.data)
    last_age = max(trace.x.max() for trace in figure.data)
    figure.update_layout(
        yaxis=from_zero(tr.t("axis.rmb"), top),
        xaxis={"title": {"text": age}, "range": [curves.national["age"].min(), last_age]},
    )
    stated = {
        "single": tr.rmb(curves.share("single_age", ASSUMED_AGE)),
        "mix": tr.rmb(curves.share("published", ASSUMED_AGE)),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="ageing",
        beside=line_ends(figure),
        unit="unit.rmb",
        title=tr.t("steady.ageing_title", **stated),
        subtitle=tr.t("steady.ageing_subtitle"),
        alt=tr.t("steady.ageing_alt", **stated),
        table=reduce(lambda one, other: one.merge(other, on=age, how="outer"), tables).round(3),
        height=440,
        dates_on_x=False,
    )


def _age_mark(figure: go.Figure, age: float, text: str, at: float) -> None:
    figure.add_shape(
        type="line",
        x0=age,
        x1=age,
        xref="x",
        y0=0,
        y1=1,
        yref="paper",
        line={"color": palette.NEUTRAL, "width": 1, "dash": "dot"},
    )
    figure.add_annotation(
        x=age,
        y=at,
        yref="paper",
        text=text,
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        xshift=4,
        font={"size": 11},
    )


def _in_lines(name: str) -> str:
    """A name that fits beside its bar."""
    return "<br>".join(wrap(name, NAME_COLUMNS))
