"""How a command ends when nobody reads on, or somebody stops it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

CASES = Path(__file__).parents[1] / "cases"


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "forecasting", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_closed_pipe_ends_quietly():
    process = started("validate", str(CASES / "base.csv"), "--format", "csv")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    sentence = process.stderr.read().decode().splitlines()
    assert all(line.startswith("warning: ") for line in sentence)
    assert process.wait() == 0


def test_an_interrupt_ends_quietly_with_its_code():
    # A shell that started this in the background has it ignore interrupts.
    code = "import os, signal, forecasting.cli.main as cli\n" + (
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def stop(*_): os.kill(os.getpid(), signal.SIGINT)\n"
        "cli.validation_of = stop\n"
        "raise SystemExit(cli.main(['validate', 'x.csv']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (130, b"", b"")
    assert signal.SIGINT + 128 == 130
