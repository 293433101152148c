"""The claims model on small pools whose answer can be worked out by hand."""

from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pytest

from forecasting.assumptions.parameters import PARAMETERS
from forecasting.base.settlements import settlements_from
from forecasting.claims.path import (
    ALL_EFFECTS,
    NO_EFFECTS,
    claims_path,
    cohort_claims,
    selection_weights,
    undiluted_share,
)
from forecasting.claims.regime import Regime
from forecasting.members.enrolment import split_joins_and_exits

PERIODS = 96


def plain_regime(periods: int = PERIODS, **changes) -> Regime:
    zeros, ones = np.zeros(periods), np.ones(periods)
    defaults: dict[str, Any] = {
        "grid": tuple(islice(settlements_from(date(2018, 10, 28)), periods)),
        "years": (np.arange(periods) + 0.5) / 24,
        "waiting_days": 90.0,
        "fee": np.full(periods, 0.08),
        "mild_paid": zeros,
        "mild_like_severe": zeros,
        "mild_fixed": zeros,
        "mild_relative_aid": 1.0,
        "held": zeros,
        "released": zeros,
        "tier_take_up": zeros,
        "ageing_incidence": ones,
        "ageing_aid": ones,
        "age_profile": None,
        "warnings": (),
    }
    return Regime(**(defaults | changes))


def parameters(**changes: float) -> dict[str, np.ndarray]:
    values = {p.name: p.median for p in PARAMETERS}
    values |= {"trend": 0.0, "waiting_incidence": 0.0, "leaver_risk": 1.0}
    return {name: np.asarray(value) for name, value in (values | changes).items()}


CONSTANT = split_joins_and_exits(np.full(PERIODS, 1e8), 0.0)


def test_a_constant_old_pool_pays_the_steady_state() -> None:
    path = claims_path(parameters(), plain_regime(), CONSTANT)
    expected = 1.08 * 7.7e-4 * 185_000 / 24
    assert path.share[-1] == pytest.approx(expected, rel=0.02)
    assert undiluted_share(parameters(), plain_regime(), CONSTANT, 0) == pytest.approx(expected)


def test_nothing_is_paid_before_waiting_period_and_delay_have_passed() -> None:
    path = claims_path(parameters(delay_cv=0.1), plain_regime(), CONSTANT)
    assert path.helped[:8] == pytest.approx(0.0, abs=1.0)
    assert path.helped[20] > 1000


def test_undiluted_is_the_path_with_every_effect_off() -> None:
    growing = split_joins_and_exits(1e8 / (1 + np.exp(-(np.arange(PERIODS) - 20) / 5)), 0.05)
    regime = plain_regime()
    values = parameters(trend=0.05)
    rate = 7.7e-4 / 24 * np.exp(0.05 * regime.years)
    path = claims_path(values, regime, growing, effects=NO_EFFECTS)
    assert path.share == pytest.approx(1.08 * rate * 185_000)


@pytest.mark.parametrize("paths", [(), (3,)])
@pytest.mark.parametrize("pools", [(), (3,)])
def test_the_undiluted_share_of_one_period_is_that_of_the_whole_path(paths, pools) -> None:
    some = np.linspace(0.9, 1.1, 3) if paths else 1.0
    values = parameters(mild_ratio=0.3) | {
        name: np.asarray(median * some)
        for name, median in (("incidence_per_10k", 7.0), ("leaver_risk", 0.9), ("ageing", 1.0))
    }
    t = np.arange(PERIODS)
    regime = plain_regime(
        ageing_incidence=1.0 + t / 100,
        ageing_aid=1.0 - t / 1000,
        mild_paid=np.ones(PERIODS),
        mild_fixed=np.where(t > 50, 50_000.0, 0.0),
        mild_like_severe=np.where(t > 50, 0.0, 1.0),
        onset_factor=np.where(t > 60, 1.2, 1.0),
    )
    growing = 1e8 / (1 + np.exp(-(t - 20) / 5))
    pool = split_joins_and_exits(np.broadcast_to(growing, (*pools, PERIODS)), 0.05)
    whole = claims_path(values, regime, pool, effects=NO_EFFECTS).share
    for period in (0, 49, 55, PERIODS - 1):
        alone = undiluted_share(values, regime, pool, period)
        assert alone == pytest.approx(whole[..., period], rel=1e-9)
        assert alone.shape == whole.shape[:-1]


def test_growth_dilutes_and_decline_concentrates() -> None:
    t = np.arange(PERIODS)
    level = undiluted_share(parameters(), plain_regime(), CONSTANT, PERIODS - 1)
    growing = split_joins_and_exits(1e7 * np.exp(0.03 * t), 0.0)
    peak = np.where(t < 60, 1e8, 1e8 * np.exp(-0.03 * (t - 60)))
    falling = split_joins_and_exits(peak, 0.0)
    assert claims_path(parameters(), plain_regime(), growing).share[-1] < 0.9 * level
    assert claims_path(parameters(), plain_regime(), falling).share[-1] > 1.05 * level


def test_every_held_case_is_released() -> None:
    held, released = np.zeros(PERIODS), np.zeros(PERIODS)
    held[40:46], released[46:52] = 1.0, 1 / 6
    shocked = claims_path(
        parameters(held_share=0.5), plain_regime(held=held, released=released), CONSTANT
    )
    calm = claims_path(parameters(), plain_regime(), CONSTANT)
    assert shocked.helped.sum() == pytest.approx(calm.helped.sum())
    assert shocked.helped[40:46] == pytest.approx(0.5 * calm.helped[40:46])
    assert (shocked.helped[46:52] > calm.helped[46:52]).all()
    assert shocked.helped[52:] == pytest.approx(calm.helped[52:])


def test_the_mild_rule_follows_the_day_of_diagnosis() -> None:
    paid = np.where(np.arange(PERIODS) < 50, 1.0, 0.0)
    regime = plain_regime(mild_paid=paid, mild_like_severe=paid)
    path = claims_path(parameters(delay_cv=0.1, mild_ratio=0.5), regime, CONSTANT)
    assert path.helped_mild[52] == pytest.approx(path.helped_mild[49], rel=0.05)
    assert path.helped_mild[65] == pytest.approx(0.0, abs=1.0)


def test_entry_tiers_lower_disclosed_aid_but_not_the_standard_share() -> None:
    taken = np.ones(PERIODS)
    with_tier = claims_path(
        parameters(tier_weight=0.044), plain_regime(tier_take_up=taken), CONSTANT
    )
    without = claims_path(parameters(), plain_regime(), CONSTANT)
    assert with_tier.share == pytest.approx(without.share)
    assert with_tier.disclosed_aid == pytest.approx(0.956 * without.aid)


def test_cohorts_add_up_to_the_pool() -> None:
    growing = split_joins_and_exits(1e8 / (1 + np.exp(-(np.arange(PERIODS) - 20) / 5)), 0.05)
    by_cohort = cohort_claims(parameters(), plain_regime(), growing)
    whole = claims_path(parameters(), plain_regime(), growing).helped
    assert by_cohort.sum(axis=0) == pytest.approx(whole, rel=1e-9, abs=1e-6)
    assert np.tril(by_cohort, -1).max() == pytest.approx(0.0, abs=1e-6)


def test_a_batch_of_draws_gives_what_each_draw_gives_alone() -> None:
    batch = parameters()
    batch["delay_days"] = np.array([90.0, 120.0, 200.0])
    batch["incidence_per_10k"] = np.array([5.0, 7.7, 9.0])
    together = claims_path(batch, plain_regime(), CONSTANT).share
    for i in range(3):
        alone = parameters(
            delay_days=batch["delay_days"][i], incidence_per_10k=batch["incidence_per_10k"][i]
        )
        assert together[i] == pytest.approx(
            claims_path(alone, plain_regime(), CONSTANT).share, rel=1e-9, abs=1e-9
        )


def test_one_parameter_may_vary_alone_or_members_alone() -> None:
    varied = parameters() | {"delay_days": np.array([90.0, 200.0])}
    assert claims_path(varied, plain_regime(), CONSTANT).share.shape == (2, PERIODS)
    pools = split_joins_and_exits(np.full((5, PERIODS), 1e7), 0.0)
    assert claims_path(parameters(), plain_regime(), pools).share.shape == (5, PERIODS)
    assert undiluted_share(parameters(), plain_regime(), pools, 0).shape == (5,)


@pytest.mark.parametrize("off", ["waiting", "ramp", "delay"])
def test_switching_a_selection_effect_off_raises_the_share_of_a_growing_pool(off: str) -> None:
    growing = split_joins_and_exits(1e7 * np.exp(0.03 * np.arange(PERIODS)), 0.0)
    less = claims_path(parameters(), plain_regime(), growing, effects=ALL_EFFECTS - {off}).share
    more = claims_path(parameters(), plain_regime(), growing).share
    assert (less[24:] > more[24:]).all()


def test_selection_weights_are_one_with_every_effect_off() -> None:
    assert (selection_weights(parameters(), plain_regime(), frozenset()) == 1.0).all()
