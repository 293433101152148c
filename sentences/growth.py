"""The growth page's answer to: how fast did it grow, and how does it shrink?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.evaluation.growth_backtest import LOCAL_TREND
from forecasting.explain.exits import WEAK_SPREAD
from locales import NOT_KNOWN, Translator
from sentences.common.engine import translated

if TYPE_CHECKING:
    from forecasting import Forecast
    from forecasting.explain.exits import ExitFit
    from forecasting.members.growth_fit import GrowthCurveFit

QUARTER = 6
NOTICEABLE = 0.02
LIKELY = 0.5
Curves = Mapping[str, "GrowthCurveFit"]


def best_curve(curves: Curves) -> GrowthCurveFit:
    """The curve under which figures left out one at a time are most probable."""
    return max(curves.values(), key=lambda fitted: fitted.elpd)


def phase(before: float, last: float) -> str:
    """What membership did over the latest quarter of a year; up to 2% either way is level.

    >>> phase(90, 100), phase(100, 101), phase(100, 90)
    ('rising', 'level', 'shrinking')
    """
    change = last / before - 1
    return "rising" if change > NOTICEABLE else "shrinking" if change < -NOTICEABLE else "level"


def path(forecast: Forecast, tr: Translator) -> str:
    """How many members there were, whether they grew or shrank, and the highest before."""
    past = forecast.periods[forecast.periods["date"] <= pd.Timestamp(forecast.as_of)]
    members = past["sharing_members_q50"].to_numpy()
    last, peak = past.iloc[-1], past.loc[past["sharing_members_q50"].idxmax()]
    before = members[max(len(members) - 1 - QUARTER, 0)]
    return tr.t(
        f"growth.path_{phase(before, members[-1])}",
        first=tr.persons(members[0]),
        first_day=tr.date(past["date"].iloc[0]),
        before=tr.persons(before),
        day=tr.date(last["date"]),
        last=tr.persons(members[-1]),
        interval=_span(last["sharing_members_q10"], last["sharing_members_q90"], tr),
        peak=tr.persons(peak["sharing_members_q50"]),
        peak_day=tr.date(peak["date"]),
    )


def ceiling(curves: Curves, missing: str, tr: Translator) -> str:
    """The ceiling of the best growth curve, or what is missing for one."""
    if not curves:
        return tr.t("growth.ceiling_refused", reason=translated(missing, tr))
    best = best_curve(curves)
    sentence = tr.t(
        "growth.ceiling",
        curve=tr.t(f"curve.{best.name}"),
        ceiling=tr.persons(best.ceiling.q50),
        interval=_span(best.ceiling.q10, best.ceiling.q90, tr),
        inflection=tr.date(best.inflection),
    )
    passed = "passed" if best.inflection_passed > LIKELY else "ahead"
    return sentence + tr.t(f"growth.inflection_{passed}")


def numbers(
    forecast: Forecast, curves: Curves, exits: ExitFit, tr: Translator
) -> list[tuple[str, str, str]]:
    """Members, the best curve's ceiling, exits a year: label, median, 80% interval."""
    past = forecast.periods[forecast.periods["date"] <= pd.Timestamp(forecast.as_of)]
    last, leaving = past.iloc[-1], exits.periods.iloc[-1]
    top = best_curve(curves).ceiling if curves else None
    return [
        (
            tr.t("growth.metric_members"),
            tr.persons(last["sharing_members_q50"]),
            _span(last["sharing_members_q10"], last["sharing_members_q90"], tr),
        ),
        (
            tr.t("growth.metric_ceiling"),
            tr.persons(top.q50) if top else NOT_KNOWN,
            _span(top.q10, top.q90, tr) if top else "",
        ),
        (
            tr.t("growth.metric_exits"),
            tr.percent(leaving["hazard_q50"]),
            tr.t(
                "unit.span",
                low=tr.percent(leaving["hazard_q10"]),
                high=tr.percent(leaving["hazard_q90"]),
            ),
        ),
    ]


def scores(table: pd.DataFrame, tr: Translator) -> str:
    """Which of the curves and the trend came nearest to later member figures, and how many of them
    the forecast's own interval of members held, over the year and at its near and far end.
    """
    widest = table[table["last"] == table["last"].max()]
    overall = widest[widest["first"] == widest["first"].min()].sort_values("wis_log")
    best, second = overall.iloc[0], overall.iloc[1]
    return tr.t(
        "growth.scores_sentence",
        best=tr.t(f"curve.{best['model']}"),
        best_score=tr.number(best["wis_log"], 3),
        second=tr.t(f"curve.{second['model']}"),
        second_score=tr.number(second["wis_log"], 3),
    ) + _held(table, tr)


def _held(table: pd.DataFrame, tr: Translator) -> str:
    """Coverage of the trend, by which a forecast continues the members."""
    own = table[(table["model"] == LOCAL_TREND) & (table["n"] > 0)].sort_values(["last", "first"])
    if own.empty:
        return ""
    near, far = own.iloc[0], own[own["last"] == own["last"].max()].iloc[-1]
    every = own[own["last"] == own["last"].max()].iloc[0]
    return tr.t(
        "growth.members_held",
        inside=tr.percent(every["coverage_80"]),
        near=tr.percent(near["coverage_80"]),
        near_last=tr.number(near["last"]),
        far=tr.percent(far["coverage_80"]),
        far_first=tr.number(far["first"]),
        far_last=tr.number(far["last"]),
    )


def elasticity(exits: ExitFit, tr: Translator) -> str:
    """What the share does to leaving: prior, posterior, and whether the figures say anything."""
    row = exits.parameters.set_index("name").loc["elasticity"]
    key = "not_identified" if row["spread_ratio"] > WEAK_SPREAD else "identified"
    return tr.t(
        f"growth.elasticity_{key}",
        prior=tr.number(row["prior_q50"], 2),
        prior_interval=tr.span(row["prior_q10"], row["prior_q90"]),
        posterior=tr.number(row["q50"], 2),
        interval=tr.span(row["q10"], row["q90"]),
        left=tr.percent(row["spread_ratio"]),
    )


def _span(low: float, high: float, tr: Translator) -> str:
    return tr.between(tr.persons(low), tr.persons(high))
