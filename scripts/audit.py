"""Known vulnerabilities of the installed libraries, from the list that pip-audit asks.

Exit code 0: none known. 1: some, named. 2: the list could not be asked, and nothing is known.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

COMMAND = [sys.executable, "-m", "pip_audit", "--local", "--format", "json"]
QUIET = ["--progress-spinner", "off"]
NONE_KNOWN, VULNERABLE, NOT_ASKED = 0, 1, 2


def verdict(dependencies: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """Exit code and lines. A library that was passed over is not a library without a fault.

    >>> verdict([{"name": "a", "version": "1", "vulns": []}])[0]
    0
    >>> verdict([{"name": "a", "skip_reason": "not found"}])[0]
    2
    """
    passed_over = [one["name"] for one in dependencies if "skip_reason" in one]
    asked = [one for one in dependencies if "skip_reason" not in one]
    lines = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for one in asked
        for fault in one["vulns"]
    ]
    if not asked:
        text = f"the list of vulnerabilities could not be asked about any of {len(passed_over)}"
        return NOT_ASKED, [f"{text} libraries: nothing is known of them"]
    if passed_over:
        lines.append(f"not in the list, not checked: {', '.join(passed_over)}")
    found = sum(len(one["vulns"]) for one in asked)
    lines.append(f"{len(asked)} libraries checked, {found} known vulnerabilities")
    return (VULNERABLE if found else NONE_KNOWN), lines


def main() -> int:
    """Ask, and say what came of it."""
    done = subprocess.run([*COMMAND, *QUIET], capture_output=True, text=True, check=False)
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = (done.stderr.strip() or "no answer").splitlines()[-1]
        code, lines = NOT_ASKED, [f"the list of vulnerabilities could not be asked: {reason}"]
    else:
        code, lines = verdict(dependencies)
    print("\n".join(f"audit: {line}" for line in lines))
    return code


if __name__ == "__main__":
    sys.exit(main())
