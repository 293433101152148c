"""The share identity and the exact decomposition of dilution."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array
from forecasting.claims.path import EFFECTS, claims_path
from forecasting.fitting.estimation import SelectionLagFit


def share_identity(
    mean_aid: Array | float, helped: Array | float, fee: Array | float, members: Array | float
) -> Array | float:
    """Share = mean aid x persons helped x (1 + fee) / sharing members. RMB a member.

    Shapes broadcast; the values of one settlement, at its end. Source: the article's formula.

    >>> round(share_identity(164_000, 2660, 0.08, 97e6), 2)
    4.86
    """
    return mean_aid * helped * (1.0 + fee) / members


def shapley_terms(
    values: dict[frozenset[str], Array], players: tuple[str, ...]
) -> dict[str, Array]:
    """Shapley value of each player from the values of all their coalitions.

    phi_i = sum over S without i of |S|! (n - |S| - 1)! / n! [v(S + i) - v(S)]; the phi sum to
    v(all) - v(none) exactly. Source: Shorrocks 2013.

    >>> v = {frozenset(): 0.0, frozenset("a"): 1.0, frozenset("b"): 2.0, frozenset("ab"): 4.0}
    >>> {name: float(term) for name, term in shapley_terms(v, ("a", "b")).items()}
    {'a': 1.5, 'b': 2.5}
    """
    n = len(players)
    terms = {}
    for player in players:
        others = [other for other in players if other != player]
        total: Array = np.zeros_like(values[frozenset()])
        for size in range(n):
            weight = factorial(size) * factorial(n - size - 1) / factorial(n)
            for chosen in combinations(others, size):
                coalition = frozenset(chosen)
                total = total + weight * (values[coalition | {player}] - values[coalition])
        terms[player] = total
    return terms


@dataclass(frozen=True, eq=False)
class Dilution:
    """Dilution of each past settlement and its causes, RMB a member.

    ``frame``: date, ``undiluted``, ``observed`` (the model's share, deviations included), ``total``
    = undiluted - observed = sum of the six causes, all at the fit's mode. A negative cause raises
    the share: when members leave, the delay does (concentration).
    """

    frame: pd.DataFrame

    @property
    def causes(self) -> pd.DataFrame:
        """The six causes alone, indexed by date."""
        return self.frame.set_index("date")[list(EFFECTS)]


def decompose_dilution(fit: SelectionLagFit) -> Dilution:
    """Split dilution into waiting, ramp, delay, rules in transit, shock and deviation.

    Each cause is minus the Shapley value of switching that effect on, over the 2^6 combinations of
    effects, at the fitted mode. How sure the total is, :func:`forecasting.forecast` says of each
    settlement.
    """
    coalitions = [
        frozenset(chosen)
        for size in range(len(EFFECTS) + 1)
        for chosen in combinations(EFFECTS, size)
    ]
    family = fit.scenario.delay_family
    values = {
        effects: claims_path(
            fit.point, fit.regime, fit.membership, fit.deviation_, family, effects
        ).share
        for effects in coalitions
    }
    terms = shapley_terms(values, EFFECTS)
    undiluted, observed = values[frozenset()], values[frozenset(EFFECTS)]
    frame = pd.DataFrame(
        {
            "date": pd.to_datetime(list(fit.grid)),
            "undiluted": undiluted,
            "observed": observed,
            "total": undiluted - observed,
            **{name: -term for name, term in terms.items()},
        }
    )
    shown = frame["date"].dt.date >= fit.disclosures.first_settlement
    return Dilution(frame[shown].reset_index(drop=True))
