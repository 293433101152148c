"""The container file, read where no engine can build it: pinned, whole, no root, with health."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.architecture.rules import RUNTIME
from ui.pages.data_and_method import CHANGES, METHOD

ROOT = Path(__file__).parents[2]
LINES = (ROOT / "deploy" / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
STEPS = [
    (word, rest.strip())
    for word, _, rest in (line.partition(" ") for line in LINES.splitlines())
    if word and not word.startswith("#")
]


def of(word: str) -> list[str]:
    return [rest for name, rest in STEPS if name == word]


def test_only_known_instructions_stand_in_it():
    known = {"CMD", "COPY", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "RUN", "USER"}
    assert {word for word, _ in STEPS} == known | {"WORKDIR"}
    assert STEPS[0][0] == "FROM"


def test_the_base_is_one_version():
    (base,) = of("FROM")
    _, tag = base.rsplit(":", 1)
    assert tag[0].isdigit()
    assert tag.count(".") == 2


def test_it_does_not_run_as_root():
    (user,) = of("USER")
    assert int(user) > 0
    after = [word for word, _ in STEPS[STEPS.index(("USER", user)) :]]
    assert not {"RUN", "COPY"} & set(after)


def test_the_release_is_built_into_it_and_belongs_to_who_reads_it():
    (step,) = (line for line in of("RUN") if "forecasting.release" in line)
    assert "&& chown --recursive dashboard /var/cache/dashboard" in step
    assert "SHARE_DASHBOARD_CACHE=/var/cache/dashboard" in of("ENV")[0]


def test_everything_that_runs_is_copied_and_exists():
    copied = {name for line in of("COPY") for name in line.split()[:-1]}
    shown = {path.relative_to(ROOT).as_posix() for path in (CHANGES, METHOD)}
    assert {*RUNTIME, *shown, ".streamlit", "data", "deploy", "requirements.lock"} == copied
    assert all((ROOT / name).exists() for name in copied)


@pytest.mark.parametrize("part", ["/healthz", "['status'] == 'ok'", "timeout=9"])
def test_health_is_read_from_the_body(part: str):
    (check,) = of("HEALTHCHECK")
    assert part in check
    json.loads(check.partition("CMD ")[2])


def test_it_starts_the_server_on_the_port_it_names():
    command, port = json.loads(of("CMD")[0]), of("EXPOSE")[0]
    assert "deploy/server.py" in command
    assert f"--server.port={port}" in command
    # The container's own network; who may reach that is for its engine to say.
    assert "--server.address=0.0.0.0" in command
    assert f"127.0.0.1:{port}/healthz" in of("HEALTHCHECK")[0]
