"""Licences of everything that the dashboard installs: ``python scripts/licences.py``.

Writes docs/licences.md from what the installed packages say of themselves.
"""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
FILES = ("requirements.txt", "requirements-extras.txt")
PAGE = ROOT / "docs" / "licences.md"
HEAD = """# Licences of what is installed

Written by `make licences` from what each package says of itself. The project's own licence is in
`LICENSE`, that of the data in `data/LICENSE.md`.
"""
LONGEST = 60


def required(file: str) -> list[Requirement]:
    """The lines of a requirements file."""
    lines = (line.split("#")[0].strip() for line in (ROOT / file).read_text().splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def needed(requirements: list[Requirement]) -> dict[str, Distribution]:
    """What these bring along, themselves included, by name; what is not installed is left out."""
    found: dict[str, Distribution] = {}
    pending = [(each, extra) for each in requirements for extra in ("", *each.extras)]
    while pending:
        requirement, extra = pending.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            continue
        if name in found and not requirement.extras:
            continue
        found[name] = installed
        for line in installed.requires or ():
            inner = Requirement(line)
            pending += [(inner, own) for own in ("", *requirement.extras)]
    return found


def licence_of(installed: Distribution) -> str:
    """What a package says its licence is; empty where it says nothing.

    >>> licence_of(distribution("numpy")) != ""
    True
    """
    told = installed.metadata
    if "License-Expression" in told:
        return str(told["License-Expression"])
    classifiers = [
        each.rsplit(" :: ", 1)[1]
        for each in told.get_all("Classifier") or ()
        if each.startswith("License ::") and not each.endswith("OSI Approved")
    ]
    if classifiers:
        return ", ".join(sorted(classifiers))
    # Some put the whole text there; its first words are its name.
    text = re.sub(r"\s+", " ", " ".join(told.get_all("License") or ()).strip())
    return text.partition(" Copyright")[0][:LONGEST]


def page() -> str:
    """The whole page: a table for the dashboard, one for what is needed beyond it."""
    parts, before = [HEAD], set[str]()
    for file in FILES:
        found = needed(required(file))
        rows = [f"| {name} | {licence_of(found[name])} |" for name in sorted(found.keys() - before)]
        parts.append("\n".join([f"## {file}", "", "| package | licence |", "|---|---|", *rows]))
        before |= found.keys()
    return "\n\n".join(part.strip() for part in parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
