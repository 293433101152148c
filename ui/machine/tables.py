"""The tables of the record as files, and the descriptor that says what they are."""

from __future__ import annotations

import csv
import functools
import hashlib
from pathlib import Path
from typing import Any

from forecasting.base.tabular import to_json
from forecasting.disclosures import PACKAGED_DATA
from ui.results import full_record

DESCRIPTOR = "datapackage.json"
LICENCE = {
    "name": "CC-BY-4.0",
    "title": "Creative Commons Attribution 4.0; published figures are free",
    "path": "https://creativecommons.org/licenses/by/4.0/",
}


def names() -> list[str]:
    """The tables, in the order of their names.

    >>> "observations.csv" in names()
    True
    """
    return sorted(path.name for path in PACKAGED_DATA.glob("*.csv"))


@functools.lru_cache(maxsize=64)
def content(name: str) -> bytes:
    """A table as it is packaged, or the descriptor. Raises KeyError where there is none."""
    if name == DESCRIPTOR:
        packaged = PACKAGED_DATA / DESCRIPTOR
        return packaged.read_bytes() if packaged.is_file() else to_json(_descriptor()).encode()
    if name not in names():
        raise KeyError(name)
    return (PACKAGED_DATA / name).read_bytes()


def _descriptor() -> dict[str, Any]:
    """A Tabular Data Package (specs.frictionlessdata.io) of the packaged tables."""
    return {
        "name": "mutual-aid-shares",
        "profile": "tabular-data-package",
        "version": full_record().data_version,
        "licenses": [LICENCE],
        "resources": [_resource(PACKAGED_DATA / name) for name in names()],
    }


def _resource(path: Path) -> dict[str, Any]:
    raw = path.read_bytes()
    header = next(csv.reader(raw.decode("utf-8-sig").splitlines()))
    return {
        "name": path.stem,
        "path": path.name,
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": f"sha256:{hashlib.sha256(raw).hexdigest()}",
        "schema": {"fields": [{"name": name, "type": "any"} for name in header]},
    }
