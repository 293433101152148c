"""The text form of the sweeps."""

from __future__ import annotations

from typing import Any

from forecasting.sweeps.calibration import Calibration
from forecasting.sweeps.refitting import RefittedSensitivity
from forecasting.sweeps.scenarios import ScenarioSweep
from forecasting.sweeps.sobol import GlobalSensitivity

SHOWN_FROM = 0.005
TITLES = {
    "prior": "Every assumption drawn from its prior, as if no figure had been published.",
    "posterior": "Every assumption drawn from what the figures leave of it, each by itself.",
    "refitted": "Some assumptions fixed at draws from their priors, the rest fitted to the figures "
    "anew.",
}
OUTCOME_NAMES = {"steady_state": "steady state", "next_year_total": "next 12 months"}


def scenarios_report(sweep: ScenarioSweep) -> str:
    """Steady state, next share and next year's total of every scenario, medians with 80%."""
    lines = [
        f"{sweep.plan}, known on {sweep.as_of}; data {sweep.data_version}. Medians with 80% "
        "intervals, RMB.",
        f"{'steady state':<22}{'next settlement':<22}{'next 12 months':<22}scenario",
    ]
    for row in sweep.rows:
        changes = ", ".join(f"{name} {value}" for name, value in row["scenario"].items())
        if row["reason"]:
            lines.append(f"{'no forecast':<66}{changes or 'as it stands'}: {row['reason']}")
            continue
        cells = [_range(row[name], digits) for name, digits in _COLUMNS]
        lines.append("".join(f"{cell:<22}" for cell in cells) + (changes or "as it stands"))
    return "\n".join(lines) + "\n"


_COLUMNS = (("steady_state", 2), ("next_share", 2), ("next_year_total", 0))


def _range(quantiles: dict[str, Any] | None, digits: int) -> str:
    if quantiles is None:
        return "-"
    middle, low, high = (f"{quantiles[key]:.{digits}f}" for key in ("q50", "q10", "q90"))
    return f"{middle} [{low}, {high}]"


def sensitivity_report(*found: GlobalSensitivity) -> str:
    """Indices of each design, what was moved said above them."""
    lines: list[str] = []
    for result in found:
        lines += ["", TITLES[result.design]]
        if result.dropped:
            lines.append(f"{result.dropped} of {result.base} base samples could not be fitted.")
        for outcome, spread in result.spread.items():
            low, high = spread.interval(80)
            lines += [
                "",
                f"{OUTCOME_NAMES[outcome]}: {spread.q50:.2f} [{low:.2f}, {high:.2f}] RMB (80%)",
                f"  {'assumption':<20}{'first order':>16}{'total order':>16}",
            ]
            shown = [index for index in result.of(outcome) if index.total >= SHOWN_FROM]
            lines += [
                f"  {index.assumption:<20}{index.first:9.3f} ±{index.first_margin:5.3f}"
                f"{index.total:9.3f} ±{index.total_margin:5.3f}"
                for index in shown
            ]
            if rest := len(result.of(outcome)) - len(shown):
                lines.append(f"  {rest} more with a total below {SHOWN_FROM}")
    lines += [
        "",
        "Parts of the variance of the outcome's logarithm, ± 95%. First order: what knowing this",
        "assumption alone would take away. Total: what would be left if all others were known.",
    ]
    return "\n".join(lines[1:]) + "\n"


def refitted_report(result: RefittedSensitivity) -> str:
    """What each assumption does when the figures push back, then the indices."""
    lines = [
        "One assumption fixed at the 10% and 90% points of its prior, all others fitted to the",
        "figures anew: what the figures do not undo. RMB.",
        "",
        f"  {'assumption':<20}{'fixed at':<24}{'steady state':<18}next 12 months",
    ]
    lines += [
        f"  {end.assumption:<20}{f'{end.low_input:.4g} and {end.high_input:.4g}':<24}"
        f"{f'{end.low_steady_state:.2f} and {end.high_steady_state:.2f}':<18}"
        f"{end.low_next_year_total:.0f} and {end.high_next_year_total:.0f}"
        for end in result.ends
    ]
    return "\n".join([*lines, "", sensitivity_report(result.sensitivity)])


def calibration_report(result: Calibration) -> str:
    """Uniformity of the ranks by quantity."""
    lines = [
        f"{result.plan}, the figures known on {result.as_of}, simulated from the priors and fitted "
        f"again; rank of the truth among {result.draws} draws.",
        "",
        f"{'quantity':<14}{'n':>5}{'p':>8}{'mean':>7}{'spread':>8}{'in 80%':>8}   ranks by tenths",
    ]
    lines += [
        f"{test.quantity:<14}{test.ranks:>5}{test.p_value:8.3f}{test.mean:7.2f}{test.spread:8.2f}"
        f"{test.inside_80:8.0%}   {' '.join(str(count) for count in test.histogram)}"
        for test in result.uniformity
    ]
    lines += [
        "",
        "p: chi-square for uniform ranks. Mean 0.5 is unbiased, less where the posterior lies too",
        "high. Spread above 1: intervals too narrow; below 1: too wide.",
    ]
    lines += [f"not fitted: {reason}" for reason in result.failed]
    return "\n".join(lines) + "\n"
