"""Every chart of the insurance page, drawn from real prices, for the tests of the house's rules."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from charts.insurance import by_age as insurance
from charts.insurance import detail as insurance_detail
from charts.style.chart import Chart
from forecasting import load_disclosures
from forecasting.pricing import (
    ActualExpected,
    PoolPosition,
    YearlyShare,
    allowance_by_band,
    credibility_by_pool_size,
    fit_trend,
    gap_to_share,
    level_premium,
    pool_position,
    premium_by_age,
    same_benefit_premium,
    yearly_share,
)
from forecasting.pricing.rating import Expected
from locales import Translator
from tests.helpers import synthetic

KNOWN = load_disclosures().as_of(synthetic.AS_OF)
COSTS = KNOWN.tables.medical_cost
SHARE = yearly_share(KNOWN, synthetic.quantiles(6.0))
NO_LEVEL = yearly_share(KNOWN, None)
NO_SHARE = YearlyShare(None, None, None)
READINGS = ActualExpected(
    synthetic.quantiles(7.5e-4),
    (
        Expected("single_age", 32.0, 10e-4),
        Expected("tilted_mix", 32.0, 28e-4),
        Expected("published_bands", 32.0, 22e-4),
        Expected("national_mix", 31.4, 27e-4),
    ),
    steepness=11.0,
)


@cache
def position() -> PoolPosition:
    """Who gains at a steady share of 6 RMB."""
    return pool_position(KNOWN, SHARE.reference or 0.0)


def premium_chart(tr: Translator, share: YearlyShare = SHARE) -> Chart:
    """The page's first chart, for a woman of 34."""
    premium = same_benefit_premium(34, "female", record=KNOWN)
    by_age = premium_by_age(KNOWN)
    return insurance.premium_chart(by_age, share, 34, "female", premium, tr, synthetic.STAMP)


def gap_chart(tr: Translator, age: int = 34) -> Chart:
    """From the share to the premium."""
    premium = same_benefit_premium(age, "male", record=KNOWN)
    steps = gap_to_share(premium, position(), age, "male")
    return insurance.gap_chart(steps, tr, synthetic.STAMP)


def hospital_chart(tr: Translator, choice: str = "refuse") -> Chart:
    """A hundred RMB a day."""
    prices = allowance_by_band(KNOWN.tables, "urban", 100.0, choice)
    return insurance_detail.hospital_chart(prices, "urban", tr, synthetic.STAMP)


CHARTS: dict[str, Callable[[Translator], Chart]] = {
    "premium": premium_chart,
    "premium-early": lambda tr: premium_chart(tr, NO_SHARE),
    "gap": gap_chart,
    "gap-young": lambda tr: gap_chart(tr, 8),
    "who-gains": lambda tr: insurance.pool_chart(position(), tr, synthetic.STAMP),
    "level": lambda tr: insurance.level_chart(
        level_premium(KNOWN, 34, "male"), SHARE, tr, synthetic.STAMP
    ),
    "expected": lambda tr: insurance_detail.expected_chart(READINGS, tr, synthetic.STAMP),
    "credibility": lambda tr: insurance_detail.credibility_chart(
        credibility_by_pool_size(377.0, 152.0, 7.8e-4), 0.9, tr, synthetic.STAMP
    ),
    "trend": lambda tr: insurance_detail.trend_chart(
        fit_trend(COSTS), 0.12, 5, tr, synthetic.STAMP
    ),
    "hospital": hospital_chart,
}
HORIZONTAL = {"gap", "gap-young", "expected"}
NOT_FROM_ZERO = {"who-gains"}
