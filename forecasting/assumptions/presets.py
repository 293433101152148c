"""Scenarios with a name. One registry: menu, tests and command line read it and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from types import MappingProxyType

from forecasting.article.calculation import MEMBERS, steady_state
from forecasting.assumptions.scenario import Scenario
from forecasting.assumptions.table import Value

NOTHING: Mapping[str, Value] = MappingProxyType({})


@dataclass(frozen=True)
class Preset:
    """A named scenario: the values it changes, and whether enrolment stops on the as-of day."""

    name: str
    values: Mapping[str, Value] = field(default_factory=lambda: NOTHING)
    stops_today: bool = False

    def scenario(self, as_of: date) -> Scenario:
        """The scenario on an as-of day, which is a settlement.

        >>> PRESET_BY_NAME["growth_stops"].scenario(date(2020, 10, 28)).changes()
        {'enrolment_stops_on': datetime.date(2020, 10, 28)}
        """
        stop: dict[str, Value] = {"enrolment_stops_on": as_of} if self.stops_today else {}
        return Scenario().with_changes({**_values(self), **stop})


@cache
def article_values() -> Mapping[str, Value]:
    """The article's calculation as fixed parameters of the model.

    Incidence, mean aid and fee are its own; trend, drift, ageing and the risk of leavers, which it
    does not have, are switched off, and mild cases are as rare as is legal. The structural steady
    state then is (1 + fee) lambda B / 24, to the last digit the article's 5.023, on every day on
    which mild cases are not paid (from 2020 on); waiting period, ramp and delay are fitted.
    """
    article = steady_state()
    return MappingProxyType(
        {
            "incidence_per_10k": article.persons_after_deduction / MEMBERS * 1e4,
            "severe_aid": float(article.inputs["mean_aid"]),
            "fee_rate": float(article.inputs["fee"]),
            "mild_ratio": 0.05,
            "aid_shift": 0.0,
            "trend": 0.0,
            "ageing": 0.0,
            "leaver_risk": 1.0,
        }
    )


def _values(preset: Preset) -> Mapping[str, Value]:
    return article_values() if preset.name == ARTICLE else preset.values


ARTICLE = "article"
PRESETS: tuple[Preset, ...] = (
    Preset("fitted"),
    Preset(ARTICLE),
    Preset("growth_stops", stops_today=True),
    Preset("fast_growth", {"growth_ahead_per_period": 0.03}),
    Preset("members_leave", {"extra_exits_per_year": 0.5}),
    Preset("decline_spiral", {"extra_exits_per_year": 0.3, "exit_elasticity": 1.0}),
    Preset("more_illness", {"incidence_factor": 1.2}),
    Preset("longer_delay", {"delay_factor": 1.5}),
    Preset("no_pandemic", {"pandemic": False}),
    Preset("older_pool", {"older_years": 5.0}),
    Preset("benefit_cut", {"cut_chance_per_year": 0.5}),
)
PRESET_BY_NAME = {preset.name: preset for preset in PRESETS}


def preset_of(scenario: Scenario, as_of: date) -> str | None:
    """The name of the preset that a scenario is on that day; None for a scenario of one's own.

    >>> preset_of(Scenario(pandemic=False), date(2020, 10, 28))
    'no_pandemic'
    """
    return next((name for name, preset in _on_day(as_of) if preset == scenario), None)


@lru_cache(maxsize=128)
def _on_day(as_of: date) -> tuple[tuple[str, Scenario], ...]:
    """Each preset's name and scenario; to check their values takes a page milliseconds."""
    return tuple((preset.name, preset.scenario(as_of)) for preset in PRESETS)
