"""A chart in another language: what a citation needs the translation of its title from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec

from charts.style.chart import Chart
from locales import LANGUAGES, Translator, translator

Parts = ParamSpec("Parts")


def in_every_language(build: Callable[Parts, Chart]) -> Callable[Parts, Chart]:
    """Let a chart say its title in every language: it is built again once that is asked for.

    ``build`` takes a translator among its parts; what else it takes bears no language.
    """

    @wraps(build)
    def built(*parts: Parts.args, **named: Parts.kwargs) -> Chart:
        def title_in(language: str) -> str:
            tr = translator(language)

            def translated(part: Any) -> Any:
                return tr if isinstance(part, Translator) else part

            again: Callable[..., Chart] = build
            return again(
                *map(translated, parts), **{name: translated(one) for name, one in named.items()}
            ).title

        return replace(build(*parts, **named), title_in=title_in)

    return built


def titles(chart: Chart) -> dict[str, str]:
    """The title of a chart in every language, empty where it has it in the reader's alone."""
    if chart.title_in is None:
        return {}
    return {language: chart.title_in(language) for language in LANGUAGES}
