"""What carried the share between two settlements, cause by cause, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from locales import Translator

if TYPE_CHECKING:
    from forecasting.explain.aid_and_payers import ShareSplit
    from forecasting.explain.share_change import GrowthSplit

NAMED = 3
# A fen: what is less is not worth a word.
NOTHING_TO_SAY = 0.01
AGREED_WITHIN = 0.05


def why(found: GrowthSplit, by_figures: ShareSplit, tr: Translator) -> str:
    """The largest causes, what is unexplained, and what both splits say of the payers."""
    causes = found.causes.set_index("cause")
    known = causes.drop(index="unexplained")
    known = known.reindex(known["rmb"].abs().sort_values(ascending=False).index)
    named = known[known["rmb"].abs() >= NOTHING_TO_SAY].head(NAMED)
    shown = pd.concat([named, causes.loc[["unexplained"]]])
    sentence = tr.t(
        "why.sentence",
        start=tr.date(found.start),
        end=tr.date(found.end),
        parts=tr.t("list.separator").join(
            _moved(str(name), row, tr) for name, row in shown.iterrows()
        ),
        growth=tr.rmb(found.last_share - found.first_share),
    )
    left = causes.loc["exits"]
    if "exits" in named.index and left["payers"] > 0 > left["aid"]:
        sentence += tr.t("why.through", payers=tr.rmb(left["payers"]), cases=tr.rmb(-left["aid"]))
    return sentence + _shared(found, by_figures, tr)


def _moved(cause: str, row: pd.Series, tr: Translator) -> str:
    return tr.t(
        f"why.{'added' if row['rmb'] >= 0 else 'took'}",
        cause=tr.t(f"why_cause.{cause}"),
        amount=tr.rmb(abs(row["rmb"])),
        interval=tr.span(row["low"], row["high"]),
    )


def _shared(found: GrowthSplit, by_figures: ShareSplit, tr: Translator) -> str:
    """What the number who pay did by the figures and in the model, and how far apart they are."""
    low, high = (float(end) for end in np.quantile(found.fewer_payers, (0.1, 0.9)))
    figures = by_figures.fewer_payers
    gap = max(low - figures.high, figures.low - high, 0.0)
    verdict = "agree" if gap < AGREED_WITHIN else "apart"
    return tr.t(
        "why.shared",
        figures=tr.rmb(figures.value)
        if by_figures.is_exact
        else tr.interval(figures.low, figures.high),
        model=tr.interval(low, high),
        verdict=tr.t(f"why.{verdict}", gap=tr.rmb(gap)),
    )
