"""Which assumption moves the answer most, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from locales import Translator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forecasting.sweeps.refitting import FixedEnd
    from forecasting.sweeps.sobol import GlobalSensitivity

NAMED = 3
# A part that would print as 0% is not named.
SMALLEST_NAMED = 0.005
# From 100 on no decimals, from 10 on one, and so on.
DIGITS_FROM = (100.0, 10.0, 1.0, 0.0)


def most(after: GlobalSensitivity, before: GlobalSensitivity, tr: Translator) -> str:
    """The assumptions with the largest parts in both outcomes, and the first before any figure."""
    first, *others = after.of("steady_state")
    then = next(x for x in before.of("steady_state") if x.assumption == first.assumption)
    return tr.t(
        "moved.sentence",
        first=tr.t(f"moved.{first.assumption}"),
        part=tr.percent(first.total),
        others=_listed([(x.assumption, x.total) for x in others[: NAMED - 1]], tr),
        year=_listed([(x.assumption, x.total) for x in after.of("next_year_total")[:NAMED]], tr),
        before=tr.percent(then.total),
    )


def refitted(ends: Sequence[FixedEnd], tr: Translator) -> str:
    """The assumption that moves the steady state most when the figures push back."""
    widest = ends[0]
    low, high = sorted((widest.low_steady_state, widest.high_steady_state))
    return tr.t(
        "moved.refitted",
        assumption=tr.t(f"moved.{widest.assumption}"),
        interval=tr.interval(low, high),
    )


def refitted_table(ends: Sequence[FixedEnd], tr: Translator) -> pd.DataFrame:
    """Amounts in RMB with each assumption at either end, and the ends in its own unit."""
    unit = tr.t("unit.rmb_header")
    rows = [
        {
            tr.t("moved.column_assumption"): tr.t(f"moved.{end.assumption}"),
            f"{tr.t('moved.column_steady_at_low')} ({unit})": round(end.low_steady_state, 2),
            f"{tr.t('moved.column_steady_at_high')} ({unit})": round(end.high_steady_state, 2),
            tr.t("moved.column_fixed_at"): tr.t(
                "moved.fixed_at",
                low=_short(end.low_input, tr),
                high=_short(end.high_input, tr),
                unit=tr.t(f"moved_unit.{end.assumption}"),
            ),
            f"{tr.t('moved.column_year_at_low')} ({unit})": round(end.low_next_year_total, 1),
            f"{tr.t('moved.column_year_at_high')} ({unit})": round(end.high_next_year_total, 1),
        }
        for end in ends
    ]
    return pd.DataFrame(rows)


def _short(value: float, tr: Translator) -> str:
    """A number to about three significant digits."""
    return tr.number(value, next(i for i, least in enumerate(DIGITS_FROM) if abs(value) >= least))


def _listed(parts: list[tuple[str, float]], tr: Translator) -> str:
    named = [
        tr.t("moved.part", assumption=tr.t(f"moved.{name}"), part=tr.percent(part))
        for name, part in parts
        if part >= SMALLEST_NAMED
    ]
    return tr.t("list.separator").join(named) or tr.t("moved.nothing")
