"""The track-record page's answer to: how wrong has this been?"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN
from locales import Translator

if TYPE_CHECKING:
    from forecasting.evaluation.backtest import Backtest, Comparison

SPANS: tuple[tuple[str, date | None], ...] = (("late", FIRST_LATE_ORIGIN), ("all", None))
WIS_DIGITS = 3


def origins(backtest: Backtest) -> list[date]:
    """The past days that were forecast from, in order."""
    return [day.date() for day in sorted(backtest.forecasts["origin"].unique())]


def record(backtest: Backtest, tr: Translator) -> str:
    """How many days and figures, how far off, and how that compares with the named rival."""
    late, every = (_ours(backtest, since) for _, since in SPANS)
    return tr.t(
        "track.sentence",
        origins=tr.number(len(origins(backtest))),
        targets=tr.number(backtest.forecasts["target"].nunique()),
        late_day=tr.date(FIRST_LATE_ORIGIN),
        late_error=tr.rmb(late["mae"]),
        all_error=tr.rmb(every["mae"]),
        rival=tr.t(f"model.{backtest.rival}"),
        late=_comparison(backtest, FIRST_LATE_ORIGIN, tr),
        all=_comparison(backtest, None, tr),
        late_wis=tr.number(late["wis"], WIS_DIGITS),
        all_wis=tr.number(every["wis"], WIS_DIGITS),
    )


def losses(backtest: Backtest, tr: Translator) -> str:
    """Every rival that did better, and where; rivals scored on fewer forecasts are left out."""
    found = []
    for span, since in SPANS:
        table = backtest.summary(since)
        ours = _ours(backtest, since)
        rivals = table[(table["kind"] == "rival") & (table["n"] >= ours["n"])]
        for metric, digits in (("mae", 2), ("wis", WIS_DIGITS)):
            better = rivals[rivals[metric] < ours[metric]].sort_values(metric)
            if better.empty:
                continue
            names = tr.t("list.comma").join(
                f"{tr.t(f'model.{name}')} {tr.number(value, digits)}"
                for name, value in zip(better["model"], better[metric], strict=True)
            )
            own = tr.number(ours[metric], digits)
            found.append(tr.t(f"track.loss_{metric}_{span}", rivals=names, ours=own))
    if not found:
        return tr.t("track.no_loss")
    return tr.t("track.losses", where=tr.t("list.separator").join(found))


def numbers(backtest: Backtest, tr: Translator) -> list[tuple[str, str, str]]:
    """Error, score against the named rival, coverage: label, value on late origins, below it."""
    late, every = (_ours(backtest, since) for _, since in SPANS)
    compared = backtest.compare(backtest.headline_model, backtest.rival, FIRST_LATE_ORIGIN)
    return [
        (
            tr.t("track.metric_error"),
            tr.rmb(late["mae"]),
            tr.t("track.below_all", value=tr.rmb(every["mae"])),
        ),
        (
            tr.t("track.metric_ratio"),
            tr.number(compared.ratio, 2),
            tr.span(compared.low, compared.high),
        ),
        (
            tr.t("track.metric_coverage"),
            tr.percent(late["coverage_80"]),
            tr.t("track.below_all", value=tr.percent(every["coverage_80"])),
        ),
    ]


def limits(backtest: Backtest, tr: Translator) -> str:
    """What was chosen with hindsight, and how few distinct figures there are."""
    rows = backtest.forecasts
    late = rows[rows["origin"] >= pd.Timestamp(FIRST_LATE_ORIGIN)]
    return tr.t(
        "track.limits",
        forecasts=tr.number(len(rows[rows["model"] == backtest.headline_model])),
        targets=tr.number(rows["target"].nunique()),
        late_targets=tr.number(late["target"].nunique()),
        late_day=tr.date(FIRST_LATE_ORIGIN),
    )


def _ours(backtest: Backtest, since: date | None) -> pd.Series:
    return backtest.summary(since).set_index("model").loc[backtest.headline_model]


def _comparison(backtest: Backtest, since: date | None, tr: Translator) -> str:
    found: Comparison = backtest.compare(backtest.headline_model, backtest.rival, since)
    return tr.t(
        "track.ratio",
        ratio=tr.number(found.ratio, 2),
        low=tr.number(found.low, 2),
        high=tr.number(found.high, 2),
    )
