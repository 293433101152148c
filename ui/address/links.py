"""The link to what is on the screen, and what is said when an opened one is out of date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from forecasting import MODEL_VERSION
from forecasting.assumptions.links import (
    LINK_KEYS,
    PIN_KEYS,
    Headline,
    LinkSnapshot,
    Permalink,
    Unusable,
    encode_link,
    headline,
)
from forecasting.assumptions.table import ASSUMPTION_BY_NAME
from forecasting.pricing.inputs import PRICING_INPUTS
from locales import NOT_KNOWN, Translator
from sentences.scenarios import legal_text
from ui.address.reading import (
    AS_OF_KEY,
    INSURANCE_OPTIONS,
    KNOWN_KEYS,
    LANGUAGE_KEY,
    as_code,
    quoted_path,
)
from ui.address.scenario_state import current_scenario, pins, snapshot_then, unusable_parameters
from ui.browser.component import component
from ui.results import forecast_or_refusal, full_record
from ui.view import View

BUTTON_KEY, ORDER_KEY = "copy_link", "_link_order"
# Pages whose inputs a link says in full, so that it outlives a change of a default.
PAGE_INPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"insurance": (*PRICING_INPUTS, *INSURANCE_OPTIONS)}
)


@st.cache_resource(show_spinner=False)
def _copy_button() -> ComponentRenderer:
    return component("copy_link")


def _versions_now(view: View) -> LinkSnapshot:
    """The versions of this run, without its quantiles."""
    return LinkSnapshot(MODEL_VERSION, full_record(view.plan).data_version)


def snapshot_now(view: View) -> LinkSnapshot:
    """Versions and headline quantiles of this run; no quantiles where the model refuses."""
    forecast, _ = forecast_or_refusal(view)
    return replace(
        _versions_now(view),
        steady_state=headline(forecast.steady_state) if forecast else None,
        next_share=headline(forecast.next_share) if forecast else None,
    )


def full_address(view: View) -> str:
    """The whole address: the page's own keys, then the scenario and the day in full."""
    others = {
        name: st.query_params[name]
        for name in st.query_params
        if name in KNOWN_KEYS - LINK_KEYS - {AS_OF_KEY, LANGUAGE_KEY}
    }
    address = urlsplit(st.context.url or "")
    inputs = inputs_now(address.path.rpartition("/")[2], st.session_state)
    link = encode_link(Permalink(view.scenario, view.as_of, snapshot_now(view), pins()))
    query = urlencode({LANGUAGE_KEY: view.tr.language, **others, **inputs, **link})
    return urlunsplit(address._replace(path=quoted_path(address.path), query=query, fragment=""))


def inputs_now(page: str, state: Mapping[Any, Any]) -> dict[str, str]:
    """The inputs on a page as parameters, those left at their defaults too.

    >>> inputs_now("insurance", {"insured_age": 34.0, "sex": "female", "lapse": 0.05})
    {'insured_age': '34', 'lapse': '0.05', 'sex': 'female'}
    >>> inputs_now("answer", {"insured_age": 34.0})
    {}
    """
    found = {name: state[name] for name in PAGE_INPUTS.get(page, ()) if name in state}
    return {
        name: f"{value:.12g}" if isinstance(value, float) else str(value)
        for name, value in found.items()
    }


@st.fragment
def link_button(view: View) -> None:
    """The button that copies the link; it is put together when it is asked for.

    A part of the page may have changed the scenario since the whole was drawn.
    """
    order, tr = st.session_state.pop(ORDER_KEY, None), view.tr
    _copy_button()(
        key=BUTTON_KEY,
        width="content",
        data={
            "order": order,
            "link": full_address(replace(view, scenario=current_scenario())) if order else None,
            "text": {
                "label": tr.t("link.label"),
                "copy": tr.t("link.button"),
                "help": tr.t("link.text"),
                "copied": tr.t("link.copied"),
                "failed": tr.t("link.failed"),
            },
        },
        on_order_change=_take_order,
    )


def _take_order() -> None:
    st.session_state[ORDER_KEY] = st.session_state[BUTTON_KEY].get("order")


def link_notices(view: View) -> bool:
    """Whether there is anything to say of an opened link."""
    return bool(unusable_parameters()) or _outdated(view) is not None


def _outdated(view: View) -> LinkSnapshot | None:
    """What an opened link was made with, where the versions have changed since."""
    then = snapshot_then(view.as_of)
    return None if then is None or then.same_versions(_versions_now(view)) else then


def show_link_notices(view: View) -> None:
    """Name what of a link could not be used, and show then and now where versions moved."""
    for item in unusable_parameters():
        st.caption(unusable_text(item, view.tr))
    then = _outdated(view)
    if then is not None:
        st.info(then_and_now(then, snapshot_now(view), view.tr), icon=":material/history:")


def unusable_text(item: Unusable, tr: Translator) -> str:
    """What could not be used, what is legal, and what became of the pin that said it."""
    words = {"name": as_code(item.name), "value": as_code(item.value)}
    legal = _legal(item, tr)
    if not item.pin:
        return tr.t("address.scenario_unusable", used=legal, **words)
    if item.name == item.pin:
        return tr.t("pins.unreadable", **words)
    pin = as_code(item.pin)
    if item.name in {name for _, name in PIN_KEYS}:
        key = "pins.name_unusable" if item.value else "pins.name_missing"
        return tr.t(key, pin=pin, used=legal, **words)
    key = "pins.value_unusable" if legal else "pins.assumption_unknown"
    became = tr.t("pins.dropped" if item.dropped else "pins.stays")
    return tr.t(key, pin=pin, used=legal, became=became, **words)


def _legal(item: Unusable, tr: Translator) -> str:
    known = ASSUMPTION_BY_NAME.get(item.name)
    return legal_text(known, tr) if known else item.legal


def then_and_now(then: LinkSnapshot, now: LinkSnapshot, tr: Translator) -> str:
    """Both versions and both headlines, a line each."""
    rows = [
        (tr.t("link.model"), as_code(then.model_version), as_code(now.model_version)),
        (tr.t("link.data"), as_code(then.data_version), as_code(now.data_version)),
        (tr.t("link.steady"), _numbers(then.steady_state, tr), _numbers(now.steady_state, tr)),
        (tr.t("link.next"), _numbers(then.next_share, tr), _numbers(now.next_share, tr)),
    ]
    lines = [f"- {tr.t('link.line', label=label, then=old, now=new)}" for label, old, new in rows]
    text = tr.t("link.moved_text", page=tr.t("page.scenarios.menu"))
    return f"**{tr.t('link.moved_title')}** {text}\n\n" + "\n".join(lines)


def _numbers(values: Headline | None, tr: Translator) -> str:
    if values is None:
        return NOT_KNOWN
    low, middle, high = values
    return tr.t("link.headline", median=tr.rmb(middle), interval=tr.span(low, high))
