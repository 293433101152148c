"""What a reader waits for in a real Chromium: a control to a painted chart, a page to its headline.

Beside each figure stands its floor: the same for an app of one slider and one chart.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import chromium
from benchmarks.report import Section, percentile, shown, table
from benchmarks.server import serve
from forecasting.evaluation.bars import Bar

WAIT_MS = 60_000
MOVES, WARM_VISITS = 30, 5
MOST_TO_PAINT, MOST_WARM, MOST_COLD = 250.0, 2_000.0, 6_000.0
FLOOR_APP = """
import plotly.graph_objects as go
import streamlit as st

height = st.slider("height", 0.0, 10.0, 1.0, 0.05)
st.metric("height", height)
st.plotly_chart(go.Figure(go.Scatter(x=list(range(54)), y=[height * i for i in range(54)])))
"""
# From the event that the reader causes to the frame after the first chart has changed.
WATCH = """
([event, limit]) => {
  const drawn = () => {
    const plot = document.querySelector(".js-plotly-plot");
    const lines = plot && plot.querySelector(".cartesianlayer");
    return lines ? lines.innerHTML : "";
  };
  const before = drawn();
  window.painted = new Promise((resolve) => {
    document.addEventListener(event, () => {
      const start = performance.now();
      const look = () => {
        const now = drawn();
        if (now && now !== before) {
          requestAnimationFrame(() => resolve(performance.now() - start));
        } else if (performance.now() - start > limit) {
          resolve(null);
        } else {
          requestAnimationFrame(look);
        }
      };
      look();
    }, { capture: true, once: true });
  });
}
"""


def run(moves: int = MOVES) -> Section:
    """Measure and lay out. Raises FileNotFoundError where there is no Chromium."""
    program = chromium.find()
    if program is None:
        raise FileNotFoundError(f"none of {', '.join(chromium.NAMES)} is on the path")
    with sync_playwright() as playwright, serve() as app:
        browser = playwright.chromium.launch(executable_path=program, args=chromium.FLAGS)
        home = app.address
        cold = headline(browser, home)
        warm = [headline(browser, home) for _ in range(WARM_VISITS)]
        scenarios = times_to_paint(browser, f"{home}/scenarios?lang=en", press_slider, moves)
        steady = times_to_paint(browser, f"{home}/steady_state?lang=en", step_up, moves)
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "floor.py").write_text(FLOOR_APP, encoding="utf-8")
            with serve("floor.py", folder=Path(folder)) as floor:
                floor_cold = headline(browser, floor.address)
                floor_warm = [headline(browser, floor.address) for _ in range(WARM_VISITS)]
                bare = times_to_paint(browser, floor.address, press_slider, moves)
        browser.close()
    slider, step = percentile(scenarios, 95), percentile(steady, 95)
    bars = (
        Bar("scenarios: slider to painted chart, p95", slider, most=MOST_TO_PAINT, unit="ms"),
        Bar("steady state: step to painted chart, p95", step, most=MOST_TO_PAINT, unit="ms"),
        Bar("home: headline, warm server", statistics.median(warm), most=MOST_WARM, unit="ms"),
        Bar("home: headline, cold server", cold, most=MOST_COLD, unit="ms"),
    )
    note = (
        f"{moves} moves each to a value not seen before, after one that is not counted; from the "
        "key or click to the frame after the first chart has changed. Streamlit waits a while for "
        "a slider to come to rest before it asks the server, which is part of the floor: one "
        "slider, one metric and one chart of 54 points. Headline: address to first metric."
    )
    rows = [
        [
            "scenarios, slider",
            shown(statistics.median(scenarios), "ms"),
            shown(percentile(scenarios, 95), "ms"),
        ],
        [
            "steady state, step",
            shown(statistics.median(steady), "ms"),
            shown(percentile(steady, 95), "ms"),
        ],
        ["floor, slider", shown(statistics.median(bare), "ms"), shown(percentile(bare, 95), "ms")],
    ]
    visits = [
        ["home", shown(cold, "ms"), shown(statistics.median(warm), "ms")],
        ["floor", shown(floor_cold, "ms"), shown(statistics.median(floor_warm), "ms")],
    ]
    return Section(
        "Browser",
        bars,
        (
            note,
            table(["to a painted chart", "p50", "p95"], rows),
            table(["to the headline", "first visit", "later visits, median"], visits),
        ),
    )


@contextmanager
def window(browser: Browser) -> Iterator[Page]:
    """A page of a fresh context: nothing cached, no session."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    try:
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        yield page
    finally:
        context.close()


def headline(browser: Browser, address: str) -> float:
    """Milliseconds from the address to the first metric on the screen."""
    with window(browser) as page:
        start = time.perf_counter()
        page.goto(address)
        page.get_by_test_id("stMetricValue").first.wait_for(state="visible")
        return 1000 * (time.perf_counter() - start)


def times_to_paint(
    browser: Browser, address: str, move: Callable[[Page], None], moves: int
) -> list[float]:
    """Milliseconds of each move until the first chart is painted anew."""
    times = []
    with window(browser) as page:
        page.goto(address)
        at_rest(page)
        for _ in range(moves + 1):
            event = "click" if move is step_up else "keydown"
            page.evaluate(WATCH, [event, WAIT_MS])
            move(page)
            taken = page.evaluate("window.painted")
            if taken is None:
                raise RuntimeError(f"a move on {address} did not change its chart")
            times.append(float(taken))
            at_rest(page)
    return times[1:]


def at_rest(page: Page) -> None:
    """Wait until the script has run and the first chart is drawn."""
    page.locator("[data-test-script-state=notRunning]").wait_for(state="attached")
    page.locator(".js-plotly-plot .main-svg").first.wait_for(state="visible")


def press_slider(page: Page) -> None:
    """Move the first slider one step by its key."""
    page.get_by_role("slider").first.press("ArrowRight")


def step_up(page: Page) -> None:
    """Raise the mean aid of the calculation by one step."""
    inputs = page.get_by_test_id("stNumberInput").filter(has_text="Mean aid")
    inputs.get_by_test_id("stNumberInputStepUp").click()
