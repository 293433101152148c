"""Several replicas of the dashboard behind nginx on this machine, run by supervisor.

    python deploy/cluster.py start --replicas 2 --port 8080
    python deploy/cluster.py status
    python deploy/cluster.py restart     # one replica after the other, readers stay connected
    python deploy/cluster.py stop

Replicas listen on loopback alone, on the ports after the proxy's. Supervisor starts again what has
died, turns the logs over, and is asked over a socket in the state folder; deploy/probe.py ends what
hangs. Exit codes: 0 done, 1 something does not answer, 2 bad use.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from supervisor import childutils

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deploy.proxy import LOOPBACK, RESPONSE_SECONDS, REST_SECONDS, find_nginx

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "deploy" / "supervisord.conf.template"
STATE_FOLDER = ROOT / ".run"
START_SECONDS = 180.0
STOP_SECONDS = 60.0
ASK_AGAIN_SECONDS = 0.1
# Longer than the proxy waits for a replica that starts, before it passes it over.
PATIENCE_SECONDS = RESPONSE_SECONDS + REST_SECONDS
LONGEST_QUOTE = 500
LONGEST_SOCKET = 100
MOST_REPLICAS = 64
AS_ROOT = "warning: everything runs with root's rights; start it as a user without any"
# Matrices are small: threads of BLAS would spin and take the cores from other readers.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}


class ClusterError(Exception):
    """What could not be done, in words for the person at the keyboard."""


def supervisor(folder: Path) -> Any:
    """The supervisor of a state folder, to be asked; OSError where none runs."""
    address = {"SUPERVISOR_SERVER_URL": f"unix://{folder}/supervisor.sock"}
    return childutils.getRPCInterface(address).supervisor


def processes(folder: Path) -> dict[str, dict[str, Any]]:
    """What supervisor says of each process by name: ``proxy``, ``probe``, a replica's port.

    Raises ClusterError where nothing was started.
    """
    try:
        found = supervisor(folder).getAllProcessInfo()
    except OSError as error:
        raise ClusterError(f"nothing runs from {folder}") from error
    return {each["name"]: each for each in found}


def runs(folder: Path) -> bool:
    """Whether supervisor runs from this folder."""
    with suppress(ClusterError):
        return bool(processes(folder))
    return False


def replicas(folder: Path) -> dict[int, int]:
    """Process number of each replica by its port; 0 of one that does not run."""
    return {int(name): each["pid"] for name, each in processes(folder).items() if name.isdigit()}


def leash() -> list[str]:
    """What is put before a command so that it ends when its parent does; nothing on a system
    without setpriv (util-linux), where only ``stop`` ends what a killed parent leaves."""
    program = shutil.which("setpriv")
    return [program, "--pdeathsig", "TERM"] if program else []


def configuration(folder: Path, listen: str, port: int, count: int) -> str:
    """Supervisor's configuration for ``count`` replicas behind ``listen``."""
    values = {
        "FOLDER": str(folder).replace("%", "%%"),
        "ROOT": str(ROOT).replace("%", "%%"),
        "PYTHON": sys.executable.replace("%", "%%"),
        "LEASH": " ".join(leash()),
        "REPLICAS": count,
        "FIRST": port + 1,
        "LISTEN": listen,
        "PORTS": " ".join(str(port + number) for number in range(1, count + 1)),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def fetched(address: str) -> str:
    """Body of an address, empty where it does not answer."""
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_SECONDS) as response:  # nosec B310
            body: str = response.read().decode()
    except OSError:
        return ""
    return body


def health(port: int) -> str:
    """Body of the health route, empty where it does not answer with one of its own."""
    body = fetched(f"http://{LOOPBACK}:{port}/healthz")
    return body if '"status":"ok"' in body else ""


def wait(done: Callable[[], bool], seconds: float) -> bool:
    """Ask until it is done or the time is over."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(ASK_AGAIN_SECONDS)
    return True


def holder(port: int) -> str:
    """Who listens on a port, empty where it is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind((LOOPBACK, port))
            return ""
    with suppress(psutil.Error):
        for each in psutil.net_connections("tcp"):
            if each.status == psutil.CONN_LISTEN and each.laddr.port == port and each.pid:
                return f"process {each.pid}"
    return "another process"


def check_free(ports: Sequence[int]) -> None:
    """Raise ClusterError where something listens on one of these."""
    taken = [f"port {port} is held by {by}" for port in ports if (by := holder(port))]
    if taken:
        raise ClusterError("; ".join(taken))


def start(
    folder: Path,
    port: int,
    count: int,
    environment: Mapping[str, str] | None = None,
    address: str = LOOPBACK,
    tied: bool = False,
) -> str:
    """Start supervisor, and wait until every replica and the proxy are healthy.

    ``tied``: it ends with the thread that started it.
    """
    folder = folder.resolve()
    if find_nginx() is None:
        raise ClusterError("nginx is not installed (Debian: apt-get install nginx-light)")
    if len(str(folder)) > LONGEST_SOCKET - len("/supervisor.sock"):
        raise ClusterError(f"{folder}: too long a path for a socket, choose another with --state")
    if runs(folder):
        raise ClusterError(f"already running from {folder}: stop it first")
    ports = [port + number for number in range(count + 1)]
    check_free(ports)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = configuration(folder, f"{address}:{port}", port, count)
    (folder / "supervisord.conf").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "supervisor.supervisord", "-n", "-c"]
    with open(folder / "supervisord.err", "wb") as words:
        started = subprocess.Popen(
            [*(leash() if tied else []), *command, f"{folder}/supervisord.conf"],
            cwd=ROOT,
            env={**ONE_THREAD, **os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
            start_new_session=True,
        )
    try:
        wait(lambda: runs(folder) or started.poll() is not None, START_SECONDS)
        if not runs(folder):
            message = (folder / "supervisord.err").read_text(errors="replace").strip()
            raise ClusterError(f"supervisor did not start: {message[-LONGEST_QUOTE:]}")
        for each in (*ports[1:], port):
            await_health(folder, each)
    except BaseException:
        with suppress(ClusterError):
            stop(folder)
        raise
    return f"{count} replicas behind http://{address}:{port}"


def await_health(folder: Path, port: int) -> None:
    """Wait until a port answers; ClusterError with the log's end where it does not."""

    def done() -> bool:
        return bool(health(port)) or given_up()

    def given_up() -> bool:
        name = str(port) if str(port) in processes(folder) else "proxy"
        return processes(folder)[name]["statename"] == "FATAL"

    if not wait(done, START_SECONDS) or given_up():
        log = folder / f"replica-{port}.log"
        log = log if log.exists() else folder / "proxy.log"
        message = log.read_text(errors="replace").strip()[-LONGEST_QUOTE:]
        raise ClusterError(f"port {port} is not healthy, {log.name} ends: {message}")


def restart(folder: Path) -> str:
    """Each replica in turn: end, start again, healthy.

    Its readers are reconnected to another replica by their browsers; day, language and inputs are
    in the address and come along.
    """
    ports = sorted(replicas(folder))
    for port in ports:
        name = f"replica:{port}"
        with suppress(Exception):
            supervisor(folder).stopProcess(name)
        supervisor(folder).startProcess(name)
        await_health(folder, port)
        # Until the proxy, which passes it over, tries it again: the next one is ended then.
        time.sleep(REST_SECONDS + 1)
    return f"{len(ports)} replicas restarted"


def status(folder: Path) -> str:
    """What runs and what each replica answers; an error where something is missing."""
    found = processes(folder)
    healthy = {name: health(int(name)) for name in found if name.isdigit()}
    lines = [
        f"{name}: {each['description'] or each['statename']} {healthy.get(name, '')}".rstrip()
        for name, each in found.items()
    ]
    text = "\n".join(lines)
    running = all(each["statename"] == "RUNNING" for each in found.values())
    if not running or not all(healthy.values()):
        raise ClusterError(text)
    return text


def stop(folder: Path) -> str:
    """End everything, and prove that nothing is left on the ports."""
    folder = folder.resolve()
    listening = [*replicas(folder), min(replicas(folder)) - 1]
    pid = supervisor(folder).getPID()
    supervisor(folder).shutdown()
    if not wait(lambda: not alive(pid), STOP_SECONDS):
        raise ClusterError(f"supervisor, process {pid}, does not end")
    check_free(listening)
    return "stopped"


def alive(pid: int) -> bool:
    """Whether a process is there and has not ended; one that waits to be reaped has."""
    with suppress(psutil.Error):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and do as it says."""
    parser = argparse.ArgumentParser(prog="deploy/cluster.py", description="Dashboard behind nginx")
    parser.add_argument("command", choices=("start", "status", "restart", "stop"))
    parser.add_argument("--state", type=Path, default=STATE_FOLDER, help="folder of logs and ids")
    parser.add_argument("--address", default=LOOPBACK, help="that the proxy listens on")
    parser.add_argument("--port", type=int, default=8080, help="of the proxy")
    parser.add_argument("--replicas", type=int, default=2, help=f"1 to {MOST_REPLICAS}")
    chosen = parser.parse_args(arguments)
    if not 1 <= chosen.replicas <= MOST_REPLICAS:
        parser.error(f"--replicas: found {chosen.replicas}, legal: 1 to {MOST_REPLICAS}")
    folder = chosen.state.resolve()
    try:
        if chosen.command == "start":
            if os.geteuid() == 0:
                print(AS_ROOT, file=sys.stderr)
            print(start(folder, chosen.port, chosen.replicas, address=chosen.address))
        else:
            print({"status": status, "restart": restart, "stop": stop}[chosen.command](folder))
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
