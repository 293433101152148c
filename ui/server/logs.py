"""One line of JSON on standard error for every run of a page, and for what went wrong.

Nothing about the reader is written: no address, no browser, no session.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.address.reading import AS_OF_KEY, current_language
from ui.registry import PAGES
from ui.server.store import Tally, tally

OURS = "ui"
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
        """The line; a traceback becomes a field of it."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


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
    logging.getLogger(OURS).setLevel(logging.INFO)
    if _handler not in logging.root.handlers:
        logging.root.addHandler(_handler)


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
