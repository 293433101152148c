"""Which chart of a page is embedded: pages offer theirs, one is taken.

A page that is embedded runs as always, but out of sight, and stops at the chart asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import streamlit as st

from charts.style.chart import Chart

# A frame of 600 x 500 pixels holds a chart of usual height and the link below it.
FRAME_WIDTH, USUAL_HEIGHT, CHART_HEIGHT, ROOM_FOR_LINK = 600, 500, 424, 76


class ChartFound(Exception):
    """The chart asked for was offered; the rest of the page is not needed."""


@dataclass
class Offers:
    """Charts offered so far, in order, by stem; and the stem that is wanted, if any."""

    wanted: str | None
    charts: dict[str, Chart] = field(default_factory=dict)

    @property
    def chosen(self) -> Chart | None:
        """The chart asked for; without a wish the page's first."""
        if self.wanted is not None:
            return self.charts.get(self.wanted)
        return next(iter(self.charts.values()), None)


_offers: ContextVar[Offers | None] = ContextVar("offers", default=None)


def is_embedded() -> bool:
    """Whether the address says ``embed=true``; Streamlit hides that key from its parameters."""
    return bool(st.context.is_embedded)


def embedded_height(chart: Chart) -> int:
    """Height of the figure in a frame, pixels; a chart of many bars keeps its own."""
    height = int(chart.figure.layout.height)
    return CHART_HEIGHT if height <= USUAL_HEIGHT else height


def offering() -> bool:
    """Whether charts are offered instead of drawn."""
    return _offers.get() is not None


def offer(chart: Chart) -> None:
    """Offer a chart. Raises Taken once the one asked for is there, the first where none is."""
    offers = _offers.get()
    if offers is None:
        return
    offers.charts[chart.stem] = chart
    if offers.wanted in {None, chart.stem}:
        raise ChartFound


@contextmanager
def collect_offers(wanted: str | None) -> Iterator[Offers]:
    """Collect what a page offers until it has offered what is wanted, or ends."""
    offers = Offers(wanted)
    token = _offers.set(offers)
    try:
        yield offers
    except ChartFound:
        return
    finally:
        _offers.reset(token)
