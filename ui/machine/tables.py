"""The data package as files: its tables, their dictionary and licence, and the descriptor."""

from __future__ import annotations

import functools

from forecasting.disclosures import PACKAGED_DATA
from forecasting.disclosures.package import PACKAGE

(LICENCE,) = PACKAGE["licenses"]
DESCRIPTOR = "datapackage.json"
DOCUMENTS = ("LICENSE.md", "README.md")


def names() -> list[str]:
    """The tables, in the order of their names.

    >>> "observations.csv" in names()
    True
    """
    return sorted(path.name for path in PACKAGED_DATA.glob("*.csv"))


@functools.lru_cache(maxsize=64)
def content(name: str) -> bytes:
    """A file of the package as it stands. Raises KeyError where there is none."""
    if name not in {*names(), *DOCUMENTS, DESCRIPTOR}:
        raise KeyError(name)
    return (PACKAGED_DATA / name).read_bytes()
