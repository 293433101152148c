"""What is drawn from a fit before any what-if acts on it, so that several may share it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from forecasting.base.arrays import Array
from forecasting.base.later import Later
from forecasting.claims.path import ALL_EFFECTS, NO_EFFECTS, Parameters, Pool, of_block, pool_of
from forecasting.claims.regime import Regime, build_regime
from forecasting.disclosures.grid import model_grid
from forecasting.fitting.deviation import draw_deviations
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.fitting.solver import ScaleFit
from forecasting.members.enrolment import Membership, project, split_joins_and_exits
from forecasting.simulation.equilibrium import SETTLING_PATHS, settling_time_draws
from forecasting.simulation.levels import begins_late, level_given_members
from forecasting.simulation.whatif import members_after_stop

BLOCK = 250


@dataclass(frozen=True, eq=False)
class Sample:
    """Joint draws on the grid from launch to horizon; shape (paths,) or (paths, T + horizon).

    ``count_noise`` and ``amount_noise`` are standard normal, ``cut_noise`` (paths,) is standard
    exponential. Growth ahead and the end of enrolment are in the members; every other what-if comes
    later. ``settling``: half-months until the share has settled, with the delay as fitted.
    """

    fit: SelectionLagFit
    seed: int
    regime: Regime
    past: int
    parameters: Parameters
    deviation: Array
    membership: Membership
    count_noise: Array
    amount_noise: Array
    cut_noise: Array
    settling: Later[Array]

    def matches(self, fit: SelectionLagFit, horizon: int, paths: int, seed: int) -> bool:
        """Whether it is of that fit under a scenario which differs in later what-ifs alone."""
        return (
            seed == self.seed
            and all(map(_same, fit.scales, self.fit.scales))
            and len(fit.scales) == len(self.fit.scales)
            and fit.scenario.for_sample() == self.fit.scenario.for_sample()
            and self.deviation.shape == (paths, self.past + horizon)
        )

    @cached_property
    def pools(self) -> tuple[Pool, ...]:
        """The members' exposure and delay in blocks of paths, with and without effects; kept."""
        return tuple(self.pools_of(self.membership))

    def pools_of(self, membership: Membership) -> Iterator[Pool]:
        """Exposure and delay of these or other members, a block of paths at a time."""
        for block in blocks(len(self.deviation)):
            yield pool_of(
                of_block(self.parameters, block),
                self.regime,
                membership.of_paths(block),
                self.fit.scenario.delay_family,
                [ALL_EFFECTS, NO_EFFECTS],
            )


def settling_of(fit: SelectionLagFit, paths: int, seed: int, delay_factor: float = 1.0) -> Array:
    """Half-months until the share has settled on the paths of a sample, whatever its horizon.

    They are drawn again: to keep them until somebody asks takes megabytes, to draw them again
    milliseconds.
    """
    parameters, _, log_members = _draw_past(fit, paths, np.random.default_rng(seed))
    taken = slice(SETTLING_PATHS)
    parameters = of_block(parameters, taken)
    membership = split_joins_and_exits(
        np.exp(log_members[taken]), fit.scenario.exit_rate_per_year, fit.disclosures.calendar
    )
    membership = members_after_stop(membership, fit.scenario, fit.grid)
    slower = {"delay_days": parameters["delay_days"] * delay_factor}
    return settling_time_draws(fit, parameters | slower, with_classes(membership, parameters))


def draw_sample(fit: SelectionLagFit, horizon: int, paths: int = 1000, seed: int = 0) -> Sample:
    """Draw parameters, deviations and members jointly, and the noise of what is not disclosed.

    Where the record begins long after the launch each path's incidence is moved to its members. u
    continues as its heavy-tailed AR(1); members continue at their last rate or the scenario's.
    """
    rng = np.random.default_rng(seed)
    grid, past = model_grid(fit.disclosures, horizon)
    regime = build_regime(fit.disclosures, fit.scenario, grid, fit.regime)
    parameters, deviation, past_members = _draw_past(fit, paths, rng)
    # Streams of their own, drawn period by period: a longer horizon only adds settlements.
    steps, growth, counts, amounts, cuts = rng.spawn(5)
    calendar, scale = regime.calendar, parameters["deviation_scale"]
    ahead = draw_deviations(scale, horizon, steps, deviation, calendar)
    deviation = np.concatenate([deviation, ahead], axis=1)
    rate = fit.scenario.growth_ahead_per_period
    log_members = project(past_members, horizon, growth, rate, calendar)
    membership = split_joins_and_exits(
        np.exp(log_members), fit.scenario.exit_rate_per_year, calendar
    )
    membership = members_after_stop(membership, fit.scenario, grid)
    return Sample(
        fit=fit,
        seed=seed,
        regime=regime,
        past=past,
        parameters=parameters,
        deviation=deviation,
        membership=with_classes(membership, parameters),
        count_noise=counts.standard_normal(deviation.T.shape).T,
        amount_noise=amounts.standard_normal(deviation.T.shape).T,
        cut_noise=cuts.standard_exponential(paths),
        settling=Later(partial(settling_of, fit, paths, seed)),
    )


def _draw_past(
    fit: SelectionLagFit, paths: int, rng: np.random.Generator
) -> tuple[Parameters, Array, Array]:
    """Parameters (paths,), deviations and log members (paths, T), before anything ahead."""
    parameters, deviation = fit.draw(paths, rng)
    log_members = fit.membership_fit.draw(paths, rng)
    if begins_late(fit.disclosures):
        path = split_joins_and_exits(
            np.exp(log_members), fit.scenario.exit_rate_per_year, fit.disclosures.calendar
        )
        parameters = level_given_members(fit, parameters, path)
    return parameters, deviation, log_members


def _same(one: ScaleFit, other: ScaleFit) -> bool:
    return one.weight == other.weight and np.array_equal(one.mode, other.mode)


def with_classes(membership: Membership, parameters: Parameters) -> Membership:
    """The members with the survival of both risk classes worked out."""
    by_class = membership.class_survival(parameters["leaver_risk"])
    return replace(membership, survival_by_class=by_class)


def blocks(paths: int) -> Iterable[slice]:
    """Paths in blocks whose arrays stay in the processor's cache."""
    return (slice(start, start + BLOCK) for start in range(0, paths, BLOCK))
