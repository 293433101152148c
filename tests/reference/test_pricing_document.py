"""Figures that Chen Tao, "Pricing Private Health Insurance Products in China" (2003), prints.

Each test names the place: section or table of the document (source ``chentao2003``).
"""

from __future__ import annotations

import math

import pytest

from forecasting.base.errors import InputError
from forecasting.disclosures import load_tables
from forecasting.pricing import (
    EXPENSE_CAPS,
    INTEREST_CAP,
    Premium,
    Terms,
    allowance_price,
    fit_trend,
    inpatient_premium,
    unit_check,
)
from forecasting.pricing.inputs import LOADING_IN_PRACTICE, QUOTED_TREND, checked
from forecasting.pricing.trend import STAYS_PER_PERSON, cost_series

TABLES = load_tables()


@pytest.mark.parametrize(
    ("residence", "sex", "age", "per_thousand"),
    [
        ("urban", "male", 2, 60.69),
        ("urban", "female", 25, 79.55),
        ("rural", "male", 45, 30.61),
        ("rural", "female", 55, 48.05),
        ("urban", "male", 70, 111.00),
    ],
)
def test_table_2_1_rates(residence: str, sex: str, age: int, per_thousand: float) -> None:
    """Table 2.1 (headed %): used per thousand."""
    price = allowance_price(TABLES, age, sex, residence, 1.0)
    assert price.rate == pytest.approx(per_thousand / 1000)


@pytest.mark.parametrize(
    ("residence", "age", "days"),
    [("urban", 3, 12.38), ("urban", 35, 33.49), ("rural", 35, 16.30), ("rural", 65, 15.93)],
)
def test_table_2_2_days(residence: str, age: int, days: float) -> None:
    """Table 2.2: mean stay of urban and rural inpatients."""
    assert allowance_price(TABLES, age, "male", residence, 1.0).days == days


def test_table_2_3_shows_the_unit_of_table_2_1() -> None:
    """Table 2.3, 1993: 4.62, 5.45, 2.87 and 3.25%; table 2.1 gives within a tenth of that per
    thousand, and ten times it per cent."""
    check = unit_check(TABLES.hospitalization_rate, TABLES.population_china)
    assert check["printed"].tolist() == [0.0462, 0.0545, 0.0287, 0.0325]
    assert (check["per_thousand"] / check["printed"]).between(0.9, 1.1).all()
    assert (check["per_cent"] / check["printed"]).between(9, 11).all()


def test_table_2_3_total_lies_between_town_and_country() -> None:
    """Table 2.3: 3.54% in total in 1998, 3.56% in 1993."""
    check = unit_check(TABLES.hospitalization_rate, TABLES.population_china)
    by_residence = check.groupby("residence")["per_thousand"].mean()
    assert by_residence["rural"] < STAYS_PER_PERSON == 0.0354 < by_residence["urban"]
    assert by_residence["rural"] < 0.0356 < by_residence["urban"]


@pytest.mark.parametrize(
    ("year", "visit", "stay", "days"), [(1995, 39.9, 1668.0, 13.3), (2002, 99.6, 3597.7, 10.1)]
)
def test_table_2_4_costs(year: int, visit: float, stay: float, days: float) -> None:
    """Table 2.4, first and last row; the cost of a day is the quotient."""
    assert cost_series(TABLES.medical_cost, "outpatient_visit")[year] == visit
    assert cost_series(TABLES.medical_cost, "hospital_stay")[year] == stay
    assert cost_series(TABLES.medical_cost, "hospital_day")[year] == pytest.approx(stay / days)


@pytest.mark.parametrize("cost", ["outpatient_visit", "hospital_stay", "hospital_day"])
def test_the_quoted_trend_of_10_to_15_per_cent(cost: str) -> None:
    """Section 2, after table 2.4: "about 10-15%" a year; every fitted growth lies in it."""
    assert QUOTED_TREND == (0.10, 0.15)
    assert QUOTED_TREND[0] <= fit_trend(TABLES.medical_cost, cost).growth <= QUOTED_TREND[1]


def test_the_trend_agrees_with_the_first_and_last_figure() -> None:
    """Table 2.4: 1,668.0 to 3,597.7 RMB in seven years is 11.6% a year."""
    by_ends = (3597.7 / 1668.0) ** (1 / 7) - 1
    fitted = fit_trend(TABLES.medical_cost)
    assert by_ends == pytest.approx(0.116, abs=0.0005)
    assert fitted.low < by_ends < fitted.high


def test_safety_loading_in_practice() -> None:
    """Section 2: "from 30% to 200% of the risk premium"."""
    assert LOADING_IN_PRACTICE == (0.3, 2.0)
    nets = [Premium(0.01, 1000, Terms(safety_loading=x)).net for x in LOADING_IN_PRACTICE]
    assert nets == pytest.approx([13.0, 30.0])


def test_expense_caps() -> None:
    """Section 4: at most 35% of the premium in individual business, 25% in group business."""
    assert dict(EXPENSE_CAPS) == {"individual": 0.35, "group": 0.25}
    for business, cap in EXPENSE_CAPS.items():
        premium = Premium(0.01, 1000, Terms(0.3, cap, business))
        assert (premium.gross - premium.net) / premium.gross == pytest.approx(cap)
        with pytest.raises(InputError, match=f"expense_share.*{cap:g} in {business}"):
            Terms(0.3, cap + 0.01, business)


def test_section_3_order_of_the_premium() -> None:
    """Section 3: risk premium = frequency x claim, net = risk + loading, gross = net / (1 - e)."""
    premium = Premium(0.0354, 3083.7, Terms(0.30, 0.35))
    assert premium.risk == pytest.approx(0.0354 * 3083.7)
    assert premium.steps()["rmb"].iloc[:3].sum() == pytest.approx(premium.gross)
    assert premium.gross == pytest.approx(2 * premium.risk)


def test_interest_at_most_two_and_a_half_per_cent() -> None:
    """Section 2: the technical rate of interest "must not exceed 2.5%"."""
    assert INTEREST_CAP == 0.025
    with pytest.raises(InputError, match=r"interest: found 0\.026, legal: 0 to 0\.025"):
        checked("interest", 0.026)


def test_frequency_and_cost_of_section_5() -> None:
    """Section 5: 3-5% and about 3,000 RMB in 2000, and double that among the insured."""
    assert 0.03 <= STAYS_PER_PERSON <= 0.05
    assert cost_series(TABLES.medical_cost, "hospital_stay")[2000] == pytest.approx(3000, rel=0.03)
    one, two = (inpatient_premium(TABLES.medical_cost, 0.1, 0, m) for m in (1.0, 2.0))
    assert two.gross == pytest.approx(2 * one.gross)


def test_the_trend_over_one_year_of_price() -> None:
    """Section 2: next year's price is this year's times the trend factor."""
    now, later = (inpatient_premium(TABLES.medical_cost, 0.15, year) for year in (0, 1))
    assert later.gross / now.gross == pytest.approx(1.15)
    assert math.isclose(now.severity, 3597.7)
