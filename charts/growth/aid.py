"""Charts of aid: what each settlement paid out, and what carried the share between two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.frame import PAGE_INK, Chart, Stamp, build_chart, from_zero
from charts.style.record import add_steps, marker
from charts.style.timeline import with_events
from charts.style.wrapping import wrap
from locales import Translator

if TYPE_CHECKING:
    from forecasting.explain.aid_and_payers import AidRecord, ShareSplit

MILLION = 1e6
# What changes who is paid, how much, or how fast.
EXPLAINING = ("rule", "shock")
DISCLOSED = "disclosed"
FRAME_HEIGHT, BAR_HEIGHT = 264, 44
NAMES_WIDTH, NAME_COLUMNS = 140, 19
ROOM_FOR_LEGEND = 1.3


def aid_chart(record: AidRecord, events: pd.DataFrame, tr: Translator, stamp: Stamp) -> Chart:
    """Aid of each settlement as it stepped, with the rules and shocks that sources name. Millions.

    Bars show what aid can have been where members have bounds only.
    """
    frame = record.frame
    unit = tr.t("aid.axis")
    aid = frame[["aid", "aid_low", "aid_high"]] / MILLION
    is_counted = frame["members_basis"] == DISCLOSED
    figure = go.Figure()
    add_steps(figure, frame["date"], aid["aid"], palette.AMBER)
    for shown, key, symbol, colour in (
        (is_counted, "aid.counted", "circle", palette.AMBER),
        (~is_counted, "aid.bounded", "square-open", palette.TEAL),
    ):
        rows = aid[shown]
        if rows.empty:
            continue
        figure.add_scatter(
            x=frame.loc[shown, "date"].tolist(),
            y=rows["aid"],
            mode="markers",
            marker=marker(colour, symbol) | {"size": 6},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (rows["aid_high"] - rows["aid"]).tolist(),
                "arrayminus": (rows["aid"] - rows["aid_low"]).tolist(),
                "thickness": 1.5,
                "width": 2,
                "color": colour,
            },
            name=tr.t(key),
            customdata=rows[["aid_low", "aid_high"]],
            hovertemplate="%{y:,.0f} (%{customdata[0]:,.0f} – %{customdata[1]:,.0f})",
            cliponaxis=False,
        )
    figure.update_layout(yaxis=from_zero(unit, float(aid["aid_high"].max()), ROOM_FOR_LEGEND))
    last = frame.iloc[-1]
    stated = {
        "first_day": tr.date(frame["date"].iloc[0]),
        "first": tr.number(aid["aid"].iloc[0]),
        "last_day": tr.date(last["date"]),
        "low": tr.number(aid["aid_low"].iloc[-1]),
        "high": tr.number(aid["aid_high"].iloc[-1]),
    }
    chart = build_chart(
        figure,
        tr,
        stamp,
        stem="aid-by-settlement",
        unit="unit.aid",
        title=tr.t("aid.title", **stated),
        subtitle=tr.t("aid.subtitle"),
        alt=tr.t("aid.alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("column.settlement"): frame["date"].dt.strftime("%Y-%m-%d"),
                f"{tr.t('term.share')} ({tr.t('unit.rmb_header')})": frame["share"],
                tr.t("column.members_millions"): (frame["members"] / tr.crowd).round(3),
                tr.t("aid.members_low"): (frame["members_low"] / tr.crowd).round(3),
                tr.t("aid.members_high"): (frame["members_high"] / tr.crowd).round(3),
                tr.t("aid.basis"): [tr.t(f"aid_basis.{name}") for name in frame["members_basis"]],
                unit: aid["aid"].round(1),
                tr.t("aid.low"): aid["aid_low"].round(1),
                tr.t("aid.high"): aid["aid_high"].round(1),
                tr.t("aid.change"): (100 * frame["change"]).round(1),
            }
        ),
        height=440,
    )
    return with_events(chart, events[events["kind"].isin(EXPLAINING)], tr)


def split_chart(split: ShareSplit, tr: Translator, stamp: Stamp) -> Chart:
    """More aid and fewer payers, each with the range that the bounds of the members allow. RMB."""
    parts = [("more_aid", split.more_aid), ("fewer_payers", split.fewer_payers)]
    looks = {"more_aid": (palette.AMBER, ""), "fewer_payers": (palette.CAME_LATER, "/")}
    figure = go.Figure()
    for name, part in parts:
        colour, shape = looks[name]
        figure.add_bar(
            y=["<br>".join(wrap(tr.t(f"aid.{name}"), NAME_COLUMNS))],
            x=[part.value],
            orientation="h",
            marker={"color": colour, "pattern": palette.pattern(shape)},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [part.high - part.value],
                "arrayminus": [part.value - part.low],
                "thickness": 2,
                "width": 5,
                "color": PAGE_INK,
            },
            hovertemplate=f"%{{x:.2f}} ({part.low:.2f} – {part.high:.2f})<extra></extra>",
            showlegend=False,
        )
    ends = [end for _, part in parts for end in (part.low, part.high)]
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
