"""A launch that is not known is weighed, not assumed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from forecasting import Disclosures, Forecast, fit, forecast, load_disclosures
from forecasting.disclosures import read_disclosures
from forecasting.fitting.launches import launch_candidates
from forecasting.simulation.paths import draw_paths
from tests.helpers.observation_rows import csv_of, figure

CASES = Path(__file__).parents[1] / "cases"
RECORD = load_disclosures()
FLAT = read_disclosures((CASES / "halfmonth_flat.csv").read_bytes(), "flat.csv", "demo_plan")


def from_june_2020(launched: date | None) -> Disclosures:
    """Xianghubao's own figures from June 2020 on, as those of a plan of which no rule is known."""
    rows = RECORD.as_of("2021-03-28").observations
    rows = rows[(rows["period_start"] >= "2020-06-01") & (rows["scope"] == "critical_illness")]
    text = rows[[*figure()]].assign(plan="late").to_csv(index=False)
    known = read_disclosures(text.encode(), "late.csv", "late").as_of("2021-03-28")
    return known if launched is None else known.launched_on(launched)


def built(known: Disclosures) -> Forecast:
    return forecast(fit(known.as_of(known.day)), 24)


def test_shares_and_members_that_stand_still_settle_where_they_stand():
    flat = built(FLAT)
    assert flat.steady_state.q50 == pytest.approx(5.0, rel=0.13)
    assert flat.next_share is not None
    assert flat.next_share.q50 == pytest.approx(5.0, rel=0.05)
    assert flat.steady_state.q10 < 5.0 < flat.steady_state.q90


def test_a_known_launch_long_before_the_figures_answers_alike():
    stated = built(FLAT.launched_on(date(2012, 1, 14)))
    assert stated.steady_state.q50 == pytest.approx(built(FLAT).steady_state.q50, rel=0.05)


def test_a_series_cut_at_the_front_comes_near_the_fit_that_knows_the_launch():
    whole = built(RECORD.as_of("2021-03-28")).steady_state
    unknown = built(from_june_2020(None)).steady_state
    known = built(from_june_2020(RECORD.plan_info.launched)).steady_state
    assert unknown.q50 == pytest.approx(known.q50, rel=0.10)
    # It has the notice lists, which time the delay, and two more years.
    assert unknown.q10 < whole.q50 < unknown.q90


def test_the_true_launch_is_among_the_likely_ones():
    launches = fit(from_june_2020(None)).launches
    years = [(date(2020, 6, 14) - one.launched).days / 365.25 for one in launches]
    expected = float(np.dot(years, [one.weight for one in launches]))
    assert expected == pytest.approx(1.66, rel=0.3)


def test_weights_add_up_and_the_note_names_the_likeliest():
    fitted = fit(FLAT.as_of(FLAT.day))
    assert sum(one.weight for one in fitted.launches) == pytest.approx(1.0)
    best = max(fitted.launches, key=lambda one: one.weight)
    assert fitted.grid == best.fit.grid
    assert f"{best.launched}" in fitted.warnings[0]
    assert [one["launch"] for one in fitted.to_dict()["launches"]] == [
        one.launched.isoformat() for one in fitted.launches
    ]


def test_a_known_launch_is_the_only_one():
    assert launch_candidates(RECORD) == []
    assert fit(RECORD.as_of("2020-10-28")).launches == ()


def test_paths_of_all_launches_lie_on_one_grid_in_their_proportions():
    fitted = fit(FLAT.as_of(FLAT.day))
    draws = draw_paths(fitted, 6, 400, 0)
    latest = min((one.fit for one in fitted.launches), key=lambda one: len(one.grid))
    assert draws.past == len(latest.grid)
    assert draws.share.shape == draws.membership.members.shape == (400, draws.past + 6)
    assert np.isfinite(draws.share).all()


def test_one_launch_alone_draws_what_its_fit_draws():
    fitted = fit(FLAT.as_of(FLAT.day))
    (one, *_) = fitted.launches
    alone = replace(fitted, launches=(replace(one, weight=1.0),))
    assert (draw_paths(alone, 6, 50, 0).share == draw_paths(one.fit, 6, 50, 0).share).all()


def test_a_plan_whose_share_climbs_from_nothing_is_young():
    rows = [
        figure(f"2020-{month:02d}-{day}", value=f"{0.1 + 0.02 * (2 * month + day // 28) ** 2:.2f}")
        for month in range(1, 13)
        for day in (14, 28)
    ]
    rows += [
        figure(f"2020-{month:02d}-28", quantity="sharing_members", unit="persons", value=members)
        for month, members in ((1, "5000000"), (3, "20000000"), (6, "35000000"), (12, "40000000"))
    ]
    known = read_disclosures(csv_of(rows), "young.csv", "village")
    best = max(fit(known.as_of(known.day)).launches, key=lambda one: one.weight)
    assert best.launched >= date(2019, 6, 1)
