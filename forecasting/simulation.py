"""Draw paths from a fit: reconstruction, forecast, steady state, lag and settling time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from forecasting.arrays import Array
from forecasting.claims import ALL_EFFECTS, NO_EFFECTS, Parameters, claims_paths
from forecasting.enrolment import Membership, project, split_joins_and_exits
from forecasting.errors import InputError
from forecasting.estimation import (
    DEVIATION_PERSISTENCE,
    DEVIATION_SD,
    MODEL_VERSION,
    SelectionLagFit,
)
from forecasting.likelihood import AID_CV
from forecasting.messages import Message
from forecasting.regime import Regime, build_regime, model_grid
from forecasting.results import QUANTILE_KEYS, Quantiles, quantile_columns
from forecasting.scenario import Scenario
from forecasting.selection import mean_lag_days
from forecasting.settlements import DAYS_PER_PERIOD, PERIODS_PER_YEAR
from forecasting.whatif import (
    exits_under,
    level_under,
    members_under,
    notes_on,
    parameters_ahead,
    regime_under,
)

STRUCTURAL = "structural"
SETTLED_GROWTH = 0.01
SETTLED_WITHIN = 0.10
SETTLING_HORIZON = 5 * PERIODS_PER_YEAR
SETTLING_PATHS = 250
LONGEST_HORIZON = 2_600
MOST_PATHS = 100_000
BLOCK = 250


@dataclass(frozen=True)
class Forecast:
    """Quantiles of every settlement from the first to the horizon, and the long-run numbers.

    ``periods`` has one row a settlement. RMB a member and settlement for shares and ``dilution``
    (undiluted share less share, draw by draw), persons for counts, half-months for ``lag_periods``
    and ``settling_periods``; ``next_year_total`` is the sum of the next 24 settlements, NaN when
    the horizon is shorter.
    """

    plan: str
    as_of: date
    model: str
    model_version: str
    data_version: str
    scenario: Scenario
    converged: bool
    warnings: tuple[str, ...]
    steady_state: Quantiles
    lag_periods: Quantiles
    settling_periods: Quantiles
    next_share: Quantiles | None
    next_year_total: Quantiles | None
    periods: pd.DataFrame

    def to_frame(self) -> pd.DataFrame:
        """One row a settlement."""
        return self.periods

    def to_dict(self) -> dict[str, Any]:
        """The JSON of the command line."""
        return {
            "model_version": self.model_version,
            "data_version": self.data_version,
            "as_of": self.as_of.isoformat(),
            "plan": self.plan,
            "model": self.model,
            "scenario": self.scenario.to_dict(),
            "converged": self.converged,
            "steady_state": self.steady_state.to_dict(),
            "lag_periods": self.lag_periods.to_dict(),
            "settling_periods": self.settling_periods.to_dict(),
            "next_share": self.next_share.to_dict() if self.next_share else None,
            "next_year_total": self.next_year_total.to_dict() if self.next_year_total else None,
            "periods": [_period_dict(row) for row in self.periods.to_dict("records")],
            "warnings": list(self.warnings),
        }


def _period_dict(row: dict[Any, Any]) -> dict[str, Any]:
    def band(prefix: str) -> dict[str, float]:
        return {key: float(row[f"{prefix}_{key}"]) for key in QUANTILE_KEYS}

    def with_disclosed(prefix: str) -> dict[str, float | None]:
        value = row[f"{prefix}_disclosed"]
        return {"disclosed": None if pd.isna(value) else float(value), **band(prefix)}

    return {
        "date": row["date"].date().isoformat(),
        "status": row["status"],
        "share": with_disclosed("share"),
        "structural_share": band("structural_share"),
        "undiluted_share": band("undiluted_share"),
        "sharing_members": with_disclosed("sharing_members"),
        "helped": with_disclosed("helped"),
    }


@dataclass(frozen=True)
class Draws:
    """Joint draws on the grid from launch to horizon; shape (paths,) or (paths, T + horizon)."""

    parameters: Parameters
    regime: Regime
    membership: Membership
    deviation: Array
    share: Array
    helped: Array
    undiluted: Array
    past: int


def draw_paths(fit: SelectionLagFit, horizon: int, paths: int, seed: int) -> Draws:
    """Draw parameters, deviations and membership jointly and run the claims model on them.

    u continues as its AR(1); members continue at their last rate; persons helped carry count noise
    (variance 1/cases) and the share that of the amounts too, in every period not disclosed.
    """
    rng = np.random.default_rng(seed)
    grid, past = model_grid(fit.disclosures, horizon)
    regime = build_regime(fit.disclosures, fit.scenario, grid, fit.regime)
    regime = regime_under(regime, fit.scenario, past)
    parameters, deviation = fit.draw(paths, rng)
    past_members = fit.membership_fit.draw(paths, rng)
    # All that is known is drawn before anything that depends on the horizon.
    deviation = _continue_deviation(deviation, horizon, rng)
    log_members = project(past_members, horizon, rng, fit.scenario.growth_ahead_per_period)
    membership = split_joins_and_exits(np.exp(log_members), fit.scenario.exit_rate_per_year)
    membership = members_under(membership, fit.scenario, grid)

    def run(members: Membership) -> tuple[Membership, Array, Array, Array]:
        by_class = members.class_survival(parameters["leaver_risk"])
        members = replace(members, survival_by_class=by_class)
        share, helped, undiluted = (np.empty(deviation.shape) for _ in range(3))
        for block in _blocks(paths):
            path, level = claims_paths(
                _of_block(parameters, block),
                regime,
                members.of_paths(block),
                deviation[block],
                fit.scenario.delay_family,
                [ALL_EFFECTS, NO_EFFECTS],
            )
            share[block], helped[block], undiluted[block] = path.share, path.helped, level.share
        return members, share, helped, undiluted

    membership = exits_under(membership, fit.scenario, past, lambda members: run(members)[1])
    membership, share, helped, undiluted = run(membership)
    known = np.zeros(len(grid), dtype=bool)
    known[:past] = np.isin(np.array(grid[:past]), fit.disclosures.settled("share").index)
    cases = np.maximum(helped, 1.0)
    count_noise = _noise(1.0 / cases, known, rng)
    amount_noise = _noise(AID_CV**2 / cases, known, rng)
    return Draws(
        parameters=parameters,
        regime=regime,
        membership=membership,
        deviation=deviation,
        share=share * count_noise * amount_noise,
        helped=helped * count_noise,
        undiluted=undiluted,
        past=past,
    )


def _blocks(paths: int) -> Iterator[slice]:
    """Paths in blocks whose arrays stay in the processor's cache."""
    return (slice(start, start + BLOCK) for start in range(0, paths, BLOCK))


def _of_block(parameters: Parameters, block: slice) -> Parameters:
    return {name: value[block] if np.ndim(value) else value for name, value in parameters.items()}


def _noise(variance: Array, known: np.ndarray, rng: np.random.Generator) -> Array:
    """Lognormal noise of mean 1 and the given relative variance, 1 where the figure is known."""
    log_variance = np.where(known, 0.0, np.log1p(variance))
    standard = rng.standard_normal(variance.shape)
    return np.exp(np.sqrt(log_variance) * standard - log_variance / 2)


def _continue_deviation(deviation: Array, horizon: int, rng: np.random.Generator) -> Array:
    innovation = DEVIATION_SD * np.sqrt(1.0 - DEVIATION_PERSISTENCE**2)
    future = np.empty((deviation.shape[0], horizon))
    last = deviation[:, -1]
    for t in range(horizon):
        last = DEVIATION_PERSISTENCE * last + innovation * rng.standard_normal(last.shape)
        future[:, t] = last
    return np.concatenate([deviation, future], axis=1)


def forecast(fit: SelectionLagFit, horizon: int = 24, paths: int = 1000, seed: int = 0) -> Forecast:
    """Forecast ``horizon`` settlements beyond the as-of day and reconstruct those before it.

    Raises InputError when horizon or paths are out of range.

    >>> import forecasting
    >>> fitted = forecasting.fit(forecasting.load_disclosures().as_of("2020-10-28"))
    >>> forecast(fitted, horizon=4, paths=200).periods["status"].iloc[-1]
    'forecast'
    """
    for name, value, upper in (("horizon", horizon, LONGEST_HORIZON), ("paths", paths, MOST_PATHS)):
        if not 1 <= value <= upper:
            raise InputError(
                "{name}: found {found}, legal: 1 to {most}", name=name, found=value, most=upper
            )
    draws = draw_paths(fit, horizon, paths, seed)
    first = _first_shown(fit, draws.regime.grid)
    past, grid = draws.past, draws.regime.grid
    shown = slice(first, None)
    share = quantile_columns(draws.share[:, shown], "share")
    columns: dict[str, Any] = {
        "date": pd.to_datetime(list(grid[shown])),
        "status": _status(fit, grid, past)[shown],
        "share_disclosed": _disclosed_column(fit, "share", grid[shown]),
        **share,
        **{f"structural_{name}": band for name, band in share.items()},
        **quantile_columns(draws.undiluted[:, shown], "undiluted_share"),
        **quantile_columns(draws.undiluted[:, shown] - draws.share[:, shown], "dilution"),
        "sharing_members_disclosed": _disclosed_column(fit, "sharing_members", grid[shown]),
        **quantile_columns(draws.membership.members[:, shown], "sharing_members"),
        "helped_disclosed": _disclosed_column(fit, "helped", grid[shown]),
        **quantile_columns(draws.helped[:, shown], "helped"),
    }
    year = draws.share[:, past : past + PERIODS_PER_YEAR]
    closed = fit.disclosures.plan_info.closed
    warnings = list(fit.warnings)
    if closed is not None and grid[-1] > closed:
        warnings.append(
            Message(
                "the plan closed on {closed}: settlements after it are a counterfactual",
                closed=closed,
            )
        )
    warnings += notes_on(fit.scenario, fit.as_of)
    ahead = parameters_ahead(draws.parameters, fit.scenario)
    lag = mean_lag_days(
        draws.regime.waiting_days,
        ahead["waiting_incidence"],
        ahead["initial_selection"],
        ahead["ramp_years"],
        ahead["delay_days"],
    )
    level = level_under(draws.parameters, draws.regime, draws.membership, draws.undiluted)
    return Forecast(
        plan=fit.disclosures.plan,
        as_of=fit.as_of,
        model=STRUCTURAL,
        model_version=MODEL_VERSION,
        data_version=fit.disclosures.data_version,
        scenario=fit.scenario,
        converged=fit.converged,
        warnings=tuple(warnings),
        steady_state=Quantiles.from_draws(level),
        lag_periods=Quantiles.from_draws(np.broadcast_to(lag, (paths,)) / DAYS_PER_PERIOD),
        settling_periods=Quantiles.from_draws(settling_draws(fit, draws)),
        next_share=Quantiles.from_draws(draws.share[:, past]),
        next_year_total=(
            Quantiles.from_draws(year.sum(axis=1)) if horizon >= PERIODS_PER_YEAR else None
        ),
        periods=pd.DataFrame(columns),
    )


def _first_shown(fit: SelectionLagFit, grid: tuple[date, ...]) -> int:
    first = fit.disclosures.first_settlement
    return next((t for t, day in enumerate(grid) if day >= first), 0)


def _disclosed_column(fit: SelectionLagFit, quantity: str, grid: tuple[date, ...]) -> Array:
    known = fit.disclosures.settled(quantity)
    lookup = dict(zip(known.index, known.to_numpy(), strict=True))
    return np.array([lookup.get(day, np.nan) for day in grid], dtype=float)


def _status(fit: SelectionLagFit, grid: tuple[date, ...], past: int) -> list[str]:
    disclosed = set(fit.disclosures.settled("share").index)
    closed = fit.disclosures.plan_info.closed
    statuses = []
    for t, day in enumerate(grid):
        if closed is not None and day > closed:
            statuses.append("closed")
        elif t >= past:
            statuses.append("forecast")
        else:
            statuses.append("disclosed" if day in disclosed else "reconstructed")
    return statuses


def membership_stop(members: Array) -> int:
    """Index of the last period in which members grew by more than 1%: where growth ended."""
    growth = np.diff(np.log(members))
    fast = np.flatnonzero(growth > SETTLED_GROWTH)
    return int(fast[-1]) + 1 if fast.size else 0


def settling_draws(fit: SelectionLagFit, draws: Draws) -> Array:
    """Half-months from the end of growth until the share is within 10% of its own level.

    Enrolment grows as it did until its last period of more than 1% growth (or the as-of day, if it
    still grows) and then stops: nobody joins or leaves. The share with waiting period, ramp and
    delay only is compared with the undiluted share; the answer is the first period from which it
    stays within 10%, at most five years. One value a draw.
    """
    stop = membership_stop(fit.membership.members)
    count = min(SETTLING_PATHS, draws.deviation.shape[0])
    ahead = parameters_ahead(draws.parameters, fit.scenario)
    parameters = _of_block(ahead, slice(count))
    past = len(fit.grid)
    grid, _ = model_grid(fit.disclosures, max(stop + 1 + SETTLING_HORIZON - past, 0))
    grid = grid[: stop + 1 + SETTLING_HORIZON]
    regime = build_regime(fit.disclosures, fit.scenario, grid, fit.regime)
    frozen = _frozen_after(fit.membership, stop, len(grid), parameters["leaver_risk"])
    path, undiluted = claims_paths(
        parameters,
        regime,
        frozen,
        0.0,
        fit.scenario.delay_family,
        [frozenset({"waiting", "ramp", "delay"}), NO_EFFECTS],
    )
    # One path for all draws where no free parameter acts on it.
    ratio = np.atleast_2d(path.share / undiluted.share)
    outside = np.abs(ratio - 1.0)[:, stop:] > SETTLED_WITHIN
    periods = outside.shape[1]
    last_outside = periods - 1 - np.argmax(outside[:, ::-1], axis=1)
    return np.where(outside.any(axis=1), np.minimum(last_outside + 1, SETTLING_HORIZON), 0).astype(
        float
    )


def _frozen_after(
    membership: Membership, stop: int, periods: int, leaver_risk: Array
) -> Membership:
    """The membership with joins and exits switched off after period ``stop``, on ``periods``."""
    held = np.arange(periods).clip(max=stop)
    joins = np.where(np.arange(periods) <= stop, membership.joins[held], 0.0)
    by_class = membership.class_survival(leaver_risk)[..., held]
    return Membership(membership.members[held], joins, membership.survival[held], by_class)
