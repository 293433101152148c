import math
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasting import fit, load_disclosures
from forecasting.base.settlements import settlements_from
from forecasting.explain.exits import (
    ExitFit,
    displayed_share,
    fit_exits,
    split_net_membership,
    trust_events,
)
from forecasting.members.enrolment import fit_membership
from forecasting.members.hazard import (
    HazardInputs,
    exit_hazard,
    exit_probability,
    hazard_inputs,
    hazard_parameters,
    net_members,
)

GRID = tuple(islice(settlements_from(date(2018, 10, 28)), 72))
EVENT = GRID[50]
POINT = {
    "base_exit_rate": 0.06, "elasticity": 0.5, "event_exit_rate": 0.3, "event_years": 1.5,
}  # fmt: skip


def rising_share(periods: int = len(GRID)) -> np.ndarray:
    return np.interp(np.arange(periods), [0, 8, 30, periods - 1], [0.01, 0.1, 3.0, 7.0])


def fading_joins(periods: float = 8.0, level: np.ndarray | float = 3e5) -> np.ndarray:
    return 8e6 * np.exp(-np.arange(len(GRID)) / periods) + level


def split_world(share, events=(EVENT,), joins=None, **changes) -> ExitFit:
    """A plan whose joins fade and whose members leave by a known hazard; exact figures of it."""
    inputs = hazard_inputs(share, GRID, events)
    joins = fading_joins() if joins is None else joins
    members = net_members(joins, exit_probability(exit_hazard(POINT | changes, inputs)))
    rows = [
        {
            "scope": "critical_illness", "quantity": "sharing_members", "bound": "=",
            "period_start": pd.Timestamp(day), "period_end": pd.Timestamp(day), "value": value,
            "placement": "stated", "confidence": "high", "rounding_half_width": 500.0,
        }
        for day, value in zip(GRID, members, strict=True)
    ]  # fmt: skip
    path = fit_membership(pd.DataFrame(rows), list(GRID))
    return split_net_membership(path, inputs, GRID, events)


@pytest.fixture(scope="module")
def shaken() -> ExitFit:
    return split_world(rising_share())


@pytest.fixture(scope="module")
def real() -> ExitFit:
    return fit_exits(fit(load_disclosures().as_of("2021-06-14")))


def test_the_hazard_is_the_formula() -> None:
    share = np.array([2.0, 4.0, 4.0, 4.0])
    since = np.array([[-1.0, -0.5, 0.0, 1.5]])
    hazard = exit_hazard(POINT, HazardInputs(share, since, 2.0))
    double = 0.06 * np.sqrt(2.0)
    assert hazard[1] == pytest.approx(0.06)
    assert hazard[2:] == pytest.approx([double + 0.3, double + 0.3 / math.e])


def test_every_event_adds_to_the_hazard() -> None:
    inputs = HazardInputs(np.full(2, 2.0), np.zeros((2, 2)), 2.0)
    assert exit_hazard(POINT, inputs)[1] == pytest.approx(0.06 + 2 * 0.3)


def test_shares_too_small_to_notice_count_alike() -> None:
    inputs = [HazardInputs(np.full(3, s), np.empty((0, 3)), 3.0) for s in (0.0, 0.1)]
    assert exit_hazard(POINT, inputs[0]) == pytest.approx(exit_hazard(POINT, inputs[1]))


def test_a_year_of_hazard_leaves_its_exponential() -> None:
    path = net_members(np.zeros(24), exit_probability(np.full(24, 0.2)), 100.0)
    assert path[-1] == pytest.approx(100 * np.exp(-0.2))


def test_the_reference_share_is_the_mean_of_shares_that_are_noticed() -> None:
    share = np.array([0.01, 2.0, 8.0])
    assert hazard_inputs(share, GRID[:3], ()).reference_share == pytest.approx(4.0)
    assert hazard_inputs(share, GRID[:3], (), 3.0).reference_share == 3.0


def test_a_plan_without_a_share_has_a_reference_too() -> None:
    assert np.isfinite(exit_hazard(POINT, hazard_inputs(np.zeros(3), GRID[:3], ()))).all()


@given(st.floats(0.0, 3.0), st.floats(1.0, 5.0), st.floats(1.0, 3.0))
def test_a_higher_share_never_keeps_more_members(elasticity, share, factor) -> None:
    point = POINT | {"elasticity": elasticity}
    low, high = (
        net_members(
            np.full(20, 1e5),
            exit_probability(exit_hazard(point, hazard_inputs(path, GRID[:20], (), 3.0))),
            1e8,
        )
        for path in (np.full(20, share), np.full(20, share * factor))
    )
    assert (high <= low * (1 + 1e-12)).all()
    assert (high > 0).all()


@given(st.lists(st.floats(-6, 6), min_size=4, max_size=4))
def test_hazards_are_rates_for_any_parameters(standard) -> None:
    parameters = hazard_parameters(np.array(standard))
    hazard = exit_hazard(parameters, hazard_inputs(rising_share(), GRID, (EVENT,)))
    assert (hazard > 0).all()
    assert (exit_probability(hazard) < 1).all()


def test_joins_less_exits_are_the_net_change(shaken) -> None:
    draws = shaken.draw(40, np.random.default_rng(0))
    change = np.diff(draws.members, prepend=0.0, axis=-1)
    assert draws.joins - draws.exits == pytest.approx(change, abs=1e-3)
    assert (draws.joins >= 0).all()
    assert (draws.exits >= -1e-3).all()


def test_the_split_keeps_the_net_path(shaken) -> None:
    fitted = shaken.periods["members_q50"].to_numpy()
    assert fitted == pytest.approx(np.exp(shaken.log_members), rel=0.01)


def test_the_membership_of_draws_is_what_the_claims_model_takes(shaken) -> None:
    draws = shaken.draw(7, np.random.default_rng(1))
    membership = draws.membership()
    assert membership.survival.shape == membership.joins.shape == draws.members.shape
    alive = membership.survival * np.cumsum(membership.joins / membership.survival, axis=-1)
    assert alive == pytest.approx(draws.members)


def test_the_event_is_recovered(shaken) -> None:
    truth = exit_hazard(POINT, shaken.inputs)
    bands = shaken.periods[["hazard_q025", "hazard_q50", "hazard_q975"]].to_numpy()
    after = slice(52, None)
    assert shaken.converged
    assert (bands[after, 0] < truth[after]).all()
    assert (bands[after, 2] > truth[after]).all()
    assert (bands[after, 1] > 1.5 * bands[40, 1]).all()


def test_intervals_hold_the_truth_of_plans_drawn_from_the_priors() -> None:
    """Joins are none of the model's: a crowd that fades and a level that drifts."""
    inside = []
    for seed in range(300, 316):
        rng = np.random.default_rng(seed)
        truth = {
            name: float(value) for name, value in hazard_parameters(rng.standard_normal(4)).items()
        }
        drift = np.exp(np.cumsum(0.05 * rng.standard_normal(len(GRID))))
        joins = fading_joins(rng.uniform(5, 10), np.exp(rng.uniform(11, 13.3)) * drift)
        fitted = split_world(rising_share(), joins=joins, **truth)
        leave = exit_probability(exit_hazard(truth, fitted.inputs))
        members = net_members(joins, leave)
        gone = (np.append(0.0, members[:-1]) * leave)[50:].sum()
        found = np.quantile(fitted.draw(300, rng).exits[:, 50:].sum(axis=1), [0.1, 0.9])
        rows = fitted.parameters.set_index("name")
        inside += [found[0] <= gone <= found[1]]
        inside += [rows.loc[n, "q10"] <= value <= rows.loc[n, "q90"] for n, value in truth.items()]
    assert 0.65 <= np.mean(inside) <= 0.95


def _gone_by_the_event(joins: np.ndarray, parameters: Any, inputs: HazardInputs) -> np.ndarray:
    """Members left under the hazard with its event term, less than under it without, persons."""
    quiet = parameters | {"event_exit_rate": 0.0 * np.asarray(parameters["event_exit_rate"])}
    stayed, left = (
        net_members(joins, exit_probability(exit_hazard(each, inputs)))[..., -1]
        for each in (quiet, parameters)
    )
    return stayed - left


def test_draws_hold_the_members_gone_because_of_the_event(shaken) -> None:
    draws = shaken.draw(1000, np.random.default_rng(0))
    gone = _gone_by_the_event(draws.joins, draws.parameters, shaken.inputs)
    low, high = np.quantile(gone, [0.025, 0.975])
    assert low < _gone_by_the_event(fading_joins(), POINT, shaken.inputs) < high


def test_without_an_event_its_parameters_are_as_before() -> None:
    calm = split_world(rising_share(), events=())
    spread = calm.parameters.set_index("name")["spread_ratio"]
    assert spread[["event_exit_rate", "event_years"]].to_numpy() == pytest.approx(1.0)


def test_a_share_that_rises_but_once_says_little_of_the_elasticity(shaken) -> None:
    spread = shaken.parameters.set_index("name").loc["elasticity", "spread_ratio"]
    assert spread > 0.8
    assert any("elasticity" in warning for warning in shaken.warnings)


def test_a_share_that_swings_shows_the_elasticity() -> None:
    swings = 3.0 * np.exp(np.sign(np.sin(np.arange(len(GRID)) / 4.0)))
    fitted = split_world(swings, events=(), base_exit_rate=0.3, elasticity=0.8)
    row = fitted.parameters.set_index("name").loc["elasticity"]
    assert row["spread_ratio"] < 0.7
    assert row["q10"] < 0.8 < row["q90"]


def test_only_events_that_shake_trust_are_used() -> None:
    record = load_disclosures()
    assert trust_events(record) == (date(2020, 11, 3),)
    assert trust_events(record.as_of("2020-11-02")) == ()


def test_the_displayed_share_is_the_disclosed_one_where_it_is() -> None:
    fitted = fit(load_disclosures().as_of("2020-10-28"))
    share = displayed_share(fitted)
    assert share[-1] == 4.86
    before = fitted.grid.index(date(2019, 1, 14))
    assert share[before] == fitted.path.share[before]
    assert share[before + 1] == 0.03


def test_the_record_tells_the_event_and_not_the_elasticity(real) -> None:
    table = real.parameters.set_index("name")
    assert real.converged
    assert table.loc["elasticity", "spread_ratio"] > 0.8
    assert table.loc["event_exit_rate", "spread_ratio"] < 0.9
    assert any("elasticity" in warning for warning in real.warnings)


def test_exits_of_the_record_rise_with_the_event(real) -> None:
    table = real.periods.set_index("date")
    before, after = table.loc["2020-10-14"], table.loc["2020-12-14"]
    assert after["hazard_q10"] > before["hazard_q50"]
    assert after["exits_q50"] > 1.3 * before["exits_q50"]


def test_the_first_periods_of_a_plan_are_split_too() -> None:
    few = GRID[:2]
    row = {
        "scope": "critical_illness", "quantity": "sharing_members", "bound": "=",
        "period_start": pd.Timestamp(few[1]), "period_end": pd.Timestamp(few[1]), "value": 1e6,
        "placement": "stated", "confidence": "high", "rounding_half_width": 500.0,
    }  # fmt: skip
    path = fit_membership(pd.DataFrame([row]), list(few))
    fitted = split_net_membership(path, hazard_inputs(np.zeros(2), few, ()), few)
    assert fitted.converged
    assert len(fitted.periods) == 2
