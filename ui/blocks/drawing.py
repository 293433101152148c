"""Charts of the shared results, each drawn once for all readers.

What a reader chooses beside language, day and scenario, or uploads, is drawn anew: it is theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import streamlit as st

from charts.style.chart import Chart, Stamp
from forecasting import Scenario
from ui.results import stamp_for
from ui.view import View

# The home page's of every day in each language, and as many of the other pages.
MOST_CHARTS = 400


@st.cache_resource(max_entries=MOST_CHARTS, show_spinner=False)
def _chart(
    build: str,
    plan: str,
    as_of: date,
    scenario: Scenario,
    language: str,
    stamp: Stamp,
    more: Sequence[str],
    _draw: Callable[[], Chart],
) -> Chart:
    return _draw()


def cached_chart(
    view: View, build: Callable[..., Chart], *parts: object, stamp: Stamp | None = None
) -> Chart:
    """The chart ``build(*parts, tr, stamp)``, drawn once for all readers of the view.

    Its parts follow from the view, but for texts and days, which tell charts of one kind apart.
    """
    printed = stamp or stamp_for(view)
    return _chart(
        f"{build.__module__}.{build.__qualname__}",
        view.plan,
        view.as_of,
        view.scenario,
        view.tr.language,
        printed,
        [str(part) for part in parts if isinstance(part, str | date)],
        partial(build, *parts, view.tr, printed),
    )
