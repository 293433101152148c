"""The sweeps on the command line: ``python -m forecasting sweep WHAT``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

import pandas as pd

from forecasting.assumptions.parameters import PARAMETERS
from forecasting.assumptions.scenario import Scenario
from forecasting.base.errors import InputError
from forecasting.base.tabular import to_csv, to_json
from forecasting.cli.reports import backtest_report
from forecasting.disclosures import Disclosures
from forecasting.fitting.estimation import fit
from forecasting.simulation.paths import LONGEST_HORIZON, MOST_PATHS

MOST_WORKERS = 256
MOST_SIMULATIONS = 100_000
LONGEST_SCORED_HORIZON = 240
TENTHS = 10
BAR_WIDTH = 30

Load = Callable[[argparse.Namespace], tuple[Disclosures, Disclosures, Scenario]]
Whole = Callable[[str, int, int], Callable[[str], int]]


def add_sweep(
    commands: Any, common: argparse.ArgumentParser, load: Load, whole: Whole
) -> argparse.ArgumentParser:
    """Add ``sweep`` and its four kinds to the command line's sub-commands.

    ``load`` gives the record, the view of the as-of day and the scenario; ``whole(name, lower,
    upper)`` reads a whole number.
    """
    sweep: argparse.ArgumentParser = commands.add_parser(
        "sweep", help="many runs, on this machine or on a cluster"
    )
    kinds = sweep.add_subparsers(required=True, metavar="what")
    crew = argparse.ArgumentParser(add_help=False, parents=[common])
    crew.add_argument("--workers", type=whole("workers", 1, MOST_WORKERS), default=2, metavar="N")
    crew.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="use the workers of this `dask scheduler`: tcp://host:8786",
    )
    crew.add_argument(
        "--resume", metavar="DIR", help="keep finished tasks here, and skip those already there"
    )
    crew.add_argument("--seed", type=whole("seed", 0, 2**32 - 2), default=0)

    kind = kinds.add_parser("scenarios", parents=[crew], help="forecasts under many scenarios")
    kind.add_argument("file", metavar="FILE.jsonl", help="one scenario a line; lists make a grid")
    kind.add_argument("--horizon", type=whole("horizon", 1, LONGEST_HORIZON), default=24)
    kind.add_argument("--paths", type=whole("paths", 1, MOST_PATHS), default=1000)
    kind.set_defaults(run=_with(load, _scenarios))

    kind = kinds.add_parser(
        "sensitivity", parents=[crew], help="which assumption moves the answer most"
    )
    kind.add_argument("--base", type=whole("base", 2, 2**16), help="base samples: a power of two")
    kind.add_argument(
        "--refit", action="store_true", help="fit what is not fixed to the figures anew"
    )
    kind.add_argument(
        "--fix",
        action="append",
        choices=[parameter.name for parameter in PARAMETERS],
        help="with --refit: fix this one, again for more; default: those the figures hardly narrow",
    )
    kind.set_defaults(run=_with(load, _sensitivity))

    kind = kinds.add_parser(
        "calibration", parents=[crew], help="are the intervals right on the model's own figures?"
    )
    kind.add_argument("--simulations", type=whole("simulations", 20, MOST_SIMULATIONS), default=200)
    kind.set_defaults(run=_with(load, _calibration))

    kind = kinds.add_parser("backtest", parents=[crew], help="the backtest, an origin a task")
    kind.add_argument("--horizon", type=whole("horizon", 1, LONGEST_SCORED_HORIZON), default=24)
    kind.set_defaults(run=_with(load, _backtest))
    return sweep


def _with(
    load: Load, command: Callable[[argparse.Namespace, Disclosures, Scenario], str]
) -> Callable[[argparse.Namespace], str]:
    def run(arguments: argparse.Namespace) -> str:
        _, known, scenario = load(arguments)
        return command(arguments, known, scenario)

    return run


def _crew(arguments: argparse.Namespace) -> Any:
    # Dask is loaded by the command that needs it: the others start half a second sooner.
    from forecasting.sweeps.runner import Crew

    return Crew(arguments.workers, arguments.scheduler, arguments.resume, show_progress)


def show_progress(done: int, total: int) -> None:
    """A bar on a terminal; elsewhere a line at every tenth. On standard error."""
    if sys.stderr.isatty():
        bar = ("#" * (BAR_WIDTH * done // max(total, 1))).ljust(BAR_WIDTH, ".")
        end = "\n" if done >= total else ""
        print(f"\r[{bar}] {done} of {total} tasks", end=end, file=sys.stderr, flush=True)
    elif done in (0, total) or done * TENTHS // total > (done - 1) * TENTHS // total:
        print(f"sweep: {done} of {total} tasks", file=sys.stderr, flush=True)


def _written(arguments: argparse.Namespace, result: Any, text: str) -> str:
    if arguments.format == "json":
        return to_json(result.to_dict())
    return to_csv(result.to_frame()) if arguments.format == "csv" else text


def _scenarios(arguments: argparse.Namespace, known: Disclosures, scenario: Scenario) -> str:
    from forecasting.cli.sweep_reports import scenarios_report
    from forecasting.sweeps.scenarios import read_scenarios, sweep_scenarios

    result = sweep_scenarios(
        known,
        read_scenarios(arguments.file, scenario),
        arguments.horizon,
        arguments.paths,
        arguments.seed,
        _crew(arguments),
    )
    return _written(arguments, result, scenarios_report(result))


def _sensitivity(arguments: argparse.Namespace, known: Disclosures, scenario: Scenario) -> str:
    from forecasting.cli import sweep_reports as report
    from forecasting.sweeps import refitting, sobol

    if arguments.refit:
        base = arguments.base or refitting.DEFAULT_BASE
        result = refitting.refitted_sensitivity(
            known, scenario, arguments.fix, base, arguments.seed, _crew(arguments)
        )
        return _written(arguments, result, report.refitted_report(result))
    if arguments.fix:
        raise InputError("--fix: found without --refit; legal: both, or neither")
    base, fitted = arguments.base or sobol.DEFAULT_BASE, fit(known, scenario)
    found = [
        sobol.global_sensitivity(fitted, marginals, base, arguments.seed)
        for marginals in ("prior", "posterior")
    ]
    if arguments.format == "json":
        return to_json({one.design: one.to_dict() for one in found})
    if arguments.format == "csv":
        return to_csv(pd.concat([one.to_frame() for one in found], ignore_index=True))
    return report.sensitivity_report(*found)


def _calibration(arguments: argparse.Namespace, known: Disclosures, scenario: Scenario) -> str:
    from forecasting.cli.sweep_reports import calibration_report
    from forecasting.sweeps.calibration import calibrate

    result = calibrate(
        known, scenario, arguments.simulations, arguments.seed, crew=_crew(arguments)
    )
    return _written(arguments, result, calibration_report(result))


def _backtest(arguments: argparse.Namespace, known: Disclosures, scenario: Scenario) -> str:
    from forecasting.sweeps.origins import sweep_backtest

    result = sweep_backtest(known, scenario, arguments.horizon, _crew(arguments))
    return _written(arguments, result, backtest_report(result))
