"""What the README of a press kit says, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from locales import LANGUAGE_NAMES, LANGUAGES, Translator, translator
from sentences.common.citing import LICENCE, LICENCE_ADDRESS, Work, bibtex, citation

# Whether the kit has images: drawn, no Chrome, no font for their text, or a Chrome that failed.
Images = Literal["drawn", "no_chrome", "no_font", "not_drawn"]


def readme(
    work: Work,
    alt: str,
    notes: Sequence[str],
    files: Sequence[tuple[str, str]],
    images: Images,
) -> str:
    """The README: finding, files, citation, licence, source; Chinese first, English below it.

    ``files`` holds each file's name and its kind; ``images`` says whether SVG and PNG are among
    them, and if not, why.
    """
    blocks = [work.title, alt, *notes]
    for language in LANGUAGES:
        tr = translator(language)
        blocks += [
            "",
            f"=== {LANGUAGE_NAMES[language]} ===",
            "",
            *_section(work, files, images, tr),
        ]
    return "\n".join(blocks) + "\n"


def _section(
    work: Work, files: Sequence[tuple[str, str]], images: Images, tr: Translator
) -> list[str]:
    return [
        tr.t("kit.files_heading"),
        *(f"- {name}: {tr.t(f'kit.file.{kind}')}" for name, kind in files),
        *([] if images == "drawn" else [tr.t(f"kit.images_{images}")]),
        "",
        tr.t("kit.cite_heading"),
        citation(work, tr),
        "",
        bibtex(work, tr),
        "",
        tr.t("kit.reuse_heading"),
        tr.t("kit.reuse_charts", licence=LICENCE, address=LICENCE_ADDRESS),
        tr.t("kit.reuse_data"),
        tr.t("kit.reuse_code"),
        "",
        tr.t("kit.disclaimer"),
    ]
