"""The sections of the insurance page; only the chosen one is computed and drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd
import streamlit as st

from charts.insurance import by_age as charts
from charts.insurance import detail as details
from forecasting import Refused, Scenario
from forecasting.pricing import (
    ActualExpected,
    Basis,
    LevelPremium,
    PoolPosition,
    YearlyShare,
    actual_against_expected,
    allowance_by_band,
    allowance_price,
    credibility_by_pool_size,
    fit_trend,
    gap_to_share,
    inpatient_premium,
    level_premium,
    pool_position,
    premium_by_age,
    same_benefit_premium,
    stay_check,
    suspect_cells,
    unit_check,
    yearly_share,
)
from forecasting.pricing.inputs import QUOTED_TREND, SEXES
from forecasting.pricing.same_benefit import ages_cheaper_than
from forecasting.pricing.trend import COSTS, RECENT_SINCE
from sentences.insurance import parts as insurance_parts
from sentences.insurance import summary as insurance
from sentences.insurance import tables as insurance_tables
from ui.blocks.show import errors_shown, say, show_chart, show_table
from ui.pages.insurance.controls import RESIDENCE, SUSPECT, Asked, numbers, option
from ui.results import (
    MOST_CALCULATIONS,
    MOST_RESULTS,
    credibility_for,
    fit_for,
    forecast_for,
    forecast_or_refusal,
    full_record,
    known,
    stamp_for,
)
from ui.view import View

DOCUMENT = "insurance.source_document"


def yearly_share_for(view: View) -> YearlyShare:
    """The share as a yearly amount; without its level where the model refuses."""
    forecast, _ = forecast_or_refusal(view)
    return yearly_share(known(view), forecast.steady_state if forecast else None)


@st.cache_data(max_entries=MOST_CALCULATIONS, show_spinner=False)
def premiums(plan: str, as_of: date, basis: Basis) -> pd.DataFrame:
    """The premium of every age and sex."""
    return premium_by_age(full_record(plan).as_of(as_of), basis)


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
def _pool(plan: str, as_of: date, share: float, table: str) -> PoolPosition:
    return pool_position(full_record(plan).as_of(as_of), share, table)


@st.cache_data(max_entries=MOST_RESULTS, show_spinner=False)
def _readings(
    plan: str, as_of: date, scenario: Scenario, table: str, _view: View
) -> ActualExpected:
    return actual_against_expected(fit_for(_view), table)


@st.cache_data(max_entries=MOST_CALCULATIONS, show_spinner=False)
def _level(
    plan: str, as_of: date, age: int, sex: str, basis: Basis, interest: float, lapse: float
) -> LevelPremium:
    return level_premium(full_record(plan).as_of(as_of), age, sex, basis, interest, lapse)


def show_section(section: str, view: View, asked: Asked) -> None:
    """Draw one section; what it cannot use or lacks is said in its place."""
    with errors_shown(view.tr):
        SECTIONS[section](view, asked)


def _build(view: View, asked: Asked) -> None:
    tr, share = view.tr, yearly_share_for(view)
    premium = same_benefit_premium(asked.age, asked.sex, asked.basis, known(view))
    say(insurance.built_up(premium, tr))
    if share.steady is None:
        show_table(insurance_tables.steps_table(premium, tr), "premium-steps", tr, view.as_of)
    else:
        position = _pool(view.plan, view.as_of, share.steady.q50, asked.table)
        steps = gap_to_share(premium, position, asked.age, asked.sex)
        say(insurance.gap(steps, tr))
        chart = charts.gap_chart(steps, tr, stamp_for(view, "chart.source_tables"))
        show_chart(chart, tr, asked.inputs())
    by_age = premiums(view.plan, view.as_of, asked.basis)
    men, women = (ages_cheaper_than(by_age, sex, share.reference or 0.0) for sex in SEXES)
    say(insurance.cheaper_ages(men, women, share, tr))


def _pool_section(view: View, asked: Asked) -> None:
    tr = view.tr
    share = yearly_share(known(view), forecast_for(view).steady_state)
    position = _pool(view.plan, view.as_of, share.reference or 0.0, asked.table)
    say(insurance.pool(position, asked.age, asked.sex, tr))
    chart = charts.pool_chart(position, tr, stamp_for(view, "chart.source_tables"))
    show_chart(chart, tr, asked.inputs())
    st.caption(tr.t("insurance.pool_note"))


def _rating(view: View, asked: Asked) -> None:
    tr, stamp = view.tr, stamp_for(view, "chart.source_tables")
    credibility = credibility_for(view)
    share = yearly_share(known(view), forecast_for(view).steady_state).reference or 0.0
    result = _readings(view.plan, view.as_of, view.scenario, asked.table, view)
    manual = _pool(view.plan, view.as_of, share, asked.table).table_share
    by_size = credibility_by_pool_size(manual, share, result.actual.q50)
    say(insurance_parts.readings(result, tr))
    show_chart(details.expected_chart(result, tr, stamp), tr, asked.inputs())
    say(insurance_parts.rating(by_size, manual, share, credibility, tr))
    chart = details.credibility_chart(by_size, credibility.z_model, tr, stamp)
    show_chart(chart, tr, asked.inputs())


def _trend(view: View, asked: Asked) -> None:
    tr, costs = view.tr, known(view).tables.medical_cost
    factor, years, multiple = numbers(tr, "trend_factor", "years_ahead", "insured_multiple")
    fits = {cost: fit_trend(costs, cost) for cost in COSTS}
    recent = [fit_trend(costs, cost, RECENT_SINCE) for cost in COSTS]
    stay, stay_recent = fits["hospital_stay"], recent[COSTS.index("hospital_stay")]
    factors = {
        "chosen": factor,
        "fitted": stay.growth,
        "low": QUOTED_TREND[0],
        "high": QUOTED_TREND[1],
    }
    prices = {
        name: inpatient_premium(costs, value, years, multiple, asked.terms)
        for name, value in factors.items()
    }
    say(insurance_parts.trend(fits, stay_recent, prices, factor, int(years), tr))
    chart = details.trend_chart(stay, factor, int(years), tr, stamp_for(view, DOCUMENT, ""))
    show_chart(
        chart,
        tr,
        asked.inputs(trend_factor=factor, years_ahead=int(years), insured_multiple=multiple),
    )
    table = insurance_tables.trends_table([*fits.values(), *recent], tr)
    show_table(table, "cost-growth", tr, view.as_of)
    st.caption(tr.t("insurance.trend_note"))


def _hospital(view: View, asked: Asked) -> None:
    tr, tables = view.tr, known(view).tables
    age, allowance, multiple = numbers(tr, "patient_age", "daily_allowance", "insured_multiple")
    left, right = st.columns(2)
    with left:
        residence = option(tr, RESIDENCE, "residence")
    with right:
        choice = option(tr, SUSPECT, "suspect")
    rates, people = tables.hospitalization_rate, tables.population_china
    cells = suspect_cells(rates)
    try:
        price = allowance_price(
            tables, int(age), asked.sex, residence, allowance, choice, multiple, asked.terms
        )
    except Refused:
        cell = cells.set_index(["residence", "sex"]).loc[(residence, asked.sex)]
        st.warning(insurance_parts.hospital_refused(cell, tr), icon=":material/block:")
    else:
        person = tr.t(f"insurance_person.{asked.sex}", age=int(age))
        say(insurance_parts.hospital(price, allowance, person, residence, tr))
    prices = allowance_by_band(tables, residence, allowance, choice, multiple, asked.terms)
    chart = details.hospital_chart(prices, residence, tr, stamp_for(view, DOCUMENT, ""))
    inputs = asked.inputs(
        patient_age=int(age),
        daily_allowance=allowance,
        insured_multiple=multiple,
        **{RESIDENCE: residence, SUSPECT: choice},
    )
    show_chart(chart, tr, inputs)
    check, instead = (unit_check(rates, people, substitute=flag) for flag in (False, True))
    say(
        insurance_parts.hospital_unit(check, tr),
        insurance_parts.doubtful(check, instead, tr),
        insurance_parts.stays(stay_check(tables), tr),
    )
    show_table(insurance_tables.unit_table(check, instead, tr), "unit-check", tr, view.as_of)
    suspects = insurance_tables.suspects_table(cells, tr)
    show_table(suspects, "suspect-cells", tr, view.as_of)


def _level_section(view: View, asked: Asked) -> None:
    tr, share = view.tr, yearly_share_for(view)
    interest, lapse = numbers(tr, "interest", "lapse")
    result = _level(view.plan, view.as_of, asked.age, asked.sex, asked.basis, interest, lapse)
    say(insurance_parts.level(result, share, asked.age, asked.sex, tr))
    stamp = stamp_for(view, "insurance.source_level")
    chart = charts.level_chart(result, share, tr, stamp)
    show_chart(chart, tr, asked.inputs(interest=interest, lapse=lapse))
    st.caption(tr.t("insurance.level_note"))


SECTIONS: Mapping[str, Callable[[View, Asked], None]] = MappingProxyType(
    {
        "build": _build,
        "pool": _pool_section,
        "rating": _rating,
        "trend": _trend,
        "hospital": _hospital,
        "level": _level_section,
    }
)
