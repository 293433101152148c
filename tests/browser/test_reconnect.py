"""A page that was open when its server was started anew."""

from __future__ import annotations

from contextlib import ExitStack

from playwright.sync_api import Page, expect
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.server import free_port, serve
from locales import Translator
from tests.browser.conftest import WAIT_MS, Visit, when_idle

EN = Translator("en")


def is_finished(frame: str | bytes) -> bool:
    """Whether this message of the server says that a page's script has ended."""
    if isinstance(frame, str):
        return False
    return ForwardMsg.FromString(frame).WhichOneof("type") == "script_finished"


def numbers(page: Page) -> list[str]:
    return when_idle(page).get_by_test_id("stMetricValue").all_inner_texts()


def test_an_open_page_is_drawn_again_and_loses_no_click(visit: Visit):
    port, name = free_port(), EN.t("assumption.incidence_factor")
    with ExitStack() as running:
        with serve(port=port) as served:
            page = visit(f"{served.address}/scenarios?lang=en&incidence_factor=1.1")
            before = numbers(page)
        with page.expect_websocket(timeout=WAIT_MS) as connected:
            running.enter_context(serve(port=port))
        # Without our asking: nobody has touched the page.
        connected.value.wait_for_event("framereceived", is_finished, timeout=WAIT_MS)
        assert numbers(page) == before
        page.get_by_role("slider", name=name).press("ArrowRight")
        page.wait_for_url(lambda url: "incidence_factor=1.15" in url)
        expect(page.get_by_test_id("stMain")).to_contain_text("Illness from now on: 1.15")
        assert numbers(page) != before
