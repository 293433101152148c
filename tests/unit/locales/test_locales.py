"""Both catalogues say the same things, and every text on screen comes from them."""

from __future__ import annotations

import ast
import csv
import re
import string
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from forecasting.article.calculation import steady_state
from forecasting.assumptions.parameters import PARAMETER_BY_NAME, PARAMETERS
from forecasting.claims.path import EFFECTS
from forecasting.disclosures import QUANTITIES, REASONS
from forecasting.disclosures.conflicts import CONFLICT_KINDS
from forecasting.disclosures.identity import IDENTITY_EXPLANATIONS
from forecasting.disclosures.quantities import CONFIDENCES, PLACEMENTS, SCOPES
from forecasting.disclosures.schemas import OBSERVATIONS
from forecasting.evaluation.backtest import our_models
from forecasting.evaluation.growth_backtest import MODELS
from forecasting.evaluation.rivals import RIVALS, method_of
from forecasting.explain.share_change import CAUSES
from forecasting.fitting.checks import KINDS, STATISTICS
from forecasting.members.hazard import HAZARD_PRIORS
from forecasting.pricing import PRICING_INPUTS, Premium
from forecasting.pricing.hospital import SUSPECT_CHOICES
from forecasting.pricing.inputs import BUSINESSES, RESIDENCES, SEXES
from forecasting.pricing.trend import COSTS
from forecasting.sweeps.sobol import OUTCOMES
from locales import LANGUAGES, Translator, best_language, catalogue, catalogue_paths
from sentences.your_data import SIMPLE_COLUMNS
from ui.blocks import first_visit
from ui.pages import plans
from ui.pages.insurance import sections as insurance_sections

ROOT = Path(__file__).parents[3]
FOLDERS = ("pages", "ui", "charts", "sentences", "locales")
SOURCES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
GLOSSARY_TERMS = {
    "asof.label": "as-of date",
    "cause.delay": "settlement delay",
    "cause.ramp": "selection ramp",
    "cause.waiting": "waiting period",
    "column.settlement": "settlement",
    "growth.metric_members": "sharing members",
    "input.fee": "management fee",
    "insurance.series_level": "level premium",
    "insurance_section.hospital": "hospital indemnity",
    "premium_step.gross": "gross premium",
    "premium_step.loading": "safety loading",
    "premium_step.risk": "risk premium",
    "pricing_input.trend_factor": "trend factor",
    "quantity.aid": "aid",
    "quantity.helped": "persons helped",
    "quantity.members": "members enrolled",
    "quantity.sharing_members": "sharing members",
    "series.disclosed": "disclosed figure",
    "series.reconstructed": "reconstruction",
    "series.steady_state": "steady state",
    "series.undiluted": "undiluted share",
    "steady.estimate_manual": "manual rate",
    "term.dilution": "dilution",
    "term.share": "share",
}
MODELS_OF_BACKTEST = (*our_models(), *RIVALS)
KEYS_BY_GROUP = {
    "quantity": QUANTITIES,
    "reason": REASONS,
    "conflict": CONFLICT_KINDS,
    "identity": IDENTITY_EXPLANATIONS,
    "scope_name": SCOPES,
    "placement": PLACEMENTS,
    "confidence": CONFIDENCES,
    "step": steady_state().steps()["step"],
    "basis": ("disclosed", "interpolated", "at_least", "mean_aid", "highest_benefit"),
    "model": {name for model in MODELS_OF_BACKTEST for name in (model.name, method_of(model.name))},
    "model_kind": ("ours", "rival"),
    "curve": MODELS,
    "hazard": [prior.name for prior in HAZARD_PRIORS],
    "cause": EFFECTS,
    "why_cause": CAUSES,
    "age_reading": ("single_age", "tilted_mix", "published_bands", "national_mix"),
    "business": BUSINESSES,
    "gap_step": ("share", "age", "level", "loading", "expenses", "gross"),
    "insurance_person": SEXES,
    "insurance_section": tuple(insurance_sections.SECTIONS),
    "plans_section": tuple(plans.SECTIONS),
    "insurance_sex": SEXES,
    "medical_cost": COSTS,
    "premium_step": Premium(0.0, 0.0).steps()["step"],
    "pricing_input": ("sex", "incidence_table", "business", *PRICING_INPUTS),
    "residence": RESIDENCES,
    "suspect": SUSPECT_CHOICES,
    "suspect_used": SUSPECT_CHOICES[1:],
    "method_parameter": PARAMETER_BY_NAME,
    "method_unit": PARAMETER_BY_NAME,
    "method_source": PARAMETER_BY_NAME,
    "method_kind": KINDS,
    "method_statistic": STATISTICS,
    "method_meaning": STATISTICS,
    "first_visit": (*first_visit.LINES, "close"),
    "your_data_field": OBSERVATIONS.columns,
    "your_data_simple": SIMPLE_COLUMNS,
    "your_data_simple_holds": SIMPLE_COLUMNS,
    "moved": [parameter.name for parameter in PARAMETERS],
    "moved_outcome": OUTCOMES,
    "moved_unit": [parameter.name for parameter in PARAMETERS],
    "status": ("disclosed", "reconstructed", "forecast", "closed"),
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def nodes() -> Iterator[ast.AST]:
    """Every node of every module that may ask for a text."""
    for path in SOURCES:
        yield from ast.walk(ast.parse(path.read_text(encoding="utf-8")))


def pattern(node: ast.JoinedStr) -> str:
    """A key that is put together, as a pattern."""
    return "".join(
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".+"
        for part in node.values
    )


def keys_asked_for() -> set[str]:
    """The keys of every ``t("...")`` in the code."""
    return {
        str(node.args[0].value)
        for node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"t", "tn"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_the_catalogues_have_the_same_keys():
    assert catalogue("zh").keys() == catalogue("en").keys()


@pytest.mark.parametrize("key", catalogue("en"))
def test_both_languages_fill_the_same_placeholders(key):
    assert placeholders(catalogue("en")[key]) == placeholders(catalogue("zh")[key])


@pytest.mark.parametrize(("language", "forms"), [("en", 2), ("zh", 1)])
def test_a_text_that_counts_has_every_form_of_its_language(language, forms):
    """And what stands in one form is filled as what stands in the last."""
    found = 0
    for path in catalogue_paths(language):
        for message in read_po(path.open("rb"), locale=language):
            if message.pluralizable:
                found += 1
                texts = [str(text) for text in message.string or ()]
                assert len(set(message.id)) == 1
                assert len(texts) == forms, message.id
                assert all(text.strip() for text in texts), message.id
                last = placeholders(texts[-1])
                assert all(placeholders(text) <= last for text in texts), message.id
    assert found > 10


@pytest.mark.parametrize("number", [0, 1, 2, 25])
def test_one_of_a_thing_is_singular_in_english_alone(number):
    rows = "row" if number == 1 else "rows"
    assert Translator("en").tn("chart.table", number, rows=number).endswith(f"({number} {rows})")
    assert f"{number}" in Translator("zh").tn("chart.table", number, rows=number)
    with pytest.raises(KeyError):
        Translator("en").tn("no.such_text", number)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_empty(language):
    assert [key for key, text in catalogue(language).items() if not text.strip()] == []


def test_english_has_no_chinese_in_it():
    chinese = re.compile("[\u4e00-\u9fff]")
    assert [key for key, text in catalogue("en").items() if chinese.search(text)] == []


def test_chinese_is_translated():
    """Where both languages say the same it is an abbreviation or a sign."""
    words = re.compile("[a-z]{2,}")
    same = [text for key, text in catalogue("zh").items() if text == catalogue("en")[key]]
    assert [text for text in same if words.search(text)] == []


def test_every_key_asked_for_exists():
    assert keys_asked_for() - catalogue("en").keys() == set()


def test_every_key_is_used():
    constants, patterns = set(), {f"{group}\\..+" for group in KEYS_BY_GROUP}
    for node in nodes():
        if isinstance(node, ast.Constant):
            constants.add(node.value)
        if isinstance(node, ast.JoinedStr):
            patterns.add(pattern(node))
    put_together = re.compile(
        "|".join(sorted(text for text in patterns if re.match(r"\w+\\\.", text)))
    )
    unused = [
        key for key in catalogue("en") if key not in constants and not put_together.fullmatch(key)
    ]
    assert unused == []


@pytest.mark.parametrize("group", KEYS_BY_GROUP)
def test_every_name_the_engine_uses_has_a_text(group):
    assert {f"{group}.{name}" for name in KEYS_BY_GROUP[group]} <= catalogue("en").keys()


@pytest.mark.parametrize(("key", "term"), GLOSSARY_TERMS.items())
def test_terms_are_those_of_the_glossary(key, term):
    with (ROOT / "data" / "glossary.csv").open(encoding="utf-8") as file:
        chinese = {row["english"]: row["chinese"] for row in csv.DictReader(file)}
    assert catalogue("zh")[key].startswith(chinese[term])


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["4.86 RMB", "98.2 million", "2,660", "28 October 2020", "25%", "4.60 to 6.60 RMB"]),
        ("zh", ["4.86元", "9824万", "2,660", "2020年10月28日", "25%", "4.60至6.60元"]),
    ],
)
def test_numbers_dates_and_amounts_follow_the_language(language, expected):
    tr = Translator(language)
    assert [
        tr.rmb(4.86),
        tr.persons(98_244_000),
        tr.persons(2660),
        tr.date(date(2020, 10, 28)),
        tr.percent(0.25),
        tr.interval(4.6, 6.6),
    ] == expected


def test_what_is_not_known_is_a_dash():
    tr = Translator("en")
    assert {tr.number(float("nan")), tr.percent(float("nan")), tr.persons(float("inf"))} == {"–"}


def test_a_missing_key_is_a_fault():
    with pytest.raises(KeyError):
        Translator("en").t("no.such_key")


def test_an_unknown_language_is_a_fault():
    with pytest.raises(KeyError):
        Translator("fr")


@pytest.mark.parametrize(
    ("browser", "language"),
    [
        ("zh-CN", "zh"),
        ("zh-Hant-TW", "zh"),
        ("en-US", "en"),
        ("de", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_language_of_the_browser(browser, language):
    assert best_language(browser) == language


def stands_as_asterisks(text: str) -> list[str]:
    """Bold parts that Markdown leaves as they are typed.

    Where the part ends in punctuation, its closing asterisks need a space or punctuation behind
    them; where it begins with it, its opening ones need the same before them (CommonMark, 6.2).
    """

    def is_mark(char: str) -> bool:
        return unicodedata.category(char)[0] in "PS" and char not in "{}"

    def parts(found: re.Match[str]) -> bool:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        inner = found[1]
        closes = not is_mark(inner[-1]) or not after or after.isspace() or is_mark(after)
        opens = not is_mark(inner[0]) or not before or before.isspace() or is_mark(before)
        return closes and opens

    return [found[0] for found in re.finditer(r"\*\*(.+?)\*\*", text) if not parts(found)]


def test_asterisks_that_markdown_would_leave_standing_are_found():
    assert stands_as_asterisks("**这是什么：**只用公开数据") == ["**这是什么：**"]
    assert stands_as_asterisks("**会。** 是；**这是什么**：只用") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bold_part_of_a_text_is_bold(language):
    texts = catalogue(language)
    assert {key: found for key, text in texts.items() if (found := stands_as_asterisks(text))} == {}
