"""Where a release lies: a folder of JSON files and a manifest with the hash of each.

What is read is what was written under the same key, to the last byte, or nothing: a release of
other figures, another model or another library has another name, and a file whose hash differs is
not used. The folder is made for its user alone (0700); one that somebody else could fill is not
used, since nobody could tell such figures from the model's.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import json
import os
import platform
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import forecasting
from forecasting.disclosures import PACKAGED_DATA
from forecasting.fitting.estimation import MODEL_VERSION
from forecasting.release.codec import from_json, to_json

FOLDER_VARIABLE = "SHARE_DASHBOARD_CACHE"
FOLDER_NAME = "share-dashboard"
OFF = "off"
MANIFEST = "manifest.json"
LIBRARIES = ("numpy", "pandas", "pydantic", "scipy", "statsmodels")
ENGINE = Path(forecasting.__file__).parent
SUFFIXES = (".csv", ".json", ".po", ".py")
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class Unusable(Exception):
    """Why nothing can be read from, or kept in, a folder."""


def fingerprint(*folders: Path) -> str:
    """SHA-256 of the tables, modules and catalogues in ``folders``, by their names and contents.

    >>> fingerprint(PACKAGED_DATA) == fingerprint(PACKAGED_DATA) != fingerprint(ENGINE)
    True
    """
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES:
                digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


@functools.cache
def key() -> Mapping[str, str]:
    """All that a result depends on; taken once: files changed under a running server do not count.

    >>> key()["model_version"] == MODEL_VERSION
    True
    """
    return {
        "data_version": forecasting.load_disclosures().data_version,
        "model_version": MODEL_VERSION,
        "modules_and_tables": fingerprint(ENGINE, PACKAGED_DATA),
        "python": f"{platform.python_version()} {platform.machine()}",
        **{name: version(name) for name in LIBRARIES},
    }


def folder_of_this_user() -> Path:
    """The folder that ``SHARE_DASHBOARD_CACHE`` names, else one in the user's cache folder.

    Raises Unusable where it is switched off or there is none.
    """
    named = os.environ.get(FOLDER_VARIABLE)
    if named == OFF:
        raise Unusable(OFF)
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(base) if base else Path.home() / ".cache") / FOLDER_NAME
    except RuntimeError as error:
        raise Unusable("this user has no folder") from error


def check(folder: Path) -> None:
    """Raises Unusable where somebody else could put a file into ``folder``, or swap it.

    In a folder above it others may write only if nobody but its owner can rename there (sticky).
    """
    try:
        facts = folder.stat()
        above = [parent.stat().st_mode for parent in folder.resolve().parents]
    except OSError as error:
        raise Unusable(f"it cannot be read: {error.strerror}") from error
    if hasattr(os, "getuid") and facts.st_uid != os.getuid():
        raise Unusable(f"it belongs to user {facts.st_uid}, not to {os.getuid()}")
    if facts.st_mode & OTHERS_WRITE:
        raise Unusable("others may write to it")
    if any(mode & stat.S_IWOTH and not mode & stat.S_ISVTX for mode in above):
        raise Unusable("others may write to a folder above it")


def name_of_release() -> str:
    """The folder's name within the cache folder: another key, another name."""
    return f"release-{hashlib.sha256(json.dumps(key()).encode()).hexdigest()[:16]}"


def write(folder: Path, name: str, result: Any) -> str:
    """Write one result and return the SHA-256 of its file; the same result gives the same bytes."""
    text = json.dumps(to_json(result), ensure_ascii=False, allow_nan=False)
    content = gzip.compress(text.encode(), mtime=0)
    (folder / f"{name}.json.gz").write_bytes(content)
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True)
class Release:
    """A release that was found: its folder, and of each file its SHA-256, none of a refusal."""

    folder: Path
    files: Mapping[str, str | None]

    def read(self, name: str) -> Any:
        """A result; None where the release has none. Raises Unusable where its file is damaged."""
        wanted = self.files.get(name)
        if wanted is None:
            return None
        try:
            content = (self.folder / f"{name}.json.gz").read_bytes()
        except OSError as error:
            raise Unusable(f"{name}: cannot be read: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != wanted:
            raise Unusable(f"{name}: is not what was written")
        return from_json(json.loads(gzip.decompress(content)))


def find() -> Release:
    """The release of these figures and this engine. Raises Unusable where there is none."""
    cache = folder_of_this_user()
    folder = cache / name_of_release()
    if not folder.exists():
        raise Unusable("no release was built")
    check(cache)
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if manifest["key"] != key():
            raise Unusable("its manifest is of another release")
        return Release(folder, dict(manifest["files"]))
    except OSError as error:
        raise Unusable(f"its manifest cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise Unusable("its manifest is damaged") from error
