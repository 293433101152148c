"""Why the share grew between two settlements: an exact split of the growth into its causes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from forecasting.base.arrays import Array
from forecasting.base.errors import InputError
from forecasting.claims.path import EFFECTS, NO_EFFECTS, claims_path
from forecasting.explain.dilution import Dilution
from forecasting.fitting.estimation import SelectionLagFit


@dataclass(frozen=True)
class GrowthSplit:
    """Growth of the model's share from ``start`` to ``end`` by cause, RMB a member.

    ``causes`` has one row a cause: ``cause``, ``kind`` (level: of the undiluted share; dilution: of
    the gap to it) and ``rmb``; they sum to ``last_share - first_share`` exactly. A negative cause
    slowed the growth.
    """

    start: date
    end: date
    first_share: float
    last_share: float
    causes: pd.DataFrame


def split_growth(fit: SelectionLagFit, dilution: Dilution, start: date, end: date) -> GrowthSplit:
    """Split the growth of the share between two settlements.

    The undiluted share is a product of factors (trend of incidence, ageing, healthier leavers,
    severity, benefit rules, fee), so its change splits without a rest by logarithmic means: f
    contributes L(U_1, U_2) ln(f_2 / f_1) with L(a, b) = (b - a) / ln(b / a). The change of each
    cause of dilution is added with its sign turned. Source of the split: Ang 2005 (LMDI).

    Raises InputError when a day is not a settlement from the first disclosed one to the as-of day,
    or when the days run backwards.
    """
    frame = dilution.frame.set_index(dilution.frame["date"].dt.date)
    for name, day in (("start", start), ("end", end)):
        if day not in frame.index:
            raise InputError(
                "{name}: found {found}, legal: a settlement (14th or 28th) from {first} to {last}",
                name=name,
                found=day,
                first=frame.index[0],
                last=frame.index[-1],
            )
    if start >= end:
        raise InputError(
            "start: found {found}, legal: a settlement before {end}", found=start, end=end
        )
    places = [fit.grid.index(day) for day in (start, end)]
    before, after = frame.loc[start], frame.loc[end]
    weight = _logarithmic_mean(before["undiluted"], after["undiluted"])
    records = [
        {"cause": name, "kind": "level", "rmb": weight * float(np.diff(np.log(factor[places]))[0])}
        for name, factor in level_factors(fit).items()
    ]
    records += [
        {"cause": name, "kind": "dilution", "rmb": float(before[name] - after[name])}
        for name in EFFECTS
    ]
    return GrowthSplit(
        start=start,
        end=end,
        first_share=float(before["observed"]),
        last_share=float(after["observed"]),
        causes=pd.DataFrame.from_records(records),
    )


def level_factors(fit: SelectionLagFit) -> dict[str, Array]:
    """Factors whose product, up to a constant, is the undiluted share; each of shape (T,)."""
    point, regime = fit.point, fit.regime

    def level(**switched_off: float) -> Array:
        values = point | {name: np.asarray(value) for name, value in switched_off.items()}
        return claims_path(values, regime, fit.membership, effects=NO_EFFECTS).share

    severe = level(mild_ratio=0.0)
    ageless = level(mild_ratio=0.0, ageing=0.0)
    unselected = level(mild_ratio=0.0, ageing=0.0, leaver_risk=1.0)
    return {
        "incidence": np.exp(point["trend"] * regime.years),
        "ageing": severe / ageless,
        "leavers": ageless / unselected,
        "severity": np.exp(point["aid_drift"] * regime.years),
        "benefit_rules": level() / severe,
        "fee": 1.0 + regime.fee,
    }


def _logarithmic_mean(a: float, b: float) -> float:
    return float(a if np.isclose(a, b) else (b - a) / np.log(b / a))
