"""Small charts of who the members were: published shares, and the part not published."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.chart import Chart, Stamp
from charts.style.frame import build_chart
from charts.style.languages import in_every_language
from charts.style.wrapping import wrap
from forecasting.plans.ages import BAND_YEAR
from locales import Translator

if TYPE_CHECKING:
    from forecasting.plans.ages import MeanAgeReading

NAME_COLUMNS = 15
NAMES_WIDTH = 118
BAR_HEIGHT, FRAME_HEIGHT = 44, 250
# Groups of member_profile.csv by small chart, in the order they are drawn.
PROFILE_PARTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "place": MappingProxyType(
            {
                "migrant workers": "migrant",
                "rural and county areas": "rural",
                "villages and counties": "villages",
                "third-tier cities and below": "third_tier",
                "participants in third-tier cities and below": "third_tier_industry",
            }
        ),
        "means": MappingProxyType(
            {
                "income under 50,000 RMB a year": "income_low",
                "income 50,000 to 100,000 RMB a year": "income_middle",
                "income under 100,000 RMB a year": "income_industry",
                "can bear at most 100,000 RMB of medical cost": "can_bear",
                "no other cover of any kind": "no_cover",
                "no commercial insurance": "no_commercial",
                "not in the national basic scheme": "no_basic",
                "national population not in the basic scheme": "no_basic_nation",
            }
        ),
    }
)


@in_every_language
def profile_chart(profile: pd.DataFrame, part: str, tr: Translator, stamp: Stamp) -> Chart:
    """Published shares of members in one respect, each with the day it speaks of. Per cent."""
    groups = PROFILE_PARTS[part]
    rows = profile[profile["group"].isin(groups)]
    names = [tr.t(f"profile.{groups[group]}") for group in rows["group"]]
    return _share_bars(
        names,
        rows["value"].astype(float).tolist(),
        rows["as_of"].astype(str).tolist(),
        rows["source_id"].tolist(),
        part,
        tr,
        stamp,
    )


@in_every_language
def bands_chart(reading: MeanAgeReading, tr: Translator, stamp: Stamp) -> Chart:
    """Members by decade of birth as published, and the part that was not published. Per cent."""
    decades = sorted(reading.bands)
    return _share_bars(
        [*(tr.t("profile.born", decade=str(d)) for d in decades), tr.t("profile.unpublished")],
        [*(reading.bands[decade] for decade in decades), reading.unpublished],
        [*(str(BAND_YEAR) for _ in decades), ""],
        [*(reading.source_id for _ in decades), ""],
        "ages",
        tr,
        stamp,
    )


def _share_bars(
    names: list[str],
    values: list[float],
    days: list[str],
    sources: list[str],
    part: str,
    tr: Translator,
    stamp: Stamp,
) -> Chart:
    figure = go.Figure(
        go.Bar(
            y=["<br>".join(wrap(name, NAME_COLUMNS)) for name in names],
            x=[100 * value for value in values],
            orientation="h",
            marker={
                "color": [palette.TEAL if source else palette.NEUTRAL for source in sources],
                "pattern": palette.pattern(["" if source else "/" for source in sources]),
            },
            text=[tr.percent(value) for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x:.1f}%<extra>%{y}</extra>",
            showlegend=False,
        )
    )
    # What was not published has no source, and is nothing found.
    most = int(np.argmax(np.where(np.array(sources) != "", values, 0.0)))
    figure.update_layout(
        xaxis={"range": [0, 125 * max(values)], "title": {"text": tr.t("profile.axis")}},
        yaxis={"autorange": "reversed"},
    )
    stated = {"most": tr.inside(names[most]), "percent": tr.percent(values[most])}
    return build_chart(
        figure,
        tr,
        stamp,
        stem=f"profile-{part}",
        title=tr.t(f"profile.{part}_title", **stated),
        subtitle=tr.t(f"profile.{part}_subtitle"),
        alt=tr.t("profile.alt", **stated),
        table=pd.DataFrame(
            {
                tr.t("profile.group"): names,
                tr.t("profile.axis"): [round(100 * value, 2) for value in values],
                tr.t("profile.as_of"): days,
                tr.t("column.source"): sources,
            }
        ),
        height=FRAME_HEIGHT + BAR_HEIGHT * len(names),
        left=NAMES_WIDTH,
        legend=False,
        dates_on_x=False,
        hover="closest",
        narrow=True,
    )
