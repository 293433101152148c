"""Try the harnesses for a while: ``python -m tests.fuzz --seconds 60 [NAME ...]``.

Where atheris is installed (Linux, x86-64) the inputs follow the coverage of the engine; elsewhere
they are mutations of the seeds by chance. An input that fails is written to a file and named.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp

from tests.fuzz.harness import LONGEST_INPUT, Harness
from tests.fuzz.names import NAMES, harness

HANG_SECONDS = 60
MEMORY_MB = 3_000
INSTRUMENTED = ["forecasting", "ui.address", "json", "csv", "argparse"]


def by_coverage(name: str, seconds: int, folder: Path) -> None:
    """One harness under libFuzzer, which ends the process."""
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        tried: Harness = harness(name)
    chance = random.Random(0)

    def mutate(data: bytes, most: int, seed: int) -> bytes:
        chance.seed(seed)
        if chance.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return tried.mutated(data, chance)[:most]

    corpus = folder / name
    corpus.mkdir()
    for number, seed in enumerate(tried.seeds):
        (corpus / f"{number}").write_bytes(seed)
    options = [
        f"-max_total_time={seconds}",
        f"-timeout={HANG_SECONDS}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-max_len={LONGEST_INPUT}",
        f"-artifact_prefix={folder}/{name}-",
        "-print_final_stats=1",
        "-verbosity=1",
    ]
    atheris.Setup([name, *options, str(corpus)], tried.run, custom_mutator=mutate)
    atheris.Fuzz()


def by_chance(name: str, seconds: int, folder: Path) -> None:
    """One harness on mutations of its seeds; the clock gives the order, so that runs differ."""
    tried = harness(name)
    deadline, count = time.monotonic() + seconds, 0
    for data in tried.inputs(time.time_ns()):
        try:
            tried.run(data)
        except Exception:
            path = folder / f"{name}-found"
            path.write_bytes(data)
            print(f"{name}: failed on {path}", file=sys.stderr)
            raise
        count += 1
        if time.monotonic() > deadline:
            break
    print(f"{name}: {count} inputs, no failure")


def main() -> int:
    """Run the harnesses one after another; 1 where any of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=str(NAMES))
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
