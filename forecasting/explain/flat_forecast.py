"""A published forecast of a constant share against every share disclosed after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from forecasting.disclosures import Disclosures
from forecasting.explain.aid_and_payers import ShareSplit, aid_record, split_share


@dataclass(frozen=True, eq=False)
class FlatForecastJudged:
    """A constant share (RMB) forecast on ``made_on`` against the ``n`` shares that came.

    ``within_5`` and ``within_10`` of them lay within 5 and 10% of it; ``held_until`` is the last of
    the first ones within 10% without a break (None where the very first was not). ``farthest`` is
    the day of the share farthest from it, ``split`` what carried the share there since the
    settlement of the forecast. ``frame``: date, ``share`` (RMB), ``error`` = share - forecast (RMB)
    and ``part`` = error / forecast.
    """

    value: float
    made_on: date
    n: int
    within_5: int
    within_10: int
    held_until: date | None
    farthest: date
    split: ShareSplit
    frame: pd.DataFrame

    @property
    def mean_abs_error(self) -> float:
        """Mean absolute error over all ``n``, RMB."""
        return float(self.frame["error"].abs().mean())


def judge_flat_forecast(known: Disclosures) -> FlatForecastJudged | None:
    """The first published forecast of a constant share judged by what ``known`` holds after it.

    Only single shares that are fitted (confidence medium or high) count. None where there is no
    such forecast, no share at its settlement or none after it.

    >>> from forecasting.disclosures import load_disclosures
    >>> judged = judge_flat_forecast(load_disclosures())
    >>> judged.value, judged.made_on.isoformat()
    (5.025, '2020-10-28')
    """
    published = known.published_forecasts
    flat = published[(published["quantity"] == "share") & (published["bound"] == "=")].sort_values(
        "made_on"
    )
    shares = known.settlement_values("share")
    if flat.empty or shares.empty:
        return None
    value, made_on = float(flat["value"].iloc[0]), flat["made_on"].iloc[0].date()
    record = aid_record(known)
    later = shares[[day > made_on for day in shares.index]]
    start = max((day for day in record.days if day <= made_on), default=None)
    if later.empty or start is None:
        return None
    frame = pd.DataFrame({"date": pd.to_datetime(later.index), "share": later.to_numpy()})
    frame["error"] = frame["share"] - value
    frame["part"] = frame["error"] / value
    size = frame["part"].abs()
    first_outside = (size > 0.10).to_numpy().argmax() if (size > 0.10).any() else len(frame)
    farthest = frame.loc[frame["error"].abs().idxmax(), "date"].date()
    return FlatForecastJudged(
        value=value,
        made_on=made_on,
        n=len(frame),
        within_5=int((size <= 0.05).sum()),
        within_10=int((size <= 0.10).sum()),
        held_until=frame["date"].iloc[first_outside - 1].date() if first_outside else None,
        farthest=farthest,
        split=split_share(record, start, farthest),
        frame=frame,
    )
