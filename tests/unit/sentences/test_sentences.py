"""Sentences say what their result says, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from forecasting import Forecast, fit, load_disclosures, steady_state
from forecasting.article.swings import age_curves
from forecasting.explain.exits import fit_exits
from forecasting.members.growth_fit import fit_growth_curves
from locales import LANGUAGES, Translator
from sentences import answer, growth
from sentences import track_record as track
from sentences.common import tables
from sentences.history import record as history
from sentences.selection_lag import summary as lag
from sentences.steady_state import summary as steady
from tests.helpers import synthetic

EN, ZH = Translator("en"), Translator("zh")
RECORD = load_disclosures()
KNOWN = RECORD.as_of(synthetic.AS_OF)


@pytest.fixture(scope="module")
def exits():
    return fit_exits(fit(KNOWN))


@pytest.fixture(scope="module")
def curves():
    return fit_growth_curves(KNOWN)


@pytest.mark.parametrize(
    ("end_share", "key"),
    [
        (8.0, "answer.verdict_yes"),
        (5.5, "answer.verdict_probably_yes"),
        (4.9, "answer.verdict_level"),
        (4.2, "answer.verdict_probably_no"),
        (3.0, "answer.verdict_no"),
    ],
)
@pytest.mark.parametrize("tr", [EN, ZH])
def test_the_verdict_begins_with_the_day_and_the_answer(end_share, key, tr):
    first = answer.verdict(synthetic.forecast(end_share=end_share), tr).split("**")[1]
    assert tr.date(synthetic.AS_OF) in first
    assert tr.t(key) == first.replace("：", ": ").split(": ")[-1].strip(".。 ")


def test_the_verdict_names_where_from_and_where_to():
    sentence = answer.verdict(synthetic.forecast(), EN)
    for part in ("28 October 2020", "4.86 RMB", "6.00 RMB"):
        assert part in sentence


def test_after_the_closure_the_verdict_is_a_counterfactual():
    assert "closed" in answer.verdict(synthetic.forecast(closed=True), EN)
    assert "关停" in answer.verdict(synthetic.forecast(closed=True), ZH)


def test_the_track_record_names_count_errors_and_the_article():
    sentence = answer.track_record(synthetic.track_record(), EN)
    for part in (
        "3 more shares",
        "4.83 and 5.88",
        "2 of them",
        "0.41 RMB",
        "5.025 RMB by 0.44 RMB",
    ):
        assert part in sentence


def test_the_track_record_says_when_the_article_was_closer():
    worse = synthetic.track_record((5.0, 5.05, 5.1))
    assert "only" in answer.track_record(worse, EN)
    assert "反而" in answer.track_record(worse, ZH)


def test_before_the_article_only_the_own_error_is_named():
    record = synthetic.track_record(article=float("nan"))
    assert "article" not in answer.track_record(record, EN)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((5.0, 5.5, 6.0), "All of them"),
        ((1.0, 1.5, 2.0), "None of them"),
        ((5.0, 5.5, 2.0), "2 of them"),
    ],
)
def test_how_many_fell_inside_is_said_in_words(values, words):
    assert words in answer.track_record(synthetic.track_record(values), EN)


def test_nothing_came_is_said():
    assert answer.track_record(synthetic.track_record(()), EN) == EN.t("answer.came_nothing")


def test_the_record_is_counted_as_it_was_known():
    then, now = (history.record(view, EN) for view in (RECORD.as_of("2020-10-28"), RECORD))
    assert "4.86 RMB on 28 October 2020" in then
    assert "7.56 RMB on 14 December 2021" in now


def test_the_latest_figures_are_trusted_ones():
    values = [value for _, value, _ in history.latest(RECORD, EN)]
    assert values == ["6.96 RMB", "86.4 million", "3,121"]


def test_totals_to_the_cent_are_named_and_what_does_not_agree_is_counted():
    checks = RECORD.reconciliation()
    told = history.reconciled(checks, EN)
    for part in (
        "16 printed totals",
        "all of them agree",
        "29.17 RMB over 23",
        "90.56 RMB over 24",
    ):
        assert part in told
    one_off = checks.assign(within=checks["published"] != 29.17)
    told = history.reconciled(one_off, EN)
    assert "15 agree" in told
    assert "**1 do not**" in told
    assert "29.17" not in told
    assert "29.17" in history.reconciled(checks, ZH)
    assert history.reconciled(checks[:0], EN) == EN.t("history.sums_none")


def test_a_figure_of_three_sources_says_three_records():
    table = tables.observations_table(RECORD.observations, EN)
    day = table[(table["Until"] == "2020-02-14") & (table["Value"] == 3.45)]
    assert day["Records"].dropna().tolist() == [3]
    assert (day["Why not fitted"] == "confirms a figure that is fitted").sum() == 2


def test_before_any_trusted_figure_the_latest_are_dashes():
    assert history.latest(RECORD.as_of("2019-01-28"), EN)[0][1] == "–"


def with_gap(low: float, middle: float, high: float) -> Forecast:
    """The synthetic forecast with this dilution, RMB, at the as-of day."""
    built = synthetic.forecast()
    periods = built.periods.copy()
    last = periods["date"] == pd.Timestamp(synthetic.AS_OF)
    periods.loc[last, ["dilution_q10", "dilution_q50", "dilution_q90"]] = low, middle, high
    return replace(built, periods=periods)


def test_the_lag_is_given_in_months():
    sentence = lag.cause(with_gap(0.8, 1.0, 1.2), EN)
    assert "10.0 months" in sentence
    assert "still 1.00 RMB" in sentence


def test_concentration_is_said_as_such():
    assert "1.00 RMB above its own level" in lag.cause(with_gap(-1.2, -1.0, -0.8), EN)


def test_the_gap_is_the_home_pages():
    forecast = with_gap(0.8, 1.0, 1.2)
    told = lag.numbers(forecast, EN)[-1]
    assert told[1:] == ("1.00 RMB", "0.80 to 1.20")
    assert "1.00 RMB (0.80 to 1.20)" in answer.dilution(forecast, EN)


@pytest.mark.parametrize("tr", [EN, ZH])
def test_a_gap_whose_interval_holds_none_is_faded_whatever_its_sign(tr):
    for total in (0.2, -0.2):
        told = lag.cause(with_gap(-0.57, total, 0.85), tr)
        assert tr.interval(-0.57, 0.85) in told
        assert tr.rmb(total) in told
        last = tr.date(synthetic.AS_OF)
        start, _ = tr.t("lag.today_faded", day=last, gap="|", interval="").split("|", 1)
        assert start in told


def test_settling_time_stands_beside_the_article():
    sentence = lag.settling(synthetic.forecast(), EN)
    assert "12.0 months" in sentence
    assert "three to six months" in sentence


def test_the_steady_state_stands_beside_the_articles_own_figure():
    sentence = steady.level(synthetic.forecast(), steady_state(), EN)
    assert "5.50 RMB" in sentence
    assert "5.023 RMB" in sentence


def test_the_calculation_is_the_readers_once_an_input_changed():
    labels = [
        steady.numbers(synthetic.forecast(), synthetic.credibility(), yours, EN)[1][0]
        for yours in (steady_state(), steady_state(fee=0.1))
    ]
    assert labels == [EN.t("steady.metric_article"), EN.t("steady.metric_yours")]


def test_two_errors_offset_is_shown_with_its_numbers():
    sentence = steady.ageing(age_curves(RECORD), synthetic.forecast(), EN)
    for part in ("5.13 RMB", "6.70 RMB", "11.7%"):
        assert part in sentence


def test_the_record_names_days_figures_and_the_ratio_to_the_rival():
    sentence = track.record(synthetic.backtest(), EN)
    for part in ("2 past days", "3 later shares", "0.35 RMB", "Drift + Theta", "90% interval"):
        assert part in sentence
    assert f"best rival ({EN.t('model.drift + theta (house)')}" in sentence


@pytest.mark.parametrize("tr", [EN, ZH])
@pytest.mark.parametrize(
    ("ours", "drift", "where"), [(5.3, 5.6, "none"), (6.5, 5.2, "both"), (5.6, 5.6, "none")]
)
def test_the_first_lines_say_where_a_straight_line_was_closer(tr, ours, drift, where):
    came, backtest = np.array([4.83, 5.31, 5.88]), synthetic.backtest(ours=ours, drift=drift)
    # Its other interval belongs to a median 0.01 RMB higher; the better of the two counts.
    off = tr.rmb(min(np.abs(median - came).mean() for median in (drift, drift + 0.01)))
    wording = track.record(backtest, tr)
    assert tr.t(f"track.line_{where}", all_line=off, late_line=off) in wording


def test_over_all_days_leads_and_the_late_ones_stand_beside():
    backtest = synthetic.backtest()
    early = backtest.forecasts["origin"].lt("2020-08-14") & backtest.forecasts["model"].eq(
        "structural"
    )
    wrong = backtest.forecasts["absolute_error"].mask(early, 2.0)
    backtest = replace(backtest, forecasts=backtest.forecasts.assign(absolute_error=wrong))
    (_, value, below), *_ = track.numbers(backtest, EN)
    late = np.abs(5.3 - np.array([4.83, 5.31, 5.88]))
    assert value == EN.rmb(((late + 2.0) / 2).mean())
    assert below == EN.t("track.below_late", value=EN.rmb(late.mean()))
    assert EN.t("track.line_all", all_line="", late_line="").split(":")[0] in track.record(
        backtest, EN
    )


@pytest.mark.parametrize("tr", [EN, ZH])
def test_beside_one_day_stands_how_many_held_over_all_days(tr):
    backtest = synthetic.backtest()
    rows = backtest.forecasts
    inside = rows["model"].eq("structural") & rows["origin"].lt("2020-08-14")
    backtest = replace(backtest, forecasts=rows.assign(inside_80=rows["inside_80"].mask(inside, 0)))
    told = track.held_over_all(backtest, tr)
    for part in (tr.percent(0.5), tr.percent(1.0), tr.date(date(2020, 8, 14)), "2"):
        assert part in told


@pytest.mark.parametrize("tr", [EN, ZH])
def test_losses_are_found_not_written_down(tr):
    ahead, behind = synthetic.backtest(), synthetic.backtest(ours=6.5, drift=5.2)
    assert track.losses(ahead, tr) == tr.t("track.no_loss")
    told = track.losses(behind, tr)
    assert tr.t("model.drift") in told
    assert tr.t("model.drift + theta") in told
    # Over all days it forecast less often than the model: no fair comparison.
    assert tr.t("model.article") not in told.split(tr.t("list.separator"))[0]


def test_the_limits_name_hindsight_and_the_few_figures():
    told = track.limits(synthetic.backtest(), EN)
    assert "hindsight" in told
    assert "6 forecasts are of 3 distinct figures" in told


@pytest.mark.parametrize(
    ("last", "words"), [(8.0, "Still growing"), (4.86, "Still growing"), (0.03, "stood still")]
)
def test_the_path_is_said_from_the_members(last, words):
    assert words in growth.path(synthetic.forecast(last_share=last), EN)


def test_the_ceiling_has_its_interval_or_says_what_is_missing(curves):
    best = growth.best_curve(curves)
    assert all(fitted.elpd <= best.elpd for fitted in curves.values())
    assert EN.persons(best.ceiling.q50) in growth.ceiling(curves, "", EN)
    assert "5 figures" in growth.ceiling({}, "5 figures", EN)


def test_an_elasticity_that_is_not_identified_is_called_an_assumption(exits):
    assert "cannot tell" in growth.elasticity(exits, EN)
    assert "假设" in growth.elasticity(exits, ZH)


def test_failures_are_counted_with_their_reason():
    table = tables.scores_table(synthetic.backtest(), EN)
    failed = table[table["No forecast"] > 0]
    assert set(failed["Model"]) == {EN.t("model.article (house)")}
    assert set(failed["Reason"]) == {"not yet"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_has_a_language(language, curves, exits):
    tr = Translator(language)
    for table in (
        tables.observations_table(RECORD.observations, tr),
        tables.identity_table(RECORD.identity_checks(), tr),
        tables.reconciliation_table(RECORD.reconciliation(), tr),
        tables.conflicts_table(RECORD.conflicts(), tr),
        tables.events_table(RECORD.events, tr),
        tables.steps_table(steady_state().steps(), tr),
        tables.scores_table(synthetic.backtest(), tr),
        tables.curves_table(curves, tr),
        tables.hazard_table(exits, tr),
    ):
        assert len(table) > 0
        assert table.columns.is_unique


def test_the_calculation_prints_both_of_the_articles_figures():
    table = tables.steps_table(steady_state().steps(), EN)
    printed = dict(zip(table["Line"], table["As the article prints it"], strict=True))
    exact = dict(zip(table["Line"], table["Exact"], strict=True))
    assert printed["Share a settlement (RMB)"] == "5.025"
    assert exact["Share a settlement (RMB)"] == "5.023"
    assert exact["Persons falling ill a year, of 100 million"] == "102,916"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_members_own_intervals_are_held_against_what_came(language):
    spans = [(1, 24, 0.68), (1, 6, 0.72), (13, 24, 0.74)]
    table = pd.DataFrame(
        [
            {"model": name, "first": first, "last": last, "n": 9, "wis_log": 0.1, "coverage_80": c}
            for name, better in (("local linear trend", 0.0), ("bass", 0.2))
            for first, last, c in ((one, two, inside + better) for one, two, inside in spans)
        ]
    )
    sentence, tr = growth.scores(table, Translator(language)), Translator(language)
    held = {"inside": "68%", "near": "72%", "near_last": "6"}
    held |= {"far": "74%", "far_first": "13", "far_last": "24"}
    assert tr.t("growth.members_held", **held) in sentence
    assert tr.t("growth.members_held", **held) not in growth.scores(
        table[table["model"] == "bass"].pipe(lambda rows: pd.concat([rows, rows])), tr
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_interval_is_said_where_its_ends_are_printed_alike(language):
    tr = Translator(language)
    assert tr.span(4.861, 4.862) == tr.t("unit.exact")
    assert tr.interval(4.861, 4.862) == tr.t("unit.exactly", amount=tr.rmb(4.86))
    assert tr.span(4.861, 4.862, 3) == tr.t("unit.span", low="4.861", high="4.862")
