"""Handing a chart on: press kit, citation, code and embedding, in one popover under the chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from html import escape
from typing import Any

import streamlit as st

from charts.style.chart import Chart
from charts.style.languages import titles
from locales import Translator
from sentences.common.citing import Work, bibtex, citation
from ui.address.links import full_address as pinned_address
from ui.address.reading import CHART_KEY, full_address, site_address
from ui.address.scenario_state import current_scenario
from ui.blocks.embed import FRAME_WIDTH, ROOM_FOR_LINK, embedded_height
from ui.export.files import IMAGES, SECONDS_TO_DRAW, images_available, picture
from ui.export.kit import press_kit
from ui.export.orders import Payload, order_buttons, whole_file
from ui.export.recipes import Basis, snippet
from ui.export.rendering import SECONDS_IN_ALL, chrome, draw_images, has_font
from ui.machine.snippets import pandas_snippet, r_snippet
from ui.view import FITTED, PLAN, View

# One may wait for another's images and then for its own.
SECONDS_TO_MAKE = 3 * SECONDS_IN_ALL

_IFRAME = (
    '<iframe src="{address}" title="{title}" width="{width}" height="{height}"\n'
    '  style="border:0; max-width:100%" loading="lazy"></iframe>'
)


def show_sharing(chart: Chart, view: View, settings: Mapping[str, Any]) -> None:
    """The popover; what is in it is made once it is opened, which reruns the fragment around it."""
    tr = view.tr
    popover = st.popover(tr.t("share.button"), key=f"share_{chart.stem}", on_change="rerun")
    if not popover.open:
        return
    # With everything that the picture rests on: who follows it sees the same.
    page = pinned_address(replace(view, scenario=current_scenario()))
    frame = full_address(tr, view.as_of, **{"embed": "true", CHART_KEY: chart.stem})
    basis, work, today = basis_of(view, settings, chart.plan), _work(chart, page), date.today()
    with popover:
        order_buttons(
            f"kit_{chart.stem}",
            {"zip": chart.file_name("zip")},
            partial(_kit, chart, basis, work),
            tr,
            labels={"zip": tr.t("share.kit")},
            failed=tr.t("share.kit_failed"),
            patience_seconds=SECONDS_TO_MAKE,
        )
        st.caption(_what_the_kit_holds(tr))
        if images_available():
            st.caption(tr.t("share.sizes"))
            for size in ("column", "social"):
                order_buttons(
                    f"{size}_{chart.stem}",
                    {kind: chart.file_name(f"{size}.{kind}") for kind in IMAGES},
                    partial(picture, chart, size),
                    tr,
                    labels={kind: tr.t(f"share.size_{size}", kind=kind.upper()) for kind in IMAGES},
                    failed=tr.t("export.failed"),
                    patience_seconds=SECONDS_TO_DRAW,
                )
        _part(tr.t("share.cite"), citation(work, tr, today))
        _part(tr.t("share.bibtex"), bibtex(work, tr, today), "latex")
        if frame:
            _part(tr.t("share.embed"), iframe(chart, frame), "html")
        code = snippet(chart, basis)
        if code is not None:
            _part(tr.t("share.code"), code, "python")
            st.caption(tr.t("share.code_note"))
        else:
            st.caption(tr.t("share.no_code"))
        if site := site_address():
            _part(tr.t("share.fetch_pandas"), pandas_snippet(site, view.as_of), "python")
            _part(tr.t("share.fetch_r"), r_snippet(site, view.as_of), "r")
            st.caption(tr.t("share.fetch_note"))


def _kit(chart: Chart, basis: Basis, work: Work, _kind: str) -> Payload:
    content = press_kit(chart, basis, work, draw_images if chrome() else None)
    return whole_file(content, "application/zip")


def _what_the_kit_holds(tr: Translator) -> str:
    if chrome() is None:
        return tr.t("share.kit_without_images")
    if not all(has_font(language) for language in ("en", tr.language)):
        return tr.t("share.kit_without_fonts")
    return tr.t("share.kit_with_images")


def iframe(chart: Chart, address: str) -> str:
    """The element that another page embeds the chart with, tall enough for it."""
    return _IFRAME.format(
        address=escape(address),
        title=escape(chart.title),
        width=FRAME_WIDTH,
        height=embedded_height(chart) + ROOM_FOR_LINK,
    )


def _part(heading: str, text: str, language: str | None = None) -> None:
    st.markdown(f"**{heading}**")
    st.code(text, language=language, wrap_lines=language not in {"python", "r"})


def basis_of(view: View, settings: Mapping[str, Any], plan: str = PLAN) -> Basis:
    """What a chart of this view is made from; of a reader's own plan without our scenario."""
    return Basis(
        plan=plan,
        scenario=view.scenario if plan == view.plan else FITTED,
        language=view.tr.language,
        horizon=settings.get("horizon", view.horizon),
        settings=settings,
    )


def _work(chart: Chart, address: str) -> Work:
    return Work(
        title=chart.title,
        name=chart.file_stem,
        as_of=chart.as_of,
        data_version=chart.data_version,
        model_version=chart.model_version,
        address=address,
        titles=titles(chart),
    )
