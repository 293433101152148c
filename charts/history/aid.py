"""Charts of aid: what each settlement paid out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import build_chart, from_zero
from charts.style.languages import in_every_language
from charts.style.record import add_steps, marker
from charts.style.timeline import with_events
from locales import Translator

if TYPE_CHECKING:
    from forecasting.explain.aid_and_payers import AidRecord

# What changes who is paid, how much, or how fast.
EXPLAINING = ("rule", "shock")
DISCLOSED = "disclosed"
ROOM_FOR_LEGEND = 1.3


@in_every_language
def aid_chart(record: AidRecord, events: pd.DataFrame, tr: Translator, stamp: Stamp) -> Chart:
    """Aid of each settlement as it stepped, with the rules and shocks that sources name.

    Bars show what aid can have been where members have bounds only.
    """
    frame = record.frame
    unit = tr.t("aid.axis")
    aid = frame[["aid", "aid_low", "aid_high"]]
    drawn = aid / tr.large_sum
    # To a tenth of a million.
    rounded = aid.round(-5) / tr.large_sum
    members = (frame[["members", "members_low", "members_high"]] / tr.crowd).round(3)
    is_counted = frame["members_basis"] == DISCLOSED
    figure = go.Figure()
    add_steps(figure, frame["date"], drawn["aid"], palette.AMBER)
    for shown, key, symbol, colour in (
        (is_counted, "aid.counted", "circle", palette.AMBER),
        (~is_counted, "aid.bounded", "square-open", palette.TEAL),
    ):
        rows = drawn[shown]
        if rows.empty:
            continue
        figure.add_scatter(
            x=frame.loc[shown, "date"].tolist(),
            y=rows["aid"].tolist(),
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
            customdata=[_said(one, tr) for one in aid[shown].itertuples()],
            hovertemplate="%{customdata}",
            cliponaxis=False,
        )
    figure.update_layout(yaxis=from_zero(unit, float(drawn["aid_high"].max()), ROOM_FOR_LEGEND))
    last = frame.iloc[-1]
    low, high = (tr.aid(aid[end].iloc[-1]) for end in ("aid_low", "aid_high"))
    stated = {
        "first_day": tr.date(frame["date"].iloc[0]),
        "first": tr.aid(aid["aid"].iloc[0]),
        "last_day": tr.date(last["date"]),
        "reached": low if low == high else tr.t("aid.reached", low=low, high=high),
    }
    chart = build_chart(
        figure,
        tr,
        stamp,
        stem="aid-by-settlement",
        title=tr.t("aid.title", **stated),
        subtitle=tr.t("aid.subtitle"),
        alt=tr.t("aid.alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("column.settlement"): frame["date"].dt.strftime("%Y-%m-%d"),
                f"{tr.t('term.share')} ({tr.t('unit.rmb_header')})": frame["share"],
                tr.t("column.members_millions"): members["members"],
                tr.t("aid.members_low"): members["members_low"].where(~is_counted),
                tr.t("aid.members_high"): members["members_high"].where(~is_counted),
                tr.t("aid.basis"): [tr.t(f"aid_basis.{name}") for name in frame["members_basis"]],
                unit: rounded["aid"],
                tr.t("aid.low"): rounded["aid_low"],
                tr.t("aid.high"): rounded["aid_high"],
                tr.t("aid.change"): (100 * frame["change"]).round(1),
            }
        ),
        height=440,
    )
    return with_events(chart, events[events["kind"].isin(EXPLAINING)], tr)


def _said(aid: Any, tr: Translator) -> str:
    """What a settlement says under the pointer: its aid, and what it can have been."""
    amount = tr.t("unit.aid", amount=tr.aid(aid.aid))
    low, high = tr.aid(aid.aid_low), tr.aid(aid.aid_high)
    return amount if low == high else tr.t("aid.hover", aid=amount, low=low, high=high)
