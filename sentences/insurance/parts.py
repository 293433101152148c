"""The insurance page's sections: rating, trend, hospital allowance, level premium."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecasting.pricing.hospital import PRINTED_1993
from forecasting.pricing.inputs import QUOTED_TREND
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Credibility
    from forecasting.pricing import (
        ActualExpected,
        AllowancePrice,
        LevelPremium,
        Premium,
        TrendFit,
        YearlyShare,
    )
    from forecasting.pricing.hospital import StayCheck

TEN_THOUSAND = 1e4
SMALL_POOL, LARGE_POOL = 1e3, 1e6


def readings(result: ActualExpected, tr: Translator) -> str:
    """Actual against expected on four readings of the ages, and why they differ."""
    by_name = {item.name: item for item in result.expected}
    low, high = result.actual.interval()

    def cases(name: str) -> str:
        return tr.number(TEN_THOUSAND * by_name[name].incidence, 1)

    def ratio(name: str) -> str:
        return tr.percent(result.ratio(name).q50)

    return tr.t(
        "insurance.readings_text",
        actual=tr.number(TEN_THOUSAND * result.actual.q50, 1),
        interval=tr.span(TEN_THOUSAND * low, TEN_THOUSAND * high, 1),
        age=tr.number(by_name["single_age"].mean_age, 1),
        single=cases("single_age"),
        single_ratio=ratio("single_age"),
        tilted=cases("tilted_mix"),
        tilted_ratio=ratio("tilted_mix"),
        bands=cases("published_bands"),
        bands_ratio=ratio("published_bands"),
        national=cases("national_mix"),
        national_ratio=ratio("national_mix"),
        national_age=tr.number(by_name["national_mix"].mean_age, 1),
        steep=tr.number(result.steepness, 0),
    )


def rating(
    by_size: pd.DataFrame,
    manual: float,
    experience: float,
    credibility: Credibility,
    tr: Translator,
) -> str:
    """What manual and experience rating ask, and how the size of a pool weighs them."""
    small, large = (
        by_size.loc[(by_size["members"] - size).abs().idxmin()] for size in (SMALL_POOL, LARGE_POOL)
    )
    return tr.t(
        "insurance.rating_text",
        manual=tr.rmb(manual, 0),
        experience=tr.rmb(experience, 0),
        small=tr.persons(SMALL_POOL),
        small_weight=tr.percent(small["buehlmann"]),
        small_rate=tr.rmb(small["blended"], 0),
        large=tr.persons(LARGE_POOL),
        large_weight=tr.percent(large["buehlmann"]),
        large_rate=tr.rmb(large["blended"], 0),
        plan=tr.percent(credibility.z_limited_fluctuation),
        model=tr.percent(credibility.z_model),
    )


def trend(
    fits: dict[str, TrendFit],
    recent: TrendFit,
    prices: dict[str, Premium],
    trend_factor: float,
    years_ahead: int,
    tr: Translator,
) -> str:
    """The fitted growth against the quoted range, and what it does to a price.

    ``prices``: the premium at the "chosen", "fitted", "low" and "high" factor of the range.
    """
    stay = fits["hospital_stay"]
    low, high = QUOTED_TREND
    within = all(low <= fitted.growth <= high for fitted in fits.values())
    text = tr.t(
        "insurance.trend_text",
        stay=tr.percent(stay.growth, 1),
        low=tr.percent(stay.low, 1),
        high=tr.percent(stay.high, 1),
        visit=tr.percent(fits["outpatient_visit"].growth, 1),
        day=tr.percent(fits["hospital_day"].growth, 1),
        quoted=tr.t(
            "insurance.quoted_holds" if within else "insurance.quoted_fails",
            low=tr.percent(low),
            high=tr.percent(high),
        ),
        since=recent.years[0],
        recent=tr.percent(recent.growth, 1),
    )
    return text + tr.t(
        "insurance.trend_price",
        year=stay.years[-1] + years_ahead,
        factor=tr.percent(trend_factor, 1),
        chosen=tr.rmb(prices["chosen"].gross, 0),
        fitted=tr.rmb(prices["fitted"].gross, 0),
        span=tr.interval(prices["low"].gross, prices["high"].gross, 0),
    )


def hospital(
    price: AllowancePrice, daily_allowance: float, person: str, residence: str, tr: Translator
) -> str:
    """A daily allowance's price and how it comes about; what was done with a suspect cell."""
    text = tr.t(
        "insurance.hospital_text",
        allowance=tr.rmb(daily_allowance, 0),
        person=person,
        residence=tr.t(f"residence.{residence}"),
        gross=tr.rmb(price.premium.gross, 0),
        stays=tr.number(1000 * price.premium.frequency, 1),
        days=tr.number(price.days, 1),
        risk=tr.rmb(price.premium.risk, 0),
    )
    if not price.suspect:
        return text
    return text + tr.t(
        f"suspect_used.{price.choice}",
        printed=tr.number(1000 * price.printed_rate, 1),
        used=tr.number(1000 * price.rate, 1),
    )


def hospital_refused(cell: pd.Series, tr: Translator) -> str:
    """Why a doubtful rate gives no price."""
    return tr.t(
        "insurance.suspect_refused",
        printed=tr.number(1000 * cell["printed"], 1),
        before=tr.number(1000 * cell["before"], 1),
    )


def hospital_unit(check: pd.DataFrame, tr: Translator) -> str:
    """Per thousand and not per cent."""
    return tr.t(
        "insurance.unit_text",
        low=tr.percent(float(check["per_thousand"].min()), 1),
        high=tr.percent(float(check["per_thousand"].max()), 1),
        wrong_low=tr.percent(float(check["per_cent"].min())),
        wrong_high=tr.percent(float(check["per_cent"].max())),
        printed_low=tr.percent(float(check["printed"].min()), 2),
        printed_high=tr.percent(float(check["printed"].max()), 2),
    )


def doubtful(check: pd.DataFrame, substituted: pd.DataFrame, tr: Translator) -> str:
    """Which rates are doubtful, and which reading of them the printed total is nearer to."""
    cell = ("urban", "female")
    plain, instead = (
        float(frame.set_index(["residence", "sex"]).loc[cell, "per_thousand"])
        for frame in (check, substituted)
    )
    printed = PRINTED_1993[cell]
    nearer = abs(plain - printed) < abs(instead - printed)
    return tr.t(
        "insurance.doubtful_text",
        women=tr.percent(plain, 2),
        women_printed=tr.percent(printed, 2),
        women_instead=tr.percent(instead, 2),
        nearer=tr.t("insurance.nearer_printed" if nearer else "insurance.nearer_substitute"),
    )


def stays(check: StayCheck, tr: Translator) -> str:
    """How long the stays of table 2.2 are beside table 2.4's."""
    return tr.t(
        "insurance.stays_text",
        urban=tr.number(check.urban, 1),
        rural=tr.number(check.rural, 1),
        printed=tr.number(check.printed, 1),
        year=check.year,
    )


def level(result: LevelPremium, share: YearlyShare, age: int, sex: str, tr: Translator) -> str:
    """The level premium against the yearly one and the expected share to 60."""
    rises = result.first_yearly <= result.level
    text = tr.t(
        "insurance.level_text" if rises else "insurance.level_text_dear_first",
        person=tr.t(f"insurance_person.{sex}", age=age),
        level=tr.rmb(result.level, 0),
        first=tr.rmb(result.first_yearly, 0),
        last=tr.rmb(result.last_yearly, 0),
        left=tr.percent(float(result.frame["in_force"].iloc[-1])),
        reserve=tr.rmb(float(result.frame["reserve"].max()), 0),
    )
    if not share.reference:
        return text
    growth = result.break_even_growth(share.reference)
    years = len(result.frame)
    key = "insurance.level_share" if years > 1 and growth > 0 else "insurance.level_share_short"
    return text + tr.t(
        key,
        share=tr.rmb(share.reference, 0),
        times=tr.number(result.level / share.reference, 1),
        growth=tr.percent(growth, 1),
    )
