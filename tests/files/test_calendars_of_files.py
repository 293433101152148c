"""A file of another plan, forecast on its own calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from forecasting import fit, forecast
from forecasting.base.settlements import (
    EveryDays,
    MonthDays,
)
from forecasting.cli.main import main
from forecasting.disclosures import read_disclosures
from forecasting.uploads.reading import forecast_upload
from tests.helpers.observation_rows import csv_of, figure

CASES = Path(__file__).parents[1] / "cases"


PLAN = "demo_plan"


MEITUAN = MonthDays((9, 18, 27))


@pytest.mark.parametrize(
    ("name", "days"), [("off_grid.csv", (15, 30)), ("off_grid_early.csv", (13, 27))]
)
def test_a_plan_of_other_days_is_forecast_on_its_own_calendar(name, days):
    content = (CASES / name).read_bytes()
    found = forecast_upload(content, PLAN, file=name)
    assert found.known.calendar == MonthDays(days)
    assert any(f"on day {days[0]}, {days[1]} of every month" in text for text in found.warnings)
    periods = found.forecast.periods
    disclosed = periods.dropna(subset="share_disclosed")
    shares = found.known.settlement_values("share")
    assert disclosed["date"].dt.date.tolist() == list(shares.index)
    assert (disclosed["status"] == "disclosed").all()
    ahead = periods[periods["status"] == "forecast"]["date"].dt.date
    assert len(ahead) == 24
    assert all(MonthDays(days).is_settlement(day) for day in ahead)
    base = forecast_upload((CASES / "base.csv").read_bytes(), PLAN)
    ours, theirs = found.forecast.steady_state.q50, base.forecast.steady_state.q50
    assert ours == pytest.approx(theirs, rel=0.05)


def test_such_a_plan_is_scored_on_its_own_days(capsys):
    folder = str(CASES / "off_grid_dir")
    arguments = ["--data", folder, "--plan", PLAN, "--as-of", "2020-08-30"]
    assert main(["forecast", *arguments, "--horizon", "6"]) == 0
    out, err = capsys.readouterr()
    assert "What came: 4 shares were disclosed later" in out
    assert "on day 15, 30 of every month" in err


@pytest.mark.parametrize("calendar", [MonthDays((10,)), MEITUAN, EveryDays(7, date(2020, 6, 4))])
def test_twelve_months_of_a_flat_plan_cost_its_share_times_its_settlements(calendar):
    times = calendar.periods_per_year
    rows = [
        figure(day.isoformat(), value=f"{120 / times:.2f}")
        for day in calendar.between(date(2020, 6, 1), date(2022, 6, 30))
    ]
    rows += [
        figure(day, quantity="sharing_members", unit="persons", value="1000000")
        for day in [row["period_end"] for row in rows]
    ]
    known = read_disclosures(csv_of(rows), "mine.csv", "village").launched_on(date(2016, 1, 1))
    built = forecast(fit(known.as_of(known.day)), 3)
    assert built.settlements_a_year == round(times)
    assert built.next_year_total is not None
    assert built.next_year_total.q50 == pytest.approx(120, rel=0.10)
    assert built.steady_state.q50 * times == pytest.approx(120, rel=0.10)
