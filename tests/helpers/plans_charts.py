"""The plans page's charts by name, each as a function of the language, for tests of every chart."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from charts.plans import profile as plans_profile
from charts.plans import sections as plans_sections
from charts.plans import side_by_side as plans
from charts.style.chart import Chart
from forecasting import fit, load_disclosures
from forecasting.explain.exits import fit_exits
from forecasting.plans.ages import mean_age_reading
from forecasting.plans.comparison import compare_plans
from forecasting.plans.decline import DeclinePicture, decline_picture, decline_state
from forecasting.plans.fee import fee_economics
from forecasting.plans.pooling import pool_picture
from locales import Translator
from tests.helpers import synthetic

RECORD = load_disclosures()
KNOWN = RECORD.as_of(synthetic.AS_OF)


@cache
def spiral() -> DeclinePicture:
    return decline_picture(decline_state(fit_exits(fit(RECORD.as_of("2021-06-14"))), 2021))


PLANS_CHARTS: dict[str, Callable[[Translator], Chart]] = {
    "plans": lambda tr: plans.members_chart(compare_plans(), tr, synthetic.STAMP),
    "yearly": lambda tr: plans.yearly_chart(compare_plans(), tr, synthetic.STAMP),
    "pool-size": lambda tr: plans_sections.pool_chart(pool_picture(KNOWN), tr, synthetic.STAMP),
    "fee": lambda tr: plans_sections.fee_chart(fee_economics(KNOWN), tr, synthetic.STAMP),
    "phases": lambda tr: plans_sections.phase_chart(spiral(), tr, synthetic.STAMP),
    "lost": lambda tr: plans_sections.lost_chart(spiral(), tr, synthetic.STAMP),
    "ages": lambda tr: plans_profile.bands_chart(mean_age_reading(RECORD), tr, synthetic.STAMP),
    "place": lambda tr: plans_profile.profile_chart(
        RECORD.member_profile, "place", tr, synthetic.STAMP
    ),
    "means": lambda tr: plans_profile.profile_chart(
        RECORD.member_profile, "means", tr, synthetic.STAMP
    ),
}
