"""The selection-lag page says first what was measured."""

from __future__ import annotations

import pytest

from locales import LANGUAGES, Translator
from tests.helpers.page_texts import start_of, texts

FULL_RECORD = "2021-11-14"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_lag_page_says_first_what_was_measured(open_page, language):
    tr = Translator(language)
    app = open_page("selection_lag", lang=language, as_of=FULL_RECORD)
    sentence = texts(app)
    assert start_of("cases.half", tr) in sentence
    assert start_of("cases.how", tr) in sentence
    assert any(tr.t("cases.sampled") in frame.value for frame in app.dataframe)
    early = open_page("selection_lag", lang=language, as_of="2019-06-28")
    assert tr.t("cases.none_yet") in texts(early)
