"""Images drawn by a Chrome on the server: what happens where it is missing or does not draw."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import psutil
import pytest
from choreographer.browsers.chromium import Chromium

from charts.style.exports import for_export
from locales import LANGUAGES, Translator
from tests.unit.ui.test_kit import chart_in, kit_of
from ui.export import rendering, sharing

LONG = 6123
# A fault is found out in far less than the 45 seconds a drawing may take.
MOST_SECONDS = 10


@pytest.fixture(autouse=True)
def look_again():
    looks = (rendering.chrome, rendering.has_font)
    for look in looks:
        look.cache_clear()
    yield
    for look in looks:
        look.cache_clear()


def test_where_none_is_found_there_is_none(monkeypatch):
    monkeypatch.setattr(Chromium, "find_browser", lambda skip_local: None)
    assert rendering.chrome() is None


def test_a_program_that_is_no_chrome_draws_nothing(monkeypatch, tmp_path):
    monkeypatch.setattr(rendering, "has_font", lambda language: True)
    monkeypatch.setattr(rendering, "chrome", lambda: str(tmp_path / "no-such-chrome"))
    with pytest.raises(rendering.NotRendered):
        rendering.draw_images({"data": [], "layout": {}})


FAULTS = {"exits": "exit 1", "hangs": f"exec sleep {LONG}"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_chrome_that_breaks_or_hangs_leaves_a_kit_without_images_and_no_process(
    fault, monkeypatch, tmp_path
):
    program = tmp_path / "chrome"
    program.write_text(f"#!/bin/sh\n{FAULTS[fault]}\n")
    program.chmod(0o755)
    monkeypatch.setattr(rendering, "chrome", lambda: str(program))
    monkeypatch.setattr(rendering, "has_font", lambda language: True)
    monkeypatch.setattr(rendering, "SECONDS_IN_ALL", 0.3)
    monkeypatch.setattr(rendering, "SECONDS_TO_CLOSE", 0.3)
    began = time.monotonic()
    kit = kit_of(chart_in("zh"), rendering.draw_images)
    assert time.monotonic() - began < MOST_SECONDS
    assert {name.rpartition(".")[2] for name in kit} == {"txt", "py", "json", "csv", "html"}
    assert "Chrome did not draw" in kit["README.txt"].decode("utf-8-sig")
    assert not [each for each in psutil.Process().children(recursive=True) if runs_ours(each)]


def runs_ours(process: psutil.Process) -> bool:
    try:
        return str(LONG) in process.cmdline()
    except psutil.Error:
        return False


def test_where_others_draw_for_too_long_it_is_given_up(monkeypatch):
    monkeypatch.setattr(rendering, "has_font", lambda language: True)
    monkeypatch.setattr(rendering, "SECONDS_IN_ALL", 0.01)
    with rendering._one_at_a_time, pytest.raises(rendering.NotRendered, match="other images"):
        rendering.draw_images({"data": [], "layout": {}})


def fc_list(folder: Path, script: str) -> str:
    """A folder whose ``fc-list`` does this."""
    program = folder / "fc-list"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("echo Noto Sans CJK SC", {"en", "zh"}),
        ("test $1 = :lang=en && echo DejaVu Sans", {"en"}),
        ("exit 127", set()),
        (f"exec /bin/sleep {LONG}", set()),
    ],
    ids=["both", "no Chinese", "broken", "hangs"],
)
def test_fontconfig_is_asked_for_fonts(script, found, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(rendering, "SECONDS_OF_FONTS", 0.3)
    monkeypatch.setenv("PATH", fc_list(tmp_path, script))
    assert {language for language in LANGUAGES if rendering.has_font(language)} == found


def test_where_no_font_is_installed_or_nobody_can_tell_there_is_none(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", "linux")
    empty = tmp_path / "fonts.conf"
    empty.write_text("<?xml version='1.0'?><fontconfig></fontconfig>")
    monkeypatch.setenv("FONTCONFIG_FILE", str(empty))
    assert not rendering.has_font("en")
    rendering.has_font.cache_clear()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not rendering.has_font("en")


@pytest.mark.parametrize(
    ("installed", "chart", "missing"),
    [
        ({"en", "zh"}, "zh", None),
        ({"en"}, "zh", "zh"),
        ({"en"}, "en", None),
        (set(), "en", "en"),
    ],
)
def test_a_chart_needs_the_fonts_of_its_own_text(installed, chart, missing, monkeypatch):
    monkeypatch.setattr(rendering, "has_font", lambda language: language in installed)
    assert rendering.missing_font(for_export(chart_in(chart))) == missing


@pytest.mark.parametrize(
    ("program", "fonts", "sentence"),
    [
        (None, True, "share.kit_without_images"),
        ("chrome", False, "share.kit_without_fonts"),
        ("chrome", True, "share.kit_with_images"),
    ],
)
def test_beside_the_button_stands_what_the_kit_will_hold(program, fonts, sentence, monkeypatch):
    monkeypatch.setattr(sharing, "chrome", lambda: program)
    monkeypatch.setattr(sharing, "has_font", lambda language: fonts or language != "zh")
    tr = Translator("zh")
    assert sharing._what_the_kit_holds(tr) == tr.t(sentence)


def test_without_its_font_a_chart_comes_as_a_page_and_the_kit_says_why(monkeypatch):
    monkeypatch.setattr(rendering, "has_font", lambda language: False)
    kit = kit_of(chart_in("zh"), rendering.draw_images)
    assert {name.rpartition(".")[2] for name in kit} == {"txt", "py", "json", "csv", "html"}
    text = kit["README.txt"].decode("utf-8-sig")
    for language in LANGUAGES:
        assert Translator(language).t("kit.images_no_font") in text
