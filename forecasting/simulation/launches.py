"""Paths of a plan whose launch is not known: drawn under each launch, put together on one grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from forecasting.base.arrays import Array
from forecasting.fitting.estimation import GOLDEN, SelectionLagFit
from forecasting.members.enrolment import Membership

if TYPE_CHECKING:
    from forecasting.simulation.paths import Draws


def drawn_over_launches(
    fit: SelectionLagFit, paths: int, draw: Callable[[SelectionLagFit, int], Draws]
) -> Draws:
    """``draw(fit, paths)`` under every launch of a fit, by their weights, evenly along the paths.

    What comes before the latest launch is cut off, so that all have one grid; members before it
    were joined already, and the cohorts of a path are no longer to be had.
    """
    place = (np.arange(paths) + 0.5) * GOLDEN % 1.0
    edges = np.cumsum([each.weight for each in fit.launches])[:-1]
    chosen = np.searchsorted(edges, place)
    taken = [np.flatnonzero(chosen == i) for i in range(len(fit.launches))]
    parts = [
        draw(replace(each.fit, scenario=fit.scenario), rows.size)
        for each, rows in zip(fit.launches, taken, strict=True)
        if rows.size
    ]
    return _together(parts, [rows for rows in taken if rows.size], paths)


def _together(parts: Sequence[Draws], taken: Sequence[np.ndarray], paths: int) -> Draws:
    latest = min(parts, key=lambda part: part.past)

    def along(values: Callable[[Draws], Array]) -> Array:
        """Arrays (paths,) or (paths, T) of the parts, in the order of the paths."""
        cut = [values(part) for part in parts]
        cut = [
            each[:, part.past - latest.past :] if each.ndim > 1 else each
            for each, part in zip(cut, parts, strict=True)
        ]
        whole = np.empty((paths, *cut[0].shape[1:]))
        for rows, each in zip(taken, cut, strict=True):
            whole[rows] = each
        return whole

    def parameter(name: str) -> Array:
        return along(lambda part: np.broadcast_to(part.parameters[name], part.share.shape[:1]))

    return replace(
        latest,
        parameters={name: parameter(name) for name in latest.parameters},
        membership=Membership(
            along(lambda part: part.membership.members),
            along(lambda part: part.membership.joins),
            along(lambda part: part.membership.survival),
        ),
        deviation=along(lambda part: part.deviation),
        share=along(lambda part: part.share),
        helped=along(lambda part: part.helped),
        undiluted=along(lambda part: part.undiluted),
        level=along(lambda part: part.level),
    )
