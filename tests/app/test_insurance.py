"""The insurance page: every section in both languages, every control, what it refuses."""

from __future__ import annotations

import pytest

from locales import LANGUAGES, Translator
from ui.pages.insurance.sections import SECTIONS

MORE_CHARTS = {"build": 1, "pool": 1, "rating": 2, "trend": 1, "hospital": 1, "level": 1}
NUMBERS_OF_SECTION = {
    "trend": {"trend_factor", "years_ahead", "insured_multiple"},
    "hospital": {"patient_age", "daily_allowance", "insured_multiple"},
    "level": {"interest", "lapse"},
}
PERSON = {"insured_age", "safety_loading", "expense_share", "table_deduction"}


def texts(app) -> str:
    return "\n".join(item.value for item in app.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_says_in_rmb_what_it_shows(open_page, section, language):
    app, tr = open_page("insurance", lang=language, section=section), Translator(language)
    assert not app.error
    assert not app.warning
    assert app.segmented_control(key="section_insurance").value == section
    own = "\n".join(item.value for item in app.markdown[1:])
    assert "**" in own
    assert tr.rmb(0, 0).replace("0", "").strip() in own
    assert len(app.get("plotly_chart")) == 1 + MORE_CHARTS[section]


@pytest.mark.parametrize("section", SECTIONS)
def test_only_the_chosen_section_is_drawn(open_page, section):
    app = open_page("insurance", lang="en", section=section)
    shown = {item.key for item in app.number_input}
    assert shown == PERSON | NUMBERS_OF_SECTION.get(section, set())


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_before_the_model_can_say_anything_prices_remain(open_page, section, language):
    app = open_page("insurance", lang=language, section=section, as_of="2019-01-28")
    assert "733" in app.markdown[0].value
    assert app.metric[1].value == "–"
    refused = section in {"pool", "rating"}
    assert len(app.warning) == int(refused)
    if refused:
        assert {"zh": "需要", "en": "needed"}[language] in app.warning[0].value


def test_the_premium_follows_the_person_and_the_terms(open_page):
    app = open_page("insurance", lang="en")
    assert app.metric[0].value == "733 RMB"
    app.number_input(key="insured_age").set_value(45).run()
    app.selectbox(key="sex").select("female").run()
    assert "100,000 RMB" in app.markdown[0].value
    assert "a woman of 45" in app.markdown[0].value
    assert app.metric[0].value == "877 RMB"
    app.number_input(key="safety_loading").set_value(2.0).run()
    assert app.metric[0].value == "2,024 RMB"
    app.number_input(key="table_deduction").set_value(0.5).run()
    assert app.metric[0].value == "1,012 RMB"


def test_group_business_takes_the_expenses_down_to_its_cap(open_page):
    app = open_page("insurance", lang="en")
    app.selectbox(key="business").select("group").run()
    assert app.number_input(key="expense_share").value == 0.25
    assert not app.error
    app.number_input(key="expense_share").set_value(0.3).run()
    (found,) = app.error
    assert "legal: 0 to 0.25 in group business" in found.value


def test_everything_comes_from_the_address(open_page):
    app = open_page(
        "insurance",
        lang="zh",
        sex="female",
        section="level",
        insured_age="50",
        interest="0.01",
        incidence_table="25_diseases_2007_definition",
    )
    assert "50岁女性" in app.markdown[0].value
    assert app.number_input(key="interest").value == 0.01
    assert app.selectbox(key="incidence_table").value == "25_diseases_2007_definition"
    assert app.query_params["sex"] == "female"


def test_choices_outlive_a_change_of_language(open_page):
    app = open_page("insurance", lang="en", sex="female", section="trend")
    app.button(key="switch_language").click().run()
    assert "34岁女性" in app.markdown[0].value
    assert app.segmented_control(key="section_insurance").value == "trend"


def test_what_the_address_gets_wrong_is_named(open_page):
    app = open_page("insurance", lang="en", sex="other", insured_age="77", section="magic")
    sentence = "\n".join(caption.value for caption in app.caption)
    for part in ("`sex` = `other`", "`insured_age` = `77`", "`section` = `magic`"):
        assert part in sentence
    assert "a man of 34" in app.markdown[0].value


def test_an_interest_above_the_cap_is_named(open_page):
    app = open_page("insurance", lang="en", section="level", interest="0.04")
    assert "0 – 0.025" in "\n".join(caption.value for caption in app.caption)


def test_a_doubtful_rate_has_no_price_until_the_reader_chooses(open_page):
    app = open_page("insurance", lang="en", section="hospital", sex="female", patient_age="65")
    (warning,) = app.warning
    assert "64.8" in warning.value
    assert "77.9" in warning.value
    app.selectbox(key="suspect_cells").select("substitute").run()
    assert not app.warning
    assert "substitute of 127.8" in texts(app)
    app.selectbox(key="suspect_cells").select("printed").run()
    assert "used as printed" in texts(app)
    app.selectbox(key="residence").select("rural").run()
    assert "42.4 per 1,000" in texts(app)


def test_no_growth_of_the_share_is_named_where_only_one_year_is_left(open_page):
    app = open_page("insurance", lang="en", section="level", insured_age="59")
    assert "every year to 60" not in texts(app)
    assert "times as much" in texts(app)


def test_after_the_closure_the_page_still_compares(open_page):
    app = open_page("insurance", lang="en", as_of="2021-12-14")
    # The last share on record: 6.96 RMB on 14 November 2021.
    assert app.metric[1].value == "167 RMB"
    assert app.metric[1].delta == "24 × 6.96 RMB"
