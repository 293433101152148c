"""The method page's answer to: can I trust it?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.assumptions.parameters import PARAMETERS
from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN, SECOND_OPINION, SPANS
from locales import Translator, capital
from sentences.common.engine import plain

if TYPE_CHECKING:
    from forecasting.disclosures import Disclosures, ReferenceTables
    from forecasting.evaluation.backtest import Backtest
    from forecasting.explain.credibility import Credibility
    from forecasting.fitting.checks import FitChecks
    from forecasting.fitting.estimation import SelectionLagFit

NARROWED_TO = 0.5
WEAK_FROM = 0.8
# Of the parts that come back, which are rounded: all of them.
MADE_UP = 0.99
WIS_DIGITS = 3


def verdict(fit: SelectionLagFit, checks: FitChecks, tr: Translator) -> str:
    """How many figures are met, and how many of the parameters they settle."""
    narrowed, free = _narrowed(fit)
    return tr.t(
        "method.verdict",
        day=tr.date(fit.as_of),
        near=checks.near,
        n=len(checks.values),
        narrowed=narrowed,
        free=free,
        left=free - narrowed,
    )


def assumes(known: Disclosures, tr: Translator) -> str:
    """What the model takes as given, a line each, as far as it was known on the day."""
    waiting = known.rule("waiting_period_days", known.day)
    lines = [
        tr.t("method.card_members", days=tr.number(waiting))
        if waiting
        else tr.t("method.card_members_no_wait"),
        tr.t("method.card_delay" if known.case_mix.empty else "method.card_delay_lists"),
    ]
    shocks = known.shocks
    if not shocks.empty:
        is_over = shocks["returned"].sum() >= MADE_UP
        lines.append(tr.t(f"method.card_pandemic_{'over' if is_over else 'under_way'}"))
    return "\n".join([*lines, tr.t("method.card_rest")])


def failures(checks: FitChecks, tr: Translator) -> str:
    """Which checks the model fails, and what it explains only by deviations of its own."""
    failed = tr.t("method.fails_none")
    if checks.unlikely:
        failed = tr.t("method.fails", names=_statistics(checks.unlikely, tr))
    if not checks.needs_deviations:
        return failed
    needed = tr.t("method.needs", names=_statistics(checks.needs_deviations, tr))
    return tr.t("method.two_sentences", first=failed, second=needed)


def not_yet(tr: Translator) -> str:
    """What the page says on a day on which the model refuses."""
    return tr.t("method.not_yet")


def numbers(
    fit: SelectionLagFit, checks: FitChecks, rating: Credibility, tr: Translator
) -> list[tuple[str, str, str, str | None]]:
    """Figures met, parameters settled, weight of experience: label, value, below, help."""
    narrowed, free = _narrowed(fit)
    return [
        (
            tr.t("method.metric_near"),
            tr.t("method.of", part=checks.near, whole=len(checks.values)),
            tr.percent(checks.near / len(checks.values)),
            None,
        ),
        (tr.t("method.metric_narrowed"), tr.t("method.of", part=narrowed, whole=free), "", None),
        (
            tr.t("method.metric_weight"),
            tr.percent(rating.z_model),
            "",
            tr.t("method.metric_weight_help"),
        ),
    ]


def weak(fit: SelectionLagFit, tr: Translator) -> str:
    """The parameters that the figures hardly touch, and those that they pull away."""
    rows = fit.parameters[fit.parameters["free"]]
    untouched = rows[rows["spread_ratio"] >= WEAK_FROM]
    pulled = rows[rows["conflict"].abs() > 2.0]
    first = tr.t("method.weak", names=_parameters(untouched["name"].tolist(), tr))
    if pulled.empty:
        return first
    second = tr.t("method.pulled", names=_parameters(pulled["name"].tolist(), tr))
    return tr.t("method.two_sentences", first=first, second=second)


def headline(backtest: Backtest, tr: Translator) -> str:
    """Scores of the structural model, of its mean with drift, and of the named and best rivals."""
    since = tuple(SPANS.values())
    every, late = (backtest.summary(first).set_index("model") for first in since)
    scores = [
        tr.t(
            "method.scores_of",
            model=tr.t(f"model.{name}"),
            late_wis=tr.number(late.at[name, "wis"], WIS_DIGITS),
            all_wis=tr.number(every.at[name, "wis"], WIS_DIGITS),
            late_error=tr.rmb(late.at[name, "mae"]),
            all_error=tr.rmb(every.at[name, "mae"]),
        )
        for name in dict.fromkeys(
            [
                backtest.headline_model,
                SECOND_OPINION,
                backtest.rival,
                *map(backtest.best_rival, since),
            ]
        )
        if name in every.index
    ]
    return tr.t(
        "method.headline_scores",
        scores=tr.t("list.separator").join(scores),
        late_day=tr.date(FIRST_LATE_ORIGIN),
    )


def scales(fit: SelectionLagFit, tr: Translator) -> str:
    """The weights that the figures give to each scale of the deviation, and the evidence."""
    weights = [
        tr.t("method.scale_weight", scale=tr.percent(each.scale), weight=tr.percent(each.weight))
        for each in fit.scales
    ]
    return tr.t(
        "method.scales",
        scales=tr.t("list.separator").join(weights),
        evidence=tr.number(fit.log_evidence, 1),
    )


def deviations(checks: FitChecks, tr: Translator) -> str:
    """Whether the plan's own deviations are as large and as persistent as was assumed."""
    sd, assumed = checks.deviation_sd, checks.deviation_sd_assumed
    too_large = sd.q10 > assumed.q90
    return tr.t(
        "method.deviations_larger" if too_large else "method.deviations_as_assumed",
        sd=tr.percent(sd.q50),
        low=tr.percent(assumed.q10),
        high=tr.percent(assumed.q90),
        persistence=tr.number(checks.deviation_persistence.q50, 2),
        persistence_low=tr.number(checks.deviation_persistence_assumed.q10, 2),
        persistence_high=tr.number(checks.deviation_persistence_assumed.q90, 2),
        residual=tr.number(checks.residual_autocorrelation, 2),
    )


def credibility_grew(path: pd.DataFrame, tr: Translator) -> str:
    """A high weight is no proof of a right level: where both stood, then and at the end."""
    rows = path.dropna(subset=["z_model"])
    if rows.empty:
        return tr.t("method.credibility_none")
    top, last = rows.loc[rows["blended"].idxmax()], rows.iloc[-1]
    return tr.t(
        "method.credibility_text",
        last_day=tr.date(last["date"]),
        last_z=tr.percent(last["z_model"]),
        classical=tr.percent(last["z_buehlmann"]),
        top_day=tr.date(top["date"]),
        top_z=tr.percent(top["z_model"]),
        top=tr.rmb(top["blended"]),
        last=tr.rmb(last["blended"]),
    )


def kinds_table(checks: FitChecks, tr: Translator) -> pd.DataFrame:
    """Residuals by kind of figure."""
    rows = checks.kinds
    return pd.DataFrame(
        {
            tr.t("column.kind"): [tr.t(f"method_kind.{kind}") for kind in rows["kind"]],
            tr.t("method.figures"): rows["n"],
            tr.t("method.figures_near"): rows["near"],
            tr.t("method.mean_residual"): rows["mean"].round(2),
            tr.t("method.sd_residual"): rows["sd"].round(2),
            tr.t("method.chi2"): rows["chi2"].round(1),
            tr.t("method.freedom"): rows["freedom"].round(1),
            tr.t("method.chi2_p"): (100 * rows["p_value"]).round(2),
            tr.t("method.normality_p"): (100 * rows["normality_p"]).round(1),
        }
    )


def glossary_table(tables: ReferenceTables, tr: Translator) -> pd.DataFrame:
    """Every term in both languages."""
    rows = tables.glossary
    return pd.DataFrame(
        {
            tr.t("method.term_chinese"): rows["chinese"],
            tr.t("method.term_english"): rows["english"],
            tr.t("method.term_meaning"): rows["meaning"],
        }
    )


def sources_table(tables: ReferenceTables, used: pd.Series, tr: Translator) -> pd.DataFrame:
    """Every source, and how many of the figures known rest on it."""
    rows, counts = tables.sources, used.value_counts()
    return pd.DataFrame(
        {
            tr.t("column.source"): rows["source_id"],
            tr.t("sources.key"): rows["source_id"],
            tr.t("method.reliability"): [
                tr.t(f"confidence.{level}") if level else "" for level in rows["reliability"]
            ],
            tr.t("method.figures"): rows["source_id"].map(counts).fillna(0).astype(int),
            tr.t("column.note"): rows["note"],
        }
    )


def meanings_table(tr: Translator) -> pd.DataFrame:
    """What each fitted parameter is, as a member would read it and as an actuary would write it."""
    return pd.DataFrame(
        {
            tr.t("method.parameter"): [
                capital(tr.t(f"method_parameter.{one.name}")) for one in PARAMETERS
            ],
            tr.t("method.plain"): [plain(one.plain or "", tr) for one in PARAMETERS],
            tr.t("method.actuarial"): [plain(one.actuarial or "", tr) for one in PARAMETERS],
        }
    )


def _narrowed(fit: SelectionLagFit) -> tuple[int, int]:
    """Free parameters whose uncertainty the figures at least halved, and all free ones."""
    rows = fit.parameters[fit.parameters["free"]]
    return int((rows["spread_ratio"] <= NARROWED_TO).sum()), len(rows)


def _statistics(names: Sequence[str], tr: Translator) -> str:
    return tr.t("list.comma").join(tr.t(f"method_statistic.{name}") for name in names)


def _parameters(names: Sequence[str], tr: Translator) -> str:
    return tr.t("list.comma").join(tr.t(f"method_parameter.{name}") for name in names)
