"""The upload page's answer to: what would your own figures say?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from forecasting.disclosures.quantities import BOUNDS, CONFIDENCES, PLACEMENTS, QUANTITIES, SCOPES
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.uploads.reading import MOST_MEGABYTES, MOST_ROWS, MOST_YEARS
from locales import Translator
from sentences.common.engine import plain

if TYPE_CHECKING:
    from forecasting.base.errors import Problem
    from forecasting.evaluation.backtest import Backtest
    from forecasting.uploads.reading import UploadForecast

SIMPLE_COLUMNS = ("date", "share", "members", "helped", "plan", "note")
CHOICES = {
    "scope": SCOPES,
    "quantity": tuple(QUANTITIES),
    "placement": PLACEMENTS,
    "unit": tuple(dict.fromkeys(quantity.unit for quantity in QUANTITIES.values())),
    "bound": BOUNDS,
    "confidence": CONFIDENCES,
}


def summary(found: UploadForecast, plan: str, is_example: bool, tr: Translator) -> str:
    """Where the share of the file's plan settles, and what that rests on."""
    steady = found.forecast.steady_state
    return tr.t(
        "your_data.answer_example" if is_example else "your_data.answer",
        plan=plan,
        day=tr.date(found.forecast.as_of),
        steady=tr.rmb(steady.q50),
        interval=tr.interval(steady.q10, steady.q90),
        fitted=found.fitted,
        rows=found.rows,
    )


def limits(tr: Translator) -> str:
    """How large a file may be."""
    return tr.t(
        "your_data.limits", megabytes=MOST_MEGABYTES, rows=tr.number(MOST_ROWS), years=MOST_YEARS
    )


def simple_headers(tr: Translator) -> tuple[str, ...]:
    """The header line of the empty sheet, in words that the reader of files knows."""
    return tuple(tr.t(f"your_data_simple.{column}") for column in SIMPLE_COLUMNS)


def simple_table(tr: Translator) -> pd.DataFrame:
    """The columns of the simple sheet and what each holds."""
    return pd.DataFrame(
        {
            tr.t("your_data.column"): list(simple_headers(tr)),
            tr.t("your_data.holds"): [
                tr.t(f"your_data_simple_holds.{column}") for column in SIMPLE_COLUMNS
            ],
        }
    )


def left_out_table(rows: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Every row that is not fitted: where it stands, what it says, and why."""
    return pd.DataFrame(
        {
            tr.t("column.row"): rows["row"],
            tr.t("your_data.quantity"): [tr.t(f"quantity.{name}") for name in rows["quantity"]],
            tr.t("your_data.day"): rows["period_end"].dt.strftime("%Y-%m-%d"),
            tr.t("your_data.value"): rows["value"],
            tr.t("your_data.reason"): [tr.t(f"reason.{reason}") for reason in rows["reason"]],
        }
    )


def _scored(record: Backtest) -> pd.DataFrame:
    rows = record.forecasts
    return rows[(rows["model"] == record.headline_model) & (rows["reason"] == "")]


def track_sentence(record: Backtest, tr: Translator) -> str:
    """How often the interval held at past days, and how far off the median was."""
    ours = _scored(record)
    rows = record.forecasts
    last = rows[(rows["model"] != record.headline_model) & (rows["reason"] == "")]
    return tr.t(
        "your_data.track_sentence",
        days=ours["origin"].nunique(),
        n=len(ours),
        inside=int(ours["inside_80"].sum()),
        error=tr.rmb(float(ours["absolute_error"].mean())),
        last=tr.rmb(float(last["absolute_error"].mean())),
    )


def track_table(record: Backtest, tr: Translator) -> pd.DataFrame:
    """Every forecast of a past day beside what came, RMB."""
    ours = _scored(record)
    unit = f" ({tr.t('unit.rmb_header')})"
    return pd.DataFrame(
        {
            tr.t("your_data.said_on"): ours["origin"].dt.strftime("%Y-%m-%d"),
            tr.t("column.settlement"): ours["target"].dt.strftime("%Y-%m-%d"),
            tr.t("series.came") + unit: ours["observed"],
            tr.t("column.median") + unit: ours["q50"].round(2),
            tr.t("band.low_80") + unit: ours["q10"].round(2),
            tr.t("band.high_80") + unit: ours["q90"].round(2),
        }
    )


def problems_table(problems: Sequence[Problem], tr: Translator) -> pd.DataFrame:
    """Every problem of a file: row, column, what was found, what is legal."""
    return pd.DataFrame(
        {
            tr.t("column.row"): [problem.row or None for problem in problems],
            tr.t("your_data.column"): [problem.column for problem in problems],
            tr.t("column.found"): [plain(problem.found, tr) for problem in problems],
            tr.t("your_data.legal"): [plain(problem.legal, tr) for problem in problems],
        }
    )


def dictionary_table(example: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """The columns of an observations file: what each holds, its legal words, an example."""
    fields = OBSERVATIONS.fields
    first = example.iloc[0] if len(example) else pd.Series(dtype=object)
    return pd.DataFrame(
        {
            tr.t("your_data.column"): [field.name for field in fields],
            tr.t("your_data.holds"): [tr.t(f"your_data_field.{field.name}") for field in fields],
            tr.t("your_data.legal"): [", ".join(CHOICES.get(field.name, ())) for field in fields],
            tr.t("your_data.may_be_empty"): [
                tr.t("answer_word.yes" if field.may_be_empty else "answer_word.no")
                for field in fields
            ],
            tr.t("your_data.example"): [_shown(first.get(field.name, "")) for field in fields],
        }
    )


def _shown(cell: object) -> str:
    return cell.strftime("%Y-%m-%d") if isinstance(cell, pd.Timestamp) else str(cell)
