"""Copies of one plan on several calendars come to the same year; the engine counts in settlements.

Seeds nobody tuned on; ``DAYS`` of ``simulated_days`` says how long the plan is.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from forecasting import Forecast, fit, forecast, load_disclosures
from forecasting.base.settlements import HALF_MONTHLY, Calendar, EveryDays, MonthDays
from tests.recovery.simulated_days import LAUNCHED, PLAN, SimulatedDays, simulate_days, write_copy

CALENDARS: dict[str, Calendar] = {
    "monthly": MonthDays((10,)),
    "half-monthly": HALF_MONTHLY,
    "the 9th, 18th and 27th": MonthDays((9, 18, 27)),
    "weekly": EveryDays(7, date(2018, 10, 4)),
}


@pytest.fixture(scope="module", params=[7_401, 7_402])
def copies(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[SimulatedDays, dict[str, Forecast]]:
    days = simulate_days(request.param)
    found = {}
    for name, calendar in CALENDARS.items():
        folder = Path(tmp_path_factory.mktemp("copy"))
        write_copy(days, calendar, folder)
        record = load_disclosures(folder, PLAN).launched_on(LAUNCHED)
        assert record.calendar.periods_per_year == calendar.periods_per_year
        found[name] = forecast(fit(record), 6, 500)
    return days, found


def test_the_steady_state_a_year_is_the_same_on_every_calendar(copies) -> None:
    days, found = copies
    level = {
        name: one.steady_state.q50 * CALENDARS[name].periods_per_year for name, one in found.items()
    }
    usual = level["half-monthly"]
    assert level == {name: pytest.approx(usual, rel=0.05) for name in level}
    assert usual == pytest.approx(days.level_a_year, rel=0.10)


def test_the_next_twelve_months_are_the_same_on_every_calendar(copies) -> None:
    _, found = copies
    totals = {name: one.next_year_total.q50 for name, one in found.items()}
    assert totals == {name: pytest.approx(totals["half-monthly"], rel=0.05) for name in totals}
    assert [one.settlements_a_year for one in found.values()] == [12, 24, 36, 52]


def test_the_lag_is_the_same_time_on_every_calendar(copies) -> None:
    _, found = copies
    lags = {name: one.lag_periods.q50 for name, one in found.items()}
    assert lags == {name: pytest.approx(lags["half-monthly"], rel=0.10) for name in lags}


def test_intervals_are_as_wide_on_every_calendar(copies) -> None:
    _, found = copies
    widths = [np.log(one.next_year_total.q90 / one.next_year_total.q10) for one in found.values()]
    assert max(widths) < 1.5 * min(widths)
