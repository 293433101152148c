"""The track-record page's answer to: how wrong has this been?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN, SECOND_OPINION, SPANS
from locales import Translator

if TYPE_CHECKING:
    from forecasting.evaluation.backtest import Backtest, Comparison
    from forecasting.evaluation.bars import Bar, HeadlineAges, OutsideRival, SimulatedBars
    from forecasting.explain.error_budget import ErrorBudget

WIS_DIGITS = 3
STRAIGHT_LINE = "drift"


def origins(backtest: Backtest) -> list[date]:
    """The past days that were forecast from, in order."""
    return [day.date() for day in sorted(backtest.forecasts["origin"].unique())]


def record(backtest: Backtest, tr: Translator) -> str:
    """How many days and figures, how many inside, how far off beside a line, and against rivals."""
    every, late = (_ours(backtest, since) for since in SPANS.values())
    return tr.t(
        "track.sentence",
        origins=tr.number(len(origins(backtest))),
        targets=tr.number(backtest.forecasts["target"].nunique()),
        late_day=tr.date(FIRST_LATE_ORIGIN),
        late_inside=tr.percent(late["coverage_80"]),
        all_inside=tr.percent(every["coverage_80"]),
        late_error=tr.rmb(late["mae"]),
        all_error=tr.rmb(every["mae"]),
        line=_beside_a_line(backtest, tr),
        late=_comparison(backtest, FIRST_LATE_ORIGIN, tr),
        all=_comparison(backtest, None, tr),
        late_wis=tr.number(late["wis"], WIS_DIGITS),
        all_wis=tr.number(every["wis"], WIS_DIGITS),
    )


def held_over_all(backtest: Backtest, tr: Translator) -> str:
    """How many later shares came inside the 80% interval over all days, and since the late ones."""
    every, late = (_ours(backtest, since) for since in SPANS.values())
    return tr.t(
        "track.held_over_all",
        origins=tr.number(len(origins(backtest))),
        inside=tr.percent(every["coverage_80"]),
        late_inside=tr.percent(late["coverage_80"]),
        late_day=tr.date(FIRST_LATE_ORIGIN),
    )


def losses(backtest: Backtest, tr: Translator) -> str:
    """Every rival that did better, and where, each by the better of its intervals.

    Rivals scored on fewer forecasts are left out.
    """
    found = []
    for span, since in SPANS.items():
        table = backtest.judged(since)
        ours = _ours(backtest, since)
        rivals = table[(table["kind"] == "rival") & (table["n"] >= ours["n"])]
        for metric, digits in (("mae", 2), ("wis", WIS_DIGITS)):
            better = rivals[rivals[metric] < ours[metric]].sort_values(metric)
            if better.empty:
                continue
            names = tr.t("list.comma").join(
                f"{tr.t(f'model.{name}')} {tr.number(value, digits)}"
                for name, value in zip(better["method"], better[metric], strict=True)
            )
            own = tr.number(ours[metric], digits)
            found.append(tr.t(f"track.loss_{metric}_{span}", rivals=names, ours=own))
    if not found:
        return tr.t("track.no_loss")
    return tr.t("track.losses", where=tr.t("list.separator").join(found))


def numbers(backtest: Backtest, tr: Translator) -> list[tuple[str, str, str]]:
    """Error, score against the best rival, coverage: label, value over all origins, late below."""
    every, late = (_ours(backtest, since) for since in SPANS.values())
    compared = {span: _against_best(backtest, since) for span, since in SPANS.items()}
    return [
        (
            tr.t("track.metric_error"),
            tr.rmb(every["mae"]),
            tr.t("track.below_late", value=tr.rmb(late["mae"])),
        ),
        (
            tr.t("track.metric_ratio"),
            tr.number(compared["all"].ratio, 2),
            tr.t("track.below_late", value=tr.number(compared["late"].ratio, 2)),
        ),
        (
            tr.t("track.metric_coverage"),
            tr.percent(every["coverage_80"]),
            tr.t("track.below_late", value=tr.percent(late["coverage_80"])),
        ),
    ]


def limits(backtest: Backtest, tr: Translator) -> str:
    """What was chosen with hindsight, and on how many distinct figures it rests."""
    rows = backtest.forecasts
    late = rows[rows["origin"] >= pd.Timestamp(FIRST_LATE_ORIGIN)]
    return tr.t(
        "track.limits",
        forecasts=tr.number(len(rows[rows["model"] == backtest.headline_model])),
        targets=tr.number(rows["target"].nunique()),
        late_targets=tr.number(late["target"].nunique()),
        late_day=tr.date(FIRST_LATE_ORIGIN),
    )


def asked(record: Sequence[Bar], simulated: SimulatedBars, tr: Translator) -> str:
    """How many of the limits set for the forecasts are missed, and which, with their figures."""
    bars = (*record, *simulated.bars)
    missed = [bar for bar in bars if not bar.met]
    note = tr.t(
        "track.asked_note",
        worlds=tr.number(simulated.worlds),
        first_seed=simulated.first_seed,
        late_day=tr.date(FIRST_LATE_ORIGIN),
        day=tr.date(simulated.measured_on),
    )
    if not missed:
        return f"{tr.t('track.asked_met', asked=tr.number(len(bars)))} {note}"
    return tr.t(
        "track.asked_missed",
        asked=tr.number(len(bars)),
        missed=tr.number(len(missed)),
        listed=_listed(missed, tr),
        note=note,
    )


def outside(found: OutsideRival, tr: Translator) -> str:
    """How methods of other libraries scored, which the benchmark alone asks."""
    return tr.t(
        "track.outside",
        name=found.name,
        day=tr.date(found.measured_on),
        late_day=tr.date(FIRST_LATE_ORIGIN),
        late_wis=tr.number(found.late_wis, WIS_DIGITS),
        late_inside=tr.percent(found.late_inside),
        all_wis=tr.number(found.all_wis, WIS_DIGITS),
        all_inside=tr.percent(found.all_inside),
    )


def missed_on_simulated(simulated: SimulatedBars, tr: Translator) -> str:
    """Which limits are missed on simulated plans, for the model card; nothing where none is."""
    missed = [bar for bar in simulated.bars if not bar.met]
    return tr.t("method.card_missed", listed=_listed(missed, tr)) if missed else ""


def _listed(missed: Sequence[Bar], tr: Translator) -> str:
    return tr.t("list.separator").join(
        tr.t(
            "track.asked_missed_one",
            what=tr.t(f"bar.{bar.name}"),
            measured=_bar_value(bar.measured, bar, tr),
            limit=_limit(bar, tr),
        )
        for bar in missed
    )


def asked_table(bars: Sequence[Bar], tr: Translator) -> pd.DataFrame:
    """Every limit: what was measured, what was asked, whether it is met."""
    return pd.DataFrame(
        {
            tr.t("track.asked_what"): [tr.t(f"bar.{bar.name}") for bar in bars],
            tr.t("track.asked_measured"): [_bar_value(bar.measured, bar, tr) for bar in bars],
            tr.t("track.asked_limit"): [_limit(bar, tr) for bar in bars],
            tr.t("track.asked_is"): [
                tr.t("track.asked_is_met" if bar.met else "track.asked_is_missed") for bar in bars
            ],
        }
    )


def _bar_value(value: float, bar: Bar, tr: Translator) -> str:
    if bar.unit == "%":
        return tr.percent(value, 1)
    return tr.rmb(value) if bar.unit == "RMB" else tr.number(value, 2)


def _limit(bar: Bar, tr: Translator) -> str:
    least, most = (
        None if value is None else _bar_value(value, bar, tr) for value in (bar.least, bar.most)
    )
    if least is None:
        return tr.t("track.limit_most", most=most)
    if most is None:
        return tr.t("track.limit_least", least=least)
    return tr.t("track.limit_between", least=least, most=most)


def second_opinion(backtest: Backtest, ages: HeadlineAges, tr: Translator) -> str:
    """The scores of the model's mean with a straight line, beside its own."""
    every, late = (
        backtest.summary(since).set_index("model").loc[SECOND_OPINION] for since in SPANS.values()
    )
    return tr.t(
        "track.second_opinion",
        late_day=tr.date(FIRST_LATE_ORIGIN),
        late_wis=tr.number(late["wis"], WIS_DIGITS),
        all_wis=tr.number(every["wis"], WIS_DIGITS),
        late_error=tr.rmb(late["mae"]),
        all_error=tr.rmb(every["mae"]),
        lower=tr.number(ages.lower),
        ages=tr.number(ages.ages),
    )


def budget(found: ErrorBudget, tr: Translator) -> str:
    """How far off the forecast was on average, which way, and the two largest reasons."""
    total, terms = float(found.frame["total"].mean()), found.mean()
    way = "high" if total > 0 else "low"
    first, second = (
        tr.t(
            f"track.budget_term_{'high' if amount > 0 else 'low'}",
            source=tr.t(f"error_source.{name}"),
            amount=tr.rmb(abs(amount)),
        )
        for name, amount in terms.iloc[:2].items()
    )
    return tr.tn(
        f"track.budget_{way}",
        len(found.frame),
        day=tr.date(found.as_of),
        settlements=tr.number(len(found.frame)),
        total=tr.rmb(abs(total)),
        first=first,
        second=second,
    )


def _ours(backtest: Backtest, since: date | None) -> pd.Series:
    return backtest.summary(since).set_index("model").loc[backtest.headline_model]


def _beside_a_line(backtest: Backtest, tr: Translator) -> str:
    """How far off a straight line was, and over which of the spans that was closer."""
    line, closer = {}, []
    for span, since in SPANS.items():
        drift = backtest.judged(since).set_index("method").at[STRAIGHT_LINE, "mae"]
        line[span] = tr.rmb(drift)
        if drift < _ours(backtest, since)["mae"]:
            closer.append(span)
    where = "both" if len(closer) == len(SPANS) else "".join(closer) or "none"
    return tr.t(f"track.line_{where}", late_line=line["late"], all_line=line["all"])


def _comparison(backtest: Backtest, since: date | None, tr: Translator) -> str:
    named = backtest.compare(backtest.headline_model, backtest.rival, since)
    best = _against_best(backtest, since)
    return tr.t(
        "track.ratio",
        ratio=tr.number(named.ratio, 2),
        rival=tr.t(f"model.{backtest.rival}"),
        best_ratio=tr.number(best.ratio, 2),
        best=tr.t(f"model.{backtest.best_rival(since)}"),
        low=tr.number(best.low, 2),
        high=tr.number(best.high, 2),
    )


def _against_best(backtest: Backtest, since: date | None) -> Comparison:
    return backtest.compare(backtest.headline_model, backtest.best_rival(since), since)
