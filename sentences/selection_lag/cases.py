"""The lag as the case lists show it, beside the one fitted and the article's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from locales import Translator

if TYPE_CHECKING:
    from forecasting.explain.case_lag import CaseLag

DAYS_PER_MONTH = 365.25 / 12
SIX_MONTHS = 180


def measured(
    lag: CaseLag | None, waiting_days: float, parameters: pd.DataFrame, tr: Translator
) -> str:
    """The way from diagnosis to payment as measured and as fitted, and the article's lag.

    ``parameters`` is the fit's table; of it the mean delay is quoted, in days.
    """
    if lag is None:
        return tr.t("cases.none_yet")
    lists = lag.lists["settlement"]
    members = tr.t(
        "cases.membership",
        cases=tr.number(lag.cases),
        first=tr.date(lists.iloc[0]),
        last=tr.date(lists.iloc[-1]),
        early=tr.number(lag.within(SIX_MONTHS)),
        part=tr.percent(lag.within(SIX_MONTHS) / lag.cases),
    )
    delay = parameters.set_index("name").loc["delay_days"]
    fitted = tr.t(
        "cases.fitted",
        days=tr.number(delay["q50"]),
        low=tr.number(delay["q10"]),
        high=tr.number(delay["q90"]),
    )
    half = lag.half_listed
    if half is None:
        return tr.t("cases.not_yet_half", lists=tr.number(len(lists))) + members + fitted
    if delay["q10"] > half.high + lag.to_payment:
        fitted += tr.t("cases.fitted_longer")
    total = waiting_days + half.value + lag.to_payment
    measured_days = tr.t(
        "cases.half",
        half=tr.number(half.value),
        low=tr.number(half.low),
        high=tr.number(half.high),
        payment=tr.number(lag.to_payment),
        waiting=tr.number(waiting_days),
        months=tr.number(total / DAYS_PER_MONTH, 1),
    )
    return measured_days + members + fitted


def how(lag: CaseLag, tr: Translator) -> str:
    """What the thyroid rule lets one see, and what bends it."""
    sentence = tr.t("cases.how", day=tr.date(lag.rule_day), sum=tr.rmb(lag.small_sum, 0))
    if len(lag.lists) < 2:
        return sentence
    before, last = lag.lists.iloc[-2], lag.lists.iloc[-1]
    if last["small_part"] > before["small_part"]:
        return sentence
    return sentence + tr.t(
        "cases.queued",
        first=tr.date(before["settlement"]),
        last=tr.date(last["settlement"]),
        days=tr.number(last["days"] - before["days"]),
        part=tr.percent(last["small_part"]),
    )


def lists_table(lag: CaseLag, tr: Translator) -> pd.DataFrame:
    """What each list holds: cases, those paid the small sum, thyroid cancers among them."""
    rows = lag.lists
    return pd.DataFrame(
        {
            tr.t("column.settlement"): rows["settlement"].dt.strftime("%Y-%m-%d"),
            tr.t("cases.in_list"): rows["cases_in_list"],
            tr.t("cases.sampled"): rows["cases"],
            tr.t("cases.days_since_rule"): rows["days"],
            tr.t("cases.days_to_payment"): rows["days_to_payment"],
            tr.t("cases.paid_small"): rows["small"],
            tr.t("cases.paid_small_part"): (100 * rows["small_part"]).round(1),
            tr.t("cases.thyroid_trials"): rows["thyroid"],
            tr.t("cases.thyroid_small"): rows["thyroid_small"],
            tr.t("cases.thyroid_small_part"): (100 * rows["thyroid_part"]).round(1),
            tr.t("column.source"): rows["source_id"],
        }
    )


def timing_table(timing: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Published times that a case took from one stage to another."""
    return pd.DataFrame(
        {
            tr.t("cases.from_stage"): [tr.t(f"case_stage.{name}") for name in timing["from_stage"]],
            tr.t("cases.to_stage"): [tr.t(f"case_stage.{name}") for name in timing["to_stage"]],
            tr.t("cases.took"): [
                tr.t(f"cases.took_{unit}", n=tr.number(value))
                for value, unit in zip(timing["value"], timing["unit"], strict=True)
            ],
            tr.t("cases.timing_basis"): [
                tr.t(f"case_basis.{name.replace(' ', '_')}") for name in timing["basis"]
            ],
            tr.t("cases.timing_as_of"): timing["as_of"],
            tr.t("column.source"): timing["source_id"],
        }
    )
