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


def membership_stop(members: Array, half_months: float = 1.0) -> int:
    """Index of the last period in which members grew by more than 1% a half-month: where growth
    ended. ``half_months``: length of a period.
    """
    growth = np.diff(np.log(members)) / half_months
    fast = np.flatnonzero(growth > STEADY_GROWTH)
    return int(fast[-1]) + 1 if fast.size else 0


def settling_time_draws(fit: SelectionLagFit, parameters: Parameters) -> Array:
    """Half-months from the end of growth until the share is within 10% of its own level.

    Enrolment grows as it did until its last period of more than 1% growth a half-month (or the
    as-of day, if it still grows) and then stops: nobody joins or leaves. The share with waiting
    period, ramp and delay only is compared with the undiluted share; the answer is the first period
    from which it stays within 10%, at most five years. One value a draw, of the first 250 draws of
    ``parameters``.
    """
    calendar = fit.disclosures.calendar
    length, most = calendar.half_months_per_period, calendar.periods_in(SETTLING_YEARS)
    stop = membership_stop(fit.membership.members, length)
    parameters = of_block(parameters, slice(SETTLING_PATHS))
    past = len(fit.grid)
    grid, _ = model_grid(fit.disclosures, max(stop + 1 + most - past, 0))
    grid = grid[: stop + 1 + most]
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
    outside = np.abs(ratio - 1.0)[:, stop:] > STEADY_WITHIN
    periods = outside.shape[1]
    last_outside = periods - 1 - np.argmax(outside[:, ::-1], axis=1)
    periods_out = np.where(outside.any(axis=1), np.minimum(last_outside + 1, most), 0)
    return periods_out.astype(float) * length


def _frozen_after(
    membership: Membership, stop: int, periods: int, leaver_risk: Array
) -> Membership:
    """The membership with joins and exits switched off after period ``stop``, on ``periods``."""
    held = np.arange(periods).clip(max=stop)
    joins = np.where(np.arange(periods) <= stop, membership.joins[held], 0.0)
    by_class = membership.class_survival(leaver_risk)[..., held]
    return Membership(membership.members[held], joins, membership.survival[held], by_class)
