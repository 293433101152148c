"""The configuration of nginx: its template with the facts of this machine and of Streamlit."""

from __future__ import annotations

import hashlib
import re
import tomllib
from base64 import b64encode
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TEMPLATE = ROOT / "deploy" / "nginx.conf.template"
SETTINGS = ROOT / ".streamlit" / "config.toml"
PAGE = "static/index.html"
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
# A form puts a frame of text around its file.
FRAME_OF_UPLOAD_MB = 1
# Of one address; behind it may be an office, a campus or a whole mobile network.
MOST_CONNECTIONS = 400
# A browser sends a request at once; who dribbles is cut off.
SLOWEST_SECONDS = 10


def script_hashes(page: str) -> list[str]:
    """What a content security policy calls the scripts written into a page of HTML.

    >>> script_hashes("<script src='a.js'></script><script>alert(1)</script>")
    ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]
    """
    return [
        f"'sha256-{b64encode(hashlib.sha256(body.encode()).digest()).decode()}'"
        for body in INLINE_SCRIPT.findall(page)
    ]


def largest_body_mb() -> int:
    """What a request may carry, MB: the largest upload that Streamlit takes, and its frame."""
    settings = tomllib.loads(SETTINGS.read_text(encoding="utf-8"))
    return int(settings["server"]["maxUploadSize"]) + FRAME_OF_UPLOAD_MB


def configuration(listen: str, folder: Path) -> str:
    """The template for a proxy on the address ``listen`` with its files in ``folder``."""
    page = files("streamlit").joinpath(PAGE).read_text(encoding="utf-8")
    values = {
        "FOLDER": folder,
        "LISTEN": listen,
        "SCRIPTS": " ".join(script_hashes(page)),
        "LARGEST": f"{largest_body_mb()}m",
        "CONNECTIONS": MOST_CONNECTIONS,
        "SLOWEST": f"{SLOWEST_SECONDS}s",
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    return text
