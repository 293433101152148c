"""Where a forecast went wrong: its error, once the record is known, split by what was not known.

Two fits are set side by side: the one of the day and one of a later day. Members, claims, aid,
delay, rules and deviation of the first are replaced by those of the second, in every combination;
each term is a Shapley value on the log of the share, brought to RMB by the logarithmic mean of the
two shares, so that the terms sum to the error exactly. Sources: Shorrocks 2013; Ang 2005.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.claims.path import claims_path
from forecasting.claims.regime import Regime, build_regime
from forecasting.disclosures.grid import model_grid
from forecasting.explain.dilution import shapley_terms
from forecasting.fitting.deviation import persistence
from forecasting.fitting.estimation import SelectionLagFit
from forecasting.members.enrolment import Membership, project, split_joins_and_exits

SOURCES: tuple[str, ...] = ("members", "claims", "aid", "delay", "rules", "deviation")
AID_PARAMETERS = ("severe_aid", "aid_shift", "tier_weight")
NEAR = 1e-9
DELAY_PARAMETERS = ("delay_days", "delay_cv")


@dataclass(frozen=True, eq=False)
class ErrorBudget:
    """The error of one day's forecast, settlement by settlement.

    ``frame``: ``date``; ``forecast`` and ``later``, the share as the two fits give it at their
    modes; ``total`` = forecast - later and its terms, one a name of ``SOURCES``. RMB a member and
    settlement; a positive term made the forecast too high.
    """

    as_of: date
    known_on: date
    frame: pd.DataFrame

    def mean(self) -> pd.Series:
        """Mean of each term over the settlements, RMB, the largest first."""
        means = self.frame[list(SOURCES)].mean()
        return means.reindex(means.abs().sort_values(ascending=False).index)


def error_budget(then: SelectionLagFit, later: SelectionLagFit, horizon: int = 24) -> ErrorBudget:
    """Split the error of the forecast of ``then``, as ``later`` knows it.

    Settlements after the first fit's day, at most ``horizon``, up to the last that members paid on
    the second's. Raises InputError where the fits are not of one plan, one after the other.
    """
    paid = sum(day <= later.disclosures.last_settlement for day in later.grid)
    ahead = min(paid - len(then.grid), horizon)
    if ahead < 1 or then.disclosures.plan != later.disclosures.plan:
        raise InputError(
            "error budget: found {then} and {later}, legal: two days of one plan, a settlement or "
            "more apart",
            then=then.as_of,
            later=later.as_of,
        )
    past, periods = len(then.grid), len(then.grid) + ahead
    versions = [_inputs(fit, periods) for fit in (then, later)]
    family = then.scenario.delay_family
    values: dict[frozenset[str], Array] = {}
    for size in range(len(SOURCES) + 1):
        for chosen in combinations(SOURCES, size):
            members, parameters, regime, deviation = _mixed(versions, frozenset(chosen))
            path = claims_path(parameters, regime, members, deviation, family)
            values[frozenset(chosen)] = np.log(path.share[past:])
    terms = shapley_terms(values, SOURCES)
    forecast, known = (np.exp(values[frozenset(each)]) for each in ((), SOURCES))
    weight = _logarithmic_mean(forecast, known)
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(list(later.grid[past:periods])),
            "forecast": forecast,
            "later": known,
            "total": forecast - known,
            **{name: -weight * term for name, term in terms.items()},
        }
    )
    return ErrorBudget(then.as_of, later.as_of, frame)


def _logarithmic_mean(a: Array, b: Array) -> Array:
    """(a - b) / ln(a / b), and a where both agree."""
    apart = np.log(a / b)
    is_near = np.abs(apart) < NEAR
    return np.asarray(np.where(is_near, a, (a - b) / np.where(is_near, 1.0, apart)))


@dataclass(frozen=True, eq=False)
class _Inputs:
    members: Membership
    parameters: dict[str, Array]
    regime: Regime
    deviation: Array


def _inputs(fit: SelectionLagFit, periods: int) -> _Inputs:
    """What a fit says of the first ``periods`` settlements, those after its day as it goes on."""
    missing = max(periods - len(fit.grid), 0)
    grid, _ = model_grid(fit.disclosures, missing)
    calendar = fit.disclosures.calendar
    log_members = project(np.log(fit.membership_fit.members), missing, calendar=calendar)[:periods]
    fading = fit.deviation_[-1] * persistence(calendar) ** np.arange(1, missing + 1)
    return _Inputs(
        split_joins_and_exits(np.exp(log_members), fit.scenario.exit_rate_per_year, calendar),
        fit.point,
        build_regime(fit.disclosures, fit.scenario, grid[:periods], fit.regime),
        np.concatenate([fit.deviation_, fading])[:periods],
    )


def _mixed(
    versions: list[_Inputs], known: frozenset[str]
) -> tuple[Membership, dict[str, Array], Regime, Array]:
    """The inputs with those of the later fit for every source in ``known``."""

    def of(source: str) -> _Inputs:
        return versions[source in known]

    parameters = dict(of("claims").parameters)
    parameters |= {name: of("aid").parameters[name] for name in AID_PARAMETERS}
    parameters |= {name: of("delay").parameters[name] for name in DELAY_PARAMETERS}
    return of("members").members, parameters, of("rules").regime, of("deviation").deviation
