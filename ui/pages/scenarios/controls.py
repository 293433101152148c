"""The scenario's controls: presets, a slider for each assumption, pins. The table makes them."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

import pandas as pd
import streamlit as st

from forecasting import Scenario
from forecasting.assumptions.links import LONGEST_NAME, MOST_PINS
from forecasting.assumptions.presets import PRESET_BY_NAME, PRESETS, preset_of
from forecasting.assumptions.table import ASSUMPTIONS, GROUPS, Assumption
from forecasting.base.settlements import PERIODS_PER_YEAR, settlements_between
from forecasting.base.tabular import to_json
from locales import NOT_KNOWN, Translator
from sentences.common.units import shown
from sentences.scenarios import beside, name_of, value_text
from ui.address.reading import as_code
from ui.address.scenario_state import (
    PIN_NAME_KEY,
    WIDGET_PREFIX,
    choose_scenario,
    current_scenario,
    pin,
    pins,
    reset_value,
    set_value,
    unpin,
)
from ui.results import full_record, known_values
from ui.view import FITTED, HORIZON, View

PRESET_KEY = "scenario_preset"
GROUP_KEY = "scenario_group"
LONGEST = 120
# The settlement at which the question of the page is plainest: growth at its fastest.
STOP = date(2019, 6, 28)
HORIZON_KEY = "scenario_horizon"
# Half-months; None: as many as the share takes to settle.
HORIZONS: Mapping[str, int | None] = MappingProxyType(
    {"usual": HORIZON, "three": 72, "five": LONGEST, "settled": None}
)


def preset_picker(view: View) -> None:
    """The named scenarios, the current one marked, and what it assumes."""
    st.session_state[PRESET_KEY] = preset_of(view.scenario, view.as_of)
    st.pills(
        view.tr.t("scenarios.presets_label"),
        [preset.name for preset in PRESETS],
        format_func=lambda name: view.tr.t(f"preset.{name}"),
        key=PRESET_KEY,
        on_change=_take_preset,
        args=(view.as_of,),
        label_visibility="collapsed",
    )
    name = preset_of(view.scenario, view.as_of) or "yours"
    st.caption(view.tr.t(f"preset_note.{name}"))


def _take_preset(as_of: date) -> None:
    name = st.session_state.get(PRESET_KEY)
    if name is not None:
        choose_scenario(PRESET_BY_NAME[name].scenario(as_of))


def assumption_controls(view: View, parameters: pd.DataFrame) -> None:
    """The sliders of one group, a line each, with a mark where a value is left alone."""
    group = st.segmented_control(
        view.tr.t("scenarios.group_label"),
        GROUPS,
        default=GROUPS[0],
        required=True,
        format_func=lambda name: view.tr.t(f"assumption_group.{name}"),
        key=GROUP_KEY,
        label_visibility="collapsed",
    )
    st.caption(view.tr.t(f"assumption_group_note.{group}"))
    # The launch of a plan on record is known; a link or a file may still say another.
    shown_now = [one for one in ASSUMPTIONS if one.group == group and one.form != "day"]
    for assumption in shown_now:
        _control(view, assumption, parameters)
    marks = _marks({one.name: _left_alone(view, one, parameters) for one in shown_now})
    st.html(marks)


def _marks(places: Mapping[str, float | None]) -> str:
    """Style that marks on each slider's track the value that means unchanged; numbers alone."""
    rules = [
        f".st-key-{WIDGET_PREFIX}{name} {{ --unchanged: {100 * place:.2f}%; }}"
        for name, place in places.items()
        if place is not None
    ]
    return f"<style>{''.join(rules)}</style>"


def _left_alone(view: View, assumption: Assumption, parameters: pd.DataFrame) -> float | None:
    """Where on its track, from 0 to 1, a slider stands that nobody has moved."""
    if assumption.form != "number":
        return None
    value = _unmoved(view, assumption, parameters)
    return (value - assumption.lower) / (assumption.upper - assumption.lower)


def _unmoved(view: View, assumption: Assumption, parameters: pd.DataFrame) -> float:
    """The default, else what the fit or the record says; what goes on as it is: none of it."""
    if isinstance(assumption.default, float):
        value = assumption.default
    else:
        known = known_values(view) | dict(zip(parameters["name"], parameters["q50"], strict=True))
        value = float(known.get(assumption.name, 0.0))
    return min(max(value, assumption.lower), assumption.upper)


def horizon_picker(view: View, settling_periods: float) -> int:
    """How many half-months the chart looks ahead."""
    chosen = st.segmented_control(
        view.tr.t("scenarios.horizon_label"),
        list(HORIZONS),
        default="usual",
        required=True,
        format_func=lambda name: view.tr.t(f"scenario_horizon.{name}"),
        key=HORIZON_KEY,
        label_visibility="collapsed",
        persist_state="session",
    )
    fixed = HORIZONS[chosen or "usual"]
    return (
        fixed
        if fixed is not None
        else min(max(int(settling_periods) + PERIODS_PER_YEAR, HORIZON), LONGEST)
    )


def stop_button(view: View) -> None:
    """One click to the counterfactual in which enrolment stops, and back."""
    tr, stops_on = view.tr, view.scenario.enrolment_stops_on
    st.button(
        tr.t("scenarios.stop_undo")
        if stops_on
        else tr.t("scenarios.stop", day=tr.date(STOP, "medium")),
        key="scenario_stop",
        icon=":material/undo:" if stops_on else ":material/person_off:",
        help=tr.t("scenarios.stop_help"),
        on_click=set_value,
        args=("enrolment_stops_on", None if stops_on else STOP),
        disabled=not stops_on and view.as_of <= STOP,
    )


def changed(view: View) -> None:
    """What was changed, each with its way back."""
    changes = view.scenario.changes()
    if not changes:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for name, value in changes.items():
            st.button(
                view.tr.t(
                    "scenarios.changed",
                    name=view.tr.t(f"assumption.{name}"),
                    value=value_text(name, value, view.tr),
                ),
                key=f"undo_{name}",
                icon=":material/undo:",
                help=view.tr.t("scenarios.undo_help"),
                on_click=reset_value,
                args=(name,),
            )
        st.button(
            view.tr.t("scenarios.reset"),
            key="scenario_reset",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=choose_scenario,
            args=(FITTED,),
        )


def _control(view: View, assumption: Assumption, parameters: pd.DataFrame) -> None:
    draw: dict[str, Callable[[View, Assumption, pd.DataFrame, str], None]] = {
        "number": _slider,
        "choice": _choice,
        "switch": _switch,
        "settlement": _settlement,
    }
    draw[assumption.form](view, assumption, parameters, f"{WIDGET_PREFIX}{assumption.name}")
    st.caption(beside(assumption, parameters, view.tr))


def _slider(view: View, assumption: Assumption, parameters: pd.DataFrame, key: str) -> None:
    value, unit = getattr(view.scenario, assumption.name), shown(assumption.name, assumption.step)
    if value is None:
        value = _unmoved(view, assumption, parameters)
    # In whole steps, so that the ends of the range are steps too.
    lowest, highest = (
        rounded(unit.factor * end / unit.step) * unit.step
        for end, rounded in ((assumption.lower, math.ceil), (assumption.upper, math.floor))
    )
    st.session_state[key] = min(max(unit.factor * float(value), lowest), highest)
    st.slider(
        view.tr.t(f"assumption.{assumption.name}"),
        min_value=lowest,
        max_value=highest,
        step=unit.step,
        format=number_format(unit.step) + unit.suffix.replace("%", "%%"),
        key=key,
        help=view.tr.t(f"assumption_help.{assumption.name}"),
        on_change=_moved,
        args=(assumption.name,),
    )


def number_format(step: float) -> str:
    """As many decimals as the step has.

    >>> number_format(0.05), number_format(1000.0)
    ('%.2f', '%.0f')
    """
    decimals = len(f"{step:g}".partition(".")[2])
    return f"%.{decimals}f"


def _choice(view: View, assumption: Assumption, parameters: pd.DataFrame, key: str) -> None:
    st.session_state[key] = getattr(view.scenario, assumption.name)
    st.segmented_control(
        view.tr.t(f"assumption.{assumption.name}"),
        assumption.choices,
        required=True,
        format_func=lambda name: view.tr.t(f"scenario_choice.{name}"),
        key=key,
        help=view.tr.t(f"assumption_help.{assumption.name}"),
        on_change=_moved,
        args=(assumption.name,),
    )


def _switch(view: View, assumption: Assumption, parameters: pd.DataFrame, key: str) -> None:
    st.session_state[key] = getattr(view.scenario, assumption.name)
    st.toggle(
        view.tr.t(f"assumption.{assumption.name}"),
        key=key,
        help=view.tr.t(f"assumption_help.{assumption.name}"),
        on_change=_moved,
        args=(assumption.name,),
    )


def _settlement(view: View, assumption: Assumption, parameters: pd.DataFrame, key: str) -> None:
    record = full_record(view.plan)
    days = settlements_between(record.first_settlement, record.last_settlement)
    chosen = getattr(view.scenario, assumption.name)
    options = [NOT_KNOWN, *sorted({day.isoformat() for day in (*days, *([chosen] * bool(chosen)))})]
    st.session_state[key] = chosen.isoformat() if chosen else NOT_KNOWN
    st.selectbox(
        view.tr.t(f"assumption.{assumption.name}"),
        options,
        key=key,
        format_func=lambda day: view.tr.t("scenario_choice.never") if day == NOT_KNOWN else day,
        help=view.tr.t(f"assumption_help.{assumption.name}"),
        on_change=_moved,
        args=(assumption.name,),
    )


def _moved(name: str) -> None:
    value = st.session_state[f"{WIDGET_PREFIX}{name}"]
    if name == "enrolment_stops_on":
        value = None if value == NOT_KNOWN else date.fromisoformat(value)
    set_value(name, round(value / shown(name).factor, 9) if isinstance(value, float) else value)


def pin_controls(tr: Translator, as_of: date) -> None:
    """Pin the scenario under a name, and take pinned ones off again."""
    scenario: Scenario = current_scenario()
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        name = name_of(scenario, as_of, tr)
        st.text_input(
            tr.t("scenarios.pin_name"),
            key=PIN_NAME_KEY,
            placeholder=name,
            max_chars=LONGEST_NAME,
            width=220,
        )
        st.button(
            tr.t("scenarios.pin"),
            key="pin_scenario",
            icon=":material/push_pin:",
            on_click=pin,
            args=(name,),
            disabled=scenario == FITTED or len(pins()) >= MOST_PINS,
            help=tr.t("scenarios.pin_help", most=tr.number(MOST_PINS)),
        )
        st.download_button(
            tr.t("scenarios.file"),
            data=to_json(scenario.to_dict()),
            file_name=f"xianghubao-scenario-as-of-{as_of.isoformat()}.json",
            mime="application/json",
            key="scenario_file",
            icon=":material/download:",
            on_click="ignore",
            help=tr.t("scenarios.file_help"),
        )
        for pinned in pins():
            st.button(
                tr.t("scenarios.unpin", name=as_code(pinned.name)),
                key=f"unpin_{pinned.name}",
                icon=":material/close:",
                on_click=unpin,
                args=(pinned.name,),
            )
