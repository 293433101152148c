"""The dashboard in each of the ways in which it is served, one server of each for all tests."""

from __future__ import annotations

import json
import os
import resource
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks.load import behind_nginx
from benchmarks.server import HOST, ROOT, free_port, running
from forecasting.release.folder import FOLDER_VARIABLE
from ui.export.files import place_plotly

WAYS = ("run", "container", "replicas")


class Site(NamedTuple):
    """A running dashboard: where it answers, and the folder of its logs."""

    way: str
    address: str
    port: int
    folder: Path


def command_of_run(port: int) -> list[str]:
    """What ``make run`` starts, as ``make -n`` prints it."""
    environment = {"PATH": os.environ["PATH"]}
    printed = subprocess.run(
        ["make", "-n", "run", f"PORT={port}"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [sys.executable, *shlex.split(printed.strip().splitlines()[-1])[1:]]


def command_of_container(port: int) -> list[str]:
    """What the container starts, on a port and address of this machine."""
    lines = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").splitlines()
    _, *command = json.loads(lines[-1].removeprefix("CMD "))
    exchanged = {"--server.port=8501": f"--server.port={port}"}
    exchanged["--server.address=0.0.0.0"] = f"--server.address={HOST}"
    assert exchanged.keys() <= set(command)
    return [sys.executable, *(exchanged.get(word, word) for word in command)]


# Smaller than in production, so that a test reaches them.
MOST_CONNECTIONS, SLOWEST_SECONDS = 40, 2
SMALL = {
    "SHARE_DASHBOARD_CONNECTIONS": str(MOST_CONNECTIONS),
    "SHARE_DASHBOARD_SLOWEST_SECONDS": str(SLOWEST_SECONDS),
}


# A server may write no file larger than this: a part of a reader's upload of two megabytes that is
# laid on the disk, by nginx or by Starlette, makes the upload fail.
LARGEST_WRITTEN = 512 * 1024


@contextmanager
def small_files() -> Iterator[None]:
    """What is started within may write small files alone."""
    place_plotly()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_WRITTEN, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture(scope="session")
def site(release: None) -> Iterator[Site]:
    """Two replicas."""
    with ExitStack() as stack:
        with small_files():
            address, _, logs = stack.enter_context(behind_nginx(2, SMALL))
        yield Site("replicas", address, int(address.rsplit(":", 1)[1]), logs)


@pytest.fixture(scope="session", params=WAYS)
def any_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """The dashboard served in each way; everything that it writes goes into its folder."""
    way = request.param
    if way == "replicas":
        yield request.getfixturevalue("site")
        return
    folder, port = tmp_path_factory.mktemp(way), free_port()
    command = (command_of_run if way == "run" else command_of_container)(port)
    settings = {FOLDER_VARIABLE: str(folder / "kept"), "OPENBLAS_NUM_THREADS": "1"}
    with ExitStack() as stack:
        with small_files():
            log = folder / "server.log"
            server = stack.enter_context(running(command, port, environment=settings, log=log))
        yield Site(way, server.address, port, folder)
