"""Manual, experience and blended rating of the steady state."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasting.claims import undiluted_share
from forecasting.estimation import SelectionLagFit, natural_parameters
from forecasting.likelihood import AID_CV
from forecasting.results import Quantiles
from forecasting.simulation import draw_paths

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


def credibility(fit: SelectionLagFit, draws: int = 1000, seed: int = 0) -> Credibility:
    """Credibility of the article's manual rate against the plan's experience on the as-of day."""
    rng = np.random.default_rng(seed)
    prior = natural_parameters(rng.standard_normal((draws, len(fit.free))), fit.free, fit.fixed)
    before = undiluted_share(prior, fit.regime, fit.membership)[:, -1]
    # The forecast's own draws, so that both state the same steady state.
    after = draw_paths(fit, 1, draws, seed).undiluted[:, -2]
    prior_log, posterior_log = np.log(before), np.log(after)
    prior_precision, posterior_precision = 1 / prior_log.var(), 1 / posterior_log.var()
    precision = posterior_precision - prior_precision
    experience = None
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
