"""What the engine says has its Chinese, and both languages say the same."""

from __future__ import annotations

import ast
import copy
import pickle
import string
from datetime import date

import pytest

from forecasting import InputError, Refused, Scenario, fit, load_disclosures
from forecasting.base.errors import Problem
from forecasting.base.messages import Message, Name, on_day
from forecasting.disclosures import read_observations
from forecasting.uploads.reading import MOST_ROWS, plans_of
from locales import LANGUAGES, Translator, catalogue, catalogue_paths, engine_catalogue
from sentences.common.engine import plain, reasons, translated, translated_list
from tests.helpers.engine_templates import (
    ENGINE,
    ENGLISH_ONLY,
    SAYS,
    english_in,
    message_places,
    templates,
)
from tests.helpers.observation_rows import csv_of, figure

ZH, EN = Translator("zh"), Translator("en")
CHINESE = engine_catalogue("zh")


def places(template: str) -> set[tuple[str, str]]:
    """Name and format of every place in a template."""
    parts = string.Formatter().parse(template)
    return {(name, form or "") for _, name, form, _ in parts if name is not None}


def test_every_template_has_its_chinese():
    assert templates() - CHINESE.keys() == set()


def test_no_chinese_is_left_of_a_template_that_went():
    assert CHINESE.keys() - templates() == set()


@pytest.mark.parametrize("template", sorted(CHINESE))
def test_both_languages_have_the_same_places(template):
    assert places(CHINESE[template]) == places(template)


@pytest.mark.parametrize("template", sorted(CHINESE))
def test_the_chinese_is_chinese(template):
    assert CHINESE[template].strip()
    assert not english_in(CHINESE[template])
    assert "`" not in template + CHINESE[template]


def test_a_template_is_never_put_together():
    """An f-string could not be translated; what is handed on is a message made elsewhere."""
    allowed = (ast.Constant, ast.Call, ast.Name)
    found = [
        place
        for place, translated in message_places().items()
        if not isinstance(translated, allowed)
    ]
    # The release reads back a message with its template.
    assert [place for place in found if not place.startswith("release/codec.py")] == []


def test_a_message_is_made_of_its_own_template():
    for path in ENGINE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Message":
                constant = isinstance(node.args[0], ast.Constant)
                assert constant or path.name in {"errors.py", "codec.py"}, f"{path}:{node.lineno}"


def test_the_modules_left_in_english_exist_and_say_something():
    for module in ENGLISH_ONLY:
        text = (ENGINE / module).read_text(encoding="utf-8")
        assert any(f"{name}(" in text for name in SAYS), module


def test_a_template_without_chinese_would_be_found(tmp_path):
    (tmp_path / "new.py").write_text('raise Refused("something {new}", new=1)\n')
    (tmp_path / "worse.py").write_text('raise Refused(f"something {new}")\n')
    assert "something {new}" in templates(tmp_path) - CHINESE.keys()
    assert [type(translated) for translated in message_places(tmp_path).values()] == [
        ast.Constant,
        ast.JoinedStr,
    ]


def test_english_on_a_chinese_page_would_be_found():
    assert english_in("`xianghubao`：no fit was possible") == "no fit was possible"
    assert not english_in("`no fit was`：无法拟合，0.5 MB")


def test_the_engines_catalogue_is_not_one_of_keys():
    assert all(path.name != "engine.po" for path in catalogue_paths("zh"))
    assert not CHINESE.keys() & catalogue("zh").keys()


def test_names_are_those_of_the_catalogues():
    groups = {
        ast.literal_eval(node.args[0])
        for path in ENGINE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Name", "Names"}
        if isinstance(node.args[0], ast.Constant)
    }
    assert groups >= {"quantity", "method_parameter", "table"}
    assert all(any(key.startswith(f"{group}.") for key in catalogue("zh")) for group in groups)


@pytest.mark.parametrize("remade", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy])
def test_messages_and_errors_survive_a_copy(remade):
    legal = Message("not before {column}, {day}", column="period_start", day="2020-10-28")
    error = InputError(
        on_day("village", date(2020, 10, 28), legal),
        problems=(Problem(3, "value", "{", legal),),
    )
    again = remade(error)
    assert (str(again), again.template, again.values) == (
        "village on 2020-10-28: not before period_start, 2020-10-28",
        error.template,
        error.values,
    )
    assert again.problems[0].legal.template == legal.template
    assert remade(Name("quantity", "share")).key == "quantity.share"
    several = remade(InputError.listing(["a {", legal]))
    assert (str(several), several.lines) == (f"a {{\n{legal}", ("a {", legal))


def test_a_message_reads_and_compares_as_its_english():
    message = Message("{n} cells", n=2)
    assert message == "2 cells"
    assert hash(message) == hash("2 cells")
    assert Message("{as it stands}") == "{as it stands}"


def test_values_follow_the_language_and_keys_stay_code():
    day = date(2019, 1, 28)
    missing = Message("{rules} needed, not known", rules="management_fee_rate")
    refusal = Refused(on_day("xianghubao", day, missing))
    assert str(refusal) == "xianghubao on 2019-01-28: management_fee_rate needed, not known"
    assert translated(refusal.message, ZH) == (
        "`xianghubao`，截至2019年1月28日：需要`management_fee_rate`，目前未知"
    )
    assert translated(refusal.message, EN) == (
        "`xianghubao` on 28 January 2019: `management_fee_rate` needed, not known"
    )


def test_a_name_without_a_text_and_a_text_without_a_template_are_quoted():
    pulled = Message(
        "{parameter}: the figures pull {sd:.1f} prior standard deviations up",
        parameter=Name("method_parameter", "not_there"),
        sd=2.25,
    )
    assert translated(pulled, ZH) == "“`not_there`”：数据使其比先验高2.2个标准差"
    assert translated("just [text](x)", ZH) == "`just [text](x)`"
    assert translated(Message("never translated"), ZH) == "`never translated`"
    assert translated(Message("never translated"), EN) == "never translated"


def test_nothing_in_a_value_becomes_markup():
    message = Message("plan: found {found!r}, legal: {legal}", found="`**b**\n# x", legal="a")
    assert translated(message, ZH) == "计划：现为`'**b** # x`，应为：`a`"


def test_several_messages_are_a_list_and_reasons_are_told_once():
    days = (date(2019, 6, 28), date(2019, 7, 14))
    cause = Message("no forecast of the share was published yet")
    refusals = [on_day("xianghubao", day, cause) for day in days]
    assert reasons(refusals, ZH) == "当时尚无公开发表的分摊金额预测"
    assert reasons([*refusals, "not today"], EN) == (
        "no forecast of the share was published yet; not today"
    )
    assert translated_list(refusals, ZH).count("\n- ") == 1
    assert not translated_list(refusals[:1], ZH).startswith("-")


BAD_FILES = {
    "number": csv_of([figure(value="-3")]),
    "highest": csv_of([figure(value="99999999")]),
    "choice": csv_of([figure(quantity="shares")]),
    "unit": csv_of([figure(unit="persons")]),
    "day": csv_of([figure("2020-02-30")]),
    "before": csv_of([figure(period_start="2021-01-14")]),
    "twice": csv_of([figure(), figure(value="5")]),
    "text": csv_of([figure(plan="")]),
    "columns": b"plan,value\na,1\n",
    "cells": csv_of([figure()]) + b"a,b\n",
    "quote": csv_of([figure()]) + b'"a\n',
    "after a quote": csv_of([figure()]) + b'"a"b\n',
    "empty": b"",
    "no rows": csv_of([]),
    "control": b"plan,value\na,\x00\n",
    "bytes": b"plan,value\na,\xff\n",
    "no name": b"plan,\na,1\n",
    "same name": b"plan,plan\na,1\n",
    "wide": b"a," * 150 + b"b\n1\n",
    "long cell": csv_of([figure(note="n" * 140_000)]),
    "large": b"a" * 2_000_001,
    "many": b"a\n" * (MOST_ROWS + 2),
    "capped": csv_of([figure(value="-3")] * 60),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_every_problem_of_a_file_has_its_chinese(name):
    with pytest.raises(InputError) as caught:
        plans_of(BAD_FILES[name])
    error = caught.value
    assert all(isinstance(line, Message) for line in error.lines)
    assert not english_in(translated_list(error.lines, ZH))
    for problem in error.problems:
        assert not english_in(plain(problem.legal, ZH))
        if isinstance(problem.found, Message):
            assert not english_in(plain(problem.found, ZH))


def test_a_problem_names_row_column_found_and_legal_in_chinese():
    with pytest.raises(InputError) as caught:
        read_observations(csv_of([figure(), figure(value="20000")]), "a.csv")
    assert [translated(line, ZH) for line in caught.value.lines] == [
        "`a.csv`：第3行，`value`列：现为`20000`，应为：不超过10,000 `rmb_per_member`，"
        "这是分摊金额的上限"
    ]
    assert str(caught.value) == (
        "a.csv: row 3, column value: found '20000', legal: at most 10,000 rmb_per_member, the most "
        "a share can be"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fit_says_in_both_languages_what_it_assumed(language):
    known = load_disclosures(plan="waterdrop").as_of("2020-10-28")
    notes = fit(load_disclosures().as_of("2020-10-28"), Scenario(delay_days=400.0)).warnings
    for note in (*known.warnings, *notes):
        assert bool(english_in(translated(note, Translator(language)))) == (language == "en")
