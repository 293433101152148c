"""How to cite a chart: one reference in the reader's language, and BibTeX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from locales import Translator

LICENCE = "CC BY 4.0"
LICENCE_ADDRESS = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Work:
    """What is cited: a chart as it was drawn.

    ``name`` is the dated name of its files, ``address`` where it was seen, empty where that is not
    known. ``titles`` has its title by language, empty where it has the one alone.
    """

    title: str
    name: str
    as_of: date
    data_version: str
    model_version: str
    address: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)

    def translation(self, tr: Translator) -> str:
        """The translation of its title in brackets, where that is in another language.

        >>> work = Work("分摊", "share", date(2020, 10, 28), "2026.11", "1.0",
        ...             titles={"en": "The share", "zh": "分摊"})
        >>> work.translation(Translator("en")), work.translation(Translator("zh"))
        (' [The share]', '')
        """
        title = self.titles.get(tr.language, self.title)
        return "" if title == self.title else tr.t("cite.translation", title=title)


def citation(work: Work, tr: Translator, accessed: date | None = None) -> str:
    """One line: title, day, versions, licence, and where and on which day it was seen.

    >>> work = Work("The share", "share", date(2020, 10, 28), "2026.11", "1.0")
    >>> citation(work, Translator("en"))
    'Mutual aid share dashboard: “The share”. Known on 28 October 2020; data 2026.11; model 1.0.
    Licence: CC BY 4.0.'
    """
    parts = [
        tr.t(
            "cite.text",
            title=work.title,
            translation=work.translation(tr),
            day=tr.date(work.as_of),
            versions=versions(work, tr),
        ),
        tr.t("cite.licence", licence=LICENCE),
    ]
    if work.address:
        parts.append(tr.t("cite.address", address=work.address))
    if accessed is not None:
        parts.append(tr.t("cite.accessed", day=tr.date(accessed)))
    return "".join(parts)


def versions(work: Work, tr: Translator) -> str:
    """Versions of the data and, where a model was at work, of the model."""
    texts = [tr.t("chart.data_version", version=work.data_version)]
    if work.model_version:
        texts.append(tr.t("chart.model_version", version=work.model_version))
    return tr.t("list.separator").join(texts)


def bibtex(work: Work, tr: Translator, accessed: date | None = None) -> str:
    """A work as a BibTeX entry; ``year`` is that of the data release.

    >>> work = Work("The {share}", "share-2020", date(2020, 10, 28), "2026.11", "1.0")
    >>> print(bibtex(work, Translator("en"), date(2026, 11, 21)))
    @misc{share-2020,
      author = {{Mutual aid share dashboard}},
      title = {The share},
      year = {2026},
      note = {Known on 28 October 2020; data 2026.11; model 1.0; CC BY 4.0},
      urldate = {2026-11-21}
    }
    """
    note = tr.t("cite.note", day=tr.date(work.as_of), versions=versions(work, tr), licence=LICENCE)
    fields = {
        "author": f"{{{tr.t('cite.author')}}}",
        "title": _plain(work.title + work.translation(tr)),
        "year": work.data_version.partition(".")[0],
        "note": _plain(note),
    }
    if work.address:
        fields["url"] = work.address
    if accessed is not None:
        fields["urldate"] = accessed.isoformat()
    lines = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
    return f"@misc{{{work.name},\n{lines}\n}}"


def _plain(text: str) -> str:
    """Text without the signs that BibTeX reads as its own."""
    return text.replace("{", "").replace("}", "").replace("\\", "").replace("%", r"\%")
