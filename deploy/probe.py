"""Ends a replica that hangs or has grown too large; supervisor, which runs this, starts it again.

An event listener of supervisor: it looks whenever it is told that five seconds have passed.
"""

from __future__ import annotations

import os
import signal
import sys
import urllib.request
from collections import Counter
from contextlib import suppress

import psutil
from supervisor import childutils

MISSES = 3
RESPONSE_SECONDS = 5.0
START_SECONDS = int(os.environ.get("SHARE_DASHBOARD_START_SECONDS", "180"))
MOST_MEMORY = int(os.environ.get("SHARE_DASHBOARD_MEMORY_MB", "2000")) * 10**6


def responds(port: int) -> bool:
    """Whether the event loop of the replica on this port turns."""
    address = f"http://127.0.0.1:{port}/_stcore/health"
    try:
        with urllib.request.urlopen(address, timeout=RESPONSE_SECONDS) as response:  # nosec B310
            return bool(response.read() == b"ok")
    except OSError:
        return False


def fault(port: int, pid: int, seconds: float, misses: Counter[int]) -> str:
    """What is wrong with a replica that has run for so long; empty while nothing is."""
    if psutil.Process(pid).memory_info().rss > MOST_MEMORY:
        return "is too large"
    if responds(port):
        misses[pid] = 0
    elif pid in misses or seconds > START_SECONDS:
        misses[pid] += 1
    return "hangs" if misses[pid] >= MISSES else ""


def main() -> None:
    """Look at every replica that runs, whenever it is time."""
    rpc, misses = childutils.getRPCInterface(os.environ), Counter[int]()
    while True:
        childutils.listener.wait(sys.stdin, sys.stdout)
        for each in rpc.supervisor.getAllProcessInfo():
            if each["group"] != "replica" or each["statename"] != "RUNNING":
                continue
            port, pid = int(each["name"]), each["pid"]
            with suppress(psutil.NoSuchProcess, ProcessLookupError):
                if reason := fault(port, pid, each["now"] - each["start"], misses):
                    print(
                        f"the replica on port {port} {reason}: ended", file=sys.stderr, flush=True
                    )
                    os.kill(pid, signal.SIGKILL)
        childutils.listener.ok(sys.stdout)


if __name__ == "__main__":
    main()
