"""One harness for a while, in its own process: by coverage where atheris is, else by chance."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from tests.fuzz.harness import LONGEST_INPUT, Harness
from tests.fuzz.names import harness

HANG_SECONDS = 60
MEMORY_MB = 3_000
INSTRUMENTED = ["forecasting", "ui.address.reading", "json", "csv", "argparse"]


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
