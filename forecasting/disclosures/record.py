"""The disclosures of one plan, as they were known on one day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property

import pandas as pd

from forecasting.base.errors import InputError
from forecasting.base.messages import Message
from forecasting.base.settlements import HALF_MONTHLY, Calendar
from forecasting.base.strict import day_of
from forecasting.disclosures.conflicts import conflicts
from forecasting.disclosures.fields import DAY_FORM
from forecasting.disclosures.figures import CRITICAL_ILLNESS, known_singles
from forecasting.disclosures.identity import identity_checks
from forecasting.disclosures.period_table import period_table
from forecasting.disclosures.plan import Plan
from forecasting.disclosures.problems import cut
from forecasting.disclosures.reconciliation import reconciliation

FIRST_AS_OF = date(2000, 1, 1)
LAST_AS_OF = date(2100, 12, 31)
FIGURE = ["value", "rounding_half_width"]
MEMBERS_PAY = (
    "share",
    "share_sum",
    "share_min",
    "share_mean",
    "helped",
    "aid",
    "sharing_members",
)


@dataclass(frozen=True, eq=False)
class ReferenceTables:
    """Tables that are not a plan's disclosures and are not cut at a day; see ``data/README.md``."""

    plans: pd.DataFrame
    sources: pd.DataFrame
    glossary: pd.DataFrame
    ci_incidence: pd.DataFrame
    ci_mild_to_severe_ratio: pd.DataFrame
    population_china: pd.DataFrame
    life_table: pd.DataFrame
    hospitalization_rate: pd.DataFrame
    hospital_stay_days: pd.DataFrame
    medical_cost: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Disclosures:
    """What is known of one plan on ``day``. Made by ``load_disclosures``, cut by ``as_of``.

    ``observations``: the plan's rows of ``observations.csv``, every scope, with ``row`` (line
    number in the file), ``fitted`` and ``reason`` (a key of ``REASONS``, empty where fitted).
    ``rules``, ``events`` and ``member_profile`` (the plan's and the industry's), ``shocks`` and
    ``published_forecasts``: the rows known on the day. Days are datetime64 columns, amounts RMB.
    ``case_durations`` (cases of a sampled notice list by days since joining), ``case_mix`` (by
    disease group and aid), ``case_ages`` (by age band and sex, several lists together) and
    ``case_timing`` (how long a case took between two stages); see ``data/README.md``.
    ``calendar`` is that of its settlements. ``data_version``: release and a hash of all tables.
    """

    plan: str
    day: date
    data_version: str
    plan_info: Plan
    observations: pd.DataFrame
    rules: pd.DataFrame
    events: pd.DataFrame
    shocks: pd.DataFrame
    published_forecasts: pd.DataFrame
    member_profile: pd.DataFrame
    case_durations: pd.DataFrame
    case_mix: pd.DataFrame
    case_ages: pd.DataFrame
    case_timing: pd.DataFrame
    tables: ReferenceTables
    warnings: tuple[str, ...] = ()
    known_until: date | None = None
    calendar: Calendar = HALF_MONTHLY

    def as_of(self, day: date | str) -> Disclosures:
        """This record as it was known on ``day``.

        Kept are figures with ``period_end``, rules with ``effective_from``, events with ``date``,
        shocks with ``known_from``, forecasts with ``made_on``, case lists with ``settlement`` and
        ages with ``last_settlement`` on or before the day; a row of the member profile or of the
        case timing once the time it describes is over or its source is out. What a view does not
        hold it cannot give back: ``d.as_of(a).as_of(b)`` is ``d.as_of(min(a, b))``.

        Raises InputError when ``day`` is not a day from 2000 to 2100.

        >>> from forecasting.disclosures import load_disclosures
        >>> load_disclosures().as_of("2020-10-28").observations["period_end"].max().date()
        datetime.date(2020, 10, 28)
        """
        asked = as_day(day)
        known = asked if self.known_until is None else min(asked, self.known_until)
        limit = pd.Timestamp(known)
        return replace(
            self,
            day=known,
            known_until=known,
            observations=_until(self.observations, "period_end", limit),
            rules=_until(self.rules, "effective_from", limit),
            events=_until(self.events, "date", limit),
            shocks=_until(self.shocks, "known_from", limit),
            published_forecasts=_until(self.published_forecasts, "made_on", limit),
            member_profile=_until(self.member_profile, "known_from", limit),
            case_durations=_until(self.case_durations, "settlement", limit),
            case_mix=_until(self.case_mix, "settlement", limit),
            case_ages=_until(self.case_ages, "last_settlement", limit),
            case_timing=_until(self.case_timing, "known_from", limit),
        )

    def launched_on(self, day: date) -> Disclosures:
        """This record with another day of launch than the one on record, if any.

        Raises InputError when it is later than the first figure.
        """
        days = self.observations["period_end"]
        first = self.day if days.empty else days.min().date()
        if not FIRST_AS_OF <= day <= first:
            legal = Message(
                "a day from {first} to {last}, the first figure", first=FIRST_AS_OF, last=first
            )
            raise InputError("launch: found {found}, legal: {legal}", found=day, legal=legal)
        known = replace(self.plan_info, launched=day, launched_precision="day")
        return replace(self, plan_info=known)

    def figures(self) -> pd.DataFrame:
        """The observations that the model is fitted on."""
        return self.observations[self.observations["fitted"]].reset_index(drop=True)

    def settlement_values(self, quantity: str) -> pd.Series:
        """Fitted exact figures of single settlements of this plan's own pool, in order of the day.

        >>> from forecasting.disclosures import load_disclosures
        >>> float(load_disclosures().settlement_values("share")[date(2020, 10, 28)])
        4.86
        """
        return self._settlement_values.get(quantity, pd.Series(dtype=float))

    @cached_property
    def _settlement_values(self) -> dict[str, pd.Series]:
        rows = self.figures()
        exact = (rows["bound"] == "=") & (rows["period_start"] == rows["period_end"])
        rows = rows[exact & (rows["scope"] == CRITICAL_ILLNESS)]
        rows = rows.sort_values("period_end", kind="stable")
        values = rows["value"].astype(float).set_axis(rows["period_end"].dt.date)
        return dict(list(values.groupby(rows["quantity"].to_numpy())))

    def known(self, quantity: str) -> pd.DataFrame:
        """Exact figures of single settlements of this plan's own pool, fitted or a trifle.

        Index ``date``, columns ``value`` and ``rounding_half_width``. A share under 0.1 RMB is not
        fitted, but it is known: its settlement need not be reconstructed.

        >>> from forecasting.disclosures import load_disclosures
        >>> full = load_disclosures()
        >>> len(full.settlement_values("share")), len(full.known("share"))
        (60, 68)
        """
        if quantity not in self._known:
            return pd.DataFrame(columns=FIGURE, index=pd.Index([], name="date"), dtype=float)
        return self._known[quantity].copy()

    @cached_property
    def _known(self) -> dict[str, pd.DataFrame]:
        rows = known_singles(self.observations, self.calendar)
        rows = rows[rows["scope"] == CRITICAL_ILLNESS]
        rows = rows.set_index(rows["period_end"].dt.date.rename("date"))
        by_quantity = rows[FIGURE].groupby(rows["quantity"].to_numpy())
        return {str(name): figures.sort_index() for name, figures in by_quantity}

    def rule(self, name: str, on: date, default: float | None = None) -> float | None:
        """Value of a rule in force on a day, in the unit of ``plan_rules.csv``, or ``default``.

        >>> from forecasting.disclosures import load_disclosures
        >>> load_disclosures().rule("management_fee_rate", date(2018, 11, 1))
        0.1
        """
        in_force = [value for day, value in self._rule_changes.get(name, ()) if day <= on]
        return in_force[-1] if in_force else default

    def rule_changes(self, name: str) -> list[tuple[date, float]]:
        """Every known value of a rule with the day from which it holds, earliest first."""
        return list(self._rule_changes.get(name, ()))

    @cached_property
    def _rule_changes(self) -> dict[str, list[tuple[date, float]]]:
        changes: dict[str, list[tuple[date, float]]] = {}
        rows = self.rules.sort_values("effective_from", kind="stable")
        days = rows["effective_from"].dt.date
        for name, day, value in zip(rows["rule"], days, rows["value"], strict=True):
            changes.setdefault(name, []).append((day, float(value)))
        return changes

    def period_table(self) -> pd.DataFrame:
        """One row a settlement, from the first to the last with a figure: what was disclosed.

        ``date``; ``paid_by`` ("members", or "platform" from the closure notice on); ``fee`` (share
        of aid). For each of share (RMB), helped (persons), sharing_members and aid (RMB before fee)
        of the critical-illness pool, and for sharing_members_all_plans, helped_all_plans and
        aid_all_plans: the exact value, NaN where none is disclosed; ``_limit``, the value of a row
        that is only an inequality; and of the row shown ``_bound``, ``_source``, ``_placement``,
        ``_confidence``, ``_row`` (line number, 0 for none) and ``_records`` (how many sources give
        it, within their rounding). Of several rows the best attested is shown; one of low
        confidence only where there is no other. ``identity_share`` = aid x
        (1 + fee) / sharing_members and ``identity_gap`` = share - identity_share, RMB.

        >>> from forecasting.disclosures import load_disclosures
        >>> table = load_disclosures().period_table().set_index("date")
        >>> print(*table.loc["2020-10-28", ["share", "share_source"]])
        4.86 ledger2021
        """
        return self._period_table.copy()

    def identity_checks(self) -> pd.DataFrame:
        """Share against aid x (1 + fee) / members wherever enough terms are known.

        One row a settlement with an exact share, known members and aid or persons helped.
        ``aid_basis``: disclosed, mean_aid (a disclosed mean x persons), highest_benefit, or empty;
        ``members_basis``: disclosed, at_least (a bound), or interpolated between disclosed counts.
        ``implied_share``, ``gap`` = share - implied_share and ``tolerance`` (precision of the
        terms) in RMB a member, ``gap_percent`` in per cent of the share, ``implied_mean_aid`` =
        share x members / ((1 + fee) x helped) in RMB a case, ``explanation`` a key of
        ``IDENTITY_EXPLANATIONS``.

        >>> from forecasting.disclosures import load_disclosures
        >>> checks = load_disclosures().identity_checks().set_index("date")
        >>> print(checks.loc["2021-04-28", "gap_percent"].round(1))
        4.4
        """
        return self._identity_checks.copy()

    def conflicts(self) -> pd.DataFrame:
        """Figures that disagree with each other or are kept out, in numbered groups.

        One row a figure of each ``group``, its own columns with ``row``; ``kind`` is a key of
        ``CONFLICT_KINDS``, ``found`` and ``expected`` the two numbers that differ (NaN where the
        group needs none), ``explanation`` a sentence in English.

        >>> from forecasting.disclosures import load_disclosures
        >>> found = load_disclosures().conflicts()
        >>> found.loc[found["quantity"] == "share_sum", "value"].tolist()
        [29.17, 29.14, 15.0]
        """
        return self._conflicts.copy()

    def reconciliation(self) -> pd.DataFrame:
        """Printed totals, means, low points and bounds that other figures make up: none is fitted.

        One row a printed figure, shares first, in order of ``period_end``: its own columns with
        ``row``, ``published`` (its value), ``ours`` (what its parts make, the same unit),
        ``difference`` = ours - published, ``within`` (whether ours lies within the printed
        rounding, or on the side of the bound), ``settlements`` and ``parts`` (line numbers).

        >>> from forecasting.disclosures import load_disclosures
        >>> checks = load_disclosures().reconciliation().set_index("published")
        >>> print(*checks.loc[90.56, ["settlements", "ours", "within"]])
        24 90.56 True
        """
        return self._reconciliation.copy()

    @cached_property
    def first_settlement(self) -> date:
        """The first settlement with a figure of its own; without one, the first from the launch."""
        rows = self._paid_by_members()
        rows = rows[rows["period_start"] == rows["period_end"]]
        if not rows.empty:
            return self.calendar.on_or_before(rows["period_end"].min().date())
        launched = self.plan_info.launched
        return (
            self.calendar.on_or_after(launched)
            if launched
            else self.calendar.on_or_before(self.day)
        )

    @cached_property
    def last_settlement(self) -> date:
        """The last settlement known to be paid by members, never after ``day``."""
        rows = self._paid_by_members()
        last = self.day if rows.empty else min(rows["period_end"].max().date(), self.day)
        return self.calendar.on_or_before(last)

    def _paid_by_members(self) -> pd.DataFrame:
        rows = self.observations
        return rows[(rows["scope"] == CRITICAL_ILLNESS) & rows["quantity"].isin(MEMBERS_PAY)]

    # A page asks for each more than once.
    @cached_property
    def _period_table(self) -> pd.DataFrame:
        return period_table(
            self.observations,
            self.events,
            self.plan,
            lambda day: self.rule("management_fee_rate", day),
            self.first_settlement,
            self.last_settlement,
            self.calendar,
        )

    @cached_property
    def _identity_checks(self) -> pd.DataFrame:
        return identity_checks(self._period_table, self.observations, self.rule)

    @cached_property
    def _conflicts(self) -> pd.DataFrame:
        return conflicts(self.observations, self.first_settlement, self.calendar)

    @cached_property
    def _reconciliation(self) -> pd.DataFrame:
        return reconciliation(self.observations, self.calendar)


def as_day(day: date | str) -> date:
    """A day from ISO text or a date; InputError when it does not exist or lies outside 2000-2100.

    >>> as_day("2020-10-28")
    datetime.date(2020, 10, 28)
    """
    legal = Message(
        "a day that exists from {first} to {last}, as {form}",
        first=FIRST_AS_OF,
        last=LAST_AS_OF,
        form=DAY_FORM,
    )
    if isinstance(day, datetime):
        day = day.date()
    found = cut(str(day))
    illegal = InputError("as-of day: found {found!r}, legal: {legal}", found=found, legal=legal)
    if isinstance(day, str):
        try:
            day = day_of(day)
        except ValueError as error:
            raise illegal from error
    if not isinstance(day, date) or not FIRST_AS_OF <= day <= LAST_AS_OF:
        raise illegal
    return day


def _until(rows: pd.DataFrame, column: str, limit: pd.Timestamp) -> pd.DataFrame:
    return rows[rows[column] <= limit].reset_index(drop=True)
