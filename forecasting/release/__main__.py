"""``python -m forecasting.release``: build what is missing of the release, once."""

from __future__ import annotations

import sys
import time

from forecasting.release.building import build, is_whole, one_at_a_time
from forecasting.release.folder import OFF, Unusable, folder_of_this_user


def main() -> int:
    """Build the release where it is not there yet. Exit codes: 0 there or off, 2 not possible."""
    began = time.perf_counter()

    def say(done: int, of: int) -> None:
        end = "\r" if sys.stderr.isatty() and done < of else "\n"
        if end == "\r" or done == of:
            seconds = time.perf_counter() - began
            print(f"release: {done} of {of} parts, {seconds:.0f} s", end=end, file=sys.stderr)

    try:
        with one_at_a_time():
            if not is_whole():
                print("release: computing every day's results, within minutes", file=sys.stderr)
                build(progress=say)
        print(f"release: whole, in {folder_of_this_user()}", file=sys.stderr)
    except (Unusable, OSError) as error:
        print(f"release: nothing is kept: {error}", file=sys.stderr)
        return 0 if str(error) == OFF else 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
