"""Tables of the insurance page in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from locales import Translator

if TYPE_CHECKING:
    from forecasting.pricing import Premium, TrendFit


def steps_table(premium: Premium, tr: Translator) -> pd.DataFrame:
    """Risk premium, loading, expenses and gross premium, RMB a year."""
    steps = premium.steps()
    return pd.DataFrame(
        {
            tr.t("insurance.column_step"): [tr.t(f"premium_step.{name}") for name in steps["step"]],
            tr.t("insurance.rmb_year"): steps["rmb"].round(2),
        }
    )


def trends_table(fits: Iterable[TrendFit], tr: Translator) -> pd.DataFrame:
    """Every fitted growth with its interval and the test of its residuals."""
    rows = list(fits)
    return pd.DataFrame(
        {
            tr.t("insurance.column_cost"): [tr.t(f"medical_cost.{fitted.cost}") for fitted in rows],
            tr.t("insurance.column_years"): [
                f"{fitted.years[0]}–{fitted.years[-1]}" for fitted in rows
            ],
            tr.t("insurance.column_growth"): [round(100 * fitted.growth, 1) for fitted in rows],
            f"{tr.t('band.low_95')} (%)": [round(100 * fitted.low, 1) for fitted in rows],
            f"{tr.t('band.high_95')} (%)": [round(100 * fitted.high, 1) for fitted in rows],
            tr.t("insurance.column_residuals"): [round(fitted.durbin_watson, 2) for fitted in rows],
        }
    )


def unit_table(check: pd.DataFrame, substituted: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Table 2.1 averaged over ages in either unit, beside table 2.3. Per cent a year."""

    def per_cent(values: pd.Series) -> pd.Series:
        return (100 * values).round(2)

    return pd.DataFrame(
        {
            tr.t("pricing_input.residence"): [
                tr.t(f"residence.{name}") for name in check["residence"]
            ],
            tr.t("pricing_input.sex"): [tr.t(f"insurance_sex.{name}") for name in check["sex"]],
            tr.t("insurance.column_per_thousand"): per_cent(check["per_thousand"]),
            tr.t("insurance.column_substituted"): per_cent(substituted["per_thousand"]),
            tr.t("insurance.column_printed"): per_cent(check["printed"]),
            tr.t("insurance.column_per_cent"): per_cent(check["per_cent"]),
        }
    )


def suspects_table(cells: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """Cells that break the pattern, with their substitute. Stays per 1,000 persons a year."""
    return pd.DataFrame(
        {
            tr.t("insurance.column_cell"): [
                f"{tr.t(f'residence.{row.residence}')}, {tr.t(f'insurance_sex.{row.sex}')}, "
                f"{row.age_group}"
                for row in cells.itertuples()
            ],
            tr.t("insurance.column_before"): (1000 * cells["before"]).round(2),
            tr.t("insurance.column_cell_printed"): (1000 * cells["printed"]).round(2),
            tr.t("insurance.column_substitute"): (1000 * cells["substitute"]).round(2),
        }
    )
