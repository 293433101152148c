"""What a page says, read off its elements."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from locales import Translator

# Placeholders of texts that tests look for by their beginning.
PLACES = {
    "aid.split": ("start", "end", "first", "last", "parts"),
    "aid.rise": ("start", "end", "first", "last", "parts", "part"),
    "why.sentence": ("start", "end", "parts", "growth"),
    "cases.half": ("half", "low", "high", "payment", "waiting", "months"),
    "cases.how": ("day", "sum"),
}


def captions(app: AppTest) -> str:
    """Every caption."""
    return "\n".join(caption.value for caption in app.caption)


def texts(app: AppTest) -> str:
    """Every text and caption."""
    return "\n".join(element.value for element in [*app.markdown, *app.caption])


def start_of(key: str, tr: Translator) -> str:
    """A text up to its first placeholder."""
    return tr.t(key, **dict.fromkeys(PLACES[key], "\0")).split("\0")[0]
