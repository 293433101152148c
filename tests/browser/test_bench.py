"""Layout measured: the first screen, the bench's sliders, the replay."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from locales import LANGUAGES, Translator
from tests.browser.conftest import Visit, when_idle

PLOT = ".js-plotly-plot .nsewdrag"
SLIDERS = "[data-testid=stMain] .st-key-bench_controls input[type=range]"
TOPS = f"""
() => [...document.querySelectorAll("{SLIDERS}")].map((one) => {{
  const box = one.closest(".stSlider").getBoundingClientRect();
  return [box.left, box.top];
}})
"""
STILL = 2.0
STEPS = 3


def box(page: Page, selector: str) -> dict[str, float]:
    found = page.locator(selector).first.bounding_box()
    assert found is not None
    edges = {name: float(found[name]) for name in ("x", "y", "width", "height")}
    return edges | {"bottom": edges["y"] + edges["height"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_chart_is_on_the_first_screen_and_the_box_stays_away(
    server: str, visit: Visit, language
):
    tr = Translator(language)
    page = when_idle(visit(f"{server}/?lang={language}", height=800))
    assert box(page, PLOT)["bottom"] <= 800
    main = page.get_by_test_id("stMain")
    main.get_by_role("button", name=tr.t("first_visit.close")).click()
    expect(main.locator(".st-key-first_visit")).to_have_count(0)
    page.wait_for_function("() => document.cookie.includes('first_visit=over')")
    page.reload()
    when_idle(page)
    expect(main.get_by_text(tr.t("answer.afterwards_heading"))).to_be_visible()
    expect(main.locator(".st-key-first_visit")).to_have_count(0)
    phone = when_idle(visit(f"{server}/?lang={language}", width=390, height=844, theme="dark"))
    assert box(phone, ".js-plotly-plot")["y"] < 844 - 21
    assert phone.get_by_test_id("stMain").evaluate("(e) => e.scrollWidth") <= 390


def test_the_replay_moves_the_chart_alone_by_keys_and_by_itself(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/?lang=en"))
    title = page.locator(".js-plotly-plot .gtitle").first
    before = title.text_content()
    slider = page.locator(".st-key-replay_day input[type=range]")
    slider.focus()
    for _ in range(STEPS):
        slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "14 Sept 2020")
    expect(title).not_to_have_text(before or "")
    expect(page.get_by_test_id("stMain")).to_contain_text("As of 28 October 2020")
    # Once every day's chart is there, the browser draws a step itself: nothing of the plot is sent.
    page.wait_for_function("() => window.shareReplayDays?.size > 0 && window.Plotly")
    when_idle(page)
    drawn = title.text_content()
    slider.press("ArrowRight")
    page.wait_for_function(
        "(before) => document.querySelector('.gtitle').textContent !== before", arg=drawn
    )
    expect(slider).to_have_attribute("aria-valuetext", "28 Sept 2020")
    page.get_by_role("button", name="Play").click()
    expect(slider).to_have_attribute("aria-valuetext", re.compile("14 Oct 2020|28 Oct 2020"))
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Play")).to_be_visible()


@pytest.mark.parametrize(("language", "width"), [("en", 1280), ("zh", 1280), ("zh", 390)])
def test_every_slider_stands_beside_its_chart_and_nothing_jumps(
    server: str, visit: Visit, language, width
):
    page = when_idle(visit(f"{server}/scenarios?lang={language}", width=width, height=800))
    sliders = page.locator(SLIDERS)
    last = sliders.last
    last.scroll_into_view_if_needed()
    chart = box(page, PLOT)
    assert chart["y"] >= 0
    assert chart["y"] + min(chart["height"], 120) <= 800
    first = sliders.first
    first.scroll_into_view_if_needed()
    first.focus()
    started, value = page.evaluate(TOPS), float(first.input_value())
    step = float(first.get_attribute("step") or "nan")
    for done in range(1, STEPS + 1):
        page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile(re.escape(f"incidence_factor={value + done * step:.12g}")))
        when_idle(page)
        assert first.evaluate("(e) => document.activeElement === e")
        moved = page.evaluate(TOPS)
        assert (
            max(
                abs(a - b)
                for old, new in zip(started, moved, strict=True)
                for a, b in zip(old, new, strict=True)
            )
            <= STILL
        )
    assert float(first.input_value()) == pytest.approx(value + STEPS * step)
