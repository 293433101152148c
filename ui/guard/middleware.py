"""The one guard of ``make run``, of the replicas and of the container: an ASGI middleware.

It closes what is nobody else's business, bounds what a reader may send, and puts the security
headers on every answer. Nothing of a request is logged, an address included.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.guard.headers import security_headers
from ui.guard.limits import LIMITS, Buckets, Limits, Quota, held_by_streamlit
from ui.server.logs import fault_facts

CORE = "_stcore"
CLOSED = frozenset({"metrics", "agent"})
UPLOAD = "upload_file"
MACHINE = frozenset({"data", "api"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY_VIOLATION, TOO_BIG, FAULT, BUSY = 1008, 1009, 1011, 1013

log = logging.getLogger(__name__)


class Guard:
    """Wraps the dashboard's application. ``stands`` once this process has one."""

    stands = False

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits = LIMITS,
        held: Callable[[], dict[str, int]] = held_by_streamlit,
    ) -> None:
        type(self).stands = True
        self._app, self._limits = app, limits
        self._opening, self._asking = Buckets(limits.opening), Buckets(limits.asking)
        self._uploading, self._machine = Buckets(limits.uploading), Buckets(limits.machine)
        self._quota = Quota(limits, held)
        self._sockets = 0
        # Above it Starlette would put a part of a form into a file.
        MultiPartParser.spool_max_size = limits.file_bytes + limits.frame_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] == "http":
            await self._http(scope, receive, _with_headers(scope, send))
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind, rest = _place(scope["path"])
        address, method = _address(scope), scope["method"]
        wait = self._asking.take(address)
        if kind in MACHINE:
            wait = max(wait, self._machine.take(address))
        upload = kind == CORE and rest[:1] == [UPLOAD]
        if wait:
            await _too_often(send, wait)
        elif kind == CORE and rest and rest[0] in CLOSED:
            await _refuse(send, 404, "not found")
        elif upload and method == "PUT":
            await self._upload(scope, receive, send, rest[1] if len(rest) > 1 else "")
        elif method in READING or (upload and method == "DELETE"):
            await self._passed_on(scope, _no_body(receive), send)
        else:
            await _refuse(send, 405, "this method is not answered here")

    async def _upload(self, scope: Scope, receive: Receive, send: Send, session: str) -> None:
        length = Headers(scope=scope).get("content-length", "")
        largest = self._limits.file_bytes + self._limits.frame_bytes
        if wait := self._uploading.take(_address(scope)):
            await _too_often(send, wait)
        elif not (length.isascii() and length.isdigit()):
            await _refuse(send, 411, "the length of a file must be said")
        elif int(length) > largest:
            await _refuse(send, 413, "the file is too large")
        else:
            with self._quota.room_for(session, int(length)) as room:
                try:
                    async with asyncio.timeout(self._limits.body_seconds):
                        if room:
                            await self._passed_on(scope, receive, send)
                            return
                        # Who is still sending when the answer comes never reads it.
                        while (await receive()).get("more_body", False):
                            pass
                    await _refuse(send, 413, "too many files are kept: take some away")
                except TimeoutError:
                    await _refuse(send, 408, "the file took too long to arrive")

    async def _passed_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception as error:
            note_fault(error)
            if not begun:
                await _refuse(send, 500, "a fault of ours")

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        if self._sockets >= self._limits.sockets or self._opening.take(_address(scope)):
            await send({"type": "websocket.close", "code": BUSY})
            return
        self._sockets += 1
        try:
            await self._app(scope, self._bounded(receive, send), send)
        except Exception as error:
            note_fault(error)
        finally:
            self._sockets -= 1

    def _bounded(self, receive: Receive, send: Send) -> Receive:
        """Messages no larger and no faster than allowed; text, which nobody of ours sends, ends."""
        pace = Buckets(self._limits.messages)

        async def bounded() -> Message:
            message = await receive()
            if message["type"] != "websocket.receive":
                return message
            content = message.get("bytes")
            code = POLICY_VIOLATION if content is None else TOO_BIG
            if content is None or len(content) > self._limits.message_bytes:
                await send({"type": "websocket.close", "code": code})
                return {"type": "websocket.disconnect", "code": code}
            while wait := pace.take(""):
                await asyncio.sleep(wait)
            return message

        return bounded


def note_fault(error: BaseException) -> None:
    """A line about an error of ours, without what it says of a reader's input."""
    log.error("fault", extra={"facts": fault_facts(error)})


def _place(path: str) -> tuple[str, list[str]]:
    """What kind of address a path is, and what follows; doubled slashes count as one."""
    parts = [part for part in path.split("/") if part]
    if CORE in parts:
        return CORE, parts[parts.index(CORE) + 1 :]
    return (parts[0], parts[1:]) if parts else ("", [])


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return str(client[0])[:64] if client else ""


def _no_body(receive: Receive) -> Receive:
    """For requests that have none: what is sent all the same is not read."""
    given = False

    async def without() -> Message:
        nonlocal given
        if not given:
            given = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return message

    return without


def _with_headers(scope: Scope, send: Send) -> Send:
    ours = security_headers(scope["query_string"])
    names = {name for name, _ in ours}

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            theirs = [one for one in message.get("headers", []) if one[0].lower() not in names]
            message = {**message, "headers": [*theirs, *ours]}
        await send(message)

    return with_headers


async def _too_often(send: Send, wait: float) -> None:
    seconds = str(int(wait) + 1).encode()
    await _refuse(send, 429, "too many requests", [(b"retry-after", seconds)])


async def _refuse(
    send: Send, status: int, reason: str, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    body = json.dumps({"error": reason}).encode()
    fixed = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    start = {"type": "http.response.start", "status": status, "headers": fixed + (headers or [])}
    await send(start)
    await send({"type": "http.response.body", "body": body})
