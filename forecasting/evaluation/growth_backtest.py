"""Growth curves and the local linear trend against the member figures that came later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array
from forecasting.base.errors import ForecastingError
from forecasting.base.quantiles import QUANTILE_KEYS, QUANTILE_LEVELS
from forecasting.base.settlements import PERIODS_PER_YEAR
from forecasting.disclosures import Disclosures
from forecasting.disclosures.grid import model_grid
from forecasting.evaluation.scoring import score
from forecasting.members.enrolment import fit_membership, project
from forecasting.members.growth_curves import GROWTH_CURVES, GrowthCurve
from forecasting.members.growth_fit import RATIOS, fit_growth_curve, member_figures, years_since

LOCAL_TREND = "local linear trend"
HORIZONS = ((1, 24), (1, 6), (7, 12), (13, 24))
PATHS = 400
MEMBER_SCORES = {
    "mae_log": "absolute_log_error",
    "wis_log": "wis_log",
    "wis": "wis",
    "coverage_80": "inside_80",
}

PathDraws = Callable[[Disclosures, list[date], int, np.random.Generator], Array]


@dataclass(frozen=True, eq=False)
class _Targets:
    """Later figures translated into payers of the plan at the prior ratios; arrays (n,)."""

    days: list[date]
    horizon: Array
    log_payers: Array
    log_sd: Array


def trend_draws(
    known: Disclosures, days: list[date], paths: int, rng: np.random.Generator
) -> Array:
    """Draws of log payers on later days from the local linear trend, shape (paths, n)."""
    grid, past = model_grid(known)
    calendar = known.calendar
    places = np.array([calendar.position(day) for day in days]) - calendar.number(grid[0])
    horizon = max(int(np.ceil(places.max())) - past + 1, 0)
    fitted = fit_membership(known.figures(), list(grid), calendar)
    path = project(fitted.draw(paths, rng), horizon, rng, calendar=calendar)
    before = np.minimum(places.astype(int), max(path.shape[-1] - 2, 0))
    after = np.minimum(before + 1, path.shape[-1] - 1)
    return path[:, before] + (places - before) * (path[:, after] - path[:, before])


def curve_draws(curve: GrowthCurve) -> PathDraws:
    """A function that draws log payers on later days from one growth curve."""

    def draws(known: Disclosures, days: list[date], paths: int, rng: np.random.Generator) -> Array:
        return fit_growth_curve(curve, member_figures(known)).draw(days, paths, rng)

    return draws


MODELS: dict[str, PathDraws] = {
    LOCAL_TREND: trend_draws,
    **{curve.name: curve_draws(curve) for curve in GROWTH_CURVES},
}


def member_origins(record: Disclosures) -> list[date]:
    """Settlements at which a new member figure was known."""
    figures = member_rows(record)
    days = {record.calendar.on_or_after(day.date()) for day in figures["period_end"]}
    return sorted(day for day in days if day <= record.day)


def member_rows(record: Disclosures) -> pd.DataFrame:
    """The member figures of the whole record as ``fit_membership`` reads them."""
    grid, _ = model_grid(record)
    return fit_membership(record.figures(), list(grid), record.calendar).residuals


def growth_forecasts(
    record: Disclosures,
    origins: Sequence[date] | None = None,
    horizon: int = PERIODS_PER_YEAR,
    models: dict[str, PathDraws] | None = None,
    paths: int = PATHS,
    seed: int = 0,
) -> pd.DataFrame:
    """Every forecast of every model from every origin, scored on later member figures.

    At an origin only figures known on that day are used. A target is any later figure within
    ``horizon`` periods, translated into payers of the plan at the prior ratios (enrolled or all
    plans to payers); the ratio's and the figure's own sd are added to every model's forecast, so
    that none is blamed for them.

    One row a model, origin and target: ``model``, ``origin``, ``target``, ``horizon`` (periods),
    ``observed`` (payers), quantiles, ``absolute_log_error`` of the median, ``wis`` (persons),
    ``wis_log``, ``inside_80``, ``reason`` (why a model gave none; scores are then NaN, never 0) and
    ``common``, true where every model answered.
    """
    models = MODELS if models is None else models
    origins = member_origins(record) if origins is None else origins
    frames = []
    for origin in origins:
        targets = _targets(record, origin, horizon)
        if not targets.days:
            continue
        known = record.as_of(origin)
        frames += [
            _scored(name, model, known, origin, targets, paths, seed)
            for name, model in models.items()
        ]
    table = pd.concat(frames, ignore_index=True)
    has_forecast = table["reason"] == ""
    return table.assign(common=has_forecast.groupby(table["origin"]).transform("all"))


def compare_growth_curves(
    record: Disclosures,
    origins: Sequence[date] | None = None,
    horizon: int = PERIODS_PER_YEAR,
    paths: int = PATHS,
    seed: int = 0,
) -> pd.DataFrame:
    """Out-of-sample scores of each growth curve and of the local linear trend.

    One row a model and range of horizons (``first`` to ``last`` periods): ``n`` forecasts scored,
    ``failed`` and ``reasons`` of those it refused, and scores on the origins at which every model
    answered, averaged by target first and then over targets: ``mae_log``, ``wis_log``, ``wis``
    (persons), ``coverage_80``.

    >>> from forecasting.disclosures import load_disclosures
    >>> table = compare_growth_curves(load_disclosures(), [date(2020, 10, 28)], paths=100)
    >>> table.loc[table["last"] == 6, "n"].tolist()
    [6, 6, 6, 6, 6]
    """
    forecasts = growth_forecasts(record, origins, horizon, paths=paths, seed=seed)
    records = []
    for first, last in HORIZONS:
        within = forecasts[forecasts["horizon"].between(first, last)]
        for name, rows in within.groupby("model", sort=False):
            scored = rows[rows["common"]]
            means = scored.groupby("target")[list(MEMBER_SCORES.values())].mean().mean()
            records.append(
                {
                    "model": name,
                    "first": first,
                    "last": last,
                    "n": len(scored),
                    "failed": int((rows["reason"] != "").sum()),
                    "reasons": sorted(set(rows["reason"]) - {""}),
                    **{key: float(means[column]) for key, column in MEMBER_SCORES.items()},
                }
            )
    return pd.DataFrame.from_records(records)


def _targets(record: Disclosures, origin: date, horizon: int) -> _Targets:
    rows = member_rows(record)
    days = [day.date() for day in rows["period_end"]]
    ahead = years_since(origin, days) / record.calendar.years_per_period
    kinds = np.column_stack([rows["quantity"] == "members", rows["scope"] == "all_plans"])
    payers = np.log(rows["observed"].to_numpy()) - kinds @ [ratio.median for ratio in RATIOS]
    variance = rows["sd_log"].to_numpy() ** 2 + kinds @ [ratio.sd**2 for ratio in RATIOS]
    chosen = np.flatnonzero((ahead > 0) & (ahead <= horizon))
    return _Targets(
        [days[i] for i in chosen],
        np.ceil(ahead[chosen]).astype(int),
        payers[chosen],
        np.sqrt(variance[chosen]),
    )


def _scored(
    name: str,
    model: PathDraws,
    known: Disclosures,
    origin: date,
    targets: _Targets,
    paths: int,
    seed: int,
) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    count = len(targets.days)
    reason = ""
    try:
        draws = model(known, targets.days, paths, rng)
        draws = draws + targets.log_sd * rng.standard_normal(draws.shape)
        quantiles = np.exp(np.quantile(draws, QUANTILE_LEVELS, axis=0)).T
    except (ForecastingError, np.linalg.LinAlgError) as error:
        reason, quantiles = str(error), np.full((count, len(QUANTILE_KEYS)), np.nan)
    scores = score(quantiles, np.exp(targets.log_payers))
    median = np.log(quantiles[:, len(QUANTILE_LEVELS) // 2])
    return pd.DataFrame(
        {
            "model": name,
            "origin": pd.Timestamp(origin),
            "target": pd.to_datetime(targets.days),
            "horizon": targets.horizon,
            "observed": np.exp(targets.log_payers),
            **dict(zip(QUANTILE_KEYS, quantiles.T, strict=True)),
            "absolute_log_error": np.abs(median - targets.log_payers),
            "wis": scores.wis,
            "wis_log": scores.wis_log,
            "inside_80": np.where(reason == "", scores.inside_80, np.nan),
            "reason": reason,
        }
    )
