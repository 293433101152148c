"""From members to claims: onsets, settlement, persons helped, aid and the share.

    onsets      I_t = lambda/24 exp(trend y_t) sum_j A_j P_t/P_j s(t-j) a(t-j)
                (over two risk classes, the healthier leaving sooner)
    ready       in_t = sum_k g_k I_{t-k} (1 + m paid_{t-k})
    helped      C_t = [(1 - h held_t) in_t + released_t h sum_s held_s in_s] exp(u_t)
    share       S_t = (1 + fee_t) aid_t / N_t

with aid built like C_t from the amounts in force on the day of diagnosis. Aid here is what members
of the standard tier would be paid; disclosed aid is (1 - tier_t) times that, and since the tiers
pay as they receive, the standard share needs no such factor.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.arrays import Array, causal_convolve
from forecasting.enrolment import FRAIL_RISK, HEALTHY_RISK, Membership
from forecasting.regime import Regime
from forecasting.selection import delay_mass, selection_ramp, waiting_share
from forecasting.settlements import DAYS_PER_PERIOD, PERIODS_PER_YEAR

EFFECTS: tuple[str, ...] = ("waiting", "ramp", "delay", "rules", "shock", "deviation")
ALL_EFFECTS = frozenset(EFFECTS)
NO_EFFECTS: frozenset[str] = frozenset()
# Below it joins / survival would be so large that the FFT's round-off reached other periods.
LEAST_SURVIVAL = 1e-9

Parameters = dict[str, Array]


@dataclass(frozen=True)
class ClaimsPath:
    """Claims of each settlement, shape (..., T): persons helped, of them mild, aid, share.

    ``aid`` is RMB before fee at the standard tier, ``disclosed_aid`` after the lower tiers.
    """

    helped: Array
    helped_mild: Array
    aid: Array
    disclosed_aid: Array
    share: Array


def _column(value: Array) -> Array:
    """A parameter of shape (...) against periods: shape (..., 1)."""
    return np.asarray(value)[..., None]


def selection_weights(
    parameters: Parameters, regime: Regime, effects: frozenset[str] = ALL_EFFECTS
) -> Array:
    """s(d) at durations of 0, 1, ... periods with some effects switched off, shape (..., T)."""
    duration = np.arange(regime.years.size) * DAYS_PER_PERIOD
    waiting_on = "waiting" in effects
    weights: Array = np.ones(duration.shape)
    if "ramp" in effects:
        start = regime.waiting_days if waiting_on else 0.0
        weights = selection_ramp(
            duration - start,
            _column(parameters["initial_selection"]),
            _column(parameters["ramp_years"]),
        )
    if waiting_on:
        waiting = waiting_share(duration, regime.waiting_days)
        weights = waiting * _column(parameters["waiting_incidence"]) + (1.0 - waiting) * weights
    return weights


def exposure(membership: Membership, weights: Array, leaver_risk: Array) -> Array:
    """Members weighted by duration and risk: sum over classes c and cohorts j of
    r_c A_j/2 P^c_t / P^c_j w(t - j), with r = 0.5 and 1.5. Persons; weights of shape
    (n, ..., T) give (n, ..., T).
    """
    survival = _stack(weights.ndim - 1, *membership.class_survival(leaver_risk))
    survival = np.maximum(survival, LEAST_SURVIVAL)
    alive = causal_convolve((membership.joins / survival)[:, None], weights)
    healthy, frail = survival[:, None] * alive
    return 0.5 * (HEALTHY_RISK * healthy + FRAIL_RISK * frail)


def claims_path(
    parameters: Parameters,
    regime: Regime,
    membership: Membership,
    deviation: Array | float = 0.0,
    delay_family: str = "gamma",
    effects: frozenset[str] = ALL_EFFECTS,
) -> ClaimsPath:
    """The claims model; ``effects`` switches its parts off for the decomposition.

    Parameters of shape (...) broadcast with a membership of shape (..., T); ``deviation`` is u_t on
    the log scale. With no effects the share is the undiluted share (1 + fee) lambda B / 24 of the
    pool's age and rules in each period.
    """
    weights = selection_weights(parameters, regime, effects)
    older = _column(parameters["ageing"])
    incidence_index = regime.ageing_incidence**older
    aid_index = regime.ageing_aid**older
    rate = _column(parameters["incidence_per_10k"]) / 1e4 / PERIODS_PER_YEAR
    rate = rate * np.exp(_column(parameters["trend"]) * regime.years)
    rate = rate * regime.onset_factor * regime.older_incidence**older
    amount = _column(parameters["severe_aid"]) * np.exp(
        _column(parameters["aid_drift"]) * regime.years
    )
    amount = amount * regime.older_aid**older
    weights = weights * incidence_index
    depth = max(membership.joins.ndim, 1 + max(np.ndim(value) for value in parameters.values()))
    both = _stack(depth, weights, weights * aid_index)
    exposed, exposed_aid = exposure(membership, both, parameters["leaver_risk"])
    severe, severe_aid = rate * exposed, amount * rate * exposed_aid
    mild_ratio = _column(parameters["mild_ratio"])
    like_severe = regime.mild_like_severe * regime.mild_relative_aid

    def settled(*by_diagnosis: Array) -> Array:
        stacked = _stack(depth, *by_diagnosis)
        if "delay" not in effects:
            return stacked
        periods = regime.years.size
        days, cv = parameters["delay_days"], parameters["delay_cv"]
        mass = delay_mass(days, cv, delay_family, periods)
        if regime.delay_factor == 1.0:
            return causal_convolve(stacked, mass)
        ahead = np.arange(periods) >= regime.changes_from
        later = delay_mass(days * regime.delay_factor, cv, delay_family, periods)
        return causal_convolve(stacked * ~ahead, mass) + causal_convolve(stacked * ahead, later)

    if "rules" in effects:
        mild = severe * mild_ratio * regime.mild_paid
        aid = (
            severe_aid * (1.0 + mild_ratio * like_severe) + severe * mild_ratio * regime.mild_fixed
        )
        helped, mild, aid = settled(severe + mild, mild, aid)
    else:
        ready, ready_aid = settled(severe, severe_aid)
        mild = ready * mild_ratio * regime.mild_paid
        helped = ready + mild
        aid = ready_aid * (1.0 + mild_ratio * like_severe)
        aid = aid + ready * mild_ratio * regime.mild_fixed

    held_share = _column(parameters["held_share"]) if "shock" in effects else None
    lift: Array | float = np.exp(deviation) if "deviation" in effects else 1.0
    helped, mild, aid = (
        _hold_and_release(series, held_share, regime) * lift for series in (helped, mild, aid)
    )
    tier = _column(parameters["tier_weight"]) * regime.tier_take_up
    share = (1.0 + regime.fee) * aid / membership.members
    return ClaimsPath(helped, mild, aid, aid * (1.0 - tier), share)


def _stack(depth: int, *series: Array) -> Array:
    """Series of up to ``depth`` axes along a new first axis, so that one convolution serves all."""
    shape = np.broadcast_shapes(*(one.shape for one in series))
    aligned = (1,) * (depth - len(shape)) + shape
    return np.stack([np.broadcast_to(one, shape).reshape(aligned) for one in series])


def _hold_and_release(ready: Array, held_share: Array | None, regime: Regime) -> Array:
    """The shock's queue: h of what gets ready in its window waits and is released after it."""
    if held_share is None or not regime.held.any():
        return ready
    waiting = held_share * regime.held * ready
    return ready - waiting + regime.released * waiting.sum(axis=-1, keepdims=True)


def undiluted_share(parameters: Parameters, regime: Regime, membership: Membership) -> Array:
    """Share if every member had long been selected and nothing were pending. RMB, (..., T)."""
    return claims_path(parameters, regime, membership, effects=NO_EFFECTS).share


def cohort_claims(
    parameters: Parameters, regime: Regime, membership: Membership, delay_family: str = "gamma"
) -> Array:
    """Persons helped by joining cohort and settlement, without shock and deviation.

    Shape (T, T): row j, column t. Its column sums are the helped path of the same effects.
    """
    effects = ALL_EFFECTS - {"shock", "deviation"}
    periods = regime.years.size
    alone = np.zeros((periods, periods))
    np.fill_diagonal(alone, membership.joins)
    by_class = membership.class_survival(parameters["leaver_risk"])
    single = Membership(membership.members, alone, membership.survival, by_class[:, None, :])
    shared = {name: np.asarray(value)[None] for name, value in parameters.items()}
    return claims_path(shared, regime, single, 0.0, delay_family, effects).helped
