"""What a shared link shows before any script runs: language, title, verdict, a picture.

Streamlit serves one empty shell for every page. :class:`Preview` writes into it what the page is
about, for those who read no script: search engines, chat programs that show a card of a link, and
readers without one, who get the answer itself and where the figures are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qs

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from locales import LANGUAGES, best_language, translator
from ui.registry import PAGES
from ui.server.settings import public_address

DATA = "data/observations.csv"
PICTURES = Path(__file__).parents[2] / "static" / "og"
LOCALES = {"zh": "zh_CN", "en": "en_GB"}
MOST_CARDS = 2000
LONGEST_DAY = 10
PAGE_BY_ADDRESS = {spec.address: spec for spec in PAGES} | {spec.key: spec for spec in PAGES}
# A cached or packed shell cannot be written into.
NOT_ASKED = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}

_HTML = re.compile(r"<html\b[^>]*>")
_TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
_NOSCRIPT = re.compile(r"<noscript>.*?</noscript>", re.DOTALL)


@dataclass(frozen=True)
class Card:
    """What is said of one page in one language; ``picture`` is the name of its file, or empty."""

    language: str
    title: str
    description: str
    data: str
    picture: str = ""


Describe = Callable[[str, str, str], Card]


@lru_cache(maxsize=MOST_CARDS)
def card_of(page: str, language: str, asked_day: str) -> Card:
    """The card of a page as of the day that its address asks for; the usual day where it is none.

    Computes that day's forecast where nobody has yet.
    """
    # Not sooner: before the runtime stands, Streamlit warns of every cache that is declared.
    from forecasting import Refused
    from sentences.answer import how_sure, verdict
    from ui.controls.shared import ARTICLE_DAY, as_of_days
    from ui.results import opening_forecast

    tr = translator(language)
    day = date.fromisoformat(asked_day) if asked_day in as_of_days() else ARTICLE_DAY
    title = tr.t(f"page.{page}.title")
    try:
        forecast = opening_forecast(day)
        said = (verdict(forecast, tr), how_sure(forecast, tr))
        sentence = " ".join(said).replace("**", "")
    except Refused:
        sentence = tr.t("state.refused_title")
    return Card(
        language=language,
        title=tr.t("app.title", page=title),
        description=tr.t("preview.description", question=title, answer=sentence),
        data=tr.t("preview.data"),
        picture=_picture(page, language, day),
    )


def _picture(page: str, language: str, day: date) -> str:
    """File of the release's picture: the home page has one a day, the others one each."""
    names = (f"{page}-{language}-{day.isoformat()}.png", f"{page}-{language}.png")
    return next((name for name in names if (PICTURES / name).is_file()), "")


def written_into(shell: str, card: Card) -> str:
    """The shell with language, title, description, card and text for who runs no script.

    >>> written_into("<html lang='x'><head><title>S</title></head></html>",
    ...              Card("en", "A & B", "Yes.", "Data"))[:55]
    '<html lang="en"><head><title>A &amp; B</title><meta nam'
    """
    address = public_address()
    facts = {
        "og:type": "website",
        "og:locale": LOCALES[card.language],
        "og:title": card.title,
        "og:description": card.description,
    }
    if address and card.picture:
        facts["og:image"] = f"{address}/app/static/og/{card.picture}"
        facts["og:image:alt"] = card.description
    kind = "summary_large_image" if "og:image" in facts else "summary"
    named = {"description": card.description, "twitter:card": kind}
    metas = "".join(
        f'<meta {attribute}="{name}" content="{escape(text)}">'
        for attribute, pairs in (("name", named), ("property", facts))
        for name, text in pairs.items()
    )
    where = f"{address}/{DATA}" if address else f"./{DATA}"
    text = (
        f"<noscript><h1>{escape(card.title)}</h1><p>{escape(card.description)}</p>"
        f'<p>{escape(card.data)} <a href="{escape(where)}">{escape(where)}</a></p></noscript>'
    )
    shell = _HTML.sub(f'<html lang="{card.language}">', shell, count=1)
    shell = _TITLE.sub(lambda _: f"<title>{escape(card.title)}</title>", shell, count=1)
    shell = shell.replace("</head>", f"{metas}</head>", 1)
    return _NOSCRIPT.sub(lambda _: text, shell, count=1)


class Preview:
    """Wraps the dashboard's application; everything but the pages' shell passes as it is."""

    def __init__(self, app: ASGIApp, describe: Describe = card_of) -> None:
        self._app, self._describe = app, describe

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and write into the shell where it is answered with one."""
        page = _page_asked_for(scope)
        if page is None:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        query = parse_qs(scope["query_string"].decode("latin-1"))
        asked = query.get("lang", [""])[0]
        language = asked if asked in LANGUAGES else best_language(headers.get("accept-language"))
        day = query.get("as_of", [""])[0][:LONGEST_DAY]
        passed_on = [pair for pair in scope["headers"] if pair[0] not in NOT_ASKED]
        start: Message = {}
        parts: list[bytes] = []

        async def collected(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._body(start, b"".join(parts), (page, language, day), send)

        await self._app({**scope, "headers": passed_on}, receive, collected)

    async def _body(
        self, start: Message, body: bytes, asked: tuple[str, str, str], send: Send
    ) -> None:
        headers = MutableHeaders(raw=list(start.get("headers", [])))
        if headers.get("content-type", "").startswith("text/html"):
            card = await to_thread.run_sync(self._describe, *asked)
            body = written_into(body.decode("utf-8"), card).encode("utf-8")
            for name in ("content-length", "etag", "last-modified"):
                del headers[name]
            headers["content-length"] = str(len(body))
            headers["cache-control"] = "no-cache"
            headers.add_vary_header("Accept-Language")
        await send({**start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})


def _page_asked_for(scope: Scope) -> str | None:
    """Key of the page that a request asks for; None for everything else."""
    if scope["type"] != "http" or scope["method"] != "GET":
        return None
    spec = PAGE_BY_ADDRESS.get(scope["path"].strip("/"))
    return spec.key if spec else None
