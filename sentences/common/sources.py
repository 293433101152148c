"""Sources as a reader meets them: publisher and date, a link, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import pandas as pd

from locales import Translator

# Their addresses are known and kept back.
WITHHELD = ("ledger2021", "notices2019")
UNSAFE_IN_A_LINK = "()<>[]\\ "


@dataclass(frozen=True)
class Source:
    """One row of ``sources.csv`` in the reader's language.

    ``text``: publisher and date, and why there is no link where there is none; ``url`` is then
    empty.
    """

    source_id: str
    text: str
    url: str

    @property
    def markdown(self) -> str:
        """The source as a link in Markdown."""
        label = "".join(f"\\{c}" if c in "[]*_`$:~" else c for c in self.text)
        if not self.url:
            return label
        address = "".join(quote(c) if c in UNSAFE_IN_A_LINK else c for c in self.url)
        return f"[{label}]({address})"


def publisher(row: pd.Series, tr: Translator) -> str:
    """Who published a source, in the reader's language where its row has that."""
    return (tr.language == "zh" and row["publisher_zh"]) or row["publisher"]


def described(sources: pd.DataFrame, ids: Iterable[str], tr: Translator) -> list[Source]:
    """The sources of these ids, each once, in order; ids that the table lacks as they are."""
    rows = sources.set_index("source_id")
    found = []
    for source_id in dict.fromkeys(ids):
        if not source_id:
            continue
        if source_id not in rows.index:
            found.append(Source(source_id, source_id, ""))
            continue
        row = rows.loc[source_id]
        text = publisher(row, tr)
        if row["published"]:
            day = _day(row["published"], tr)
            text = tr.t("sources.dated", publisher=text, day=day)
        if not row["url"]:
            key = f"withheld_{source_id}" if source_id in WITHHELD else "no_address"
            text = tr.t("sources.with_reason", source=text, reason=tr.t(f"sources.{key}"))
        found.append(Source(source_id, text, row["url"]))
    return found


def with_links(table: pd.DataFrame, sources: pd.DataFrame, tr: Translator) -> pd.DataFrame:
    """A table whose source column holds ids, with publisher and date there and a link before it.

    Itself where it has no such column.
    """
    column = tr.t("column.source")
    if column not in table:
        return table
    ids = table[column].fillna("").astype(str)
    known = {source.source_id: source for source in described(sources, ids, tr)}
    texts = [known[name].text if name else "" for name in ids]
    links = [known[name].url or None if name else None for name in ids]
    linked = table.assign(**{column: texts})
    linked.insert(linked.columns.get_loc(column), tr.t("column.link"), links)
    return linked


def _day(partial: str, tr: Translator) -> str:
    """A year, a month or a day as far as it is known."""
    parts = [int(part) for part in partial.split("-")]
    style = {1: tr.t("timeline.year"), 2: tr.t("timeline.month"), 3: "medium"}[len(parts)]
    return tr.date(date(*(*parts, 1, 1)[:3]), style)
