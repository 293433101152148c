"""More aid or fewer payers, in words: how aid stepped, what moved the share, the article judged."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from locales import Translator

if TYPE_CHECKING:
    from forecasting.explain.aid_and_payers import AidRecord, Range, ShareSplit
    from forecasting.explain.flat_forecast import FlatForecastJudged

NOTICEABLE = 0.05


def rationed(record: AidRecord, tr: Translator) -> str:
    """How aid moved from settlement to settlement, and what that says of the queue behind it."""
    steps = record.steps
    if steps is None:
        return tr.t("aid.no_steps")
    helped = ""
    if not math.isnan(steps.helped_before + steps.helped):
        helped = tr.tn(
            "aid.helped_step",
            steps.helped,
            before=tr.number(steps.helped_before),
            helped=tr.number(steps.helped),
        )
    return tr.t(
        "aid.rationed",
        since=tr.date(steps.since),
        changes=tr.number(steps.changes),
        small=tr.number(steps.small),
        large=tr.number(steps.large),
        percent=tr.percent(steps.largest_change),
        day=tr.date(steps.largest),
        helped=helped,
    )


def tier_note(record: AidRecord, tr: Translator) -> str:
    """What the entry tiers do to aid reckoned from the standard share; empty before them."""
    if record.tier_from is None:
        return ""
    note = tr.t("aid.tier_note", day=tr.date(record.tier_from))
    if record.tier_day is None:
        return note + tr.t("aid.tier_unmeasured")
    return note + tr.t(
        "aid.tier_measured",
        day=tr.date(record.tier_day),
        excess=tr.percent(record.tier_excess, 1),
    )


def split(found: ShareSplit, tr: Translator) -> str:
    """What moved the share between two days: amounts where members are disclosed, else ranges."""
    sentence = tr.t(
        "aid.split",
        start=tr.date(found.start),
        end=tr.date(found.end),
        first=tr.rmb(found.first_share),
        last=tr.rmb(found.last_share),
        parts=_parts(found, tr),
    )
    if found.is_exact:
        return sentence + tr.t("aid.split_exact")
    return sentence + tr.t("aid.split_range") + _of_the_rise(found, tr)


def rise(found: ShareSplit, tr: Translator) -> str:
    """One sentence on what carried the share from the article's day to its height."""
    return tr.t(
        "aid.rise",
        start=tr.date(found.start),
        end=tr.date(found.end),
        first=tr.rmb(found.first_share),
        last=tr.rmb(found.last_share),
        parts=_parts(found, tr),
        part=_of_the_rise(found, tr),
    )


def article_judged(judged: FlatForecastJudged | None, tr: Translator) -> str:
    """The published flat share against all that came, and what carried the share away from it."""
    if judged is None:
        return tr.t("aid.judged_nothing")
    until = judged.held_until
    held = tr.t("aid.held_until", day=tr.date(until)) if until else tr.t("aid.never_held")
    above = "above" if judged.split.last_share >= judged.value else "below"
    return tr.tn(
        "aid.judged",
        judged.n,
        value=tr.rmb(judged.value, 3),
        n=tr.number(judged.n),
        within_5=tr.number(judged.within_5),
        within_10=tr.number(judged.within_10),
        held=held,
        farthest=tr.date(judged.farthest),
        last=tr.rmb(judged.split.last_share),
        gap=tr.t(f"aid.gap_{above}", gap=tr.rmb(abs(judged.split.last_share - judged.value))),
        made=tr.date(judged.split.start),
        first=tr.rmb(judged.split.first_share),
        parts=_parts(judged.split, tr),
        error=tr.rmb(judged.mean_abs_error),
    )


def _parts(found: ShareSplit, tr: Translator) -> str:
    return tr.t(
        "aid.both",
        payers=_part("payers", found.fewer_payers, found.is_exact, tr),
        aid=_part("aid", found.more_aid, found.is_exact, tr),
    )


def _part(name: str, part: Range, is_exact: bool, tr: Translator) -> str:
    """What one of the two did: one amount where exact, else its range."""
    low, high = (part.value, part.value) if is_exact else (part.low, part.high)
    if low < 0 < high:
        return tr.t(f"aid.{name}_either", low=tr.number(low, 2), high=tr.rmb(high))
    key = f"aid.{name}_{'added' if high > 0 else 'took'}"
    near, far = sorted((abs(low), abs(high)))
    return tr.t(key, amount=tr.rmb(near) if is_exact else tr.interval(near, far))


def _of_the_rise(found: ShareSplit, tr: Translator) -> str:
    """What part of a rise that is one came from fewer payers, where both added to it."""
    part = found.part_of_payers
    if found.growth < NOTICEABLE * found.first_share or not 0 <= part.low <= part.high <= 1:
        return ""
    return tr.t(
        "aid.part_of_rise",
        rise=tr.percent(found.growth / found.first_share),
        low=tr.percent(part.low),
        high=tr.percent(part.high),
    )
