"""A cache in which what a slider passes by cannot push out a day that everybody asks for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import streamlit as st

from forecasting import Scenario
from ui.view import FITTED

R = TypeVar("R")


def by_day(compute: Callable[..., R], *, days: int, others: int) -> Callable[..., R]:
    """Share what a function of plan, day and scenario returns among all readers.

    At most ``days`` results of the fitted scenario and, apart from them, ``others`` of any other.
    """

    def cached(most: int, of: str) -> Callable[..., R]:
        def shared(*key: Any) -> R:
            return compute(*key)

        # By which Streamlit tells caches apart.
        shared.__module__ = compute.__module__
        shared.__qualname__ = f"{compute.__qualname__}.{of}"
        return st.cache_resource(max_entries=most, show_spinner=False)(shared)

    of_days, of_others = cached(days, "days"), cached(others, "others")

    @functools.wraps(compute)
    def recalled(plan: str, as_of: date, scenario: Scenario, *more: Any) -> R:
        return (of_days if scenario == FITTED else of_others)(plan, as_of, scenario, *more)

    return recalled
