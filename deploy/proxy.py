"""nginx before the replicas: its configuration, and the program that a supervisor runs.

    python -m deploy.proxy FOLDER --listen 127.0.0.1:8080 --replicas 8081 8082

writes the configuration into the folder and becomes nginx, in the foreground.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
SETTINGS = ROOT / ".streamlit" / "config.toml"
LOOPBACK = "127.0.0.1"
# A form puts a frame of text around its file.
FRAME_OF_UPLOAD_MB = 1
# Of one address; behind it may be an office, a campus or a whole mobile network.
MOST_CONNECTIONS = int(os.environ.get("SHARE_DASHBOARD_CONNECTIONS", "400"))
# A browser sends a request at once; who dribbles is cut off.
SLOWEST_SECONDS = int(os.environ.get("SHARE_DASHBOARD_SLOWEST_SECONDS", "10"))
# Of a replica, for anything but a websocket: one that hangs is passed over after it.
RESPONSE_SECONDS = 10
REST_SECONDS = 5
PINGS_MISSED = 3


def settings() -> dict[str, int]:
    """What the dashboard's own configuration says of the server."""
    found = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))["server"]
    return {name: found[name] for name in ("maxUploadSize", "websocketPingInterval")}


def largest_body_mb() -> int:
    """What a request may carry, MB: the largest upload that Streamlit takes, and its frame."""
    return settings()["maxUploadSize"] + FRAME_OF_UPLOAD_MB


def upstream(ports: Sequence[int]) -> str:
    """Lines of nginx for the replicas; one that fails is passed over for a while.

    >>> print(upstream([8081, 8082]))
    server 127.0.0.1:8081 max_fails=1 fail_timeout=5s;
    server 127.0.0.1:8082 max_fails=1 fail_timeout=5s;
    """
    rest = f"max_fails=1 fail_timeout={REST_SECONDS}s;"
    return "\n".join(f"server {LOOPBACK}:{port} {rest}" for port in ports)


def configuration(
    listen: str, folder: Path, ports: Sequence[int], access_log: str = "/dev/stdout"
) -> str:
    """The template for a proxy on the address ``listen`` with its files in ``folder``."""
    values = {
        "FOLDER": folder,
        "LISTEN": listen,
        "ACCESS": access_log,
        "REPLICAS": upstream(ports),
        "LARGEST": f"{largest_body_mb()}m",
        "CONNECTIONS": MOST_CONNECTIONS,
        "SLOWEST": f"{SLOWEST_SECONDS}s",
        "ANSWER": f"{RESPONSE_SECONDS}s",
        "SILENCE": f"{PINGS_MISSED * settings()['websocketPingInterval']}s",
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text


def find_nginx() -> str | None:
    """The program on the path, or where Debian puts it for root."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def end_left_workers(folder: Path) -> None:
    """End workers whose master was killed: they still hold the port."""
    with suppress(FileNotFoundError, ValueError):
        group = int((folder / "nginx.pid").read_text(encoding="utf-8"))
        for process in psutil.process_iter():
            with suppress(psutil.Error, ProcessLookupError):
                if os.getpgid(process.pid) == group and process.name() == "nginx":
                    process.kill()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the configuration and become nginx."""
    parser = argparse.ArgumentParser(prog="python -m deploy.proxy")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--listen", required=True, metavar="ADDRESS:PORT")
    parser.add_argument("--replicas", type=int, nargs="+", required=True, metavar="PORT")
    parser.add_argument("--access-log", default="/dev/stdout", help="as nginx has it")
    chosen = parser.parse_args(arguments)
    program = find_nginx()
    if program is None:
        sys.exit("nginx is not installed (Debian: apt-get install nginx-light)")
    folder = chosen.folder.resolve()
    end_left_workers(folder)
    text = configuration(chosen.listen, folder, chosen.replicas, chosen.access_log)
    (folder / "nginx.conf").write_text(text, encoding="utf-8")
    os.execv(program, [program, "-p", str(folder), "-e", "stderr", "-c", f"{folder}/nginx.conf"])


if __name__ == "__main__":
    main()
