"""The trend factor: yearly growth of medical cost, fitted and projected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import statsmodels.api as sm
from statsmodels.stats.stattools import durbin_watson

from forecasting.base.errors import InputError, Refused
from forecasting.base.messages import Name
from forecasting.pricing.inputs import checked, one_of
from forecasting.pricing.premium import DEFAULT_TERMS, Premium, Terms

if TYPE_CHECKING:
    from statsmodels.regression.linear_model import RegressionResults

COSTS = ("outpatient_visit", "hospital_stay", "hospital_day")
FEWEST_YEARS = 4
# The second half of the table, to see whether the growth held.
RECENT_SINCE = 1998
LEVEL = 0.95
# Chen Tao 2003, table 2.3: hospital stays a person-year, all China, 1998.
STAYS_PER_PERSON = 0.0354


@dataclass(frozen=True)
class TrendFit:
    """log(cost) = a + b year, by least squares: yearly growth exp(b) - 1 with its 95% interval.

    ``years`` and ``values`` are the figures used (RMB); ``durbin_watson`` near 2 says that
    neighbouring residuals are unrelated, well below it that the interval is too narrow.
    """

    cost: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    growth: float
    low: float
    high: float
    durbin_watson: float
    _result: RegressionResults

    def path(self, last_year: int) -> pd.DataFrame:
        """Fitted and projected cost: ``year``, ``fitted``, ``low``, ``high`` (95%, one year's
        figure), RMB. From the first year of the fit to ``last_year``.
        """
        years = np.arange(self.years[0], last_year + 1)
        design = sm.add_constant((years - self.years[-1]).astype(float), has_constant="add")
        band = self._result.get_prediction(design).summary_frame(alpha=1 - LEVEL)
        return pd.DataFrame(
            {
                "year": years,
                "fitted": np.exp(band["mean"].to_numpy()),
                "low": np.exp(band["obs_ci_lower"].to_numpy()),
                "high": np.exp(band["obs_ci_upper"].to_numpy()),
            }
        )


def cost_series(medical_cost: pd.DataFrame, cost: str) -> pd.Series:
    """RMB a visit, a hospital stay, or a hospital day (stay / days), indexed by year."""
    one_of("cost", cost, COSTS)
    rows = medical_cost.sort_values("year").set_index("year")
    if cost == "hospital_day":
        return rows["rmb_per_hospital_stay"] / rows["days_per_hospital_stay"]
    return rows[f"rmb_per_{cost}"]


def fit_trend(medical_cost: pd.DataFrame, cost: str = "hospital_stay", since: int = 0) -> TrendFit:
    """Fit the yearly growth of one cost of ``medical_cost.csv``, from the year ``since`` on.

    Ordinary least squares of the log cost on the year, Student interval with n - 2 degrees of
    freedom. Raises InputError for an unknown cost or a cost not above zero, Refused for fewer than
    4 years. Source of the figures: Chen Tao 2003, table 2.4.

    >>> from forecasting.disclosures import load_tables
    >>> fitted = fit_trend(load_tables().medical_cost)
    >>> round(100 * fitted.growth, 1), round(100 * fitted.low, 1), round(100 * fitted.high, 1)
    (10.3, 7.7, 13.0)
    """
    series = cost_series(medical_cost, cost)
    series = series[series.index >= since]
    if len(series) < FEWEST_YEARS:
        raise Refused(
            "trend of {cost} since {since}: {n} years, {least} are needed",
            cost=Name("medical_cost", cost),
            since=since,
            n=len(series),
            least=FEWEST_YEARS,
        )
    if not (series > 0).all():
        raise InputError(
            "{name}: found {found:g}, legal: above 0",
            name=Name("medical_cost", cost),
            found=float(series.min()),
        )
    years = series.index.to_numpy(dtype=float)
    # Years from the last one on, so that the constant is the log cost of that year.
    design = sm.add_constant(years - years[-1])
    result = sm.OLS(np.log(series.to_numpy(dtype=float)), design).fit()
    low, high = result.conf_int(alpha=1 - LEVEL)[1]
    return TrendFit(
        cost=cost,
        years=tuple(int(year) for year in series.index),
        values=tuple(float(value) for value in series),
        growth=float(np.expm1(result.params[1])),
        low=float(np.expm1(low)),
        high=float(np.expm1(high)),
        durbin_watson=float(durbin_watson(result.resid)),
        _result=result,
    )


def trended(amount: float, trend_factor: float, years: float) -> float:
    """amount (1 + trend factor)^years, RMB. InputError outside the legal ranges.

    >>> round(trended(100, 0.10, 2), 6)
    121.0
    """
    return amount * (1.0 + checked("trend_factor", trend_factor)) ** checked("years_ahead", years)


def inpatient_premium(
    medical_cost: pd.DataFrame,
    trend_factor: float,
    years_ahead: float,
    insured_multiple: float = 1.0,
    terms: Terms = DEFAULT_TERMS,
) -> Premium:
    """A year's premium for the full cost of hospital stays, some years after the last figure.

    frequency = 3.54% x insured multiple (table 2.3, 1998); severity = the last printed cost of a
    stay (2002) x (1 + trend)^years. Without deductible or coinsurance. Errors as :func:`trended`.

    >>> from forecasting.disclosures import load_tables
    >>> round(inpatient_premium(load_tables().medical_cost, 0.10, 0).risk, 2)
    127.36
    """
    last = float(cost_series(medical_cost, "hospital_stay").iloc[-1])
    return Premium(
        STAYS_PER_PERSON * checked("insured_multiple", insured_multiple),
        trended(last, trend_factor, years_ahead),
        terms,
    )
