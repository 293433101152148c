"""What a benchmark hands back, how it is printed, and the dated file it is kept in."""

from __future__ import annotations

import os
import platform
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from forecasting.evaluation.bars import Bar

RESULTS = Path(__file__).parent / "results"
CPU_FACTS = Path("/proc/cpuinfo")
LIBRARIES = ("numpy", "scipy", "pandas", "statsmodels")


def percentile(values: Sequence[float], percent: int) -> float:
    """The given percentile; not a number where nothing was measured.

    >>> percentile([1.0, 2.0, 3.0], 50)
    2.0
    """
    if len(values) < 2:
        return values[0] if values else float("nan")
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True)
class Section:
    """One benchmark's outcome: its bars, and Markdown blocks with the figures behind them."""

    title: str
    bars: tuple[Bar, ...]
    blocks: tuple[str, ...]


def shown(value: float | None, unit: str = "", digits: int = 2) -> str:
    """A number with its unit: shares as per cent, times in milliseconds, nothing as a dash.

    >>> shown(0.815, "%"), shown(3.14159, "ms"), shown(1.5), shown(None)
    ('82%', '3.1 ms', '1.50', '-')
    """
    if value is None or value != value:
        return "-"
    if unit == "%":
        return f"{value:.0%}"
    return f"{value:.1f} ms" if unit == "ms" else f"{value:.{digits}f}{unit and ' '}{unit}"


def limits(bar: Bar) -> str:
    """The bars in words.

    >>> limits(Bar("coverage", 0.6, least=0.7, most=0.95, unit="%"))
    '70% to 95%'
    """
    if bar.least is None:
        return f"at most {shown(bar.most, bar.unit)}"
    if bar.most is None:
        return f"at least {shown(bar.least, bar.unit)}"
    return f"{shown(bar.least, bar.unit)} to {shown(bar.most, bar.unit)}"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, padded so that it also reads in a terminal; text left, the rest right.

    >>> print(table(["model", "WIS"], [["drift", "0.20"]]))
    | model |  WIS |
    |:------|-----:|
    | drift | 0.20 |
    """
    cells = [list(header), *(list(row) for row in rows)]
    widths = [max(max(len(row[i]) for row in cells), 3) for i in range(len(header))]

    def line(row: Sequence[str]) -> str:
        first, *others = row
        padded = [first.ljust(widths[0])]
        padded += [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        return f"| {' | '.join(padded)} |"

    rule = [":" + "-" * (widths[0] + 1), *("-" * (width + 1) + ":" for width in widths[1:])]
    return "\n".join([line(cells[0]), f"|{'|'.join(rule)}|", *(line(row) for row in cells[1:])])


def machine_facts() -> str:
    """Processor, Python and libraries, and how busy the machine was when asked."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return (
        f"{cpu_model()}, {os.cpu_count()} cores; Python {platform.python_version()}; {libraries}; "
        f"load average at the start {load} (timings are fair below 1)."
    )


def cpu_model() -> str:
    """The processor's name as the system gives it."""
    if CPU_FACTS.exists():
        for line in CPU_FACTS.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def document(sections: Sequence[Section], facts: str, day: date) -> str:
    """The whole report: ratios to the bars first, then the machine, then every section."""
    bars = [
        (
            bar.name,
            shown(bar.ratio),
            "met" if bar.met else "MISSED",
            shown(bar.measured, bar.unit),
            limits(bar),
        )
        for section in sections
        for bar in section.bars
    ]
    parts = [f"# Benchmarks of {day.isoformat()}"]
    if bars:
        parts += [
            "## Ratios to the bars",
            table(["figure", "ratio", "bar is", "measured", "bar"], bars),
        ]
    parts += ["## Machine", facts]
    for section in sections:
        parts += [f"## {section.title}", *section.blocks]
    return "\n\n".join(parts) + "\n"


def keep(text: str, day: date, folder: Path = RESULTS) -> Path:
    """Write the report under its date; a second run of a day replaces the first."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{day.isoformat()}.md"
    path.write_text(text, encoding="utf-8")
    return path


def progress(text: str) -> None:
    """Say on standard error what is being measured."""
    print(f"bench: {text}", file=sys.stderr, flush=True)
