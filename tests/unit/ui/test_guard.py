"""The guard by itself, before an application that says what reached it."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from starlette.formparsers import MultiPartParser
from starlette.types import Message, Receive, Scope, Send

from ui.guard.limits import Buckets, Limits, Quota, Rate
from ui.guard.middleware import Guard
from ui.guard.unguarded import is_open

MANY = Rate(1000, 1000)
OPEN = Limits(opening=MANY, asking=MANY, uploading=MANY, machine=MANY, messages=MANY)


class Behind:
    """An application that answers what it is asked, and remembers that it was."""

    def __init__(self, silent: bool = False, error: Exception | None = None) -> None:
        self.seen: list[Any] = []
        self.silent, self.error = silent, error

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.seen.append(scope.get("path"))
        if self.error:
            raise self.error
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                self.seen.append(message["bytes"])
            return
        if self.silent:
            await asyncio.Event().wait()
        self.seen.append((await receive()).get("body"))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"done"})


def ask(
    guard: Guard, path: str, method: str = "GET", length: str | None = None, **more: Any
) -> int:
    return asyncio.run(respond(guard, path, method, length, **more))


async def respond(
    guard: Guard, path: str, method: str = "GET", length: str | None = None, client: str = "a"
) -> int:
    headers = [] if length is None else [(b"content-length", length.encode())]
    scope: Scope = {"type": "http", "path": path, "method": method, "headers": headers}
    scope.update(query_string=b"", client=(client, 1))
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"sent", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await guard(scope, receive, send)
    assert any(name == b"content-security-policy" for name, _ in sent[0]["headers"])
    return int(sent[0]["status"])


async def talk(guard: Guard, messages: list[Message], origin: str | None = None) -> list[Message]:
    headers = [(b"host", b"h")] + ([(b"origin", origin.encode())] if origin else [])
    scope: dict[str, Any] = {
        "type": "websocket",
        "path": "/_stcore/stream",
        "headers": headers,
        "client": ("a", 1),
    }
    waiting = iter([{"type": "websocket.connect"}, *messages, {"type": "websocket.disconnect"}])
    sent: list[Message] = []

    async def receive() -> Message:
        return next(waiting)

    async def send(message: Message) -> None:
        sent.append(message)

    await guard(scope, receive, send)
    return sent


def binary(content: bytes) -> Message:
    return {"type": "websocket.receive", "bytes": content}


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost"])
@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost", "[::1]:8501"])
def test_pages_without_a_guard_are_for_this_machine(address: str, host: str):
    assert not is_open(address, host)


@pytest.mark.parametrize("address", [None, "", "::", "10.0.0.5"])
def test_pages_without_a_guard_on_a_network_are_refused(address: str | None):
    assert is_open(address, "localhost:8501")


@pytest.mark.parametrize("host", ["example.org", "10.0.0.5:8501", "localhost.example.org", ""])
def test_pages_without_a_guard_are_refused_to_who_came_through_a_proxy(host: str):
    assert is_open("127.0.0.1", host)


def test_a_body_where_none_is_read_does_not_get_through():
    behind = Behind()
    assert ask(Guard(behind, OPEN), "/growth") == 200
    assert behind.seen == ["/growth", b""]


def test_one_address_that_asks_too_often_is_told_to_wait_and_others_are_not():
    guard = Guard(Behind(), Limits(asking=Rate(2, 0.001)))
    assert [ask(guard, "/growth") for _ in range(3)] == [200, 200, 429]
    assert ask(guard, "/growth", client="b") == 200


def test_programs_have_a_rate_of_their_own():
    guard = Guard(Behind(), Limits(machine=Rate(1, 0.001)))
    assert [ask(guard, "/api/forecast"), ask(guard, "/data/plans.csv")] == [200, 429]
    assert ask(guard, "/growth") == 200


@pytest.mark.parametrize(
    ("length", "status"),
    [("10", 200), (None, 411), ("-1", 411), ("1e3", 411), ("²", 411), (str(2**40), 413)],
)
def test_a_file_says_its_size_and_it_is_small_enough(length: str | None, status: int):
    guard = Guard(Behind(), OPEN, dict)
    assert ask(guard, "/_stcore/upload_file/session/file", "PUT", length) == status


def test_a_session_and_a_process_hold_so_much_and_no_more():
    limits = Limits(session_bytes=100, process_bytes=150)
    quota = Quota(limits, lambda: {"mine": 60, "theirs": 50})
    with quota.room_for("mine", 41) as room:
        assert not room
    with quota.room_for("mine", 30) as room, quota.room_for("third", 11) as beside:
        assert room
        assert not beside
    with quota.room_for("third", 40) as room:
        assert room


def test_uploads_under_way_count():
    quota = Quota(Limits(session_bytes=100), dict)
    with quota.room_for("mine", 60) as first, quota.room_for("mine", 60) as second:
        assert (first, second) == (True, False)
    with quota.room_for("mine", 60) as third:
        assert third


def test_a_file_that_does_not_arrive_is_given_up():
    guard = Guard(Behind(silent=True), Limits(body_seconds=0.01), dict)
    assert ask(guard, "/_stcore/upload_file/session/file", "PUT", "10") == 408


def test_a_form_is_never_laid_into_a_file():
    Guard(Behind(), OPEN)
    assert MultiPartParser.spool_max_size > OPEN.file_bytes


def test_a_fault_is_an_answer_and_a_line_without_its_words(caplog: pytest.LogCaptureFixture):
    guard = Guard(Behind(error=ValueError("a reader's words")), OPEN)
    assert ask(guard, "/growth") == 500
    assert asyncio.run(talk(guard, [])) == []
    assert [record.facts["error"] for record in caplog.records] == ["ValueError"] * 2  # type: ignore[attr-defined]
    assert "reader" not in caplog.text


def test_messages_of_our_pages_get_through():
    behind = Behind()
    asyncio.run(talk(Guard(behind, OPEN), [binary(b"one"), binary(b"two")], "http://h"))
    assert behind.seen[1:] == [b"one", b"two"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (binary(b"x" * 11), 1009),
        ({"type": "websocket.receive", "text": "words"}, 1008),
        ({"type": "websocket.receive", "bytes": None, "text": "words"}, 1008),
    ],
)
def test_a_message_too_large_or_in_text_ends_the_socket(message: Message, code: int):
    behind = Behind()
    sent = asyncio.run(talk(Guard(behind, Limits(message_bytes=10)), [message, binary(b"late")]))
    assert sent[-1] == {"type": "websocket.close", "code": code}
    assert len(behind.seen) == 1


def test_a_flood_of_messages_is_kept_waiting(monkeypatch: pytest.MonkeyPatch):
    behind, waited = Behind(), []

    async def over(seconds: float) -> None:
        waited.append(seconds)
        raise TimeoutError

    monkeypatch.setattr("ui.guard.middleware.asyncio.sleep", over)
    messages = [binary(b"one"), binary(b"two"), binary(b"three")]
    asyncio.run(talk(Guard(behind, Limits(messages=Rate(2, 0.001))), messages))
    assert behind.seen[1:] == [b"one", b"two"]
    assert waited == [pytest.approx(1000, rel=0.01)]


@pytest.mark.parametrize("origin", ["http://elsewhere", "null", "http://h.elsewhere"])
def test_a_page_of_another_site_opens_no_socket(origin: str):
    behind = Behind()
    sent = asyncio.run(talk(Guard(behind, OPEN), [], origin))
    assert sent == [{"type": "websocket.close", "code": 1008}]
    assert behind.seen == []


def test_so_many_sockets_are_open_and_no_more():
    sent = asyncio.run(talk(Guard(Behind(), Limits(sockets=0)), []))
    assert sent == [{"type": "websocket.close", "code": 1013}]


def test_buckets_of_addresses_long_gone_are_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ui.guard.limits.MOST_ADDRESSES", 10)
    buckets = Buckets(Rate(1, 1), clock=lambda: 0.0)
    taken = Counter(buckets.take(str(number)) for number in range(100))
    assert taken == {0.0: 100}
    assert len(buckets._levels) == 10
