"""Manual, experience and blended rating of the steady state."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from forecasting.assumptions.scenario import Scenario
from forecasting.base.errors import ForecastingError
from forecasting.base.quantiles import Quantiles
from forecasting.claims.path import undiluted_share
from forecasting.disclosures import Disclosures
from forecasting.disclosures.series import disclosed_shares
from forecasting.fitting.estimation import SelectionLagFit, fit, natural_parameters
from forecasting.fitting.likelihood import AID_CV
from forecasting.simulation.paths import draw_paths

FULL_CREDIBILITY_CASES = 1082.0


@dataclass(frozen=True)
class Credibility:
    """How much the plan's own figures say about its steady state, RMB a settlement.

    ``manual``: before any figure of the plan, from the priors (the article's rate).
    ``experience``: what the figures alone imply, by precision weights on the log scale.
    ``blended``: the posterior. ``z_model`` = 1 - (sd posterior / sd prior)^2 on the log scale is
    about model uncertainty; ``z_limited_fluctuation`` = min(1, sqrt(cases / full)) about process
    noise only. Sources: Buehlmann 1967; limited fluctuation with 90% within 5%.
    """

    manual: Quantiles
    experience: Quantiles | None
    blended: Quantiles
    z_model: float
    z_limited_fluctuation: float
    cases: float


def limited_fluctuation_credibility(cases: float, severity_cv: float = AID_CV) -> float:
    """Z = min(1, sqrt(n / (1082 (1 + cv^2)))): aggregate claims within 5% with 90% probability.

    >>> limited_fluctuation_credibility(1e6)
    1.0
    """
    return float(min(1.0, np.sqrt(cases / (FULL_CREDIBILITY_CASES * (1.0 + severity_cv**2)))))


def buehlmann_credibility(cases: float, prior_log_sd: float, severity_cv: float = AID_CV) -> float:
    """Z = n / (n + K), K = (1 + cv^2) / sd^2: variance of a case's amount over that of the level.

    ``cases`` expected so far, ``prior_log_sd`` of the level before any figure (about its relative
    sd), ``severity_cv`` of an amount. Source: Buehlmann 1967, Poisson counts.

    >>> round(buehlmann_credibility(136, 1.0, 0.6), 2)
    0.99
    """
    return float(cases / (cases + (1.0 + severity_cv**2) / prior_log_sd**2))


def credibility(fit: SelectionLagFit, draws: int = 1000, seed: int = 0) -> Credibility:
    """Credibility of the article's manual rate against the plan's experience on the as-of day."""
    rng = np.random.default_rng(seed)
    prior = natural_parameters(rng.standard_normal((draws, len(fit.free))), fit.free, fit.fixed)
    level = undiluted_share(prior, fit.regime, fit.membership, len(fit.grid) - 1)
    before = np.broadcast_to(level, (draws,))
    # The forecast's own draws, so that both state the same steady state.
    after = draw_paths(fit, 1, draws, seed).undiluted[:, -2]
    prior_log, posterior_log = np.log(before), np.log(after)
    experience = None
    # A scenario that fixes the level leaves experience nothing to say.
    prior_precision = posterior_precision = 1.0
    if np.ptp(before) > 0:
        prior_precision, posterior_precision = 1 / prior_log.var(), 1 / posterior_log.var()
    precision = posterior_precision - prior_precision
    if precision > 0:
        mean = posterior_precision * posterior_log.mean() - prior_precision * prior_log.mean()
        noise = rng.standard_normal(draws) / np.sqrt(precision)
        experience = Quantiles.from_draws(np.exp(mean / precision + noise))
    cases = float(fit.path.helped.sum())
    return Credibility(
        manual=Quantiles.from_draws(before),
        experience=experience,
        blended=Quantiles.from_draws(after),
        z_model=float(np.clip(1.0 - prior_precision / posterior_precision, 0.0, 1.0)),
        z_limited_fluctuation=limited_fluctuation_credibility(cases),
        cases=cases,
    )


def credibility_path(
    record: Disclosures,
    days: Sequence[date] | None = None,
    scenario: Scenario | None = None,
    draws: int = 1000,
    progress: Callable[[float], None] | None = None,
) -> pd.DataFrame:
    """How credibility grew: one row a day, the model fitted anew on what was known then.

    ``days``: by default every day on which a share was disclosed. Columns: ``date``; ``cases``
    helped by then; ``z_model``, ``z_buehlmann``, ``z_limited_fluctuation``; the steady state's
    ``manual`` and ``blended`` medians with ``blended_q10``, ``blended_q90``, RMB a settlement;
    ``reason`` where the model refuses (numbers are then NaN).
    """
    days = disclosed_shares(record).index if days is None else days
    records = []
    for done, day in enumerate(days, 1):
        records.append(
            {"date": pd.Timestamp(day), **_rating_on(record.as_of(day), scenario, draws)}
        )
        if progress is not None:
            progress(done / len(days))
    return pd.DataFrame.from_records(records)


def _rating_on(known: Disclosures, scenario: Scenario | None, draws: int) -> dict[str, Any]:
    names = ("cases", "z_model", "z_buehlmann", "z_limited_fluctuation", "manual", "blended")
    try:
        rating = credibility(fit(known, scenario), draws)
    except (ForecastingError, np.linalg.LinAlgError) as error:
        nothing = dict.fromkeys((*names, "blended_q10", "blended_q90"), np.nan)
        return {**nothing, "reason": str(error)}
    low, high = rating.manual.interval(80)
    prior_log_sd = np.log(high / low) / (2.0 * special.ndtri(0.9))
    return {
        "cases": rating.cases,
        "z_model": rating.z_model,
        "z_buehlmann": buehlmann_credibility(rating.cases, prior_log_sd),
        "z_limited_fluctuation": rating.z_limited_fluctuation,
        "manual": rating.manual.q50,
        "blended": rating.blended.q50,
        "blended_q10": rating.blended.q10,
        "blended_q90": rating.blended.q90,
        "reason": "",
    }
