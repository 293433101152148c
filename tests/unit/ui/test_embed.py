"""Which chart of a page is embedded, and the element that embeds it."""

from __future__ import annotations

from datetime import date
from xml.etree import ElementTree

import pandas as pd
import plotly.graph_objects as go

from charts.style.chart import Chart
from ui.blocks.embed import CHART_HEIGHT, ROOM_FOR_LINK, collect_offers, offer, offering
from ui.export.sharing import iframe


def chart(stem: str, height: int = 460, title: str = "A title") -> Chart:
    figure = go.Figure(layout={"height": height})
    return Chart(figure, title, "", "", pd.DataFrame(), stem, date(2020, 10, 28))


def test_the_page_stops_at_the_chart_asked_for():
    reached = []
    with collect_offers("second") as offers:
        for stem in ("first", "second", "third"):
            offer(chart(stem))
            reached.append(stem)
    assert offers.chosen is not None
    assert offers.chosen.stem == "second"
    assert reached == ["first"]
    assert not offering()


def test_without_a_wish_the_first_is_taken_and_the_page_stops_there():
    reached = []
    with collect_offers(None) as offers:
        for stem in ("first", "second"):
            offer(chart(stem))
            reached.append(stem)
    assert offers.chosen is not None
    assert offers.chosen.stem == "first"
    assert reached == []


def test_an_unknown_wish_takes_nothing_and_knows_what_there_was():
    with collect_offers("third") as offers:
        offer(chart("first"))
        offer(chart("second"))
    assert offers.chosen is None
    assert list(offers.charts) == ["first", "second"]


def test_outside_an_embedded_page_nothing_is_collected():
    offer(chart("first"))
    assert not offering()


def test_the_frame_is_well_formed_whatever_title_and_address():
    text = iframe(chart("share", title='The "share" <b>'), 'https://example.org/?a=1&b="2"')
    element = ElementTree.fromstring(text)
    assert element.attrib["src"] == 'https://example.org/?a=1&b="2"'
    assert element.attrib["title"] == 'The "share" <b>'
    assert element.attrib["height"] == str(CHART_HEIGHT + ROOM_FOR_LINK)


def test_a_chart_of_many_bars_keeps_its_height():
    element = ElementTree.fromstring(iframe(chart("split", height=700), "https://example.org/"))
    assert element.attrib["height"] == str(700 + ROOM_FOR_LINK)
