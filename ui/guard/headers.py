"""The headers of every answer: what a browser may do with our pages."""

from __future__ import annotations

import functools
import hashlib
import re
from base64 import b64encode
from importlib.resources import files
from urllib.parse import parse_qs

PAGE = "static/index.html"
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)
EMBED = b"embed"
Headers = list[tuple[bytes, bytes]]

# Streamlit writes styles into the page and loads a component's script from a blob. Nothing is
# fetched from elsewhere, and no text is run as a script.
POLICY = (
    "default-src 'none'; script-src 'self' blob: {scripts}; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; "
    "worker-src 'self' blob:; media-src 'self'; frame-src 'self'; manifest-src 'self'; "
    "base-uri 'self'; form-action 'self'; object-src 'none'; frame-ancestors {ancestors}"
)
FIXED: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
]


def script_hashes(page: str) -> list[str]:
    """What a content security policy calls the scripts written into a page of HTML.

    >>> script_hashes("<script src='a.js'></script><script>alert(1)</script>")
    ["'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"]
    """
    return [
        f"'sha256-{b64encode(hashlib.sha256(body.encode()).digest()).decode()}'"
        for body in INLINE_SCRIPT.findall(page)
    ]


@functools.lru_cache(maxsize=64)
def _policy(ancestors: str) -> bytes:
    page = files("streamlit").joinpath(PAGE).read_text(encoding="utf-8")
    scripts = " ".join(script_hashes(page))
    return POLICY.format(scripts=scripts, ancestors=ancestors).encode()


def security_headers(query: bytes) -> Headers:
    """For an answer to an address with this query.

    A chart may stand in anybody's page (``embed=true``), the dashboard itself only in its own.

    >>> dict(security_headers(b"lang=en"))[b"x-frame-options"]
    b'SAMEORIGIN'
    >>> b"x-frame-options" in dict(security_headers(b"embed=true"))
    False
    """
    if parse_qs(query).get(EMBED) == [b"true"]:
        return [*FIXED, (b"content-security-policy", _policy("*"))]
    policy = (b"content-security-policy", _policy("'self'"))
    return [*FIXED, policy, (b"x-frame-options", b"SAMEORIGIN")]
