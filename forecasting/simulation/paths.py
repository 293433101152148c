"""Draw paths from a fit: reconstruction, forecast, steady state, lag and settling time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from forecasting.assumptions.scenario import Scenario
from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.base.later import Later
from forecasting.base.messages import Message
from forecasting.base.quantiles import QUANTILE_KEYS, Quantiles, quantile_columns
from forecasting.base.settlements import DAYS_PER_PERIOD, PERIODS_PER_YEAR
from forecasting.claims.path import Parameters, Pool, claims_of, of_block
from forecasting.claims.regime import Regime
from forecasting.claims.selection import mean_lag_days
from forecasting.fitting.estimation import MODEL_VERSION, SelectionLagFit
from forecasting.fitting.likelihood import AID_CV
from forecasting.fitting.sanity import (
    require_believable_fit,
    require_figures_explained,
    require_possible_shares,
)
from forecasting.members.enrolment import Membership
from forecasting.simulation.draws import Sample, blocks, draw_sample, settling_of, with_classes
from forecasting.simulation.launches import drawn_over_launches
from forecasting.simulation.whatif import (
    cut_under,
    members_after_exits,
    notes_on,
    parameters_ahead,
    scenario_regime,
    steady_state_draws,
)

STRUCTURAL = "structural"
LONGEST_HORIZON = 2_600
MOST_PATHS = 100_000
# The columns of a forecast that were disclosed, not computed.
DISCLOSED = ("share_disclosed", "sharing_members_disclosed", "helped_disclosed")


@dataclass(frozen=True, eq=False)
class Forecast:
    """Quantiles of every settlement from the first to the horizon, and the long-run numbers.

    ``periods`` has one row a settlement. RMB a member and settlement for shares and ``dilution``
    (undiluted share less share, draw by draw), persons for counts, half-months on every calendar
    for ``lag_periods`` and ``settling_periods``; ``next_year_total`` is the sum of the settlements
    of the next twelve months, whatever the horizon, None where a shorter sample was given;
    ``settlements_a_year`` says how many these are.
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
    settling: Later[Quantiles]
    next_share: Quantiles | None
    next_year_total: Quantiles | None
    periods: pd.DataFrame
    settlements_a_year: int = PERIODS_PER_YEAR

    @property
    def settling_periods(self) -> Quantiles:
        """Half-months until the share has settled at its own level, worked out when asked for."""
        return self.settling.value

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


@dataclass(frozen=True, eq=False)
class Draws:
    """Joint draws on the grid from launch to horizon; shape (paths,) or (paths, T + horizon).

    ``level``: the steady state of each path, RMB.
    """

    parameters: Parameters
    regime: Regime
    membership: Membership
    deviation: Array
    share: Array
    helped: Array
    undiluted: Array
    level: Array
    past: int
    sample: Sample


def draw_paths(
    fit: SelectionLagFit, horizon: int, paths: int, seed: int, sample: Sample | None = None
) -> Draws:
    """Draw parameters, deviations and membership jointly and run the claims model on them.

    u continues as its AR(1); members continue at their last rate; persons helped carry count noise
    (variance 1/cases) and the share that of the amounts too, in every period not disclosed.
    ``sample`` is one drawn before of the same fit, for several what-ifs. Where the launch is not
    known and no sample is given, paths are drawn under each launch by its weight.
    """
    if fit.launches and sample is None:
        return drawn_over_launches(
            fit, paths, lambda one, some: draw_paths(one, horizon, some, seed)
        )
    is_shared = sample is not None
    if sample is None:
        sample = draw_sample(fit, horizon, paths, seed)
    past, parameters, deviation = sample.past, sample.parameters, sample.deviation
    regime = scenario_regime(sample.regime, fit.scenario, past)
    with_cut = parameters | cut_under(fit.scenario, past, sample.cut_noise, regime.calendar)

    def run(pools: Iterable[Pool]) -> tuple[Array, Array, Array]:
        share, helped, undiluted = (np.empty(deviation.shape) for _ in range(3))
        for block, pool in zip(blocks(paths), pools, strict=True):
            path, level = claims_of(pool, of_block(with_cut, block), regime, deviation[block])
            share[block], helped[block], undiluted[block] = path.share, path.helped, level.share
        return share, helped, undiluted

    def share_of(members: Membership) -> Array:
        return run(sample.pools_of(with_classes(members, parameters)))[0]

    membership = members_after_exits(
        sample.membership, fit.scenario, past, share_of, regime.calendar
    )
    if membership is not sample.membership:
        membership = with_classes(membership, parameters)
    # Pools of many paths together would outgrow the memory that their forecast needs.
    shares_pools = is_shared and membership is sample.membership
    share, helped, undiluted = run(sample.pools if shares_pools else sample.pools_of(membership))
    known = np.zeros(len(regime.grid), dtype=bool)
    known[:past] = np.isin(np.array(regime.grid[:past]), fit.disclosures.known("share").index)
    cases = np.maximum(helped, 1.0)
    count_noise = _noise(1.0 / cases, known, sample.count_noise)
    amount_noise = _noise(AID_CV**2 / cases, known, sample.amount_noise)
    return Draws(
        parameters=parameters,
        regime=regime,
        membership=membership,
        deviation=deviation,
        share=share * count_noise * amount_noise,
        helped=helped * count_noise,
        undiluted=undiluted,
        level=steady_state_draws(parameters, regime, membership, undiluted),
        past=past,
        sample=sample,
    )


def _noise(variance: Array, known: np.ndarray, standard: Array) -> Array:
    """Lognormal noise of mean 1 and the given relative variance, 1 where the figure is known."""
    log_variance = np.where(known, 0.0, np.log1p(variance))
    return np.exp(np.sqrt(log_variance) * standard - log_variance / 2)


def forecast(
    fit: SelectionLagFit,
    horizon: int = 24,
    paths: int = 1000,
    seed: int = 0,
    sample: Sample | None = None,
) -> Forecast:
    """Forecast ``horizon`` settlements beyond the as-of day and reconstruct those before it.

    ``sample`` is what :func:`~forecasting.simulation.draws.draw_sample` drew of the same fit with
    the same horizon, paths and seed: several what-ifs of one fit then take a third of the time
    each.

    Raises InputError when horizon or paths are out of range, Refused when fit or shares are beyond
    belief, ValueError when the sample is of
    another fit, size or seed.

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
    if sample is not None and not sample.matches(fit, horizon, paths, seed):
        raise ValueError("the sample is of another fit, size or seed")
    # A year is drawn whatever is asked, so that its total can be had; the sample's reader knows.
    a_year = fit.disclosures.calendar.periods_in(1.0)
    reach = horizon if sample is not None else max(horizon, a_year)
    draws = draw_paths(fit, reach, paths, seed, sample)
    past = draws.past
    grid = draws.regime.grid[: past + horizon]
    first = _first_shown(fit, grid)
    shown = slice(first, past + horizon)
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
    known = fit.disclosures
    # A reader's own assumptions may be as far from the figures as they like.
    if fit.scenario.for_fit() == Scenario(launch=fit.scenario.launch):
        standard = fit.mode_[: len(fit.free)]
        require_believable_fit(known, [one.name for one in fit.free], standard)
        members = fit.membership_fit.residuals
        apart = np.abs(np.log(members["observed"] / members["fitted"])).max()
        require_figures_explained(known, max(np.abs(fit.deviation_).max(), apart))
    require_possible_shares(known, float(share["share_q90"].max()))
    year = draws.share[:, past : past + a_year]
    closed = fit.disclosures.plan_info.closed
    warnings = list(fit.warnings)
    if closed is not None and grid[-1] > closed:
        warnings.append(
            Message(
                "the plan closed on {closed}: settlements after it are a counterfactual",
                closed=closed,
            )
        )
    warnings += notes_on(fit.scenario, fit.as_of, fit.disclosures.calendar)
    ahead = parameters_ahead(draws.parameters, fit.scenario)
    lag = mean_lag_days(
        draws.regime.waiting_days,
        ahead["waiting_incidence"],
        ahead["initial_selection"],
        ahead["ramp_years"],
        ahead["delay_days"],
    )
    return Forecast(
        plan=fit.disclosures.plan,
        as_of=fit.as_of,
        model=STRUCTURAL,
        model_version=MODEL_VERSION,
        data_version=fit.disclosures.data_version,
        scenario=fit.scenario,
        converged=fit.converged,
        warnings=tuple(warnings),
        steady_state=Quantiles.from_draws(draws.level),
        lag_periods=Quantiles.from_draws(np.broadcast_to(lag, (paths,)) / DAYS_PER_PERIOD),
        settling=_settling(draws.sample, fit.scenario),
        next_share=Quantiles.from_draws(draws.share[:, past]),
        next_year_total=Quantiles.from_draws(year.sum(axis=1)) if reach >= a_year else None,
        periods=pd.DataFrame(columns),
        settlements_a_year=a_year,
    )


def _first_shown(fit: SelectionLagFit, grid: tuple[date, ...]) -> int:
    first = fit.disclosures.first_settlement
    return next((t for t, day in enumerate(grid) if day >= first), 0)


def _disclosed_column(fit: SelectionLagFit, quantity: str, grid: tuple[date, ...]) -> Array:
    known = fit.disclosures.known(quantity)["value"]
    lookup = dict(zip(known.index, known.to_numpy(), strict=True))
    return np.array([lookup.get(day, np.nan) for day in grid], dtype=float)


def _status(fit: SelectionLagFit, grid: tuple[date, ...], past: int) -> list[str]:
    disclosed = set(fit.disclosures.known("share").index)
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


def _settling(sample: Sample, scenario: Scenario) -> Later[Quantiles]:
    # The fit and a seed are held, not the sample with its megabytes.
    draws = sample.settling
    if scenario.delay_factor != 1.0:
        paths = len(sample.deviation)
        draws = Later(partial(settling_of, sample.fit, paths, sample.seed, scenario.delay_factor))
    return Later(lambda: Quantiles.from_draws(draws.value))
