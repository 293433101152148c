"""What an insurer would charge: premium, same benefit, rating, trend, hospital, level premium."""

from forecasting.pricing.hospital import (
    AllowancePrice,
    allowance_by_band,
    allowance_price,
    stay_check,
    suspect_cells,
    unit_check,
)
from forecasting.pricing.inputs import EXPENSE_CAPS, INTEREST_CAP, PRICING_INPUTS, PricingInput
from forecasting.pricing.level import LevelPremium, level_net_premium, level_premium
from forecasting.pricing.premium import Premium, Terms
from forecasting.pricing.rating import (
    ActualExpected,
    actual_against_expected,
    buehlmann_credibility,
    credibility_by_pool_size,
)
from forecasting.pricing.same_benefit import (
    Basis,
    PoolPosition,
    YearlyShare,
    average_premium,
    gap_to_share,
    pool_position,
    premium_by_age,
    same_benefit_premium,
    yearly_share,
)
from forecasting.pricing.trend import TrendFit, fit_trend, inpatient_premium, trended

__all__ = [
    "EXPENSE_CAPS",
    "INTEREST_CAP",
    "PRICING_INPUTS",
    "ActualExpected",
    "AllowancePrice",
    "Basis",
    "LevelPremium",
    "PoolPosition",
    "Premium",
    "PricingInput",
    "Terms",
    "TrendFit",
    "YearlyShare",
    "actual_against_expected",
    "allowance_by_band",
    "allowance_price",
    "average_premium",
    "buehlmann_credibility",
    "credibility_by_pool_size",
    "fit_trend",
    "gap_to_share",
    "inpatient_premium",
    "level_net_premium",
    "level_premium",
    "pool_position",
    "premium_by_age",
    "same_benefit_premium",
    "stay_check",
    "suspect_cells",
    "trended",
    "unit_check",
    "yearly_share",
]
