"""What a client without scripts is served."""

from __future__ import annotations

import asyncio
import re
from html import unescape

import pytest

from locales import LANGUAGES, Translator
from ui.registry import PAGES
from ui.server import preview
from ui.server.preview import Card, Preview, card_of, written_into
from ui.server.settings import ADDRESS_VARIABLE

SHELL = (
    b'<!doctype html><html lang="en"><head><title>Streamlit</title></head>'
    b"<body><noscript>Enable it.</noscript><div id=root></div></body></html>"
)
CARD = Card("zh", "\u5206\u644a <b>", 'Yes & "no".', "Data:", "answer-zh.png")


def ask(path: str, query: str = "", accept: str = "", method: str = "GET") -> tuple[dict, bytes]:
    """Headers and body that the middleware sends before a shell that is cached and packed."""
    seen, sent = [], []

    async def shell(scope, receive, send):
        seen.append(dict(scope["headers"]))
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"etag", b'"1"')]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": SHELL[:50], "more_body": True})
        await send({"type": "http.response.body", "body": SHELL[50:]})

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [
            (b"accept-language", accept.encode()),
            (b"accept-encoding", b"gzip"),
            (b"if-none-match", b'"1"'),
            (b"host", b"evil.example"),
        ],
    }

    def told(page: str, language: str, day: str) -> Card:
        return Card(language, page, day, "Data:")

    asyncio.run(Preview(shell, told)(scope, receive, send))
    headers = {
        name.decode(): value.decode()
        for message in sent
        if message["type"] == "http.response.start"
        for name, value in message["headers"]
    }
    body = b"".join(message.get("body", b"") for message in sent)
    return {**headers, "asked": seen[0]}, body


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_every_page_is_named_in_the_language_asked_for(spec):
    headers, body = ask(f"/{spec.address}", "lang=zh&as_of=2020-10-28")
    text = body.decode()
    assert '<html lang="zh">' in text
    assert f"<title>{spec.key}</title>" in text
    assert '<meta name="description" content="2020-10-28">' in text
    assert "Enable it." not in text
    assert int(headers["content-length"]) == len(body)
    assert "etag" not in headers
    assert not {b"accept-encoding", b"if-none-match"} & headers["asked"].keys()


@pytest.mark.parametrize(
    ("accept", "language"), [("zh-CN,zh;q=0.9", "zh"), ("en-GB", "en"), ("", "en")]
)
def test_without_a_word_on_it_the_language_is_the_browsers(accept, language):
    headers, body = ask("/", accept=accept)
    assert f'<html lang="{language}">' in body.decode()
    assert "Accept-Language" in headers["vary"]


@pytest.mark.parametrize("path", ["/_stcore/health", "/static/js/a.js", "/healthz", "/x/growth"])
def test_what_is_no_page_passes_as_it_is(path):
    headers, body = ask(path)
    assert body == SHELL
    assert headers["etag"] == '"1"'


def test_nothing_in_a_card_becomes_markup():
    page = written_into(SHELL.decode(), CARD)
    assert "<b>" not in page
    assert CARD.description in unescape(page)


def test_the_picture_has_an_absolute_address_from_the_setting_alone(monkeypatch):
    monkeypatch.delenv(ADDRESS_VARIABLE, raising=False)
    assert "og:image" not in written_into(SHELL.decode(), CARD)
    monkeypatch.setenv(ADDRESS_VARIABLE, "https://example.org/shares/")
    found = re.search(r'og:image" content="([^"]*)"', written_into(SHELL.decode(), CARD))
    assert found is not None
    assert found[1] == "https://example.org/shares/app/static/og/answer-zh.png"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_of_the_home_page_is_its_verdict(language, tmp_path, monkeypatch):
    tr = Translator(language)
    monkeypatch.setattr(preview, "PICTURES", tmp_path)
    (tmp_path / f"answer-{language}-2020-10-28.png").touch()
    card_of.cache_clear()
    card = card_of("answer", language, "2020-10-28")
    assert tr.rmb(4.86) in card.description
    assert "**" not in card.description
    assert card.picture == f"answer-{language}-2020-10-28.png"
    refused = card_of("growth", language, "2019-01-28")
    assert tr.t("state.refused_title") in refused.description
    assert refused.picture == ""
    card_of.cache_clear()
