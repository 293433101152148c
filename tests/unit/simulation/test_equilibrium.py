"""Settling time: each path from its own members, against the definition taken word by word."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from forecasting import (
    Quantiles,
    Scenario,
    SelectionLagFit,
    fit,
    forecast,
    load_disclosures,
)
from forecasting.claims.path import NO_EFFECTS, claims_path
from forecasting.claims.regime import build_regime
from forecasting.disclosures.grid import model_grid
from forecasting.members.enrolment import Membership
from forecasting.release.codec import from_json, to_json
from forecasting.simulation import draws
from forecasting.simulation.draws import draw_sample
from forecasting.simulation.equilibrium import (
    STEADY_GROWTH,
    STEADY_WITHIN,
    membership_stop,
    settling_time_draws,
)

SETTLING_HORIZON = 120
FITTED = fit(load_disclosures().as_of("2020-10-28"))
PATHS = 40
SAMPLE = draw_sample(FITTED, 12, PATHS)


def settled_after(place: int) -> int:
    """Half-months of one path, by a pool that grows, then stands still, in plain steps."""
    past = len(FITTED.grid)
    members = SAMPLE.membership.members[place, :past]
    growth = members[1:] / members[:-1] - 1.0
    stop = max((t + 1 for t in range(past - 1) if growth[t] > np.expm1(STEADY_GROWTH)), default=0)
    periods = stop + 1 + SETTLING_HORIZON
    grid, _ = model_grid(FITTED.disclosures, max(periods - past, 0))
    regime = build_regime(FITTED.disclosures, FITTED.scenario, grid[:periods], FITTED.regime)
    joins, survival = (
        getattr(SAMPLE.membership, name)[place, : stop + 1] for name in ("joins", "survival")
    )
    level = periods - stop - 1
    frozen = Membership(
        np.append(members[: stop + 1], np.full(level, members[stop])),
        np.append(joins, np.zeros(level)),
        np.append(survival, np.full(level, survival[stop])),
    )
    own = {
        name: np.asarray(value)[place] if np.ndim(value) else value
        for name, value in SAMPLE.parameters.items()
    }
    share, undiluted = (
        claims_path(own, regime, frozen, 0.0, "gamma", effects).share
        for effects in (frozenset({"waiting", "ramp", "delay"}), NO_EFFECTS)
    )
    apart = np.abs(share / undiluted - 1.0)[stop:]
    return max((t + 1 for t in range(len(apart)) if apart[t] > STEADY_WITHIN), default=0)


def test_every_path_settles_as_its_own_members_say() -> None:
    expected = [min(settled_after(place), SETTLING_HORIZON) for place in range(PATHS)]
    # The survival of classes is interpolated for a single path: a settlement either way.
    np.testing.assert_allclose(SAMPLE.settling.value, expected, atol=1)
    assert np.mean(SAMPLE.settling.value == expected) > 0.8


def test_the_forecast_gives_the_quantiles_of_its_paths() -> None:
    result = forecast(FITTED, 12, PATHS, sample=SAMPLE)
    assert result.settling_periods.q50 == pytest.approx(np.median(SAMPLE.settling.value))
    assert forecast(FITTED, 24, PATHS).settling_periods == result.settling_periods


def test_members_that_never_grew_by_one_per_cent_have_always_stood_still() -> None:
    assert membership_stop(np.array([[1e6, 1e6], [1e6, 2e6]])).tolist() == [0, 1]


def test_settling_is_worked_out_when_asked_for_and_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counted(*given: Any) -> Any:
        asked.append(1)
        return settling_time_draws(*given)

    monkeypatch.setattr(draws, "settling_time_draws", counted)
    result = forecast(FITTED, 12, PATHS)
    assert not asked
    assert result.settling_periods is result.settling_periods
    assert len(asked) == 1


def test_what_ifs_of_one_sample_share_its_settling_unless_their_delay_is_another() -> None:
    def under(scenario: Scenario) -> Quantiles:
        what_if = replace(FITTED, scenario=scenario)
        return forecast(what_if, 12, PATHS, sample=SAMPLE).settling_periods

    plain = forecast(FITTED, 12, PATHS).settling_periods
    assert under(Scenario(incidence_factor=1.3)) == plain
    slower = under(Scenario(delay_factor=2.0))
    assert slower.q50 > plain.q50
    assert slower == forecast(fit_with_delay(2.0), 12, PATHS).settling_periods


def fit_with_delay(factor: float) -> SelectionLagFit:
    return fit(load_disclosures().as_of("2020-10-28"), Scenario(delay_factor=factor))


def test_another_process_and_a_release_get_the_settling_itself() -> None:
    result = forecast(FITTED, 12, PATHS)
    expected = forecast(FITTED, 12, PATHS).settling_periods
    sent = pickle.dumps(result.settling)
    assert pickle.loads(sent).value == expected
    assert len(sent) < 2_000, "the value alone, not what it is worked out from"
    assert from_json(to_json(result)).settling_periods == expected
