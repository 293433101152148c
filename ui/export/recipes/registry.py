"""Which lines each chart needs, and the call that draws it: one registry, a recipe a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Recipe:
    """One chart: the names it needs, in order, and the call that draws it.

    ``stamped``: the call is told what to print about the origin; others know it by themselves.
    """

    function: str
    arguments: str
    needs: tuple[str, ...]
    imports: tuple[str, ...] = ()
    stamped: bool = True

    @property
    def call(self) -> str:
        """The call as it stands in the code."""
        ending = "tr, stamp" if self.stamped else "tr"
        return f"{self.function.partition(':')[2]}({self.arguments}, {ending})"


def _lag(part: str) -> Recipe:
    return Recipe("charts.selection_lag.response:part_chart", f'lag, "{part}"', ("lag",))


def _profile(part: str) -> Recipe:
    arguments = f'record.member_profile, "{part}"'
    return Recipe("charts.plans.profile:profile_chart", arguments, ("record",))


def _upload(content: str, is_example: bool) -> Recipe:
    arguments = f"found.forecast, {is_example}"
    return Recipe(
        "charts.your_data:upload_chart", arguments, (content, "upload_forecast"), stamped=False
    )


# Stem of a chart, or the part of it before a day or a measure: its recipe.
RECIPES: Mapping[str, Recipe] = MappingProxyType(
    {
        "share-forecast": Recipe(
            "charts.answer:fan_chart", "outlook, came, known.published_forecasts", ("came",)
        ),
        "growth-curves": Recipe(
            "charts.growth:members_chart", "outlook, curves", ("outlook", "curves")
        ),
        "joins-and-exits": Recipe("charts.growth:exits_chart", "exits", ("exits",)),
        "shares-disclosed": Recipe(
            "charts.history.settlements:shares_chart",
            "record.observations, outlook",
            ("outlook_or_none",),
        ),
        "members": Recipe(
            "charts.history.settlements:members_chart",
            "known.observations, outlook",
            ("outlook_or_none",),
        ),
        "persons-helped": Recipe(
            "charts.history.settlements:helped_chart",
            "known.observations, outlook",
            ("outlook_or_none",),
        ),
        "annual-total": Recipe("charts.history.totals:cap_chart", "outlook, known", ("outlook",)),
        "cumulative": Recipe(
            "charts.history.totals:cumulative_chart", "known.observations, outlook", ("outlook",)
        ),
        "undiluted-share": Recipe(
            "charts.selection_lag.response:undiluted_chart", "outlook", ("outlook",)
        ),
        "lag-waiting": _lag("waiting"),
        "lag-ramp": _lag("ramp"),
        "lag-delay": _lag("delay"),
        "lag-response": Recipe("charts.selection_lag.response:response_chart", "lag", ("lag",)),
        "thyroid-rule": Recipe(
            "charts.selection_lag.cases:thyroid_chart", "seen, lag", ("case_lag", "lag")
        ),
        "days-of-membership": Recipe(
            "charts.selection_lag.cases:durations_chart", "seen, waiting", ("case_lag", "waiting")
        ),
        "dilution-by-cause": Recipe(
            "charts.selection_lag.response:dilution_chart", "dilution", ("dilution",)
        ),
        "cohorts": Recipe("charts.selection_lag.response:cohort_chart", "cohorts", ("cohorts",)),
        "steady-state-answers": Recipe(
            "charts.steady_state.estimates:estimates_chart",
            "estimates(rates, yours, ages, tr)",
            ("rates", "yours_or_none", "ages"),
            ("charts.steady_state.estimates:estimates",),
        ),
        "tornado": Recipe(
            "charts.steady_state.estimates:tornado_chart",
            "swings(inputs), yours.share_per_period",
            ("yours",),
            ("forecasting.article.swings:swings",),
        ),
        "ageing": Recipe("charts.steady_state.estimates:ageing_chart", "ages", ("ages",)),
        "scenarios": Recipe("charts.scenarios:scenario_chart", "drawn, measure", ("lines",)),
        "my-share": Recipe("charts.my_share:settlements_chart", "account", ("account",)),
        "my-years": Recipe("charts.my_share:years_chart", "account", ("account",)),
        "said-on": Recipe(
            "charts.track_record.forecasts:origin_chart",
            "backtest, origin, shares",
            ("backtest", "shares"),
        ),
        "aid-by-settlement": Recipe("charts.history.aid:aid_chart", "aid, known.events", ("aid",)),
        "aid-or-payers": Recipe(
            "charts.history.share_change:split_chart", "aid_or_payers", ("aid_or_payers",)
        ),
        "causes-of-the-change": Recipe(
            "charts.history.share_change:causes_chart", "causes", ("causes",)
        ),
        "error-budget": Recipe(
            "charts.track_record.error_budget:budget_chart", "budget, origin", ("budget", "origin")
        ),
        "scores-by-model": Recipe(
            "charts.track_record.forecasts:wis_chart", "backtest", ("backtest",)
        ),
        "assumptions": Recipe(
            "charts.steady_state.sobol:sobol_chart", "sensitivity", ("sensitivity",)
        ),
        "parameters": Recipe("charts.data_and_method.fit:parameters_chart", "fitted", ("fitted",)),
        "residuals": Recipe("charts.data_and_method.fit:residuals_chart", "checks", ("checks",)),
        "predictive-checks": Recipe(
            "charts.data_and_method.fit:predictive_chart", "checks", ("checks",)
        ),
        "credibility": Recipe(
            "charts.data_and_method.credibility:credibility_chart", "path", ("path",)
        ),
        "steady-state-by-day": Recipe(
            "charts.data_and_method.credibility:level_chart", "path", ("path",)
        ),
        "premium-by-age": Recipe(
            "charts.insurance.by_age:premium_chart",
            "by_age, yearly, {insured_age}, {sex}, premium",
            ("yearly", "premium", "by_age"),
        ),
        "share-to-premium": Recipe(
            "charts.insurance.by_age:gap_chart",
            "gap_to_share(premium, position, {insured_age}, {sex})",
            ("premium", "position"),
            ("forecasting.pricing:gap_to_share",),
        ),
        "who-gains": Recipe("charts.insurance.by_age:pool_chart", "position", ("position",)),
        "level-premium": Recipe(
            "charts.insurance.by_age:level_chart", "level, yearly", ("yearly", "level")
        ),
        "actual-expected": Recipe(
            "charts.insurance.detail:expected_chart", "readings", ("readings",)
        ),
        "credibility-by-size": Recipe(
            "charts.insurance.detail:credibility_chart",
            "by_size, rates.z_model",
            ("by_size", "rates"),
        ),
        "cost-trend": Recipe(
            "charts.insurance.detail:trend_chart",
            "trend, {trend_factor}, {years_ahead}",
            ("trend",),
        ),
        "hospital-allowance": Recipe(
            "charts.insurance.detail:hospital_chart", "prices, {residence}", ("prices",)
        ),
        "plans-members": Recipe("charts.plans.side_by_side:members_chart", "every", ("every",)),
        "plans-yearly-shares": Recipe(
            "charts.plans.side_by_side:yearly_chart", "every", ("every",)
        ),
        "pool-size": Recipe(
            "charts.plans.sections:pool_chart",
            "pool_picture(known)",
            ("known",),
            ("forecasting.plans.pooling:pool_picture",),
        ),
        "fee-and-expenses": Recipe("charts.plans.sections:fee_chart", "economics", ("economics",)),
        "decline-phases": Recipe("charts.plans.sections:phase_chart", "spiral", ("spiral",)),
        "decline-members-lost": Recipe("charts.plans.sections:lost_chart", "spiral", ("spiral",)),
        "profile-ages": Recipe(
            "charts.plans.profile:bands_chart",
            "mean_age_reading(record)",
            ("record",),
            ("forecasting.plans.ages:mean_age_reading",),
        ),
        "profile-place": _profile("place"),
        "profile-means": _profile("means"),
        "example-forecast": _upload("example", is_example=True),
        "own-forecast": _upload("upload_file", is_example=False),
    }
)
