"""Files of 20 MB made to be hard: each is read or refused in bounded time and memory."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable

import pytest

from forecasting.base.errors import InputError
from forecasting.base.files import MOST_TABLE_BYTES
from forecasting.disclosures import read_observations
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.disclosures.text_table import LONGEST_LINE, MOST_ROWS

MOST_MEGABYTES = 500
MOST_SECONDS = 60
HEADER = ",".join(OBSERVATIONS.columns).encode() + b"\n"
ROW = b"p,critical_illness,share,2020-10-28,2020-10-28,stated,4.86,rmb_per_member,=,0,high,s,\n"


def filled(first: bytes, piece: bytes, last: bytes = b"") -> bytes:
    """As many pieces as 20 MB hold."""
    return first + piece * ((MOST_TABLE_BYTES - len(first) - len(last)) // len(piece)) + last


def packed(content: bytes, parts: int) -> bytes:
    """A ZIP file of many parts of one content."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in range(parts):
            archive.writestr(f"xl/{part}.xml", content)
    return stream.getvalue()


HARD: dict[str, tuple[Callable[[], bytes], str]] = {
    "rows": (lambda: filled(HEADER, ROW), f"more than {MOST_ROWS:,} rows"),
    "empty cells": (lambda: filled(HEADER, b",,,,,,,,,,,,\n"), "no rows"),
    "one column": (lambda: filled(b"plan\n", b"a\n"), f"more than {MOST_ROWS:,} rows"),
    "columns": (lambda: filled(b"", b"a,"), f"more than {LONGEST_LINE:,} characters"),
    "quotes": (lambda: filled(HEADER, b'"'), "cannot be read"),
    "an open quote": (lambda: filled(HEADER + b'"', b"\n"), "cannot be read"),
    "wide characters": (lambda: filled(HEADER, b"a", "\U0001f600".encode()), "cannot be read"),
    "blank lines": (lambda: HEADER + b"\n" * 100_000, "no rows"),
    "short rows": (lambda: filled(HEADER, b"a\n"), "1 cells"),
    "zeros": (lambda: filled(HEADER, b"\0"), "control character"),
    "UTF-16": (lambda: filled(b"\xff\xfe", b"a\0"), f"more than {LONGEST_LINE:,} characters"),
    "odd UTF-16": (lambda: filled(b"\xff\xfea", b"a\0"), "found byte"),
    "old Excel": (lambda: filled(b"\xd0\xcf\x11\xe0", b"\0"), "XLS"),
    "no workbook": (lambda: filled(b"PK\x03\x04", b"\0"), "a workbook that cannot be read"),
    "a workbook of zeros": (lambda: packed(b"\0" * 4_000_000, 40), "unpacks to more than"),
    "a workbook of parts": (lambda: packed(b"", 2_000), "parts in the workbook"),
    "digits": (lambda: HEADER + ROW.replace(b"4.86", b"9" * 100_000), "column value"),
}
ASK = """
import json, resource, sys, time
from forecasting.disclosures import read_observations
from forecasting.base.errors import InputError
content = sys.stdin.buffer.read()
read_observations({first!r}, "hard.csv")
before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
try:
    said = f"accepted {{len(read_observations(content, 'hard.csv'))}}"
except InputError as error:
    said = str(error)
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([said, (after - before) / 1024, time.perf_counter() - start]))
"""


def test_twenty_megabytes_of_rows_take_bounded_memory_and_time():
    make, part = HARD["rows"]
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(first=HEADER + ROW)],
        input=make(),
        capture_output=True,
        check=True,
    )
    sentence, megabytes, seconds = json.loads(done.stdout)
    assert part in sentence
    assert megabytes <= MOST_MEGABYTES
    assert seconds <= MOST_SECONDS


@pytest.mark.parametrize("name", HARD)
def test_what_is_hard_is_refused_in_words(name: str):

    make, part = HARD[name]
    with pytest.raises(InputError, match=part) as refused:
        read_observations(make(), "hard.csv")
    assert all(line.startswith("hard.csv: ") for line in str(refused.value).splitlines())
