"""What moves the article's calculation: one input at a time, and age in particular."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import numpy as np
import pandas as pd

from forecasting.article.calculation import share_by_age, steady_state
from forecasting.article.incidence import FINAL_TABLE, age_mix, birth_year_bands, mix_share
from forecasting.disclosures import Disclosures

ASSUMED_AGE = 32.0
FIRST_AGE, LAST_AGE, AGE_STEP = 28, 38, 0.5

# Lower and upper end of each input, and the decimals to print it with. Age: below the assumption,
# and as the annual report gave it; mean aid: the article's, and that of July 2019; fee: as first
# charged; men per woman: 0.8 to 1.25.
SWING_RANGES: Mapping[str, tuple[float, float, int]] = MappingProxyType(
    {
        "age": (30.0, 34.4, 1),
        "male_per_female": (0.8, 1.25, 2),
        "deduction": (0.0, 0.4, 2),
        "disease_loading": (0.0, 0.05, 2),
        "mean_aid": (144_611.0, 209_000.0, 0),
        "fee": (0.06, 0.1, 2),
    }
)


@dataclass(frozen=True)
class Swing:
    """What one input does to the share between a low and a high value, the others held. RMB."""

    name: str
    low_input: float
    high_input: float
    digits: int
    low_share: float
    high_share: float

    @property
    def width(self) -> float:
        """How far the input moves the share, RMB."""
        return abs(self.high_share - self.low_share)


CurveName = Literal["single_age", "national", "published"]


@dataclass(frozen=True, eq=False)
class AgeCurves:
    """Share by mean age on the final table, less 25%: frames with ``age`` and ``share`` (RMB).

    ``single_age``: everybody of that age, at the article's mean aid; ``national``: the national
    ages tilted to that mean, at the plan's benefits by age; ``published``: the same with the
    decades of birth that the plan published. ``article``: the article's own share, RMB.
    """

    single_age: pd.DataFrame
    national: pd.DataFrame
    published: pd.DataFrame
    disclosed_age: float
    article: float

    def share(self, curve: CurveName, age: float) -> float:
        """The share of a curve at the age nearest to ``age``, RMB a settlement.

        >>> from forecasting import load_disclosures
        >>> round(age_curves(load_disclosures()).share("single_age", 34.4), 2)
        6.7
        """
        frame: pd.DataFrame = getattr(self, curve)
        return float(frame.loc[(frame["age"] - age).abs().idxmin(), "share"])


def swings(inputs: Mapping[str, Any]) -> list[Swing]:
    """Each input moved to either end of its range, the others held: shares in RMB a settlement.

    ``inputs`` are arguments of :func:`forecasting.steady_state`. Age moves on the final table: the
    draft is known at one age only. Raises InputError as ``steady_state`` does.

    >>> {swing.name: round(swing.high_share, 2) for swing in swings({})}["age"]
    6.7
    """
    found = []
    for name, (low, high, digits) in SWING_RANGES.items():
        on_table = {"table": FINAL_TABLE} if name == "age" else {}
        low_share, high_share = (
            steady_state(**{**inputs, **on_table, name: end}).share_per_period
            for end in (low, high)
        )
        found.append(Swing(name, low, high, digits, low_share, high_share))
    return found


def age_curves(record: Disclosures) -> AgeCurves:
    """Share by mean age for one age and for two age mixes, the plan's disclosed mean among them.

    Mean ages 28 to 38; amounts in RMB a settlement.

    >>> from forecasting import load_disclosures
    >>> curves = age_curves(load_disclosures())
    >>> curves.share("published", 32) > 9
    True
    """
    day = record.last_settlement
    disclosed = float(record.rule("mean_member_age", day) or ASSUMED_AGE)
    under_40, from_40 = (
        float(record.rule(name, day) or 0.0) for name in ("benefit_under_40", "benefit_40_59")
    )
    at_disclosed = steady_state(age=disclosed, table=FINAL_TABLE).share_per_period
    single = pd.concat(
        [
            share_by_age(FIRST_AGE, LAST_AGE),
            pd.DataFrame({"age": [disclosed], "share": [at_disclosed]}),
        ]
    )
    ages = sorted({*np.arange(FIRST_AGE, LAST_AGE + AGE_STEP, AGE_STEP).tolist(), disclosed})

    def mixes(bands: dict[int, float] | None) -> pd.DataFrame:
        tables = record.tables
        shares = [
            mix_share(
                tables.ci_incidence, age_mix(tables.population_china, age, bands), under_40, from_40
            )
            for age in ages
        ]
        return pd.DataFrame({"age": ages, "share": shares})

    return AgeCurves(
        single_age=single.sort_values("age", ignore_index=True),
        national=mixes(None),
        published=mixes(birth_year_bands(record.member_profile)),
        disclosed_age=disclosed,
        article=steady_state().share_per_period,
    )
