"""The command line. Results go to standard output, warnings and errors to standard error."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import traceback
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from forecasting.article.calculation import steady_state
from forecasting.assumptions.scenario import (
    KIT_SECTIONS,
    Scenario,
    read_scenario_file,
    scenario_with,
)
from forecasting.base.errors import ForecastingError, Refused
from forecasting.base.files import write_whole
from forecasting.base.messages import on_day
from forecasting.base.strict import day_of, number_of, whole_of
from forecasting.base.tabular import DIGITS_OF_RESULTS, to_csv, to_json
from forecasting.cli.reports import (
    backtest_report,
    fit_report,
    forecast_report,
    steady_state_report,
)
from forecasting.cli.sweep import add_sweep
from forecasting.cli.validation import validation_of
from forecasting.disclosures import (
    PACKAGED_DATA,
    Disclosures,
    load_disclosures,
)
from forecasting.disclosures.left_out import refusal_names_left_out
from forecasting.disclosures.schemas import TABLE_BY_FILE
from forecasting.evaluation.backtest import (
    NOTHING_SCORED,
    figure_origins,
    our_models,
    run_backtest,
    settlement_origins,
)
from forecasting.evaluation.outcomes import what_came
from forecasting.evaluation.rivals import RIVALS
from forecasting.fitting.estimation import fit
from forecasting.simulation.paths import DISCLOSED, LONGEST_HORIZON, MOST_PATHS, forecast

ORIGINS = {"figures": figure_origins, "settlements": settlement_origins}
FORMATS = ("text", "json", "csv")
DONE, FAULT_OF_OURS, INTERRUPTED = 0, 1, 130
EXIT_CODES = (
    "Exit codes: 0 done, or the reader of the output closed it; 2 bad input or arguments; "
    "3 refused, too little is known for an answer; 130 interrupted; 1 a fault of ours."
)
LONGEST_SCORED_HORIZON = 240


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code, see ``EXIT_CODES``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        arguments = _parser().parse_args(argv)
        try:
            return _run(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        _leave_pipes()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(arguments: argparse.Namespace) -> int:
    try:
        _emit(arguments.run(arguments), arguments)
    except ForecastingError as error:
        _trace(arguments)
        print(error, file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        raise
    except Exception as error:
        _trace(arguments)
        print(f"a fault of ours: {type(error).__name__}: {error}", file=sys.stderr)
        return FAULT_OF_OURS
    return DONE


def _trace(arguments: argparse.Namespace) -> None:
    if arguments.debug:
        traceback.print_exc(file=sys.stderr)


def _leave_pipes() -> None:
    """Let what is still to be written go nowhere: whoever read it has closed the pipe."""
    with open(os.devnull, "w") as nowhere:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(nowhere.fileno(), stream.fileno())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m forecasting",
        description="Share-amount forecasts for mutual aid plans.",
        epilog=EXIT_CODES,
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    output = argparse.ArgumentParser(add_help=False)
    output.add_argument("--format", choices=FORMATS, default="text")
    output.add_argument("--output", metavar="FILE", help="write here instead of standard output")
    output.add_argument("--debug", action="store_true", help="show where an error was raised")
    common = argparse.ArgumentParser(add_help=False, parents=[output])
    common.add_argument(
        "--data", metavar="DIR", help="folder whose files replace the packaged ones"
    )
    common.add_argument("--plan", default="xianghubao")
    common.add_argument("--as-of", type=_day, metavar="YYYY-MM-DD")
    common.add_argument("--scenario", metavar="FILE.json")
    common.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="one assumption, over the scenario file; may be repeated",
    )

    command = commands.add_parser("forecast", parents=[common], help="forecast the share")
    command.add_argument("--horizon", type=_Whole("horizon", 1, LONGEST_HORIZON), default=24)
    command.add_argument("--paths", type=_Whole("paths", 1, MOST_PATHS), default=1000)
    command.add_argument("--seed", type=_Whole("seed", 0, 2**32 - 1), default=0)
    command.set_defaults(run=_forecast)

    command = commands.add_parser("fit", parents=[common], help="fitted parameters and residuals")
    command.set_defaults(run=_fit)

    command = commands.add_parser(
        "backtest", parents=[common], help="forecasts from past days, scored against what came"
    )
    command.add_argument("--horizon", type=_Whole("horizon", 1, LONGEST_SCORED_HORIZON), default=24)
    command.add_argument(
        "--origins",
        choices=tuple(ORIGINS),
        default="figures",
        help="forecast from each new figure, or from every settlement, with a new one or without",
    )
    command.set_defaults(run=_backtest)

    add_sweep(commands, common, _load, _Whole)

    command = commands.add_parser(
        "steady-state", parents=[output], help="the article's calculation, every factor an input"
    )
    command.add_argument("--data", metavar="DIR")
    command.add_argument("--age", type=_real, default=32)
    command.add_argument("--table", default="28_severe_draft_2020")
    command.add_argument("--male-per-female", type=_real, default=1.169)
    command.add_argument("--deduction", type=_real, default=0.25)
    command.add_argument("--mean-aid", type=_real, default=144_611)
    command.add_argument("--fee", type=_real, default=0.08)
    command.add_argument("--periods-per-year", type=_real, default=24)
    command.add_argument("--disease-loading", type=_real, default=0)
    command.set_defaults(run=_steady_state)

    command = commands.add_parser("validate", parents=[output], help="check an observations file")
    command.add_argument("file", metavar="FILE")
    command.set_defaults(run=_validate)
    return parser


def _day(text: str) -> date:
    try:
        return day_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, legal: a day as YYYY-MM-DD, for example 2020-10-28"
        ) from error


class _Whole:
    def __init__(self, name: str, lower: int, upper: int) -> None:
        self.name, self.lower, self.upper = name, lower, upper

    def __call__(self, text: str) -> int:
        try:
            value = whole_of(text)
        except ValueError:
            value = self.lower - 1
        if not self.lower <= value <= self.upper:
            raise argparse.ArgumentTypeError(
                f"found {text!r}, legal: a whole number from {self.lower} to {self.upper}"
            )
        return value


def _real(text: str) -> float:
    try:
        return number_of(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"found {text!r}, legal: a number") from error


def _emit(content: str, arguments: argparse.Namespace) -> None:
    if arguments.output is None:
        sys.stdout.write(content)
        sys.stdout.flush()
        return
    # A spreadsheet takes a file without the mark for one of its country's own encoding.
    encoding = "utf-8-sig" if arguments.format == "csv" else "utf-8"
    write_whole(
        arguments.output, content.encode(encoding, errors="backslashreplace"), _inputs(arguments)
    )


def _inputs(arguments: argparse.Namespace) -> list[Path]:
    """The files that a run reads, none of which it may write over."""
    named = (getattr(arguments, name, None) for name in ("file", "scenario"))
    folders = (PACKAGED_DATA, getattr(arguments, "data", None))
    return [
        *(Path(name) for name in named if name),
        *(Path(folder) / file for folder in folders if folder for file in TABLE_BY_FILE),
    ]


def _load(arguments: argparse.Namespace) -> tuple[Disclosures, Disclosures, Scenario]:
    """The full record, the view on the as-of day, and the scenario."""
    full = load_disclosures(arguments.data, arguments.plan)
    for warning in full.warnings:
        print(f"warning: {warning}", file=sys.stderr)
    scenario = Scenario()
    beside: Mapping[str, Any] = {}
    if arguments.scenario:
        scenario, beside = read_scenario_file(arguments.scenario)
    scenario = scenario_with(scenario, arguments.set)
    known = full.as_of(arguments.as_of or full.last_settlement)
    _warn(_not_taken(beside, known, arguments))
    return full, known, scenario


def _not_taken(
    beside: Mapping[str, Any], known: Disclosures, arguments: argparse.Namespace
) -> list[str]:
    """What the file of a press kit says beside its scenario, and this run does otherwise."""
    done = {
        "plan": ("--plan", known.plan),
        "as_of": ("--as-of", known.day.isoformat()),
        "horizon_settlements": ("--horizon", getattr(arguments, "horizon", None)),
    }
    notes = [
        f"{arguments.scenario}: {name} is {beside[name]!r}, this run has {value}; give {flag}"
        for name, (flag, value) in done.items()
        if value is not None and beside.get(name, value) != value
    ]
    unused = [name for name in KIT_SECTIONS if beside.get(name)]
    if unused:
        notes.append(f"{arguments.scenario}: {', '.join(unused)}: no assumptions, not used here")
    return notes


def _warn(notes: Sequence[str]) -> None:
    for warning in notes:
        print(f"warning: {warning}", file=sys.stderr)


def _refusals_of(
    arguments: argparse.Namespace, known: Disclosures
) -> contextlib.AbstractContextManager[None]:
    """A refusal of the caller's own figures names those that were not fitted."""
    return refusal_names_left_out(known) if arguments.data else contextlib.nullcontext()


def _forecast(arguments: argparse.Namespace) -> str:
    full, known, scenario = _load(arguments)
    with _refusals_of(arguments, known):
        fitted = fit(known, scenario)
        result = forecast(fitted, arguments.horizon, arguments.paths, arguments.seed)
    _warn(result.warnings)
    if arguments.format == "json":
        return to_json(result.to_dict())
    if arguments.format == "csv":
        return to_csv(result.to_frame(), DIGITS_OF_RESULTS, exact=DISCLOSED)
    return forecast_report(result, what_came(full, result))


def _fit(arguments: argparse.Namespace) -> str:
    _, known, scenario = _load(arguments)
    with _refusals_of(arguments, known):
        result = fit(known, scenario)
    _warn(result.warnings)
    if arguments.format == "json":
        return to_json(result.to_dict())
    if arguments.format == "csv":
        return to_csv(result.to_frame(), DIGITS_OF_RESULTS)
    return fit_report(result)


def _backtest(arguments: argparse.Namespace) -> str:
    _, known, scenario = _load(arguments)
    models = (*our_models(scenario), *RIVALS)
    origins = ORIGINS[arguments.origins](known)
    result = run_backtest(known, models, origins, arguments.horizon, _show_progress)
    if (result.forecasts["reason"] != "").all():
        raise Refused(on_day(known.plan, known.day, NOTHING_SCORED))
    if arguments.format == "json":
        return to_json(result.to_dict())
    if arguments.format == "csv":
        return to_csv(result.to_frame(), DIGITS_OF_RESULTS, exact=("observed",))
    return backtest_report(result)


def _show_progress(done: float) -> None:
    if sys.stderr.isatty():
        print(f"\r{done:4.0%}", end="\n" if done >= 1 else "", file=sys.stderr, flush=True)


def _steady_state(arguments: argparse.Namespace) -> str:
    result = steady_state(
        age=_number(arguments.age),
        table=arguments.table,
        male_per_female=arguments.male_per_female,
        deduction=arguments.deduction,
        mean_aid=_number(arguments.mean_aid),
        fee=arguments.fee,
        periods_per_year=_number(arguments.periods_per_year),
        disease_loading=_number(arguments.disease_loading),
        data_dir=arguments.data,
    )
    if arguments.format == "json":
        return to_json(result.to_dict())
    if arguments.format == "csv":
        return to_csv(result.steps())
    return steady_state_report(result)


def _number(value: float) -> float:
    return int(value) if float(value).is_integer() else value


def _validate(arguments: argparse.Namespace) -> str:
    text, notes = validation_of(arguments)
    _warn(notes)
    return text
