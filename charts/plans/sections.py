"""Charts of what the plans teach: pool size, the fee, the decline spiral."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import band, build_chart, from_zero
from charts.style.labels import AREA, Label, line_ends
from charts.style.languages import in_every_language
from charts.style.wrapping import wrap
from forecasting.plans.pooling import COMMON_SD, POOL_SIZES
from locales import Translator

if TYPE_CHECKING:
    from forecasting.plans.decline import DeclinePicture
    from forecasting.plans.fee import FeeEconomics
from forecasting.plans.pooling import PoolPicture

MILLION = 1e6
LARGEST_SHOWN, POINTS = 110.0, 200
NAME_COLUMNS = 19
NAMES_WIDTH = 140
BAR_HEIGHT, FRAME_HEIGHT = 34, 210


@in_every_language
def pool_chart(picture: PoolPicture, tr: Translator, stamp: Stamp) -> Chart:
    """Relative sd of one settlement's share by members: chance alone, and with a common part. %."""
    size = np.linspace(1.0, LARGEST_SHOWN, POINTS)
    chance, low, high = (
        100 * picture.volatility(MILLION * size, common) for common in (0.0, *COMMON_SD)
    )
    figure = go.Figure()
    x = (MILLION / tr.crowd * size).round(2).tolist()
    name = tr.t("pooling.with_common")
    figure.add_traces(
        band(
            x,
            pd.Series(low),
            pd.Series(high),
            fill=palette.translucent(palette.CAME_LATER, palette.BAND),
            name=name,
        )
    )
    figure.add_scatter(
        x=x,
        y=chance,
        mode="lines",
        line={"color": palette.MODEL, "width": 2},
        name=tr.t("pooling.chance"),
        hovertemplate="%{y:.1f}%",
    )
    table = picture.sizes(POOL_SIZES)
    figure.add_scatter(
        x=table["members"] / tr.crowd,
        y=100 * table["chance"],
        mode="markers+text",
        marker={"color": palette.MODEL, "size": 9, "symbol": "circle"},
        text=[f"{members / tr.crowd:,.6g}" for members in table["members"]],
        textposition=["top right"] * 2 + ["bottom left"] * (len(POOL_SIZES) - 2),
        showlegend=False,
        hoverinfo="skip",
        name=tr.t("pooling.sizes"),
    )
    figure.update_layout(
        xaxis={
            "title": {"text": tr.t("pooling.members_axis")},
            "range": [0, MILLION / tr.crowd * (LARGEST_SHOWN + 3)],
        },
        yaxis=from_zero(tr.t("pooling.axis"), 100 * float(table["high"].max())),
    )
    least, most = table.iloc[0], table.iloc[-1]
    percent = {
        key: (100 * table[column]).round(2)
        for key, column in (
            ("chance_settlement", "chance"),
            ("low_settlement", "low"),
            ("high_settlement", "high"),
            ("chance_year", "year_chance"),
            ("low_year", "year_low"),
            ("high_year", "year_high"),
        )
    }
    stated = {
        "least": tr.persons(least["members"]),
        "least_percent": tr.percent(least["chance"], 1),
        "most": tr.persons(most["members"]),
        "most_percent": tr.percent(most["chance"], 1),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="pool-size",
        beside=[
            *line_ends(figure),
            Label(float(low[-1] + high[-1]) / 2, name, palette.CAME_LATER, AREA),
        ],
        title=tr.t("pooling.title", **stated),
        subtitle=tr.t("pooling.subtitle"),
        alt=tr.t("pooling.alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("column.members_millions"): table["members"] / tr.crowd,
                tr.t("pooling.cases"): table["cases"].round(1),
                **{tr.t(f"pooling.column_{key}"): values for key, values in percent.items()},
            }
        ),
        height=440,
        dates_on_x=False,
    )


@in_every_language
def fee_chart(fee: FeeEconomics, tr: Translator, stamp: Stamp) -> Chart:
    """Where a member's year goes: the plan's fee beside an insurer's expenses. RMB a year."""
    year = fee.year
    spent = year.investigation
    rows = [
        ("fee_whole", year.fee, palette.MODEL, ""),
        *([("investigation", spent, palette.STEADY, "/")] if spent is not None else []),
        ("insurer_group", year.insurer["group"], palette.AMBER, "x"),
        ("insurer_individual", year.insurer["individual"], palette.CAME_LATER, "\\"),
    ]
    names = [tr.t(f"fee.{name}") for name, *_ in rows]
    figure = go.Figure(
        go.Bar(
            y=["<br>".join(wrap(name, NAME_COLUMNS)) for name in names],
            x=[value for _, value, *_ in rows],
            orientation="h",
            marker={
                "color": [colour for *_, colour, _ in rows],
                "pattern": palette.pattern([shape for *_, shape in rows]),
            },
            text=[tr.number(value, 2) for _, value, *_ in rows],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x:.2f}<extra>%{y}</extra>",
            showlegend=False,
        )
    )
    top = max(value for _, value, *_ in rows)
    figure.update_layout(
        xaxis={"range": [0, top * 1.25], "title": {"text": tr.t("fee.axis")}},
        yaxis={"autorange": "reversed"},
    )
    stated = {
        "fee": tr.rmb(year.fee),
        "group": tr.rmb(year.insurer["group"]),
        "individual": tr.rmb(year.insurer["individual"]),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="fee-and-expenses",
        title=tr.t("fee.title", **stated),
        subtitle=tr.t("fee.subtitle", aid=tr.rmb(year.aid, 0)),
        alt=tr.t("fee.alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("fee.item"): names,
                tr.t("fee.axis"): [round(value, 2) for _, value, *_ in rows],
            }
        ),
        height=FRAME_HEIGHT + BAR_HEIGHT * len(rows) + 20,
        left=NAMES_WIDTH,
        legend=False,
        dates_on_x=False,
        hover="closest",
    )


@in_every_language
def phase_chart(picture: DeclinePicture, tr: Translator, stamp: Stamp) -> Chart:
    """Elasticity by relative risk of leavers: where a share settles, and where the plan stood."""
    rows, state = picture.boundary, picture.state
    figure = go.Figure()
    x = rows["elasticity"].round(3).tolist()
    # From the bottom: unravels, settles with newcomers, settles as it was.
    for column, colour, key, fill in (
        ("balanced", palette.RED, "decline.unravels", "tozeroy"),
        ("as_it_was", palette.AMBER, "decline.needs_newcomers", "tonexty"),
    ):
        figure.add_scatter(
            x=x,
            y=rows[column],
            mode="lines",
            line={
                "color": colour,
                "width": 2,
                "dash": "solid" if column == "balanced" else "dash",
            },
            fill=fill,
            fillcolor=palette.translucent(colour, palette.AREA),
            name=tr.t(key),
            hovertemplate="%{y:.2f}",
        )
    figure.add_scatter(
        x=x,
        y=[1.0] * len(x),
        mode="lines",
        line={"color": palette.STEADY, "width": 1, "dash": "dot"},
        fill="tonexty",
        fillcolor=palette.translucent(palette.STEADY, palette.AREA),
        name=tr.t("decline.settles"),
        hoverinfo="skip",
    )
    simulated = rows.dropna(subset=["simulated"]).iloc[::4]
    figure.add_scatter(
        x=simulated["elasticity"].round(3).tolist(),
        y=simulated["simulated"],
        mode="markers",
        marker={"color": palette.RED, "size": 6, "symbol": "circle-open"},
        name=tr.t("decline.simulated"),
        hovertemplate="%{y:.2f}",
    )
    low, middle, high = state.leaver_risk
    elasticity = state.elasticity
    figure.add_scatter(
        x=[elasticity.q50],
        y=[middle],
        mode="markers",
        marker={"color": palette.MODEL, "size": 11, "symbol": "diamond"},
        error_x={
            "array": [elasticity.q90 - elasticity.q50],
            "arrayminus": [elasticity.q50 - max(elasticity.q10, 0.0)],
            "color": palette.MODEL,
            "thickness": 1.5,
        },
        error_y={
            "array": [high - middle],
            "arrayminus": [middle - low],
            "color": palette.MODEL,
            "thickness": 1.5,
        },
        name=str(state.year),
        hovertemplate="%{x:.2f}, %{y:.2f}",
    )
    figure.update_layout(
        xaxis={"title": {"text": tr.t("decline.elasticity_axis")}, "range": [0, 3]},
        yaxis={"title": {"text": tr.t("decline.risk_axis")}, "range": [0, 1.02]},
    )
    stated = {
        "year": str(state.year),
        "elasticity": tr.number(elasticity.q50, 2),
        "risk": tr.number(middle, 2),
        "phase": tr.inside(tr.t(f"decline.{picture.phase}")),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="decline-phases",
        title=tr.t("decline.title", **stated),
        subtitle=tr.t("decline.subtitle"),
        alt=tr.t("decline.alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("decline.elasticity_axis"): rows["elasticity"].round(3),
                tr.t("decline.column_balanced"): rows["balanced"].round(4),
                tr.t("decline.column_as_it_was"): rows["as_it_was"].round(4),
                tr.t("decline.simulated"): rows["simulated"].round(4),
            }
        ),
        height=500,
        dates_on_x=False,
        hover="closest",
    )


@in_every_language
def lost_chart(picture: DeclinePicture, tr: Translator, stamp: Stamp) -> Chart:
    """Members lost within five years at the year's exits and joins, two risk classes. %."""
    lost = 100 * picture.lost
    state = picture.state
    figure = go.Figure(
        go.Heatmap(
            x=picture.elasticity.round(3).tolist(),
            y=picture.leaver_risk.round(3).tolist(),
            z=lost,
            colorscale=[list(stop) for stop in palette.SEQUENTIAL],
            zmin=float(lost.min()) - 5,
            zmax=100,
            colorbar={"title": {"text": "%", "side": "right"}, "thickness": 12, "len": 0.9},
            hovertemplate="%{x:.2f}, %{y:.2f}: %{z:.0f}%<extra></extra>",
        )
    )
    figure.add_scatter(
        x=[state.elasticity.q50],
        y=[state.leaver_risk[1]],
        mode="markers+text",
        marker={"color": palette.CAME_LATER, "size": 11, "symbol": "diamond"},
        text=[str(state.year)],
        textposition="top center",
        name=str(state.year),
        hoverinfo="skip",
    )
    figure.update_layout(
        xaxis={"title": {"text": tr.t("decline.elasticity_axis")}},
        yaxis={"title": {"text": tr.t("decline.risk_axis")}},
    )
    table = pd.DataFrame(
        lost.round(1), index=picture.leaver_risk.round(3), columns=picture.elasticity.round(3)
    )
    table = table.iloc[::8, ::10].rename_axis(
        index=tr.t("decline.risk_axis"), columns=tr.t("decline.elasticity_axis")
    )
    stated = {
        "here": tr.percent(picture.lost_here),
        "without": tr.percent(picture.lost_without),
    }
    return build_chart(
        figure,
        tr,
        stamp,
        stem="decline-members-lost",
        title=tr.t("decline.lost_title", **stated),
        subtitle=tr.t("decline.lost_subtitle", year=str(state.year)),
        alt=tr.t("decline.lost_alt", **stated),
        table=table.stack().rename(tr.t("decline.lost_column")).reset_index(),
        height=440,
        dates_on_x=False,
        legend=False,
        hover="closest",
    )
