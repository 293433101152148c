"""Small made-up results in the shapes of the engine, for tests of charts and sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from charts.scenarios import Line, lines
from charts.style.chart import Stamp
from forecasting import (
    Credibility,
    Dilution,
    Forecast,
    Quantiles,
    Scenario,
    SelectionCurves,
    TrackRecord,
)
from forecasting.base.later import Later
from forecasting.base.messages import Message, on_day
from forecasting.base.quantiles import QUANTILE_KEYS
from forecasting.base.settlements import settlements_between
from forecasting.evaluation.backtest import METRICS, Backtest
from locales import Translator

AS_OF = date(2020, 10, 28)
STAMP = Stamp(AS_OF, data_version="2026.11+0123abcd", model_version="1.0")
SPREAD = dict(zip(QUANTILE_KEYS, (0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.4), strict=True))


def quantiles(median: float) -> Quantiles:
    """Quantiles spread around a median."""
    return Quantiles(**{key: median * factor for key, factor in SPREAD.items()})


def forecast(
    as_of: date = AS_OF, end_share: float = 6.0, last_share: float = 4.86, closed: bool = False
) -> Forecast:
    """A share that rises evenly to ``last_share`` and on to ``end_share`` a year later."""
    days = settlements_between(date(2019, 1, 28), date(as_of.year + 1, as_of.month, as_of.day))
    past = sum(day <= as_of for day in days)
    ahead = len(days) - past
    share = np.concatenate(
        [
            np.linspace(0.03, last_share, past),
            np.linspace(last_share, end_share, ahead + 1)[1:],
        ]
    )
    is_past = np.arange(len(days)) < past
    is_known = is_past & (np.arange(len(days)) % 3 == (past - 1) % 3)
    columns: dict[str, Any] = {
        "date": pd.to_datetime(days),
        "status": np.select(
            [is_known, is_past], ["disclosed", "reconstructed"], "closed" if closed else "forecast"
        ),
    }
    for name, centre in (
        ("share", share),
        ("sharing_members", share * 2e7),
        ("helped", share * 500),
    ):
        columns[f"{name}_disclosed"] = np.where(is_known, centre, np.nan)
        for key, factor in SPREAD.items():
            columns[f"{name}_{key}"] = centre * np.where(is_known, 1.0, factor)
    for key in SPREAD:
        columns[f"undiluted_share_{key}"] = columns[f"share_{key}"] * 4 / 3
        columns[f"dilution_{key}"] = columns[f"share_{key}"] / 3
    return Forecast(
        plan="xianghubao",
        as_of=as_of,
        model="structural",
        model_version="1.0",
        data_version=STAMP.data_version,
        scenario=Scenario(),
        converged=True,
        warnings=(),
        steady_state=quantiles(5.5),
        lag_periods=quantiles(20),
        settling=Later.known(quantiles(24)),
        next_share=quantiles(4.9),
        next_year_total=quantiles(130),
        periods=pd.DataFrame(columns),
    )


def scenario_forecast(scenario: Scenario | None = None, end_share: float = 6.0) -> Forecast:
    """A forecast whose past is the usual one, under a scenario."""
    return replace(forecast(end_share=end_share), scenario=scenario or Scenario())


def scenario_lines(tr: Translator) -> list[Line]:
    """A scenario, the fitted model and one pinned scenario."""
    more = scenario_forecast(Scenario(incidence_factor=1.2), 7.2)
    pinned = scenario_forecast(Scenario(older_years=1.0), 4.0)
    return lines(scenario_forecast(), more, "More", [("A pinned one", pinned)], tr)


def track_record(
    values: tuple[float, ...] = (4.83, 5.31, 5.88), article: float = 5.025
) -> TrackRecord:
    """What came: one figure a month after the as-of day, against a median of 5.5."""
    days = pd.to_datetime(["2020-12-14", "2020-12-28", "2021-03-14"])[: len(values)]
    frame = pd.DataFrame({"date": days, "value": values, "article": article})
    frame["q10"], frame["q50"], frame["q90"] = 4.9, 5.5, 6.5
    frame["inside_80"] = (frame["value"] >= 4.9) & (frame["value"] <= 6.5)
    frame["error"] = frame["value"] - frame["q50"]
    frame["article_error"] = frame["value"] - frame["article"]
    return TrackRecord(
        n=len(frame),
        inside_80=int(frame["inside_80"].sum()),
        mean_abs_error=float(frame["error"].abs().mean()),
        article_mean_abs_error=float(frame["article_error"].abs().mean()),
        mean_width_80=1.6,
        frame=frame,
    )


def published_forecasts() -> pd.DataFrame:
    """The article's flat share and one forecast of another quantity."""
    return pd.DataFrame(
        {
            "by": ["Wang Mingyan FSA", "operator"],
            "made_on": pd.to_datetime(["2020-10-28", "2020-01-01"]),
            "quantity": ["share", "share_sum"],
            "value": [5.025, 188.0],
            "bound": ["=", "<"],
            "source_id": ["wang2020", "scmp20200404"],
        }
    )


def dilution() -> Dilution:
    """Dilution that fades over twelve settlements."""
    days = pd.to_datetime(settlements_between(date(2020, 5, 14), AS_OF))
    total = np.linspace(4.0, 1.0, len(days))
    frame = pd.DataFrame({"date": days, "undiluted": 6.0, "observed": 6.0 - total, "total": total})
    weights = {
        "waiting": 0.4,
        "ramp": 0.2,
        "delay": 0.5,
        "rules": -0.1,
        "shock": 0.1,
        "deviation": -0.1,
    }
    for cause, weight in weights.items():
        frame[cause] = total * weight
    return Dilution(frame)


def curves() -> SelectionCurves:
    """Four curves that rise from their start to one."""
    months = np.arange(0, 36.5, 0.5)

    def curve(start: float, pace: float) -> pd.DataFrame:
        middle = 1 - (1 - start) * np.exp(-months / pace)
        return pd.DataFrame(
            {
                "months": months,
                "q10": middle * 0.9,
                "q50": middle,
                "q90": np.minimum(middle * 1.1, 1),
            }
        )

    return SelectionCurves(
        waiting=curve(0.03, 1), ramp=curve(0.7, 12), delay=curve(0.0, 4), response=curve(0.0, 8)
    )


def cohorts() -> pd.DataFrame:
    """Persons helped by joining settlement and settlement."""
    days = pd.to_datetime(settlements_between(date(2020, 1, 14), date(2020, 4, 28)))
    values = np.triu(np.add.outer(np.arange(len(days))[::-1], np.arange(len(days))).astype(float))
    return pd.DataFrame(values, index=pd.Index(days, name="joined"), columns=days)


def credibility() -> Credibility:
    """Manual, experience and blended steady states."""
    return Credibility(
        manual=quantiles(7.0),
        experience=quantiles(6.0),
        blended=quantiles(6.2),
        z_model=0.9,
        z_limited_fluctuation=1.0,
        cases=60_000.0,
    )


def backtest(ours: float = 5.3, drift: float = 5.6) -> Backtest:
    """Five models on an early and on the article's day; ``ours`` and ``drift`` are two medians."""
    came = {"2020-12-14": 4.83, "2020-12-28": 5.31, "2021-03-14": 5.88}
    medians = {
        "structural": ours,
        "drift (native)": drift,
        "drift (house)": drift + 0.01,
        "drift + theta (house)": 5.4,
        "article (house)": 5.025,
    }
    rows = []
    for origin in ("2020-05-28", AS_OF.isoformat()):
        for horizon, (target, observed) in enumerate(came.items(), 1):
            for model, median in medians.items():
                row = {
                    "model": model,
                    "kind": "ours" if model == "structural" else "rival",
                    "origin": pd.Timestamp(origin),
                    "target": pd.Timestamp(target),
                    "horizon": horizon,
                    "observed": observed,
                    **{key: median * factor for key, factor in SPREAD.items()},
                    **dict.fromkeys(METRICS.values(), 1.0),
                    "absolute_error": abs(median - observed),
                    "wis": abs(median - observed) / 2,
                    "reason": "",
                }
                if model == "article (house)" and origin < AS_OF.isoformat():
                    row |= dict.fromkeys([*SPREAD, *METRICS.values()], np.nan)
                    row["reason"] = on_day("xianghubao", date(2020, 5, 28), Message("not yet"))
                rows.append(row)
    reasons = pd.Series([row["reason"] for row in rows], dtype=object)
    table = pd.DataFrame(rows).assign(reason=reasons)
    return Backtest("xianghubao", "structural", "drift + theta (house)", table)
