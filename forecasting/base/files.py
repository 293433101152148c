"""Reading and writing files without surprises: regular files only, whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from forecasting.base.errors import InputError
from forecasting.base.messages import Message

# The most that is read of a file, bytes: a table, a scenario, a list of scenarios for a sweep.
MOST_TABLE_BYTES = 20_000_000
MOST_SCENARIO_BYTES = 1_000_000
MOST_SWEEP_BYTES = 50_000_000

AN_INPUT = Message("an input of this run, legal: another file")
NOT_REGULAR = Message("a folder, link, pipe or device, legal: a file")


def read_regular(path: str | Path, most: int, file: str | None = None) -> bytes:
    """The content of a file, at most ``most`` bytes and one more.

    Raises InputError at once for what is no regular file: a pipe or a device may never end, and a
    link may lead to one.
    """
    file = file or str(path)
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    flags |= getattr(os, "O_BINARY", 0)
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise InputError("{file}: cannot be read: {reason}", file=file, reason=NOT_REGULAR)
        with open(os.open(path, flags), "rb") as stream:
            return stream.read(most + 1)
    except OSError as error:
        reason = error.strerror
        raise InputError("{file}: cannot be read: {reason}", file=file, reason=reason) from error
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "{file!r}: not a file name: {reason}", file=file[:60], reason=str(error)
        ) from error


def write_whole(path: str | Path, content: bytes, inputs: Iterable[str | Path] = ()) -> None:
    """Write a file beside its place and move it there: a full disk leaves the old one.

    Raises InputError when it is one of ``inputs``, no regular file, or cannot be written.
    """
    target = Path(path)
    part: Path | None = None
    try:
        if os.path.lexists(target):
            if not stat.S_ISREG(os.lstat(target).st_mode):
                raise InputError(
                    "{file}: cannot be written: {reason}", file=str(path), reason=NOT_REGULAR
                )
            if any(_is_same(target, one) for one in inputs):
                raise InputError(
                    "{file}: cannot be written: {reason}", file=str(path), reason=AN_INPUT
                )
        name = target.with_name(f".{target.name}.{os.getpid()}.part")
        with open(name, "xb") as stream:
            part = name
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(part, target)
        part = None
    except OSError as error:
        raise InputError(
            "{file}: cannot be written: {reason}", file=str(path), reason=error.strerror
        ) from error
    except ValueError as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            "{file!r}: not a file name: {reason}", file=str(path)[:60], reason=str(error)
        ) from error
    finally:
        if part is not None:
            with contextlib.suppress(OSError):
                part.unlink()


def _is_same(target: Path, one: str | Path) -> bool:
    try:
        return os.path.samefile(target, one)
    except (OSError, ValueError):
        return False
