"""Run benchmarks: ``python -m benchmarks [NAME ...]``, the names being those of ``NAMES``.

Without a name all are run, and the report is kept as a dated file in ``benchmarks/results``.
"""

import argparse
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks import (
    accuracy,
    against,
    browser,
    headline,
    laplace,
    load,
    recovery,
    rivals,
    speed,
    sweeps,
)
from benchmarks.report import Section, document, keep, machine_facts, progress

NAMES = (
    "speed",
    "browser",
    "sweeps",
    "rivals",
    "accuracy",
    "recovery",
    "headline",
    "laplace",
    "load",
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks named, or all of them, and print the report."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(NAMES))
    parser.add_argument("--worlds", type=int, default=40, help="simulated plans to recover")
    parser.add_argument(
        "--plans",
        type=int,
        default=headline.PLANS,
        help="simulated plans for the headline",
    )
    parser.add_argument("--first-seed", type=int, default=20_000)
    parser.add_argument("--keep", action="store_true", help="let the pages say what is found")
    parser.add_argument("--draws", type=int, default=laplace.DRAWS, help="draws of each chain")
    parser.add_argument("--sessions", type=int, default=load.SESSIONS, help="readers at once")
    parser.add_argument(
        "--against", type=Path, metavar="FOLDER", help="time this older checkout in turn with ours"
    )
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.names) - set(NAMES))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; choose from {', '.join(NAMES)}")
    runs: dict[str, Callable[[], Section]] = {
        "speed": speed.run,
        "browser": browser.run,
        "sweeps": sweeps.run,
        "rivals": rivals.run,
        "accuracy": lambda: accuracy.run(chosen.keep),
        "recovery": lambda: recovery.run(chosen.worlds, chosen.first_seed, chosen.keep),
        "headline": lambda: headline.run(chosen.plans, chosen.first_seed, chosen.keep),
        "laplace": lambda: laplace.run(chosen.draws),
        "load": lambda: load.run(chosen.sessions),
    }
    facts = machine_facts()
    sections = []
    for name in chosen.names or NAMES:
        progress(name)
        sections.append(runs[name]())
    if chosen.against:
        progress("against")
        sections.append(against.run(chosen.against.resolve()))
    day = date.today()
    text = document(sections, facts, day)
    print(text, end="")
    if not chosen.names:
        progress(f"kept as {keep(text, day).name}")


if __name__ == "__main__":
    main()
