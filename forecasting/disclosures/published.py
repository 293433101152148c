"""The published forecast that this model is compared with, found by its source."""

from __future__ import annotations

import pandas as pd

ARTICLE_SOURCE = "wang2020"


def article_forecast(published: pd.DataFrame) -> pd.Series | None:
    """The article's flat share in a table of published forecasts, None where it is not known.

    >>> from forecasting.disclosures import load_disclosures
    >>> float(article_forecast(load_disclosures().published_forecasts)["value"])
    5.025
    """
    rows = published[
        (published["source_id"] == ARTICLE_SOURCE) & (published["quantity"] == "share")
    ]
    return None if rows.empty else rows.iloc[0]
