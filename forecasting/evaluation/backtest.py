"""Forecasts made from past days, scored against what came."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from forecasting.assumptions.scenario import Scenario
from forecasting.base.arrays import Array
from forecasting.base.errors import ForecastingError, Refused
from forecasting.base.messages import Message, known_reason, on_day
from forecasting.base.quantiles import QUANTILE_KEYS, QUANTILE_LEVELS
from forecasting.base.settlements import PERIODS_PER_YEAR
from forecasting.disclosures import Disclosures
from forecasting.disclosures.series import disclosed_shares
from forecasting.evaluation.rivals import (
    DRIFT,
    NAMED_RIVAL,
    RIVALS,
    Forecaster,
    Kind,
    LineLimitedMean,
    method_of,
    remembered,
)
from forecasting.evaluation.scoring import Scores, score
from forecasting.fitting.estimation import fit
from forecasting.simulation.paths import STRUCTURAL, draw_paths

FIRST_ORIGIN = date(2019, 6, 28)
LAST_ORIGIN = date(2021, 6, 14)
FIRST_LATE_ORIGIN = date(2020, 8, 14)
SPANS: dict[str, date | None] = {"all": None, "late": FIRST_LATE_ORIGIN}
SECOND_OPINION = "with drift"
RESAMPLES = 2_000
NOTHING_SCORED = Message("at no past day enough was known for a forecast that can be scored")
METRICS = {
    "mae": "absolute_error",
    "wis": "wis",
    "wis_log": "wis_log",
    "dispersion": "dispersion",
    "overprediction": "overprediction",
    "underprediction": "underprediction",
    "coverage_50": "inside_50",
    "coverage_80": "inside_80",
    "coverage_95": "inside_95",
}


@dataclass(frozen=True)
class StructuralForecaster:
    """The selection-lag model, fitted anew at every origin."""

    scenario: Scenario = field(default_factory=Scenario)
    paths: int = 1000
    name: str = STRUCTURAL
    kind: Kind = "ours"

    def quantiles(self, known: Disclosures, horizon: int) -> Array:
        """See :class:`forecasting.evaluation.rivals.Forecaster`."""
        draws = draw_paths(fit(known, self.scenario), horizon, self.paths, seed=0)
        return np.quantile(draws.share[:, draws.past :], QUANTILE_LEVELS, axis=0).T


def our_models(scenario: Scenario | None = None) -> tuple[Forecaster, ...]:
    """The structural model, and as a second opinion its mean with drift, as far as a line reaches.

    The structure leads: on plans simulated case by case, paid as they come or rationed, it is the
    better one at five of six ages of a plan, and it alone says why a share moves.
    """
    structural = StructuralForecaster(scenario or Scenario())
    return structural, LineLimitedMean(SECOND_OPINION, structural, DRIFT, "ours")


@dataclass(frozen=True)
class Comparison:
    """WIS of one model over that of another, with a 90% interval over ``targets`` figures."""

    ratio: float
    low: float
    high: float
    targets: int


@dataclass(frozen=True, eq=False)
class Backtest:
    """Every forecast of every model at every origin, scored.

    ``forecasts``: one row a model, origin and target: ``model``, ``kind``, ``origin``, ``target``,
    ``horizon`` (periods), ``observed``, quantiles, the scores of
    :mod:`forecasting.evaluation.scoring`, and ``reason`` where the model gave none (scores are then
    NaN, never 0).
    """

    plan: str
    headline_model: str
    rival: str
    forecasts: pd.DataFrame
    settlements_a_year: int = PERIODS_PER_YEAR

    def summary(self, since: date | None = None) -> pd.DataFrame:
        """Scores a model, origins from ``since``: averaged by target first, then over targets."""
        return _summary(self, since).copy()

    def judged(self, since: date | None = None) -> pd.DataFrame:
        """``summary`` with one row a method, each by the better WIS of its two intervals.

        ``method``: its name without that of the interval; ``model`` names the better one.
        """
        table = self.summary(since)
        table["method"] = table["model"].map(method_of)
        best = table.sort_values("wis", kind="stable").drop_duplicates("method")
        return table.loc[best.index.sort_values()].reset_index(drop=True)

    def best_rival(self, since: date | None = None) -> str:
        """The rival of the lowest WIS, native or house, among those that forecast as often.

        The named rival where none was scored.
        """
        table = self.summary(since).set_index("model")
        rivals = table[table["kind"] == "rival"]
        as_often = rivals["n"] >= table.at[self.headline_model, "n"]
        scored = rivals.loc[as_often, "wis"].dropna()
        return self.rival if scored.empty else str(scored.idxmin())

    def compare(self, model: str, rival: str, since: date | None = None) -> Comparison:
        """Ratio of two models' WIS over the targets both were scored on, origins from ``since``.

        The interval resamples target figures (2,000 times, seed 0): there are few of them, and one
        seen from many origins is one figure. NaN where no target was scored on both.
        """
        return _compare(self, model, rival, since)

    def to_frame(self) -> pd.DataFrame:
        """One row a model, origin and target."""
        return self.forecasts

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line."""
        models = []
        for name, rows in self.forecasts.groupby("model", sort=False):
            late = rows[rows["origin"] >= pd.Timestamp(FIRST_LATE_ORIGIN)]
            models.append(
                {
                    "name": name,
                    "kind": rows["kind"].iloc[0],
                    "late": _balanced(late),
                    "all": _balanced(rows),
                    "by_horizon": [
                        {
                            "first": first,
                            "last": last,
                            **_balanced(rows[rows["horizon"].between(first, last)]),
                        }
                        for first, last in quarters_ahead(self.settlements_a_year)
                    ],
                    "failed": int((rows["reason"] != "").sum()),
                    "reasons": sorted(set(rows["reason"]) - {""}),
                }
            )
        table = self.forecasts.assign(
            origin=self.forecasts["origin"].dt.strftime("%Y-%m-%d"),
            target=self.forecasts["target"].dt.strftime("%Y-%m-%d"),
        )
        return {
            "plan": self.plan,
            "headline_model": self.headline_model,
            "rival": self.rival,
            "comparison": {
                span: asdict(self.compare(self.headline_model, self.rival, since))
                for span, since in SPANS.items()
            },
            "best_rival": {
                span: {
                    "name": self.best_rival(since),
                    **asdict(self.compare(self.headline_model, self.best_rival(since), since)),
                }
                for span, since in SPANS.items()
            },
            "models": models,
            "forecasts": table.to_dict("records"),
        }

    def since(self, since: date | None) -> pd.DataFrame:
        """The forecasts from origins on this day and later; all of them where none is given."""
        if since is None:
            return self.forecasts
        return self.forecasts[self.forecasts["origin"] >= pd.Timestamp(since)]


def quarters_ahead(settlements_a_year: int) -> list[tuple[int, int]]:
    """First and last horizon, in settlements, of each quarter of the year ahead.

    >>> quarters_ahead(24)
    [(1, 6), (7, 12), (13, 18), (19, 24)]
    """
    ends = [round(settlements_a_year * quarter / 4) for quarter in range(1, 5)]
    return [(before + 1, end) for before, end in zip([0, *ends], ends, strict=False)]


# A page asks for each a dozen times.
@lru_cache(maxsize=8)
def _summary(backtest: Backtest, since: date | None) -> pd.DataFrame:
    rows = backtest.since(since)
    scored = rows[rows["reason"] == ""]
    by_target = scored.groupby(["model", "target"])[list(METRICS.values())].mean()
    names = backtest.forecasts.drop_duplicates("model")[["model", "kind"]].reset_index(drop=True)
    counts = scored["model"].value_counts()
    means = by_target.groupby("model").mean().reindex(names["model"])
    return names.assign(
        n=counts.reindex(names["model"], fill_value=0).to_numpy(),
        **{name: means[column].to_numpy() for name, column in METRICS.items()},
    )


@lru_cache(maxsize=32)
def _compare(backtest: Backtest, model: str, rival: str, since: date | None) -> Comparison:
    rows = backtest.since(since)
    rows = rows[(rows["reason"] == "") & rows["model"].isin([model, rival])]
    by_target = rows.pivot_table(index="target", columns="model", values="wis").dropna()
    if by_target.empty or not {model, rival} <= {*by_target.columns}:
        return Comparison(np.nan, np.nan, np.nan, 0)
    ours, theirs = by_target[model].to_numpy(), by_target[rival].to_numpy()
    chosen = np.random.default_rng(0).integers(0, len(ours), (RESAMPLES, len(ours)))
    ratios = ours[chosen].sum(axis=1) / theirs[chosen].sum(axis=1)
    low, high = np.quantile(ratios, [0.05, 0.95])
    return Comparison(float(ours.sum() / theirs.sum()), float(low), float(high), len(ours))


def _balanced(rows: pd.DataFrame) -> dict[str, Any]:
    scored = rows[rows["reason"] == ""]
    means = scored.groupby("target")[list(METRICS.values())].mean().mean()
    return {
        "n": len(scored),
        **{name: float(means[column]) for name, column in METRICS.items()},
    }


def figure_origins(record: Disclosures) -> list[date]:
    """Days on which a new share was disclosed, within the stated origins of the evaluation."""
    days = disclosed_shares(record).index
    return [day for day in days if FIRST_ORIGIN <= day <= LAST_ORIGIN]


def settlement_origins(record: Disclosures) -> list[date]:
    """Every settlement within the stated origins that the record reaches."""
    return record.calendar.between(FIRST_ORIGIN, min(LAST_ORIGIN, record.day))


def run_backtest(
    record: Disclosures,
    models: Sequence[Forecaster] | None = None,
    origins: Sequence[date] | None = None,
    horizon: int = 24,
    progress: Callable[[float], None] | None = None,
) -> Backtest:
    """Let every model forecast from every origin and score it on the shares disclosed later.

    At an origin only figures, rules and shocks known on that day are used. Targets are the shares
    of confidence medium or high within ``horizon`` periods after it; nothing reconstructed is
    scored. A model that fails is kept with its reason.
    """
    models = (*our_models(), *RIVALS) if models is None else tuple(models)
    origins = figure_origins(record) if origins is None else origins
    shares = disclosed_shares(record)
    records: list[dict[str, Any]] = []
    number = record.calendar.number
    for done, origin in enumerate(origins):
        ahead = [
            (day, value, number(day) - number(origin))
            for day, value in shares.items()
            if 0 < number(day) - number(origin) <= horizon
        ]
        known = record.as_of(origin)
        for model in models:
            records.extend(_forecasts_of(model, known, origin, ahead))
        if progress is not None:
            progress((done + 1) / len(origins))
    if not records:
        raise nothing_to_score(record)
    a_year = record.calendar.periods_in(1.0)
    # As objects the reasons stay messages, which a page can translate.
    reasons = pd.Series([row["reason"] for row in records], dtype=object)
    table = pd.DataFrame.from_records(records).assign(reason=reasons)
    return Backtest(record.plan, STRUCTURAL, NAMED_RIVAL.name, table, a_year)


def nothing_to_score(record: Disclosures) -> Refused:
    """The refusal of a record in which no share follows a day to forecast from."""
    missing = Message("no share was disclosed after a day to forecast from, one is needed")
    return Refused(on_day(record.plan, record.day, missing))


def _forecasts_of(
    model: Forecaster, known: Disclosures, origin: date, ahead: list[tuple[date, float, int]]
) -> list[dict[str, Any]]:
    if not ahead:
        return []
    observed = np.array([value for _, value, _ in ahead])
    steps = np.array([step for *_, step in ahead])
    reason = ""
    try:
        quantiles = remembered(model, known, int(steps.max()))[steps - 1]
    except (ForecastingError, np.linalg.LinAlgError) as error:
        reason, quantiles = known_reason(error), np.full((len(ahead), len(QUANTILE_KEYS)), np.nan)
    scores = score(quantiles, observed) if not reason else None
    rows = []
    for i, (target, value, step) in enumerate(ahead):
        row = {
            "model": model.name,
            "kind": model.kind,
            "origin": pd.Timestamp(origin),
            "target": pd.Timestamp(target),
            "horizon": step,
            "observed": value,
            **dict(zip(QUANTILE_KEYS, quantiles[i].tolist(), strict=True)),
            **_score_columns(scores, i),
            "reason": reason,
        }
        rows.append(row)
    return rows


def _score_columns(scores: Scores | None, i: int) -> dict[str, float]:
    names = (*METRICS.values(), "pit")
    return {name: float(getattr(scores, name)[i]) if scores else np.nan for name in names}
