"""The member's page's answer to: what did I pay, and what will I pay?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from forecasting.base.quantiles import Quantiles
from forecasting.explain.account import (
    CLOSED,
    DISCLOSED,
    FORECAST,
    FULL_TIER,
    PLATFORM,
    RECONSTRUCTED,
)
from locales import NOT_KNOWN, Translator

if TYPE_CHECKING:
    from forecasting.explain.account import MemberAccount

# Below a fen of width an interval is rounding.
FEN = 0.01
SURE = 0.995
MANY = 10_000


def household(account: MemberAccount, tr: Translator) -> str:
    """Who pays: one member or so many of a household."""
    people = account.member.people
    if people == 1:
        return tr.t("my_share.who_one")
    return tr.t("my_share.who_many", people=tr.number(people))


def paid(account: MemberAccount, tr: Translator) -> str:
    """What was paid up to the as-of day, and how much of it is disclosed."""
    disclosed, estimated = account.count(DISCLOSED), account.count(RECONSTRUCTED)
    day = tr.date(account.as_of)
    if not disclosed + estimated:
        return tr.t("my_share.paid_nothing", day=day)
    if not estimated:
        key = "my_share.paid_disclosed"
    else:
        key = "my_share.paid_estimated" if _has_width(account.paid) else "my_share.paid_total_known"
    return tr.tn(
        key,
        disclosed + estimated,
        who=household(account, tr),
        day=day,
        total=tr.rmb(account.paid.q50),
        interval=tr.interval(account.paid.q10, account.paid.q90),
        count=tr.number(disclosed + estimated),
        disclosed=tr.number(disclosed),
        estimated=tr.number(estimated),
    )


def next_year(account: MemberAccount, tr: Translator) -> str:
    """What the year after the as-of day may cost, a counterfactual once the plan has closed."""
    ahead = account.settlements[~account.settlements["status"].isin([DISCLOSED, RECONSTRUCTED])]
    to_come, free, after = (account.count(status) for status in (FORECAST, PLATFORM, CLOSED))
    if not to_come + after:
        joins_later = account.settlements.empty and account.member.joined > account.as_of
        return tr.t("my_share.next_beyond" if joins_later else "my_share.next_nothing")
    if not after:
        key = "my_share.next_free" if free else "my_share.next_forecast"
    else:
        key = "my_share.next_mixed" if to_come else "my_share.next_closed"
    count = to_come + free + after
    is_over = key == "my_share.next_closed"
    of_platform = "my_share.last_free" if is_over else "my_share.part_free"
    never = "my_share.after_close" if is_over else "my_share.part_after"
    return tr.tn(
        key,
        count,
        count=tr.number(count),
        free=tr.tn(of_platform, free, n=tr.number(free)),
        after=tr.tn(never, after, n=tr.number(after)),
        end=tr.date(ahead["date"].iloc[-1]),
        closed=tr.date(account.closed) if account.closed else NOT_KNOWN,
        median=tr.rmb(account.next_year.q50, 0),
        interval=tr.interval(account.next_year.q10, account.next_year.q90, 0),
    )


def whom_it_helped(account: MemberAccount, tr: Translator) -> str:
    """Persons helped, the own part of one person's aid, and the day cover began."""
    covered = tr.date(account.covered_from)
    days = tr.number((account.covered_from - account.member.joined).days)
    gone = account.member.left is not None and account.member.left < account.covered_from
    cover = tr.t("my_share.never_covered" if gone else "my_share.covered", day=covered, days=days)
    if not account.part.q50:
        return cover
    persons, part = account.helped.q50, account.part.q50
    helped = tr.tn(
        "my_share.helped",
        round(persons),
        helped=tr.persons(round(persons, -2 if persons > MANY else 0)),
        total=tr.rmb(account.paid.q50),
        part=tr.percent(part, 3),
        payers=tr.persons(round(1 / part, -1)),
    )
    return _run_on([helped, cover], tr)


def numbers(account: MemberAccount, tr: Translator) -> list[tuple[str, str, str]]:
    """Paid so far, the next year, persons helped: label, value, what stands below it."""
    ahead = account.next_year
    counterfactual = account.count(CLOSED) and not account.count(FORECAST)
    return [
        (
            tr.t("my_share.metric_paid"),
            tr.rmb(account.paid.q50),
            tr.span(account.paid.q10, account.paid.q90),
        ),
        (
            tr.t("my_share.metric_next_closed" if counterfactual else "my_share.metric_next"),
            tr.rmb(ahead.q50, 0),
            tr.span(ahead.q10, ahead.q90, 0),
        ),
        (
            tr.t("my_share.metric_helped"),
            tr.persons(round(account.helped.q50)),
            tr.span(account.helped.q10, account.helped.q90, 0),
        ),
    ]


def tier_note(account: MemberAccount, tr: Translator) -> str:
    """From when the lower tier counts; empty for the standard tier."""
    if account.member.tier == FULL_TIER:
        return ""
    if account.tiers_from is None:
        return tr.t("my_share.tier_unknown", day=tr.date(account.as_of))
    return tr.t("my_share.tier_from", tier=account.member.tier, day=tr.date(account.tiers_from))


def cap(account: MemberAccount, tr: Translator) -> str:
    """Each year's total against the promised cap, and what the cap would have changed."""
    years = account.years
    if years.empty or years["cap"].isna().all():
        return tr.t("my_share.cap_none")
    totals = tr.t("list.separator").join(
        tr.t(
            "my_share.cap_year",
            year=str(row.year),
            total=tr.rmb(row.total_q50),
            share=tr.percent(row.total_q50 / row.cap),
        )
        for row in years.itertuples()
    )
    promised = years.loc[years["promised"], "year"]
    sentences = [
        tr.t(
            "my_share.cap_totals",
            who=household(account, tr),
            cap=tr.rmb(years["cap"].max(), 0),
            totals=totals,
        )
    ]
    bound = years[years["binds"] > 1 - SURE]
    sentences += [
        tr.t(
            "my_share.cap_binds",
            year=str(row.year),
            probability=tr.percent(row.binds),
            amount=tr.rmb(row.capped_off),
        )
        for row in bound.itertuples()
    ]
    if bound.empty:
        sentences.append(tr.t("my_share.cap_never"))
    if len(promised) < len(years):
        sentences.append(tr.t("my_share.cap_not_promised"))
    return _run_on(sentences, tr)


def insurer(account: MemberAccount, yearly_premium: float, tr: Translator) -> str:
    """A yearly premium for the same benefit (RMB, household) beside the next year's share."""
    ahead = account.next_year
    key = "dearer" if yearly_premium > ahead.q90 else "near"
    return tr.t(
        f"my_share.insurer_{'cheaper' if yearly_premium < ahead.q10 else key}",
        premium=tr.rmb(yearly_premium, 0),
        median=tr.rmb(ahead.q50, 0),
        interval=tr.interval(ahead.q10, ahead.q90, 0),
    )


def settlements_table(account: MemberAccount, tr: Translator) -> pd.DataFrame:
    """Every settlement of the account: status, amount with interval, persons, own part."""
    rows, unit = account.settlements, tr.t("unit.rmb_header")
    known = rows["status"].isin([DISCLOSED, PLATFORM]) & ~(
        rows["paid_q90"] - rows["paid_q10"] > FEN
    )
    return pd.DataFrame(
        {
            tr.t("column.settlement"): rows["date"].dt.strftime("%Y-%m-%d"),
            tr.t("column.status"): [tr.t(f"my_share.status_{name}") for name in rows["status"]],
            f"{tr.t('my_share.column_paid')} ({unit})": rows["paid_q50"].round(2),
            f"{tr.t('band.low_80')} ({unit})": rows["paid_q10"].round(2).mask(known),
            f"{tr.t('band.high_80')} ({unit})": rows["paid_q90"].round(2).mask(known),
            tr.t("my_share.column_helped"): rows["helped_q50"].round(),
            tr.t("my_share.column_part"): (100 * rows["part_q50"]).round(5),
        }
    )


def _run_on(sentences: list[str], tr: Translator) -> str:
    """Sentences one after the other; Chinese sets no space between them."""
    return ("" if tr.language == "zh" else " ").join(sentences)


def _has_width(quantiles: Quantiles) -> bool:
    return quantiles.q90 - quantiles.q10 > FEN
