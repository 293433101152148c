"""What a page needs to know of its reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from forecasting import Scenario
from locales import Translator

PLAN = "xianghubao"
FITTED = Scenario()


@dataclass(frozen=True)
class View:
    """Language, plan, as-of day and assumptions of this run."""

    tr: Translator
    as_of: date
    plan: str = PLAN
    scenario: Scenario = FITTED
