"""What readers do: look, switch, choose a day, follow links, save files."""

from __future__ import annotations

import io
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.server import ROOT
from charts.style.exports import EXPORT_SIZE
from locales import LANGUAGES, Translator
from tests.browser.conftest import Visit, when_idle
from ui.registry import PAGES

TEXTS = (
    "[data-testid=stCaptionContainer] p",
    "[data-testid=stMarkdown] p",
    ".js-plotly-plot .xtick text, .js-plotly-plot .ytick text",
    ".js-plotly-plot .gtitle, .js-plotly-plot .annotation-text",
    ".js-plotly-plot .legendtext",
)
EN = Translator("en")
CONTRAST_OF_TEXT = """
(selector) => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], below) =>
    [r, g, b].map((c, i) => a * c + (1 - a) * below[i]);
  const luminance = (rgb) => rgb.map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = channels(getComputedStyle(document.querySelector(".stApp")).backgroundColor);
  return Math.min(...[...document.querySelectorAll(selector)].map((element) => {
    const style = getComputedStyle(element);
    const ink = over(channels(element instanceof SVGElement ? style.fill : style.color), ground);
    const [light, dark] = [luminance(ink), luminance(ground)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }));
}
"""


def address_of(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def wait_for_address(page: Page, part: str) -> None:
    page.wait_for_url(lambda url: part in url)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_stands_out_in_both_themes(server: str, visit: Visit, theme):
    """WCAG 1.4.3: at least 4.5:1."""
    page = when_idle(visit(f"{server}/?lang=en", theme=theme))
    contrasts = {text: page.evaluate(CONTRAST_OF_TEXT, text) for text in TEXTS}
    assert {text: ratio for text, ratio in contrasts.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("embedded", ["", "&embed=true"])
def test_a_chart_takes_the_ink_of_the_theme_that_the_browser_changes_to(
    server: str, visit: Visit, embedded
):
    page = when_idle(visit(f"{server}/?lang=en{embedded}"))
    page.emulate_media(color_scheme="dark")
    ticks = page.locator(".js-plotly-plot .xtick text").first
    expect(ticks).to_have_css("fill", "rgb(250, 250, 250)")
    assert page.evaluate(CONTRAST_OF_TEXT, TEXTS[2]) >= 4.5


def test_every_chart_has_a_text_that_states_its_finding(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/?lang=en"))
    figure = page.get_by_role("figure").first
    expect(figure).to_have_attribute("aria-label", re.compile("4.86 RMB"))


def test_the_day_lives_in_the_address_and_survives_a_reload(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/?lang=en"))
    page.get_by_role("button", name="Show the full record").click()
    wait_for_address(page, "as_of=2021-12-14")
    expect(page.get_by_test_id("stMain")).to_contain_text("Nothing came after this day")
    page.reload()
    expect(when_idle(page).get_by_test_id("stMain")).to_contain_text("Nothing came after this day")
    page.get_by_role("button", name="Back to 28 October 2020").click()
    expect(page.get_by_test_id("stMain")).to_contain_text("What came: 25 more shares")
    assert "as_of" not in address_of(page)


def test_language_and_day_follow_from_page_to_page_and_back(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/?lang=en&as_of=2020-12-28"))
    page.get_by_role("button", name="中文").click()
    wait_for_address(page, "lang=zh")
    tr = Translator("zh")
    expect(page.get_by_role("heading", level=1)).to_have_text(tr.t("page.answer.title"))
    page.get_by_role("link", name=tr.t("page.steady_state.menu")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(tr.t("page.steady_state.title"))
    wait_for_address(page, "lang=zh")
    assert address_of(page) == {"lang": ["zh"], "as_of": ["2020-12-28"]}
    expect(page.get_by_test_id("stMain")).to_contain_text("2020年12月28日")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(tr.t("page.answer.title"))


@pytest.mark.parametrize(("locale", "language"), [("zh-CN", "zh"), ("en-US", "en"), ("fr", "en")])
def test_the_browsers_language_is_spoken_unless_the_address_says_otherwise(
    server: str, visit: Visit, locale, language
):
    page = when_idle(visit(server, locale=locale))
    title = Translator(language).t("page.answer.title")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_what_the_address_gets_wrong_is_named(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/steady_state?lang=en&as_of=2020-11-03&fee=9&colour=red"))
    main = page.get_by_test_id("stMain")
    for wording in ("not a settlement day", "does not know", "not a number from 0 – 1"):
        expect(main).to_contain_text(wording)
    expect(main).to_contain_text("This page stands on 28 October 2020")


def test_a_day_with_too_little_data_is_refused_in_words(server: str, visit: Visit):
    page = visit(f"{server}/?lang=en&as_of=2019-01-28")
    expect(page.get_by_role("alert")).to_contain_text("Too little was known")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_inputs_of_the_calculation_live_in_the_address(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/steady_state?lang=en"))
    fee = page.get_by_label("Management fee", exact=True)
    fee.fill("0.10")
    fee.press("Enter")
    wait_for_address(page, "fee=0.1")
    expect(page.get_by_test_id("stMetric").nth(1)).to_contain_text("5.116 RMB")
    page.reload()
    expect(when_idle(page).get_by_test_id("stMetric").nth(1)).to_contain_text("5.116 RMB")


MOST_TABS = 80
FOCUSED = """
() => {
  let element = document.activeElement;
  while (element && element.shadowRoot) element = element.shadowRoot.activeElement;
  // The page's own frame takes the focus too; its text is that of all controls.
  if (!element || element.matches("main, body")) return "";
  return (element.innerText || element.ariaLabel || "").trim();
}
"""


def tabbed_until(page: Page, wanted: str) -> list[str]:
    """What Tab reaches from the top of the page, up to the control of that name."""
    page.locator("body").press("Tab")
    reached: list[str] = []
    for _ in range(MOST_TABS):
        reached.append(page.evaluate(FOCUSED))
        if wanted in reached[-1].splitlines():
            return reached
        page.keyboard.press("Tab")
    pytest.fail(f"{MOST_TABS} tabs do not reach {wanted!r}, only {reached}")


def test_the_keyboard_alone_reaches_language_menu_and_files(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/?lang=en"))
    expect(page.get_by_role("button", name="SVG", exact=True).first).to_be_visible()
    reached = tabbed_until(page, EN.t("share.button"))
    assert {"中文", "CSV", "PNG", "SVG"} <= set(reached)
    for wanted in (*(EN.t(f"page.{spec.key}.menu") for spec in PAGES), EN.t("link.button")):
        assert any(wanted in text for text in reached)


def test_the_keyboard_alone_moves_a_slider_and_the_sentence_follows(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/scenarios?lang=en"))
    paragraphs = page.get_by_test_id("stMain").locator("[data-testid=stMarkdown] p")
    sentence = paragraphs.filter(has=page.locator("strong")).first
    before = sentence.inner_text()
    tabbed_until(page, EN.t("assumption.incidence_factor"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(sentence).not_to_have_text(before)
    wait_for_address(page, "incidence_factor=")


def save(page: Page, label: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).first.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_png_arrives_opens_and_is_drawn_on_white_in_the_dark_theme_too(
    server: str, visit: Visit, tmp_path
):
    page = when_idle(visit(f"{server}/?lang=zh", theme="dark"))
    path = save(page, "PNG", tmp_path)
    assert path.name == "xianghubao-share-forecast-as-of-2020-10-28.png"
    with Image.open(path) as image:
        assert image.size == (2 * EXPORT_SIZE[0], 2 * EXPORT_SIZE[1])
        colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
    assert colours is not None
    assert max(colours, key=lambda counted: counted[0])[1] == (255, 255, 255)
    assert len(colours) > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_svg_arrives_with_title_source_and_every_label_whole(
    server: str, visit: Visit, tmp_path, language
):
    page, tr = when_idle(visit(f"{server}/?lang={language}")), Translator(language)
    path = save(page, "SVG", tmp_path)
    texts = [
        "".join(element.itertext())
        for element in ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}text")
    ]
    together = "\n".join(texts)
    for wanted in ("chart.plan", "chart.source", "axis.rmb", "term.dilution", "chart.credit"):
        assert tr.t(wanted) in together
    whole = path.read_text(encoding="utf-8")
    for element in ("title", "desc"):
        assert re.search(f"<{element}[^>]*>[^<]*4.86", whole)
    drawing = visit(path.as_uri(), width=EXPORT_SIZE[0], height=EXPORT_SIZE[1])
    outside = drawing.evaluate(
        "([width, height]) => [...document.querySelectorAll('text')].filter((text) => {"
        " const box = text.getBoundingClientRect(); return box.width > 0 && (box.left < 0 ||"
        " box.top < 0 || box.right > width || box.bottom > height) }).map((t) => t.textContent)",
        list(EXPORT_SIZE),
    )
    assert outside == []


def test_csv_holds_exactly_what_is_drawn(server: str, visit: Visit, tmp_path):
    page = when_idle(visit(f"{server}/?lang=en"))
    path = save(page, "CSV", tmp_path)
    assert path.name == "xianghubao-share-forecast-as-of-2020-10-28.csv"
    table = pd.read_csv(io.BytesIO(path.read_bytes()), encoding="utf-8-sig")
    expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
    page.get_by_text(EN.t("chart.table", rows=len(table)), exact=True).click()
    expect(page.get_by_test_id("stDataFrame")).to_be_visible()
    disclosed = table.set_index("Settlement")["Disclosed (RMB)"].dropna()
    assert disclosed["2020-10-28"] == 4.86
    known = pd.read_csv(ROOT / "data" / "observations.csv")
    ledger = known[
        (known["source_id"] == "ledger2021")
        & (known["quantity"] == "share")
        & (known["period_end"] > "2020-10-28")
    ].sort_values("period_end")
    assert len(ledger) == 24
    # The last one is shenlanbao202111's: the ledger ends before it.
    assert table["Came later (RMB)"].dropna().tolist() == [*ledger["value"], 6.96]
