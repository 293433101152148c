"""A chart: its figure, its stamp, and all that goes with both into a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from charts.style import palette
from charts.style.files import credited_csv, file_part
from charts.style.wrapping import wrap
from locales import Translator

OUR_PLAN = "xianghubao"
ONE_LINE = 1000


class DayRule(NamedTuple):
    """A labelled upright line at one day; its label after it or ``before`` it."""

    day: date
    text: str
    dash: str = "solid"
    before: bool = False

    def shape(self) -> dict[str, Any]:
        """The line as plotly has it."""
        day = self.day.isoformat()
        line = {"color": palette.NEUTRAL, "width": 1.2, "dash": self.dash}
        ends = {"x0": day, "x1": day, "y0": 0, "y1": 1}
        return {"type": "line", "xref": "x", "yref": "paper", "line": line, **ends}

    def label(self) -> dict[str, Any]:
        """Its text as plotly has it."""
        return {
            "x": self.day.isoformat(),
            "xref": "x",
            "y": 0.02 if self.dash == "solid" else 0.1,
            "yref": "paper",
            "text": self.text,
            "showarrow": False,
            "xanchor": "right" if self.before else "left",
            "yanchor": "bottom",
            "xshift": -4 if self.before else 4,
            "font": {"size": 11},
        }


@dataclass(frozen=True)
class Stamp:
    """Where a chart's figures come from: as-of day, data and model version, source.

    ``plan_key`` is the message that names the plan the chart is of, empty where it is of none;
    ``address`` is where the dashboard is read, empty where that is not known.
    """

    as_of: date
    data_version: str
    model_version: str = ""
    source_key: str = "chart.source"
    plan_key: str = "chart.plan"
    address: str = ""

    def headed(self, title: str, tr: Translator) -> str:
        """A title that names the plan, and one without begins as a sentence does."""
        if not self.plan_key:
            return title[:1].upper() + title[1:]
        return tr.t("chart.headed", plan=tr.t(self.plan_key), title=title)

    def lines(self, tr: Translator, columns: int) -> list[str]:
        """The lines printed inside the figure, none wider than ``columns`` where it can be."""
        versions = [tr.t("chart.data_version", version=self.data_version)]
        if self.model_version:
            versions.append(tr.t("chart.model_version", version=self.model_version))
        parts = (
            tr.t(self.source_key),
            tr.t("chart.as_of", day=tr.date(self.as_of)) + " · " + tr.t("chart.disclaimer"),
            " · ".join(versions),
            tr.t("chart.credit") + (f" · {self.address}" if self.address else ""),
        )
        return [line for part in parts for line in wrap(part, columns)]

    def credit(self, tr: Translator) -> tuple[str, str]:
        """Header and content of the column of a file that says where it comes from."""
        return tr.t("column.credit"), " · ".join(self.lines(tr, ONE_LINE))


@dataclass(frozen=True, eq=False)
class Chart:
    """A figure with all that goes with it.

    ``alt`` states the finding in a sentence; ``table`` is exactly what is drawn, units in its
    headers; ``stem`` begins the names of its files; ``notes`` is the stamp as printed, ``listed``
    what is printed below it where there is room, its events; the versions and ``source_key`` are
    those of the stamp; ``plan`` is whose figures it shows; ``sources`` are the keys of sources that
    it rests on, once they are looked up; ``credit`` heads and fills the column of its file that
    says where it comes from; ``title_in`` gives its title in a language, None where it has but one.
    Where its x axis is one of days it is ``over_time``, and ``events`` lists what its numbered
    lines mean.
    """

    figure: go.Figure
    title: str
    subtitle: str
    alt: str
    table: pd.DataFrame
    stem: str
    as_of: date
    notes: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    over_time: bool = False
    events: pd.DataFrame | None = None
    data_version: str = ""
    model_version: str = ""
    source_key: str = ""
    sources: tuple[str, ...] = ()
    plan: str = OUR_PLAN
    credit: tuple[str, str] = ("", "")
    title_in: Callable[[str], str] | None = None

    @cached_property
    def csv(self) -> bytes:
        """The table as a file that says where it comes from, made once."""
        return credited_csv(self.table, *self.credit)

    @cached_property
    def exported(self) -> dict[str, Any]:
        """The figure as it is exported for a page, made once; not to be changed."""
        # Here, since it is made of this class.
        from charts.style.exports import for_export

        return for_export(self)

    @property
    def file_stem(self) -> str:
        """Dated name of its files, without an extension."""
        return f"{file_part(self.plan)}-{self.stem}-as-of-{self.as_of.isoformat()}"

    def file_name(self, extension: str) -> str:
        """Dated file name.

        >>> chart = Chart(go.Figure(), "", "", "", pd.DataFrame(), "share", date(2020, 10, 28))
        >>> chart.file_name("csv")
        'xianghubao-share-as-of-2020-10-28.csv'
        """
        return f"{self.file_stem}.{extension}"
