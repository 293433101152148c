"""Images of a figure drawn on the server by a Chrome, where there is one."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from charts.style.exports import EXPORT_SIZE, Size

if TYPE_CHECKING:
    import kaleido

Renderer = Callable[[dict[str, Any]], Mapping[str, bytes]]
# Pixels of a PNG to one of the figure, as from the button of the reader's browser.
SCALES: Mapping[str, int] = MappingProxyType({"svg": 1, "png": 2})
# 1200 pixels wide, as cards of links are shown.
CARD_SCALE = 1.5
SECONDS_AN_IMAGE = 20
SECONDS_IN_ALL = 45
SECONDS_TO_CLOSE = 2
SECONDS_OF_FONTS = 10
CHINESE = re.compile("[\u3400-\u9fff]")

_one_at_a_time = threading.Lock()
_log = logging.getLogger(__name__)


class NotRendered(Exception):
    """A Chrome is there and did not draw; the message says why."""


class NoFont(NotRendered):
    """There is no font for the language that the message names."""


@cache
def chrome() -> str | None:
    """Path of a Chrome or Chromium that can draw on this server, else None; looked for once.

    It draws through kaleido, one of the extras: without that there is none.
    """
    try:
        from choreographer.browsers.chromium import Chromium
    except ImportError:
        return None
    return Chromium.find_browser(skip_local=False)


@lru_cache(maxsize=2)
def has_font(language: str) -> bool:
    """Whether this server has a font for the language ``en`` or ``zh``; looked for once.

    Asks fontconfig, as Chrome does on Linux; other systems bring their fonts along.
    """
    if sys.platform != "linux":
        return True
    program = shutil.which("fc-list")
    if program is None:
        return False
    try:
        found = subprocess.run(
            [program, f":lang={language}", "family"],
            capture_output=True,
            timeout=SECONDS_OF_FONTS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return bool(found.stdout.strip())


def missing_font(figure: dict[str, Any]) -> str | None:
    """The language of the figure's text that this server has no font for, else None.

    Chrome draws on all the same: boxes for Chinese, and no text at all where there is no font.
    """
    chinese = CHINESE.search(json.dumps(figure, ensure_ascii=False, default=str))
    wanted = ("en", "zh") if chinese else ("en",)
    return next((language for language in wanted if not has_font(language)), None)


def draw_images(figure: dict[str, Any]) -> dict[str, bytes]:
    """SVG and PNG of a figure given as plain data, by one Chrome that is closed again.

    Raises NoFont where the text could not be read, NotRendered where the Chrome fails, takes too
    long or is kept busy by others. A start takes about two seconds, an image a fifth of one.
    """
    language = missing_font(figure)
    if language is not None:
        raise NoFont(language)
    if not _one_at_a_time.acquire(timeout=SECONDS_IN_ALL):
        raise NotRendered("other images are being drawn")
    try:
        # A thread of its own: this one may have a running event loop already.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(_draw_in_time, figure).result()
    # The browser may break in many ways; each one means that there is no image.
    except Exception as error:
        _log.warning("no image was drawn: %s", type(error).__name__)
        raise NotRendered(str(error) or type(error).__name__) from error
    finally:
        _one_at_a_time.release()


def draw_cards(
    figures: Iterable[tuple[str, dict[str, Any]]], size: Size
) -> Iterator[tuple[str, bytes]]:
    """Each named figure as a PNG of ``size``, all by one Chrome that is closed in the end.

    Raises NoFont where a text could not be read, NotRendered where the Chrome fails or is too slow.
    """
    with asyncio.Runner() as runner:
        drawing = runner.run(_opened())
        try:
            for name, figure in figures:
                if (language := missing_font(figure)) is not None:
                    raise NoFont(language)
                yield name, runner.run(_card(drawing, figure, size))
        finally:
            runner.run(_closed(drawing))


def _kaleido() -> kaleido.Kaleido:
    import kaleido

    return kaleido.Kaleido(n=1, timeout=SECONDS_AN_IMAGE, mathjax=False, path=chrome())


async def _opened() -> kaleido.Kaleido:
    drawing = _kaleido()
    try:
        async with asyncio.timeout(SECONDS_IN_ALL):
            await drawing.open()
    # The browser may break in many ways; each one means that there is no image.
    except Exception as error:
        _end(drawing)
        await _closed(drawing)
        raise NotRendered(str(error) or type(error).__name__) from error
    return drawing


async def _card(drawing: kaleido.Kaleido, figure: dict[str, Any], size: Size) -> bytes:
    opts = {"format": "png", "width": size.width, "height": size.height, "scale": CARD_SCALE}
    try:
        content: bytes = await drawing.calc_fig(figure, opts=opts)
    except Exception as error:
        _end(drawing)
        raise NotRendered(str(error) or type(error).__name__) from error
    return content


async def _closed(drawing: kaleido.Kaleido) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(drawing.close(), SECONDS_TO_CLOSE)


def _draw_in_time(figure: dict[str, Any]) -> dict[str, bytes]:
    return asyncio.run(_draw(figure))


async def _draw(figure: dict[str, Any]) -> dict[str, bytes]:
    width, height = EXPORT_SIZE
    drawing = _kaleido()
    try:
        async with asyncio.timeout(SECONDS_IN_ALL):
            await drawing.open()
            return {
                kind: await drawing.calc_fig(
                    figure,
                    opts={"format": kind, "width": width, "height": height, "scale": scale},
                )
                for kind, scale in SCALES.items()
            }
    except BaseException:
        _end(drawing)
        raise
    finally:
        await _closed(drawing)


def _end(drawing: kaleido.Kaleido) -> None:
    """End a Chrome that did not draw with all its processes: one that hangs obeys nobody else."""
    started = getattr(drawing, "subprocess", None)
    if started is not None:
        with suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()
