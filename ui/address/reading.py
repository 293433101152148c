"""What the address asks for, and a word on everything in it that cannot be used as it stands."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode, urlsplit

import streamlit as st

from forecasting.article.calculation import ARTICLE_INPUTS
from forecasting.assumptions.links import LINK_KEYS
from forecasting.base.settlements import settlement_on_or_before
from forecasting.pricing.inputs import PRICING_INPUTS
from locales import LANGUAGES, Translator, best_language

LANGUAGE_KEY = "lang"
AS_OF_KEY = "as_of"
ORIGIN_KEY = "origin"
EVENTS_KEY = "events"
SECTION_KEY = "section"
CHART_KEY = "chart"
FIGURE_KEY = "figure"
SPLIT_KEYS: tuple[str, ...] = ("split_from", "split_until")
MEMBER_KEYS: tuple[str, ...] = ("joined", "left", "people", "tier")
INSURANCE_OPTIONS = ("sex", "business", "incidence_table", "residence", "suspect_cells")
KNOWN_KEYS: frozenset[str] = frozenset(
    {
        LANGUAGE_KEY,
        AS_OF_KEY,
        ORIGIN_KEY,
        EVENTS_KEY,
        SECTION_KEY,
        CHART_KEY,
        FIGURE_KEY,
        *SPLIT_KEYS,
        *ARTICLE_INPUTS,
        *MEMBER_KEYS,
        *PRICING_INPUTS,
        *INSURANCE_OPTIONS,
        *LINK_KEYS,
    }
)
# What goes along from page to page; the rest belongs to one of them.
TRAVELLING: frozenset[str] = frozenset({AS_OF_KEY, EVENTS_KEY, *LINK_KEYS})
LONGEST_QUOTED = 60

_ARRIVAL = "_arrival"
_CHOSEN_LANGUAGE = "_chosen_language"
_NOTICES = "_address_notices"


@dataclass(frozen=True)
class Notice:
    """One key of the address that could not be used as it stands, and what was done instead."""

    message: str
    name: str
    value: str
    used: str = ""


def current_language() -> str:
    """Language from the address, else the one chosen before, else the browser's."""
    asked = st.query_params.get(LANGUAGE_KEY)
    chosen: str | None = st.session_state.get(_CHOSEN_LANGUAGE)
    if asked in LANGUAGES:
        st.session_state[_CHOSEN_LANGUAGE] = asked
        return asked
    if chosen is None:
        return best_language(st.context.locale)
    if asked is None:
        # A change of page drops what no widget is bound to.
        st.query_params[LANGUAGE_KEY] = chosen
    return chosen


def choose_language(language: str) -> None:
    """Keep ``language`` for this session and put it into the address."""
    st.session_state[_CHOSEN_LANGUAGE] = language
    st.query_params[LANGUAGE_KEY] = language


def keep_arrival() -> None:
    """Bring back what the first address said where its run was broken off before it was read.

    Who clicks in the menu while a page is still being drawn would lose day and scenario of the
    link: of an address the browser keeps what it has seen a control of.
    """
    asked: dict[str, str] = st.session_state.setdefault(_ARRIVAL, st.query_params.to_dict())
    for name in TRAVELLING & asked.keys() - st.query_params.keys():
        if name not in st.session_state:
            st.query_params[name] = asked[name]


def has_arrived() -> None:
    """From now on the session knows what the address said."""
    st.session_state[_ARRIVAL] = {}


def as_of_notice(asked: str, days: Sequence[str], default: str) -> tuple[str, Notice | None]:
    """The settlement to stand on for what the address asks, and a notice where they differ.

    >>> days = ["2020-10-14", "2020-10-28", "2020-11-14"]
    >>> as_of_notice("2020-10-28", days, "2020-10-28")
    ('2020-10-28', None)
    >>> as_of_notice("2020-11-03", days, "2020-10-28")[1].message
    'address.as_of_snapped'
    >>> as_of_notice("yesterday", days, "2020-10-28")[1].message
    'address.as_of_unreadable'
    """
    if asked in days:
        return asked, None
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        return default, Notice("address.as_of_unreadable", AS_OF_KEY, asked, default)
    if day.isoformat() in days:
        return day.isoformat(), None
    if not min(days) <= day.isoformat() <= max(days):
        return default, Notice("address.as_of_out_of_range", AS_OF_KEY, asked, default)
    snapped = settlement_on_or_before(day).isoformat()
    return snapped, Notice("address.as_of_snapped", AS_OF_KEY, asked, snapped)


def number_notice(name: str, asked: str, lowest: float, highest: float) -> Notice | None:
    """A notice where the address asks for something else than a number in the range.

    >>> number_notice("fee", "0.1", 0, 1) is None
    True
    >>> number_notice("fee", "7", 0, 1).used
    '0 – 1'
    """
    try:
        value = float(asked)
    except ValueError:
        value = math.nan
    if lowest <= value <= highest:
        return None
    return Notice("address.number_unusable", name, asked, f"{lowest:g} – {highest:g}")


def date_notice(name: str, asked: str, first: date, last: date) -> Notice | None:
    """A notice where the address asks for something else than a day in the range.

    >>> date_notice("joined", "2019-06-01", date(2018, 10, 16), date(2022, 1, 28)) is None
    True
    >>> date_notice("joined", "soon", date(2018, 10, 16), date(2022, 1, 28)).used
    '2018-10-16 – 2022-01-28'
    """
    try:
        day = date.fromisoformat(asked)
    except ValueError:
        day = None
    if day is not None and first <= day <= last:
        return None
    return Notice("address.date_unusable", name, asked, f"{first} – {last}")


def read_as_of(days: Sequence[str], default: str) -> None:
    """Check the as-of day of the address before the picker, which would drop a bad one unsaid."""
    asked, chosen = st.query_params.get(AS_OF_KEY), st.session_state.get(AS_OF_KEY, default)
    if asked is None and chosen != default:
        # A change of page dropped it before the browser had seen the picker: tell it again.
        st.session_state[AS_OF_KEY] = chosen
    if asked in {None, st.session_state.get(AS_OF_KEY)}:
        return
    used, notice = as_of_notice(asked, days, default)
    if used != asked or AS_OF_KEY not in st.session_state:
        st.session_state[AS_OF_KEY] = used
    if notice is not None:
        _remember(notice)


def read_number(name: str, lowest: float, highest: float) -> None:
    """Check a number of the address before its control does."""
    asked = st.query_params.get(name)
    if asked is None or name in st.session_state:
        return
    notice = number_notice(name, asked, lowest, highest)
    if notice is not None:
        _remember(notice)


def read_date(name: str, first: date, last: date, control: tuple[date, date]) -> None:
    """Check a day of the address before its control does, which takes days of its own range.

    One that the control takes is judged with it, as if it had been typed there.
    """
    asked = st.query_params.get(name)
    if asked is None or name in st.session_state or date_notice(name, asked, *control) is None:
        return
    notice = date_notice(name, asked, first, last)
    if notice is not None:
        _remember(notice)


def read_option(name: str, options: Sequence[str], message: str = "address.option_unknown") -> None:
    """Check an option of the address before its control does."""
    asked = st.query_params.get(name)
    if asked is not None and name not in st.session_state and asked not in options:
        _remember(Notice(message, name, asked, ", ".join(options)))


def read_day(name: str, days: Sequence[str]) -> None:
    """Check a day of the address before its control, which offers these days alone."""
    asked = st.query_params.get(name)
    if asked is not None and name not in st.session_state and asked not in days:
        _remember(Notice("address.day_unknown", name, asked, f"{days[0]} – {days[-1]}"))


def forget_notice(name: str) -> None:
    """Drop the notice on a key once the reader has chosen for themselves."""
    st.session_state.get(_NOTICES, {}).pop(name, None)


def show_frame_notices(tr: Translator) -> None:
    """Name what the frame cannot use: as-of day, language, keys that nothing knows."""
    language = st.query_params.get(LANGUAGE_KEY)
    if language is not None and language not in LANGUAGES:
        _show(Notice("address.language_unknown", LANGUAGE_KEY, language), tr)
    show_notices([AS_OF_KEY], tr)
    for name in st.query_params:
        if name not in KNOWN_KEYS:
            _show(Notice("address.key_unknown", name, st.query_params[name]), tr)


def show_notices(names: Sequence[str], tr: Translator) -> None:
    """Name what could not be used of these keys, a caption each."""
    remembered = st.session_state.get(_NOTICES, {})
    for name in names:
        if name in remembered:
            _show(remembered[name], tr)


def _remember(notice: Notice) -> None:
    # The control takes a bad value out of the address, so the next run would not know of it.
    st.session_state.setdefault(_NOTICES, {})[notice.name] = notice


def _show(notice: Notice, tr: Translator) -> None:
    st.caption(
        tr.t(
            notice.message,
            name=as_code(notice.name),
            value=as_code(notice.value),
            used=notice.used,
        )
    )


def as_code(text: str) -> str:
    """A reader's text as inline code, so that nothing in it acts as Markdown.

    >>> as_code("**x**`")
    "`**x**'`"
    """
    words = " ".join(text.replace("`", "'").split())[:LONGEST_QUOTED]
    return "`" + ("".join(c if c.isprintable() else "\ufffd" for c in words) or " ") + "`"


def full_address(tr: Translator, as_of: date, **more: str) -> str:
    """Address of this page with language, day and whatever else of it is known, then ``more``.

    Empty where the server does not know under which address it is read.
    """
    parts = urlsplit(st.context.url or "")
    if not parts.netloc:
        return ""
    basics = {LANGUAGE_KEY: tr.language, AS_OF_KEY: as_of.isoformat()}
    carried = {
        name: value
        for name, value in st.query_params.items()
        if name in KNOWN_KEYS - basics.keys() - {CHART_KEY}
    }
    asked = {**basics, **carried, **more}
    path = quoted_path(parts.path)
    return f"{parts.scheme}://{parts.netloc}{path}?{urlencode(asked)}"


def site_address() -> str:
    """Scheme and host under which the dashboard is read; empty where the server does not know."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def quoted_path(path: str) -> str:
    """A path with nothing in it that could end a link in Markdown; the root where it is empty.

    >>> quoted_path("/growth"), quoted_path("/x)[y](z"), quoted_path("")
    ('/growth', '/x%29%5By%5D%28z', '/')
    """
    return quote(path, safe="/%~") or "/"
