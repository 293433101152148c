"""The reader's scenario: kept for the session, read from the address, written back to it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from forecasting import Scenario
from forecasting.assumptions.links import (
    LINK_KEYS,
    MOST_PINS,
    SNAPSHOT_KEYS,
    LinkSnapshot,
    Pin,
    Unusable,
    clean_name,
    decode_link,
    scenario_address,
)
from forecasting.assumptions.table import ASSUMPTION_BY_NAME, Value
from ui.view import FITTED, View, move_to

WIDGET_PREFIX = "scenario_"
PIN_NAME_KEY = "scenario_pin_name"

_SCENARIO, _SEEN, _SNAPSHOT = "_scenario", "_scenario_address", "_link_made"
_UNUSABLE, _PINS = "_scenario_unusable", "_scenario_pins"


@dataclass(frozen=True)
class _Opened:
    """What an opened link was made with, and the picture it was made of."""

    snapshot: LinkSnapshot
    scenario: Scenario
    as_of: date


def read_link(as_of: date) -> Scenario:
    """The scenario of the address where it states one that is new, else that of the session.

    The pins of such an address take the place of those of the session.
    """
    address = {name: st.query_params[name] for name in st.query_params}
    asked = {name: address[name] for name in LINK_KEYS if name in address}
    if asked and asked != st.session_state.get(_SEEN):
        link, unusable = decode_link(address)
        st.session_state[_SCENARIO] = link.scenario
        st.session_state[_SEEN] = asked
        st.session_state[_UNUSABLE] = unusable
        st.session_state[_PINS] = link.pins
        if link.snapshot is not None and link.as_of in {None, as_of}:
            st.session_state[_SNAPSHOT] = _Opened(link.snapshot, link.scenario, as_of)
    return current_scenario()


def current_scenario() -> Scenario:
    """The scenario of this session."""
    scenario: Scenario = st.session_state.get(_SCENARIO, FITTED)
    return scenario


def with_scenario(view: View) -> View:
    """The same view under the reader's scenario, for the page and whatever hands it on."""
    return move_to(replace(view, scenario=current_scenario()))


def choose_scenario(scenario: Scenario) -> None:
    """Take ``scenario`` from now on."""
    st.session_state[_SCENARIO] = scenario
    st.session_state.pop(_UNUSABLE, None)


def set_value(name: str, value: Value) -> None:
    """Change one assumption; its default leaves it to the fit or the record."""
    choose_scenario(current_scenario().with_changes({name: value}))


def reset_value(name: str) -> None:
    """Leave one assumption to the fit or the record again."""
    set_value(name, ASSUMPTION_BY_NAME[name].default)


def write_address() -> None:
    """Put what scenario and pins change into the address, and take out what they do not."""
    wanted = scenario_address(current_scenario(), pins=pins())
    staying = {*wanted, *(SNAPSHOT_KEYS if _opened() else ())}
    for name in LINK_KEYS - staying:
        if name in st.query_params:
            del st.query_params[name]
    if any(st.query_params.get(name) != text for name, text in wanted.items()):
        st.query_params.update(wanted)
    present = {name: st.query_params[name] for name in LINK_KEYS if name in st.query_params}
    st.session_state[_SEEN] = present


def unusable_parameters() -> tuple[Unusable, ...]:
    """What of the address could not be used, until the reader chooses for themselves."""
    found: tuple[Unusable, ...] = st.session_state.get(_UNUSABLE, ())
    return found


def snapshot_then(as_of: date) -> LinkSnapshot | None:
    """What the opened link was made with, while its picture still stands."""
    opened = _opened()
    return opened.snapshot if opened and opened.as_of == as_of else None


def _opened() -> _Opened | None:
    opened: _Opened | None = st.session_state.get(_SNAPSHOT)
    return opened if opened is not None and opened.scenario == current_scenario() else None


def pins() -> tuple[Pin, ...]:
    """The pinned scenarios, oldest first."""
    found: tuple[Pin, ...] = st.session_state.get(_PINS, ())
    return found


def pinned_assumptions() -> list[tuple[str, dict[str, Value]]]:
    """The name of each pinned scenario and what it changes."""
    return [(one.name, one.scenario.model_dump(exclude_defaults=True)) for one in pins()]


def pin(fallback: str) -> None:
    """Pin the current scenario under the name typed, or else under ``fallback``."""
    wanted = clean_name(str(st.session_state.get(PIN_NAME_KEY, ""))) or _unused(fallback)
    staying = [one for one in pins() if one.name != wanted][: MOST_PINS - 1]
    st.session_state[_PINS] = (*staying, Pin(wanted, current_scenario()))
    st.session_state[PIN_NAME_KEY] = ""


def _unused(name: str) -> str:
    """``name``, numbered where another scenario has it already."""
    taken = {one.name for one in pins() if one.scenario != current_scenario()}
    numbered = (f"{name} {number}" for number in range(2, MOST_PINS + 2))
    return next(free for free in (name, *numbered) if free not in taken)


def unpin(name: str) -> None:
    """Take a pinned scenario off the chart."""
    st.session_state[_PINS] = tuple(one for one in pins() if one.name != name)
