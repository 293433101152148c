"""The scenario lab and its links as a reader uses them, over the restart of a server too."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

from playwright.sync_api import Page, expect

from forecasting.assumptions.links import LINK_KEYS, PIN_KEYS
from forecasting.assumptions.scenario import OLD_NAMES
from forecasting.assumptions.table import ASSUMPTION_BY_NAME
from locales import Translator
from tests.browser.conftest import Visit, when_idle

EN = Translator("en")
LINES = (
    "() => [...document.querySelectorAll('.js-plotly-plot .scatterlayer path.js-line')]"
    ".map((path) => path.getAttribute('d'))"
)


def metric(page: Page, position: int) -> str:
    return page.get_by_test_id("stMetricValue").nth(position).inner_text()


def lines_drawn(page: Page) -> list[str]:
    when_idle(page)
    return list(page.evaluate(LINES))


DRAWER_IS_AWAY = (
    "() => document.querySelector('[data-testid=stSidebar]').getBoundingClientRect().right <= 0"
)


def wait_for_address(page: Page, part: str) -> None:
    page.wait_for_url(lambda url: part in url)


def choose(page: Page, preset: str) -> None:
    page.locator(".st-key-bench_presets").get_by_text(EN.t(f"preset.{preset}"), exact=True).click()
    expect(page.get_by_test_id("stMain")).to_contain_text(EN.t(f"preset_note.{preset}"))
    when_idle(page)


def link_of(page: Page) -> str:
    field = page.get_by_label(EN.t("link.label"))
    before = field.input_value()
    page.get_by_role("button", name=EN.t("link.button")).click()
    expect(field).not_to_have_value(before)
    return field.input_value()


def at(server: str, link: str, **changes: str) -> str:
    """A link moved to another server, with some of its parameters changed."""
    parts = urlsplit(link)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changes
    return f"{server}{parts.path}?{urlencode(query)}"


def test_a_slider_moves_number_chart_and_address_and_a_link_brings_all_back(
    server: str, fresh_server: str, visit: Visit
):
    page = when_idle(visit(f"{server}/scenarios?lang=en"))
    fitted = metric(page, 2)
    slider = page.get_by_role("slider", name=EN.t("assumption.incidence_factor"))
    slider.focus()
    slider.press("ArrowRight")
    slider.press("ArrowRight")
    wait_for_address(page, "incidence_factor=1.1")
    expect(page.get_by_test_id("stMetricValue").nth(2)).not_to_have_text(fitted)
    expect(page.get_by_test_id("stMain")).to_contain_text("Illness from now on: 1.1")
    numbers = [metric(page, position) for position in range(3)]
    shown = lines_drawn(page)
    link = link_of(page)
    sentence = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert set(ASSUMPTION_BY_NAME) <= set(sentence)
    pins = {key for keys in PIN_KEYS for key in keys}
    assert set(sentence) == LINK_KEYS - pins - set(OLD_NAMES) | {"lang", "as_of"}
    for address in (page.url, link):
        again = when_idle(visit(at(fresh_server, address)))
        assert [metric(again, position) for position in range(3)] == numbers
        assert lines_drawn(again) == shown
        assert again.get_by_test_id("stAlert").count() == 0


def test_a_preset_is_taken_and_survives_pages_and_languages(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/scenarios?lang=en"))
    choose(page, "older_pool")
    wait_for_address(page, "older_years=5")
    wanted = metric(page, 2).split()[0]
    page.get_by_role("link", name=EN.t("page.steady_state.menu")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EN.t("page.steady_state.title"))
    when_idle(page).get_by_role("link", name=EN.t("page.scenarios.menu")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EN.t("page.scenarios.title"))
    wait_for_address(page, "older_years=5")
    when_idle(page).get_by_role("button", name="中文").click()
    zh = Translator("zh")
    expect(page.get_by_test_id("stMain")).to_contain_text(zh.t("preset_note.older_pool"))
    expect(page.get_by_test_id("stMetricValue").nth(2)).to_have_text(f"{wanted}元")


def test_a_pinned_scenario_stays_on_the_chart_until_it_is_removed(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/scenarios?lang=en"))
    choose(page, "members_leave")
    page.get_by_label(EN.t("scenarios.pin_name")).fill("Exodus")
    page.get_by_label(EN.t("scenarios.pin_name")).press("Enter")
    page.get_by_role("button", name=EN.t("scenarios.pin")).click()
    remove = page.get_by_role("button", name="Remove Exodus")
    expect(remove).to_be_visible()
    choose(page, "longer_delay")
    legend = page.locator(".js-plotly-plot .annotation-text")
    expect(legend.filter(has_text="Exodus")).to_have_count(1)
    remove.click()
    expect(legend.filter(has_text="Exodus")).to_have_count(0)


def test_two_pins_travel_in_the_link_to_a_fresh_server_in_either_language(
    server: str, fresh_server: str, visit: Visit
):
    page = when_idle(visit(f"{server}/scenarios?lang=en"))
    legend = page.locator(".js-plotly-plot .annotation-text")
    for preset, name in (("members_leave", "Exodus"), ("longer_delay", "慢<b>s</b>")):
        choose(page, preset)
        page.get_by_label(EN.t("scenarios.pin_name")).fill(name)
        page.get_by_label(EN.t("scenarios.pin_name")).press("Enter")
        page.get_by_role("button", name=EN.t("scenarios.pin")).click()
        expect(legend.filter(has_text=name)).to_have_count(1)
    choose(page, "older_pool")
    wait_for_address(page, "pin_2=")
    shown, numbers = lines_drawn(page), [metric(page, position) for position in range(3)]
    link = link_of(page)
    for address in (link, page.url):
        again = when_idle(visit(at(fresh_server, address)))
        assert lines_drawn(again) == shown
        assert [metric(again, position) for position in range(3)] == numbers
    chinese = when_idle(visit(at(fresh_server, link, lang="zh")))
    assert len(lines_drawn(chinese)) == len(shown)
    for name in ("Exodus", "慢<b>s</b>"):
        expect(
            chinese.locator(".js-plotly-plot .annotation-text").filter(has_text=name)
        ).to_have_count(1)
    assert chinese.get_by_test_id("stAlert").count() == 0


def test_a_link_of_the_insurance_page_says_every_input(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/insurance?lang=en&section=level&insured_age=47"))
    sentence = {name: values[0] for name, values in parse_qs(urlsplit(link_of(page)).query).items()}
    asked = {"insured_age": "47", "sex": "male", "interest": "0.025", "section": "level"}
    assert sentence.items() >= asked.items()


def test_a_link_of_other_versions_shows_then_and_now_on_any_page(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/steady_state?lang=en"))
    stale = at(
        server, link_of(page), model_version="0.9", steady_state_then="4.0_5.0_6.0", pandemic="no"
    )
    page = when_idle(visit(stale))
    box = page.get_by_test_id("stAlert")
    expect(box).to_contain_text(EN.t("link.moved_title"))
    for part in ("0.9", "5.00 RMB", "4.00 to 6.00"):
        expect(box).to_contain_text(part)
    page.get_by_role("link", name=EN.t("page.scenarios.menu")).click()
    expect(page.get_by_test_id("stMain")).to_contain_text(EN.t("preset_note.no_pandemic"))
    expect(page.get_by_test_id("stAlert")).to_contain_text("5.00 RMB")
    choose(page, "fitted")
    expect(page.get_by_test_id("stAlert")).to_have_count(0)


def test_what_a_link_gets_wrong_is_named_and_its_old_names_are_read(server: str, visit: Visit):
    address = "schema_version=1&growth_per_period=0.03&delay_days=9999&colour=red"
    page = when_idle(visit(f"{server}/scenarios?lang=en&{address}"))
    main = page.get_by_test_id("stMain")
    for sentence in (
        "delay_days = 9999",
        "Allowed: 30 to 500.",
        "does not know",
        "Growth from now on: 3%",
    ):
        expect(main).to_contain_text(sentence)
    expect(main).to_contain_text(EN.t("preset_note.fast_growth"))
    page.get_by_role("slider", name=EN.t("assumption.incidence_factor")).press("ArrowRight")
    wait_for_address(page, "incidence_factor=1.05")
    expect(main).not_to_contain_text("delay_days = 9999")


def test_a_link_copied_anew_follows_a_slider(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/scenarios?lang=en"))
    link_of(page)
    page.get_by_role("slider", name=EN.t("assumption.incidence_factor")).press("ArrowRight")
    wait_for_address(page, "incidence_factor=1.05")
    # The address moves at once, the page once the server has answered.
    expect(page.get_by_test_id("stMain")).to_contain_text("Illness from now on: 1.05")
    assert "incidence_factor=1.05" in link_of(page)


def test_a_step_of_the_calculation_moves_answers_tornado_and_address(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/steady_state?lang=en"))
    before, shown = metric(page, 1), lines_drawn(page)
    aid = page.get_by_test_id("stNumberInput").filter(has_text=EN.t("input.mean_aid"))
    aid.get_by_test_id("stNumberInputStepUp").click()
    wait_for_address(page, "mean_aid=")
    expect(page.get_by_test_id("stMetricValue").nth(1)).not_to_have_text(before)
    assert len(lines_drawn(page)) == len(shown)
    numbers = page.get_by_test_id("stMetricValue").all_inner_texts()
    again = when_idle(visit(page.url))
    expect(again.get_by_test_id("stMetricValue")).to_have_text(numbers)


def test_the_link_is_copied_and_can_be_copied_by_hand(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/?lang=en", width=390, height=844))
    link = link_of(page)
    assert link.startswith(f"{server}/?lang=en")
    expect(page.get_by_text(EN.t("link.copied"))).to_be_visible()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(); }")
    page.get_by_role("button", name=EN.t("link.button")).click()
    field = page.get_by_label(EN.t("link.label"))
    expect(field).to_be_visible()
    field.focus()
    assert field.evaluate("(f) => f.selectionEnd - f.selectionStart") == len(link)


def test_the_drawer_of_a_phone_closes_after_a_choice_and_back_takes_one_press(
    server: str, visit: Visit
):
    page = when_idle(visit(f"{server}/?lang=en", width=390, height=844))
    page.get_by_test_id("stExpandSidebarButton").click()
    menu = page.get_by_test_id("stSidebarNav").get_by_role("link")
    menu.filter(has_text=EN.t("page.my_share.menu")).click()
    page.wait_for_function(DRAWER_IS_AWAY)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text(EN.t("page.my_share.title"))
    people = page.get_by_test_id("stNumberInput")
    people.get_by_test_id("stNumberInputStepUp").click()
    wait_for_address(page, "people=2")
    page.go_back()
    expect(title).to_have_text(EN.t("page.answer.title"))
