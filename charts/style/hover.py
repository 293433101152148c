"""What lines say under the pointer."""

from __future__ import annotations

from locales import Translator


def hover_rmb(tr: Translator) -> str:
    """What a line says under the pointer: amount, unit, and its 80% interval from ``customdata``.

    >>> hover_rmb(Translator("en"))
    '%{y:.2f} RMB (80%: %{customdata[0]:.2f} to %{customdata[1]:.2f})'
    """
    return tr.t(
        "chart.hover",
        value=tr.t("unit.rmb", amount="%{y:.2f}"),
        interval=tr.t("unit.span", low="%{customdata[0]:.2f}", high="%{customdata[1]:.2f}"),
    )
