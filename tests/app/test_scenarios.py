"""The scenario lab without a browser: presets, sliders, pins, links."""

from __future__ import annotations

import pytest

from forecasting import MODEL_VERSION, Quantiles, Scenario, fit, forecast, load_disclosures
from forecasting.assumptions.presets import PRESETS
from locales import LANGUAGES, Translator

EN = Translator("en")


def metric(app, position: int) -> float:
    return float(app.metric[position].value.split()[0])


def steady_state(**assumed: float | bool) -> Quantiles:
    """What the engine says of a scenario on the article's day."""
    known = load_disclosures().as_of("2020-10-28")
    return forecast(fit(known, Scenario(**assumed))).steady_state


def captions(app) -> str:
    return "\n".join(caption.value for caption in app.caption)


def choose(app, name: str):
    app.button_group(key="scenario_preset").set_value(name).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("preset", [preset.name for preset in PRESETS])
def test_every_preset_answers_first_and_says_what_it_assumes(open_page, preset, language):
    tr = Translator(language)
    app = choose(open_page("scenarios", lang=language), preset)
    assert tr.t(f"preset_note.{preset}") in captions(app)
    if preset != "fitted":
        assert app.markdown[0].value.startswith(f"**{tr.t(f'preset.{preset}')}")


def test_the_article_settles_where_it_says(open_page):
    app = choose(open_page("scenarios", lang="en"), "article")
    assert app.metric[2].value == "5.02 RMB"
    assert "5.023" in captions(app)


def test_a_slider_moves_the_numbers_and_its_button_undoes_it(open_page):
    app = open_page("scenarios", lang="en")
    before = metric(app, 2)
    app.slider(key="scenario_incidence_factor").set_value(1.5).run()
    assert metric(app, 2) == pytest.approx(1.5 * before, abs=0.02)
    assert app.query_params["incidence_factor"] == "1.5"
    app.button(key="undo_incidence_factor").click().run()
    assert metric(app, 2) == before
    assert "incidence_factor" not in app.query_params


def test_a_fitted_parameter_stands_at_its_posterior_until_it_is_moved(open_page):
    app = open_page("scenarios", lang="en")
    app.button_group(key="scenario_group").set_value("delay").run()
    slider = app.slider(key="scenario_delay_days")
    fitted = slider.value
    assert 4 < fitted < 7
    assert "Before the figures: 4 " in captions(app)
    slider.set_value(3.3).run()
    assert app.query_params["delay_days"] == "99"
    assert f"Fitted: {fitted:.2f}"[:11] in captions(app)
    app.button(key="scenario_reset").click().run()
    assert app.slider(key="scenario_delay_days").value == fitted


def test_a_scenario_survives_other_pages_and_the_other_language(open_page):
    app = choose(open_page("scenarios", lang="en"), "more_illness")
    wanted = metric(app, 2)
    app.switch_page("pages/steady_state.py").run()
    app.switch_page("pages/scenarios.py").run()
    assert metric(app, 2) == wanted
    app.button(key="switch_language").click().run()
    assert app.metric[2].value == f"{wanted:.2f}元"
    assert Translator("zh").t("preset_note.more_illness") in captions(app)


def test_other_pages_stay_with_the_fitted_model(open_page):
    fitted = open_page("steady_state", lang="en").metric[0].value
    assert open_page("steady_state", lang="en", incidence_factor="2").metric[0].value == fitted


def test_three_scenarios_can_be_pinned_named_and_taken_off(open_page):
    app = open_page("scenarios", lang="en")
    assert app.button(key="pin_scenario").disabled
    for preset in ("members_leave", "longer_delay", "fast_growth"):
        choose(app, preset)
        app.button(key="pin_scenario").click().run()
    assert app.button(key="pin_scenario").disabled
    pinned = [button.key for button in app.button if (button.key or "").startswith("unpin_")]
    assert pinned == ["unpin_Members leave", "unpin_Longer delay", "unpin_Fast growth"]
    app.text_input(key="scenario_pin_name").set_value("Mine [x]").run()
    app.button(key="unpin_Longer delay").click().run()
    app.button(key="pin_scenario").click().run()
    assert app.button(key="unpin_Mine [x]").label == "Remove `Mine [x]`"
    assert not app.exception


@pytest.mark.parametrize("language", LANGUAGES)
def test_pins_are_in_the_address_and_come_back_from_it(open_page, language):
    tr = Translator(language)
    app = open_page("scenarios", lang=language)
    for preset in ("members_leave", "no_pandemic"):
        choose(app, preset)
        app.button(key="pin_scenario").click().run()
    address = {name: app.query_params[name] for name in app.query_params}
    assert address["pin_1"] == "extra_exits_per_year~0.5"
    assert address["pin_2"] == "pandemic~no"
    again = open_page("scenarios", **address)
    for preset in ("members_leave", "no_pandemic"):
        assert again.button(key=f"unpin_{tr.t(f'preset.{preset}')}")
    app.button(key=f"unpin_{tr.t('preset.members_leave')}").click().run()
    assert app.query_params["pin_1"] == "pandemic~no"
    assert "pin_2" not in app.query_params


def test_pins_stay_when_the_scenario_goes_back_to_the_fitted_one(open_page):
    app = choose(open_page("scenarios", lang="en"), "more_illness")
    app.button(key="pin_scenario").click().run()
    choose(app, "fitted")
    assert app.query_params["pin_1"] == "incidence_factor~1.2"
    assert app.query_params["schema_version"] == "3"
    app.switch_page("pages/growth.py").run()
    app.switch_page("pages/scenarios.py").run()
    assert app.button(key="unpin_More illness")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_pin_of_a_link_gets_wrong_is_named_and_the_rest_is_drawn(open_page, language):
    bad = {"pin_1": "delay_days~9999~pandemic~no", "pin_1_name": "<b>A</b>", "pin_2": "colour~red"}
    app = open_page("scenarios", lang=language, **bad)
    sentence = captions(app)
    for part in ("`delay_days` = `9999`", "`colour` = `red`", "`pin_1`", "`pin_2`"):
        assert part in sentence
    assert [b.key for b in app.button if (b.key or "").startswith("unpin_")] == ["unpin_<b>A</b>"]
    assert app.query_params["pin_1"] == "pandemic~no"


def test_an_opened_link_restores_the_scenario(open_page):
    app = open_page(
        "scenarios", lang="en", schema_version="2", older_years="5", pandemic="no", trend="auto"
    )
    sentence = steady_state(older_years=5, pandemic=False)
    assert app.metric[2].value == EN.rmb(sentence.q50)
    assert app.metric[2].delta == EN.span(sentence.q10, sentence.q90)
    app.button_group(key="scenario_group").set_value("past").run()
    assert not app.toggle(key="scenario_pandemic").value


def test_what_a_link_gets_wrong_is_named_until_the_reader_chooses(open_page):
    app = open_page("scenarios", lang="en", delay_days="9999", growth_per_period="0.03", hue="1")
    assert "`delay_days` = `9999`" in captions(app)
    assert "`hue`" in captions(app)
    assert "Growth from now on: 3%" in [button.label for button in app.button]
    choose(app, "fitted")
    assert "9999" not in captions(app)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stale_link_shows_then_and_now_until_the_picture_changes(open_page, language):
    tr = Translator(language)
    stale = {"model_version": "1.0", "data_version": "2025.01+0", "steady_state_then": "4_5_6"}
    of_model_1 = {"schema_version": "2", "held_share": "auto", "aid_drift": "auto", "trend": "auto"}
    app = open_page("scenarios", lang=language, incidence_factor="1.2", **of_model_1, **stale)
    assert "held_share" not in captions(app)
    (box,) = app.info
    now = tr.rmb(steady_state(incidence_factor=1.2).q50)
    for part in (
        tr.t("link.moved_title"),
        "`1.0`",
        f"`{MODEL_VERSION}`",
        "`2025.01+0`",
        tr.rmb(5.0),
        now,
    ):
        assert part in box.value
    choose(app, "fitted")
    assert not app.info


def test_a_link_of_today_says_nothing(open_page):
    address = {"incidence_factor": "1.2", "steady_state_then": "4_5_6"}
    versions = {"model_version": MODEL_VERSION, "data_version": load_disclosures().data_version}
    assert not open_page("scenarios", lang="en", **address, **versions).info


def test_a_stop_before_the_launch_is_explained(open_page):
    app = open_page("scenarios", lang="en", enrolment_stops_on="2017-01-14")
    assert app.error
    assert "28 October 2018" in app.error[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_too_little_data_is_a_stated_refusal_and_keeps_the_scenario(open_page, language):
    tr = Translator(language)
    app = open_page("scenarios", lang=language, as_of="2019-01-28", older_years="5")
    (refusal,) = app.warning
    assert tr.t("state.refused_title") in refusal.value
    app.selectbox(key="as_of").select("2021-12-14").run()
    assert tr.t("preset_note.older_pool") in captions(app)


def test_scenarios_of_ones_own_are_numbered(open_page):
    app = open_page("scenarios", lang="en")
    for value in (1.3, 1.4):
        app.slider(key="scenario_incidence_factor").set_value(value).run()
        app.button(key="pin_scenario").click().run()
    pinned = [button.label for button in app.button if (button.key or "").startswith("unpin_")]
    assert pinned == ["Remove `Your scenario`", "Remove `Your scenario 2`"]
