"""``python -m ui.export.link_pictures``: what shared links show, drawn with the release.

The home page has one for each as-of day, every other page one; each is the page's first chart at
the size of a social card. Drawn beforehand: who reads a link waits a second or two, and a Chrome
that anybody's request could start would be a way to keep the server busy.
"""

from __future__ import annotations

import logging
import runpy
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from charts.style.exports import SIZES, for_export
from forecasting.base.errors import ForecastingError
from forecasting.disclosures import PACKAGED_DATA
from forecasting.release.folder import ENGINE, fingerprint
from locales import LANGUAGES, translator
from ui.blocks.embed import collect_offers
from ui.controls.shared import ARTICLE_DAY, as_of_days
from ui.export.rendering import NotRendered, chrome, draw_cards
from ui.registry import PAGES, PageSpec
from ui.server.preview import PICTURES
from ui.server.settings import ADDRESS_VARIABLE, public_address
from ui.view import View, using_view

ROOT = Path(__file__).parents[2]
MADE_OF = "made-of.txt"
# A page of a reader's own file shows nothing of ours.
WITHOUT = {"your_data"}


def what_they_show() -> str:
    """All that the pictures depend on; another text, other pictures."""
    folders = [ROOT / name for name in ("charts", "locales", "sentences", "ui", "pages")]
    return f"{fingerprint(ENGINE, PACKAGED_DATA, *folders)} {public_address()}\n"


def first_chart(spec: PageSpec, language: str, day: date) -> dict[str, Any] | None:
    """The first chart of a page as a social card; None where it has none on that day."""
    view = View(translator(language), day)
    try:
        with using_view(view), collect_offers(None) as offers:
            runpy.run_path(str(spec.file))
    except ForecastingError:
        return None
    return None if offers.chosen is None else for_export(offers.chosen, SIZES["social"])


def cards(pages: tuple[PageSpec, ...] = PAGES) -> Iterator[tuple[str, dict[str, Any]]]:
    """File name and figure of every picture, those of the home page's days last."""
    for language in LANGUAGES:
        for spec in pages:
            named = f"{spec.key}-{language}"
            if spec.key not in WITHOUT and (found := first_chart(spec, language, ARTICLE_DAY)):
                yield f"{named}.png", found
            for day in as_of_days() if spec.default else ():
                if found := first_chart(spec, language, date.fromisoformat(day)):
                    yield f"{named}-{day}.png", found


def make(folder: Path = PICTURES, pages: tuple[PageSpec, ...] = PAGES) -> int:
    """Draw them beside their place, move them there together, and return how many there are."""
    folder.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="part-", dir=folder.parent) as beside:
        part = Path(beside) / "og"
        part.mkdir()
        count = 0
        for name, content in draw_cards(cards(pages), SIZES["social"]):
            (part / name).write_bytes(content)
            count += 1
        (part / MADE_OF).write_text(what_they_show(), encoding="utf-8")
        if folder.exists():
            folder.rename(Path(beside) / "replaced")
        part.rename(folder)
    return count


def main() -> int:
    """Exit codes: 0 made, there already or not wanted, 2 not possible: links show text alone."""
    # Pages are run here without a reader: nothing is wrong with that.
    logging.disable(logging.WARNING)

    def say(what: str) -> None:
        print(f"pictures of links: {what}", file=sys.stderr)

    if not public_address():
        say(f"none, {ADDRESS_VARIABLE} is not set")
        return 0
    marker = PICTURES / MADE_OF
    if marker.is_file() and marker.read_text(encoding="utf-8") == what_they_show():
        say(f"whole, in {PICTURES}")
        return 0
    if chrome() is None:
        shutil.rmtree(PICTURES, ignore_errors=True)
        say("none, there is no kaleido (requirements-extras.txt) or no Chrome")
        return 0
    began = time.perf_counter()
    try:
        count = make()
    except (NotRendered, OSError) as error:
        say(f"none: {type(error).__name__}: {error}")
        return 2
    say(f"{count} in {PICTURES}, {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
