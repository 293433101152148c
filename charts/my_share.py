"""Charts of one member's account: settlement by settlement, and each year against the cap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, DayRule, Stamp
from charts.style.frame import PAGE_INK, build_chart, from_zero
from charts.style.hover import hover_rmb
from charts.style.languages import in_every_language
from forecasting.explain.account import CLOSED, DISCLOSED, FORECAST, RECONSTRUCTED
from locales import Translator

if TYPE_CHECKING:
    from forecasting.explain.account import MemberAccount

# Eleven of about fifteen days, in the axis' own milliseconds.
BAR_WIDTH = 11 * 86_400_000
LOOKS: dict[str, tuple[str, str]] = {
    DISCLOSED: (palette.AMBER, ""),
    RECONSTRUCTED: (palette.NEUTRAL, "/"),
    FORECAST: (palette.MODEL, "x"),
    CLOSED: (palette.ARTICLE, "."),
}
HALF_A_BAR = 0.38
# More would be turned askew on a phone and run into the source line.
MOST_TICKS = 4
PROMISED, NOT_PROMISED = "solid", "dot"


@in_every_language
def settlements_chart(account: MemberAccount, tr: Translator, stamp: Stamp) -> Chart:
    """What each settlement cost the household, one look a status; RMB.

    Bars are medians; what was not disclosed carries its 80% interval. What the platform paid has no
    bar: it cost nothing.
    """
    rows = account.bills
    figure = go.Figure()
    for status, (colour, pattern) in LOOKS.items():
        shown = rows[rows["status"] == status]
        if shown.empty:
            continue
        figure.add_bar(
            x=shown["date"].tolist(),
            y=shown["paid_q50"],
            width=BAR_WIDTH,
            marker=_marker(colour, pattern),
            error_y=None if status == DISCLOSED else _interval(shown, "paid"),
            name=tr.t(f"my_share.status_{status}"),
            customdata=shown[["paid_q10", "paid_q90"]],
            hovertemplate=hover_rmb(tr, shown["paid_q10"], shown["paid_q90"]),
        )
    is_ahead = rows["date"] > pd.Timestamp(account.as_of)
    between = [DayRule(account.as_of, "")] if is_ahead.any() and not is_ahead.all() else []
    figure.update_xaxes(nticks=MOST_TICKS)
    top = float(rows["paid_q90"].max())
    figure.update_layout(yaxis=from_zero(tr.t("axis.rmb"), top), bargap=0)
    unit = tr.t("unit.rmb_header")
    estimated = rows["status"] != DISCLOSED
    highest = rows.loc[rows["paid_q50"].idxmax()]
    stated = {
        "count": tr.number(len(rows)),
        "first": tr.date(rows["date"].iloc[0]),
        "last": tr.date(rows["date"].iloc[-1]),
        "total": tr.rmb(account.paid.q50),
        "day": tr.date(account.as_of),
        "highest": tr.rmb(highest["paid_q50"]),
        "most_paid": tr.rmb(rows.loc[~is_ahead, "paid_q50"].max() if not is_ahead.all() else 0.0),
        "highest_day": tr.date(highest["date"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="my-share",
        unit="unit.rmb",
        rules=between,
        title=tr.t("my_share.chart_title", **stated),
        subtitle=tr.t("my_share.chart_subtitle"),
        alt=tr.tn("my_share.chart_alt", len(rows), **stated),
        table=pd.DataFrame(
            {
                tr.t("column.settlement"): rows["date"].dt.strftime("%Y-%m-%d"),
                tr.t("column.status"): [
                    tr.t(f"my_share.status_{status}") for status in rows["status"]
                ],
                f"{tr.t('my_share.column_paid')} ({unit})": rows["paid_q50"].round(3),
                f"{tr.t('band.low_80')} ({unit})": rows["paid_q10"].round(3).where(estimated),
                f"{tr.t('band.high_80')} ({unit})": rows["paid_q90"].round(3).where(estimated),
            }
        ),
        height=420,
    )


@in_every_language
def years_chart(account: MemberAccount, tr: Translator, stamp: Stamp) -> Chart:
    """Each calendar year's total with its 80% interval against the cap; RMB.

    A cap that was promised for the year is a solid line, the last one known before a year without
    a promise a dotted one.
    """
    years = account.years
    figure = go.Figure()
    figure.add_bar(
        x=years["year"],
        y=years["total_q50"],
        width=2 * HALF_A_BAR,
        marker=_marker(palette.MODEL, ""),
        error_y=_interval(years, "total"),
        name=tr.t("my_share.series_year"),
        customdata=years[["total_q10", "total_q90"]],
        hovertemplate=hover_rmb(tr, years["total_q10"], years["total_q90"]),
    )
    for promised, dash, key in (
        (True, PROMISED, "my_share.series_promised"),
        (False, NOT_PROMISED, "my_share.series_not_promised"),
    ):
        caps = years[(years["promised"] == promised) & years["cap"].notna()]
        if caps.empty:
            continue
        ends = [(year - HALF_A_BAR, year + HALF_A_BAR, None) for year in caps["year"]]
        figure.add_scatter(
            x=[x for three in ends for x in three],
            y=[y for cap in caps["cap"] for y in (cap, cap, None)],
            mode="lines",
            line={"color": palette.RED, "width": 3, "dash": dash},
            name=tr.t(key),
            hovertemplate="%{y:.0f}",
        )
    tick_years = years["year"].tolist()
    figure.update_xaxes(
        tickvals=tick_years,
        ticktext=[tr.t("history.year", year=str(year)) for year in tick_years],
        range=[min(tick_years) - 0.7, max(tick_years) + 0.7],
    )
    top = max(float(years["cap"].max()), float(years["total_q90"].max()))
    figure.update_layout(yaxis=from_zero(tr.t("my_share.axis_year"), top))
    unit = tr.t("unit.rmb_header")
    is_open = years["total_q10"].round(2) != years["total_q90"].round(2)
    stated = {
        "totals": tr.t("list.separator").join(
            tr.t("history.year_total", year=str(row.year), total=tr.rmb(row.total_q50))
            for row in years.itertuples()
        ),
        "cap": tr.rmb(float(years["cap"].max()), 0),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="my-years",
        unit="unit.rmb",
        title=tr.t("my_share.years_title", **stated),
        subtitle=tr.t("my_share.years_subtitle"),
        alt=tr.t("my_share.years_alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("my_share.column_year"): years["year"].astype(str),
                tr.t("my_share.column_settlements"): years["settlements"],
                tr.t("my_share.column_to_come"): years["forecast"],
                f"{tr.t('my_share.series_year')} ({unit})": years["total_q50"].round(2),
                f"{tr.t('band.low_80')} ({unit})": years["total_q10"].round(2).where(is_open),
                f"{tr.t('band.high_80')} ({unit})": years["total_q90"].round(2).where(is_open),
                f"{tr.t('column.cap')} ({unit})": years["cap"],
                tr.t("my_share.column_promised"): [
                    tr.t("answer_word.yes" if promised else "answer_word.no")
                    for promised in years["promised"]
                ],
                tr.t("my_share.column_binds"): (100 * years["binds"]).round(1),
                f"{tr.t('my_share.column_capped_off')} ({unit})": years["capped_off"].round(2),
            }
        ),
        height=380,
        hover="x",
        dates_on_x=False,
    )


def _marker(colour: str, pattern: str) -> dict[str, Any]:
    return {
        "color": colour,
        "pattern": palette.light_pattern(pattern),
        "line": {"width": 0},
    }


def _interval(rows: pd.DataFrame, prefix: str) -> dict[str, Any]:
    middle = rows[f"{prefix}_q50"]
    return {
        "type": "data",
        "symmetric": False,
        "array": rows[f"{prefix}_q90"] - middle,
        "arrayminus": middle - rows[f"{prefix}_q10"],
        "color": PAGE_INK,
        "thickness": 1.2,
        "width": 2,
    }
