"""The scenarios page's answer to: what if?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from forecasting.assumptions.presets import preset_of
from forecasting.assumptions.table import ASSUMPTIONS, Assumption, Value
from forecasting.base.settlements import PERIODS_PER_YEAR
from locales import NOT_KNOWN, Translator
from sentences.common.units import shown

if TYPE_CHECKING:
    from forecasting import Forecast, Quantiles, Scenario

NOTICEABLE = 0.005
NOTICEABLE_PAST = 0.1


def name_of(scenario: Scenario, as_of: date, tr: Translator) -> str:
    """A scenario's name: the preset's, or one for a scenario of the reader's own."""
    return tr.t(f"preset.{preset_of(scenario, as_of) or 'yours'}")


def change_key(value: float, reference: float) -> str:
    """Which way a number moved; less than half a per cent is no change.

    >>> change_key(152.7, 138.0), change_key(138.1, 138.0)
    ('more', 'same')
    """
    if abs(value - reference) < NOTICEABLE * reference:
        return "same"
    return "more" if value > reference else "less"


def effect(fitted: Forecast, forecast: Forecast, name: str, tr: Translator) -> list[str]:
    """What the scenario does to the next year, the steady state and the past."""
    year, base = forecast.next_year_total, fitted.next_year_total
    assert year is not None
    assert base is not None
    steady, usual = forecast.steady_state, fitted.steady_state
    if forecast.scenario == fitted.scenario:
        return [
            tr.t(
                "scenarios.unchanged",
                day=tr.date(forecast.as_of),
                year=tr.rmb(year.q50, 0),
                interval=tr.interval(year.q10, year.q90, 0),
                steady=tr.rmb(steady.q50),
            )
        ]
    wording = tr.t(
        f"scenarios.year_{change_key(year.q50, base.q50)}",
        name=name,
        year=tr.rmb(year.q50, 0),
        base=tr.rmb(base.q50, 0),
        difference=tr.rmb(abs(year.q50 - base.q50), 0),
    ) + tr.t(
        f"scenarios.steady_{change_key(steady.q50, usual.q50)}",
        steady=tr.rmb(steady.q50),
        base=tr.rmb(usual.q50),
    )
    past = _past(fitted, forecast, tr)
    return [wording, past] if past else [wording]


def _past(fitted: Forecast, forecast: Forecast, tr: Translator) -> str:
    """The settlement of the past that the scenario moves most; empty where it moves none."""
    if forecast.scenario.enrolment_stops_on is None and forecast.scenario.pandemic:
        return ""
    until = pd.Timestamp(forecast.as_of)
    was = fitted.periods[fitted.periods["date"] <= until]
    would = forecast.periods[forecast.periods["date"] <= until]
    gap = would["share_q50"].to_numpy() - was["share_q50"].to_numpy()
    at = int(np.argmax(np.abs(gap)))
    if abs(gap[at]) < NOTICEABLE_PAST:
        return ""
    return tr.t(
        "scenarios.past",
        day=tr.date(was["date"].iloc[at]),
        would=tr.rmb(would["share_q50"].iloc[at]),
        was=tr.rmb(was["share_q50"].iloc[at]),
    )


def numbers(forecast: Forecast, tr: Translator) -> list[tuple[str, str, str, str | None]]:
    """Next year, share in a year and steady state, each with its 80% interval below it.

    That interval is always as wide a text, so that nothing on the page moves with it.
    """
    year, end, steady = forecast.next_year_total, _end(forecast), forecast.steady_state
    assert year is not None
    return [
        (tr.t("scenarios.metric_year"), *_number(year.q10, year.q50, year.q90, tr, 0), None),
        (
            tr.t("scenarios.metric_end"),
            *_number(end["q10"], end["q50"], end["q90"], tr, 2),
            tr.t("scenarios.year_help"),
        ),
        (
            tr.t("scenarios.metric_steady"),
            *_number(steady.q10, steady.q50, steady.q90, tr, 2),
            tr.t("scenarios.steady_help"),
        ),
    ]


def _number(low: float, middle: float, high: float, tr: Translator, digits: int) -> tuple[str, str]:
    return tr.rmb(middle, digits), tr.span(low, high, digits)


def _end(forecast: Forecast) -> dict[str, float]:
    periods, first = forecast.periods, _first_ahead(forecast)
    at = min(first + PERIODS_PER_YEAR, len(periods)) - 1
    return {key: float(periods[f"share_{key}"].iloc[at]) for key in ("q10", "q50", "q90")}


def _first_ahead(forecast: Forecast) -> int:
    """The row of the first settlement after the as-of day."""
    return int((forecast.periods["date"] <= pd.Timestamp(forecast.as_of)).sum())


def value_text(name: str, value: Value, tr: Translator) -> str:
    """A value in the reader's language, as short as it can be said.

    >>> value_text("delay_days", 150.0, Translator("en"))
    '5'
    >>> value_text("trend", 0.05, Translator("en"))
    '5%'
    """
    if isinstance(value, bool):
        return tr.t("scenario_choice.yes" if value else "scenario_choice.no")
    if isinstance(value, date):
        return tr.date(value, "medium")
    if isinstance(value, str):
        return tr.t(f"scenario_choice.{value}")
    if value is None:
        return tr.t("scenario_choice.auto")
    unit = shown(name)
    return _short(unit.factor * float(value), tr) + unit.suffix


def _short(value: float, tr: Translator) -> str:
    """Three significant digits or whole numbers, without noughts at the end."""
    digits = 0 if value == 0 else max(2 - int(np.floor(np.log10(abs(value)))), 0)
    text = tr.number(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def beside(assumption: Assumption, parameters: pd.DataFrame, tr: Translator) -> str:
    """What stands under a control: unit, what the figures say, what was thought before them."""
    unit = tr.t(f"assumption_unit.{assumption.name}")
    names = parameters["name"].tolist()
    if assumption.name not in names:
        left = value_text(assumption.name, assumption.default, tr)
        if assumption.default is None:
            left = tr.t(f"assumption_auto.{assumption.name}")
        return tr.t("scenarios.beside_default", unit=unit, default=left)
    at, factor = names.index(assumption.name), shown(assumption.name).factor
    wording = {
        "median": "q50",
        "low": "q10",
        "high": "q90",
        "prior": "prior_q50",
        "prior_low": "prior_q10",
        "prior_high": "prior_q90",
    }
    return tr.t(
        "scenarios.beside_fitted",
        unit=unit,
        **{
            name: _short(factor * parameters[column].iloc[at], tr)
            for name, column in wording.items()
        },
    )


def assumption_table(scenario: Scenario, parameters: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Every assumption: its value here, posterior and prior, legal range, unit, key, meaning."""
    by_name = parameters.set_index("name")
    records = []
    for one in ASSUMPTIONS:
        row = by_name.loc[one.name] if one.name in by_name.index else None
        records.append(
            {
                tr.t("scenario_column.assumption"): tr.t(f"assumption.{one.name}"),
                tr.t("scenario_column.this_scenario"): value_text(
                    one.name, getattr(scenario, one.name), tr
                ),
                tr.t("scenario_column.posterior"): _interval(one, row, "", tr),
                tr.t("scenario_column.prior"): _interval(one, row, "prior_", tr),
                tr.t("scenario_column.legal"): legal_text(one, tr, shown(one.name).factor),
                tr.t("scenario_column.unit"): tr.t(f"assumption_unit.{one.name}"),
                tr.t("scenario_column.kind"): tr.t(f"assumption_kind.{one.kind}"),
                tr.t("scenario_column.meaning"): tr.t(f"assumption_help.{one.name}"),
                tr.t("scenario_column.key"): one.name,
            }
        )
    return pd.DataFrame.from_records(records)


def _interval(one: Assumption, row: pd.Series | None, prefix: str, tr: Translator) -> str:
    if row is None:
        return NOT_KNOWN
    factor = shown(one.name).factor
    median, low, high = (
        _short(factor * row[f"{prefix}{key}"], tr) for key in ("q50", "q10", "q90")
    )
    return tr.t("scenarios.interval", median=median, low=low, high=high)


def legal_text(assumption: Assumption, tr: Translator, factor: float = 1.0) -> str:
    """What may be said of an assumption, in the reader's language; as a link says it, or shown."""
    if assumption.form == "number":
        low, high = (_short(factor * end, tr) for end in (assumption.lower, assumption.upper))
        return tr.t("unit.span", low=low, high=high)
    if assumption.form == "settlement":
        return tr.t("scenarios.legal_settlement")
    if assumption.form == "day":
        return tr.t("scenarios.legal_day")
    separator = tr.t("scenarios.legal_or")
    return separator.join(tr.t(f"scenario_choice.{choice}") for choice in assumption.choices)


def comparison(
    compared: Sequence[tuple[str, Forecast]], fitted: Forecast, tr: Translator
) -> pd.DataFrame:
    """The fitted model and each scenario side by side, with the differences from the fitted one.

    The peak is the highest median after the as-of day; settled by: half-months from the end of
    growth until the share stays within 10% of its own level.
    """
    unit = tr.t("unit.rmb_header")
    records = []
    for name, one in compared:
        numbers = {
            f"{tr.t('scenarios.metric_year')} ({unit})": _median(one.next_year_total),
            f"{tr.t('scenarios.metric_end')} ({unit})": _end(one)["q50"],
            f"{tr.t('scenarios.metric_steady')} ({unit})": one.steady_state.q50,
        }
        base = (_median(fitted.next_year_total), _end(fitted)["q50"], fitted.steady_state.q50)
        first = _first_ahead(one)
        shares = one.periods["share_q50"].to_numpy()
        peak = first + int(shares[first:].argmax())
        record: dict[str, object] = {tr.t("scenario_column.scenario"): name}
        for (label, value), fitted_value in zip(numbers.items(), base, strict=True):
            record[label] = round(value, 2)
            if len(compared) > 1:
                record[tr.t("scenarios.difference", of=label)] = round(value - fitted_value, 2)
        record[f"{tr.t('scenarios.peak')} ({unit})"] = round(float(shares[peak]), 2)
        record[tr.t("scenarios.peak_day")] = one.periods["date"].iloc[peak].strftime("%Y-%m-%d")
        record[tr.t("scenarios.settled_months")] = round(one.settling_periods.q50 / 2, 1)
        records.append(record)
    return pd.DataFrame.from_records(records)


def _median(total: Quantiles | None) -> float:
    assert total is not None
    return total.q50
