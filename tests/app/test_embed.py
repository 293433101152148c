"""A page embedded elsewhere: one chart, a link to the whole page, nothing else."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from locales import LANGUAGES, Translator
from tests.app.conftest import PATIENCE, ROOT
from ui import frame
from ui.blocks import embed
from ui.registry import PAGES


@pytest.fixture
def open_embedded(monkeypatch):
    """Open a page as a frame of another site does: its script, with ``embed=true``."""

    def opened(key: str = "answer", **address: str) -> AppTest:
        monkeypatch.setattr(frame, "is_embedded", lambda: True)
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
        app.run()
        for name, value in address.items():
            app.query_params[name] = value
        app.switch_page(f"pages/{key}.py").run() if key != "answer" else app.run()
        assert not app.exception, app.exception
        return app

    return opened


def stems(app: AppTest) -> list[str]:
    return [chart.proto.id.rpartition("plot_")[2] for chart in app.get("plotly_chart")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_one_chart_and_a_link_and_nothing_else(open_embedded, spec, language):
    app = open_embedded(spec.key, lang=language)
    assert len(app.get("plotly_chart")) == 1
    assert Translator(language).t(f"page.{spec.key}.title") in app.markdown[-1].value
    for kind in ("title", "metric", "dataframe", "selectbox", "button", "number_input", "warning"):
        assert len(app.get(kind)) == 0, kind


@pytest.mark.parametrize("spec", PAGES, ids=lambda spec: spec.key)
def test_the_default_is_the_first_chart_of_the_page(open_page, open_embedded, spec):
    on_the_page = stems(open_page(spec.key, lang="en"))
    assert stems(open_embedded(spec.key, lang="en")) == on_the_page[:1]


def test_the_address_chooses_the_chart(open_embedded):
    assert stems(open_embedded("steady_state", lang="en", chart="tornado")) == ["tornado"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_unknown_chart_is_named_with_the_legal_ones(open_embedded, language):
    app = open_embedded("history", lang=language, chart="share **price**")
    (warning,) = app.warning
    assert "`share **price**`" in warning.value
    for stem in ("shares-disclosed", "members", "persons-helped", "annual-total", "cumulative"):
        assert f"`{stem}`" in warning.value
    assert not app.get("plotly_chart")


def test_too_little_data_is_a_stated_refusal_with_a_link(open_embedded):
    app = open_embedded(lang="en", as_of="2019-01-28")
    assert Translator("en").t("state.refused_title") in app.warning[0].value
    assert "Whole page" in app.markdown[-1].value


def test_what_the_address_gets_wrong_is_named(open_embedded):
    app = open_embedded(lang="en", as_of="2020-11-03")
    assert "not a settlement day" in app.caption[0].value
    assert stems(app) == ["share-forecast"]


def test_without_a_browser_nothing_is_embedded():
    assert not embed.is_embedded()
