"""What whoever runs the dashboard may set: environment variables, each with its meaning."""

from __future__ import annotations

import os

ADDRESS_VARIABLE = "SHARE_DASHBOARD_ADDRESS"


def public_address() -> str:
    """Where the dashboard is read, as its operator says: ``https://example.org/shares``.

    Pictures and links for other sites begin with it. It is never taken from a request, which could
    name any host; without it they are left out. No slash at its end.
    """
    return os.environ.get(ADDRESS_VARIABLE, "").strip().rstrip("/")
