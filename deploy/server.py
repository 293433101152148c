"""The dashboard as one process among several: ``streamlit run deploy/server.py``.

The same pages as ``app.py``, and a health route of its own. The process takes its first visitor
only once the home page's forecast has been computed or read from disk.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ui.server.preview import Preview  # noqa: E402


@asynccontextmanager
async def warmed_up(_: st.App) -> AsyncIterator[None]:
    """Compute the home page's forecast before the port is opened."""
    # Not sooner: before the runtime stands, Streamlit warns of every cache that is declared.
    from ui.server import health, logs

    logs.set_up()
    await to_thread.run_sync(health.report)
    yield


async def answer_health(request: Request) -> Response:
    """What ``ui.server.health`` reports."""
    from ui.server.health import answer

    return await answer()


app = st.App(
    ROOT / "app.py",
    routes=[Route("/healthz", answer_health, methods=["GET"])],
    middleware=[Middleware(Preview)],
    lifespan=warmed_up,
)
