"""The scenarios page's chart: one quantity under the scenario, as fitted, and as pinned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts import palette
from charts.base import Chart, Stamp, band, build_chart, day_rule, from_zero, wrap
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Forecast

MEASURES: tuple[str, ...] = ("share", "undiluted", "dilution", "members")
COLUMN = {"share": "share", "undiluted": "undiluted_share", "members": "sharing_members"}
MILLION = 1e6
PIN_STYLES: tuple[tuple[str, str, str], ...] = (
    (palette.PINK, "dot", "square"),
    (palette.TEAL, "longdash", "triangle-up"),
    (palette.AMBER, "dashdot", "diamond"),
)
MARKERS = 8
GROWN = 0.5
LEGEND_COLUMNS = 26
SAME = 0.01
WIDEST = 1.6
ROOM_A_NAME = 0.07


@dataclass(frozen=True)
class Line:
    """One scenario on the chart: what it is to the reader, its name, its forecast."""

    role: str
    name: str
    forecast: Forecast


def lines(
    fitted: Forecast,
    forecast: Forecast,
    name: str,
    pinned: Sequence[tuple[str, Forecast]],
    tr: Translator,
) -> list[Line]:
    """What is drawn: the scenario where it is not the fitted one, the fitted one, the pinned."""
    first = [Line("fitted", tr.t("preset.fitted"), fitted)]
    if forecast.scenario != fitted.scenario:
        first = [Line("scenario", name, forecast), *first]
    return [*first, *(Line("pinned", pin_name, one) for pin_name, one in pinned)]


def values(forecast: Forecast, measure: str, quantile: str = "q50") -> pd.Series:
    """One quantile of a measure by settlement: RMB, or millions of members.

    The dilution is the gap between the two medians, undiluted share less share.
    """
    periods = forecast.periods
    if measure == "dilution":
        return periods["undiluted_share_q50"] - periods["share_q50"]
    scale = MILLION if measure == "members" else 1.0
    return periods[f"{COLUMN[measure]}_{quantile}"] / scale


def begins(line: Line, drawn: Sequence[Line], measure: str) -> int:
    """Row from which a line is drawn: where it leaves the fitted one, or the last one known."""
    periods = line.forecast.periods
    known = int((periods["date"] <= pd.Timestamp(line.forecast.as_of)).sum()) - 1
    if line.role == "fitted":
        return known if line is drawn[0] else 0
    fitted = next(one for one in drawn if one.role == "fitted")
    apart = ~np.isclose(
        values(line.forecast, measure), values(fitted.forecast, measure), rtol=SAME, atol=0.0
    )
    return min(max(int(apart.argmax()) - 1, 0), known)


def scenario_chart(drawn: Sequence[Line], measure: str, tr: Translator, stamp: Stamp) -> Chart:
    """One quantity of every settlement under each scenario; the first line has its 80% band.

    A line begins where it leaves the fitted one, which alone runs through the whole past. An
    interval may leave the chart at the top where it is far wider than the medians.
    """
    figure = go.Figure()
    main = drawn[0]
    tops = []
    if measure != "dilution":
        tops.append(_band(figure, drawn, measure, tr))
    if measure == "share":
        tops.append(_undiluted(figure, main, tr))
    medians = [values(line.forecast, measure) for line in drawn]
    highest = max(float(y.max()) for y in medians)
    pinned = 0
    if main.role == "fitted":
        _line(figure, main, medians[0], PIN_STYLES[0], tr, False)
    for line, y in zip(reversed(drawn), reversed(medians), strict=True):
        y = y.where(y.index >= y.index[begins(line, drawn, measure)])
        _line(figure, line, y, PIN_STYLES[pinned % len(PIN_STYLES)], tr, line is main)
        pinned += line.role == "pinned"
    if measure == "share":
        _disclosed(figure, main, tr)
    day_rule(
        figure, main.forecast.as_of.isoformat(), tr.t("fan.rule"), before=measure == "dilution"
    )
    unit = tr.t("scenarios.axis_members" if measure == "members" else "axis.rmb")
    top = max(highest, min(max(tops, default=0.0), WIDEST * highest))
    figure.update_layout(yaxis=_axis(medians, unit, top, len(figure.data)))
    return build_chart(
        figure,
        tr,
        stamp,
        stem=f"scenarios-{measure}",
        title=tr.t(f"scenarios.title_{measure}"),
        subtitle=tr.t(f"scenarios.subtitle_{measure}"),
        alt=_alt(drawn, measure, tr),
        table=_table(drawn, measure, unit, tr),
        height=460,
        legend="top right" if measure in {"undiluted", "dilution"} else "top left",
    )


def _axis(medians: Sequence[pd.Series], unit: str, top: float, names: int) -> dict[str, object]:
    """From zero, or from the lowest median below it, with room at the top for the legend."""
    axis = from_zero(unit, top, headroom=1.08 + ROOM_A_NAME * names)
    lowest = min(float(y.min()) for y in medians)
    return axis | {"range": [min(lowest, 0.0) * 1.1, axis["range"][1]]}


def _band(figure: go.Figure, drawn: Sequence[Line], measure: str, tr: Translator) -> float:
    """The 80% interval of the first line from where that line begins; its highest value."""
    main = drawn[0]
    start = begins(main, drawn, measure)
    low, high = (values(main.forecast, measure, key).iloc[start:] for key in ("q10", "q90"))
    figure.add_traces(
        band(
            main.forecast.periods["date"].iloc[start:].tolist(),
            low,
            high,
            fill=palette.translucent(palette.MODEL, 0.22),
            name=tr.t("series.interval_80"),
        )
    )
    return float(high.max())


def _undiluted(figure: go.Figure, main: Line, tr: Translator) -> float:
    undiluted = values(main.forecast, "undiluted")
    # Before the share had grown, the level of the rules then would dwarf all that follows.
    shown = undiluted.where(values(main.forecast, "share") > GROWN)
    figure.add_scatter(
        x=main.forecast.periods["date"].tolist(),
        y=shown,
        mode="lines",
        line={"color": palette.STEADY, "width": 2, "dash": "dot"},
        name=tr.t("series.undiluted"),
        hovertemplate="%{y:.2f}",
    )
    return float(shown.max())


def _line(
    figure: go.Figure,
    line: Line,
    y: pd.Series,
    pin_style: tuple[str, str, str],
    tr: Translator,
    is_main: bool,
) -> None:
    colour, dash, symbol = pin_style
    style: dict[str, object] = {
        "mode": "lines",
        "line": {"color": palette.NEUTRAL, "width": 1.6},
        # Plotly reads tags, links among them, and a reader may have given the name.
        "name": escape(wrap(line.name, LEGEND_COLUMNS)[0], quote=False),
    }
    if line.role == "pinned":
        style |= {
            "mode": "lines+markers",
            "line": {"color": colour, "width": 2, "dash": dash},
            "marker": {"symbol": symbol, "size": 7, "maxdisplayed": MARKERS},
        }
    elif is_main:
        style["line"] = {"color": palette.MODEL, "width": 2.6, "dash": "dash"}
    elif line.role == "fitted":
        style["name"] = tr.t("scenarios.fitted_line")
    figure.add_scatter(
        x=line.forecast.periods["date"].tolist(), y=y, hovertemplate="%{y:.2f}", **style
    )


def _disclosed(figure: go.Figure, main: Line, tr: Translator) -> None:
    known = main.forecast.periods.dropna(subset=["share_disclosed"])
    figure.add_scatter(
        x=known["date"].tolist(),
        y=known["share_disclosed"],
        mode="markers",
        marker={"color": palette.AMBER, "size": 7, "symbol": "circle"},
        name=tr.t("series.disclosed"),
        hovertemplate="%{y:.2f}",
        cliponaxis=False,
    )


def _alt(drawn: Sequence[Line], measure: str, tr: Translator) -> str:
    end = drawn[0].forecast.periods["date"].iloc[-1]
    ends = tr.t("scenarios.alt_separator").join(
        tr.t(
            "scenarios.alt_line",
            name=line.name,
            value=tr.number(values(line.forecast, measure).iloc[-1], 2),
        )
        for line in drawn
    )
    key = "scenarios.alt_members" if measure == "members" else "scenarios.alt_rmb"
    return tr.t(key, measure=tr.t(f"scenario_measure.{measure}"), day=tr.date(end), ends=ends)


def _table(drawn: Sequence[Line], measure: str, unit: str, tr: Translator) -> pd.DataFrame:
    def column(key: str) -> str:
        return f"{tr.t(key)} ({unit})"

    parts = []
    for line in drawn:
        periods, is_main = line.forecast.periods, line is drawn[0]
        start = begins(line, drawn, measure)
        # The fitted line runs through the whole past, and as the first one it has a second style.
        first = 0 if line.role == "fitted" else start
        part = pd.DataFrame(
            {
                tr.t("column.settlement"): periods["date"].dt.strftime("%Y-%m-%d"),
                tr.t("scenario_column.scenario"): line.name,
                column(f"scenario_measure.{measure}"): values(line.forecast, measure).round(3),
            }
        )
        if measure != "dilution":
            for quantile, key in (("q10", "band.low_80"), ("q90", "band.high_80")):
                edge = values(line.forecast, measure, quantile).round(3)
                part[column(key)] = edge.where(is_main & (edge.index >= edge.index[start]))
        if measure == "share":
            undiluted = values(line.forecast, "undiluted").round(3)
            grown = values(line.forecast, "share") > GROWN
            part[column("series.undiluted")] = undiluted.where(grown & is_main)
            disclosed = periods["share_disclosed"]
            part[column("series.disclosed")] = disclosed.where(disclosed.notna() & is_main)
            first = 0 if is_main else first
            hidden = periods.index < periods.index[start]
            if line.role != "fitted":
                part.loc[hidden, column(f"scenario_measure.{measure}")] = np.nan
        parts.append(part.iloc[first:])
    return pd.concat(parts, ignore_index=True)
