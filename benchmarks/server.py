"""A dashboard of its own on this machine: started, asked whether it is healthy, and stopped."""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
PATIENCE = 120.0
START_SECONDS = 60
ASK_AGAIN_SECONDS = 0.05
HEALTH_SECONDS = 2.0


def fetch(url: str, cookie: str = "", patience: float = PATIENCE) -> bytes:
    """The body of an address; OSError where nothing answers within ``patience`` seconds."""
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request, timeout=patience) as response:
        body: bytes = response.read()
    return body


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def free_ports(count: int) -> int:
    """The first of so many ports in a row that nothing uses, below those of outgoing connections.

    Raises RuntimeError where there is none.
    """
    for _ in range(1000):
        first = random.randrange(10_000, 30_000)
        with ExitStack() as held, suppress(OSError):
            for port in range(first, first + count):
                held.enter_context(socket.socket()).bind((HOST, port))
            return first
    raise RuntimeError(f"no {count} free ports in a row")


def is_healthy(address: str) -> bool:
    """Whether the server says so itself; any other path answers with the app's page."""
    try:
        return fetch(f"{address}/_stcore/health", patience=HEALTH_SECONDS) == b"ok"
    except OSError:
        return False


def memory_of(pid: int) -> float:
    """Resident memory of a process, MB; not a number where the system does not say."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return float("nan")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return float(line.split()[1]) / 1000


@dataclass(frozen=True)
class Server:
    """A dashboard of its own process."""

    address: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()


def leashed(command: Sequence[str]) -> list[str]:
    """The command so that it ends with us, however we end; as it is where that cannot be had."""
    leash = shutil.which("setpriv")
    return [leash, "--pdeathsig", "KILL", *command] if leash else list(command)


@contextmanager
def serve(
    script: str = "app.py",
    port: int | None = None,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[Server]:
    """Start a script of ``folder``, wait until it is healthy, and stop it in the end.

    Raises RuntimeError where it stops or stays silent; ``log`` takes what it says.
    """
    port = port or free_port()
    options = [f"--server.port={port}", f"--server.address={HOST}"]
    command = [sys.executable, "-m", "streamlit", "run", script, *options]
    with running(command, port, folder, environment, log) as server:
        yield server


@contextmanager
def running(
    command: Sequence[str],
    port: int,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[Server]:
    """The same for any command that serves on this port."""
    address = f"http://{HOST}:{port}"
    with open(log or os.devnull, "ab") as words:
        process = subprocess.Popen(
            leashed(command),
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_healthy(address):
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=ASK_AGAIN_SECONDS)
                raise RuntimeError(f"the server stopped before it answered on {address}")
            if time.monotonic() > deadline:
                raise RuntimeError(f"the server did not answer on {address}")
        yield Server(address, process)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=START_SECONDS)
