"""Several replicas of the dashboard behind nginx on this machine.

    python deploy/cluster.py start --replicas 2 --port 8080
    python deploy/cluster.py status
    python deploy/cluster.py restart     # one replica after the other, readers stay connected
    python deploy/cluster.py stop

Replicas listen on loopback alone, on the ports after the proxy's. What is running is written to the
state folder, together with every log. A keeper (deploy/keeper.py) stays behind and starts a replica
that has died again. Exit codes: 0 done, 1 something does not answer, 2 bad use.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_hex

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from deploy.proxy import configuration

ROOT = Path(__file__).resolve().parents[1]
STATE_FOLDER = ROOT / ".run"
KEEPER = "deploy.keeper"
LOOPBACK = "127.0.0.1"
START_SECONDS = 180.0
LONGEST_SAID = 500
# Matrices are small: threads of BLAS would spin and take the cores from other readers.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
STOP_SECONDS = 20.0
ASK_AGAIN_SECONDS = 0.1
ANSWERS_IN_A_ROW = 8
MOST_REPLICAS = 64


class ClusterError(Exception):
    """What could not be done, in words for the person at the keyboard."""


@dataclass(frozen=True)
class Replica:
    """One process of the dashboard; how often the keeper started it again, and if it gave up."""

    port: int
    pid: int
    restarts: int = 0
    given_up: bool = False

    @property
    def alive(self) -> bool:
        """Whether its process is there."""
        return runs(self.pid, f"--server.port={self.port}")


@dataclass(frozen=True)
class Cluster:
    """All that runs, as the state folder has it."""

    port: int
    replicas: tuple[Replica, ...]
    keeper: int = 0

    def with_replica(self, fresh: Replica) -> Cluster:
        """The same with another process on that port."""
        replicas = tuple(fresh if each.port == fresh.port else each for each in self.replicas)
        return replace(self, replicas=replicas)

    @property
    def ports(self) -> tuple[int, ...]:
        """Of the replicas."""
        return tuple(each.port for each in self.replicas)

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
    replicas = tuple(Replica(**each) for each in found["replicas"])
    return Cluster(found["port"], replicas, found["keeper"])


@contextmanager
def locked(folder: Path, wait: bool = True) -> Iterator[bool]:
    """Whether the state folder is ours alone; waits for that, or says at once that it is not.

    Raises ClusterError where there is no such folder.
    """
    if not folder.is_dir():
        raise ClusterError(f"nothing was started from {folder}")
    with open(folder / "lock", "w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


def runs(pid: int, argument: str) -> bool:
    """Whether a process was started with such an argument and has not ended.

    Its number alone says little: it may wait to be reaped, or be another one's by now.
    """
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return argument in psutil.Process(pid).cmdline()
    except psutil.Error:
        return False


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


def launch(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Start our Python with these arguments, apart from this process, its words in ``log``."""
    with open(log, "ab") as words:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**ONE_THREAD, **os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )


def replica_arguments(port: int) -> list[str]:
    """What starts one process of the dashboard."""
    options = {"port": port, "address": LOOPBACK, "headless": "true", "fileWatcherType": "none"}
    script = str(ROOT / "deploy" / "server.py")
    settings = (f"--server.{name}={value}" for name, value in options.items())
    return ["-m", "streamlit", "run", script, *settings]


def log_of(port: int, folder: Path) -> Path:
    """Where a replica writes what it has to say."""
    return folder / f"replica-{port}.log"


def last_words(port: int, folder: Path) -> str:
    """The end of that."""
    return log_of(port, folder).read_text(errors="replace").strip()[-LONGEST_SAID:]


def start_replica(port: int, folder: Path, environment: Mapping[str, str] | None = None) -> Replica:
    """Start one and wait until it says that it is healthy."""
    process = launch(replica_arguments(port), log_of(port, folder), environment)
    found = Replica(port, process.pid)
    try:
        if not wait(lambda: bool(health(port)) or process.poll() is not None, START_SECONDS):
            stop_replica(found)
    except BaseException:
        stop_replica(found)
        raise
    if process.poll() is not None:
        said = last_words(port, folder)
        raise ClusterError(f"the replica on port {port} is not healthy, it said last: {said}")
    return found


def stop_replica(replica: Replica) -> None:
    """Ask it to end, and end it where it does not."""
    end(replica.pid, f"--server.port={replica.port}")


def end(pid: int, argument: str) -> None:
    """End the process of that number, if it is the one that was started with that argument."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if runs(pid, argument):
            with suppress(ProcessLookupError):
                os.kill(pid, how)
            wait(lambda: not runs(pid, argument), STOP_SECONDS)


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


def steer(folder: Path, cluster: Cluster, resting: Sequence[int] = ()) -> None:
    """Tell the proxy who gets new connections, and wait until its old workers take none.

    A reload returns at once; a second one on its heels could leave a reader with a worker that
    knows only replicas at rest.
    """
    (folder / "upstream").write_text(upstream(cluster, resting), encoding="utf-8")
    generation = token_hex(8)
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
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(folder):
        with suppress(ClusterError):
            if any(each.alive for each in read(folder).replicas):
                raise SystemExit(f"already running from {folder}: stop it first")
        cluster = Cluster(port, ())
        try:
            # One after the other: the first computes what the others then read from disk.
            for number in range(1, count + 1):
                fresh = start_replica(port + number, folder, environment)
                cluster = replace(cluster, replicas=(*cluster.replicas, fresh))
                cluster.write(folder)
            (folder / "nginx.pid").unlink(missing_ok=True)
            (folder / "nginx.conf").write_text(
                configuration(f"{LOOPBACK}:{port}", folder), encoding="utf-8"
            )
            steer(folder, cluster)
        except BaseException:
            for each in cluster.replicas:
                stop_replica(each)
            raise
        leave_keeper(folder, cluster, environment)
    return f"{count} replicas behind http://{LOOPBACK}:{port}"


def leave_keeper(
    folder: Path, cluster: Cluster, environment: Mapping[str, str] | None = None
) -> None:
    """Have somebody look after the replicas, if nobody does; call it with the folder locked."""
    if not runs(cluster.keeper, KEEPER):
        log = folder / "keeper.log"
        process = launch(["-m", KEEPER, str(folder)], log, environment)
        replace(cluster, keeper=process.pid).write(folder)


def restart(folder: Path) -> str:
    """Each replica in turn: no new readers, end, start again, healthy, readers again.

    Its readers are reconnected to another replica by their browsers; day, language and inputs are
    in the address and come along.
    """
    with locked(folder):
        cluster = read(folder)
        for old in cluster.replicas:
            steer(folder, cluster, [old.port])
            stop_replica(old)
            fresh = start_replica(old.port, folder)
            cluster = cluster.with_replica(replace(fresh, restarts=old.restarts))
            cluster.write(folder)
            steer(folder, cluster)
        leave_keeper(folder, cluster)
    return f"{len(cluster.replicas)} replicas restarted"


def status(folder: Path) -> str:
    """What each port answers and how often it was started again; an error where one does not."""
    cluster = read(folder)
    answers = {port: health(port) for port in (cluster.port, *cluster.ports)}
    notes = {each.port: note(each) for each in cluster.replicas}
    lines = [
        f"{port}: {body or 'does not answer'}{notes.get(port, '')}"
        for port, body in answers.items()
    ]
    kept = runs(cluster.keeper, KEEPER)
    lines.append("keeper: " + ("watches" if kept else "gone, nothing revives a replica: restart"))
    text = "\n".join(lines)
    if not kept or not all(answers.values()):
        raise ClusterError(text)
    return text


def note(replica: Replica) -> str:
    """What the keeper did about a replica.

    >>> note(Replica(8081, 1, restarts=2))
    ' (restarts: 2)'
    """
    given_up = f", given up: see {log_of(replica.port, Path()).name}" if replica.given_up else ""
    return f" (restarts: {replica.restarts}{given_up})"


def stop(folder: Path) -> str:
    """The keeper first, who would revive the others, then the proxy and the replicas."""
    end(read(folder).keeper, KEEPER)
    with locked(folder):
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
