"""The dashboard as it is served, by ``make run``, behind the proxy and in the container.

The same pages as ``app.py``, behind the guard, with a health route and the data for programs. The
process takes its first visitor only once it has all that the home page shows at first.
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
from starlette.types import Receive, Scope, Send

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from ui.guard.middleware import Guard  # noqa: E402
from ui.guard.watchdog import watched  # noqa: E402
from ui.server.preview import Preview  # noqa: E402


@asynccontextmanager
async def warmed_up(_: st.App) -> AsyncIterator[None]:
    """Have the home page at hand before anything is answered; who asks sooner waits."""
    # Not sooner: before the runtime stands, Streamlit warns of every cache that is declared.
    from ui.controls.shared import ARTICLE_DAY
    from ui.pages.answer.replay import prepare
    from ui.server import health, logs
    from ui.server.memory import set_aside
    from ui.server.worker_process import in_worker_process

    logs.set_up()
    found = await to_thread.run_sync(health.report)
    if found[0] == health.OK:
        await to_thread.run_sync(prepare, ARTICLE_DAY)
    await to_thread.run_sync(set_aside)
    # The process from which those of readers' files are forked.
    await to_thread.run_sync(in_worker_process, divmod, 1, 1)
    async with watched():
        yield


async def respond_to_health(request: Request) -> Response:
    """What ``ui.server.health`` reports."""
    from ui.server.health import health_response

    return await health_response()


class Programs:
    """What ``ui.machine`` has for programs."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from its routes."""
        from ui.machine.routes import router

        await router(scope, receive, send)


app = st.App(
    ROOT / "app.py",
    routes=[
        Route("/healthz", respond_to_health, methods=["GET"]),
        Route("/data/{rest:path}", Programs()),
        Route("/api/{rest:path}", Programs()),
    ],
    middleware=[Middleware(Guard), Middleware(Preview)],
    lifespan=warmed_up,
)
