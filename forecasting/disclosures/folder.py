"""Read the data folder, and lay another folder over it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pandas as pd

from forecasting.base.errors import InputError
from forecasting.base.messages import Message
from forecasting.disclosures.package import PACKAGED_DATA
from forecasting.disclosures.problems import cut
from forecasting.disclosures.schemas import SOURCES, TABLE_BY_FILE, TABLES, TableSchema
from forecasting.disclosures.text_table import read_bytes
from forecasting.disclosures.validation import ValidTable, validate_table


@dataclass(frozen=True, eq=False)
class Folder:
    """Every table in use, which of them come from the overlay, and the hash of all."""

    tables: dict[str, ValidTable]
    overlaid: frozenset[str]
    digest: str
    warnings: tuple[str, ...]

    def frame(self, name: str) -> pd.DataFrame:
        """The rows of a table, by its name without ``.csv``."""
        return self.tables[name].frame


def read_folder(data_dir: str | Path | None) -> Folder:
    """The packaged tables, with the files of ``data_dir`` in place of ours.

    Raises InputError when it is no folder or a file breaks its schema.
    """
    if data_dir is None:
        return packaged_folder()
    overlay = Path(data_dir)
    # Unlike Path.is_dir, this says no to a name too long to be one.
    if not os.path.isdir(overlay):
        raise InputError(
            "{folder}: not a folder, legal: a folder with files of the data folder",
            folder=str(overlay),
        )
    files = [overlay / schema.file for schema in TABLES if os.path.lexists(overlay / schema.file)]
    return read_tables(
        {file.name: (str(file), read_bytes(file)) for file in files}, _unused_files(overlay)
    )


def packaged_folder() -> Folder:
    """The packaged tables, read and checked once."""
    return _packaged(PACKAGED_DATA)


@lru_cache(maxsize=1)
def _packaged(_folder: Path) -> Folder:
    return read_tables({})


def read_tables(replaced: Mapping[str, tuple[str, bytes]], warnings: Sequence[str] = ()) -> Folder:
    """The packaged tables with some replaced: by file, the name in messages and the content."""
    tables, overlaid, hashes = {}, set(), hashlib.sha256()
    found: list[str] = []
    problems: list[InputError] = []
    for schema in TABLES:
        if schema.file in replaced:
            overlaid.add(schema.name)
            file, content = replaced[schema.file]
            validated = validate_table
        else:
            file, content = schema.file, read_bytes(PACKAGED_DATA / schema.file, schema.file)
            validated = _validated_once
        hashes.update(schema.name.encode() + b"\0" + content.replace(b"\r\n", b"\n") + b"\0")
        try:
            table = validated(content, file, schema)
        except InputError as error:
            problems.append(error)
            continue
        tables[schema.name] = table
        found += table.warnings
    raise_together(problems)
    folder = Folder(tables, frozenset(overlaid), hashes.hexdigest()[:8], (*found, *warnings))
    if not overlaid:
        _require_sources(folder)
    return folder


def raise_together(problems: Sequence[InputError]) -> None:
    """Raise one InputError that lists the problems of all, if there are any."""
    if problems:
        raise InputError.listing(
            [line for error in problems for line in error.lines],
            tuple(problem for error in problems for problem in error.problems),
        )


@lru_cache(maxsize=len(TABLES))
def _validated_once(content: bytes, file: str, schema: TableSchema) -> ValidTable:
    return validate_table(content, file, schema)


def _unused_files(overlay: Path) -> list[str]:
    names = sorted(path.name for path in overlay.glob("*.csv"))
    unused = [name for name in names if name not in TABLE_BY_FILE]
    legal = ", ".join(TABLE_BY_FILE)
    found: list[str] = [
        Message("{file}: not a table of the data folder, not read", file=str(overlay / name))
        for name in unused
    ]
    would_be_read = Message(
        "{folder}: tables that would be read: {legal}", folder=str(overlay), legal=legal
    )
    return [*found, would_be_read] if found else []


def _require_sources(folder: Folder) -> None:
    known = set(folder.frame("sources")["source_id"])
    problems = [
        Message(
            "{file}: row {row}, column {column}: found {found!r}, legal: {legal}",
            file=table.file,
            row=row,
            column="source_id",
            found=cut(source),
            legal=Message("a {column} of {file}", column="source_id", file=SOURCES.file),
        )
        for table in folder.tables.values()
        if "source_id" in table.frame
        for row, source in table.frame["source_id"].items()
        if source not in known
    ]
    if problems:
        raise InputError.listing(problems)
