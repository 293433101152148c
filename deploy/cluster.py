"""Several replicas of the dashboard behind nginx on this machine.

    python deploy/cluster.py start --replicas 2 --port 8080
    python deploy/cluster.py status
    python deploy/cluster.py restart     # one replica after the other, readers stay connected
    python deploy/cluster.py stop

Replicas listen on loopback alone, on the ports after the proxy's. What is running is written to the
state folder, together with every log. Exit codes: 0 done, 1 something does not answer, 2 bad use.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
PAGE = "static/index.html"
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
STATE_FOLDER = ROOT / ".run"
LOOPBACK = "127.0.0.1"
START_SECONDS = 180.0
LONGEST_SAID = 500
STOP_SECONDS = 20.0
ASK_AGAIN_SECONDS = 0.1
ANSWERS_IN_A_ROW = 8
MOST_REPLICAS = 64


class ClusterError(Exception):
    """What could not be done, in words for the person at the keyboard."""


@dataclass(frozen=True)
class Replica:
    """One process of the dashboard."""

    port: int
    pid: int

    @property
    def alive(self) -> bool:
        """Whether the process is there; one that has ended and was not waited for is not."""
        with suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, PermissionError):
            return False
        return True


@dataclass(frozen=True)
class Cluster:
    """All that runs, as the state folder has it."""

    port: int
    replicas: tuple[Replica, ...]

    def write(self, folder: Path) -> None:
        """Put it into the state folder, whole or not at all."""
        partial = folder / "cluster.json.part"
        partial.write_text(json.dumps(asdict(self)), encoding="utf-8")
        partial.replace(folder / "cluster.json")


def read(folder: Path) -> Cluster:
    """What the state folder says is running."""
    try:
        found = json.loads((folder / "cluster.json").read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ClusterError(f"nothing was started from {folder}") from error
    return Cluster(found["port"], tuple(Replica(**each) for each in found["replicas"]))


def fetched(address: str) -> str:
    """Body of an address, empty where it does not answer."""
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:  # nosec B310
            body: str = answer.read().decode()
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


def start_replica(port: int, folder: Path, environment: Mapping[str, str] | None = None) -> Replica:
    """Start one and wait until it says that it is healthy."""
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "deploy" / "server.py")]
    options = {"port": port, "address": LOOPBACK, "headless": "true", "fileWatcherType": "none"}
    with open(folder / f"replica-{port}.log", "ab") as log:
        process = subprocess.Popen(
            [*command, *(f"--server.{name}={value}" for name, value in options.items())],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    found = Replica(port, process.pid)
    if not wait(lambda: bool(health(port)) or process.poll() is not None, START_SECONDS):
        stop_replica(found)
    if process.poll() is not None:
        said = (folder / f"replica-{port}.log").read_text(errors="replace").strip()[-LONGEST_SAID:]
        raise ClusterError(f"the replica on port {port} is not healthy, it said last: {said}")
    return found


def stop_replica(replica: Replica) -> None:
    """Ask it to end, and end it where it does not."""
    with suppress(ProcessLookupError):
        os.kill(replica.pid, signal.SIGTERM)
        if not wait(lambda: not replica.alive, STOP_SECONDS):
            os.kill(replica.pid, signal.SIGKILL)


def upstream(cluster: Cluster, resting: Sequence[int] = ()) -> str:
    """Lines of nginx for the replicas; those at rest get no new connection.

    >>> print(upstream(Cluster(8080, (Replica(8081, 1), Replica(8082, 2))), resting=[8082]))
    server 127.0.0.1:8081 max_fails=1 fail_timeout=2s;
    server 127.0.0.1:8082 down;
    """
    return "\n".join(
        f"server {LOOPBACK}:{each.port} "
        + ("down;" if each.port in resting else "max_fails=1 fail_timeout=2s;")
        for each in cluster.replicas
    )


def script_hashes(page: str) -> list[str]:
    """What a content security policy calls the scripts written into a page of HTML.

    >>> script_hashes("<script src='a.js'></script><script>alert(1)</script>")
    ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]
    """
    return [
        f"'sha256-{b64encode(hashlib.sha256(body.encode()).digest()).decode()}'"
        for body in INLINE_SCRIPT.findall(page)
    ]


def configuration(port: int, folder: Path) -> str:
    """The template with its names filled in."""
    page = files("streamlit").joinpath(PAGE).read_text(encoding="utf-8")
    values = {
        "FOLDER": folder,
        "LISTEN": f"{LOOPBACK}:{port}",
        "SCRIPTS": " ".join(script_hashes(page)),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def steer(folder: Path, cluster: Cluster, resting: Sequence[int] = ()) -> None:
    """Tell the proxy who gets new connections, and wait until its old workers take none.

    A reload returns at once; a second one on its heels could leave a reader with a worker that
    knows only replicas at rest.
    """
    (folder / "upstream").write_text(upstream(cluster, resting), encoding="utf-8")
    generation = str(time.monotonic_ns())
    (folder / "generation").write_text(f'return 200 "{generation}";', encoding="utf-8")
    running = (folder / "nginx.pid").exists()
    nginx(folder, *(("-s", "reload") if running else ()))
    address = f"http://{LOOPBACK}:{cluster.port}/generation"

    def all_new() -> bool:
        return all(fetched(address) == generation for _ in range(ANSWERS_IN_A_ROW))

    if not wait(all_new, START_SECONDS):
        raise ClusterError(f"the proxy does not answer on {address}: see nginx-error.log")


def find_nginx() -> str | None:
    """The program on the path, or where Debian puts it for root."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def nginx(folder: Path, *arguments: str) -> None:
    """Run nginx on our configuration."""
    program = find_nginx()
    if program is None:
        raise ClusterError("nginx is not installed (Debian: apt-get install nginx-light)")
    command = [program, "-p", str(folder), "-e", str(folder / "nginx-error.log")]
    result = subprocess.run(
        [*command, "-c", str(folder / "nginx.conf"), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise ClusterError(f"nginx: {result.stderr.strip()}")


def start(folder: Path, port: int, count: int, environment: Mapping[str, str] | None = None) -> str:
    """Replicas first, the proxy when they are healthy."""
    with suppress(ClusterError):
        if any(each.alive for each in read(folder).replicas):
            raise SystemExit(f"already running from {folder}: stop it first")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    cluster = Cluster(port, ())
    try:
        # One after the other: the first computes what the others then read from disk.
        for number in range(1, count + 1):
            fresh = start_replica(port + number, folder, environment)
            cluster = replace(cluster, replicas=(*cluster.replicas, fresh))
            cluster.write(folder)
        (folder / "nginx.pid").unlink(missing_ok=True)
        (folder / "nginx.conf").write_text(configuration(port, folder), encoding="utf-8")
        steer(folder, cluster)
    except ClusterError:
        for each in cluster.replicas:
            stop_replica(each)
        raise
    return f"{count} replicas behind http://{LOOPBACK}:{port}"


def restart(folder: Path) -> str:
    """Each replica in turn: no new readers, end, start again, healthy, readers again.

    Its readers are reconnected to another replica by their browsers; day, language and inputs are
    in the address and come along.
    """
    cluster = read(folder)
    for place, old in enumerate(cluster.replicas):
        steer(folder, cluster, [old.port])
        stop_replica(old)
        fresh = start_replica(old.port, folder)
        replicas = (*cluster.replicas[:place], fresh, *cluster.replicas[place + 1 :])
        cluster = replace(cluster, replicas=replicas)
        cluster.write(folder)
        steer(folder, cluster)
    return f"{len(cluster.replicas)} replicas restarted"


def status(folder: Path) -> str:
    """What each port answers; an error where one does not."""
    cluster = read(folder)
    ports = [cluster.port, *(each.port for each in cluster.replicas)]
    answers = {port: health(port) for port in ports}
    text = "\n".join(f"{port}: {body or 'does not answer'}" for port, body in answers.items())
    if not all(answers.values()):
        raise ClusterError(text)
    return text


def stop(folder: Path) -> str:
    """The proxy first, then the replicas."""
    cluster = read(folder)
    with suppress(ClusterError):
        nginx(folder, "-s", "stop")
    for each in cluster.replicas:
        stop_replica(each)
    (folder / "cluster.json").unlink()
    return "stopped"


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line and do as it says."""
    parser = argparse.ArgumentParser(prog="deploy/cluster.py", description="Dashboard behind nginx")
    parser.add_argument("command", choices=("start", "status", "restart", "stop"))
    parser.add_argument("--state", type=Path, default=STATE_FOLDER, help="folder of logs and ids")
    parser.add_argument("--port", type=int, default=8080, help="of the proxy")
    parser.add_argument("--replicas", type=int, default=2, help=f"1 to {MOST_REPLICAS}")
    chosen = parser.parse_args(arguments)
    if not 1 <= chosen.replicas <= MOST_REPLICAS:
        parser.error(f"--replicas: found {chosen.replicas}, legal: 1 to {MOST_REPLICAS}")
    folder = chosen.state.resolve()
    try:
        if chosen.command == "start":
            print(start(folder, chosen.port, chosen.replicas))
        else:
            print({"status": status, "restart": restart, "stop": stop}[chosen.command](folder))
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
