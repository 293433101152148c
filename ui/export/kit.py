"""The press kit of a chart: one ZIP with images, figures, scenario, citation and code.

The same chart gives the same bytes, images apart: entries are sorted and bear no time.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

from charts.style.chart import Chart
from charts.style.exports import described
from charts.style.offline import figure_json, offline_page
from forecasting.base.tabular import to_json
from sentences.common.citing import Work
from sentences.common.press_kit import Images, readme
from ui.export.recipes import Basis, snippet
from ui.export.rendering import NoFont, NotRendered, Renderer

FIRST_DAY_OF_ZIP = (1980, 1, 1, 0, 0, 0)
README, SCENARIO, CODE = "README.txt", "scenario.json", "reproduce.py"
KINDS: Mapping[str, str] = {README: "readme", SCENARIO: "scenario", CODE: "code"}


def press_kit(chart: Chart, basis: Basis, work: Work, draw: Renderer | None) -> bytes:
    """The ZIP; ``draw`` makes its images, None where this server has no Chrome.

    Without images, or where drawing fails, the figure comes as JSON and as an offline page, and
    the README says why.
    """
    images, pictures = _images(chart, basis, draw)
    files = {
        **pictures,
        chart.file_name("csv"): chart.csv,
        SCENARIO: scenario_json(chart, basis).encode(),
    }
    code = snippet(chart, basis)
    if code is not None:
        files[CODE] = code.encode()
    kinds = [(name, KINDS.get(name) or name.rpartition(".")[2]) for name in sorted(files)]
    files[README] = readme(work, chart.alt, (*chart.notes, *chart.listed), kinds, images).encode(
        "utf-8-sig"
    )
    return _zipped(files, chart.file_stem)


def scenario_json(chart: Chart, basis: Basis) -> str:
    """What the chart rests on: day, assumptions (null: fitted), settings, versions."""
    return to_json(
        {
            "chart": chart.stem,
            "plan": basis.plan,
            "as_of": chart.as_of.isoformat(),
            "horizon_settlements": basis.horizon,
            "scenario": basis.scenario.to_dict(),
            **_settings(basis.settings),
            "data_version": chart.data_version,
            "model_version": chart.model_version or None,
        }
    )


def _settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The reader's settings; the inputs of a page stand in a section of that page's name."""
    sections = {name: value for name, value in settings.items() if isinstance(value, Mapping)}
    alone = {name: value for name, value in settings.items() if name not in sections}
    return {name: _plain(value) for name, value in {"settings": alone, **sections}.items()}


def _plain(value: Any) -> Any:
    """Days in ISO form, however deep they stand."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def _images(chart: Chart, basis: Basis, draw: Renderer | None) -> tuple[Images, dict[str, bytes]]:
    if draw is not None:
        try:
            pictures = draw(chart.exported)
        except NoFont:
            return "no_font", _instead(chart, basis)
        except NotRendered:
            return "not_drawn", _instead(chart, basis)
        return "drawn", {
            chart.file_name(kind): _told(content, chart) if kind == "svg" else content
            for kind, content in pictures.items()
        }
    return "no_chrome", _instead(chart, basis)


def _told(svg: bytes, chart: Chart) -> bytes:
    """The SVG with the chart's title and description in it."""
    return described(svg.decode(), chart.title, chart.alt).encode()


def _instead(chart: Chart, basis: Basis) -> dict[str, bytes]:
    return {
        chart.file_name("json"): figure_json(chart).encode(),
        chart.file_name("html"): offline_page(chart, basis.language).encode(),
    }


def _zipped(files: Mapping[str, bytes], folder: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(f"{folder}/{name}", FIRST_DAY_OF_ZIP)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return stream.getvalue()
