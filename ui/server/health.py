"""Whether this server can answer its first question: record read, fit done, is there a release."""

from __future__ import annotations

from typing import Any

from anyio import to_thread
from starlette.responses import JSONResponse

import forecasting
from ui.controls.shared import ARTICLE_DAY
from ui.results import full_record, opening_forecast
from ui.server.released import state_of_the_release

OK, UNAVAILABLE = 200, 503


def report() -> tuple[int, dict[str, Any]]:
    """Status code and body; computes what the home page shows where nobody has yet.

    The code is 200 only if the record was read and the forecast of the home page is at hand. An
    unknown path of Streamlit answers 200 as well, with a page of HTML: look at ``status``.
    """
    try:
        record = full_record()
        opening = opening_forecast(ARTICLE_DAY)
    except Exception as error:
        return UNAVAILABLE, {"status": "failing", "reason": f"{type(error).__name__}: {error}"}
    return OK, {
        "status": "ok",
        "data_version": record.data_version,
        "model_version": forecasting.MODEL_VERSION,
        "as_of": opening.as_of.isoformat(),
        "converged": opening.converged,
        "release": state_of_the_release(),
    }


async def health_response() -> JSONResponse:
    """The report as JSON, never cached, worked out beside the event loop."""
    code, body = await to_thread.run_sync(report)
    return JSONResponse(body, status_code=code, headers={"Cache-Control": "no-store"})
