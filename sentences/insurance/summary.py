"""The insurance page's answer to: what would an insurer charge?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecasting.pricing.inputs import EXPENSE_CAPS, LOADING_IN_PRACTICE
from forecasting.pricing.premium import Premium, Terms
from locales import MINUS, NOT_KNOWN, Translator

if TYPE_CHECKING:
    from forecasting.pricing import PoolPosition, YearlyShare

TEN_THOUSAND = 1e4


def verdict(age: int, sex: str, premium: Premium, share: YearlyShare, tr: Translator) -> str:
    """What an insurer would charge this person, beside what the share costs."""
    words = {
        "person": tr.t(f"insurance_person.{sex}", age=age),
        "premium": tr.rmb(premium.gross, 0),
        "benefit": tr.rmb(premium.severity, 0),
    }
    reference = share.reference
    if not reference:
        return tr.t("insurance.sentence_no_share", **words)
    words["times"] = tr.number(premium.gross / reference, 1)
    if share.steady is None:
        return tr.t("insurance.sentence_last_share", share=tr.rmb(reference, 2), **words)
    key = "insurance.sentence" if premium.gross >= reference else "insurance.sentence_cheaper"
    return tr.t(
        key,
        share=tr.rmb(reference, 0),
        interval=tr.interval(share.steady.q10, share.steady.q90, 0),
        **words,
    )


def numbers(premium: Premium, share: YearlyShare, tr: Translator) -> list[tuple[str, str, str]]:
    """The gross premium, 24 of the last shares, and 24 shares where it settles. RMB a year."""
    last = share.disclosed
    found = [
        (
            tr.t("insurance.metric_premium"),
            tr.rmb(premium.gross, 0),
            tr.t("insurance.metric_risk", risk=tr.rmb(premium.risk, 0)),
        ),
        (
            tr.t("insurance.metric_last"),
            NOT_KNOWN if last is None else tr.rmb(last, 0),
            "" if share.share is None else f"24 × {tr.rmb(share.share)}",
        ),
    ]
    if share.steady is not None:
        low, high = share.steady.interval()
        label = tr.t("insurance.metric_steady")
        found.append((label, tr.rmb(share.steady.q50, 0), tr.span(low, high, 0)))
    return found


def built_up(premium: Premium, tr: Translator) -> str:
    """From risk premium to gross premium, and what the range of loadings alone does."""
    terms = premium.terms
    ends = [
        Premium(
            premium.frequency,
            premium.severity,
            Terms(loading, terms.expense_share, terms.business),
        ).gross
        for loading in LOADING_IN_PRACTICE
    ]
    return tr.t(
        "insurance.build_text",
        cases=tr.number(TEN_THOUSAND * premium.frequency, 2),
        benefit=tr.rmb(premium.severity, 0),
        risk=tr.rmb(premium.risk, 0),
        loading=tr.percent(terms.safety_loading),
        added=tr.rmb(premium.net - premium.risk, 0),
        expense=tr.percent(terms.expense_share),
        expenses=tr.rmb(premium.gross - premium.net, 0),
        gross=tr.rmb(premium.gross, 0),
        lowest=tr.percent(LOADING_IN_PRACTICE[0]),
        highest=tr.percent(LOADING_IN_PRACTICE[1]),
        span=tr.interval(ends[0], ends[1], 0),
        individual=tr.percent(EXPENSE_CAPS["individual"]),
        group=tr.percent(EXPENSE_CAPS["group"]),
    )


def gap(steps: pd.DataFrame, tr: Translator) -> str:
    """How much of the difference each step makes."""
    rmb = dict(zip(steps["step"], steps["rmb"], strict=True))
    return tr.t(
        "insurance.gap_text",
        gap=_signed(rmb["gross"] - rmb["share"], tr),
        age=_signed(rmb["age"], tr),
        level=_signed(rmb["level"], tr),
        charges=_signed(rmb["loading"] + rmb["expenses"], tr),
    )


def cheaper_ages(
    men: list[tuple[int, int]], women: list[tuple[int, int]], share: YearlyShare, tr: Translator
) -> str:
    """At which ages the insurer asks less than the share: the break-even."""
    if share.reference is None:
        return tr.t("insurance.break_even_none")
    if not men and not women:
        return tr.t("insurance.break_even_never", share=tr.rmb(share.reference, 0))
    return tr.t(
        "insurance.break_even",
        share=tr.rmb(share.reference, 0),
        men=_runs(men, tr),
        women=_runs(women, tr),
    )


def pool(position: PoolPosition, age: int, sex: str, tr: Translator) -> str:
    """Who gains and who pays within the pool, and this person's own balance."""
    frame = position.frame
    row = frame[(frame["age"] == age) & (frame["sex"] == sex)].iloc[0]
    gains = tr.t("insurance.gains" if row["gain"] >= 0 else "insurance.pays")
    most = frame.loc[frame["gain"].idxmax()]
    least = frame.loc[frame["gain"].idxmin()]
    return tr.t(
        "insurance.pool_text",
        share=tr.rmb(position.yearly_share, 0),
        person=tr.t(f"insurance_person.{sex}", age=age),
        own=tr.rmb(row["fair_cost"], 0),
        gains=gains,
        balance=tr.rmb(abs(row["gain"]), 0),
        gaining=tr.percent(position.gaining),
        moved=tr.percent(position.transferred),
        most=tr.rmb(most["gain"], 0),
        most_person=tr.t(f"insurance_person.{most['sex']}", age=int(most["age"])),
        least=tr.rmb(-least["gain"], 0),
        least_person=tr.t(f"insurance_person.{least['sex']}", age=int(least["age"])),
        level=tr.percent(position.level),
    )


def _runs(runs: list[tuple[int, int]], tr: Translator) -> str:
    if not runs:
        return tr.t("insurance.no_age")
    return tr.t("list.comma").join(
        str(first) if first == last else tr.span(first, last, 0) for first, last in runs
    )


def _signed(amount: float, tr: Translator) -> str:
    return ("+" if amount >= 0 else MINUS) + tr.rmb(abs(amount), 0)
