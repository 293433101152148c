"""What the server keeps is set aside from collections, and once only."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import gc, sys
from ui.server import memory

memory.set_aside()
first = gc.get_freeze_count()
made_later = [[i] for i in range(1000)]
memory.set_aside()
kept = len(gc.get_objects()) >= 1000
print(first, gc.get_freeze_count(), kept, "charts.insurance.by_age" in sys.modules)
"""


def test_all_modules_are_loaded_and_set_aside_once():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=True
    )
    first, then, left, loaded = done.stdout.split()
    assert int(first) > 50_000
    # What was freed since has left; nothing was added.
    assert int(then) <= int(first)
    assert (left, loaded) == ("True", "True")
