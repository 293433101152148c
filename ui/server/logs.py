"""One line of JSON on standard error for every run of a page, and for what went wrong.

Nothing about the reader is written: no address, no browser, no session, no word of a file. What a
library says is therefore written without the values it fills in, and an error without its text.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from forecasting.disclosures import InputWarning
from ui.address.reading import AS_OF_KEY, current_language
from ui.registry import PAGES
from ui.server.released import Tally, tally

OURS = "ui"
# Warnings of Python: text of our own code and of libraries.
SPEAK_FREELY = frozenset({"py.warnings"})
# They tell of every websocket with the reader's address and query.
SILENT = ("uvicorn.error", "uvicorn.access", "websockets.server")
PAGE_RUN = "page run"
NOT_KNOWN = "unknown"

log = logging.getLogger(__name__)


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, and whatever was passed as ``facts``.

    >>> record = logging.makeLogRecord({"levelname": "INFO", "name": "ui", "msg": "ready",
    ...                                 "created": 0, "facts": {"page": "answer"}})
    >>> JsonLines().format(record)
    '{"time": "1970-01-01T00:00:00.000+00:00", "level": "INFO", "logger": "ui",
      "message": "ready", "page": "answer"}'
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line; an error becomes two fields of it: its kind, and where it was raised."""
        known = record.name in SPEAK_FREELY or record.name.split(".")[0] == OURS
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() if known else str(record.msg),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line |= fault_facts(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def fault_facts(error: BaseException) -> dict[str, Any]:
    """What kind of error it was and where; its text may hold what a reader sent.

    >>> fault_facts(ValueError("a reader's words"))
    {'error': 'ValueError', 'where': []}
    """
    frames = traceback.extract_tb(error.__traceback__)
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "where": where}


class _StandardError(logging.StreamHandler[Any]):
    """Writes to what is standard error now, not to what it was when the handler was made."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, value: Any) -> None:
        """Standard error is never kept."""


_handler = _StandardError()
_handler.setFormatter(JsonLines())


def set_up() -> None:
    """Send our lines, and every library's warnings, to standard error; twice is as good as once."""
    logging.captureWarnings(True)
    # It names cells of the file that was read; the page shows it to whom the file belongs.
    warnings.simplefilter("ignore", InputWarning)
    logging.getLogger(OURS).setLevel(logging.INFO)
    for name in SILENT:
        logging.getLogger(name).setLevel(logging.WARNING)
    if _handler not in logging.root.handlers:
        logging.root.addHandler(_handler)
    for logger in list(logging.root.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", []):
            handler.setFormatter(_handler.formatter)


@contextmanager
def page_run() -> Iterator[None]:
    """Time what runs inside and write its line, whether it ended, was stopped or failed."""
    set_up()
    counted, began, outcome = Tally(), time.perf_counter(), "done"
    token = tally.set(counted)
    try:
        yield
    except Exception as error:
        outcome = type(error).__name__
        raise
    finally:
        tally.reset(token)
        facts = {
            "page": _page(),
            "language": current_language(),
            "as_of": st.session_state.get(AS_OF_KEY, NOT_KNOWN),
            "milliseconds": round(1000 * (time.perf_counter() - began)),
            "computed": counted.computed,
            "from_disk": counted.from_disk,
            "outcome": outcome,
        }
        log.info(PAGE_RUN, extra={"facts": facts})


def _page() -> str:
    context = get_script_run_ctx()
    if context is None:
        return NOT_KNOWN
    addresses = {spec.address: spec.key for spec in PAGES}
    page: Any = context.pages_manager.get_pages().get(context.page_script_hash, {})
    return addresses.get(page.get("url_pathname", ""), NOT_KNOWN)
