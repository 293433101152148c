"""What a journalist does: save every file of a chart, open it, embed the chart elsewhere."""

from __future__ import annotations

import io
import json
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from playwright.sync_api import FrameLocator, Locator, Page, expect

from benchmarks.server import HOST
from charts import answer as fan
from charts.style.chart import Chart
from charts.style.exports import EXPORT_SIZE, for_export
from charts.style.offline import offline_page
from forecasting import MODEL_VERSION
from locales import LANGUAGES, Translator
from tests.browser.conftest import Visit, when_idle
from tests.helpers import synthetic
from ui.export import rendering

BASE = "xianghubao-share-forecast-as-of-2020-10-28"
SVG = "{http://www.w3.org/2000/svg}"
PHONE_WIDTH = 390


def texts_of(svg: bytes) -> str:
    root = ElementTree.fromstring(svg)
    return "\n".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))


def fan_chart(tr: Translator) -> Chart:
    return fan.fan_chart(
        synthetic.forecast(),
        synthetic.track_record().frame,
        synthetic.published_forecasts(),
        tr,
        synthetic.STAMP,
    )


def save(button: Locator, page: Page, folder: Path) -> Path:
    with page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def open_popover(page: Page, tr: Translator) -> Locator:
    page.get_by_role("button", name=tr.t("share.button"), exact=True).first.click()
    kit = page.get_by_role("button", name=re.compile(re.escape(tr.t("share.kit"))))
    expect(kit).to_be_visible()
    return kit


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_server_draws_png_and_svg_with_title_and_source(chromium, monkeypatch, language):
    monkeypatch.setenv("BROWSER_PATH", chromium)
    rendering.chrome.cache_clear()
    tr = Translator(language)
    chart = fan_chart(tr)
    shown = rendering.draw_images(for_export(chart))
    with Image.open(io.BytesIO(shown["png"])) as image:
        assert image.format == "PNG"
        assert image.size == (2 * EXPORT_SIZE[0], 2 * EXPORT_SIZE[1])
    texts = texts_of(shown["svg"])
    for wanted in (chart.title, chart.notes[0], tr.t("axis.rmb")):
        assert wanted in texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_file_of_a_chart_arrives_and_opens(server: str, visit: Visit, tmp_path, language):
    tr = Translator(language)
    page = when_idle(visit(f"{server}/?lang={language}"))
    saved = {
        kind: save(page.get_by_role("button", name=kind.upper(), exact=True).first, page, tmp_path)
        for kind in ("csv", "png", "svg")
    }
    kit = save(open_popover(page, tr), page, tmp_path)
    assert [path.name for path in saved.values()] == [f"{BASE}.{kind}" for kind in saved]
    assert kit.name == f"{BASE}.zip"
    with zipfile.ZipFile(kit) as archive:
        content = {Path(name).name: archive.read(name) for name in archive.namelist()}
    assert content[f"{BASE}.csv"] == saved["csv"].read_bytes()
    for picture in (saved["png"].read_bytes(), content[f"{BASE}.png"]):
        with Image.open(io.BytesIO(picture)) as image:
            assert image.size == (2 * EXPORT_SIZE[0], 2 * EXPORT_SIZE[1])
    for drawing in (saved["svg"].read_bytes(), content[f"{BASE}.svg"]):
        assert tr.t("chart.plan") in texts_of(drawing)
        assert tr.t("chart.source") in texts_of(drawing)
    assert json.loads(content["scenario.json"])["as_of"] == "2020-10-28"
    assert tr.t("chart.plan") in content["README.txt"].decode("utf-8-sig")
    assert b"fan_chart(" in content["reproduce.py"]


def test_the_offline_page_draws_without_a_network(visit: Visit, tmp_path):
    tr = Translator("zh")
    chart = fan_chart(tr)
    path = tmp_path / chart.file_name("html")
    path.write_text(offline_page(chart, "zh"), encoding="utf-8")
    page = visit(path.as_uri())
    expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    expect(page.locator(".gtitle").first).to_contain_text(tr.t("chart.plan"))


def test_the_popover_cites_embeds_and_shows_code(server: str, visit: Visit):
    tr = Translator("en")
    page = when_idle(visit(f"{server}/steady_state?lang=en&fee=0.1"))
    open_popover(page, tr)
    body = page.get_by_test_id("stPopoverBody")
    for sentence in (
        "Licence: CC BY 4.0",
        f"{server}/steady_state?lang=en&",
        # The whole of what the chart rests on, versions too.
        "fee=0.1&",
        f"model_version={MODEL_VERSION}&",
        "as_of=2020-10-28",
        "@misc{xianghubao-steady-state-answers-as-of-2020-10-28",
        "embed=true&amp;chart=steady-state-answers",
        '"fee": 0.1',
        "estimates_chart(",
    ):
        expect(body).to_contain_text(sentence)


def test_the_buttons_under_a_chart_are_one_row_on_a_phone(server: str, visit: Visit):
    page = when_idle(visit(f"{server}/?lang=zh", width=PHONE_WIDTH, height=844))
    names = ("CSV", "PNG", "SVG", Translator("zh").t("share.button"))
    boxes = [
        page.get_by_role("button", name=name, exact=True).first.bounding_box() for name in names
    ]
    assert all(box is not None for box in boxes)
    tops = [box["y"] for box in boxes if box is not None]
    assert max(tops) - min(tops) < 8


@contextmanager
def another_site(folder: Path, address: str) -> Iterator[str]:
    """A page of another origin that shows ``address`` in a frame."""
    (folder / "index.html").write_text(
        f'<h1>News</h1><iframe src="{escape(address)}" width="600" height="500"></iframe>',
        encoding="utf-8",
    )
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer((HOST, 0), handler) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        try:
            yield f"http://{HOST}:{site.server_port}/index.html"
        finally:
            site.shutdown()
            thread.join()


def drawn_in(page: Page) -> FrameLocator:
    frame = page.frame_locator("iframe")
    expect(frame.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    return frame


@pytest.mark.parametrize(
    ("language", "theme", "path", "key", "title"),
    [
        ("en", "light", "", "answer", "chart.plan"),
        ("zh", "dark", "history", "history", "history.cap_title"),
    ],
)
def test_a_chart_shows_in_a_frame_of_another_site(
    fresh_server: str, visit: Visit, tmp_path, language, theme, path, key, title
):
    """On a server that nobody has visited yet."""
    tr = Translator(language)
    chart = "&chart=annual-total" if key == "history" else ""
    address = f"{fresh_server}/{path}?embed=true&lang={language}{chart}"
    with another_site(tmp_path, address) as site:
        page = visit(site, width=680, height=640, theme=theme)
        frame = drawn_in(page)
        expect(frame.locator(".gtitle").first).to_contain_text(tr.t(title, totals=""))
        expect(frame.locator(".js-plotly-plot")).to_have_count(1)
        expect(frame.get_by_test_id("stSidebar")).not_to_be_visible()
        for other in ("stMetric", "stButton", "stDownloadButton", "stPopover"):
            expect(frame.get_by_test_id(other)).to_have_count(0)
        link = frame.get_by_role("link", name=tr.t(f"page.{key}.title"))
        expect(link).to_have_attribute("target", "_blank")
        within = link.bounding_box()
        around = page.locator("iframe").bounding_box()
        assert within is not None
        assert around is not None
        assert within["y"] + within["height"] <= around["y"] + around["height"]
        whole = link.get_attribute("href")
    assert whole == f"{fresh_server}/{path}?lang={language}&as_of=2020-10-28"
