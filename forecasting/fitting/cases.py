"""The plan's notice lists as evidence: days since joining, and who was paid the fixed sum.

Total claims say when claims came, not how long each took. The lists do: a mild case pays the fixed
sum only if it was diagnosed from the rule's day on, and a case can be no older than its member. Of
the cases of a list settled in period t, by joining cohort j and onset o:

    n_jo = A_j P_o / P_j s(o - j) a(o - j) exp(trend y_o) g_{t - o}
    days since joining        p_d ~ sum over j of [j's part in d] sum_o n_jo (1 + m paid_o)
    mild thyroid, of a known group        sum n_jo m paid_o / sum n_jo (1 + m paid_o)
    the fixed sum, of mild thyroid        sum n_jo m fixed_o / sum n_jo m paid_o

Counts enter as Freeman-Tukey deviates sqrt(k) + sqrt(k + 1) - sqrt(4 E + 1) (Freeman and Tukey
1950). Joins of a half-month are known from net counts alone, within a half or so: deviates of days
since joining are divided by sqrt(1 + 0.5^2 E).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array
from forecasting.claims.path import Parameters, selection_weights
from forecasting.claims.regime import Regime
from forecasting.claims.selection import delay_mass
from forecasting.disclosures import Disclosures
from forecasting.members.enrolment import Membership

JOINS_CV = 0.5
THYROID = ("thyroid_full", "thyroid_mild")
FEWEST_EXPECTED = 1e-9
# Members who came over from the insurer's cover are no joins in the net count of these days; of the
# launch before them the net count gives the sum of joins, not their days.
CONVERSIONS = (date(2018, 11, 27), date(2019, 1, 26))


@dataclass(frozen=True, eq=False)
class CaseLists:
    """Sampled lists compiled against a grid: L lists, T periods of which the first S matter.

    ``list_period`` (L,): period of each list. ``duration_bins`` (L, D, S): the part of each joining
    period that a bin of days since joining takes; ``durations`` (L, D): cases in it. Bins that
    touch the window of conversions are left out, those before it are the last one together.
    ``trials``, ``hits`` (L, 3): cases of a known group and thyroid cancers among them;
    thyroid cancers and fixed sums among these; cases of unknown group and fixed sums among these.
    """

    list_period: np.ndarray
    duration_bins: Array
    durations: Array
    trials: Array
    hits: Array

    @property
    def count(self) -> int:
        """Number of residuals."""
        return int(self.durations.size + self.trials.size)

    def expected(
        self, parameters: Parameters, regime: Regime, membership: Membership, delay_family: str
    ) -> tuple[Array, Array]:
        """Expected cases by days since joining (..., L, D), and hits (..., L, 3)."""
        shown = self.duration_bins.shape[-1]
        cohorts, of_onset = self._cases(parameters, regime, membership, delay_family)
        mild = np.asarray(parameters["mild_ratio"])[..., None]
        is_fixed = (regime.mild_fixed[:shown] > 0) * (regime.mild_paid - regime.mild_like_severe)[
            :shown
        ]
        all_mild, fixed = (
            mild * (of_onset * flag).sum(axis=-1) for flag in (regime.mild_paid[:shown], is_fixed)
        )
        total = of_onset.sum(axis=-1) + all_mild
        share = np.stack(
            [all_mild / total, fixed / np.maximum(all_mild, FEWEST_EXPECTED), fixed / total],
            axis=-1,
        )
        weights = np.einsum("...ds,...s->...d", self.duration_bins, cohorts)
        weights = weights / np.maximum(weights.sum(axis=-1, keepdims=True), FEWEST_EXPECTED)
        return weights * self.durations.sum(axis=1, keepdims=True), share * self.trials

    def _cases(
        self, parameters: Parameters, regime: Regime, membership: Membership, delay_family: str
    ) -> tuple[Array, Array]:
        """Relative cases of each list by joining period, and severe ones by onset, (..., L, S)."""
        shown = self.duration_bins.shape[-1]
        weight = selection_weights(parameters, regime)[..., :shown]
        weight = weight * regime.ageing_incidence[:shown] ** _column(parameters["ageing"])
        ages = np.arange(shown) - np.arange(shown)[:, None]
        stayed = membership.survival[:shown] / membership.survival[:shown, None]
        exposed = membership.joins[:shown, None] * stayed * (ages >= 0)
        rate = np.exp(_column(parameters["trend"]) * regime.years[:shown])
        onsets = weight[..., np.maximum(ages, 0)] * exposed * rate[..., None, :]
        days, cv = parameters["delay_days"], parameters["delay_cv"]
        mass = delay_mass(days, cv, delay_family, shown, regime.calendar)
        waited = self.list_period[:, None] - np.arange(shown)
        # Nothing is settled later than the mass reaches.
        reached = (waited >= 0) & (waited < mass.shape[-1])
        settles = mass[..., np.where(reached, waited, 0)] * reached
        paid = 1.0 + _column(parameters["mild_ratio"]) * regime.mild_paid[:shown]
        cohorts = np.einsum("...js,...ls->...lj", onsets, settles * paid[..., None, :])
        return cohorts, onsets.sum(axis=-2)[..., None, :] * settles

    def residuals(
        self, parameters: Parameters, regime: Regime, membership: Membership, delay_family: str
    ) -> Array:
        """Deviates of all counts, shape (..., count)."""
        by_days, hits = self.expected(parameters, regime, membership, delay_family)
        of_days = freeman_tukey(self.durations, by_days) / np.sqrt(1.0 + JOINS_CV**2 * by_days)
        deviates = [of_days, freeman_tukey(self.hits, hits)]
        shape = np.broadcast_shapes(*(each.shape[:-2] for each in deviates))
        flat = [
            # The size is said, since none can be told where no path is left to compute.
            np.broadcast_to(each, (*shape, *each.shape[-2:])).reshape(
                *shape, each.shape[-2] * each.shape[-1]
            )
            for each in deviates
        ]
        return np.concatenate(flat, axis=-1)


def freeman_tukey(counts: Array, expected: Array) -> Array:
    """sqrt(k) + sqrt(k + 1) - sqrt(4 E + 1): about standard normal for counts of mean E.

    >>> freeman_tukey(np.array([0.0, 9.0]), np.array([0.0, 9.0])).round(3)
    array([0.  , 0.08])
    """
    return np.asarray(np.sqrt(counts) + np.sqrt(counts + 1.0) - np.sqrt(4.0 * expected + 1.0))


def compile_case_lists(disclosures: Disclosures, grid: tuple[date, ...]) -> CaseLists | None:
    """The lists known on the day against a grid; None where there is none."""
    durations, mix = disclosures.case_durations, disclosures.case_mix
    days = set(durations["settlement"]) & set(mix["settlement"])
    lists = sorted(day for day in days if day.date() in grid)
    if not lists:
        return None
    list_period = np.array([grid.index(day.date()) for day in lists])
    before = (disclosures.calendar.on_or_before(grid[0] - timedelta(days=1)), *grid)
    periods = list(zip(before, grid, strict=False))[: list_period.max() + 1]
    by_days = [_by_days(durations[durations["settlement"] == day], periods) for day in lists]
    by_kind = [
        _by_kind(
            mix[mix["settlement"] == day], disclosures.rule("benefit_mild_thyroid", day.date())
        )
        for day in lists
    ]
    bins, counts = (np.array(each) for each in zip(*by_days, strict=True))
    trials, hits = (np.array(each) for each in zip(*by_kind, strict=True))
    return CaseLists(list_period, bins, counts, trials, hits)


def _by_days(rows: pd.DataFrame, periods: list[tuple[date, date]]) -> tuple[Array, Array]:
    """Parts of the joining periods in each bin of days, (D, S), and the cases in it, (D,)."""
    counted = rows["counted_to"].iloc[0].date()
    bins, counts = [], []
    launch, launch_cases = np.zeros(len(periods)), 0.0
    for row in rows.sort_values("days_from").itertuples():
        first = counted - timedelta(days=int(row.days_to))
        last = counted - timedelta(days=int(row.days_from))
        parts = np.array([_part(period, first, last) for period in periods])
        if last < CONVERSIONS[0]:
            launch, launch_cases = launch + parts, launch_cases + float(row.cases)
            parts = np.zeros_like(parts)
        is_used = first > CONVERSIONS[1]
        bins.append(is_used * parts)
        counts.append(is_used * float(row.cases))
    return np.array([*bins, launch]), np.array([*counts, launch_cases])


def _part(period: tuple[date, date], first: date, last: date) -> float:
    """The part of a period's days, after its start to its end, that lies in [first, last]."""
    before, end = period
    inside = (min(last, end) - max(first, before + timedelta(days=1))).days + 1
    return max(inside, 0) / (end - before).days


def _by_kind(rows: pd.DataFrame, fixed_sum: float | None) -> tuple[list[float], list[float]]:
    """Trials and hits of the three shares; see :class:`CaseLists`."""
    cases, group = rows["cases"], rows["disease_group"]
    is_thyroid, is_unknown = group.isin(THYROID), group == "unknown"
    is_fixed = rows["aid_rmb"] == fixed_sum
    known, thyroid = cases[~is_unknown].sum(), cases[is_thyroid].sum()
    trials = [known, thyroid, cases[is_unknown].sum()]
    hits = [thyroid, cases[is_thyroid & is_fixed].sum(), cases[is_unknown & is_fixed].sum()]
    return [float(each) for each in trials], [float(each) for each in hits]


def _column(value: Array) -> Array:
    return np.asarray(value)[..., None]


def simulated_tables(
    lists: CaseLists, expected: tuple[Array, Array], known: Disclosures, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Case tables of another world: durations and mix as its lists would have had them sampled.

    ``expected``: days since joining (L, D) and hits (L, 3) of that world. Days scatter as joins of
    an unknown half do (negative binomial), hits as binomials. Cases that joined before the
    conversions are written into the longest of their bins, as the likelihood adds them up.
    """
    by_days, hits = expected
    shape = JOINS_CV**-2
    simulated = rng.negative_binomial(shape, shape / (shape + np.maximum(by_days, FEWEST_EXPECTED)))
    share = np.divide(hits, lists.trials, out=np.zeros_like(hits), where=lists.trials > 0)
    durations, mixes = [], []
    days = sorted(set(known.case_durations["settlement"]) & set(known.case_mix["settlement"]))
    for i, day in enumerate(days):
        rows = known.case_durations[known.case_durations["settlement"] == day]
        rows = rows.sort_values("days_from")
        cases = simulated[i, :-1].copy()
        cases[-1] += simulated[i, -1]
        durations.append(rows.assign(cases=cases))
        known_group, _, unknown = lists.trials[i].astype(int)
        thyroid = int(rng.binomial(known_group, share[i, 0]))
        mild = int(rng.binomial(thyroid, share[i, 1]))
        fixed = int(rng.binomial(unknown, share[i, 2]))
        fixed_sum = known.rule("benefit_mild_thyroid", day.date())
        full_sum = known.rule("benefit_under_40", day.date())
        counts = [
            ("other", full_sum, known_group - thyroid),
            ("thyroid_full", full_sum, thyroid - mild),
            ("thyroid_mild", fixed_sum, mild),
            ("unknown", full_sum, unknown - fixed),
            ("unknown", fixed_sum, fixed),
        ]
        mix = pd.DataFrame(counts, columns=["disease_group", "aid_rmb", "cases"])
        source = rows["source_id"].iloc[0]
        mixes.append(mix.assign(plan=known.plan, settlement=day, source_id=source))
    return pd.concat(durations), pd.concat(mixes)
