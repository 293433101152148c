"""Which assumption moves the answer most, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import Translator

if TYPE_CHECKING:
    from forecasting.sweeps.sobol import GlobalSensitivity

NAMED = 3
# A part that would print as 0% is not named.
SMALLEST_NAMED = 0.005


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


def _listed(parts: list[tuple[str, float]], tr: Translator) -> str:
    named = [
        tr.t("moved.part", assumption=tr.t(f"moved.{name}"), part=tr.percent(part))
        for name, part in parts
        if part >= SMALLEST_NAMED
    ]
    return tr.t("list.separator").join(named) or tr.t("moved.nothing")
