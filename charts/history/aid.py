"""Charts of aid: what each settlement paid out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.frame import Chart, Stamp, build_chart, from_zero
from charts.style.languages import in_every_language
from charts.style.record import add_steps, marker
from charts.style.timeline import with_events
from locales import Translator

if TYPE_CHECKING:
    from forecasting.explain.aid_and_payers import AidRecord

MILLION = 1e6
# What changes who is paid, how much, or how fast.
EXPLAINING = ("rule", "shock")
DISCLOSED = "disclosed"
ROOM_FOR_LEGEND = 1.3


@in_every_language
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
