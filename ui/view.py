"""What a page needs to know of its reader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date

from forecasting import Scenario
from locales import Translator

PLAN = "xianghubao"
FITTED = Scenario()
# Half-months of a forecast.
HORIZON = 30


@dataclass(frozen=True)
class View:
    """Language, plan, as-of day and assumptions of this run."""

    tr: Translator
    as_of: date
    plan: str = PLAN
    scenario: Scenario = FITTED
    horizon: int = HORIZON


_current: ContextVar[View | None] = ContextVar("view", default=None)


def current_view() -> View | None:
    """The view of the page that is being drawn, None outside a page."""
    return _current.get()


def move_to(view: View) -> View:
    """Draw the rest of the page that is being drawn with this view."""
    _current.set(view)
    return view


@contextmanager
def using_view(view: View) -> Iterator[None]:
    """Draw a page with this view."""
    token = _current.set(view)
    try:
        yield
    finally:
        _current.reset(token)
