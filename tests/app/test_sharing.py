"""What the popover under a chart says, without a browser: the pinned link is in the citation."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st

from forecasting import MODEL_VERSION
from locales import LANGUAGES


class _Open(nullcontext[None]):
    """A popover that stands open."""

    open = True


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text in a box of code, with all popovers open, at an address of our own."""
    texts: list[str] = []
    monkeypatch.setattr(st, "popover", lambda *_, **__: _Open())
    monkeypatch.setattr(st, "code", lambda text, **_: texts.append(text))
    return texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_citation_and_its_bibtex_give_the_pinned_link(
    open_page: Callable[..., Any], said: list[str], monkeypatch: pytest.MonkeyPatch, language: str
):
    page = "https://example.org/steady_state"
    monkeypatch.setattr(type(st.context), "url", property(lambda _: page))
    open_page("steady_state", lang=language, as_of="2020-06-28", fee="0.1")
    cited = [text for text in said if "CC BY 4.0" in text]
    # Of every chart of the page a citation and a BibTeX entry.
    assert len(cited) >= 6
    for text in cited:
        (address,) = re.findall(rf"{page}\?[^\s}}（(]+", text)
        asked = parse_qs(urlsplit(address).query)
        assert asked["lang"] == [language]
        assert asked["as_of"] == ["2020-06-28"]
        assert asked["fee"] == ["0.1"]
        assert asked["model_version"] == [MODEL_VERSION]
        assert asked["data_version"]
