"""Model checks: what the fit leaves over, and whether records drawn from it look like the real one.

Figures are compared on the log scale in units of their own sd. Replicated records are drawn from
the Laplace posterior: the same figures, of the same precision, of a plan that obeys the model.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy import linalg, stats

from forecasting.assumptions.parameters import natural_parameters
from forecasting.base.arrays import Array
from forecasting.base.quantiles import Quantiles
from forecasting.base.settlements import place_on
from forecasting.claims.path import Parameters, claims_path
from forecasting.fitting.deviation import draw_deviations
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.fitting.solver import DIFFERENCE_STEP

KINDS: dict[str, tuple[str, ...]] = {
    "share": ("share", "share_sum", "share_mean", "share_min"),
    "persons": ("helped", "helped_sum", "helped_thyroid"),
    "aid": ("aid", "aid_sum", "mean_aid"),
    "members": ("sharing_members", "members"),
}
NEAR = 1.96
MOST_LEVERAGE = 0.95
FEWEST_FOR_NORMALITY = 4
UNLIKELY = 0.05

PLATEAU = (date(2019, 10, 14), date(2019, 12, 28))
TROUGH = (date(2020, 2, 28), date(2020, 3, 28))
GROWTH_FROM = (date(2019, 6, 14), date(2019, 6, 28))
GROWTH_TO = (date(2020, 10, 14), date(2020, 10, 28))
STATISTICS: tuple[str, ...] = (
    "plateau",
    "trough",
    "growth",
    "sign_changes",
    "largest_residual",
    "chi2",
)

Window = tuple[date, date]


@dataclass(frozen=True, eq=False)
class FitChecks:
    """Residual checks and posterior-predictive checks of one fit.

    ``figures``: one row a figure fitted, by date: ``date_start``, ``date_end``, ``quantity``,
    ``kind`` (a key of ``KINDS``), ``bound``, ``observed``, ``fitted`` (own unit), ``z`` = log ratio
    over the figure's sd, ``leverage`` (share of the figure's variance that the fit takes up),
    ``standardised`` = z / sqrt(1 - leverage), ``source_id``, ``row``. Inequalities have neither.

    ``kinds``: one row a kind: ``n``, ``near`` (figures with |z| up to 1.96), ``mean``, ``sd`` of z,
    ``chi2`` = sum z^2, ``freedom`` = n - sum of leverages, ``p_value`` of chi2 on that freedom,
    ``normality_p`` (Shapiro-Wilk on the standardised residuals, NaN under four figures).

    ``predictive``: one row a statistic (a key of ``STATISTICS``): ``observed``, the quantiles of
    the replicated records and ``p_value``, the share of these at or above the real one (ties count
    half); ``p_new_deviation``, the same where the deviations u_t are drawn afresh, so that only the
    structure has to answer (NaN where the statistic is one of residuals).
    """

    figures: pd.DataFrame
    kinds: pd.DataFrame
    predictive: pd.DataFrame
    residual_autocorrelation: float
    deviation_persistence: Quantiles
    deviation_persistence_assumed: Quantiles
    deviation_sd: Quantiles
    deviation_sd_assumed: Quantiles

    @property
    def values(self) -> pd.DataFrame:
        """The figures that are values, not inequalities."""
        return self.figures[~self.figures["bound"].isin(["<", ">"])]

    @property
    def near(self) -> int:
        """How many values the model meets within 1.96 of their own sd."""
        return int((self.values["z"].abs() <= NEAR).sum())

    @property
    def readings(self) -> list[str]:
        """How the real record lies among the replicates: ``usual``, ``high`` or ``low``."""
        return [_reading(p) for p in self.predictive["p_value"]]

    @property
    def unlikely(self) -> list[str]:
        """Statistics of which fewer than one replicate in twenty is as far out as the record."""
        return [
            name
            for name, reading in zip(self.predictive["statistic"], self.readings, strict=True)
            if reading != "usual"
        ]

    @property
    def needs_deviations(self) -> list[str]:
        """Statistics that the structure alone, with new deviations, would hardly give."""
        p_values = self.predictive.set_index("statistic")["p_new_deviation"].dropna()
        return [str(name) for name, p in p_values.items() if _reading(float(p)) != "usual"]

    def largest(self, count: int = 5) -> pd.DataFrame:
        """The values that the model misses by most, in units of their sd."""
        order = self.values["z"].abs().sort_values(ascending=False).index
        return self.values.loc[order[:count]]


def _reading(p_value: float) -> str:
    if p_value < UNLIKELY:
        return "high"
    return "low" if p_value > 1.0 - UNLIKELY else "usual"


def check_fit(fit: SelectionLagFit, draws: int = 1000, seed: int = 0) -> FitChecks:
    """Residual and posterior-predictive checks.

    Sources: Gelman, Meng, Stern 1996 (posterior predictive checks with discrepancies); Marshall and
    Spiegelhalter 2003 (mixed replication, here with new deviations).

    >>> import forecasting
    >>> checks = check_fit(forecasting.fit(forecasting.load_disclosures().as_of("2020-10-28")))
    >>> checks.near, len(checks.values)
    (118, 121)
    """
    rng = np.random.default_rng(seed)
    parameters, deviation = fit.draw(draws, rng)
    prediction = _predict(fit, parameters, deviation)
    scale, calendar = parameters["deviation_scale"], fit.disclosures.calendar
    fresh = draw_deviations(scale, deviation.shape[1], rng, None, calendar)
    figures = _figures(fit)
    return FitChecks(
        figures=figures,
        kinds=_by_kind(figures),
        predictive=_predictive(fit, prediction, _predict(fit, parameters, fresh), rng),
        residual_autocorrelation=_residual_autocorrelation(figures),
        deviation_persistence=Quantiles.from_draws(autocorrelation(deviation)),
        deviation_persistence_assumed=Quantiles.from_draws(autocorrelation(fresh)),
        deviation_sd=Quantiles.from_draws(deviation.std(axis=1)),
        deviation_sd_assumed=Quantiles.from_draws(fresh.std(axis=1)),
    )


def autocorrelation(series: Array) -> Array:
    """Lag-one autocorrelation about the mean along the last axis; NaN for a constant.

    >>> autocorrelation(np.array([1.0, -1.0, 1.0, -1.0])).round(2)
    np.float64(-0.75)
    """
    centred = series - series.mean(axis=-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        product = (centred[..., 1:] * centred[..., :-1]).sum(axis=-1)
        return np.asarray(product / (centred**2).sum(axis=-1))[()]


def tail_share(replicated: Array, observed: Array | float) -> float:
    """Share of replicates at or above what was observed, ties counting half.

    >>> tail_share(np.array([1.0, 2.0, 2.0, 3.0]), 2.0)
    0.5
    """
    above, equal = replicated > observed, replicated == observed
    return float(np.mean(above + 0.5 * equal))


def _predict(fit: SelectionLagFit, parameters: Parameters, deviation: Array) -> Array:
    """Log of every claims figure under each draw, shape (draws, n)."""
    path = claims_path(parameters, fit.regime, fit.membership, deviation, fit.scenario.delay_family)
    return fit.likelihood.predict(path)


def _figures(fit: SelectionLagFit) -> pd.DataFrame:
    leverage = np.concatenate([claims_leverage(fit), member_leverage(fit)])
    leverage = leverage.clip(0.0, MOST_LEVERAGE)
    rows = fit.residuals.assign(leverage=leverage)
    kinds = {quantity: kind for kind, names in KINDS.items() for quantity in names}
    rows["kind"] = rows["quantity"].map(kinds)
    rows["standardised"] = rows["z"] / np.sqrt(1.0 - rows["leverage"])
    rows.loc[rows["bound"].isin(["<", ">"]), ["leverage", "standardised"]] = np.nan
    columns = ["date_start", "date_end", "quantity", "kind", "scope", "bound", "observed", "fitted"]
    columns += ["z", "leverage", "standardised", "source_id", "row"]
    return rows.sort_values(["date_end", "quantity"], kind="stable")[columns].reset_index(drop=True)


def claims_leverage(fit: SelectionLagFit) -> Array:
    """Leverage of each claims figure, shape (n,): j' C j / sd^2 with C the Laplace covariance.

    ``j`` is the slope of the figure's log prediction at the mode: written out for the deviations,
    differences for the parameters.
    """
    count, likelihood = len(fit.free), fit.likelihood
    log_prediction, by_deviation = likelihood.slopes(fit.path)
    steps = fit.mode_[:count] + DIFFERENCE_STEP * np.eye(count)
    stepped = _predict(fit, natural_parameters(steps, fit.free, fit.fixed), fit.deviation_)
    stepped = np.broadcast_to(stepped, (count, log_prediction.size))
    by_parameter = (stepped - log_prediction).T / DIFFERENCE_STEP
    slopes = np.hstack([by_parameter, by_deviation]) / likelihood.log_sd[:, None]
    half = linalg.solve_triangular(fit.precision_cholesky_, slopes.T, trans="T", lower=False)
    return np.asarray((half**2).sum(axis=0))


def member_leverage(fit: SelectionLagFit) -> Array:
    """Leverage of each member figure, shape (figures,): a' C a / sd^2 with C the covariance.

    ``a`` interpolates log members at the figure's day and adds the ratios that it carries.
    """
    members = fit.membership_fit
    rows = members.residuals
    inverse = linalg.solve_triangular(members.precision_cholesky_, np.eye(members.mean_.size))
    design = np.zeros((len(rows), members.mean_.size))
    for i, figure in enumerate(rows.itertuples()):
        place = place_on(figure.period_end.date(), fit.grid)
        before = min(int(place), max(members.periods - 2, 0))
        design[i, before] = 1.0 - (place - before)
        if members.periods > 1:
            design[i, before + 1] = place - before
        design[i, members.periods] = figure.quantity == "members"
        design[i, members.periods + 1] = figure.scope == "all_plans"
    variance = ((design @ inverse) ** 2).sum(axis=1)
    return np.asarray(variance / rows["sd_log"].to_numpy() ** 2)


def _by_kind(figures: pd.DataFrame) -> pd.DataFrame:
    values = figures[figures["standardised"].notna()]
    records = []
    for kind in KINDS:
        rows = values[values["kind"] == kind]
        if rows.empty:
            continue
        z, chi2 = rows["z"], float((rows["z"] ** 2).sum())
        freedom = float((1.0 - rows["leverage"]).sum())
        enough = len(rows) >= FEWEST_FOR_NORMALITY
        records.append(
            {
                "kind": kind,
                "n": len(rows),
                "near": int((z.abs() <= NEAR).sum()),
                "mean": float(z.mean()),
                "sd": float(z.std()),
                "chi2": chi2,
                "freedom": freedom,
                "p_value": float(stats.chi2.sf(chi2, freedom)),
                "normality_p": float(stats.shapiro(rows["standardised"]).pvalue)
                if enough
                else np.nan,
            }
        )
    return pd.DataFrame.from_records(records)


def _residual_autocorrelation(figures: pd.DataFrame) -> float:
    """Lag-one autocorrelation of the standardised residuals of single shares, in order of date."""
    shares = figures[(figures["quantity"] == "share") & figures["standardised"].notna()]
    if len(shares) < FEWEST_FOR_NORMALITY:
        return float("nan")
    return float(autocorrelation(shares["standardised"].to_numpy()))


def _predictive(
    fit: SelectionLagFit, prediction: Array, structure: Array, rng: np.random.Generator
) -> pd.DataFrame:
    likelihood = fit.likelihood
    is_value = likelihood.side == 0
    noise = rng.standard_normal(prediction.shape)
    replicated = prediction + likelihood.log_sd * noise
    renewed = structure + likelihood.log_sd * noise
    records = []
    for name, columns, signs in _levels(likelihood.figures, is_value):
        observed = float(likelihood.log_value[columns] @ signs)
        replicates, renewed_replicates = replicated[:, columns] @ signs, renewed[:, columns] @ signs
        records.append(
            _record(name, np.exp(observed), np.exp(replicates), tail_share(replicates, observed))
            | {"p_new_deviation": tail_share(renewed_replicates, observed)}
        )
    z = ((likelihood.log_value - prediction) / likelihood.log_sd)[:, is_value]
    shares = _shares_by_day(likelihood.figures[is_value])
    for name, of_record, of_replicate in (
        ("sign_changes", _sign_changes(z[:, shares]), _sign_changes(noise[:, is_value][:, shares])),
        ("largest_residual", np.abs(z).max(axis=1), np.abs(noise[:, is_value]).max(axis=1)),
        ("chi2", (z**2).sum(axis=1), (noise[:, is_value] ** 2).sum(axis=1)),
    ):
        share = tail_share(of_replicate - of_record, 0.0)
        records.append(_record(name, float(np.median(of_record)), of_replicate, share))
    return pd.DataFrame.from_records(records)


def _record(name: str, observed: float, replicates: Array, p_value: float) -> dict[str, object]:
    return {
        "statistic": name,
        "observed": observed,
        **Quantiles.from_draws(replicates).to_dict(),
        "p_value": p_value,
        "p_new_deviation": np.nan,
    }


def _levels(
    figures: pd.DataFrame, is_value: np.ndarray
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Statistics that are weighted sums of log figures: name, figures, weights."""

    def of(quantity: str, window: Window) -> np.ndarray:
        start, end = (pd.Timestamp(day) for day in window)
        inside = (figures["period_start"] >= start) & (figures["period_end"] <= end)
        return np.flatnonzero(inside & (figures["quantity"] == quantity) & is_value)

    for name, window in (("plateau", PLATEAU), ("trough", TROUGH)):
        columns = of("share", window)
        if columns.size:
            yield name, columns, np.full(columns.size, 1.0 / columns.size)
    start, end = of("share", GROWTH_FROM), of("share", GROWTH_TO)
    if start.size and end.size:
        weights = [np.full(end.size, 1.0 / end.size), np.full(start.size, -1.0 / start.size)]
        yield "growth", np.concatenate([end, start]), np.concatenate(weights)


def _shares_by_day(values: pd.DataFrame) -> np.ndarray:
    """Places of the single shares among the values, in order of date."""
    places = np.flatnonzero(values["quantity"] == "share")
    return places[np.argsort(values["period_end"].to_numpy()[places], kind="stable")]


def _sign_changes(z: Array) -> Array:
    return np.asarray((np.diff(np.sign(z), axis=1) != 0).sum(axis=1), dtype=float)
