"""Tables in the reader's language: record, identity, conflicts, calculation, scores, growth."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.disclosures.figures import INTERVAL
from forecasting.evaluation.backtest import SPANS
from locales import Translator
from sentences.common.engine import reasons

if TYPE_CHECKING:
    from forecasting.evaluation.backtest import Backtest
    from forecasting.explain.exits import ExitFit
    from forecasting.members.growth_fit import GrowthCurveFit

SCORE_COLUMNS = ("mae", "wis", "dispersion", "overprediction", "underprediction")
COVERAGES = (50, 80, 95)


def observations_table(observations: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Every published figure with its source, how many give it and, where not fitted, why."""
    rows = observations.sort_values(["period_end", "scope", "quantity"])
    confirmed = rows["reason"].eq("confirmation").groupby([rows[name] for name in INTERVAL])
    records = (1 + confirmed.transform("sum")).where(rows["fitted"])
    return pd.DataFrame(
        {
            tr.t("column.row"): rows["row"],
            tr.t("column.scope"): _named(rows["scope"], "scope_name", tr),
            tr.t("column.quantity"): _named(rows["quantity"], "quantity", tr),
            tr.t("column.from"): _days(rows["period_start"]),
            tr.t("column.until"): _days(rows["period_end"]),
            tr.t("column.bound"): _named(rows["bound"], "bound", tr),
            tr.t("column.value"): rows["value"],
            tr.t("column.placement"): _named(rows["placement"], "placement", tr),
            tr.t("column.confidence"): _named(rows["confidence"], "confidence", tr),
            tr.t("column.records"): records.astype("Int64"),
            tr.t("column.not_fitted"): _named(rows["reason"], "reason", tr),
            tr.t("column.source"): rows["source_id"],
            tr.t("column.note"): rows["note"],
        }
    )


def identity_table(checks: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Printed share against the quotient of its terms, settlement by settlement."""
    unit = tr.t("unit.rmb_header")
    return pd.DataFrame(
        {
            tr.t("column.settlement"): _days(checks["date"]),
            f"{tr.t('term.share')} ({unit})": checks["share"],
            _header("quantity.helped", tr): checks["helped"],
            f"{_header('quantity.aid', tr)} ({unit})": checks["aid"].round(),
            tr.t("column.aid_basis"): _named(checks["aid_basis"], "basis", tr),
            _header("quantity.sharing_members", tr): checks["members"].round(),
            tr.t("column.members_basis"): _named(checks["members_basis"], "basis", tr),
            f"{tr.t('column.implied_share')} ({unit})": checks["implied_share"].round(3),
            tr.t("column.gap_percent"): checks["gap_percent"].round(1),
            f"{tr.t('column.implied_mean_aid')} ({unit})": checks["implied_mean_aid"].round(),
            tr.t("column.reading"): _named(checks["explanation"], "identity", tr),
        }
    )


def reconciliation_table(checks: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Printed totals against what their settlements make up."""
    return pd.DataFrame(
        {
            tr.t("column.quantity"): _named(checks["quantity"], "quantity", tr),
            tr.t("column.from"): _days(checks["period_start"]),
            tr.t("column.until"): _days(checks["period_end"]),
            tr.t("column.settlements"): checks["settlements"],
            tr.t("column.bound"): _named(checks["bound"], "bound", tr),
            tr.t("column.published"): checks["published"],
            tr.t("column.ours"): checks["ours"].round(3),
            tr.t("column.difference"): checks["difference"].round(3) + 0.0,
            tr.t("column.half_width"): checks["rounding_half_width"],
            tr.t("column.within"): [
                tr.t("answer_word.yes" if within else "answer_word.no")
                for within in checks["within"]
            ],
            tr.t("column.source"): checks["source_id"],
            tr.t("column.row"): checks["row"],
        }
    )


def conflicts_table(conflicts: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Rows that disagree or are kept out, in groups, with what was found against what."""
    return pd.DataFrame(
        {
            tr.t("column.group"): conflicts["group"],
            tr.t("column.conflict"): _named(conflicts["kind"], "conflict", tr),
            tr.t("column.scope"): _named(conflicts["scope"], "scope_name", tr),
            tr.t("column.quantity"): _named(conflicts["quantity"], "quantity", tr),
            tr.t("column.from"): _days(conflicts["period_start"]),
            tr.t("column.until"): _days(conflicts["period_end"]),
            tr.t("column.bound"): _named(conflicts["bound"], "bound", tr),
            tr.t("column.value"): conflicts["value"],
            tr.t("column.found"): conflicts["found"],
            tr.t("column.expected"): conflicts["expected"],
            tr.t("column.fitted"): [
                tr.t("answer_word.yes" if fitted else "answer_word.no")
                for fitted in conflicts["fitted"]
            ],
            tr.t("column.source"): conflicts["source_id"],
            tr.t("column.row"): conflicts["row"],
            tr.t("column.note"): conflicts["note"],
        }
    )


def events_table(events: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Dated events in the reader's language, latest first."""
    rows = events.sort_values("date", ascending=False)
    return pd.DataFrame(
        {
            tr.t("column.date"): _days(rows["date"]),
            tr.t("column.event"): rows[f"event_{tr.language}"],
            tr.t("column.source"): rows["source_id"],
        }
    )


def steps_table(steps: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """The article's calculation line by line, exact and as printed."""
    return pd.DataFrame(
        {
            tr.t("steady.step"): [tr.t(f"step.{step}") for step in steps["step"]],
            tr.t("steady.exact"): [_figure(value, tr) for value in steps["exact"]],
            tr.t("steady.printed"): [_figure(value, tr) for value in steps["printed"]],
        }
    )


def scores_table(backtest: Backtest, tr: Translator) -> pd.DataFrame:
    """Scores of every model on all and on late origins; failures counted with their reasons."""
    frames = []
    for span, since in SPANS.items():
        rows = backtest.forecasts
        if since is not None:
            rows = rows[rows["origin"] >= pd.Timestamp(since)]
        failed = rows[rows["reason"] != ""].groupby("model")["reason"]
        summary = backtest.summary(since).set_index("model", drop=False)
        frames.append(
            pd.DataFrame(
                {
                    tr.t("column.origins"): tr.t(f"track.span_{span}"),
                    tr.t("column.model"): _named(summary["model"], "model", tr),
                    tr.t("column.kind"): _named(summary["kind"], "model_kind", tr),
                    tr.t("column.n"): summary["n"],
                    **{
                        f"{tr.t(f'column.{name}')} ({tr.t('unit.rmb_header')})": summary[
                            name
                        ].round(3)
                        for name in SCORE_COLUMNS
                    },
                    **{
                        tr.t("column.coverage", level=level): (
                            100 * summary[f"coverage_{level}"]
                        ).round()
                        for level in COVERAGES
                    },
                    tr.t("column.failed"): failed.size().reindex(summary.index, fill_value=0),
                    tr.t("column.reasons"): failed.agg(partial(reasons, tr=tr)).reindex(
                        summary.index, fill_value=""
                    ),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)


def curves_table(curves: Mapping[str, GrowthCurveFit], tr: Translator) -> pd.DataFrame:
    """Every growth curve: ceiling, time of fastest growth, and how well it foretells figures."""
    fits = list(curves.values())
    millions = tr.t("growth.millions")
    return pd.DataFrame(
        {
            tr.t("growth.curve"): [tr.t(f"curve.{fitted.name}") for fitted in fits],
            f"{tr.t('growth.metric_ceiling')} ({millions})": [
                round(fitted.ceiling.q50 / tr.crowd, 1) for fitted in fits
            ],
            f"{tr.t('band.low_80')} ({millions})": [
                round(fitted.ceiling.q10 / tr.crowd, 1) for fitted in fits
            ],
            f"{tr.t('band.high_80')} ({millions})": [
                round(fitted.ceiling.q90 / tr.crowd, 1) for fitted in fits
            ],
            tr.t("growth.inflection"): [fitted.inflection.isoformat() for fitted in fits],
            tr.t("growth.inflection_probability"): [
                round(100 * fitted.inflection_passed) for fitted in fits
            ],
            tr.t("growth.deviation"): [round(100 * fitted.deviation_sd, 1) for fitted in fits],
            tr.t("growth.elpd"): [round(fitted.elpd, 2) for fitted in fits],
            tr.t("growth.aicc"): [round(fitted.aicc, 1) for fitted in fits],
        }
    )


def curve_scores_table(scores: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Growth curves and local trend against later member figures, by range of horizons."""
    return pd.DataFrame(
        {
            tr.t("growth.curve"): _named(scores["model"], "curve", tr),
            tr.t("growth.horizon_first"): scores["first"],
            tr.t("growth.horizon_last"): scores["last"],
            tr.t("column.n"): scores["n"],
            tr.t("growth.mae_log"): (100 * scores["mae_log"]).round(1),
            tr.t("growth.wis_log"): scores["wis_log"].round(3),
            tr.t("column.coverage", level=80): (100 * scores["coverage_80"]).round(),
            tr.t("column.failed"): scores["failed"],
        }
    )


def hazard_table(exits: ExitFit, tr: Translator) -> pd.DataFrame:
    """What is assumed of leaving, and what the figures make of it."""
    rows = exits.parameters
    quantiles = {
        f"{tr.t(f'growth.{when}')}, {tr.t(key)}": rows[f"{prefix}{name}"].round(3)
        for when, prefix in (("prior", "prior_"), ("posterior", ""))
        for key, name in (("column.median", "q50"), ("band.low_80", "q10"), ("band.high_80", "q90"))
    }
    return pd.DataFrame(
        {
            tr.t("growth.parameter"): _named(rows["name"], "hazard", tr),
            **quantiles,
            tr.t("growth.spread_left"): (100 * rows["spread_ratio"]).round(),
        }
    )


def _header(key: str, tr: Translator) -> str:
    name = tr.t(key)
    return name[:1].upper() + name[1:]


def _figure(value: float, tr: Translator) -> str:
    """Counts whole, small amounts to the third decimal."""
    return tr.number(value, 0 if abs(value) >= 1000 else 2 if abs(value) >= 100 else 3)


def _named(values: pd.Series, group: str, tr: Translator) -> list[str]:
    return [tr.t(f"{group}.{value}") if value else "" for value in values]


def _days(values: pd.Series) -> pd.Series:
    return values.dt.strftime("%Y-%m-%d")
