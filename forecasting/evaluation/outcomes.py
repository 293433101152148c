"""What came after a forecast: later disclosures beside it, and how far off it was."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from forecasting.disclosures import Disclosures
from forecasting.disclosures.published import article_forecast
from forecasting.simulation.paths import Forecast


@dataclass(frozen=True, eq=False)
class TrackRecord:
    """A forecast against the shares disclosed after its day; means over ``n`` figures, RMB.

    ``article_mean_abs_error`` is that of the flat 5.025 published on 28 October 2020, over the same
    figures; NaN where that forecast was not yet made. ``frame``: date, value, q10, q50, q90,
    inside_80, error, article, article_error.
    """

    n: int
    inside_80: int
    mean_abs_error: float
    article_mean_abs_error: float
    mean_width_80: float
    frame: pd.DataFrame


def what_came(full: Disclosures, forecast: Forecast) -> TrackRecord:
    """Compare a forecast with the shares ``full`` discloses after its as-of day.

    Only single shares of confidence medium or high are scored; nothing reconstructed is.
    """
    figures = full.figures()
    later = figures[
        (figures["quantity"] == "share")
        & (figures["bound"] == "=")
        & (figures["period_end"] > pd.Timestamp(forecast.as_of))
    ]
    bands = forecast.periods[["date", "share_q10", "share_q50", "share_q90"]]
    frame = later[["period_end", "value", "source_id", "placement"]].merge(
        bands, left_on="period_end", right_on="date"
    )
    frame = frame.rename(columns=lambda name: name.removeprefix("share_")).drop(
        columns="period_end"
    )
    article = _article_share(full, forecast)
    frame["inside_80"] = (frame["value"] >= frame["q10"]) & (frame["value"] <= frame["q90"])
    frame["error"] = frame["value"] - frame["q50"]
    frame["article"] = article
    frame["article_error"] = frame["value"] - article
    return TrackRecord(
        n=len(frame),
        inside_80=int(frame["inside_80"].sum()),
        mean_abs_error=_mean(frame["error"].abs()),
        article_mean_abs_error=_mean(frame["article_error"].abs()),
        mean_width_80=_mean(frame["q90"] - frame["q10"]),
        frame=frame.sort_values("date").reset_index(drop=True),
    )


def _mean(values: pd.Series) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _article_share(full: Disclosures, forecast: Forecast) -> float:
    flat = article_forecast(full.published_forecasts)
    if flat is None or flat["made_on"] > pd.Timestamp(forecast.as_of):
        return float("nan")
    return float(flat["value"])
