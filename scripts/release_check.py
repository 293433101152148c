"""Check a folder of figures before they are released: ``python scripts/release_check.py [DIR]``.

Every table against its schema, every plan that has figures, the identity of the share, and a fit
and a forecast at the last settlement. With DIR, its files are laid over the packaged ones and
compared with them, row by row. Exit codes: 0 all good, 2 a problem, 3 too few figures.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from forecasting import ForecastingError, fit, forecast, load_disclosures  # noqa: E402
from forecasting.disclosures.package import DATA_RELEASE  # noqa: E402

PACKAGED = ROOT / "data"
PLAN = "xianghubao"


def rows(path: Path) -> Counter[tuple[str, ...]]:
    """The rows of a file, each with how often it stands there; none where there is no file."""
    if not path.is_file():
        return Counter()
    with path.open(encoding="utf-8-sig", newline="") as file:
        return Counter(tuple(row) for row in csv.reader(file))


def changes(folder: Path) -> list[str]:
    """One line a file of the folder: rows that are new and rows that are gone."""
    lines = []
    for path in sorted(folder.glob("*.csv")):
        ours, theirs = rows(PACKAGED / path.name), rows(path)
        new, gone = (theirs - ours).total(), (ours - theirs).total()
        lines.append(f"{path.name}: {theirs.total() - 1} rows, {new} new, {gone} gone")
    return lines


def check(folder: Path | None) -> list[str]:
    """What is found, a line each; raises ForecastingError at the first thing that is wrong."""
    lines = changes(folder) if folder else []
    record = load_disclosures(folder, PLAN)
    lines += [f"warning: {text}" for text in record.warnings]
    known = record.as_of(record.last_settlement)
    fitted = fit(known)
    result = forecast(fitted, horizon=24)
    if not result.converged:
        lines.append("warning: the fit did not converge")
    steady = result.steady_state
    checked = record.identity_checks()
    apart = checked[checked["gap"].abs() > checked["tolerance"]]
    lines += [
        f"identity: {row.date:%Y-%m-%d} disclosed {row.share:.2f}, "
        f"implied {row.implied_share:.2f}: {row.explanation or 'not explained'}"
        for row in apart.itertuples()
    ]
    return [
        *lines,
        f"{len(checked)} settlements checked against the identity, {len(apart)} outside rounding",
        f"{len(record.conflicts())} conflicts between sources",
        f"{len(record.observations)} figures of {PLAN} to {record.last_settlement}",
        f"steady state {steady.q50:.2f} RMB, 80% {steady.q10:.2f} to {steady.q90:.2f}",
        f"data version {record.data_version}, release name {DATA_RELEASE}",
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what was found and return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/release_check.py")
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR")
    try:
        print("\n".join(check(parser.parse_args(arguments).folder)))
    except ForecastingError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
