"""The data package: a descriptor of every file, table and column, and the folder as one archive.

The descriptor, ``data/datapackage.json``, follows the Frictionless Data Package and Table Schema
(https://specs.frictionlessdata.io); it is the one source of the tables' schemas. Beyond the
standard a field may say ``unit``; ``optional``, for a column that a file may lack; ``precision``,
for a date that may be a year or a month; ``notBefore`` or ``atMost``, another column of the row;
and ``quantities``, what is known of each word of it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKAGED_DATA = Path(__file__).parents[2] / "data"
DESCRIPTOR = "datapackage.json"
Descriptor = Mapping[str, Any]
PACKAGE: Descriptor = json.loads((PACKAGED_DATA / DESCRIPTOR).read_text(encoding="utf-8"))
DATA_RELEASE: str = PACKAGE["version"]
TABLE_RESOURCES: tuple[Descriptor, ...] = tuple(
    resource for resource in PACKAGE["resources"] if "schema" in resource
)


def field_descriptor(table: str, column: str) -> Descriptor:
    """What the package says of one column.

    >>> field_descriptor("case_mix", "aid_rmb")["unit"]
    'RMB'
    """
    resource = next(found for found in TABLE_RESOURCES if found["name"] == table)
    fields: list[Descriptor] = resource["schema"]["fields"]
    return next(field for field in fields if field["name"] == column)


def words(table: str, column: str) -> tuple[str, ...]:
    """The words that a column may hold, in the order of the package.

    >>> words("observations", "bound")
    ('=', '<', '>', 'over')
    """
    return tuple(field_descriptor(table, column)["constraints"]["enum"])


@lru_cache(maxsize=1)
def data_archive() -> bytes:
    """The descriptor and every file it names as one ZIP; the same data gives the same bytes."""
    files = [DESCRIPTOR, *(resource["path"] for resource in PACKAGE["resources"])]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for file in sorted(files):
            # An entry made by name has a fixed time of 1980.
            entry = zipfile.ZipInfo(f"data/{file}")
            archive.writestr(entry, (PACKAGED_DATA / file).read_bytes(), zipfile.ZIP_DEFLATED)
    return content.getvalue()
