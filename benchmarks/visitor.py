"""A reader without a browser: opens the dashboard over Streamlit's own websocket.

It speaks what the browser speaks: a rerun message out, elements in, until the script has finished.
"""

from __future__ import annotations

import asyncio
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState, ContextInfo
from streamlit.proto.Common_pb2 import DoubleArray, FileUploaderState, UploadedFileInfo
from streamlit.proto.DownloadButton_pb2 import DownloadButton
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.Selectbox_pb2 import Selectbox
from streamlit.proto.Slider_pb2 import Slider
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.server import PATIENCE, fetch

LARGEST_MESSAGE = 64_000_000
AS_OF = "as_of"
XSRF = "_streamlit_xsrf"
BOUNDARY = "between-the-parts"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
FORM = (
    f"--{BOUNDARY}\r\nContent-Type: text/csv\r\n"
    'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
)
END_OF_FORM = f"\r\n--{BOUNDARY}--\r\n".encode()


def cookies(address: str) -> str:
    """What the server gives a browser to keep, as it sends it back: replica and XSRF token."""
    with urllib.request.urlopen(f"{address}/_stcore/health", timeout=PATIENCE) as response:
        found = response.headers.get_all("Set-Cookie", [])
    return "; ".join(one.split(";")[0] for one in found)


def _status(request: urllib.request.Request) -> int:
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return int(response.status)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


@dataclass
class Seen:
    """What one run of a page's script put on the screen."""

    selectboxes: dict[str, Selectbox] = field(default_factory=dict)
    sliders: dict[str, tuple[Slider, str]] = field(default_factory=dict)
    downloads: list[DownloadButton] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    page: str = ""
    session: str = ""
    file_box: str = ""
    seconds: float = 0.0

    def take(self, message: ForwardMsg) -> None:
        """Note what matters of one message."""
        # A new session names the frame's script; the menu, which of its pages is drawn.
        if message.WhichOneof("type") == "navigation":
            self.page = message.navigation.page_script_hash
        if message.WhichOneof("type") == "new_session":
            self.session = message.new_session.initialize.session_id
        element = message.delta.new_element
        match element.WhichOneof("type"):
            case "selectbox":
                self.selectboxes[element.selectbox.query_param_key] = element.selectbox
            case "slider":
                self.sliders[element.slider.id] = element.slider, message.delta.fragment_id
            case "file_uploader":
                self.file_box = element.file_uploader.id
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
        return await self._set(WidgetState(id=box.id, string_value=option))

    async def move(self, name: str, value: float) -> Seen:
        """Move the slider that the script knows as ``name``."""
        slider, part = next(
            found for key, found in self.seen.sliders.items() if key.endswith(f"-{name}")
        )
        return await self._set(
            WidgetState(id=slider.id, double_array_value=DoubleArray(data=[value])), part
        )

    async def send_file(self, content: bytes, name: str = "file.csv", number: int = 1) -> int:
        """Put a file where the file box of the page puts one; the status of the answer."""
        file = f"file-{number}"
        url = f"{self.address}/_stcore/upload_file/{self.seen.session}/{file}"
        body = FORM.format(name=name).encode() + content + END_OF_FORM
        token = self.cookie.partition(f"{XSRF}=")[2].split(";")[0]
        headers = {"Content-Type": MULTIPART, "X-Xsrftoken": token, "Cookie": self.cookie}
        request = urllib.request.Request(url, data=body, method="PUT", headers=headers)
        return await asyncio.to_thread(_status, request)

    async def show_file(self, name: str = "file.csv", number: int = 1) -> Seen:
        """Have the page read a file that was sent."""
        file = UploadedFileInfo(file_id=f"file-{number}", name=name)
        return await self._set(
            WidgetState(
                id=self.seen.file_box,
                file_uploader_state_value=FileUploaderState(uploaded_file_info=[file]),
            )
        )

    async def _set(self, state: WidgetState, part: str = "") -> Seen:
        """Set one control: a rerun of the page, or of the ``part`` of it that it stands in."""
        return await self._run(
            ClientState(
                query_string=self.query,
                page_script_hash=self.seen.page,
                widget_states=WidgetStates(widgets=[state]),
                fragment_id=part,
            )
        )

    async def download(self) -> bytes:
        """The first file that the page, or the part of it last drawn, offers."""
        url = f"{self.address}{self.seen.downloads[0].url}"
        return await asyncio.to_thread(fetch, url, self.cookie)

    async def _run(self, state: ClientState) -> Seen:
        assert self._socket is not None
        state.context_info.CopyFrom(ContextInfo(timezone="UTC", locale="en", url=self.address))
        seen, began = Seen(page=self.seen.page, session=self.seen.session), time.perf_counter()
        if state.fragment_id:
            # The rest of the page stays on the screen.
            seen.selectboxes = self.seen.selectboxes
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
