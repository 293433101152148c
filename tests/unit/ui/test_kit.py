"""The press kit: complete with a Chrome and without one, the same bytes every time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from charts import answer as fan
from charts.style.chart import Chart
from charts.style.exports import EXPORT_SIZE
from charts.style.languages import titles
from forecasting import Scenario, read_scenario
from forecasting.assumptions.scenario import KIT_KEYS
from locales import LANGUAGES, Translator
from sentences.common.citing import Work, bibtex, citation
from tests.helpers import synthetic
from ui.export.kit import press_kit
from ui.export.recipes import Basis
from ui.export.rendering import NotRendered

BASE = "xianghubao-share-forecast-as-of-2020-10-28"
ALWAYS = {"README.txt", "reproduce.py", "scenario.json", f"{BASE}.csv"}


def chart_in(language: str) -> Chart:
    return fan.fan_chart(
        synthetic.forecast(),
        synthetic.track_record().frame,
        synthetic.published_forecasts(),
        Translator(language),
        synthetic.STAMP,
    )


def basis(language: str = "en", **settings: Any) -> Basis:
    return Basis("xianghubao", Scenario(delay_days=150), language, 30, settings)


def work(chart: Chart) -> Work:
    return Work(
        chart.title,
        chart.file_stem,
        chart.as_of,
        chart.data_version,
        chart.model_version,
        "https://example.org/?lang=en",
        titles(chart),
    )


def shown(figure: dict[str, Any]) -> Mapping[str, bytes]:
    assert (figure["layout"]["width"], figure["layout"]["height"]) == EXPORT_SIZE
    return {"png": b"an image", "svg": b"a drawing"}


def broken(figure: dict[str, Any]) -> Mapping[str, bytes]:
    raise NotRendered("took too long")


def files(kit: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(kit)) as archive:
        assert archive.testzip() is None
        folders = {name.partition("/")[0] for name in archive.namelist()}
        assert folders == {BASE}
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def kit_of(chart: Chart, draw: Any, language: str = "en") -> dict[str, bytes]:
    return files(press_kit(chart, basis(language), work(chart), draw))


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_a_chrome_the_kit_has_images(language):
    content = kit_of(chart_in(language), shown, language)
    assert content.keys() == ALWAYS | {f"{BASE}.png", f"{BASE}.svg"}
    assert content[f"{BASE}.png"] == b"an image"


@pytest.mark.parametrize(
    ("draw", "sentence"),
    [(None, "this server has no Chrome"), (broken, "did not draw them in time")],
    ids=["none found", "fails"],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_without_images_the_kit_has_figure_and_page_and_says_why(language, draw, sentence):
    chart = chart_in(language)
    content = kit_of(chart, draw, language)
    assert content.keys() == ALWAYS | {f"{BASE}.json", f"{BASE}.html"}
    assert sentence in content["README.txt"].decode("utf-8-sig")
    figure = json.loads(content[f"{BASE}.json"])
    assert chart.title in figure["layout"]["title"]["text"]
    page = content[f"{BASE}.html"].decode()
    assert f"<title>{chart.title}</title>" in page
    assert "plotly.js v" in page
    assert "<script src=" not in page


def test_with_images_the_readme_does_not_speak_of_their_lack():
    assert "No SVG" not in kit_of(chart_in("en"), shown)["README.txt"].decode("utf-8-sig")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_csv_is_that_of_the_button_byte_for_byte(language):
    chart = chart_in(language)
    assert kit_of(chart, shown, language)[f"{BASE}.csv"] == chart.csv


@pytest.mark.parametrize("draw", [shown, None])
def test_the_same_chart_gives_the_same_bytes(draw):
    one, other = (
        press_kit(chart, basis(), work(chart), draw) for chart in (chart_in("en"), chart_in("en"))
    )
    assert one == other


def test_entries_are_sorted_and_bear_no_time():
    chart = chart_in("en")
    with zipfile.ZipFile(io.BytesIO(press_kit(chart, basis(), work(chart), shown))) as archive:
        assert archive.namelist() == sorted(archive.namelist())
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_scenario_says_day_assumptions_settings_and_versions():
    chart = chart_in("en")
    content = files(press_kit(chart, basis(fee=0.1, joined=date(2019, 7, 1)), work(chart), shown))
    scenario = json.loads(content["scenario.json"])
    assert scenario["as_of"] == "2020-10-28"
    assert scenario["scenario"]["delay_days"] == 150
    assert scenario["scenario"]["trend"] is None
    assert scenario["settings"] == {"fee": 0.1, "joined": "2019-07-01"}
    assert (scenario["data_version"], scenario["model_version"]) == (
        synthetic.STAMP.data_version,
        synthetic.STAMP.model_version,
    )
    assert Scenario.model_validate(scenario["scenario"]) == Scenario(delay_days=150)


def test_the_inputs_of_a_page_stand_in_a_section_of_their_own_and_the_file_is_a_scenario(tmp_path):
    chart, file = chart_in("en"), tmp_path / "scenario.json"
    kit = press_kit(chart, basis(insurance={"insured_age": 34, "sex": "male"}), work(chart), shown)
    file.write_bytes(files(kit)["scenario.json"])
    sentence = json.loads(file.read_text(encoding="utf-8"))
    assert sentence["insurance"] == {"insured_age": 34, "sex": "male"}
    assert sentence["settings"] == {}
    assert sentence.keys() <= set(KIT_KEYS)
    assert read_scenario(file) == Scenario(delay_days=150)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_readme_cites_and_licenses_in_both_languages(language):
    chart = chart_in(language)
    text = kit_of(chart, shown, language)["README.txt"].decode("utf-8-sig")
    for wanted in (
        chart.title,
        chart.alt,
        *chart.notes,
        *chart.listed,
        *(citation(work(chart), Translator(name)) for name in LANGUAGES),
        *(bibtex(work(chart), Translator(name)) for name in LANGUAGES),
        "CC BY 4.0",
        "MIT",
        "Data: facts are free to use",
        "数据：事实可自由使用",
    ):
        assert wanted in text


def test_the_readme_names_every_other_file():
    content = kit_of(chart_in("en"), shown)
    text = content["README.txt"].decode("utf-8-sig")
    assert all(f"- {name}: " in text for name in content if name != "README.txt")


def test_a_chart_without_a_recipe_has_no_code():
    bare = Chart(
        chart_in("en").figure, "A chart", "", "", synthetic.forecast().periods, "unheard-of",
        synthetic.AS_OF, data_version="2026.11",
    )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(press_kit(bare, basis(), work(bare), shown))) as archive:
        names = [name.partition("/")[2] for name in archive.namelist()]
    assert "reproduce.py" not in names


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citation_says_title_day_versions_licence_and_the_day_it_was_seen(language):
    tr, chart = Translator(language), chart_in(language)
    text = citation(work(chart), tr, date(2026, 11, 21))
    for wanted in (
        chart.title,
        tr.date(synthetic.AS_OF),
        synthetic.STAMP.data_version,
        "1.0",
        "CC BY 4.0",
        "https://example.org/?lang=en",
        tr.date(date(2026, 11, 21)),
    ):
        assert wanted in text
    assert tr.date(date(2026, 11, 21)) not in citation(work(chart), tr)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citation_in_another_language_translates_the_title_in_brackets(language):
    """As citation styles do: the title of the work cited, then its translation."""
    (other,) = set(LANGUAGES) - {language}
    own, translated = chart_in(language), chart_in(other).title
    assert translated != own.title
    brackets = "［{}］" if other == "zh" else " [{}]"
    for cite in (citation, bibtex):
        elsewhere = cite(work(own), Translator(other)).replace("\\%", "%")
        assert own.title in elsewhere
        assert brackets.format(translated) in elsewhere
        assert translated not in cite(work(own), Translator(language))


def test_bibtex_is_balanced_whatever_the_title():
    odd = Work("A {b} \\c 80%", "odd", synthetic.AS_OF, "2026.11+0", "")
    entry = bibtex(odd, Translator("en"), date(2026, 11, 21))
    assert entry.count("{") == entry.count("}")
    assert "title = {A b c 80\\%}" in entry
    assert "model" not in entry
