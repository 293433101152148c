"""The forecast of a day as JSON, each computed once: what the command line prints for it.

``python -m forecasting forecast --as-of DAY --format json``. The release holds every day's.
"""

from __future__ import annotations

import functools
from datetime import date

from forecasting.base.tabular import to_json
from ui.controls.shared import days_to_choose
from ui.results import forecast_for_programs


def days() -> list[str]:
    """The days that may be asked for, latest first: those of the dashboard."""
    return days_to_choose()[0]


@functools.lru_cache(maxsize=256)
def forecast_json(day: str) -> bytes:
    """The text for one of :func:`days`. Raises Refused where too little was known then."""
    return to_json(forecast_for_programs(date.fromisoformat(day)).to_dict()).encode()
