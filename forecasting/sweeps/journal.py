"""Finished tasks of a sweep in a folder, so that nothing is computed twice."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from forecasting.base.errors import InputError

FILE_NAME = "tasks.jsonl"
Record = dict[str, Any]


def task_key(task: Mapping[str, Any]) -> str:
    """What a task is known by: SHA-256 of its canonical JSON, 64 hexadecimal digits.

    >>> task_key({"seed": 1, "horizon": 24}) == task_key({"horizon": 24, "seed": 1})
    True
    """
    text = json.dumps(task, sort_keys=True, ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class Journal:
    """One line a finished task, appended and forced to the disk before the next one is counted.

    A process killed while it writes leaves a last line without its end: that line is cut off and
    its task is done again. Raises InputError where the folder cannot be used, or where a line other
    than the last cannot be read.
    """

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder) / FILE_NAME
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.touch()
            content = self.path.read_bytes()
            whole = content[: content.rfind(b"\n") + 1]
            if whole != content:
                os.truncate(self.path, len(whole))
        except OSError as error:
            raise InputError(f"{self.path}: cannot be used: {error.strerror}") from error
        self.finished = dict(self._entry(i, line) for i, line in enumerate(whole.splitlines(), 1))

    def _entry(self, number: int, line: bytes) -> tuple[str, Record]:
        try:
            entry = json.loads(line)
            return str(entry["key"]), dict(entry["record"])
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"{self.path}: line {number}: found {line[:40]!r}, legal: a JSON object with key "
                "and record; delete the line and its task is done again"
            ) from error

    def add(self, key: str, task: Mapping[str, Any], record: Record) -> None:
        """Keep one finished task. Raises InputError where it cannot be written, on a full disk."""
        entry = {"key": key, "task": task, "record": record}
        line = json.dumps(entry, ensure_ascii=False, allow_nan=False).encode("utf-8") + b"\n"
        try:
            file = os.open(self.path, os.O_WRONLY | os.O_APPEND)
            try:
                written = os.write(file, line)
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as error:
            raise InputError(f"{self.path}: cannot be written: {error.strerror}") from error
        if written < len(line):
            raise InputError(f"{self.path}: the disk took {written} of {len(line)} bytes")
        self.finished[key] = record
