"""What stays for as long as the server runs, kept out of Python's full collections."""

from __future__ import annotations

import functools
import gc
import importlib
import pkgutil

PACKAGES: tuple[str, ...] = ("charts", "sentences", "ui")
# What Streamlit itself loads with its first page: a pattern of thousands of signs.
LATE = "streamlit.emojis"


@functools.cache
def set_aside() -> None:
    """Load every module that some page will need and set all that is loaded aside, once.

    A full collection looks at a quarter of a million objects of libraries, which takes 0.15 s and
    stops every reader; of those made later there are few. Nothing set aside is ever collected, so
    this is done once, before there is a session or with hardly one there.
    """
    for package in PACKAGES:
        folder = importlib.import_module(package).__path__
        for module in pkgutil.walk_packages(folder, f"{package}."):
            importlib.import_module(module.name)
    importlib.import_module(LATE)
    gc.collect()
    gc.freeze()
