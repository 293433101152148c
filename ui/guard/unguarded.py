"""Pages started without the guard, by ``streamlit run app.py``: for this machine alone."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from ui.guard.middleware import Guard

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


def must_refuse() -> bool:
    """Whether the page being drawn has no guard before it and may be read from elsewhere."""
    host = st.context.headers.get("Host")
    # Without one nobody asked over a network.
    return not Guard.stands and host is not None and is_open(st.get_option("server.address"), host)


def is_open(address: str | None, host: str) -> bool:
    """Whether a server that listens on ``address`` (None: on all) serves other machines too.

    ``host`` is what the browser asked for: through a proxy or a tunnel it is another name.

    >>> is_open("127.0.0.1", "localhost:8501"), is_open("127.0.0.1", "[::1]:8501")
    (False, False)
    >>> is_open(None, "localhost:8501"), is_open("127.0.0.1", "example.org")
    (True, True)
    """
    return not {address, urlsplit(f"//{host}").hostname} <= LOOPBACK
