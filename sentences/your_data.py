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
    from forecasting.uploads.reading import OwnForecast

CHOICES = {
    "scope": SCOPES,
    "quantity": tuple(QUANTITIES),
    "placement": PLACEMENTS,
    "unit": tuple(dict.fromkeys(quantity.unit for quantity in QUANTITIES.values())),
    "bound": BOUNDS,
    "confidence": CONFIDENCES,
}


def answer(found: OwnForecast, plan: str, is_example: bool, tr: Translator) -> str:
    """Where the share of the file's plan settles, and what that rests on."""
    steady = found.forecast.steady_state
    return tr.t(
        "own.answer_example" if is_example else "own.answer",
        plan=plan,
        day=tr.date(found.forecast.as_of),
        steady=tr.rmb(steady.q50),
        interval=tr.interval(steady.q10, steady.q90),
        fitted=found.fitted,
        rows=found.rows,
    )


def limits(tr: Translator) -> str:
    """How large a file may be."""
    return tr.t("own.limits", megabytes=MOST_MEGABYTES, rows=tr.number(MOST_ROWS), years=MOST_YEARS)


def problems_table(problems: Sequence[Problem], tr: Translator) -> pd.DataFrame:
    """Every problem of a file: row, column, what was found, what is legal."""
    return pd.DataFrame(
        {
            tr.t("column.row"): [problem.row or None for problem in problems],
            tr.t("own.column"): [problem.column for problem in problems],
            tr.t("column.found"): [plain(problem.found, tr) for problem in problems],
            tr.t("own.legal"): [plain(problem.legal, tr) for problem in problems],
        }
    )


def dictionary_table(example: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """The columns of an observations file: what each holds, its legal words, an example."""
    fields = OBSERVATIONS.fields
    first = example.iloc[0] if len(example) else pd.Series(dtype=object)
    return pd.DataFrame(
        {
            tr.t("own.column"): [field.name for field in fields],
            tr.t("own.holds"): [tr.t(f"own_field.{field.name}") for field in fields],
            tr.t("own.legal"): [", ".join(CHOICES.get(field.name, ())) for field in fields],
            tr.t("own.may_be_empty"): [
                tr.t("answer_word.yes" if field.may_be_empty else "answer_word.no")
                for field in fields
            ],
            tr.t("own.example"): [_shown(first.get(field.name, "")) for field in fields],
        }
    )


def _shown(cell: object) -> str:
    return cell.strftime("%Y-%m-%d") if isinstance(cell, pd.Timestamp) else str(cell)
