"""The charts of the record: aid by settlement, the split of the share, the case lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from charts.history import aid, share_change
from charts.selection_lag import cases
from charts.style.chart import Chart
from forecasting import Disclosures, fit, load_disclosures
from forecasting.explain.aid_and_payers import aid_record, split_share
from forecasting.explain.case_lag import CaseLag, case_lag
from forecasting.explain.share_change import split_growth
from locales import Translator
from tests.helpers import synthetic

FULL = load_disclosures()
KNOWN = FULL.as_of(synthetic.AS_OF)
AID = aid_record(FULL)
SPLIT = split_share(AID, synthetic.AS_OF, date(2021, 10, 14))
CAUSES = split_growth(fit(FULL.as_of("2021-11-14")), SPLIT.start, SPLIT.end)


def known_lag(known: Disclosures) -> CaseLag:
    """The lag of the case lists where some are known."""
    lag = case_lag(known)
    assert lag is not None
    return lag


LAG = known_lag(FULL)

RECORD_CHARTS: dict[str, Callable[[Translator], Chart]] = {
    "aid": lambda tr: aid.aid_chart(aid_record(KNOWN), KNOWN.events, tr, synthetic.STAMP),
    "aid_or_payers": lambda tr: share_change.split_chart(SPLIT, tr, synthetic.STAMP),
    "causes": lambda tr: share_change.causes_chart(CAUSES, tr, synthetic.STAMP),
    "thyroid": lambda tr: cases.thyroid_chart(LAG, synthetic.curves(), tr, synthetic.STAMP),
    "durations": lambda tr: cases.durations_chart(LAG, 90.0, tr, synthetic.STAMP),
}
