"""The level of claims in a path, given the members drawn for it.

Parameters are drawn about a fit that holds members at their median. Where nobody recorded the first
members a drawn path of them may swing far from it, and would alone move the shares that are known.
Had it been the fit's, the figures would have moved the incidence back.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from forecasting.assumptions.parameters import PARAMETER_BY_NAME, legal
from forecasting.base.arrays import Array
from forecasting.claims.path import Parameters, claims_path
from forecasting.disclosures import Disclosures
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.members.enrolment import Membership

LEVEL = "incidence_per_10k"
# Stationary sd of the deviation in units of its scale.
SD_OF_SCALE = 1.43
BLOCK = 250
LATE = timedelta(days=80)


def begins_late(known: Disclosures) -> bool:
    """Whether a record says nothing of the plan's first quarter of a year.

    >>> from forecasting import load_disclosures
    >>> begins_late(load_disclosures())
    False
    """
    launched = known.plan_info.launched
    if launched is None or known.observations.empty:
        return True
    first: date = known.observations["period_end"].min().date()
    return first - launched > LATE


def level_given_members(
    fit: SelectionLagFit, parameters: Parameters, membership: Membership
) -> Parameters:
    """The parameters with each path's incidence moved by what its members do to the figures.

    exp(-c), c = sum_i w_i d_i / (sum_i w_i + 1 / sd^2): d_i is what the path's members add to the
    log of figure i at the mode, w_i = 1 / (its variance + the deviation's), sd the incidence's
    prior. Means of aid are no part of it: incidence does not move them. Members (paths, T).
    """
    if LEVEL not in {parameter.name for parameter in fit.free}:
        return parameters
    (prior,) = (one for one in fit.free if one.name == LEVEL)
    usual = fit.likelihood.predict(fit.path)
    rows = ~fit.likelihood.is_ratio & (fit.likelihood.side == 0)
    spread = SD_OF_SCALE * fit.likeliest.scale
    weight = rows / (fit.likelihood.log_sd**2 + spread**2)
    moved = np.empty(len(membership.members))
    for start in range(0, moved.size, BLOCK):
        block = slice(start, start + BLOCK)
        point = {name: np.asarray(value)[None] for name, value in fit.point.items()}
        path = claims_path(
            point,
            fit.regime,
            membership.of_paths(block),
            fit.deviation_,
            fit.scenario.delay_family,
        )
        moved[block] = (fit.likelihood.predict(path) - usual) @ weight
    moved /= weight.sum() + prior.sd**-2
    level: Array = parameters[LEVEL] * np.exp(-moved)
    return parameters | {LEVEL: legal(PARAMETER_BY_NAME[LEVEL], level)}
