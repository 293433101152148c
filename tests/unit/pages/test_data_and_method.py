"""Sentences, tables and charts of the method page and the upload page."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from charts.data_and_method import credibility as credibility_charts
from charts.data_and_method import fit as charts
from charts.style.chart import Chart
from charts.your_data import upload_chart
from forecasting import credibility, fit, load_disclosures
from forecasting.base.errors import Problem
from forecasting.base.settlements import HALF_MONTHLY
from forecasting.disclosures import PACKAGED_DATA, data_archive
from forecasting.disclosures.left_out import left_out
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.explain.credibility import credibility_path
from forecasting.fitting.checks import check_fit
from forecasting.fitting.deviation import FREEDOM, LAUNCH_FACTOR, LAUNCH_YEARS, PERSISTENCE
from forecasting.uploads.reading import UploadForecast, example
from locales import LANGUAGES, Translator
from sentences import data_and_method as method
from sentences import your_data
from tests.helpers import synthetic
from tests.unit.charts import test_charts as house
from ui.pages.data_and_method import FORMULAS, SECTIONS, changes

EN, ZH = Translator("en"), Translator("zh")
RECORD = load_disclosures()
KNOWN = RECORD.as_of(synthetic.AS_OF)
FITTED = fit(KNOWN)
CHECKS = check_fit(FITTED)
PATH = credibility_path(RECORD, [date(2019, 6, 14), date(2019, 10, 28), date(2020, 10, 28)])
OWN = UploadForecast(
    synthetic.forecast(),
    KNOWN,
    rows=60,
    fitted=54,
    left_out=left_out(KNOWN.observations),
    warnings=(),
)
CHARTS: dict[str, Callable[[Translator], Chart]] = {
    "parameters": lambda tr: charts.parameters_chart(FITTED, tr, synthetic.STAMP),
    "residuals": lambda tr: charts.residuals_chart(CHECKS, tr, synthetic.STAMP),
    "predictive": lambda tr: charts.predictive_chart(CHECKS, tr, synthetic.STAMP),
    "credibility": lambda tr: credibility_charts.credibility_chart(PATH, tr, synthetic.STAMP),
    "level": lambda tr: credibility_charts.level_chart(PATH, tr, synthetic.STAMP),
    "own": lambda tr: upload_chart(OWN.forecast, False, tr),
}
HOUSE_RULES = (
    house.test_margins_are_explicit_and_hold_titles_legend_and_stamp,
    house.test_source_day_and_versions_stand_inside_the_figure,
    house.test_texts_fit_the_width_they_are_drawn_in,
    house.test_names_leave_a_phone_room_to_draw,
    house.test_alt_text_and_table_come_with_it,
    house.test_no_two_series_differ_by_colour_alone,
    house.test_colours_come_from_the_registry,
    house.test_the_export_is_on_white_at_its_fixed_size_with_every_text,
)


@pytest.mark.parametrize("rule", HOUSE_RULES, ids=lambda rule: rule.__name__)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CHARTS)
def test_the_charts_keep_the_houses_rules(name, language, rule):
    rule((name, CHARTS[name](Translator(language))))


@pytest.mark.parametrize("name", ["credibility", "level", "own"])
def test_weights_and_amounts_start_at_zero(name: str):
    assert CHARTS[name](EN).figure.layout.yaxis.range[0] == 0


def test_the_parameter_chart_draws_the_posterior_in_prior_standard_deviations():
    before, after = CHARTS["parameters"](EN).figure.data
    assert set(before.x) == {0.0}
    assert list(after.x) == list(
        FITTED.parameters.sort_values("spread_ratio", kind="stable")["conflict"]
    )


def test_the_residual_chart_draws_every_value_once():
    shown = CHARTS["residuals"](EN).figure.data
    assert sum(len(trace.x) for trace in shown) == len(CHECKS.values)


def test_the_predictive_table_reads_each_statistic():
    table = charts.predictive_table(CHECKS, EN).set_index("Property of the record")
    assert table.at["Scatter around the fit", "Reading"] == "as the model would give"
    assert table.at["Share in the pandemic, spring 2020", "Real record"] == 1.53


def test_the_verdict_counts_what_the_fit_has():
    sentence = method.verdict(FITTED, CHECKS, EN)
    for part in ("28 October 2020", "118 of 121 figures", "only 6 of its 15", "other 9"):
        assert part in sentence
    assert method.verdict(FITTED, CHECKS, ZH).startswith("**部分可信")


def test_failures_are_named_and_what_needs_deviations_too():
    sentence = method.failures(CHECKS, EN)
    failed, needed = sentence.split("What its structure alone")
    assert failed.startswith("It passes all checks")
    assert "growth, June 2019 to October 2020" in needed


def test_without_failures_it_says_so(monkeypatch):
    monkeypatch.setattr(type(CHECKS), "unlikely", [])
    monkeypatch.setattr(type(CHECKS), "needs_deviations", [])
    assert method.failures(CHECKS, EN) == EN.t("method.fails_none")


def test_the_numbers_are_those_of_the_fit_and_the_rating():
    rating = credibility(FITTED)
    values = [value for _, value, *_ in method.numbers(FITTED, CHECKS, rating, EN)]
    assert values == ["118 of 121", "6 of 15", EN.percent(rating.z_model)]


def test_weak_and_pulled_parameters_are_told_apart():
    sentence = method.weak(FITTED, EN)
    assert "ageing of the pool" in sentence
    assert "settlement delay" not in sentence
    assert "Pulled" not in sentence
    pulled = replace(FITTED)
    vars(pulled)["parameters"] = FITTED.parameters.assign(conflict=3.0)
    assert "spread of the delay" in method.weak(pulled, EN).split("Pulled")[1]


@pytest.mark.parametrize("tr", [EN, ZH])
def test_large_deviations_are_said_in_bold(tr):
    assert not method.deviations(CHECKS, tr).startswith("**")
    wider = replace(CHECKS, deviation_sd=synthetic.quantiles(5.0))
    assert method.deviations(wider, tr).startswith("**")


@pytest.mark.parametrize("tr", [EN, ZH])
def test_the_weights_of_the_scales_are_said(tr):
    sentence = method.scales(FITTED, tr)
    assert all(tr.percent(each.weight) in sentence for each in FITTED.scales)
    assert tr.number(FITTED.log_evidence, 1) in sentence


def test_a_high_weight_is_set_beside_a_wrong_level():
    sentence = method.credibility_grew(PATH, EN)
    last = EN.rmb(PATH["blended"].iloc[-1])
    highest = PATH.loc[PATH["blended"].idxmax(), "date"].date()
    for part in (EN.date(highest), "28 October 2020", last):
        assert part in sentence
    assert method.credibility_grew(PATH[:0], EN) == EN.t("method.credibility_none")


def test_the_headline_scores_name_the_model_and_its_rival():
    sentence = method.headline(synthetic.backtest(), EN)
    assert EN.t("model.structural") in sentence
    assert EN.t("model.drift + theta (house)") in sentence
    assert "14 August 2020" in sentence


@pytest.mark.parametrize("tr", [EN, ZH])
def test_tables_cover_terms_sources_and_kinds(tr):
    tables = KNOWN.tables
    assert len(method.glossary_table(tables, tr)) == len(tables.glossary)
    sources = method.sources_table(tables, KNOWN.observations["source_id"], tr)
    assert len(sources) == len(tables.sources)
    assert sources[tr.t("method.figures")].sum() == len(KNOWN.observations)
    assert len(method.kinds_table(CHECKS, tr)) == len(CHECKS.kinds)


@pytest.mark.parametrize("tr", [EN, ZH])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_has_a_name(section, tr):
    assert tr.t(f"method_section.{section}")


# What a formula writes beside its symbols.
NO_SYMBOLS = re.compile(
    r"\\(frac|sum|le|ge|begin\{cases\}|end\{cases\}|quad|sqrt|log|exp|sim|ast|infty|bigl|bigr)"
    r"|[\d_^{}()=+*/&<,;\[\].\\!-]|\s"
)
GREEK = {"lambda": "λ", "ell": "ℓ", "tau": "τ", "kappa": "κ"}
# An index that runs over the settlements up to t.
RUNNING = {"j"}


def symbols_of(formula: str) -> set[str]:
    """Letters of a formula that stand for something, words in upright type as they are."""
    words = set(re.findall(r"\\mathrm\{(\w+)\}", formula))
    rest = re.sub(r"\\mathrm\{\w+\}", "", formula)
    for name, letter in GREEK.items():
        rest = rest.replace(f"\\{name}", letter)
    return words | set(NO_SYMBOLS.sub("", rest)) - RUNNING


@pytest.mark.parametrize("tr", [EN, ZH])
@pytest.mark.parametrize("formula", FORMULAS)
def test_every_symbol_of_a_formula_is_explained_below_it(formula, tr):
    explained = tr.t(f"method_formula.{formula}").replace("₀", "").replace("₄", "")
    said = set(re.findall(r"[A-Za-z]+|[λℓτκ]", explained))
    assert symbols_of(FORMULAS[formula]) <= said


def test_the_formulas_are_those_of_the_engine():
    """The numbers in them, and the parts they name, as the functions have them."""
    assert f"0.{10 * PERSISTENCE:.0f}" in FORMULAS["deviation"]
    assert f"t_{FREEDOM:.0f}" in FORMULAS["deviation"]
    assert f"1+{LAUNCH_FACTOR:.0f}" in FORMULAS["deviation"]
    assert rf"-{1 / LAUNCH_YEARS:.0f}\,\mathrm{{years}}" in FORMULAS["deviation"]
    assert f"{HALF_MONTHLY.periods_per_year:.0f}}}" in FORMULAS["onsets"]
    assert f"{HALF_MONTHLY.periods_per_year:.0f}}}" in FORMULAS["steady"]


def test_the_change_log_is_shown_without_its_title_and_below_the_pages_headings():
    text = changes()
    assert "# Changes" not in text.splitlines()
    assert "### 2026.11" in text.splitlines()
    assert not any(line.startswith(("# ", "## ")) for line in text.splitlines())


def test_the_archive_holds_the_data_folder_as_it_stands():
    with zipfile.ZipFile(io.BytesIO(data_archive())) as archive:
        names = set(archive.namelist())
        assert {"data/observations.csv", "data/README.md", "data/LICENSE.md"} <= names
        assert len(names) == len(list(PACKAGED_DATA.iterdir()))
        packaged = (PACKAGED_DATA / "observations.csv").read_bytes()
        assert archive.read("data/observations.csv") == packaged


def test_the_upload_answer_names_level_figures_and_day():
    sentence = your_data.summary(OWN, "`village`", False, EN)
    for part in ("`village`", "5.50 RMB", "54 of the file's 60 figures", "28 October 2020"):
        assert part in sentence
    assert "example" in your_data.summary(OWN, "", True, EN)


def test_problems_stand_in_a_table():
    problems = [Problem(3, "value", "-3", "0 or more"), Problem(0, "", "empty", "")]
    table = your_data.problems_table(problems, EN)
    assert list(table.iloc[0]) == [3, "value", "-3", "0 or more"]
    assert pd.isna(table.iloc[1]["Row"])


@pytest.mark.parametrize("tr", [EN, ZH])
def test_the_dictionary_describes_every_column(tr):
    table = your_data.dictionary_table(example(KNOWN), tr)
    assert table[tr.t("your_data.column")].tolist() == list(OBSERVATIONS.columns)
    assert "critical_illness" in table[tr.t("your_data.legal")][1]
    assert (
        your_data.dictionary_table(example(KNOWN)[:0], tr)[tr.t("your_data.example")].eq("").all()
    )


def test_a_readers_chart_says_whose_figures_it_draws():
    (stamp,) = CHARTS["own"](EN).figure.select_annotations({"name": "stamp"})
    assert EN.t("your_data.source") in stamp.text
