"""The exit hazard: how the share and events that shake trust make members leave.

h_t = h0 (S_{t-1} / S_ref)^e + b sum_k exp(-(t - t_k) / tau)  over events t_k <= t
N_t = N_{t-1} exp(-h_t / n) + A_t        (n settlements a year)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from forecasting.assumptions.parameters import Parameter
from forecasting.base.arrays import Array
from forecasting.base.settlements import HALF_MONTHLY, Calendar

LEAST_SHARE = 0.1
LARGEST_HAZARD = 24.0
LARGEST_LOG = 30.0

HAZARD_PRIORS: tuple[Parameter, ...] = (
    Parameter(
        name="base_exit_rate",
        unit="a year",
        scale="log",
        median=0.05,
        sd=0.7,
        lower=0.001,
        upper=2.0,
        step=0.005,
        source=(
            "about 5% leave in a year at the reference share, within a factor of 2.5 (80%); "
            "no source"
        ),
    ),
    Parameter(
        name="elasticity",
        unit="% of the hazard by % of the share",
        scale="identity",
        median=0.27,
        sd=0.3,
        lower=-2.0,
        upper=4.0,
        step=0.01,
        source=(
            "size of the demand elasticity of Ying et al. 2007, -0.27: another quantity, hence wide"
        ),
    ),
    Parameter(
        name="event_exit_rate",
        unit="a year",
        scale="log",
        median=0.1,
        sd=1.0,
        lower=0.0001,
        upper=12.0,
        step=0.01,
        source=(
            "an event that shakes trust adds 10% a year, within a factor of 3.6 (80%); no source"
        ),
    ),
    Parameter(
        name="event_years",
        unit="years",
        scale="log",
        median=1.0,
        sd=0.7,
        lower=0.05,
        upper=20.0,
        step=0.05,
        source="it fades over about a year, within a factor of 2.5 (80%); no source",
    ),
)

HazardParameters = Mapping[str, Array | float]


@dataclass(frozen=True, eq=False)
class HazardInputs:
    """What the hazard depends on in each period; T periods.

    ``share``: RMB, shape (..., T), the share displayed at the end of each period; members react to
    it in the next. ``years_since_events``: mid-period time since each event, negative before it,
    shape (events, T). ``reference_share``: the share at which the base rate holds, RMB.
    ``calendar``: the settlements' own.
    """

    share: Array
    years_since_events: Array
    reference_share: float
    calendar: Calendar = HALF_MONTHLY


def exit_hazard(parameters: HazardParameters, inputs: HazardInputs) -> Array:
    """h_t = h0 (S_{t-1} / S_ref)^e + b sum_k exp(-(t - t_k) / tau) over events so far, a year.

    Shares under 0.1 RMB, and the time before the first share, count as 0.1. Parameters of shape
    (...) and shares of shape (..., T) broadcast to (..., T); hazards end at 24 a year. Timing: the
    hazard of period t is that of its members at the start. The form is stated, not estimated.

    >>> inputs = HazardInputs(np.array([4.0, 8.0, 8.0]), np.array([[-0.1, 0.0, 1.0]]), 4.0)
    >>> point = {"base_exit_rate": 0.05, "elasticity": 1.0, "event_exit_rate": 0.1}
    >>> exit_hazard(point | {"event_years": 1.0}, inputs)[1:].round(4)
    array([0.15  , 0.1368])
    """
    share = np.maximum(inputs.share, LEAST_SHARE)
    before = np.concatenate([np.full_like(share[..., :1], LEAST_SHARE), share[..., :-1]], axis=-1)
    log_ratio = np.log(before / inputs.reference_share)
    reaction = np.exp(np.minimum(_column(parameters["elasticity"]) * log_ratio, LARGEST_LOG))
    event = np.zeros(log_ratio.shape)
    for years in inputs.years_since_events:
        faded = np.exp(-np.maximum(years, 0.0) / _column(parameters["event_years"]))
        event = event + np.where(years >= 0, faded, 0.0)
    hazard = (
        _column(parameters["base_exit_rate"]) * reaction
        + _column(parameters["event_exit_rate"]) * event
    )
    return np.minimum(hazard, LARGEST_HAZARD)


def exit_probability(hazard: Array, calendar: Calendar = HALF_MONTHLY) -> Array:
    """Share of members that leaves within a period under a hazard a year: 1 - exp(-h / n)."""
    return -np.expm1(-hazard * calendar.years_per_period)


def net_members(joins: Array, probability: Array, start: Array | float = 0.0) -> Array:
    """N_t = N_{t-1} (1 - x_t) + A_t from ``start`` members, shape (..., T). Persons.

    >>> net_members(np.array([100.0, 10.0]), np.array([0.0, 0.05]))
    array([100., 105.])
    """
    shape = np.broadcast_shapes(joins.shape, probability.shape)
    stay, joins = np.broadcast_to(1.0 - probability, shape), np.broadcast_to(joins, shape)
    members = np.empty(shape)
    level: Array = np.broadcast_to(start, shape[:-1])
    for t in range(shape[-1]):
        level = level * stay[..., t] + joins[..., t]
        members[..., t] = level
    return members


def hazard_parameters(standard: Array) -> dict[str, Array]:
    """Hazard parameters in their units from prior standard deviations, shape (..., 4 or more)."""
    return {
        prior.name: np.clip(prior.to_natural(standard[..., i]), prior.lower, prior.upper)
        for i, prior in enumerate(HAZARD_PRIORS)
    }


def hazard_inputs(
    share: Array,
    grid: tuple[date, ...],
    events: tuple[date, ...],
    reference_share: float | None = None,
    calendar: Calendar = HALF_MONTHLY,
) -> HazardInputs:
    """Inputs on a grid of T settlements from its shares, (..., T), and the days of events.

    Without a stated reference share it is the geometric mean of the shares from 0.1 RMB on; a
    projection states the one it was fitted with.

    >>> days = (date(2020, 10, 28), date(2020, 11, 14), date(2020, 11, 28))
    >>> inputs = hazard_inputs(np.array([4.0, 9.0, 6.0]), days, (date(2020, 11, 14),))
    >>> round(inputs.reference_share, 6), (24 * inputs.years_since_events).tolist()
    (6.0, [[-1.5, -0.5, 0.5]])
    """
    if reference_share is None:
        shown = share[share >= LEAST_SHARE]
        reference_share = float(np.exp(np.log(shown).mean())) if shown.size else LEAST_SHARE
    middle = np.array([calendar.position(day) for day in grid]) - 0.5
    starts = np.array([calendar.position(day) for day in events])
    since = (middle - starts[:, None]) * calendar.years_per_period
    return HazardInputs(share, since, reference_share, calendar)


def _column(value: Array | float) -> Array:
    return np.asarray(value)[..., None]
