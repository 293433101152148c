"""Charts of the track record: what would have been said on a past day, and who scored how."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, DayRule, Stamp
from charts.style.frame import build_chart, from_zero
from charts.style.labels import line_ends
from charts.style.languages import in_every_language
from charts.style.record import add_steps, mark_what_came
from charts.style.wrapping import wrap
from forecasting.base.quantiles import QUANTILE_KEYS
from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN
from forecasting.evaluation.rivals import ArticleForecaster
from locales import Translator

if TYPE_CHECKING:
    from forecasting.evaluation.backtest import Backtest

ARTICLE = ArticleForecaster().name
LOOKING_BACK = timedelta(days=366)
BESIDE = pd.Timedelta(days=6)
FRAME_HEIGHT, BAR_HEIGHT = 230, 38
NAMES_WIDTH, NAME_COLUMNS = 140, 19


@in_every_language
def origin_chart(
    backtest: Backtest, origin: date, known: pd.Series, tr: Translator, stamp: Stamp
) -> Chart:
    """What the model and its named rival would have said on ``origin``, and what came.

    ``known`` holds the shares disclosed by then, RMB, indexed by date; those of the last year are
    drawn.
    """
    known = known[[day >= origin - LOOKING_BACK for day in known.index]]
    rows = backtest.forecasts[backtest.forecasts["origin"] == pd.Timestamp(origin)]
    ours, rival, article = (
        rows[(rows["model"] == name) & (rows["reason"] == "")].sort_values("target")
        for name in (backtest.headline_model, backtest.rival, ARTICLE)
    )
    figure = go.Figure()
    add_steps(figure, pd.Series(pd.to_datetime(known.index)), known, palette.AMBER)
    figure.add_scatter(
        x=list(known.index),
        y=known.to_numpy(),
        mode="markers",
        marker={"color": palette.AMBER, "size": 7, "symbol": "circle"},
        name=tr.t("track.series_known"),
        hovertemplate="%{y:.2f}",
    )
    for intervals, key, colour, symbol, shift in (
        (ours, "track.series_ours", palette.MODEL, "square", -BESIDE),
        (rival, "track.series_rival", palette.NEUTRAL, "triangle-up-open", BESIDE),
    ):
        _intervals(figure, intervals, tr.t(key), colour, symbol, shift)
    if not article.empty:
        figure.add_scatter(
            x=[origin, article["target"].iloc[-1]],
            y=[article["q50"].iloc[-1]] * 2,
            mode="lines",
            line={"color": palette.ARTICLE, "width": 2, "dash": "longdashdot"},
            name=tr.t("series.article", value=tr.number(article["q50"].iloc[-1], 3)),
            hovertemplate="%{y:.3f}",
        )
    mark_what_came(figure, ours["target"].tolist(), ours["observed"], tr)
    top = max(*known, *ours["observed"], *ours["q90"], *rival["q90"], *article["q50"])
    figure.update_layout(yaxis=from_zero(tr.t("axis.rmb"), float(top)))
    last = ours.iloc[-1]
    inside = int(ours["inside_80"].sum())
    stated = {
        "day": tr.date(origin),
        "n": len(ours),
        "inside": inside,
        "target": tr.date(last["target"]),
        "median": tr.rmb(last["q50"]),
        "interval": tr.interval(last["q10"], last["q90"]),
        "came": tr.rmb(last["observed"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem=f"said-on-{origin.isoformat()}",
        beside=line_ends(figure),
        unit="unit.rmb",
        rules=[DayRule(origin, tr.t("fan.rule"))],
        title=tr.t("track.origin_title", **stated),
        subtitle=tr.t("track.origin_subtitle"),
        alt=tr.tn("track.origin_alt", len(ours), **stated),
        table=_origin_table(known, pd.concat([ours, rival, article]), tr),
        height=460,
    )


def _intervals(
    figure: go.Figure, rows: pd.DataFrame, name: str, colour: str, symbol: str, shift: pd.Timedelta
) -> None:
    """Medians with their 80% intervals, a little beside the day so that both can be seen."""
    figure.add_scatter(
        x=(rows["target"] + shift).tolist(),
        y=rows["q50"],
        mode="markers",
        marker={"color": colour, "size": 9, "symbol": symbol},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": rows["q90"] - rows["q50"],
            "arrayminus": rows["q50"] - rows["q10"],
            "thickness": 2.5,
            "width": 4,
            "color": colour,
        },
        name=name,
        customdata=rows[["q10", "q90"]],
        hovertemplate="%{y:.2f} (%{customdata[0]:.2f} – %{customdata[1]:.2f})",
    )


def _origin_table(known: pd.Series, rows: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    unit = tr.t("unit.rmb_header")
    share = f"{tr.t('term.share')} ({unit})"
    settlement, model = tr.t("column.settlement"), tr.t("column.model")
    before = pd.DataFrame(
        {
            settlement: [day.isoformat() for day in known.index],
            model: tr.t("track.series_known"),
            share: known.to_numpy(),
        }
    )
    foreseen = pd.DataFrame(
        {
            settlement: rows["target"].dt.strftime("%Y-%m-%d"),
            model: [tr.t(f"model.{name}") for name in rows["model"]],
            share: rows["observed"],
            **{
                f"{tr.t('column.quantile', level=key)} ({unit})": rows[key].round(3)
                for key in QUANTILE_KEYS
            },
        }
    )
    return pd.concat([before, foreseen], ignore_index=True)


@in_every_language
def wis_chart(backtest: Backtest, tr: Translator, stamp: Stamp) -> Chart:
    """Weighted interval score on all and on late origins, the best over all on top.

    One row a method, by the better of its two intervals on either set of origins.
    """
    every = backtest.judged().set_index("method")["wis"].sort_values()
    late = backtest.judged(FIRST_LATE_ORIGIN).set_index("method")["wis"].reindex(every.index)
    labels = [tr.t(f"model.{name}") for name in every.index]
    names = ["<br>".join(wrap(label, NAME_COLUMNS)) for label in labels]
    figure = go.Figure()
    for values, key, colour, shape in (
        (every, "track.span_all", palette.MODEL, ""),
        (late, "track.span_late", palette.NEUTRAL, "/"),
    ):
        figure.add_bar(
            y=names,
            x=values,
            orientation="h",
            name=tr.t(key),
            marker={
                "color": colour,
                "pattern": palette.pattern(shape),
            },
            text=[tr.number(value, 3) for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x:.3f}<extra>%{y}</extra>",
        )
    top = float(max(late.max(), every.max()))
    figure.update_layout(
        barmode="group",
        xaxis={"range": [0, top * 1.15], "title": {"text": tr.t("track.wis_axis")}},
        yaxis={"range": [len(names) - 0.4, -0.6]},
    )
    unit = tr.t("unit.rmb_header")
    wis = tr.t("column.wis")
    return build_chart(
        figure,
        tr,
        stamp,
        stem="scores-by-model",
        unit="unit.rmb",
        title=tr.t("track.wis_title", best=tr.inside(labels[0])),
        subtitle=tr.t("track.wis_subtitle"),
        alt=tr.t(
            "track.wis_alt",
            scores=tr.t("list.separator").join(
                f"{label} {tr.number(value, 3)}" for label, value in zip(labels, every, strict=True)
            ),
        ),
        table=pd.DataFrame(
            {
                tr.t("column.model"): labels,
                f"{wis}, {tr.t('track.span_all')} ({unit})": every.round(3).to_numpy(),
                f"{wis}, {tr.t('track.span_late')} ({unit})": late.round(3).to_numpy(),
            }
        ),
        height=FRAME_HEIGHT + BAR_HEIGHT * (len(names) + 1),
        left=NAMES_WIDTH,
        dates_on_x=False,
        hover="closest",
    )
