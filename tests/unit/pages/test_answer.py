"""The home page's sentences and the names on its chart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from charts.style.labels import GAP_PIXELS, LINE_PIXELS, Label, end_labels
from forecasting import Forecast, fit, load_disclosures
from forecasting.evaluation.backtest import FIRST_LATE_ORIGIN
from forecasting.explain.account import Member, share_draws
from forecasting.explain.foreseen import foreseen_and_came
from locales import LANGUAGES, Translator
from sentences import answer
from tests.helpers import synthetic

EN = Translator("en")
RECORD = load_disclosures()
DRAWS = {
    day: share_draws(RECORD, fit(RECORD.as_of(day)), horizon=30, paths=200)
    for day in (date(2020, 10, 28), RECORD.last_settlement)
}
THEN, NOW = DRAWS.values()


def with_dilution(factor: float) -> Forecast:
    """The synthetic forecast with its dilution on the last day times ``factor``."""
    built = synthetic.forecast()
    columns = [f"dilution_{key}" for key in synthetic.SPREAD]
    periods = built.periods.copy()
    last = periods["date"] == "2020-10-28"
    periods.loc[last, columns] = factor * periods.loc[last, columns]
    periods.loc[last, "dilution_q10"] -= 0.2
    periods.loc[last, "dilution_q90"] += 0.2
    return replace(built, periods=periods)


@pytest.mark.parametrize("language", LANGUAGES)
def test_dilution_is_told_at_its_height_and_on_the_day(language):
    tr, forecast = Translator(language), with_dilution(1.0)
    rows = forecast.periods.set_index("date")
    sentence = answer.dilution(forecast, tr)
    for day in ("2019-09-28", "2020-10-28"):
        assert tr.rmb(rows.loc[day, "dilution_q50"]) in sentence
    assert tr.rmb(forecast.steady_state.q50) in sentence


def test_what_members_who_left_added_is_told_as_that_with_its_sides_in_order():
    sentence = answer.dilution(with_dilution(-1.0), EN)
    assert "above its own level" in sentence
    low, high = sentence.partition("stood")[2].split("(")[1].split(")")[0].split(" to ")
    assert 0 < float(low) <= float(high)


def test_nothing_is_said_of_the_day_after_the_last():
    assert answer.afterwards(synthetic.AS_OF, with_dilution(-1.0), EN) == ""


def test_afterwards_names_when_the_dilution_was_gone():
    full = with_dilution(-1.0)
    sentence = answer.afterwards(date(2020, 6, 28), full, EN)
    assert "October 2020" in sentence
    row = full.periods[full.periods["date"] == "2020-10-28"].iloc[0]
    assert EN.rmb(-row["dilution_q50"]) in sentence


@pytest.mark.parametrize(
    ("came", "words"),
    [
        (6.0, "6.00 RMB, inside"),
        (7.6, "7.60 RMB, just above"),
        (9.0, "9.00 RMB, above"),
        (4.7, "4.70 RMB, just below"),
        (2.0, "2.00 RMB, below"),
    ],
)
def test_how_sure_names_the_interval_and_where_what_came_lay(came, words):
    forecast, track = synthetic.forecast(), synthetic.track_record((came,))
    end = forecast.periods["date"].iloc[-1]
    track = replace(track, frame=track.frame.assign(date=end))
    sentence = answer.how_sure(forecast, EN, track)
    assert sentence.startswith("**How sure:** an 80% chance of 4.80 to 7.50 RMB")
    assert words in sentence
    assert f"{track.inside_80} of 1 later shares fell inside" in sentence


def test_how_sure_speaks_of_the_day_of_the_verdict_alone():
    sentence = answer.how_sure(synthetic.forecast(), EN, synthetic.track_record())
    assert "actual" not in sentence
    assert "2 of 3 later shares fell inside" in sentence
    alone = answer.how_sure(synthetic.forecast(), EN)
    assert sentence.startswith(alone)
    assert answer.how_sure(synthetic.forecast(), EN, synthetic.track_record(())) == alone


def test_coverage_of_all_days_stands_beside_the_late_one():
    backtest = synthetic.backtest()
    sentence = answer.coverage(backtest, FIRST_LATE_ORIGIN, "track_record", EN)
    table = backtest.summary().set_index("model")
    held = EN.percent(table.loc[backtest.headline_model, "coverage_80"])
    assert held in sentence
    assert held in answer.tested(backtest, EN)


def test_what_was_foreseen_covers_the_same_settlements_as_what_came():
    told = foreseen_and_came(THEN, NOW, Member(date(2019, 6, 1)))
    assert told.settlements == 27
    assert told.is_whole
    assert told.came is not None
    assert told.foreseen is not None
    assert told.paid is not None
    # All but the last two of them are on record.
    known = NOW.disclosed[[day > THEN.as_of for day in NOW.dates]]
    disclosed = float(known[known > 0].sum())
    assert disclosed < told.came.q10 < told.came.q50 < disclosed + 2 * 9
    assert told.paid.q50 > told.came.q50
    assert told.foreseen.q10 < told.foreseen.q50 < told.foreseen.q90


def test_a_forecast_that_ends_before_the_last_share_says_until_when():
    early = share_draws(RECORD, fit(RECORD.as_of("2020-05-28")), horizon=30, paths=100)
    told = foreseen_and_came(early, NOW, Member(date(2019, 6, 1)))
    assert told.settlements == 30
    assert not told.is_whole
    assert told.until is not None
    assert EN.date(told.until) in answer.today(told, EN)


@pytest.mark.parametrize("language", LANGUAGES)
def test_todays_reader_hears_that_nothing_is_due(language):
    tr = Translator(language)
    joined = foreseen_and_came(THEN, NOW, Member(date(2019, 6, 1)))
    sentence = answer.today(joined, tr)
    assert joined.foreseen is not None
    assert tr.date(date(2022, 1, 28)) in sentence
    assert tr.rmb(joined.foreseen.q50, 0) in sentence
    assert tr.number(joined.settlements) in sentence
    never = foreseen_and_came(THEN, NOW, Member(date(2022, 1, 20)))
    assert never.settlements == 0
    assert tr.t("answer.today_late", closed="", joined="")[-8:] in answer.today(never, tr)


@pytest.mark.parametrize("heights", [(5.0, 5.0, 5.0), (0.0, 0.1, 9.9), (9.9, 9.8, 9.95, 1.0)])
def test_names_beside_lines_do_not_cover_each_other_and_stay_on_the_plot(heights):
    names = [Label(y, "Steady state 5.50", "#000000") for y in heights]
    placed = end_labels(names, 0.0, 10.0, 250)
    middles = sorted(25.0 * each["y"] + each["yshift"] for each in placed)
    height = 2 * LINE_PIXELS + GAP_PIXELS
    assert all(upper - lower >= height - 1e-9 for lower, upper in pairwise(middles))
    assert middles[0] >= height / 2 - 1e-9
    assert middles[-1] <= 250 - height / 2 + 1e-9


def test_where_nothing_came_after_the_day_the_model_is_not_set_beside_itself() -> None:
    last = share_draws(RECORD, fit(RECORD.as_of("2021-11-14")), paths=100)
    told = foreseen_and_came(last, NOW, Member(date(2019, 6, 1)))
    assert (told.foreseen, told.came, told.settlements) == (None, None, 0)
    assert told.paid.q50 > 0
