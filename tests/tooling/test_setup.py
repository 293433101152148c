"""The set-up scripts: done once, done again after an interruption, one line when they cannot.

Stand-ins for python, apt-get and id on the path keep the tests off the network and the machine.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"

PYTHON = """\
case "$*" in
    -V) echo "Python $FAKE_VERSION" ;;
    "-c import sys; sys.exit("*) case "$FAKE_VERSION" in 3.11.*) ;; *) exit 1 ;; esac ;;
    "-c import sys; print("*) echo python3.11-venv ;;
    "-m venv"*)
        [ -z "${FAKE_NO_VENV:-}" ] || [ -e ensurepip ] || exit 1
        mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *"--upgrade pip setuptools") touch upgraded; exit "${FAKE_PIP:-0}" ;;
    *"pip install"*) args=$*; echo "pip ${args##*version-check }" >>log; exit "${FAKE_PIP:-0}" ;;
esac
"""
APT = """\
echo "apt-get $1" >>log
[ -z "${FAKE_APT:-}" ] || exit "$FAKE_APT"
case "$*" in *install*venv*) touch ensurepip ;; esac
"""
TOOLS = ("bash", "basename", "cat", "cksum", "cp", "dirname", "env", "grep", "mkdir", "mv", "rm")


@dataclass
class Machine:
    """A folder with the scripts, and a path on which nothing but the stand-ins can be found."""

    root: Path

    def install(self, name: str, body: str) -> None:
        path = self.root / "bin" / name
        path.write_text(f"#!{shutil.which('bash')}\n{body}")
        path.chmod(0o755)

    def run(self, script: str, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.root / "scripts" / script), *args],
            cwd=self.root,
            env={"PATH": str(self.root / "bin"), "FAKE_VERSION": "3.11.7"} | env,
            capture_output=True,
            text=True,
            check=False,
        )

    def setup(self, *files: str, **env: str) -> subprocess.CompletedProcess[str]:
        return self.run("setup.sh", "python3", *(files or ("requirements.txt",)), **env)

    @property
    def log(self) -> list[str]:
        path = self.root / "log"
        return path.read_text().splitlines() if path.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    built = Machine(tmp_path)
    shutil.copytree(SCRIPTS, tmp_path / "scripts")
    (tmp_path / "bin").mkdir()
    for tool in (*TOOLS, "touch"):
        os.symlink(str(shutil.which(tool)), tmp_path / "bin" / tool)
    built.install("python3", PYTHON)
    built.install("id", 'echo "${FAKE_UID:-1000}"')
    built.install("apt-get", APT)
    (tmp_path / "requirements.txt").write_text("streamlit\n")
    (tmp_path / "requirements-dev.txt").write_text("pytest\n")
    return built


def test_second_run_installs_nothing(machine: Machine):
    assert machine.setup().returncode == 0
    first = machine.log
    assert first == ["pip --requirement=requirements.txt"]
    again = machine.setup()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert machine.log == first


def test_a_new_environment_gets_a_current_pip(machine: Machine):
    machine.setup()
    assert (machine.root / "upgraded").exists()


def test_what_the_tests_installed_serves_the_dashboard_too(machine: Machine):
    machine.setup("requirements.txt", "requirements-dev.txt")
    machine.setup("requirements.txt")
    assert machine.log == [
        "pip --requirement=requirements.txt",
        "pip --requirement=requirements-dev.txt",
    ]


def test_only_the_file_that_changed_is_installed_again(machine: Machine):
    machine.setup("requirements.txt", "requirements-dev.txt")
    (machine.root / "requirements-dev.txt").write_text("pytest<10\n")
    machine.setup("requirements.txt", "requirements-dev.txt")
    assert machine.log[2:] == ["pip --requirement=requirements-dev.txt"]


def test_changed_requirement_is_installed(machine: Machine):
    machine.setup()
    (machine.root / "requirements.txt").write_text("streamlit\nplotly\n")
    machine.setup()
    assert len(machine.log) == 2


def test_interrupted_installation_is_done_again(machine: Machine):
    machine.setup()
    (machine.root / ".venv/.installed").unlink()
    assert machine.setup(FAKE_PIP="130").returncode == 130
    assert machine.setup().returncode == 0
    assert len(machine.log) == 3
    machine.setup()
    assert len(machine.log) == 3


def test_interrupted_upgrade_is_done_again(machine: Machine):
    machine.setup()
    before = (machine.root / "requirements.txt").read_text()
    (machine.root / "requirements.txt").write_text("streamlit<1\n")
    assert machine.setup(FAKE_PIP="1").returncode == 1
    (machine.root / "requirements.txt").write_text(before)
    machine.setup()
    assert len(machine.log) == 3


def test_broken_environment_is_made_anew(machine: Machine):
    machine.setup()
    (machine.root / ".venv/bin/python").unlink()
    assert machine.setup().returncode == 0
    assert len(machine.log) == 2


def test_old_python_is_one_line(machine: Machine):
    result = machine.setup(FAKE_VERSION="3.10.2")
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        "setup: Python 3.11 or newer is needed and 'python3' is not: "
        "install it, or name one with PYTHON=/path/to/python3"
    ]


def test_newer_python_beside_an_old_one_is_found(machine: Machine):
    machine.install("python3", "exit 1")
    machine.install("python3.12", PYTHON)
    assert machine.setup().returncode == 0


def test_missing_venv_module_is_named(machine: Machine):
    result = machine.setup(FAKE_NO_VENV="1")
    assert result.returncode == 2
    assert "install python3.11-venv" in result.stderr
    assert machine.log == []


def test_missing_venv_module_is_installed_as_root(machine: Machine):
    assert machine.setup(FAKE_NO_VENV="1", FAKE_UID="0").returncode == 0
    assert machine.log == [
        "apt-get update",
        "apt-get install",
        "pip --requirement=requirements.txt",
    ]


DRIVER = ".venv/lib/python3.11/site-packages/playwright/driver/node"


@pytest.fixture
def bare(machine: Machine) -> Machine:
    """Without a Chromium, a font and what Playwright's driver needs."""
    (machine.root / DRIVER).parent.mkdir(parents=True)
    (machine.root / DRIVER).write_text(f"#!{shutil.which('bash')}\n[ -e libatomic ]\n")
    (machine.root / DRIVER).chmod(0o755)
    machine.install("fc-list", "[ ! -e font ] || echo Noto")
    machine.install("apt-get", 'echo "$@" >>log; exit "${FAKE_APT:-0}"')
    return machine


def test_nothing_is_installed_where_all_is_there(bare: Machine):
    bare.install("chromium", "exit 0")
    (bare.root / "font").touch()
    (bare.root / "libatomic").touch()
    result = bare.run("install_system.sh", FAKE_UID="0")
    assert (result.returncode, result.stderr, bare.log) == (0, "", [])


def test_root_installs_what_is_missing(bare: Machine):
    result = bare.run("install_system.sh", FAKE_UID="0", CI="true")
    assert result.returncode == 0
    assert [line.split()[0] for line in bare.log] == ["update", "install"]
    assert bare.log[-1].endswith("chromium fonts-noto-cjk libatomic1 nginx-light systemd")


def test_a_web_server_is_installed_under_ci_alone(bare: Machine):
    bare.run("install_system.sh", FAKE_UID="0")
    assert "nginx" not in "".join(bare.log)


def test_driver_that_does_not_start_is_said(bare: Machine):
    bare.install("chromium", "exit 0")
    (bare.root / "font").touch()
    result = bare.run("install_system.sh")
    assert "could not install libatomic1" in result.stderr
    assert "tests/browser) are not run" in result.stderr


@pytest.mark.parametrize("env", [{}, {"FAKE_UID": "0", "FAKE_APT": "100"}])
def test_what_cannot_be_installed_is_said(bare: Machine, env: dict[str, str]):
    result = bare.run("install_system.sh", **env)
    assert result.returncode == 0
    assert "could not install chromium fonts-noto-cjk libatomic1" in result.stderr
    assert "tests/browser) are not run" in result.stderr


@pytest.mark.parametrize("env", [{}, {"FAKE_UID": "0", "FAKE_APT": "100"}])
def test_what_cannot_be_installed_fails_under_ci(bare: Machine, env: dict[str, str]):
    assert bare.run("install_system.sh", CI="true", **env).returncode == 1
