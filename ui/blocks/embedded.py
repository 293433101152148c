"""A page as another site embeds it: one chart, its source, and a link to the whole page."""

from __future__ import annotations

import streamlit as st

from locales import Translator
from ui.address.reading import CHART_KEY, as_code, full_address, show_frame_notices
from ui.blocks.embed import Offers, collect_offers, embedded_height
from ui.blocks.show import errors_shown, plot
from ui.view import View, standing_on

OFF_STAGE = "off_stage"
# A page may put controls into the sidebar; a frame has no room for one.
_HIDDEN = f"""<style>
.st-key-{OFF_STAGE}, [data-testid=stSidebar], [data-testid=stExpandSidebarButton] {{
  display: none;
}}
</style>"""


def show_embedded(page: st.Page, title: str, view: View) -> None:
    """Draw the chart that the address asks for, else the page's first.

    A chart that the page does not have is named, with those that it has.
    """
    tr = view.tr
    st.html(_HIDDEN)
    show_frame_notices(tr)
    wanted = st.query_params.get(CHART_KEY)
    with errors_shown(tr):
        offers = _run_off_stage(page, wanted, view)
        if offers.chosen is not None:
            plot(offers.chosen, embedded_height(offers.chosen))
        else:
            _say_which(wanted, list(offers.charts), tr)
    st.markdown(tr.t("embed.full_page", title=title, address=full_address(tr, view.as_of)))


def _run_off_stage(page: st.Page, wanted: str | None, view: View) -> Offers:
    """Run the page where nobody sees it, and clear it away."""
    place = st.empty()
    try:
        with (
            st.spinner(view.tr.t("state.working")),
            place.container(key=OFF_STAGE),
            standing_on(view),
            collect_offers(wanted) as offers,
        ):
            page.run()
        return offers
    finally:
        place.empty()


def _say_which(wanted: str | None, stems: list[str], tr: Translator) -> None:
    if wanted is None or not stems:
        st.warning(tr.t("embed.no_chart"), icon=":material/block:")
        return
    st.warning(
        tr.t(
            "embed.unknown",
            name=as_code(wanted),
            legal=tr.t("list.separator").join(as_code(stem) for stem in stems),
        ),
        icon=":material/block:",
    )
