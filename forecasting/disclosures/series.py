"""Disclosed series: the single figures of a quantity, as they are known on a day."""

from __future__ import annotations

import pandas as pd

from forecasting.disclosures.record import Disclosures


def disclosed_shares(known: Disclosures) -> pd.Series:
    """Single shares of confidence medium or high known on the day, RMB, indexed by date."""
    return known.settlement_values("share")
