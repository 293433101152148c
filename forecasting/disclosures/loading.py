"""Take one plan out of the data folder or of a reader's file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

import pandas as pd

from forecasting.base.errors import InputError
from forecasting.base.messages import Message
from forecasting.base.settlements import HALF_MONTHLY, Calendar
from forecasting.disclosures.calendars import calendar_by_rules, placed
from forecasting.disclosures.figures import with_reasons
from forecasting.disclosures.folder import (
    Folder,
    packaged_folder,
    raise_together,
    read_folder,
    read_tables,
)
from forecasting.disclosures.package import DATA_RELEASE
from forecasting.disclosures.plan import Plan, first_day, last_day
from forecasting.disclosures.problems import cut
from forecasting.disclosures.record import MEMBERS_PAY, Disclosures, ReferenceTables
from forecasting.disclosures.schemas import (
    OBSERVATIONS,
    PLAN_RULES,
    PLANS,
    SOURCES,
)
from forecasting.disclosures.text_table import MOST_ROWS
from forecasting.disclosures.validation import numbered, validate_table

INDUSTRY = "industry"
MOST_NAMED = 5

Lent = TypeVar("Lent", Disclosures, ReferenceTables)


def load_disclosures(data_dir: str | Path | None = None, plan: str = "xianghubao") -> Disclosures:
    """Load the whole record of one plan.

    ``data_dir``: a folder laid over the packaged data; a file in it replaces ours, the others stay.
    A plan that only its observations know is loaded with warnings for what is missing. ``day`` of
    the result is the last day with any figure of the plan; nothing is cut at it.

    Raises InputError when a file breaks its schema (every problem listed), the folder does not
    exist, the plan is in no table, or a source of our own data is not in ``sources.csv``.

    >>> disclosures = load_disclosures()
    >>> disclosures.plan_info.name_en, disclosures.last_settlement
    ('Xianghubao', datetime.date(2021, 12, 14))
    """
    if data_dir is None:
        known = _of_packaged(packaged_folder(), plan)
        return _lent(replace(known, tables=_lent(known.tables)))
    return _of_tables(read_folder(data_dir), plan)


@lru_cache(maxsize=16)
def _of_packaged(folder: Folder, plan: str) -> Disclosures:
    return _of_tables(folder, plan)


def _lent(tables: Lent) -> Lent:
    """These tables for one more caller: pandas copies a table when it is written to."""
    frames = {
        field.name: value.copy(deep=False)
        for field in fields(tables)
        if isinstance(value := getattr(tables, field.name), pd.DataFrame)
    }
    return replace(tables, **frames)


def plans_in(content: bytes, file: str, most_rows: int = MOST_ROWS) -> tuple[str, ...]:
    """The plans that the bytes of an observations file tell of, in the order of the file.

    Raises InputError as ``validate_observations`` does.
    """
    table = validate_table(content, file, OBSERVATIONS, most_rows)
    return tuple(dict.fromkeys(table.frame["plan"]))


def read_disclosures(
    content: bytes,
    file: str,
    plan: str,
    check: Callable[[pd.DataFrame], None] = lambda _: None,
) -> Disclosures:
    """``load_disclosures`` with the bytes of an observations file in place of ours, in memory.

    ``file`` is the name that messages bear. Rules, events and shocks are the packaged ones and
    apply only to the plan they name. ``check`` may refuse the plan's rows before anything is made
    of them. Raises InputError as ``load_disclosures`` does.

    >>> from forecasting.disclosures import PACKAGED_DATA
    >>> text = (PACKAGED_DATA / "observations.csv").read_bytes()
    >>> read_disclosures(text, "mine.csv", "xianghubao").last_settlement
    datetime.date(2021, 12, 14)
    """
    folder = read_tables({OBSERVATIONS.file: (file, content)})
    check(_of_plan(folder.frame("observations"), plan))
    return _of_tables(folder, plan)


def _of_tables(folder: Folder, plan: str) -> Disclosures:
    plans = folder.frame("plans")
    named = {*plans["plan"], *folder.frame("observations")["plan"]}
    if plan not in named:
        legal = ", ".join(sorted(named))
        raise InputError("plan: found {found!r}, legal: {legal}", found=cut(plan), legal=legal)
    observations = _of_plan(folder.frame("observations"), plan)
    known = plans[plans["plan"] == plan]
    info = Plan.unknown(plan) if known.empty else Plan.from_row(known.iloc[0])
    warnings = [*folder.warnings, *_source_warnings(folder, plan)]
    # Our facts of a plan end with it: figures of a reader beyond that are of another plan.
    name, namesake = plan, None
    if "observations" in folder.overlaid and "plans" not in folder.overlaid:
        namesake = _namesake(observations, info)
    if namesake is not None:
        warnings.append(namesake)
        name, info, known = "", Plan.unknown(plan), known.head(0)
    rules = _of_plan(folder.frame("plan_rules"), name)
    events, profile = (
        table[table["plan"].isin([name, INDUSTRY])]
        for table in (folder.frame("events"), folder.frame("member_profile"))
    )
    warnings += _unknown(plan, known.empty, rules.empty, has_namesake=namesake is not None)
    calendar = calendar_by_rules(rules) or HALF_MONTHLY
    if "observations" in folder.overlaid:
        file = folder.tables["observations"].file
        observations, calendar, placements = placed(observations, rules, plan, file)
        warnings += placements
    if observations.empty:
        others = _some(sorted({*folder.frame("observations")["plan"]}))
        warnings.append(
            Message(
                "plan {plan}: {file} has no figure of it, only of {others}",
                plan=plan,
                file=OBSERVATIONS.file,
                others=others,
            )
        )
    return Disclosures(
        plan=plan,
        day=_last_day(observations, rules, info),
        data_version=f"{DATA_RELEASE}+{folder.digest}",
        plan_info=info,
        calendar=calendar,
        observations=with_reasons(numbered(observations), calendar),
        rules=rules.reset_index(drop=True),
        events=events.sort_values("date", kind="stable").reset_index(drop=True),
        shocks=_of_plan(folder.frame("shocks"), name).reset_index(drop=True),
        published_forecasts=_of_plan(folder.frame("published_forecasts"), name).reset_index(
            drop=True
        ),
        member_profile=_with_known_from(profile, folder.frame("sources")),
        case_durations=_of_plan(folder.frame("case_durations"), name).reset_index(drop=True),
        case_mix=_of_plan(folder.frame("case_mix"), name).reset_index(drop=True),
        case_ages=_of_plan(folder.frame("case_ages"), name).reset_index(drop=True),
        case_timing=_with_known_from(
            _of_plan(folder.frame("case_timing"), name), folder.frame("sources")
        ),
        tables=_reference_tables(folder),
        warnings=tuple(warnings),
    )


def checked_plans(
    observations: pd.DataFrame, file: str
) -> tuple[pd.DataFrame, dict[str, Calendar], list[str]]:
    """An observations file on its plans' calendars, the calendars, and what is said of both.

    Takes and returns the table of ``validate_observations``. Raises InputError as loading does.
    """
    folder = packaged_folder()
    listed = folder.frame("plans").set_index("plan")
    tables: list[pd.DataFrame] = []
    calendars: dict[str, Calendar] = {}
    notes: list[str] = []
    problems: list[InputError] = []
    for plan, rows in observations.set_index("row").groupby("plan", sort=False):
        name = str(plan)
        rules = _of_plan(folder.frame("plan_rules"), name)
        if name in listed.index:
            info = Plan.from_row(listed.loc[[name]].reset_index().iloc[0])
            namesake = _namesake(rows, info)
            if namesake is not None:
                notes.append(namesake)
                rules = rules.head(0)
        try:
            placed_rows, calendars[name], placing = placed(rows, rules, name, file)
        except InputError as error:
            problems.append(error)
            continue
        notes += placing
        tables.append(placed_rows)
    raise_together(problems)
    return numbered(pd.concat(tables)).sort_values("row", kind="stable"), calendars, notes


def load_tables(data_dir: str | Path | None = None) -> ReferenceTables:
    """Load the tables that belong to no plan, with the same overlay and errors.

    >>> len(load_tables().population_china)
    63
    """
    return _reference_tables(read_folder(data_dir))


def _reference_tables(folder: Folder) -> ReferenceTables:
    names = ReferenceTables.__dataclass_fields__
    return ReferenceTables(**{name: folder.frame(name).reset_index(drop=True) for name in names})


def _source_warnings(folder: Folder, plan: str) -> list[str]:
    """One warning for each table that uses sources which ``sources.csv`` does not describe."""
    known = set(folder.frame("sources")["source_id"])
    warnings: list[str] = []
    for name, table in folder.tables.items():
        is_of_plans = "plan" in table.frame
        concerned = {name, "sources"} if is_of_plans else {name}
        if "source_id" not in table.frame or not folder.overlaid & concerned:
            continue
        rows = _of_plan(table.frame, plan) if is_of_plans else table.frame
        missing = sorted(set(rows["source_id"]) - known)
        if missing:
            warnings.append(
                Message(
                    "{file}: {sources} does not describe {missing}",
                    file=table.file,
                    sources=SOURCES.file,
                    missing=_some(missing),
                )
            )
    return warnings


def _namesake(observations: pd.DataFrame, info: Plan) -> Message | None:
    """What is said where a reader's figures that members pay lie after a plan's known closure."""
    if info.closed is None:
        return None
    paid = observations[observations["quantity"].isin(MEMBERS_PAY)]
    after = paid[paid["period_end"] > pd.Timestamp(info.closed)]
    if after.empty:
        return None
    return Message(
        "plan {plan}: it closed on {closed} and {n} figures are of later days (row {row} first): "
        "read as a plan of its own, to which none of our rules, events and dates apply",
        plan=info.plan,
        closed=info.closed,
        n=len(after),
        row=int(after.index[0]),
    )


def _unknown(plan: str, not_listed: bool, no_rules: bool, has_namesake: bool) -> list[str]:
    if has_namesake:
        return []
    not_in_plans = Message(
        "plan {plan}: {file} has no row of it: launch, closure and operator unknown",
        plan=plan,
        file=PLANS.file,
    )
    not_in_rules = Message(
        "plan {plan}: {file} has no row of it: fee, waiting period and benefit unknown",
        plan=plan,
        file=PLAN_RULES.file,
    )
    missing = {not_in_plans: not_listed, not_in_rules: no_rules}
    return [text for text, is_missing in missing.items() if is_missing]


def _some(names: list[str]) -> str:
    """The first few names, and how many more there are.

    >>> _some(["a", "b", "c", "d", "e", "f", "g"])
    'a, b, c, d, e and 2 more'
    """
    first = ", ".join(names[:MOST_NAMED])
    if len(names) <= MOST_NAMED:
        return first
    return Message("{names} and {n} more", names=first, n=len(names) - MOST_NAMED)


def _of_plan(table: pd.DataFrame, plan: str) -> pd.DataFrame:
    return table[table["plan"] == plan]


def _last_day(observations: pd.DataFrame, rules: pd.DataFrame, info: Plan) -> date:
    """The day of the last figure; without any, of the last thing known of the plan."""
    if not observations.empty:
        return observations["period_end"].max().date()
    days = [info.launched, info.closed, *rules["effective_from"].dt.date]
    return max((day for day in days if day is not None), default=date(2000, 1, 1))


def _with_known_from(table: pd.DataFrame, sources: pd.DataFrame) -> pd.DataFrame:
    """Add the day a row was known: its time was over, or its source was out before that."""
    published = dict(zip(sources["source_id"], sources["published"], strict=True))
    days = []
    for as_of, source in zip(table["as_of"], table["source_id"], strict=True):
        is_over, out = last_day(as_of), published.get(source, "")
        days.append(max(min(is_over, last_day(out)), first_day(as_of)) if out else is_over)
    known_from = pd.Series(pd.to_datetime(days), index=table.index, dtype="datetime64[us]")
    return table.assign(known_from=known_from).reset_index(drop=True)
