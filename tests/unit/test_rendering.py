"""Images drawn by a Chrome on the server: what happens where it is missing or does not draw."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Self

import kaleido
import pytest
from choreographer.browsers.chromium import Chromium

from ui import rendering


@pytest.fixture(autouse=True)
def look_again():
    rendering.chrome.cache_clear()
    yield
    rendering.chrome.cache_clear()


def test_where_none_is_found_there_is_none(monkeypatch):
    monkeypatch.setattr(Chromium, "find_browser", lambda skip_local: None)
    assert rendering.chrome() is None


def test_a_program_that_is_no_chrome_draws_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(rendering, "chrome", lambda: str(tmp_path / "no-such-chrome"))
    with pytest.raises(rendering.NotDrawn):
        rendering.draw_images({"data": [], "layout": {}})


class Hanging:
    """A drawing browser that never answers."""

    def __init__(self, **options: object) -> None:
        assert options["mathjax"] is False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    async def calc_fig(self, figure: object, opts: object) -> bytes:
        await asyncio.Event().wait()
        return b""


def test_one_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(kaleido, "Kaleido", Hanging)
    monkeypatch.setattr(rendering, "chrome", lambda: "chrome")
    monkeypatch.setattr(rendering, "SECONDS_IN_ALL", 0.05)
    with pytest.raises(rendering.NotDrawn, match="TimeoutError"):
        rendering.draw_images({"data": [], "layout": {}})


def test_where_others_draw_for_too_long_it_is_given_up(monkeypatch):
    monkeypatch.setattr(rendering, "SECONDS_IN_ALL", 0.01)
    with rendering._one_at_a_time, pytest.raises(rendering.NotDrawn, match="other images"):
        rendering.draw_images({"data": [], "layout": {}})
