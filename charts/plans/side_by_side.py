"""Charts of the plans side by side: members over time, what a member paid a year."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import build_chart, from_zero
from charts.style.languages import in_every_language
from charts.style.record import marker
from charts.style.timeline import with_events
from locales import Translator

if TYPE_CHECKING:
    from forecasting.plans.comparison import PlanComparison

LARGEST = "xianghubao"
SHOWN_KINDS = ("launch", "closure", "regulation")
ROOM = pd.Timedelta(days=60)
YEAR_PLANS = ("waterdrop", LARGEST)
# Colour, symbol and dash of each plan.
STYLES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "xianghubao": (palette.MODEL, "circle", "solid"),
        "waterdrop": (palette.CAME_LATER, "diamond", "dash"),
        "qingsong": (palette.STEADY, "square", "dot"),
        "meituan": (palette.AMBER, "triangle-up", "solid"),
        "kangai": (palette.ARTICLE, "pentagon", "dashdot"),
        "baidu": (palette.RED, "x", "solid"),
        "didi": (palette.TEAL, "star", "solid"),
        "q360": (palette.PINK, "hexagon", "solid"),
        "suning": (palette.NEUTRAL, "cross", "solid"),
        "xiaomi": (palette.AMBER, "bowtie", "solid"),
        "ehuzhu": (palette.MODEL, "triangle-down", "solid"),
    }
)


def plan_names(comparison: PlanComparison, tr: Translator) -> dict[str, str]:
    """Name of each plan in the reader's language, by key."""
    return {
        plan.key: plan.name_zh if tr.language == "zh" else plan.name_en for plan in comparison.plans
    }


@in_every_language
def members_chart(comparison: PlanComparison, tr: Translator, stamp: Stamp) -> Chart:
    """Members of every plan with a published count: the largest above, the others below. Millions.

    Filled: members who shared a bill; open: members enrolled. Launches, closures and regulation are
    numbered above.
    """
    names = plan_names(comparison, tr)
    figure = make_subplots(
        rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.05, row_heights=[0.42, 0.58]
    )
    unit = tr.t("plans.millions")
    tops = {1: 0.0, 2: 0.0}
    named: set[str] = set()
    for (plan, quantity), rows in comparison.members.groupby(["plan", "quantity"], sort=False):
        panel = 1 if plan == LARGEST else 2
        colour, symbol, dash = STYLES[plan]
        filled = quantity == "sharing_members"
        points = rows.sort_values("date")
        points = points[(points["bound"] != "<") | (len(points) == 1)]
        values = points["persons"] / tr.crowd
        tops[panel] = max(tops[panel], float(values.max()))
        figure.add_scatter(
            x=points["date"].tolist(),
            y=values,
            mode="lines+markers",
            line={"color": colour, "width": 1.4, "dash": dash},
            marker=marker(colour, symbol if filled or symbol in "xcross" else f"{symbol}-open"),
            name=names[plan],
            legendgroup=plan,
            showlegend=panel == 2 and plan not in named,
            text=[
                tr.t(
                    "plans.below" if bound == "<" else f"plans.count_{quantity}",
                    persons=tr.persons(persons),
                )
                for persons, bound in zip(points["persons"], points["bound"], strict=True)
            ],
            hovertemplate="%{text}<extra>" + names[plan] + "</extra>",
            cliponaxis=False,
            row=panel,
            col=1,
        )
        named.add(plan)
    figure.update_layout(
        yaxis=from_zero(names[LARGEST], tops[1]), yaxis2=from_zero(tr.t("plans.others"), tops[2])
    )
    counts = comparison.members
    stated = {
        "largest": tr.persons(tops[1] * tr.crowd),
        "others": tr.persons(tops[2] * tr.crowd),
        "last": tr.date(counts["date"].max()),
    }
    chart = build_chart(
        figure,
        tr,
        stamp,
        stem="plans-members",
        title=tr.t("plans.members_title", **stated),
        subtitle=tr.t("plans.members_subtitle"),
        alt=tr.t("plans.members_alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("plans.plan"): [names[plan] for plan in counts["plan"]],
                tr.t("column.date"): counts["date"].dt.strftime("%Y-%m-%d"),
                tr.t("column.quantity"): [
                    tr.t(f"quantity.{quantity}") for quantity in counts["quantity"]
                ],
                tr.t("column.bound"): [tr.t(f"bound.{bound}") for bound in counts["bound"]],
                unit: counts["persons"] / tr.crowd,
                tr.t("column.source"): counts["source_id"],
            }
        ),
        height=600,
        hover="closest",
    )
    span = [comparison.members["date"].min() - ROOM, pd.Timestamp(comparison.day) + ROOM]
    figure.update_xaxes(tickformat="%Y", tick0="2014-01-01", dtick="M24", tickangle=0, range=span)
    return with_events(chart, _named_events(comparison, names[LARGEST], tr), tr)


def _named_events(comparison: PlanComparison, largest: str, tr: Translator) -> pd.DataFrame:
    """Launches, closures and regulation; the largest plan's own events do not name it."""
    events = comparison.events[comparison.events["kind"].isin(SHOWN_KINDS)]
    column = f"event_{tr.language}"
    named = largest + tr.t("plans.colon") + events[column]
    return events.assign(**{column: events[column].where(events["plan"] != LARGEST, named)})


@in_every_language
def yearly_chart(comparison: PlanComparison, tr: Translator, stamp: Stamp) -> Chart:
    """What a member paid in each year in the two plans whose yearly shares were published. RMB."""
    names = plan_names(comparison, tr)
    shares = comparison.yearly_shares
    figure = go.Figure()
    for plan, pattern in zip(YEAR_PLANS, ("/", ""), strict=True):
        rows = shares[shares["plan"] == plan]
        figure.add_bar(
            x=[str(year) for year in rows["year"]],
            y=rows["share"],
            name=names[plan],
            marker={
                "color": STYLES[plan][0],
                "pattern": palette.pattern(pattern),
            },
            text=[
                tr.number(share, 1) + ("" if last.month == 12 else "*")
                for share, last in zip(rows["share"], rows["last"], strict=True)
            ],
            textposition="outside",
            textangle=0,
            textfont={"size": 11},
            constraintext="none",
            cliponaxis=False,
            hovertemplate="%{y:.2f}<extra>%{fullData.name}</extra>",
        )
    figure.update_layout(
        barmode="group",
        xaxis={"type": "category", "categoryorder": "category ascending"},
        yaxis=from_zero(tr.t("plans.rmb_year"), float(shares["share"].max())),
    )
    first_plan = shares[shares["plan"] == YEAR_PLANS[0]]
    stated = {
        "first_year": str(first_plan["year"].iloc[0]),
        "first": tr.rmb(first_plan["share"].iloc[0]),
        "last_year": str(first_plan["year"].iloc[1]),
        "last": tr.rmb(first_plan["share"].iloc[1]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="plans-yearly-shares",
        unit="unit.rmb",
        title=tr.t("plans.yearly_title", **stated),
        subtitle=tr.t("plans.yearly_subtitle"),
        alt=tr.t("plans.yearly_alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("plans.plan"): [names[plan] for plan in shares["plan"]],
                tr.t("column.from"): shares["first"].dt.strftime("%Y-%m-%d"),
                tr.t("column.until"): shares["last"].dt.strftime("%Y-%m-%d"),
                f"{tr.t('term.share')} ({tr.t('unit.rmb_header')})": shares["share"],
                tr.t("column.source"): shares["source_id"],
            }
        ),
        height=400,
        dates_on_x=False,
        hover="closest",
    )
