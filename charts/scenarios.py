"""The scenarios page's chart: one quantity under the scenario, as fitted, and as pinned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import labels, palette
from charts.style.chart import Chart, DayRule, Stamp
from charts.style.frame import NO_TEMPLATE, band, build_chart, days_of, from_zero
from charts.style.labels import Label
from charts.style.languages import in_every_language
from charts.style.record import undiluted_shares
from charts.style.wrapping import wrap
from forecasting.base.arrays import Array
from locales import LANGUAGES, Translator, translator

if TYPE_CHECKING:
    from forecasting import Forecast

MEASURES: tuple[str, ...] = ("share", "undiluted", "dilution", "members")
COLUMN = {
    "share": "share",
    "undiluted": "undiluted_share",
    "dilution": "dilution",
    "members": "sharing_members",
}
PIN_STYLES: tuple[tuple[str, str, str], ...] = (
    (palette.PINK, "dot", "square"),
    (palette.TEAL, "longdash", "triangle-up"),
    (palette.AMBER, "dashdot", "diamond"),
)
MARKERS = 8
PIN_SAMPLES = {"square": "■", "triangle-up": "▲", "diamond": "◆"}
LEGEND_COLUMNS = 26
HEIGHT = 440
SAME = 0.01
WIDEST = 1.6


@dataclass(frozen=True)
class Line:
    """One scenario on the chart: what it is to the reader, its name, its forecast.

    ``names`` has the name by language; what a reader called it is the same in each, and not there.
    """

    role: str
    name: str
    forecast: Forecast
    names: Mapping[str, str] = field(default_factory=dict)

    def named(self, tr: Translator) -> str:
        """Its name in a language."""
        return self.names.get(tr.language, self.name)


def lines(
    fitted: Forecast,
    forecast: Forecast,
    name: str,
    pinned: Sequence[tuple[str, Forecast]],
    tr: Translator,
    names: Mapping[str, str] | None = None,
) -> list[Line]:
    """What is drawn: the scenario where it is not the fitted one, the fitted one, the pinned.

    ``names`` has the scenario's name by language, where it is one of ours.
    """
    as_fitted = {language: translator(language).t("preset.fitted") for language in LANGUAGES}
    first = [Line("fitted", tr.t("preset.fitted"), fitted, as_fitted)]
    if forecast.scenario != fitted.scenario:
        first = [Line("scenario", name, forecast, names or {}), *first]
    return [*first, *(Line("pinned", pin_name, one) for pin_name, one in pinned)]


def values(
    forecast: Forecast, measure: str, quantile: str = "q50", tr: Translator | None = None
) -> Array:
    """One quantile of a measure by settlement: RMB, or members, in the reader's unit if any."""
    scale = tr.crowd if tr is not None and measure == "members" else 1.0
    return forecast.periods[f"{COLUMN[measure]}_{quantile}"].to_numpy() / scale


def begins(line: Line, shown: Sequence[Line], measure: str) -> int:
    """Row from which a line is drawn: where it leaves the fitted one, or the last one known."""
    periods = line.forecast.periods
    known = int((periods["date"] <= pd.Timestamp(line.forecast.as_of)).sum()) - 1
    if line.role == "fitted":
        return known if line is shown[0] else 0
    fitted = next(one for one in shown if one.role == "fitted")
    apart = ~np.isclose(
        values(line.forecast, measure), values(fitted.forecast, measure), rtol=SAME, atol=0.0
    )
    return min(max(int(apart.argmax()) - 1, 0), known)


@in_every_language
def scenario_chart(shown: Sequence[Line], measure: str, tr: Translator, stamp: Stamp) -> Chart:
    """One quantity of every settlement under each scenario; the first line has its 80% band.

    A line begins where it leaves the fitted one, which alone runs through the whole past. An
    interval may leave the chart where it is far wider than the medians.
    """
    main = shown[0]
    starts = [begins(line, shown, measure) for line in shown]
    medians = [values(line.forecast, measure, tr=tr) for line in shown]
    traces, low, high = _band(main, starts[0], measure, tr)
    if measure == "share":
        undiluted = undiluted_shares(main.forecast.periods)
        traces.append(_undiluted_trace(main, undiluted, tr))
        high = max(high, float(np.nanmax(undiluted)))
    highest = max(float(y.max()) for y in medians)
    if main.role == "fitted":
        traces.append(_line(main, medians[0], PIN_STYLES[0], tr, False))
    pinned = 0
    for line, y, start in zip(*map(reversed, (shown, medians, starts)), strict=True):
        style = PIN_STYLES[pinned % len(PIN_STYLES)]
        traces.append(_line(line, _from(start, y), style, tr, line is main))
        pinned += line.role == "pinned"
    if measure == "share":
        traces.append(_disclosed(main, tr))
    unit = tr.t("scenarios.axis_members" if measure == "members" else "axis.rmb")
    top = max(highest, min(high, WIDEST * highest))
    bottom = min(0.0, *(float(y.min()) for y in medians), max(low, -(WIDEST - 1.0) * highest))
    axis = from_zero(unit, top)
    axis["range"][0] = bottom * 1.1
    beside = [_label(line, y[-1], shown) for line, y in zip(shown, medians, strict=True)]
    if measure == "share":
        end = undiluted[-1]
        beside.append(Label(end, tr.t("series.undiluted"), palette.STEADY, labels.DOTS))
    layout = {
        "template": NO_TEMPLATE,
        "yaxis": axis,
    }
    figure = go.Figure(traces, layout)
    return build_chart(
        figure,
        tr,
        stamp,
        stem=f"scenarios-{measure}",
        unit="unit.crowd" if measure == "members" else "unit.rmb",
        title=tr.t(
            f"scenarios.title_{measure}",
            name=main.named(tr),
            day=tr.date(main.forecast.periods["date"].iloc[-1], "medium"),
            value=(tr.persons if measure == "members" else tr.rmb)(
                float(medians[0][-1]) * (tr.crowd if measure == "members" else 1)
            ),
        ),
        subtitle=tr.t(f"scenarios.subtitle_{measure}"),
        alt=_alt(shown, measure, tr),
        table=_table(shown, starts, measure, unit, tr),
        height=HEIGHT,
        rules=[DayRule(main.forecast.as_of, tr.t("fan.rule"), before=measure == "dilution")],
        beside=beside,
    )


def _label(line: Line, end: float, shown: Sequence[Line]) -> Label:
    """The name of a line beside its end, in its own colour and dash."""
    # A name may come from a link: no more of it than two lines.
    name = " ".join(wrap(line.name, labels.COLUMNS)[:2])
    if line.role == "pinned":
        pinned = [one for one in shown if one.role == "pinned"]
        colour, _, symbol = PIN_STYLES[(len(pinned) - 1 - pinned.index(line)) % len(PIN_STYLES)]
        return Label(end, name, colour, PIN_SAMPLES[symbol])
    if line is shown[0]:
        return Label(end, name, palette.MODEL, labels.DASHES)
    return Label(end, name, palette.NEUTRAL, labels.LINE)


def _from(start: int, y: Array) -> Array:
    """The values from a row on, nothing before it."""
    return np.where(np.arange(y.size) >= start, y, np.nan)


def _band(
    main: Line, start: int, measure: str, tr: Translator
) -> tuple[list[dict[str, Any]], float, float]:
    """The 80% interval of the first line from where that line begins; its lowest and highest."""
    low, high = (values(main.forecast, measure, key, tr)[start:] for key in ("q10", "q90"))
    traces = band(
        days_of(main.forecast.periods["date"])[start:],
        low,
        high,
        fill=palette.translucent(palette.MODEL, palette.BAND),
        name=tr.t("series.interval_80"),
    )
    return traces, float(low.min()), float(high.max())


def _undiluted_trace(main: Line, undiluted: Array, tr: Translator) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": days_of(main.forecast.periods["date"]),
        "y": undiluted,
        "mode": "lines",
        "line": {"color": palette.STEADY, "width": 2, "dash": "dot"},
        "name": tr.t("series.undiluted"),
        "hovertemplate": "%{y:.2f}",
    }


def _line(
    line: Line, y: Array, pin_style: tuple[str, str, str], tr: Translator, is_main: bool
) -> dict[str, Any]:
    colour, dash, symbol = pin_style
    style: dict[str, Any] = {
        "mode": "lines",
        "line": {"color": palette.NEUTRAL, "width": 1.6},
        # A name may come from a link, and a legend reads markup.
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
    x = days_of(line.forecast.periods["date"])
    return {"type": "scatter", "x": x, "y": y, "hovertemplate": "%{y:.2f}", **style}


def _disclosed(main: Line, tr: Translator) -> dict[str, Any]:
    known = main.forecast.periods.dropna(subset=["share_disclosed"])
    return {
        "type": "scatter",
        "x": days_of(known["date"]),
        "y": known["share_disclosed"].to_numpy(),
        "mode": "markers",
        "marker": {"color": palette.AMBER, "size": 7, "symbol": "circle"},
        "name": tr.t("series.disclosed"),
        "hovertemplate": "%{y:.2f}",
        "cliponaxis": False,
    }


def _alt(shown: Sequence[Line], measure: str, tr: Translator) -> str:
    end = shown[0].forecast.periods["date"].iloc[-1]
    ends = tr.t("scenarios.alt_separator").join(
        tr.t(
            "scenarios.alt_line",
            name=line.name,
            value=tr.number(values(line.forecast, measure, tr=tr)[-1], 2),
        )
        for line in shown
    )
    key = "scenarios.alt_members" if measure == "members" else "scenarios.alt_rmb"
    return tr.t(key, measure=tr.t(f"scenario_measure.{measure}"), day=tr.date(end), ends=ends)


def _table(
    shown: Sequence[Line], starts: Sequence[int], measure: str, unit: str, tr: Translator
) -> pd.DataFrame:
    def column(key: str) -> str:
        return f"{tr.t(key)} ({unit})"

    parts = []
    for line, start in zip(shown, starts, strict=True):
        forecast, is_main = line.forecast, line is shown[0]
        # The fitted line runs through the whole past, and as the first one it has a second style.
        median = values(forecast, measure, tr=tr)
        part: dict[str, Any] = {
            tr.t("column.settlement"): days_of(forecast.periods["date"]),
            tr.t("scenario_column.scenario"): [line.name] * median.size,
            column(f"scenario_measure.{measure}"): median,
        }
        nothing = np.full(median.size, np.nan)
        for quantile, key in (("q10", "band.low_80"), ("q90", "band.high_80")):
            edge = values(forecast, measure, quantile, tr)
            part[column(key)] = _from(start, edge) if is_main else nothing
        first = 0 if line.role == "fitted" else start
        if measure == "share":
            disclosed = forecast.periods["share_disclosed"].to_numpy()
            part[column("series.undiluted")] = (
                undiluted_shares(line.forecast.periods) if is_main else nothing
            )
            part[column("series.disclosed")] = disclosed if is_main else nothing
            if line.role != "fitted":
                part[column(f"scenario_measure.{measure}")] = _from(start, median)
            first = 0 if is_main else first
        parts.append({name: values[first:] for name, values in part.items()})
    table = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return pd.DataFrame(table).round(3)
