"""An unknown launch: the days it may have been, what speaks for each, and what is said of them.

A figure says how long before it a plan was launched only by how it moves: members and shares that
stand still are those of an old plan, a share that rises fast is one of a young plan. Each candidate
gets a fit of its own, and draws are taken from these in proportion to prior times evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from forecasting.base.messages import Message
from forecasting.base.settlements import DAYS_PER_YEAR
from forecasting.disclosures import Disclosures
from forecasting.disclosures.record import FIRST_AS_OF

if TYPE_CHECKING:
    from forecasting.fitting.estimation import SelectionLagFit

# Years before the first figure, even on the log scale, on which the prior is normal.
YEARS_BEFORE: tuple[float, ...] = (0.25, 0.5, 1.0, 2.0, 4.0)
MEDIAN_YEARS = 1.0
LOG_SD = 1.0
LEAST_WEIGHT = 0.01


@dataclass(frozen=True, eq=False)
class LaunchFit:
    """The fit under one launch, and that launch's posterior probability."""

    launched: date
    weight: float
    fit: SelectionLagFit


def launch_candidates(disclosures: Disclosures) -> list[tuple[date, float]]:
    """Launches that are possible and the log prior of each; none where the launch is known.

    From a quarter of a year to four years before the first figure: log-normal about one year, log
    sd 1. A plan older than that forecasts like one of that age.
    """
    if disclosures.plan_info.launched is not None or disclosures.observations.empty:
        return []
    first: date = disclosures.observations["period_end"].min().date()
    days = [first - timedelta(days=round(DAYS_PER_YEAR * years)) for years in YEARS_BEFORE]
    apart = np.log(np.array(YEARS_BEFORE) / MEDIAN_YEARS) / LOG_SD
    prior = (-0.5 * apart**2).tolist()
    return [(max(day, FIRST_AS_OF), log) for day, log in zip(days, prior, strict=True)]


def evidence_of(fit: SelectionLagFit) -> float:
    """Log evidence of all that is fitted, members' figures too, up to what launches share."""
    of_claims = fit.log_evidence - float(np.log(fit.likelihood.log_sd).sum())
    return of_claims + fit.membership_fit.log_evidence


def weighed(
    candidates: list[tuple[date, float]], fits: list[SelectionLagFit]
) -> tuple[LaunchFit, ...]:
    """The fits with their launches' posterior probabilities; those under 1% are left out."""
    log_weight = np.array(
        [prior + evidence_of(fit) for (_, prior), fit in zip(candidates, fits, strict=True)]
    )
    weight = np.exp(log_weight - log_weight.max())
    weight = np.where(weight < LEAST_WEIGHT * weight.sum(), 0.0, weight)
    weight /= weight.sum()
    found = zip(candidates, weight.tolist(), fits, strict=True)
    return tuple(LaunchFit(day, w, fit) for (day, _), w, fit in found if w > 0)


def launch_note(launches: tuple[LaunchFit, ...]) -> Message:
    """What is said of a launch that is not known."""
    likeliest = max(launches, key=lambda each: each.weight)
    return Message(
        "launch unknown: days from {first} to {last} are possible, each weighed by how well it "
        "explains the figures, {launch} the most ({weight:.0%}); state it where it is known",
        first=launches[-1].launched,
        last=launches[0].launched,
        launch=likeliest.launched,
        weight=likeliest.weight,
    )
