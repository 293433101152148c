"""Charts of what carried the share between two settlements: aid and payers, cause by cause."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import PAGE_INK, build_chart
from charts.style.languages import in_every_language
from charts.style.wrapping import wrap
from locales import Translator

if TYPE_CHECKING:
    from forecasting.explain.aid_and_payers import ShareSplit
    from forecasting.explain.share_change import GrowthSplit

FRAME_HEIGHT, BAR_HEIGHT = 264, 44
CAUSES_HEIGHT, CAUSE_HEIGHT = 230, 34
NAMES_WIDTH, NAME_COLUMNS = 140, 19
# Half a fen: what is less is in the table alone.
NEARLY_NOTHING = 0.005


@in_every_language
def split_chart(split: ShareSplit, tr: Translator, stamp: Stamp) -> Chart:
    """What aid and the number of payers did, each with its range by the members' bounds. RMB."""
    parts = [("more_aid", split.more_aid), ("fewer_payers", split.fewer_payers)]
    looks = {"more_aid": (palette.AMBER, ""), "fewer_payers": (palette.CAME_LATER, "/")}
    figure = go.Figure()
    for name, part in parts:
        colour, shape = looks[name]
        figure.add_bar(
            y=[_label(tr.t(f"aid.{name}"))],
            x=[part.value],
            orientation="h",
            marker={"color": colour, "pattern": palette.pattern(shape)},
            error_x=_range([part.value], [part.low], [part.high]),
            hovertemplate=f"%{{x:.2f}} ({part.low:.2f} – {part.high:.2f})<extra></extra>",
            showlegend=False,
        )
    _with_axis(figure, [end for _, part in parts for end in (part.low, part.high)], tr)
    rmb = tr.t("unit.rmb_header")
    stated = {
        "start": tr.date(split.start),
        "end": tr.date(split.end),
        "aid": tr.interval(split.more_aid.low, split.more_aid.high),
        "payers": tr.interval(split.fewer_payers.low, split.fewer_payers.high),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="aid-or-payers",
        unit="unit.rmb",
        title=tr.t("aid.split_title", **stated),
        subtitle=tr.t(
            "aid.split_subtitle",
            start=tr.date(split.start, "medium"),
            end=tr.date(split.end, "medium"),
        ),
        alt=tr.t("aid.split_alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("column.from"): split.start.isoformat(),
                tr.t("column.until"): split.end.isoformat(),
                tr.t("aid.part"): [tr.t(f"aid.{name}") for name, _ in parts],
                f"{tr.t('aid.middle')} ({rmb})": [round(part.value, 3) for _, part in parts],
                f"{tr.t('aid.lowest')} ({rmb})": [round(part.low, 3) for _, part in parts],
                f"{tr.t('aid.highest')} ({rmb})": [round(part.high, 3) for _, part in parts],
            }
        ),
        height=FRAME_HEIGHT + 2 * BAR_HEIGHT,
        left=NAMES_WIDTH,
        dates_on_x=False,
        legend=False,
        hover="closest",
    )


@in_every_language
def causes_chart(split: GrowthSplit, tr: Translator, stamp: Stamp) -> Chart:
    """What changed the share, cause by cause, each with its 80% interval. RMB.

    Causes that did less than half a fen are in the table alone.
    """
    causes = split.causes
    names = [tr.t(f"why_cause.{cause}") for cause in causes["cause"]]
    causes["name"] = names
    reach = causes[["low", "high"]].abs().max(axis=1)
    shown = causes[reach >= NEARLY_NOTHING].sort_values("rmb", ascending=False)
    figure = go.Figure()
    for part, colour, shape, rows in (
        ("up", palette.CAME_LATER, "/", shown[shown["rmb"] >= 0]),
        ("down", palette.STEADY, "x", shown[shown["rmb"] < 0]),
    ):
        figure.add_bar(
            y=[_label(name) for name in rows["name"]],
            x=rows["rmb"].tolist(),
            orientation="h",
            name=tr.t(f"why.{part}_name"),
            marker={"color": colour, "pattern": palette.pattern(shape)},
            error_x=_range(*(rows[column].tolist() for column in ("rmb", "low", "high"))),
            customdata=rows[["low", "high"]],
            hovertemplate="%{x:.2f} (%{customdata[0]:.2f} – %{customdata[1]:.2f})"
            "<extra>%{y}</extra>",
        )
    _with_axis(figure, [*shown["low"], *shown["high"]], tr)
    figure.update_layout(
        yaxis={
            "autorange": "reversed",
            "categoryorder": "array",
            "categoryarray": [_label(name) for name in shown["name"]],
        },
    )
    unit = tr.t("unit.rmb_header")
    most = causes.loc[causes["rmb"].abs().idxmax()]
    stated = {
        "start": tr.date(split.start),
        "end": tr.date(split.end),
        "most": tr.inside(most["name"]),
        "most_rmb": tr.rmb(most["rmb"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="causes-of-the-change",
        unit="unit.rmb",
        title=tr.t("why.title", **stated),
        subtitle=tr.t(
            "why.subtitle",
            start=tr.date(split.start, "medium"),
            end=tr.date(split.end, "medium"),
        ),
        alt=tr.t("why.alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("column.from"): split.start.isoformat(),
                tr.t("column.until"): split.end.isoformat(),
                tr.t("aid.part"): names,
                **{
                    f"{tr.t(f'why.{key}')} ({unit})": causes[column].round(3) + 0.0
                    for key, column in (
                        ("mean", "rmb"),
                        ("low", "low"),
                        ("high", "high"),
                        ("payers", "payers"),
                        ("aid", "aid"),
                    )
                },
            }
        ),
        height=CAUSES_HEIGHT + CAUSE_HEIGHT * len(shown),
        left=NAMES_WIDTH,
        dates_on_x=False,
        hover="closest",
    )


def _label(name: str) -> str:
    return "<br>".join(wrap(name, NAME_COLUMNS))


def _range(values: Sequence[float], low: Sequence[float], high: Sequence[float]) -> dict[str, Any]:
    """Whiskers of bars from low to high."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [top - value for top, value in zip(high, values, strict=True)],
        "arrayminus": [value - bottom for bottom, value in zip(low, values, strict=True)],
        "thickness": 2,
        "width": 5,
        "color": PAGE_INK,
    }


def _with_axis(figure: go.Figure, ends: Sequence[float], tr: Translator) -> None:
    """An axis of RMB that holds zero and every end of a range."""
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.08 * (high - low)
    figure.update_layout(
        xaxis={
            "title": {"text": tr.t("axis.rmb")},
            "range": [low - room if low < 0 else 0, high + room],
            "zeroline": True,
            "zerolinewidth": 1.5,
        },
        yaxis={"autorange": "reversed"},
    )
