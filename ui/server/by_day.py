"""Caches shared by all readers: what is at hand costs nothing, what is computed is said so.

In :func:`by_day` what a slider passes by cannot push out a day that everybody asks for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from datetime import date
from typing import Any, TypeVar

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from forecasting import Scenario
from ui.view import FITTED

R = TypeVar("R")
Cache = Callable[..., Callable[[Callable[..., Any]], Callable[..., Any]]]

_may_compute: ContextVar[bool] = ContextVar("may_compute", default=True)


class _NotAtHandError(Exception):
    """The cache has to compute what it was asked for."""


def said(text: str, recall: Callable[[], R]) -> R:
    """What ``recall`` takes from a cache of this module; ``text`` is shown while it is computed.

    A spinner starts a thread and sends two messages; a page asks for a dozen results at hand.
    """
    token = _may_compute.set(False)
    try:
        return recall()
    except _NotAtHandError:
        pass
    finally:
        _may_compute.reset(token)
    # What is made before the port opens has no reader.
    nobody = get_script_run_ctx(suppress_warning=True) is None
    with nullcontext() if nobody else st.spinner(text):
        return recall()


def said_in(cache: Cache, most: int, compute: Callable[..., R]) -> Callable[..., R]:
    """Share what a function returns among all readers by a ``cache`` of Streamlit's."""

    @functools.wraps(compute)
    def shared(*key: Any, **named: Any) -> R:
        if not _may_compute.get():
            raise _NotAtHandError
        return compute(*key, **named)

    cached: Callable[..., R] = cache(max_entries=most, show_spinner=False)(shared)
    return cached


def by_day(compute: Callable[..., R], *, days: int, others: int) -> Callable[..., R]:
    """Share what a function of plan, day and scenario returns among all readers.

    At most ``days`` results of the fitted scenario and, apart from them, ``others`` of any other.
    """

    def cached(most: int, of: str) -> Callable[..., R]:
        def named(*key: Any) -> R:
            return compute(*key)

        # By which Streamlit tells caches apart.
        named.__module__ = compute.__module__
        named.__qualname__ = f"{compute.__qualname__}.{of}"
        return said_in(st.cache_resource, most, named)

    of_days, of_others = cached(days, "days"), cached(others, "others")

    @functools.wraps(compute)
    def recalled(plan: str, as_of: date, scenario: Scenario, *more: Any) -> R:
        return (of_days if scenario == FITTED else of_others)(plan, as_of, scenario, *more)

    return recalled
