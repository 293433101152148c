"""A chart's English title is one sentence: what follows the plan's name begins small."""

from __future__ import annotations

import calendar

import pytest

from tests.unit.charts.test_charts import CHARTS, draw

# Names, also the one that a reader gives a scenario.
NAMES = {"More", "Waterdrop's", "RMB", *calendar.month_name, *calendar.month_abbr}


@pytest.mark.parametrize("name", CHARTS)
def test_no_capital_stands_within_a_title_but_of_a_name(name):
    words = draw(name, "en").title.partition(": ")[2].split()
    assert [word for word in words if word[0].isupper() and word.strip(":,;") not in NAMES] == []
