"""Why the share grew between two settlements: an exact split of the growth into its causes.

What was under way on the first day comes first: its cohorts mature, and nothing else changes. The
other causes are what happened since, each against the state in which the first day left it. Rules,
incidence and amounts are held as they were for the cases paid on the first day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.claims.path import ALL_EFFECTS, Parameters, Pool, claims_of, claims_path, pool_of
from forecasting.claims.regime import Regime
from forecasting.explain.dilution import shapley_terms
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.members.enrolment import Membership, split_joins_and_exits
from forecasting.simulation.draws import with_classes

CAUSES: tuple[str, ...] = (
    "under_way", "newcomers", "exits", "ageing", "incidence", "aid", "rules", "pandemic",
    "unexplained",
)  # fmt: skip
MOVING: tuple[str, ...] = ("newcomers", "exits", "ageing", "aid", "rules", "pandemic")
PAYERS: tuple[str, ...] = ("newcomers", "exits")


@dataclass(frozen=True, eq=False)
class GrowthSplit:
    """Growth of the disclosed share from ``start`` to ``end`` by cause, RMB a member.

    ``pieces``: one a name of ``CAUSES``, shape (draws,), which sum to ``last_share`` -
    ``first_share`` in each draw; a negative one slowed the growth. ``payers``: what newcomers and
    exits did of their pieces through the number who pay, the rest through aid; ``fee``: what the
    fee did of the rules'.
    """

    start: date
    end: date
    first_share: float
    last_share: float
    pieces: dict[str, Array]
    payers: dict[str, Array]
    fee: float

    @property
    def fewer_payers(self) -> Array:
        """What the number who pay did, RMB, shape (draws,)."""
        return np.asarray(sum(self.payers.values()))

    @property
    def more_aid(self) -> Array:
        """What aid did, RMB, shape (draws,): the growth less payers and fee."""
        return self.last_share - self.first_share - self.fee - self.fewer_payers

    @property
    def causes(self) -> pd.DataFrame:
        """One row a cause: ``cause``, mean ``rmb``, its ``low`` and ``high`` (80% interval).

        ``payers`` and ``aid`` are the parts of the mean through either.
        """
        names = list(CAUSES)
        draws = np.array([self.pieces[name] for name in names])
        means = draws.mean(axis=1)
        payers = [float(np.mean(self.payers.get(name, 0.0))) for name in names]
        low, high = np.quantile(draws, (0.1, 0.9), axis=1)
        return pd.DataFrame(
            {
                "cause": names,
                "rmb": means,
                "low": low,
                "high": high,
                "payers": payers,
                "aid": means - payers,
            }
        )


def split_growth(
    fit: SelectionLagFit, start: date, end: date, draws: int = 200, seed: int = 0
) -> GrowthSplit:
    """Split the growth of the disclosed share between two settlements by cause, for every draw.

        S_2 - S_1 = L ln(S_2 / S_1),   L = (S_2 - S_1) / ln(S_2 / S_1)

    ln(S_2 / S_1) is the sum of: the cohorts under way, with nobody joining or leaving since and all
    else held; the Shapley values, from there on, of newcomers, exits (those who leave are
    healthier), ageing, the shift of aid, rules and pandemic; the trend of incidence; and what is
    left, the deviation and the noise of a settlement's cases. As ln S = ln aid + ln(1 + fee) -
    ln N, each cause acts through payers or aid, and the payers' parts sum to L ln(N_1 / N_2), as in
    :func:`~forecasting.explain.aid_and_payers.split_share`. Sources: Shorrocks 2013; Ang 2005.

    Raises InputError when a day has no disclosed share or the days run backwards.

    >>> import forecasting
    >>> fitted = forecasting.fit(forecasting.load_disclosures().as_of("2021-11-14"))
    >>> split = split_growth(fitted, date(2020, 10, 28), date(2021, 10, 14))
    >>> total = sum(split.pieces.values())
    >>> bool(np.allclose(total, split.last_share - split.first_share)), round(split.causes.rmb[2])
    (True, 1)
    """
    shares = fit.disclosures.settlement_values("share")
    shares = shares[[day in fit.grid for day in shares.index]]
    for name, day in (("start", start), ("end", end)):
        if day not in shares.index:
            raise InputError(
                "{name}: found {found}, legal: a settlement with a known share from {first} to "
                "{last}",
                name=name,
                found=day,
                first=shares.index[0],
                last=shares.index[-1],
            )
    if start >= end:
        raise InputError(
            "start: found {found}, legal: a settlement before {end}", found=start, end=end
        )
    first, last = fit.grid.index(start), fit.grid.index(end)
    rng = np.random.default_rng(seed)
    parameters, deviation = fit.draw(draws, rng)
    members = np.exp(fit.membership_fit.draw(draws, rng)[:, : last + 1])
    membership = split_joins_and_exits(
        members, fit.scenario.exit_rate_per_year, fit.disclosures.calendar
    )
    since = _Since(
        fit.scenario.delay_family,
        parameters,
        fit.regime.of_periods(slice(last + 1)),
        with_classes(membership, parameters),
        first,
    )
    now, before = (since.log_share(frozenset(each)) for each in (MOVING, ()))
    level = np.log(shares[end] / shares[start])
    own = now + deviation[:, last] - since.log_share_then(deviation[:, : last + 1])
    regime, step = since.regime, since.regime.years[last] - since.regime.years[first]
    fee = np.log((1.0 + regime.fee[last]) / (1.0 + regime.fee[first]))
    slowed = regime.payment_slowed[last] - regime.payment_slowed[first]
    pace = np.log(parameters["pandemic_pace"]) * slowed
    trend = parameters["trend"] * step
    moved = shapley_terms(since.log_shares(), MOVING)
    steps = deviation[:, last] - deviation[:, first]
    logs = moved | {
        "under_way": before - since.log_share_then(0.0) - trend - pace - fee,
        "incidence": trend,
        "rules": moved["rules"] + fee,
        "pandemic": moved["pandemic"] + pace,
        "unexplained": steps + level - own,
    }
    payers = shapley_terms(
        {each: -np.log(since.members_with(each).members[:, last]) for each in _subsets(PAYERS)},
        PAYERS,
    )
    weight = _logarithmic_mean(shares[start], shares[end])
    return GrowthSplit(
        start=start,
        end=end,
        first_share=float(shares[start]),
        last_share=float(shares[end]),
        pieces={name: weight * np.broadcast_to(logs[name], draws) for name in CAUSES},
        payers={name: weight * term for name, term in payers.items()},
        fee=float(weight * fee),
    )


@dataclass(frozen=True, eq=False)
class _Since:
    """The claims model from the launch to the last day with causes since ``first`` held back."""

    family: str
    parameters: Parameters
    regime: Regime
    membership: Membership
    first: int

    def log_share_then(self, deviation: Array | float) -> Array:
        """Log share of the first day as it was, shape (draws,)."""
        path = claims_path(
            self.parameters, self.regime, self.membership, deviation, self.family, ALL_EFFECTS
        )
        return np.log(path.share[..., self.first])

    def log_shares(self) -> dict[frozenset[str], Array]:
        """Log share of the last day, without deviation, under every set of causes."""
        pools: dict[frozenset[str], Pool] = {}
        return {each: self.log_share(each, pools) for each in _subsets(MOVING)}

    def log_share(
        self, causes: frozenset[str], pools: dict[frozenset[str], Pool] | None = None
    ) -> Array:
        """The same under one set; ``pools`` keeps those already worked out."""
        regime = self._regime_with(causes)
        of_pool = causes & {*PAYERS, "ageing"}
        pools = {} if pools is None else pools
        if of_pool not in pools:
            members = self.members_with(of_pool)
            pools[of_pool] = pool_of(self.parameters, regime, members, self.family, [ALL_EFFECTS])
        (path,) = claims_of(pools[of_pool], self.parameters, regime, 0.0)
        return np.log(path.share[..., -1])

    def members_with(self, causes: frozenset[str]) -> Membership:
        """The members, nobody joining or leaving since the first day unless that is a cause."""
        periods = np.arange(self.regime.years.size)
        held = np.minimum(periods, self.first)
        kept = self.membership if "exits" in causes else self.membership.of_periods(held)
        is_joining = (periods <= self.first) | ("newcomers" in causes)
        joins = np.where(is_joining, self.membership.joins, 0.0)
        members = kept.survival * np.cumsum(joins / kept.survival, axis=-1)
        return Membership(members, joins, kept.survival, kept.survival_by_class)

    def _regime_with(self, causes: frozenset[str]) -> Regime:
        """The regime, held as it was for the cases paid on the first day but for the causes."""
        regime = self.regime
        periods = np.arange(regime.years.size)
        then = np.maximum(periods - (periods[-1] - self.first), 0)
        held = {
            "ageing": ("ageing_incidence", "ageing_aid"),
            "rules": ("mild_paid", "mild_like_severe", "mild_fixed"),
            "pandemic": ("diagnoses_lost",),
        }
        parts = {
            name: getattr(regime, name)[then]
            for cause, names in held.items()
            if cause not in causes
            for name in names
        }
        if "aid" not in causes:
            # The course of aid goes by the years; the trend of incidence is to go on.
            parts["years"] = regime.years[then]
            behind = regime.years - parts["years"]
            parts["onset_factor"] = np.exp(np.multiply.outer(self.parameters["trend"], behind))
        return replace(regime, **parts)


def _subsets(causes: tuple[str, ...]) -> list[frozenset[str]]:
    return [
        frozenset(chosen)
        for size in range(len(causes) + 1)
        for chosen in combinations(causes, size)
    ]


def _logarithmic_mean(a: float, b: float) -> float:
    return float(a if np.isclose(a, b) else (b - a) / np.log(b / a))
