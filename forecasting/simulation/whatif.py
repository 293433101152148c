"""What a scenario changes after the fit: the onsets and delays ahead, the members, the pandemic.

Fixing a fitted parameter makes the fit move the others until the same figures come out. A what-if
therefore acts on the paths drawn from the fit, from the as-of day on; a counterfactual acts on
their past.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np

from forecasting.assumptions.scenario import Scenario
from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.base.messages import Message
from forecasting.base.settlements import HALF_MONTHLY, Calendar, periods_of
from forecasting.claims.path import Parameters, undiluted_share
from forecasting.claims.regime import Regime
from forecasting.members.enrolment import Membership
from forecasting.members.hazard import HazardInputs, HazardParameters, exit_hazard

FASTEST_EXITS = 6.0
AGREED_WITHIN = 1e-3
MOST_ROUNDS = 12


def scenario_regime(regime: Regime, scenario: Scenario, past: int) -> Regime:
    """The regime with the scenario's factors from period ``past`` on, and without its pandemic.

    Onsets ahead are ``incidence_factor`` times what they were going to be; a pool ``older_years``
    older moves along the ageing curve, incidence and mean aid alike; the delay of cases diagnosed
    ahead is ``delay_factor`` times as long.
    """
    ahead = np.arange(regime.years.size) >= past
    older_incidence, older_aid = np.ones(ahead.size), np.ones(ahead.size)
    if regime.age_profile is not None:
        curve = regime.age_profile.ageing
        at = scenario.older_years
        older_incidence[ahead] = np.interp(at, curve.years, curve.incidence)
        older_aid[ahead] = np.interp(at, curve.years, curve.aid)
    shock = (regime.payment_slowed, regime.diagnoses_lost)
    slowed, lost = shock if scenario.pandemic else np.zeros((2, ahead.size))
    return replace(
        regime,
        payment_slowed=slowed,
        diagnoses_lost=lost,
        onset_factor=np.where(ahead, scenario.incidence_factor, 1.0),
        older_incidence=older_incidence,
        older_aid=older_aid,
        delay_factor=scenario.delay_factor,
        changes_from=past,
    )


def cut_under(
    scenario: Scenario, past: int, noise: Array, calendar: Calendar = HALF_MONTHLY
) -> Parameters:
    """When and by how much each path cuts the benefit, once at most; nothing without a chance.

        period = past + n E / -ln(1 - chance),   E ~ Exp(1)

    n settlements a year; ``chance``: that of a cut within a year, shape (paths,) periods from the
    start of the grid. The same E serves every chance, so that a greater one only brings the cuts
    forward.

    >>> cut_under(Scenario(cut_chance_per_year=0.5), 10, np.log([2.0]))["cut_period"]
    array([34.])
    """
    chance = scenario.cut_chance_per_year
    if not chance or not scenario.cut_size:
        return {}
    years = noise / -np.log1p(-chance)
    return {
        "cut_period": past + years / calendar.years_per_period,
        "cut_size": np.asarray(scenario.cut_size),
    }


def members_after_stop(
    membership: Membership, scenario: Scenario, grid: tuple[date, ...]
) -> Membership:
    """The membership with joins and exits switched off after the last settlement up to the stop.

    A stop beyond the grid changes nothing. Raises InputError for one before the first settlement.

    >>> path = Membership(np.array([1.0, 3.0, 9.0]), np.array([1.0, 2.0, 6.0]), np.ones(3))
    >>> days = (date(2019, 1, 14), date(2019, 1, 28), date(2019, 2, 14))
    >>> stop = Scenario(enrolment_stops_on=date(2019, 1, 28))
    >>> members_after_stop(path, stop, days).members
    array([1., 3., 3.])
    """
    stop = scenario.enrolment_stops_on
    if stop is None or stop > grid[-1]:
        return membership
    if stop < grid[0]:
        raise InputError(
            "{name}: found {found}, legal: a settlement from {first}, the first after the launch",
            name="enrolment_stops_on",
            found=stop,
            first=grid[0],
        )
    held = np.minimum(np.arange(len(grid)), periods_of([stop], grid)[0])
    joins = np.where(np.arange(len(grid)) <= held, membership.joins, 0.0)
    return Membership(membership.members[..., held], joins, membership.survival[..., held])


def members_after_exits(
    membership: Membership,
    scenario: Scenario,
    past: int,
    share_of: Callable[[Membership], Array],
    calendar: Calendar = HALF_MONTHLY,
) -> Membership:
    """The membership with the scenario's exits ahead, shares and members agreeing.

        x_t = (h0 + b) (S_{t-1} / S_T)^e - h0,   K_t = exp(-sum_{s <= t} x_s / n)

    n settlements a year, h0 is the usual exit hazard, b ``extra_exits_per_year``, e
    ``exit_elasticity``, S_T the share at the as-of day. Members, joins and survival ahead are K_t
    times what they were: fewer members draw fewer newcomers. ``share_of`` runs the claims model,
    shape (paths, T). Claims follow members late, so each round holds the last round's claims and
    steps share and members through time; the rounds end when members agree to 0.1%. At most 6 a
    year leave (22% a half-month): beyond that no plan goes on.
    """
    if not scenario.extra_exits_per_year and not scenario.exit_elasticity:
        return membership
    usual = -np.log1p(-scenario.exit_rate_per_year)
    hazard = {
        "base_exit_rate": usual + scenario.extra_exits_per_year,
        "elasticity": scenario.exit_elasticity,
        "event_exit_rate": 0.0,
        "event_years": 1.0,
    }
    periods = membership.members.shape[-1]
    staying: Array = np.ones(membership.members.shape)
    for _ in range(MOST_ROUNDS):
        claims = share_of(_with_staying(membership, staying)) * staying
        claims = claims / claims[..., past - 1 : past]
        last: Array = staying
        staying = np.ones(membership.members.shape)
        for t in range(past, periods):
            before = claims[..., t - 1] / staying[..., t - 1]
            more = np.minimum(_hazard_after(before, hazard), FASTEST_EXITS) - usual
            staying[..., t] = staying[..., t - 1] * np.exp(-more * calendar.years_per_period)
        if not scenario.exit_elasticity or np.abs(staying / last - 1.0).max() < AGREED_WITHIN:
            break
    return _with_staying(membership, staying)


def _hazard_after(relative_share: Array, hazard: HazardParameters) -> Array:
    """The exit hazard one period after a share relative to the as-of day's, shape (paths,)."""
    share = np.stack([relative_share, relative_share], axis=-1)
    return exit_hazard(hazard, HazardInputs(share, np.empty((0, 2)), 1.0))[..., 1]


def _with_staying(membership: Membership, staying: Array) -> Membership:
    return Membership(
        membership.members * staying, membership.joins * staying, membership.survival * staying
    )


def steady_state_draws(
    parameters: Parameters, regime: Regime, membership: Membership, undiluted: Array
) -> Array:
    """Draws of the steady state at the as-of day with the factors ahead, RMB, shape (paths,).

    The undiluted share of the pool of that day; a scenario that moves onsets or ages moves it.
    """
    last = regime.changes_from - 1
    level = undiluted[..., last]
    if regime.older_incidence[-1] != 1.0 or regime.older_aid[-1] != 1.0:
        incidence, aid = (
            np.full(index.shape, index[-1]) for index in (regime.older_incidence, regime.older_aid)
        )
        older = replace(regime, older_incidence=incidence, older_aid=aid)
        level = undiluted_share(parameters, older, membership, last)
    return level * regime.onset_factor[-1]


def parameters_ahead(parameters: Parameters, scenario: Scenario) -> Parameters:
    """The parameters of a case diagnosed after the as-of day."""
    return parameters | {"delay_days": parameters["delay_days"] * scenario.delay_factor}


def notes_on(scenario: Scenario, as_of: date, calendar: Calendar = HALF_MONTHLY) -> list[str]:
    """What a reader of the figures must know of a scenario that departs from the record.

    >>> from forecasting.base.settlements import MonthDays
    >>> stop = Scenario(enrolment_stops_on=date(2020, 10, 28))
    >>> notes_on(stop, date(2020, 10, 31), MonthDays((15, 31)))[0]
    'enrolment stops on 2020-10-15, the last settlement of this plan up to 2020-10-28'
    """
    notes: list[str] = []
    stop = scenario.enrolment_stops_on
    if stop is not None and calendar.on_or_before(stop) != stop:
        notes.append(
            Message(
                "enrolment stops on {settlement}, the last settlement of this plan up to {stop}",
                settlement=calendar.on_or_before(stop),
                stop=stop,
            )
        )
    if stop is not None and stop < as_of:
        notes.append(
            Message(
                "enrolment stops on {stop}: figures after it are a counterfactual, not what was "
                "paid",
                stop=stop,
            )
        )
    if scenario.cut_chance_per_year and scenario.cut_size:
        notes.append(Message("the benefit may be cut: the steady state is that of today's benefit"))
    if not scenario.pandemic:
        notes.append(Message("no pandemic: figures from February 2020 on are a counterfactual"))
    return notes
