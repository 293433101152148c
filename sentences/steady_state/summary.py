"""The steady-state page's answer to: where does it settle?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forecasting.article.swings import ASSUMED_AGE, AgeCurves
from locales import Translator

if TYPE_CHECKING:
    from forecasting import Credibility, Forecast, ManualSteadyState

YEAR_LATER = ASSUMED_AGE + 1


def level(forecast: Forecast, article: ManualSteadyState, tr: Translator) -> str:
    """Where the share settles by the model, beside the article's own calculation."""
    steady = forecast.steady_state
    return tr.t(
        "steady.sentence",
        day=tr.date(forecast.as_of),
        blended=tr.rmb(steady.q50),
        interval=tr.interval(steady.q10, steady.q90),
        exact=tr.rmb(article.share_per_period, 3),
    )


def numbers(
    forecast: Forecast, credibility: Credibility, yours: ManualSteadyState | None, tr: Translator
) -> list[tuple[str, str, str, str | None]]:
    """The model's steady state, the calculation below, and the weight of experience."""
    steady = forecast.steady_state
    found: list[tuple[str, str, str, str | None]] = [
        (
            tr.t("steady.metric_blended"),
            tr.rmb(steady.q50),
            tr.span(steady.q10, steady.q90),
            None,
        )
    ]
    if yours is not None:
        is_article = yours.is_the_article
        found.append(
            (
                tr.t("steady.metric_article" if is_article else "steady.metric_yours"),
                tr.rmb(yours.share_per_period, 3),
                tr.t("steady.metric_article_below") if is_article else "",
                None,
            )
        )
    weight_help = tr.t(
        "steady.metric_weight_help", classical=tr.percent(credibility.z_limited_fluctuation)
    )
    weight = tr.percent(credibility.z_model)
    found.append((tr.t("steady.metric_weight"), weight, "", weight_help))
    return found


def ageing(curves: AgeCurves, forecast: Forecast, tr: Translator) -> str:
    """Why the article came out near: a single age too low, a table too high for these members."""
    share, later = curves.share, curves.disclosed_age
    return tr.t(
        "steady.ageing_text",
        assumed=tr.number(ASSUMED_AGE),
        disclosed=tr.number(later, 1),
        single_assumed=tr.rmb(share("single_age", ASSUMED_AGE)),
        single_disclosed=tr.rmb(share("single_age", later)),
        mix_assumed=tr.rmb(share("published", ASSUMED_AGE)),
        mix_disclosed=tr.rmb(share("published", later)),
        blended=tr.rmb(forecast.steady_state.q50),
        year_single=tr.percent(
            share("single_age", YEAR_LATER) / share("single_age", ASSUMED_AGE) - 1, 1
        ),
        year_mix=tr.percent(share("national", YEAR_LATER) / share("national", ASSUMED_AGE) - 1, 1),
    )
