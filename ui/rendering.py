"""Images of a figure drawn on the server by a Chrome, where there is one."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from types import MappingProxyType
from typing import Any

import kaleido
from choreographer.browsers.chromium import Chromium

from charts.base import EXPORT_SIZE

Renderer = Callable[[dict[str, Any]], Mapping[str, bytes]]
# Pixels of a PNG to one of the figure, as from the button of the reader's browser.
SCALES: Mapping[str, int] = MappingProxyType({"svg": 1, "png": 2})
SECONDS_AN_IMAGE = 20
SECONDS_IN_ALL = 45

_one_at_a_time = threading.Lock()
_log = logging.getLogger(__name__)


class NotDrawn(Exception):
    """A Chrome is there and did not draw; the message says why."""


@cache
def chrome() -> str | None:
    """Path of a Chrome or Chromium on this server, else None; looked for once."""
    return Chromium.find_browser(skip_local=False)


def draw_images(figure: dict[str, Any]) -> dict[str, bytes]:
    """SVG and PNG of a figure given as plain data, by one Chrome that is closed again.

    Raises NotDrawn where the Chrome fails, takes too long or is kept busy by others. A start takes
    about two seconds, an image a fifth of one.
    """
    if not _one_at_a_time.acquire(timeout=SECONDS_IN_ALL):
        raise NotDrawn("other images are being drawn")
    try:
        # A thread of its own: this one may have a running event loop already.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(_draw_in_time, figure).result()
    # The browser may break in many ways; each one means that there is no image.
    except Exception as error:
        _log.warning("No image was drawn: %s", error)
        raise NotDrawn(str(error) or type(error).__name__) from error
    finally:
        _one_at_a_time.release()


def _draw_in_time(figure: dict[str, Any]) -> dict[str, bytes]:
    return asyncio.run(asyncio.wait_for(_draw(figure), SECONDS_IN_ALL))


async def _draw(figure: dict[str, Any]) -> dict[str, bytes]:
    width, height = EXPORT_SIZE
    async with kaleido.Kaleido(
        n=1, timeout=SECONDS_AN_IMAGE, mathjax=False, path=chrome()
    ) as drawing:
        return {
            kind: await drawing.calc_fig(
                figure, opts={"format": kind, "width": width, "height": height, "scale": scale}
            )
            for kind, scale in SCALES.items()
        }
