"""From members to claims: onsets, settlement, persons helped, aid and the share.

    onsets      I_t = lambda/n exp(trend y_t) (1 - l lost_t) sum_j A_j P_t/P_j s(t-j) a(t-j)
                (over two risk classes, the healthier leaving sooner)
    ready       in_t = sum_k g_k I_{t-k} (1 + m paid_{t-k})
    helped      C_t = in_t pace^slowed_t exp(u_t)
    share       S_t = (1 + fee_t) aid_t / N_t

with n settlements a year, and aid built like C_t from the amounts in force on the day of diagnosis.
Aid here is what members of the standard tier would be paid; disclosed aid is (1 - tier_t) times
that, and since the tiers pay as they receive, the standard share needs no such factor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from forecasting.base.arrays import Array, causal_convolver
from forecasting.claims.regime import Regime
from forecasting.claims.selection import delay_mass, selection
from forecasting.members.enrolment import FRAIL_RISK, HEALTHY_RISK, Membership

EFFECTS: tuple[str, ...] = ("waiting", "ramp", "delay", "rules", "shock", "deviation")
ALL_EFFECTS = frozenset(EFFECTS)
NO_EFFECTS: frozenset[str] = frozenset()
FAINTEST_CLASS = 1e-11

Parameters = dict[str, Array]


@dataclass(frozen=True, eq=False)
class ClaimsPath:
    """Claims of each settlement, shape (..., T): persons helped, of them mild, aid, share.

    ``aid`` is RMB before fee at the standard tier, ``disclosed_aid`` after the lower tiers.
    """

    helped: Array
    helped_mild: Array
    aid: Array
    disclosed_aid: Array
    share: Array

    def row(self, place: int) -> ClaimsPath:
        """One of several paths, of the last axis before the periods."""
        return ClaimsPath(*(getattr(self, each.name)[..., place, :] for each in fields(self)))


def of_block(parameters: Parameters, block: slice) -> Parameters:
    """The parameters of some of the paths."""
    return {name: value[block] if np.ndim(value) else value for name, value in parameters.items()}


def _column(value: Array) -> Array:
    """A parameter of shape (...) against periods: shape (..., 1)."""
    return np.asarray(value)[..., None]


def selection_weights(
    parameters: Parameters, regime: Regime, effects: frozenset[str] = ALL_EFFECTS
) -> Array:
    """s(d) at durations of 0, 1, ... periods with some effects switched off, shape (..., T)."""
    return selection(
        np.arange(regime.years.size) * regime.calendar.days_per_period,
        regime.waiting_days if "waiting" in effects else None,
        _column(parameters["waiting_incidence"]),
        _column(parameters["initial_selection"]) if "ramp" in effects else 1.0,
        _column(parameters["ramp_years"]),
        regime.calendar,
    )


def exposure(membership: Membership, leaver_risk: Array, *weights: Array) -> Iterator[Array]:
    """Members weighted by duration and risk, for each of ``weights`` w of shape (..., T): sum over
    classes c and cohorts j of r_c A_j/2 P^c_t / P^c_j w(t - j), with r = 0.5 and 1.5. Persons.
    """
    survival = _survival(membership, leaver_risk, max(weight.ndim for weight in weights))
    convolve = causal_convolver(membership.joins / survival, survival.shape[-1])
    for weight in weights:
        yield _over_classes(survival, convolve(weight))


def exposure_at(
    membership: Membership, leaver_risk: Array, period: int, *weights: Array
) -> Iterator[Array]:
    """Exposure at one period alone, shape (..., 1): a sum over cohorts, no convolution."""
    survival = _survival(membership, leaver_risk, max(weight.ndim for weight in weights))
    cohorts = (membership.joins / survival)[..., : period + 1]
    for weight in weights:
        summed = np.sum(cohorts * weight[..., period::-1], axis=-1, keepdims=True)
        yield _over_classes(survival[..., period, None], summed)


def _survival(membership: Membership, leaver_risk: Array, depth: int) -> Array:
    """Survival of the two classes against weights of ``depth`` dimensions, (2, ..., T)."""
    survival = membership.class_survival(leaver_risk)
    return np.maximum(survival, FAINTEST_CLASS).reshape(2, *_aligned(survival.shape[1:], depth))


def _over_classes(survival: Array, exposed: Array) -> Array:
    (healthy, frail), (healthy_exposed, frail_exposed) = survival, exposed
    return 0.5 * (HEALTHY_RISK * healthy * healthy_exposed + FRAIL_RISK * frail * frail_exposed)


def _aligned(shape: tuple[int, ...], depth: int) -> tuple[int, ...]:
    return (1,) * (depth - len(shape)) + shape


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
    the log scale. With no effects the share is the undiluted share (1 + fee) lambda B / n of the
    pool's age and rules in each period.
    """
    (path,) = claims_paths(parameters, regime, membership, deviation, delay_family, [effects])
    return path


def claims_paths(
    parameters: Parameters,
    regime: Regime,
    membership: Membership,
    deviation: Array | float,
    delay_family: str,
    effect_sets: Sequence[frozenset[str]],
) -> list[ClaimsPath]:
    """One path for each set of effects, with what they have in common worked out once."""
    pool = pool_of(parameters, regime, membership, delay_family, effect_sets)
    return claims_of(pool, parameters, regime, deviation)


@dataclass(frozen=True, eq=False)
class Pool:
    """What members, durations and delay make of every case, whatever the rates of falling ill.

    ``exposed``: exposure and exposure weighted by aid for each set of effects, (..., T);
    ``delay``: from cases by diagnosis to cases by settlement.
    """

    membership: Membership
    exposed: Mapping[frozenset[str], tuple[Array, Array]]
    delay: Callable[[Array], Array]
    delay_family: str


def pool_of(
    parameters: Parameters,
    regime: Regime,
    membership: Membership,
    delay_family: str,
    effect_sets: Sequence[frozenset[str]],
) -> Pool:
    """The pool under each set of effects."""
    incidence_index, aid_index = _ageing(parameters, regime)
    weights = []
    for effects in effect_sets:
        weight = selection_weights(parameters, regime, effects) * incidence_index
        weights += [weight, weight * aid_index]
    exposed = exposure(membership, parameters["leaver_risk"], *weights)
    pairs = dict(zip(effect_sets, zip(exposed, exposed, strict=True), strict=True))
    is_late = any("delay" in effects for effects in effect_sets)
    delay = _convolver(parameters, regime, delay_family) if is_late else _at_once
    return Pool(membership, pairs, delay, delay_family)


def claims_of(
    pool: Pool, parameters: Parameters, regime: Regime, deviation: Array | float
) -> list[ClaimsPath]:
    """The claims of a pool, one path for each of its sets of effects.

    ``regime`` may differ from the pool's in whatever acts on onsets, delays ahead and payment.
    """
    settle = _delay(pool, parameters, regime)
    return [
        _path_of_exposure(
            parameters,
            regime,
            pool.membership,
            deviation,
            settle if "delay" in effects else _at_once,
            effects,
            *pair,
        )
        for effects, pair in pool.exposed.items()
    ]


def _ageing(parameters: Parameters, regime: Regime) -> tuple[Array, Array]:
    """Incidence and mean aid by duration, relative to those at joining, (..., T)."""
    older = _column(parameters["ageing"])
    incidence, aid = np.log(regime.ageing_incidence), np.log(regime.ageing_aid)
    return np.exp(older * incidence), np.exp(older * aid)


def _path_of_exposure(
    parameters: Parameters,
    regime: Regime,
    membership: Membership,
    deviation: Array | float,
    settle: Callable[[Array], Array],
    effects: frozenset[str],
    exposed: Array,
    exposed_aid: Array,
) -> ClaimsPath:
    """What becomes of exposure: onsets, settlement, shock, deviation, share."""
    rate = _column(parameters["incidence_per_10k"]) / 1e4 / regime.calendar.periods_per_year
    rate = rate * np.exp(_column(parameters["trend"]) * regime.years)
    older = _column(parameters["ageing"])
    rate = rate * regime.onset_factor * _power(regime.older_incidence, older)
    lift: Array | float = np.exp(deviation) if "deviation" in effects else 1.0
    if "shock" in effects:
        rate = rate * (1.0 - _column(parameters["pandemic_lost"]) * regime.diagnoses_lost)
        lift = lift * _column(parameters["pandemic_pace"]) ** regime.payment_slowed
    amount = _column(parameters["severe_aid"]) * np.exp(
        _column(parameters["aid_shift"]) * regime.aid_course
    )
    amount = amount * _power(regime.older_aid, older)
    kept = _kept_benefit(parameters, regime)
    severe, severe_aid = rate * exposed, kept * amount * rate * exposed_aid
    mild_ratio = _column(parameters["mild_ratio"])
    like_severe = regime.mild_like_severe * regime.mild_relative_aid

    if "rules" in effects:
        mild = severe * mild_ratio * regime.mild_paid
        aid = severe_aid * (1.0 + mild_ratio * like_severe)
        aid = aid + severe * mild_ratio * (kept * regime.mild_fixed)
        helped, mild, aid = settle(severe + mild), settle(mild), settle(aid)
    else:
        ready, ready_aid = settle(severe), settle(severe_aid)
        mild = ready * mild_ratio * regime.mild_paid
        helped = ready + mild
        aid = ready_aid * (1.0 + mild_ratio * like_severe)
        aid = aid + ready * mild_ratio * (kept * regime.mild_fixed)

    helped, mild, aid = (series * lift for series in (helped, mild, aid))
    tier = _column(parameters["tier_weight"]) * regime.tier_take_up
    share = (1.0 + regime.fee) * aid / membership.members
    return ClaimsPath(helped, mild, aid, aid * (1.0 - tier), share)


def _power(index: Array, exponent: Array) -> Array | float:
    """index ** exponent, which is 1 wherever no scenario makes members older."""
    return index**exponent if (index != 1.0).any() else 1.0


def _kept_benefit(parameters: Parameters, regime: Regime) -> Array | float:
    """What is left of the amounts in force by day of diagnosis, 1 before the cut of a what-if.

    ``cut_period`` is when the benefit is cut, in periods from the start of the grid; the period of
    the cut is cut in part.
    """
    if "cut_period" not in parameters:
        return 1.0
    after = np.arange(1.0, regime.years.size + 1) - _column(parameters["cut_period"])
    return 1.0 - _column(parameters["cut_size"]) * after.clip(0.0, 1.0)


def _at_once(by_diagnosis: Array) -> Array:
    """Cases by settlement where there is no delay."""
    return by_diagnosis


def _convolver(
    parameters: Parameters, regime: Regime, family: str, factor: float = 1.0
) -> Callable[[Array], Array]:
    periods = regime.years.size
    days = parameters["delay_days"] * factor
    mass = delay_mass(days, parameters["delay_cv"], family, periods, regime.calendar)
    return causal_convolver(mass, periods)


def _delay(pool: Pool, parameters: Parameters, regime: Regime) -> Callable[[Array], Array]:
    """The pool's delay, another one for cases diagnosed ahead where a scenario says so."""
    if regime.delay_factor == 1.0 or pool.delay is _at_once:
        return pool.delay
    ahead = np.arange(regime.years.size) >= regime.changes_from
    later = _convolver(parameters, regime, pool.delay_family, regime.delay_factor)
    return lambda by_diagnosis: pool.delay(by_diagnosis * ~ahead) + later(by_diagnosis * ahead)


def undiluted_share(
    parameters: Parameters, regime: Regime, membership: Membership, period: int
) -> Array:
    """Share of a period if every member had long been selected and nothing were pending, RMB.

    Shape (...): what :func:`claims_path` gives without effects, in a fraction of its time.
    """
    incidence, aid = _ageing(parameters, regime)
    exposed, exposed_aid = exposure_at(
        membership, parameters["leaver_risk"], period, incidence, incidence * aid
    )
    alone = slice(period, period + 1)
    path = _path_of_exposure(
        parameters,
        regime.of_periods(alone),
        membership.of_periods(alone),
        0.0,
        _at_once,
        NO_EFFECTS,
        exposed,
        exposed_aid,
    )
    return path.share[..., 0]


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
