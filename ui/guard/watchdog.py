"""Tells systemd that the server is ready, and again and again that its event loop turns.

Where systemd started the process (``Type=notify``, ``WatchdogSec=``) it gives the address in
``NOTIFY_SOCKET``; elsewhere nothing is said. A process that hangs or was stopped falls silent, and
systemd replaces it. See sd_notify(3).
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

TIMES_A_LIMIT = 3


def tell(message: str) -> bool:
    """Send one message to systemd; whether there was anybody to tell."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as to, suppress(OSError):
        to.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
        to.sendall(message.encode())
        return True
    return False


@asynccontextmanager
async def watched() -> AsyncIterator[None]:
    """Say that the server is ready, and as long as it runs that it does."""
    tell("READY=1")
    beating = asyncio.create_task(_beat())
    try:
        yield
    finally:
        beating.cancel()
        tell("STOPPING=1")


async def _beat() -> None:
    limit = int(os.environ.get("WATCHDOG_USEC", "0")) / 1e6
    while limit and tell("WATCHDOG=1"):
        await asyncio.sleep(limit / TIMES_A_LIMIT)
