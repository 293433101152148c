"""Three lines for a first visit, until the reader puts them away."""

from __future__ import annotations

import pytest

from locales import LANGUAGES, Translator
from ui.blocks.first_visit import LINES


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_visit_is_told_three_things_and_once_put_away_not_again(open_page, language):
    app, tr = open_page(lang=language), Translator(language)
    sentence = tr.t(f"first_visit.{LINES[0]}")
    assert len([text for text in app.markdown if sentence in text.value]) == 1
    types = [element.type for element in app.main]
    texts = [str(getattr(element, "value", "")) for element in app.main]
    shown = next(place for place, text in enumerate(texts) if sentence in text)
    assert types.index("plotly_chart") < shown
    app.button(key="first_visit_close").click().run()
    app.switch_page("pages/history.py").run()
    app.switch_page("pages/answer.py").run()
    assert not any(sentence in text.value for text in app.markdown)
