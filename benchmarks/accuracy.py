"""The backtest at both sets of origins, with intervals from resampling its targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from benchmarks.report import Section, progress, shown, table
from benchmarks.rivals import asked_rivals
from forecasting import Disclosures, load_disclosures
from forecasting.evaluation.backtest import (
    SPANS,
    Backtest,
    figure_origins,
    our_models,
    run_backtest,
    settlement_origins,
)
from forecasting.evaluation.bars import Bar, keep_outside, record_bars
from forecasting.evaluation.rivals import DRIFT, RIVALS

RESAMPLES = 10_000
AIM = 0.80
VIEWS: dict[str, Callable[[Disclosures], list[date]]] = {
    "every new figure": figure_origins,
    "every settlement": settlement_origins,
}
HINDSIGHT = (
    "The form of the model was chosen with hindsight: parameters are estimated anew at each origin,"
    " the design was not, and publication dates are taken as settlement dates. Averages are taken "
    "by target first, then over targets. Late: origins from 2020-08-14. A model that failed at an "
    "origin is averaged over fewer forecasts: its scores compare with others' only in the ratios, "
    "which are taken over what both forecast."
)


@dataclass(frozen=True)
class ScoreRatio:
    """A score of one model over another's, with its 90% interval from resampled targets."""

    ratio: float
    low: float
    high: float
    below_one: float
    targets: int

    def __str__(self) -> str:
        return f"{self.ratio:.2f} [{self.low:.2f}, {self.high:.2f}]"


def score_ratio(
    forecasts: pd.DataFrame, model: str, other: str, column: str, resamples: int = RESAMPLES
) -> ScoreRatio:
    """Ratio of target-balanced scores over the origins and targets that both models forecast.

    ``forecasts`` as in :class:`forecasting.evaluation.backtest.Backtest`. Targets are drawn with
    replacement; ``below_one`` is the share of the resamples in which ``model`` scores better.
    """
    scored = forecasts[forecasts["reason"] == ""]
    wide = scored.pivot(index=["target", "origin"], columns="model", values=column)
    both = wide.reindex(columns=[model, other]).dropna()
    return ratio_of_means(both.groupby("target").mean().to_numpy(), resamples)


def ratio_of_means(values: np.ndarray, resamples: int = RESAMPLES) -> ScoreRatio:
    """Mean of the first column over that of the second, with its interval from resampled rows.

    NaN where there is no row.

    >>> str(ratio_of_means(np.array([[1.0, 2.0], [2.0, 4.0]])))
    '0.50 [0.50, 0.50]'
    """
    if not len(values):
        return ScoreRatio(np.nan, np.nan, np.nan, np.nan, 0)
    picks = np.random.default_rng(0).integers(len(values), size=(resamples, len(values)))
    means = values[picks].mean(axis=1)
    ratios = means[:, 0] / means[:, 1]
    low, high = np.quantile(ratios, [0.05, 0.95])
    ratio = values[:, 0].mean() / values[:, 1].mean()
    below = float((ratios < 1.0).mean())
    return ScoreRatio(float(ratio), float(low), float(high), below, len(values))


def since(backtest: Backtest, first: date | None) -> pd.DataFrame:
    """The forecasts made from a day on, or all."""
    rows = backtest.forecasts
    return rows if first is None else rows[rows["origin"] >= pd.Timestamp(first)]


def run(is_kept: bool = False) -> Section:
    """Both views, all models, and the bars of the view that counts each new figure once."""
    record = load_disclosures()
    outside = asked_rivals().forecasters
    models = (*our_models(), *RIVALS, *outside)
    found: dict[str, Backtest] = {}
    scored: list[list[date]] = []
    for view, origins in VIEWS.items():
        days = origins(record)
        # Where every settlement brought a new figure the two views are one.
        if days not in scored:
            progress(f"accuracy, origins: {view}")
            found[view] = run_backtest(record, models, days)
            scored.append(days)
    blocks = [HINDSIGHT]
    for view, backtest in found.items():
        blocks += [f"### Origins: {view}", _counts(backtest), _score_table(backtest)]
        blocks += [_reasons(backtest), _ratio_table(backtest)]
    if is_kept:
        keep_outside(found["every new figure"], [one.name for one in outside], date.today())
    return Section("Accuracy", _bars(found["every new figure"]), tuple(filter(None, blocks)))


def _bars(backtest: Backtest) -> tuple[Bar, ...]:
    """What is asked of the headline on the record, and the aims beyond it."""
    headline = backtest.headline_model
    rivals = {span: backtest.best_rival(first) for span, first in SPANS.items()}
    names = {
        **{f"{span}_wis": f"{span} WIS over the best rival's ({rivals[span]})" for span in SPANS},
        "late_error": "late MAE",
        "late_coverage": "late 80% coverage",
        "all_coverage": "all 80% coverage",
    }
    asked = record_bars(backtest)
    aims = [
        Bar(f"{headline}: {names[bar.name]}, the aim", bar.measured, most=AIM)
        for bar in asked
        if bar.name.endswith("_wis")
    ]
    drift = score_ratio(since(backtest, SPANS["late"]), headline, DRIFT.name, "absolute_error")
    return (
        *(replace(bar, name=f"{headline}: {names[bar.name]}") for bar in asked),
        *aims,
        Bar(f"{headline}: late MAE over drift, the aim", drift.ratio, most=1.0),
    )


def _counts(backtest: Backtest) -> str:
    parts = []
    for period, first in SPANS.items():
        rows = since(backtest, first)
        parts.append(
            f"{period}: {rows['origin'].nunique()} origins, {rows['target'].nunique()} targets, "
            f"{len(rows) // rows['model'].nunique()} forecasts a model"
        )
    return "; ".join(parts) + "."


def _score_table(backtest: Backtest) -> str:
    summaries = {
        period: backtest.summary(first).set_index("model") for period, first in SPANS.items()
    }
    failed = backtest.forecasts["reason"].ne("").groupby(backtest.forecasts["model"]).sum()
    columns = (
        ("MAE", "mae", ""),
        ("WIS", "wis", ""),
        ("log WIS", "wis_log", ""),
        ("50%", "coverage_50", "%"),
        ("80%", "coverage_80", "%"),
        ("95%", "coverage_95", "%"),
    )
    spans = " / ".join(summaries)
    header = ["model", "whose", *(f"{label}, {spans}" for label, *_ in columns), "failed"]
    rows = []
    for name, kind in summaries["all"]["kind"].items():
        cells = [
            " / ".join(_cell(summary, str(name), column, unit) for summary in summaries.values())
            for _, column, unit in columns
        ]
        rows.append([str(name), str(kind), *cells, str(failed[name])])
    return table(header, rows)


def _cell(summary: pd.DataFrame, model: str, column: str, unit: str) -> str:
    if model not in summary.index:
        return "-"
    return shown(float(summary.loc[model, column]), unit)


def _ratio_table(backtest: Backtest) -> str:
    """Our models against the named rival and drift, then the headline against every rival."""
    kinds = backtest.forecasts.drop_duplicates("model").set_index("model")["kind"]
    headline, ours = backtest.headline_model, kinds[kinds == "ours"].index
    pairs = [(model, "wis", backtest.rival) for model in ours]
    pairs += [(model, "absolute_error", DRIFT.name) for model in ours]
    rivals = kinds[kinds == "rival"].index.drop(backtest.rival)
    pairs += [(headline, "wis", rival) for rival in rivals]
    rows = []
    for model, column, other in pairs:
        row = [f"{model}: {'WIS' if column == 'wis' else 'MAE'} over {other}"]
        for first in SPANS.values():
            ratio = score_ratio(since(backtest, first), model, other, column)
            row += [str(ratio), shown(ratio.below_one, "%"), str(ratio.targets)]
        rows.append(row)
    header = ["ratio [90% interval over targets]"]
    for period in SPANS:
        header += [period, "below 1", "targets"]
    return table(header, rows)


def _reasons(backtest: Backtest) -> str:
    """Why forecasts are missing, one line a model and reason."""
    failed = backtest.forecasts[backtest.forecasts["reason"] != ""]
    counts = failed.assign(reason=failed["reason"].str.split(":").str[-1]).value_counts(
        ["model", "reason"], sort=False
    )
    return "\n".join(
        f"- {model}: {count} forecasts missing, {reason.strip()}"
        for (model, reason), count in counts.items()
    )
