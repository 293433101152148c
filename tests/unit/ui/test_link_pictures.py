"""The pictures of shared links: which there are, and when none is drawn."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import pytest

from charts.style.exports import SIZES
from ui.export import link_pictures
from ui.registry import PAGES
from ui.server.settings import ADDRESS_VARIABLE

HOME, HISTORY = (next(spec for spec in PAGES if spec.key == key) for key in ("answer", "history"))
ARTICLE_DAY, TOO_SOON = date(2020, 10, 28), date(2019, 1, 28)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "static" / "og"
    monkeypatch.setattr(link_pictures, "PICTURES", place)
    monkeypatch.setattr(logging, "disable", lambda level: None)
    monkeypatch.setenv(ADDRESS_VARIABLE, "https://example.org/shares")
    return place


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Xianghubao"), ("zh", "\u76f8\u4e92\u5b9d")]
)
def test_a_picture_is_the_first_chart_of_its_page_at_the_size_of_a_card(language, title):
    figure = link_pictures.first_chart(HOME, language, ARTICLE_DAY)
    assert figure is not None
    assert title in figure["layout"]["title"]["text"]
    assert figure["layout"]["width"] == SIZES["social"].width
    assert "4.86" in figure["layout"]["title"]["text"]


def test_a_day_without_a_forecast_has_none():
    assert link_pictures.first_chart(HOME, "en", TOO_SOON) is None


def test_they_lie_where_pages_look_for_them_and_are_drawn_once(folder, monkeypatch, capsys):
    def drawn(figures, size):
        return ((name, b"png") for name, _ in figures)

    monkeypatch.setattr(link_pictures, "draw_cards", drawn)
    monkeypatch.setattr(link_pictures, "chrome", lambda: "/usr/bin/chrome")
    monkeypatch.setattr(link_pictures.make, "__defaults__", (folder, (HISTORY,)))
    assert link_pictures.main() == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {"history-en.png", "history-zh.png", link_pictures.MADE_OF}
    before = (folder / "history-en.png").stat().st_mtime_ns
    assert link_pictures.main() == 0
    assert (folder / "history-en.png").stat().st_mtime_ns == before
    assert "whole" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("address", "program", "words"),
    [("", "/usr/bin/chrome", ADDRESS_VARIABLE), ("https://example.org", None, "no kaleido")],
)
def test_without_an_address_or_a_chrome_there_are_none_and_it_is_said(
    address, program, words, folder, monkeypatch, capsys
):
    monkeypatch.setenv(ADDRESS_VARIABLE, address)
    monkeypatch.setattr(link_pictures, "chrome", lambda: program)
    assert link_pictures.main() == 0
    assert words in capsys.readouterr().err
    assert not folder.exists()
