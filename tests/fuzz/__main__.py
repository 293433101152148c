"""Try the harnesses for a while: ``python -m tests.fuzz --seconds 60 [NAME ...]``.

Where atheris is installed (Linux, x86-64) the inputs follow the coverage of the engine; elsewhere
they are mutations of the seeds by chance. An input that fails is written to a file and named.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from tests.fuzz.names import NAMES, harness
from tests.fuzz.running import by_chance, by_coverage


def main() -> int:
    """Run the harnesses one after another; 1 where any of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60, help="for each harness (60)")
    parser.add_argument("--input", type=Path, help="one file, for one harness: try it again")
    asked = parser.parse_args()
    if asked.input is not None:
        harness(asked.names[0]).run(asked.input.read_bytes())
        return 0
    guided = find_spec("atheris") is not None
    if not guided:
        print("atheris is not installed here: inputs by chance, not by coverage", file=sys.stderr)
    folder = Path(mkdtemp(prefix="fuzz-"))
    failed = []
    for name in asked.names or NAMES:
        print(f"== {name}: {asked.seconds} s, failures in {folder}", flush=True)
        # Instrumented imports and libFuzzer want a process of their own.
        process = multiprocessing.get_context("spawn").Process(
            target=by_coverage if guided else by_chance, args=(name, asked.seconds, folder)
        )
        process.start()
        process.join()
        if process.exitcode:
            failed.append(name)
    print(f"failed: {', '.join(failed)}" if failed else "no failure")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
