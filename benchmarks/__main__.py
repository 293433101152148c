"""Run every benchmark: ``python -m benchmarks [speed|recovery] [--worlds N]``."""

import argparse

from benchmarks import recovery, speed


def main() -> None:
    """Run the benchmarks named, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("name", nargs="?", choices=["speed", "recovery"])
    parser.add_argument("--worlds", type=int, default=40)
    parser.add_argument("--first-seed", type=int, default=20_000)
    arguments = parser.parse_args()
    if arguments.name in (None, "speed"):
        speed.run()
    if arguments.name in (None, "recovery"):
        recovery.run(arguments.worlds, arguments.first_seed)


if __name__ == "__main__":
    main()
