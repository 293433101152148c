"""How long the share takes to settle at its own level once growth has ended."""

from __future__ import annotations

import numpy as np

from forecasting.base.arrays import Array
from forecasting.claims.path import NO_EFFECTS, Parameters, claims_paths, of_block
from forecasting.claims.regime import build_regime
from forecasting.disclosures.grid import model_grid
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.members.enrolment import Membership

STEADY_GROWTH = 0.01
STEADY_WITHIN = 0.10
SETTLING_YEARS = 5
SETTLING_PATHS = 250


def membership_stop(members: Array, half_months: float = 1.0) -> Array:
    """Index of the last period in which members grew by more than 1% a half-month: where growth
    ended; shape (..., T) gives (...). ``half_months``: length of a period.

    >>> membership_stop(np.array([[1.0, 2.0, 3.0, 3.0], [1.0, 1.0, 1.0, 1.0]]))
    array([2, 0])
    """
    fast = np.diff(np.log(members)) / half_months > STEADY_GROWTH
    return np.max(np.where(fast, np.arange(1, members.shape[-1]), 0), axis=-1, initial=0)


def settling_time_draws(
    fit: SelectionLagFit, parameters: Parameters, membership: Membership
) -> Array:
    """Half-months from the end of growth until the share is within 10% of its own level.

    On each path enrolment grows as it did until its last period of more than 1% growth a half-month
    (or the as-of day, if it still grows) and then stops: nobody joins or leaves. The share with
    waiting period, ramp and delay only is compared with the undiluted share; the answer is the
    first period from which it stays within 10%, at most five years. One value a path, of the first
    250 of ``parameters`` and ``membership``, drawn together.
    """
    calendar = fit.disclosures.calendar
    length, most = calendar.half_months_per_period, calendar.periods_in(SETTLING_YEARS)
    paths, past = slice(SETTLING_PATHS), len(fit.grid)
    parameters = of_block(parameters, paths)
    members = membership.of_paths(paths).of_periods(slice(past))
    stop = membership_stop(members.members, length)
    periods = int(stop.max()) + 1 + most
    grid, _ = model_grid(fit.disclosures, max(periods - past, 0))
    regime = build_regime(fit.disclosures, fit.scenario, grid[:periods], fit.regime)
    path, undiluted = claims_paths(
        parameters,
        regime,
        _frozen_after(members, stop, periods),
        0.0,
        fit.scenario.delay_family,
        [frozenset({"waiting", "ramp", "delay"}), NO_EFFECTS],
    )
    since = np.arange(periods) - stop[:, None]
    is_outside = np.abs(path.share / undiluted.share - 1.0) > STEADY_WITHIN
    last = np.where(is_outside & (since >= 0), since + 1, 0).max(axis=1)
    return np.minimum(last, most).astype(float) * length


def _frozen_after(membership: Membership, stop: Array, periods: int) -> Membership:
    """The paths with joins and exits switched off after period ``stop`` of each, on ``periods``."""
    ahead = np.arange(periods)
    held = np.minimum(ahead, stop[:, None])
    joins = np.where(ahead <= held, np.take_along_axis(membership.joins, held, axis=-1), 0.0)
    by_class = membership.survival_by_class
    return Membership(
        np.take_along_axis(membership.members, held, axis=-1),
        joins,
        np.take_along_axis(membership.survival, held, axis=-1),
        None if by_class is None else np.take_along_axis(by_class, held[None], axis=-1),
    )
