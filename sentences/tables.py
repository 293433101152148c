"""Tables in the reader's language: the record, the identity, the conflicts, the calculation."""

from __future__ import annotations

import pandas as pd

from locales import Translator


def observations_table(observations: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Every published figure with its source and, where it is not fitted, why."""
    rows = observations.sort_values(["period_end", "scope", "quantity"])
    return pd.DataFrame(
        {
            tr.t("column.row"): rows["row"],
            tr.t("column.scope"): _named(rows["scope"], "scope_name", tr),
            tr.t("column.quantity"): _named(rows["quantity"], "quantity", tr),
            tr.t("column.from"): _days(rows["period_start"]),
            tr.t("column.until"): _days(rows["period_end"]),
            tr.t("column.bound"): rows["bound"],
            tr.t("column.value"): rows["value"],
            tr.t("column.placement"): _named(rows["placement"], "placement", tr),
            tr.t("column.confidence"): _named(rows["confidence"], "confidence", tr),
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
            tr.t("column.bound"): conflicts["bound"],
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
