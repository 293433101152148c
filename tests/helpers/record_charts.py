"""The charts of the record: aid by settlement, the split of the share, the case lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from charts.growth import aid
from charts.selection_lag import cases
from charts.style.frame import Chart
from forecasting import Disclosures, load_disclosures
from forecasting.explain.aid_and_payers import aid_record, split_share
from forecasting.explain.case_lag import CaseLag, case_lag
from locales import Translator
from tests.helpers import synthetic

FULL = load_disclosures()
KNOWN = FULL.as_of(synthetic.AS_OF)
AID = aid_record(FULL)
SPLIT = split_share(AID, synthetic.AS_OF, date(2021, 10, 14))


def known_lag(known: Disclosures) -> CaseLag:
    """The lag of the case lists where some are known."""
    lag = case_lag(known)
    assert lag is not None
    return lag


LAG = known_lag(FULL)

RECORD_CHARTS: dict[str, Callable[[Translator], Chart]] = {
    "aid": lambda tr: aid.aid_chart(aid_record(KNOWN), KNOWN.events, tr, synthetic.STAMP),
    "aid_or_payers": lambda tr: aid.split_chart(SPLIT, tr, synthetic.STAMP),
    "thyroid": lambda tr: cases.thyroid_chart(LAG, synthetic.curves(), tr, synthetic.STAMP),
    "durations": lambda tr: cases.durations_chart(LAG, 90.0, tr, synthetic.STAMP),
}
