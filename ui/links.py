"""The link to what is on the screen, and what is said when an opened one is out of date."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

from forecasting import MODEL_VERSION
from forecasting.assumptions import ASSUMPTION_BY_NAME
from forecasting.links import LINK_KEYS, Headline, Link, Made, Unusable, encode_link, headline
from locales import NOT_KNOWN, Translator
from sentences.scenarios import legal_text
from ui.address import AS_OF_KEY, KNOWN_KEYS, LANGUAGE_KEY, as_code, quoted_path
from ui.cache import forecast_or_refusal, full_record
from ui.scenario_state import made_then, unusable_parameters
from ui.view import View

_SCRIPT = (Path(__file__).parent / "copy_link.js").read_text(encoding="utf-8")
_STYLE = (Path(__file__).parent / "copy_link.css").read_text(encoding="utf-8")


@st.cache_resource(show_spinner=False)
def _copy_button() -> ComponentRenderer:
    return st.components.v2.component("copy_link", js=_SCRIPT, css=_STYLE)


def made_now(view: View) -> Made:
    """Versions and headline quantiles of this run; no quantiles where the model refuses."""
    forecast, _ = forecast_or_refusal(view)
    return Made(
        model_version=MODEL_VERSION,
        data_version=full_record(view.plan).data_version,
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
    link = encode_link(Link(view.scenario, view.as_of, made_now(view)))
    query = urlencode({LANGUAGE_KEY: view.tr.language, **others, **link})
    address = urlsplit(st.context.url or "")
    return urlunsplit(address._replace(path=quoted_path(address.path), query=query, fragment=""))


@st.fragment
def link_button(view: View) -> None:
    """The button that opens the link; it is put together when it is asked for."""
    opened = st.popover(
        view.tr.t("link.button"),
        icon=":material/link:",
        key="copy_link",
        on_change="rerun",
    )
    if not opened.open:
        return
    with opened:
        st.caption(view.tr.t("link.text"))
        _copy_button()(
            key="copy_link_row",
            data={
                "link": full_address(view),
                "text": {
                    "label": view.tr.t("link.label"),
                    "copy": view.tr.t("link.copy"),
                    "copied": view.tr.t("link.copied"),
                    "failed": view.tr.t("link.failed"),
                },
            },
        )


def show_link_notices(view: View) -> None:
    """Name what of a link could not be used, and show then and now where versions moved."""
    for item in unusable_parameters():
        st.caption(
            view.tr.t(
                "address.scenario_unusable",
                name=as_code(item.name),
                value=as_code(item.value),
                used=_legal(item, view.tr),
            )
        )
    then = made_then(view.as_of)
    if then is None:
        return
    now = made_now(view)
    if not then.same_versions(now):
        st.info(then_and_now(then, now, view.tr), icon=":material/history:")


def _legal(item: Unusable, tr: Translator) -> str:
    known = ASSUMPTION_BY_NAME.get(item.name)
    return legal_text(known, tr) if known else item.legal


def then_and_now(then: Made, now: Made, tr: Translator) -> str:
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
