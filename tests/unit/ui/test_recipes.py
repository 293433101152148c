"""The code under a chart: what it says of assumptions and settings."""

from __future__ import annotations

import contextlib
import io

import forecasting
from charts.selection_lag.response import response_chart
from charts.style.chart import Stamp
from forecasting import Scenario
from forecasting.base.tabular import to_csv
from locales import Translator
from tests.helpers import synthetic
from ui.export.recipes import RECIPES, STEPS, Basis, snippet

FIXED = Scenario(delay_days=150, delay_family="lognormal", exit_rate_per_year=0.1)
BASIS = Basis("xianghubao", FIXED, "en", 30)


def test_fixed_assumptions_are_in_the_code_and_give_the_same_figures():
    record = forecasting.load_disclosures()
    fitted = forecasting.fit(record.as_of(synthetic.AS_OF), FIXED)
    stamp = Stamp(synthetic.AS_OF, record.data_version, forecasting.MODEL_VERSION)
    chart = response_chart(forecasting.selection_curves(fitted), Translator("en"), stamp)
    code = snippet(chart, BASIS)
    assert code is not None
    assert 'Scenario(delay_days=150.0, delay_family="lognormal", exit_rate_per_year=0.1)' in code
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        exec(compile(code, "reproduce.py", "exec"), {})
    assert stream.getvalue() == to_csv(chart.table)


def test_every_name_that_a_recipe_needs_is_defined():
    needed = {name for recipe in RECIPES.values() for name in recipe.needs}
    needed |= {name for step in STEPS.values() for name in step.needs}
    assert needed <= STEPS.keys()
