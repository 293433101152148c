"""Why the share grew: pieces that add up in every draw, and agree with what the figures alone say.

Expected values are of hand-made worlds in which one cause alone has moved, or of the split into aid
and payers, which no model has touched.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from forecasting import fit, load_disclosures
from forecasting.base.errors import InputError
from forecasting.claims.path import claims_path
from forecasting.explain.aid_and_payers import aid_record, split_share
from forecasting.explain.share_change import CAUSES, MOVING, PAYERS, _Since, split_growth
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.members.enrolment import split_joins_and_exits
from locales import LANGUAGES, Translator
from sentences.history.share_change import why

FITTED = fit(load_disclosures().as_of("2021-11-14"))
RECORD = aid_record(FITTED.disclosures)
DAYS = [
    ("2019-07-28", "2019-09-28"),
    ("2019-06-28", "2020-10-28"),
    ("2020-01-28", "2020-03-14"),
    ("2020-10-28", "2021-10-14"),
    ("2020-12-14", "2021-03-28"),
]


def growth(start: str, end: str, draws: int = 60):
    return split_growth(FITTED, date.fromisoformat(start), date.fromisoformat(end), draws)


def figures(start: str, end: str):
    return split_share(RECORD, date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(("start", "end"), DAYS)
def test_the_causes_sum_to_the_disclosed_growth_in_every_draw(start: str, end: str) -> None:
    split = growth(start, end)
    assert tuple(split.pieces) == CAUSES
    total = sum(split.pieces.values())
    np.testing.assert_allclose(total, split.last_share - split.first_share, atol=1e-12)
    assert split.causes["rmb"].sum() == pytest.approx(split.last_share - split.first_share)


@pytest.mark.parametrize(("start", "end"), DAYS)
def test_both_splits_have_the_same_shares_and_the_same_rest(start: str, end: str) -> None:
    """Payers, aid and fee: the model's own add up as those of the figures do."""
    model, plain = growth(start, end), figures(start, end)
    assert (model.first_share, model.last_share) == (plain.first_share, plain.last_share)
    assert model.fee == pytest.approx(plain.fee)
    np.testing.assert_allclose(model.fewer_payers + model.more_aid + model.fee, plain.growth)


@pytest.mark.parametrize(("start", "end"), DAYS)
def test_the_model_and_the_figures_agree_on_the_payers(start: str, end: str) -> None:
    """L ln(N1 / N2) of either; where members are disclosed to within 1% of the share."""
    model, plain = growth(start, end, draws=400), figures(start, end)
    low, high = np.quantile(model.fewer_payers, (0.005, 0.995))
    assert low <= plain.fewer_payers.high
    assert high >= plain.fewer_payers.low
    if plain.is_exact:
        weight = plain.growth / np.log(plain.last_share / plain.first_share)
        assert model.fewer_payers.mean() == pytest.approx(
            plain.fewer_payers.value, abs=0.01 * weight
        )


def test_neighbouring_settlements_agree_on_the_payers_all_along() -> None:
    """Counts are rounded and the model is smooth: one pair in ten may be apart, by a few fen."""
    apart = []
    days = [day for day in RECORD.days if day >= date(2020, 1, 14)]
    for start, end in pairwise(days[::3]):
        model = split_growth(FITTED, start, end, 60)
        plain = split_share(RECORD, start, end).fewer_payers
        low, high = np.quantile(model.fewer_payers, (0.025, 0.975))
        apart.append(max(low - plain.high, plain.low - high, 0.0))
    assert np.mean(np.array(apart) > 0) <= 0.1
    assert max(apart) < 0.05


def test_payers_act_through_those_who_came_and_left_alone() -> None:
    table = growth("2020-10-28", "2021-10-14").causes.set_index("cause")
    assert (table.loc[table.index.difference(PAYERS), "payers"] == 0).all()
    assert table.loc["exits", "payers"] > 0 > table.loc["exits", "aid"]


@pytest.fixture(scope="module")
def since() -> _Since:
    rng = np.random.default_rng(1)
    parameters, _ = FITTED.draw(5, rng)
    return _Since("gamma", parameters, FITTED.regime, FITTED.membership, FITTED.grid.index(DAY))


DAY = date(2020, 10, 28)


def test_all_causes_together_are_the_model_itself(since: _Since) -> None:
    path = claims_path(since.parameters, since.regime, since.membership)
    np.testing.assert_allclose(
        since.log_share(frozenset(MOVING)), np.log(path.share[..., -1]), rtol=1e-9
    )


def test_nobody_joins_or_leaves_once_both_are_held(since: _Since) -> None:
    held = since.members_with(frozenset())
    np.testing.assert_allclose(held.members[since.first :], held.members[since.first])
    np.testing.assert_allclose(
        since.members_with(frozenset(PAYERS)).members, FITTED.membership.members
    )


def test_a_level_pool_long_in_being_has_nothing_under_way() -> None:
    """Members level since the launch, ramp over, rules still: only the trend is left to move it."""
    days = (date(2021, 3, 28), date(2021, 10, 14))
    level = replace_members(FITTED, np.full(len(FITTED.grid), 1e8))
    parameters = {
        name: np.atleast_1d(value) * np.ones(2) for name, value in FITTED.point.items()
    } | {"trend": np.array([0.03, 0.0]), "ageing": np.zeros(2), "aid_shift": np.zeros(2)}
    parameters |= {"initial_selection": np.full(2, 0.999), "ramp_years": np.full(2, 0.1)}
    first, last = (FITTED.grid.index(day) for day in days)
    world = _Since("gamma", parameters, FITTED.regime.of_periods(slice(last + 1)), level, first)
    rise = world.log_share(frozenset()) - world.log_share_then(0.0)
    years = FITTED.regime.years[last] - FITTED.regime.years[first]
    np.testing.assert_allclose(rise - np.array([0.03 * years, 0.0]), 0.0, atol=0.01)


def replace_members(fitted: SelectionLagFit, members: np.ndarray):
    return split_joins_and_exits(members, 0.0).of_periods(
        slice(fitted.grid.index(date(2021, 10, 14)) + 1)
    )


def test_maturing_cohorts_carry_the_first_year_and_leavers_the_last() -> None:
    before = growth("2019-06-28", "2020-10-28").causes.set_index("cause")["rmb"]
    after = growth("2020-10-28", "2021-10-14").causes.set_index("cause")["rmb"]
    assert before.idxmax() == "under_way"
    assert before["rules"] < -0.5
    assert after["exits"] > 0.6


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2020-10-27", "2021-01-14", "2020-10-27"),
        ("2021-01-14", "2021-01-14", "before"),
        ("2021-01-14", "2022-01-14", "legal"),
    ],
)
def test_days_out_of_range_are_named(start: str, end: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        growth(start, end)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_said(language: str) -> None:
    tr = Translator(language)
    found, plain = growth("2020-10-28", "2021-10-14"), figures("2020-10-28", "2021-10-14")
    sentence = why(found, plain, tr)
    assert tr.t("why_cause.exits") in sentence
    assert tr.rmb(found.last_share - found.first_share) in sentence
    assert tr.t("why.agree") in sentence
    moved = replace(found, payers={name: term - 0.9 for name, term in found.payers.items()})
    assert tr.t("why.agree") not in why(moved, plain, tr)
