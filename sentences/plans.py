"""The plans page's answer to: what became of the others?"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.plans.pooling import COMMON_SD, POOL_SIZES
from locales import NOT_KNOWN, Translator
from sentences.common.sources import described

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forecasting.plans.ages import MeanAgeReading
    from forecasting.plans.comparison import Dated, PlanComparison, PlanFacts
    from forecasting.plans.decline import DeclinePicture
    from forecasting.plans.fee import FeeEconomics
    from forecasting.plans.pooling import FloorReading, PoolPicture

FLED = "waterdrop"
OURS = "xianghubao"
DAYS_PER_MONTH = 365.25 / 12
LIVED_IN = "helped in "
BENEFIT_TYPES: Mapping[str, str] = {
    "fixed sum": "benefit.fixed_sum",
    "reimbursement": "benefit.reimbursement",
    "fixed sum, by length of membership": "benefit.by_membership",
    "a fifth fixed, the rest reimbursement": "benefit.part_fixed",
}


def name(plan: PlanFacts, tr: Translator) -> str:
    """A plan's name in the reader's language."""
    return plan.name_zh if tr.language == "zh" else plan.name_en


def fate(comparison: PlanComparison, tr: Translator) -> str:
    """How many plans closed, between which days, and what Waterdrop's members did."""
    closed = comparison.closed
    first, last = closed[0], closed[-1]
    ends = [plan.closed.last for plan in (first, last) if plan.closed is not None]
    still = [name(plan, tr) for plan in comparison.plans if plan.closed is None]
    return tr.t(
        "plans.sentence",
        closed=len(closed),
        plans=len(comparison.plans),
        months=tr.number((ends[1] - ends[0]).days / DAYS_PER_MONTH),
        first=name(first, tr),
        first_day=tr.date(ends[0]),
        last=name(last, tr),
        last_day=tr.date(ends[1]),
        still=tr.t("list.comma").join(still),
    )


def flight(comparison: PlanComparison, tr: Translator) -> str:
    """Waterdrop's members and what a member paid a year."""
    leaving, shares = comparison.flight(FLED), _shares(comparison, FLED)
    if leaving is None:
        return ""
    highest = shares.loc[shares["share"].idxmax()]
    return tr.t(
        "plans.flight",
        plan=name(comparison.plan(FLED), tr),
        lost=tr.percent(leaving.lost),
        peak=tr.persons(leaving.peak.persons),
        peak_year=str(leaving.peak.day.year),
        last=tr.persons(leaving.last.persons),
        last_day=tr.date(leaving.last.day),
        first_year=str(shares["year"].iloc[0]),
        first_rmb=tr.rmb(shares["share"].iloc[0]),
        high_year=str(highest["year"]),
        high_rmb=tr.rmb(highest["share"]),
    )


def numbers(comparison: PlanComparison, tr: Translator) -> list[tuple[str, str, str]]:
    """Plans closed, Waterdrop's loss, the median life span: label, value, what is below."""
    lives = [plan.life_years for plan in comparison.plans if plan.life_years is not None]
    middles = [(low + high) / 2 for low, high in lives]
    leaving = comparison.flight(FLED)
    return [
        (
            tr.t("plans.metric_closed"),
            tr.t("plans.of", part=len(comparison.closed), whole=len(comparison.plans)),
            "",
        ),
        (
            tr.t("plans.metric_flight"),
            NOT_KNOWN if leaving is None else tr.percent(-leaving.lost),
            ""
            if leaving is None
            else tr.t(
                "plans.from_to",
                first=tr.persons(leaving.peak.persons),
                last=tr.persons(leaving.last.persons),
            ),
        ),
        (
            tr.t("plans.metric_life"),
            tr.t("plans.years", years=tr.number(median(middles), 1)),
            tr.tn("plans.of_plans", len(lives), count=len(lives)),
        ),
    ]


def yearly(comparison: PlanComparison, tr: Translator) -> str:
    """What a member of each of the two plans paid, and Waterdrop's last year at a yearly rate."""
    fled, ours = _shares(comparison, FLED), _shares(comparison, OURS)
    last = fled.iloc[-1]
    months = (last["last"] - last["first"]).days / DAYS_PER_MONTH
    same = ours[ours["year"] == last["year"]].iloc[0]
    return tr.t(
        "plans.yearly_sentence",
        plan=name(comparison.plan(FLED), tr),
        paid=tr.rmb(last["share"]),
        months=tr.number(months),
        rate=tr.rmb(last["share"] * 12 / round(months), 1),
        year=str(last["year"]),
        ours=name(comparison.plan(OURS), tr),
        ours_paid=tr.rmb(same["share"]),
    )


def _shares(comparison: PlanComparison, plan: str) -> pd.DataFrame:
    return comparison.yearly_shares[comparison.yearly_shares["plan"] == plan]


def _operator(plan: PlanFacts, tr: Translator) -> str:
    return tr.t(f"operator.{plan.key}") if plan.operator else NOT_KNOWN


def plans_table(comparison: PlanComparison, tr: Translator) -> pd.DataFrame:
    """The plans side by side; a dash is what no source gives."""
    plans = comparison.plans
    rmb = tr.t("unit.rmb_header")
    return pd.DataFrame(
        {
            tr.t("plans.plan"): [name(plan, tr) for plan in plans],
            tr.t("plans.operator"): [_operator(plan, tr) for plan in plans],
            tr.t("plans.launched"): [_dated(plan.launched, tr) for plan in plans],
            tr.t("plans.closed"): [_dated(plan.closed, tr) for plan in plans],
            tr.t("plans.life"): [_life(plan, tr) for plan in plans],
            tr.t("plans.peak"): [_peak(plan, tr) for plan in plans],
            tr.t("plans.peak_day"): [
                NOT_KNOWN if plan.peak is None else tr.date(plan.peak.day, "medium")
                for plan in plans
            ],
            tr.t("plans.waiting"): pd.Series([plan.waiting_days for plan in plans], dtype=float),
            tr.t("plans.fee"): pd.Series(
                [None if plan.fee is None else 100 * plan.fee for plan in plans], dtype=float
            ),
            f"{tr.t('plans.benefit')} ({rmb})": pd.Series(
                [plan.max_benefit_rmb for plan in plans], dtype=float
            ),
            tr.t("plans.benefit_type"): [
                tr.t(BENEFIT_TYPES[plan.benefit_type]) if plan.benefit_type else NOT_KNOWN
                for plan in plans
            ],
            tr.t("column.source"): [plan.source_id for plan in plans],
        }
    )


def _dated(day: Dated | None, tr: Translator) -> str:
    if day is None:
        return NOT_KNOWN
    styles = {"day": "medium", "month": tr.t("timeline.month"), "year": tr.t("timeline.year")}
    return tr.date(day.first, styles[day.precision])


def _life(plan: PlanFacts, tr: Translator) -> str:
    if plan.life_years is None:
        return NOT_KNOWN
    low, high = (tr.number(years, 1) for years in plan.life_years)
    return low if low == high else tr.t("unit.span", low=low, high=high)


def _peak(plan: PlanFacts, tr: Translator) -> str:
    if plan.peak is None:
        return NOT_KNOWN
    persons = tr.persons(plan.peak.persons)
    keys = {"<": "plans.below", "over": "plans.above"}
    key = keys.get(plan.peak.bound)
    return tr.t(key, persons=persons) if key else persons


def pooling(picture: PoolPicture, tr: Translator) -> str:
    """What size does to the share, in RMB, and what it does not touch."""
    sizes = picture.sizes((POOL_SIZES[0], picture.members))
    least, ours = sizes.iloc[0], sizes.iloc[1]
    sentence = tr.t(
        "pooling.sentence",
        day=tr.date(picture.day),
        members=tr.persons(picture.members),
        counted=tr.date(picture.members_day),
        chance=tr.percent(ours["chance"], 1),
        rmb=tr.rmb(ours["chance"] * picture.share),
        least=tr.persons(least["members"]),
        least_chance=tr.percent(least["chance"], 1),
        least_rmb=tr.rmb(least["chance"] * picture.share),
        low=tr.percent(COMMON_SD[0]),
        high=tr.percent(COMMON_SD[1]),
        enough_low=tr.persons(picture.equal_size(COMMON_SD[1])),
        enough_high=tr.persons(picture.equal_size(COMMON_SD[0])),
    )
    move = picture.largest_move
    if move is None:
        return sentence
    return sentence + tr.t(
        "pooling.moves",
        first=tr.rmb(move["first"]),
        first_day=tr.date(move["first_day"]),
        second=tr.rmb(move["second"]),
        second_day=tr.date(move["second_day"]),
        move=tr.percent(abs(move["log_move"])),
        count=len(picture.moves),
        common=tr.percent(picture.common_sd, 1),
    )


def floor(reading: FloorReading, sources: pd.DataFrame, tr: Translator) -> str:
    """What the least membership of 2018 follows from; ``sources``: the table of sources."""
    (source,) = described(sources, [reading.source_id], tr)
    return tr.t(
        "pooling.floor",
        floor=tr.persons(reading.floor),
        benefit=tr.rmb(reading.benefit, 0),
        fee=tr.percent(reading.fee),
        most=tr.rmb(reading.most_per_case),
        implied=tr.persons(reading.implied),
        source=source.markdown,
    )


def fee(economics: FeeEconomics, tr: Translator) -> str:
    """What the fee is worth in RMB, a member and a case, beside an insurer's expenses."""
    year = economics.year
    basis = "disclosed" if economics.forecast_fee is None else "forecast"
    low, high = economics.forecast_fee or (year.fee, year.fee)
    sentence = tr.t(
        f"fee.sentence_{basis}",
        day=tr.date(economics.day),
        share_day=tr.date(economics.share_day),
        share=tr.rmb(economics.share),
        fee=tr.rmb(year.fee),
        interval=tr.interval(low, high),
        paid=tr.rmb(year.paid),
        group=tr.rmb(year.insurer["group"]),
        individual=tr.rmb(year.insurer["individual"]),
    )
    spent = economics.investigation_per_case
    return sentence + tr.t(
        "fee.case_unknown" if spent is None else "fee.case",
        case=tr.rmb(economics.fee_per_case, 0),
        spent="" if spent is None else tr.rmb(spent, 0),
        aid=tr.rmb(economics.mean_aid, 0),
        aid_day=tr.date(economics.mean_aid_day),
    )


def decline(picture: DeclinePicture, share: float, tr: Translator) -> str:
    """Where the plan's last year lies, and what the spiral adds, in persons and RMB."""
    state = picture.state
    low, middle, high = state.leaver_risk
    return tr.t(
        f"decline.sentence_{picture.phase}",
        year=str(state.year),
        replaced=tr.percent(state.replaced.q50),
        replaced_interval=tr.t(
            "unit.span",
            low=tr.percent(state.replaced.q10),
            high=tr.percent(state.replaced.q90),
        ),
        needed=tr.percent(picture.needed),
    ) + tr.t(
        "decline.sentence_size",
        year=str(state.year),
        leaving=tr.percent(state.exit_rate.q50),
        lost=tr.percent(picture.lost_here),
        without=tr.percent(picture.lost_without),
        persons=tr.persons(picture.persons_by_spiral),
        members=tr.persons(state.members),
        rise=tr.rmb(picture.share_rise * share),
        share=tr.rmb(share),
        elasticity=tr.number(state.elasticity.q50, 2),
        elasticity_interval=tr.span(state.elasticity.q10, state.elasticity.q90),
        risk=tr.number(middle, 2),
        risk_interval=tr.span(low, high),
    )


def ages(reading: MeanAgeReading, tr: Translator) -> str:
    """What the bands allow, what they suggest, and what the difference is worth by the formula."""
    return tr.t(
        "profile.sentence",
        lowest=tr.number(reading.lowest, 1),
        highest=tr.number(reading.highest, 1),
        national=tr.number(reading.national, 1),
        rest=tr.percent(reading.unpublished),
        assumed=tr.number(reading.assumed),
        disclosed=tr.number(reading.disclosed, 1),
        rest_needed=tr.number(reading.rest_for_disclosed, 0),
        rest_national=tr.number(reading.rest_national, 0),
        rmb=tr.rmb(reading.share_disclosed - reading.share_assumed),
        rmb_assumed=tr.rmb(reading.share_assumed),
        rmb_disclosed=tr.rmb(reading.share_disclosed),
    )


def helped(profile: pd.DataFrame, tr: Translator) -> str:
    """Who the persons helped were: sex, mean age, leading diseases, and where most lived.

    Empty where the profile of the plan does not tell.
    """
    values = profile.set_index("group")["value"].astype(float)
    if "men among persons helped" not in values:
        return ""
    men, women = values["men among persons helped"], values["women among persons helped"]
    provinces = values[values.index.str.startswith(LIVED_IN)].sort_values(ascending=False)
    named = [
        tr.t(
            "profile.province_count",
            province=tr.t(f"province.{group.removeprefix(LIVED_IN).lower()}"),
            count=tr.number(persons),
        )
        for group, persons in provinces.items()
    ]
    return tr.t(
        "profile.helped",
        persons=tr.number(men + women),
        women=tr.percent(women / (men + women)),
        age_women=tr.number(values["mean age of women helped"], 1),
        age_men=tr.number(values["mean age of men helped"], 1),
        leading=tr.percent(values["helped with the eight leading diseases"] / (men + women)),
        provinces=tr.t("list.comma").join(named),
    )
