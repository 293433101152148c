"""A reader without a browser: opens the dashboard over Streamlit's own websocket, and a server.

It speaks what the browser speaks: a rerun message out, elements in, until the script has finished.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.DownloadButton_pb2 import DownloadButton
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect

ROOT = Path(__file__).parents[1]
HOST = "127.0.0.1"
PATIENCE = 120.0
START_SECONDS = 60
ASK_AGAIN_SECONDS = 0.05
LARGEST_MESSAGE = 64_000_000
AS_OF = "as_of"


@dataclass
class Seen:
    """What one run of a page's script put on the screen."""

    selectboxes: dict[str, Selectbox] = field(default_factory=dict)
    downloads: list[DownloadButton] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    page: str = ""
    seconds: float = 0.0

    def take(self, message: ForwardMsg) -> None:
        """Note what matters of one message."""
        if message.WhichOneof("type") == "new_session":
            self.page = message.new_session.page_script_hash
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "selectbox":
                self.selectboxes[element.selectbox.query_param_key] = element.selectbox
            case "download_button":
                self.downloads.append(element.download_button)
            case "markdown":
                self.texts.append(element.markdown.body)
            case "exception":
                self.exceptions.append(element.exception.type)


class Visitor:
    """One session. ``async with Visitor(address) as visitor: await visitor.open("growth")``."""

    def __init__(self, address: str, query: str = "lang=en", cookie: str = "") -> None:
        self.address = address.rstrip("/")
        self.query = query
        self.cookie = cookie
        self.page_name = ""
        self.seen = Seen()
        self._socket: ClientConnection | None = None

    async def __aenter__(self) -> Self:
        self._socket = await connect(
            f"{self.address.replace('http', 'ws', 1)}/_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers={"Cookie": self.cookie} if self.cookie else {},
            max_size=LARGEST_MESSAGE,
            open_timeout=PATIENCE,
            ping_interval=None,
            proxy=None,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def open(self, page_name: str = "") -> Seen:
        """Load a page by its address, as a first visit does."""
        self.page_name = page_name
        return await self._run(ClientState(query_string=self.query, page_name=page_name))

    async def choose(self, name: str, option: str) -> Seen:
        """Choose an option of the selectbox that the address knows as ``name``."""
        box = self.seen.selectboxes[name]
        state = WidgetState(id=box.id, string_value=option)
        return await self._run(
            ClientState(
                query_string=self.query,
                page_script_hash=self.seen.page,
                widget_states=WidgetStates(widgets=[state]),
            )
        )

    async def download(self) -> bytes:
        """The first file that the page offers."""
        url = f"{self.address}{self.seen.downloads[0].url}"
        return await asyncio.to_thread(fetch, url, self.cookie)

    async def _run(self, state: ClientState) -> Seen:
        assert self._socket is not None
        state.context_info.CopyFrom(ContextInfo(timezone="UTC", locale="en", url=self.address))
        seen, began = Seen(page=self.seen.page), time.perf_counter()
        await self._socket.send(BackMsg(rerun_script=state).SerializeToString())
        async with asyncio.timeout(PATIENCE):
            while True:
                payload = await self._socket.recv(decode=False)
                message = ForwardMsg.FromString(payload)
                seen.take(message)
                if message.WhichOneof("type") == "script_finished":
                    early = ForwardMsg.ScriptFinishedStatus.FINISHED_EARLY_FOR_RERUN
                    if message.script_finished != early:
                        break
        seen.seconds = time.perf_counter() - began
        self.seen = seen
        return seen


def fetch(url: str, cookie: str = "") -> bytes:
    """The body of an address."""
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        body: bytes = answer.read()
    return body


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_healthy(address: str) -> bool:
    """Whether the server says so itself; any other path answers with the app's page."""
    try:
        return fetch(f"{address}/_stcore/health") == b"ok"
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


@contextmanager
def serve(
    script: str = "app.py",
    port: int | None = None,
    environment: Mapping[str, str] | None = None,
    log: Path | None = None,
) -> Iterator[Server]:
    """Start the dashboard, wait until it is healthy, and stop it in the end."""
    port = port or free_port()
    address = f"http://{HOST}:{port}"
    options = [f"--server.port={port}", f"--server.address={HOST}", "--server.headless=true"]
    with open(log or os.devnull, "ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", script, *options],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=errors,
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
