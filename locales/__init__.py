"""Message catalogues and locale formats: Chinese first, English beside it.

The catalogues are gettext files (``locales/<language>/LC_MESSAGES/<domain>.po``, one domain a part
of the dashboard) whose message ids are dotted keys such as ``answer.title``. They are read as they
stand: nothing is compiled ahead of time and nothing binary is kept. The messages of the engine are
English templates; ``engine.po`` translates them, with the template itself as message id.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_compact_decimal, format_decimal, format_percent

LANGUAGES: tuple[str, ...] = ("zh", "en")
LANGUAGE_NAMES: Mapping[str, str] = MappingProxyType({"zh": "中文", "en": "English"})
NOT_KNOWN = "–"

ENGINE_FILE = "engine.po"
_FOLDER = Path(__file__).parent
_LOCALES = MappingProxyType(
    {"zh": Locale("zh", territory="CN", script="Hans"), "en": Locale("en", territory="GB")}
)
# A slider over the days names each of them anew at every run.
MOST_DATES = 4096
HUNDRED_MILLION = 100_000_000
_CROWDS = MappingProxyType({"zh": 10_000, "en": 1_000_000})
_SUMS = MappingProxyType({"zh": HUNDRED_MILLION, "en": 1_000_000})
_TOTALS = MappingProxyType({"zh": HUNDRED_MILLION, "en": 1_000_000_000})
_COMPACT_FROM = MappingProxyType({"zh": 100_000, "en": 1_000_000})


def catalogue_paths(language: str) -> list[Path]:
    """Where the catalogues of ``language`` lie, one file a domain."""
    paths = sorted((_FOLDER / language / "LC_MESSAGES").glob("*.po"))
    return [path for path in paths if path.name != ENGINE_FILE]


@lru_cache(maxsize=MOST_DATES)
def _date(language: str, day: date, style: str) -> str:
    return format_date(day, format=style, locale=_LOCALES[language])


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(language: str) -> Mapping[str, str]:
    """Message texts of one language by key, read once; of one with plural forms the last.

    Raises ``KeyError`` for a key that two domains give.

    >>> catalogue("en")["term.share"]
    'Share'
    """
    texts: dict[str, str] = {}
    for path in catalogue_paths(language):
        domain = _read(path, language)
        if twice := texts.keys() & domain.keys():
            raise KeyError(f"{path.name}: given before: {', '.join(sorted(twice))}")
        texts |= domain
    return MappingProxyType(texts)


@lru_cache(maxsize=len(LANGUAGES))
def engine_catalogue(language: str) -> Mapping[str, str]:
    """What the engine's English templates are in one language; empty for English itself.

    >>> engine_catalogue("zh")["join date"]
    '加入日期'
    """
    path = _FOLDER / language / "LC_MESSAGES" / ENGINE_FILE
    return MappingProxyType(_read(path, language) if path.exists() else {})


@lru_cache(maxsize=len(LANGUAGES))
def plurals(language: str) -> NullTranslations:
    """The texts of one language that differ by number, for its ``ngettext``.

    >>> plurals("en").ngettext("chart.table", "chart.table", 1)
    'The figures drawn here ({rows} row)'
    """
    several = Catalog(locale=language)
    for path in catalogue_paths(language):
        for message in _messages(path, language):
            if message.pluralizable:
                several[message.id] = message
    compiled = io.BytesIO()
    write_mo(compiled, several)
    compiled.seek(0)
    return GNUTranslations(compiled)


def capital(text: str) -> str:
    """The text with a capital first letter.

    >>> capital("share in late 2019"), capital("发生率")
    ('Share in late 2019', '发生率')
    """
    return text[:1].upper() + text[1:]


def _messages(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _read(path: Path, language: str) -> dict[str, str]:
    texts = {}
    for message in _messages(path, language):
        key, text = message.id, message.string
        if key and text:
            several = not isinstance(key, str) and not isinstance(text, str)
            texts[key[0] if several else str(key)] = text[-1] if several else str(text)
    return texts


def best_language(browser_locale: str | None) -> str:
    """The language to show to a browser: Chinese for any Chinese locale, else English.

    >>> best_language("zh-TW"), best_language("de-DE"), best_language(None)
    ('zh', 'en', 'en')
    """
    return "zh" if (browser_locale or "").lower().startswith("zh") else "en"


@dataclass(frozen=True)
class Translator:
    """Texts, numbers and dates of one language.

    Raises ``KeyError`` for a key that the catalogue lacks: a missing text is a fault, never
    shown as its key.

    >>> tr = Translator("en")
    >>> tr.rmb(4.86), tr.percent(0.08), tr.persons(98_244_000)
    ('4.86 RMB', '8%', '98.2 million')
    >>> Translator("zh").date(date(2020, 10, 28))
    '2020年10月28日'
    """

    language: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise KeyError(self.language)

    @property
    def locale(self) -> Locale:
        """The Babel locale that formats numbers and dates."""
        return _LOCALES[self.language]

    @property
    def crowd(self) -> int:
        """Persons in the unit that charts and tables count many of them in: a million, or 万.

        >>> Translator("en").crowd, Translator("zh").crowd
        (1000000, 10000)
        """
        return _CROWDS[self.language]

    @property
    def large_sum(self) -> int:
        """RMB in the unit that charts count the aid of one settlement in: a million, or 亿.

        >>> Translator("en").large_sum, Translator("zh").large_sum
        (1000000, 100000000)
        """
        return _SUMS[self.language]

    @property
    def total_sum(self) -> int:
        """RMB in the unit that charts count the aid of many settlements in: a billion, or 亿.

        >>> Translator("en").total_sum, Translator("zh").total_sum
        (1000000000, 100000000)
        """
        return _TOTALS[self.language]

    def t(self, key: str, /, **values: object) -> str:
        """The text of ``key`` with its placeholders filled."""
        return catalogue(self.language)[key].format(**values)

    def tn(self, key: str, number: float, /, **values: object) -> str:
        """The text of ``key`` in its form for ``number`` things, its placeholders filled.

        >>> Translator("en").tn("chart.table", 1, rows=1)
        'The figures drawn here (1 row)'
        """
        text = catalogue(self.language)[key]
        form = plurals(self.language).ngettext(key, key, math.ceil(number))
        return (text if form == key else form).format(**values)

    def engine(self, template: str) -> str | None:
        """The engine's template in this language; None where it has none."""
        return engine_catalogue(self.language).get(
            template, template if self.language == "en" else None
        )

    def number(self, value: float, digits: int = 0) -> str:
        """A number with exactly ``digits`` decimals, or a dash where it is not known."""
        if not math.isfinite(value):
            return NOT_KNOWN
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return format_decimal(value, format=pattern, locale=self.locale)

    def rmb(self, value: float, digits: int = 2) -> str:
        """An amount in RMB."""
        return self.t("unit.rmb", amount=self.number(value, digits))

    def percent(self, value: float, digits: int = 0) -> str:
        """A fraction as a percentage."""
        if not math.isfinite(value):
            return NOT_KNOWN
        pattern = "#,##0." + "0" * digits + "%" if digits else "#,##0%"
        return format_percent(value, format=pattern, locale=self.locale)

    def date(self, day: date, style: str = "long") -> str:
        """A date: ``long`` for sentences, ``medium`` for tables, ``yyyy-MM`` and the like."""
        return _date(self.language, day, style)

    def persons(self, count: float) -> str:
        """A count of people: exact while small, in millions (万, 亿 in Chinese) when large."""
        if not math.isfinite(count):
            return NOT_KNOWN
        if abs(count) < _COMPACT_FROM[self.language]:
            return self.number(count)
        english = self.language == "en"
        return format_compact_decimal(
            count,
            format_type="long" if english else "short",
            locale=self.locale,
            fraction_digits=1 if english else 2 if abs(count) >= HUNDRED_MILLION else 0,
        )

    def aid(self, amount: float) -> str:
        """The aid of a settlement, to be followed by its unit: millions of it, or 万 and 亿.

        >>> Translator("en").aid(7.58e6), [Translator("zh").aid(sum) for sum in (7.58e6, 4.463e8)]
        ('8', ['758万', '4.46亿'])
        """
        if self.language == "en":
            return self.number(amount / self.large_sum)
        return self.persons(amount)

    def inside(self, text: str) -> str:
        """A name that begins with a capital for where it stands, as it is within a sentence.

        >>> Translator("en").inside("Settlement delay"), Translator("en").inside("RMB a year")
        ('settlement delay', 'RMB a year')
        """
        return text[:1].lower() + text[1:] if text[1:2].islower() else text

    def interval(self, low: float, high: float, digits: int = 2) -> str:
        """A range of RMB amounts; the amount where its ends are printed alike.

        >>> Translator("en").interval(4.5, 5.5), Translator("en").interval(4.861, 4.862)
        ('4.50 to 5.50 RMB', 'exactly 4.86 RMB')
        """
        ends = self.number(low, digits), self.number(high, digits)
        if ends[0] == ends[1]:
            return self.t("unit.exactly", amount=self.rmb(high, digits))
        return self.t("unit.rmb_interval", low=ends[0], high=ends[1])

    def span(self, low: float, high: float, digits: int = 2) -> str:
        """A range of bare numbers, short enough to stand under a metric; a word where it has none.

        >>> Translator("en").span(4.5, 5.5), Translator("zh").span(4.861, 4.862)
        ('4.50 to 5.50', '确定')
        """
        return self.between(self.number(low, digits), self.number(high, digits))

    def between(self, low: str, high: str) -> str:
        """A range of which both ends are texts; a word where they are the same."""
        return self.t("unit.exact") if low == high else self.t("unit.span", low=low, high=high)


@lru_cache(maxsize=len(LANGUAGES))
def translator(language: str) -> Translator:
    """The one translator of a language."""
    return Translator(language)
