"""The addresses for programs: may be read from any site, kept for an hour, asked for by ETag."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, Router

from forecasting import Refused
from forecasting.base.tabular import to_json
from ui.machine import forecasts, tables
from ui.machine.schema import openapi

CACHE_SECONDS = 3600
ANY_SITE = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "ETag"}
# A day that is computed takes one thread: who asks for another one takes none while waiting.
ONE_DAY = CapacityLimiter(1)
JSON, CSV = "application/json", "text/csv; charset=utf-8"
MARKDOWN = "text/markdown; charset=utf-8"


def respond(request: Request, content: bytes, kind: str) -> Response:
    """The content, or 304 where the program has it already."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": f"public, max-age={CACHE_SECONDS}", **ANY_SITE}
    asked = request.headers.get("if-none-match", "")
    # A proxy that packs an answer marks its tag as weak.
    if tag in {each.strip().removeprefix("W/") for each in asked.split(",")}:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=kind, headers=headers)


def refusal(status: int, error: str, **more: object) -> Response:
    """An error as JSON."""
    headers = {"Cache-Control": "no-store", **ANY_SITE}
    return JSONResponse({"error": error, **more}, status, headers)


async def table(request: Request) -> Response:
    """One file of the data package."""
    name = request.path_params["table"]
    try:
        content = await to_thread.run_sync(tables.content, name)
    except KeyError:
        return refusal(
            404, "no such table", legal=[*tables.names(), *tables.DOCUMENTS, tables.DESCRIPTOR]
        )
    kind = JSON if name == tables.DESCRIPTOR else MARKDOWN if name in tables.DOCUMENTS else CSV
    return respond(request, content, kind)


async def forecast(request: Request) -> Response:
    """The forecast of a day."""
    legal = await to_thread.run_sync(forecasts.days)
    unknown = set(request.query_params) - {"as_of"}
    if unknown:
        return refusal(400, "not a parameter", found=sorted(unknown), legal=["as_of"])
    day = request.query_params.get("as_of", legal[0])
    if day not in legal:
        return refusal(400, "not a day that can be asked for", found=day, legal=legal)
    try:
        content = await to_thread.run_sync(forecasts.forecast_json, day, limiter=ONE_DAY)
    except Refused as error:
        return refusal(422, str(error))
    return respond(request, content, JSON)


def _as_json(make: Callable[[], object]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return respond(request, to_json(await to_thread.run_sync(make)).encode(), JSON)

    return endpoint


router = Router(
    [
        Route("/data/{table}", table, methods=["GET"]),
        Route("/api/days", _as_json(forecasts.days), methods=["GET"]),
        Route("/api/forecast", forecast, methods=["GET"]),
        Route("/api/openapi.json", _as_json(openapi), methods=["GET"]),
    ]
)
