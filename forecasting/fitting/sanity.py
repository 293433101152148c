"""What no caller is given: a day far beyond the figures, a fit or a share nobody would believe."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from forecasting.base.arrays import Array
from forecasting.base.errors import Refused
from forecasting.base.messages import Message, Name, on_day
from forecasting.disclosures import Disclosures
from forecasting.disclosures.quantities import HIGHEST_SHARE

MOST_CONFLICT_SD = 6.0
MOST_DEVIATION = 20.0
MOST_FACTOR_SHOWN = 1e6
MOST_TIMES = 1_000


def require_figures_near(known: Disclosures, launch: date) -> None:
    """Refuse a day later than the last figure by more than the plan's own length until then.

    What happened in between nobody recorded, and the model would only extrapolate its members.
    """
    if known.observations.empty:
        return
    last = known.observations["period_end"].max().date()
    if known.day - last > max(last - launch, date.resolution):
        missing = Message(
            "the last figure is of {last}, longer ago than the plan had lasted by then (from "
            "{launch}); give an earlier day",
            last=last,
            launch=launch,
        )
        raise Refused(on_day(known.plan, known.day, missing))


def require_believable_fit(known: Disclosures, names: Sequence[str], standard: Array) -> None:
    """Refuse a fit that a parameter meets only more than six prior sd away, ``standard``."""
    if not len(names):
        return
    worst = int(np.abs(standard).argmax())
    if abs(standard[worst]) > MOST_CONFLICT_SD:
        contradiction = Message(
            "the figures contradict each other or the model: they pull {parameter} by {sd:.0f} "
            "prior standard deviations, at most {most:.0f} are believed",
            parameter=Name("method_parameter", names[worst]),
            sd=float(abs(standard[worst])),
            most=MOST_CONFLICT_SD,
        )
        raise Refused(on_day(known.plan, known.day, contradiction))


def require_figures_explained(known: Disclosures, log_apart: float) -> None:
    """Refuse a fit from which a figure strays more than twentyfold; ``log_apart`` is the farthest.

    Heavy tails let the deviation follow whatever it is given, nonsense too.
    """
    factor = float(np.exp(log_apart))
    if factor > MOST_DEVIATION:
        strays = Message(
            "the figures contradict each other or the model: one strays from it by a factor of "
            "{factor:.0f}, at most {most:.0f} is believed",
            factor=min(factor, MOST_FACTOR_SHOWN),
            most=MOST_DEVIATION,
        )
        raise Refused(on_day(known.plan, known.day, strays))


def require_possible_shares(known: Disclosures, highest: float) -> None:
    """Refuse a forecast whose highest share, RMB, is beyond what can be true, or none.

    That is 10,000 RMB, or a thousand times the highest share disclosed: the plan on record rose two
    hundredfold from its first settlement.
    """
    disclosed = known.settlement_values("share")
    most = min(HIGHEST_SHARE, MOST_TIMES * disclosed.max() if len(disclosed) else HIGHEST_SHARE)
    if not highest <= most:
        impossible = Message(
            "the forecast leaves what is possible, shares up to {highest:,.6g} RMB",
            highest=float(most),
        )
        raise Refused(on_day(known.plan, known.day, impossible))
